<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>app::ClusterSelector</name>
    <message>
        <source>The cluster that this window works on</source>
        <translation>Der Cluster, mit dem dieses Fenster arbeitet</translation>
    </message>
    <message>
        <source>Cluster %1</source>
        <translation>Cluster %1</translation>
    </message>
    <message>
        <source>No cluster</source>
        <translation>Kein Cluster</translation>
    </message>
    <message numerus="yes">
        <source>%1  ·  %n node(s)</source>
        <translation>
            <numerusform>%1  ·  %n Knoten</numerusform>
            <numerusform>%1  ·  %n Knoten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1  ·  stopped</source>
        <translation>%1  ·  gestoppt</translation>
    </message>
    <message>
        <source>No cluster yet: start one on the Home page</source>
        <translation>Noch kein Cluster: Starten Sie einen auf der Startseite</translation>
    </message>
</context>
<context>
    <name>app::CommandPalette</name>
    <message>
        <source>Go to anything</source>
        <translation>Alles finden</translation>
    </message>
    <message>
        <source>Actions and tables</source>
        <translation>Aktionen und Tabellen</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Gefundenes</translation>
    </message>
    <message>
        <source>%1    (%2)</source>
        <translation>%1    (%2)</translation>
    </message>
</context>
<context>
    <name>app::DesignMode</name>
    <message>
        <source>Design</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Queries</source>
        <translation>Abfragen</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Partition size</source>
        <translation>Partitionsgröße</translation>
    </message>
    <message>
        <source>conceptual</source>
        <translation>konzeptuell</translation>
    </message>
    <message>
        <source>logical</source>
        <translation>logisch</translation>
    </message>
    <message>
        <source>physical</source>
        <translation>physisch</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>3 Physical</source>
        <translation>3 Physisch</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Ausrollen</translation>
    </message>
    <message>
        <source>Stage 3: &amp;physical</source>
        <translation>Stufe 3: &amp;physisch</translation>
    </message>
    <message>
        <source>Dr&amp;y run</source>
        <translation>Probela&amp;uf</translation>
    </message>
    <message>
        <source>&amp;Deploy…</source>
        <translation>Aus&amp;rollen …</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Edit in the &amp;inspector</source>
        <translation>Im &amp;Inspektor bearbeiten</translation>
    </message>
    <message>
        <source>Choose a &amp;bucket</source>
        <translation>Einen &amp;Bucket wählen</translation>
    </message>
    <message>
        <source>The slider of the dock Partition size, for the table that is selected</source>
        <translation>Der Regler des Docks Partitionsgröße, für die gewählte Tabelle</translation>
    </message>
    <message>
        <source>&amp;Load data…</source>
        <translation>Daten &amp;laden …</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Cali&amp;brate</source>
        <translation>Kali&amp;brieren</translation>
    </message>
</context>
<context>
    <name>app::DockTabs</name>
    <message>
        <source>Panels</source>
        <translation>Bereiche</translation>
    </message>
    <message>
        <source>Float</source>
        <translation>Ablösen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>app::KindLook</name>
    <message>
        <source>BUNDLED</source>
        <translation>MITGELIEFERT</translation>
    </message>
    <message>
        <source>SIMULATED</source>
        <translation>SIMULIERT</translation>
    </message>
    <message>
        <source>PRODUCTION</source>
        <translation>PRODUKTION</translation>
    </message>
    <message>
        <source>REMOTE</source>
        <translation>ENTFERNT</translation>
    </message>
</context>
<context>
    <name>app::MainWindow</name>
    <message>
        <source>Tool bar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Modes</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>app::QueryPage</name>
    <message>
        <source>Open CQL</source>
        <translation>CQL öffnen</translation>
    </message>
    <message>
        <source>CQL (*.cql);;All files (*)</source>
        <translation>CQL (*.cql);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>%1 konnte nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>Save CQL</source>
        <translation>CQL speichern</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>CQL (*.cql)</source>
        <translation>CQL (*.cql)</translation>
    </message>
    <message>
        <source>&amp;New query tab</source>
        <translation>&amp;Neuer Abfrage-Tab</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Öffnen …</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Speichern &amp;unter …</translation>
    </message>
    <message>
        <source>&amp;Close tab</source>
        <translation>Tab s&amp;chließen</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Run statement</source>
        <translation>Anweisung aus&amp;führen</translation>
    </message>
    <message>
        <source>Run &amp;all</source>
        <translation>&amp;Alle ausführen</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>Abbre&amp;chen</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Formatieren</translation>
    </message>
    <message>
        <source>Show key on &amp;ring</source>
        <translation>Schlüssel auf dem &amp;Ring zeigen</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Usual &amp;size</source>
        <translation>Übliche Gr&amp;öße</translation>
    </message>
    <message>
        <source>Consistency level %1</source>
        <translation>Consistency Level %1</translation>
    </message>
    <message>
        <source>Com&amp;plete</source>
        <translation>&amp;Vervollständigen</translation>
    </message>
    <message>
        <source>&amp;Quick fix</source>
        <translation>&amp;Schnell beheben</translation>
    </message>
    <message>
        <source>Editor tabs</source>
        <translation>Editor-Tabs</translation>
    </message>
    <message>
        <source>New query tab (Ctrl+T)</source>
        <translation>Neuer Abfrage-Tab (Strg+T)</translation>
    </message>
    <message>
        <source>Ln %1, Col %2</source>
        <translation>Z. %1, Sp. %2</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Open a cluster first: start one on the Home page</source>
        <translation>Öffnen Sie zuerst einen Cluster: Starten Sie einen auf der Startseite</translation>
    </message>
    <message>
        <source>No cluster is open: statements are checked while you type, but cannot run.</source>
        <translation>Kein Cluster ist geöffnet: Anweisungen werden beim Tippen geprüft, können aber nicht laufen.</translation>
    </message>
    <message>
        <source>Destructive statement</source>
        <translation>Zerstörende Anweisung</translation>
    </message>
    <message>
        <source>Run %1 on %2?</source>
        <translation>%1 auf %2 ausführen?</translation>
    </message>
    <message>
        <source>It cannot be undone. A snapshot taken before keeps the files.</source>
        <translation>Das lässt sich nicht rückgängig machen. Ein vorher angelegter Snapshot behält die Dateien.</translation>
    </message>
    <message>
        <source>Run them</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>There is no statement at the caret.</source>
        <translation>An der Einfügemarke steht keine Anweisung.</translation>
    </message>
    <message>
        <source>Show key on ring</source>
        <translation>Schlüssel auf dem Ring zeigen</translation>
    </message>
    <message>
        <source>Kept in the workspace, not in a file</source>
        <translation>Liegt im Arbeitsbereich, nicht in einer Datei</translation>
    </message>
    <message>
        <source>query %1</source>
        <translation>Abfrage %1</translation>
    </message>
    <message>
        <source>Close tab</source>
        <translation>Tab schließen</translation>
    </message>
    <message>
        <source>Close %1 and forget its text?</source>
        <translation>%1 schließen und den Text vergessen?</translation>
    </message>
    <message>
        <source>Switch &amp;tracing on or off</source>
        <translation>&amp;Ablaufverfolgung ein- oder ausschaltenamp;Tracing ein- oder ausschalten</translation>
    </message>
</context>
<context>
    <name>app::SettingsDialog</name>
    <message>
        <source>No setting has these words.</source>
        <translation>Keine Einstellung enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>the usual folder</source>
        <translation>der übliche Ordner</translation>
    </message>
    <message>
        <source>Folder of clusters</source>
        <translation>Ordner der Cluster</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen …</translation>
    </message>
    <message>
        <source>The usual folder</source>
        <translation>Der übliche Ordner</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Keys of %1</source>
        <translation>Tasten für %1</translation>
    </message>
    <message>
        <source>The usual keys of %1</source>
        <translation>Übliche Tasten für %1</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Erscheinungsbild</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Wie der Desktop</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The window is built again. Tabs stay; rows of results are fetched again.</source>
        <translation>Das Fenster wird neu aufgebaut. Tabs bleiben; Ergebniszeilen werden neu geholt.</translation>
    </message>
    <message>
        <source>Motion</source>
        <translation>Bewegung</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>Bewegung verringern</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Show at start</source>
        <translation>Beim Start zeigen</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Editor</translation>
    </message>
    <message>
        <source>Font</source>
        <translation>Schriftart</translation>
    </message>
    <message>
        <source>Font size</source>
        <translation>Schriftgröße</translation>
    </message>
    <message>
        <source>Tab size</source>
        <translation>Tabulatorbreite</translation>
    </message>
    <message>
        <source>Columns that a tab stands for; spaces are inserted.</source>
        <translation>Spalten, für die ein Tabulator steht; eingefügt werden Leerzeichen.</translation>
    </message>
    <message>
        <source>Queries</source>
        <translation>Abfragen</translation>
    </message>
    <message>
        <source>Consistency level</source>
        <translation>Consistency Level</translation>
    </message>
    <message>
        <source>Of new tabs; each tab keeps its own.</source>
        <translation>Für neue Tabs; jeder Tab behält seinen eigenen.</translation>
    </message>
    <message>
        <source>Rows in a page</source>
        <translation>Zeilen je Seite</translation>
    </message>
    <message>
        <source>Of new tabs; more come when you scroll.</source>
        <translation>Für neue Tabs; weitere kommen beim Blättern.</translation>
    </message>
    <message>
        <source>Rows of an opened table</source>
        <translation>Zeilen einer geöffneten Tabelle</translation>
    </message>
    <message>
        <source>The LIMIT when a table is opened with a double click.</source>
        <translation>Das LIMIT, wenn eine Tabelle per Doppelklick geöffnet wird.</translation>
    </message>
    <message>
        <source>Limit of “Fetch all rows”</source>
        <translation>Grenze für „Alle Zeilen holen“</translation>
    </message>
    <message>
        <source>Fetching stops there, so that a large table does not fill the disk.</source>
        <translation>Dort endet das Holen, damit eine große Tabelle nicht die Festplatte füllt.</translation>
    </message>
    <message>
        <source>Destructive statements</source>
        <translation>Zerstörende Anweisungen</translation>
    </message>
    <message>
        <source>DROP, TRUNCATE, and ALTER TABLE … DROP cannot be undone.</source>
        <translation>DROP, TRUNCATE und ALTER TABLE … DROP lassen sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Ask before running</source>
        <translation>Vor dem Ausführen fragen</translation>
    </message>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>When the studio closes</source>
        <translation>Wenn das Studio geschlossen wird</translation>
    </message>
    <message>
        <source>What becomes of local clusters that it started. Their data stays.</source>
        <translation>Was aus lokalen Clustern wird, die es gestartet hat. Ihre Daten bleiben.</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Stop them</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Keep them running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Where local clusters keep their data. Counts from the next start.</source>
        <translation>Wo lokale Cluster ihre Daten ablegen. Gilt ab dem nächsten Start.</translation>
    </message>
</context>
<context>
    <name>app::SqliteStore</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
</context>
<context>
    <name>app::StatusStrip</name>
    <message>
        <source>Show the nodes</source>
        <translation>Knoten zeigen</translation>
    </message>
    <message>
        <source>Show the tasks</source>
        <translation>Aufgaben zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%n task(s)</source>
        <translation>
            <numerusform>%n Aufgabe</numerusform>
            <numerusform>%n Aufgaben</numerusform>
        </translation>
    </message>
    <message>
        <source>No tasks</source>
        <translation>Keine Aufgaben</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist geöffnet</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n node(s) up</source>
        <translation>
            <numerusform>%1 von %n Knoten läuft</numerusform>
            <numerusform>%1 von %n Knoten laufen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>app::Studio</name>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>CQL history</source>
        <translation>CQL-Verlauf</translation>
    </message>
    <message>
        <source>Cluster events</source>
        <translation>Cluster-Ereignisse</translation>
    </message>
    <message>
        <source>&amp;Filter schema</source>
        <translation>Schema &amp;filtern</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Endpoint state</source>
        <translation>Endpoint-Zustand</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>Abfrage</translation>
    </message>
    <message>
        <source>Ring</source>
        <translation>Ring</translation>
    </message>
    <message>
        <source>Gossip</source>
        <translation>Gossip</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>Trace</translation>
    </message>
    <message>
        <source>%1 — Ringwright</source>
        <translation>%1 — Ringwright</translation>
    </message>
    <message>
        <source>Ringwright</source>
        <translation>Ringwright</translation>
    </message>
    <message>
        <source>&amp;Go to anything</source>
        <translation>Alles &amp;finden</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>Switch between &amp;light and dark</source>
        <translation>Zwischen hell und dunkel &amp;wechseln</translation>
    </message>
    <message>
        <source>Theme of the &amp;desktop</source>
        <translation>Farbschema des &amp;Desktops</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>Anordnung &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Next region</source>
        <translation>&amp;Nächster Bereich</translation>
    </message>
    <message>
        <source>&amp;Previous region</source>
        <translation>&amp;Voriger Bereich</translation>
    </message>
    <message>
        <source>&amp;Start local cluster</source>
        <translation>Lokalen Cluster &amp;starten</translation>
    </message>
    <message>
        <source>&amp;New local cluster…</source>
        <translation>&amp;Neuer lokaler Cluster …</translation>
    </message>
    <message>
        <source>&amp;Connect…</source>
        <translation>&amp;Verbinden …</translation>
    </message>
    <message>
        <source>S&amp;top cluster</source>
        <translation>Cluster s&amp;toppen</translation>
    </message>
    <message>
        <source>&amp;Read schema again</source>
        <translation>Schema neu &amp;lesen</translation>
    </message>
    <message>
        <source>&amp;About Ringwright</source>
        <translation>&amp;Über Ringwright</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Do&amp;cks</source>
        <translation>&amp;Docks</translation>
    </message>
    <message>
        <source>&amp;Cluster</source>
        <translation>&amp;Cluster</translation>
    </message>
    <message>
        <source>&amp;Query</source>
        <translation>Ab&amp;frage</translation>
    </message>
    <message>
        <source>&amp;Node</source>
        <translation>&amp;Knoten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Go to anything    %1</source>
        <translation>Alles finden    %1</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>%1 runs. Stop it?</source>
        <translation>%1 läuft. Stoppen?</translation>
    </message>
    <message>
        <source>%1 run. Stop them?</source>
        <translation>%1 laufen. Stoppen?</translation>
    </message>
    <message>
        <source>The data stays either way. Drivers and cqlsh can go on using a cluster that is kept running.</source>
        <translation>Die Daten bleiben in jedem Fall. Treiber und cqlsh können einen weiterlaufenden Cluster weiter benutzen.</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Stoppen und beenden</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Do not ask again</source>
        <translation>Nicht mehr fragen</translation>
    </message>
    <message>
        <source>About Ringwright</source>
        <translation>Über Ringwright</translation>
    </message>
    <message>
        <source>&lt;b&gt;Ringwright %1&lt;/b&gt;&lt;p&gt;A desktop studio for Apache Cassandra with its own clusters.&lt;/p&gt;&lt;p&gt;GPL-3.0. Not affiliated with the Apache Software Foundation. Apache Cassandra is a trademark of the Apache Software Foundation.&lt;/p&gt;</source>
        <translation>&lt;b&gt;Ringwright %1&lt;/b&gt;&lt;p&gt;Ein Desktop-Studio für Apache Cassandra mit eigenen Clustern.&lt;/p&gt;&lt;p&gt;GPL-3.0. Nicht mit der Apache Software Foundation verbunden. Apache Cassandra ist eine Marke der Apache Software Foundation.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>hotel queries</source>
        <translation>Hotelabfragen</translation>
    </message>
    <message>
        <source>In Nodes, kill one and ask again.</source>
        <translation>Beenden Sie unter Knoten einen mit Kill -9 und fragen Sie noch einmal.</translation>
    </message>
    <message>
        <source>A&amp;lign</source>
        <translation>Aus&amp;richten</translation>
    </message>
    <message>
        <source>What the hotel sample answers.</source>
        <translation>Was das Hotelbeispiel beantwortet.</translation>
    </message>
    <message>
        <source>Ctrl+Enter runs the statement at the caret.</source>
        <translation>Strg+Enter führt die Anweisung an der Einfügemarke aus.</translation>
    </message>
    <message>
        <source>Close &amp;window</source>
        <translation>&amp;Fenster schließen</translation>
    </message>
    <message>
        <source>New &amp;window</source>
        <translation>Neues &amp;Fenster</translation>
    </message>
    <message>
        <source>Another window on the same clusters and models</source>
        <translation>Ein weiteres Fenster auf dieselben Cluster und Modelle</translation>
    </message>
</context>
<context>
    <name>clusters::LiveCatalog</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n Knoten</numerusform>
            <numerusform>%n Knoten</numerusform>
        </translation>
    </message>
    <message>
        <source>There is already a cluster “%1”. Choose another name.</source>
        <translation>Es gibt schon einen Cluster „%1“. Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Replication %1 needs at least %1 nodes in each data centre.</source>
        <translation>Replikation %1 braucht mindestens %1 Knoten in jedem Datacenter.</translation>
    </message>
    <message>
        <source>Creating the cluster’s folder</source>
        <translation>Der Ordner des Clusters wird angelegt</translation>
    </message>
    <message>
        <source>All nodes accept CQL</source>
        <translation>Alle Knoten nehmen CQL an</translation>
    </message>
    <message>
        <source>%1 is starting</source>
        <translation>%1 startet</translation>
    </message>
    <message>
        <source>The start was cancelled.</source>
        <translation>Der Start wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Stop cluster</source>
        <translation>Cluster stoppen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>The password of %1 for %2 is not stored. Type it once more.</source>
        <translation>Das Passwort von %1 für %2 ist nicht gespeichert. Geben Sie es noch einmal ein.</translation>
    </message>
    <message>
        <source>Store password</source>
        <translation>Passwort speichern</translation>
    </message>
    <message>
        <source>%1 wants a user and a password. Type them and connect again.</source>
        <translation>%1 verlangt Benutzer und Passwort. Geben Sie sie ein und verbinden Sie erneut.</translation>
    </message>
    <message>
        <source>%1 refused the user %2 or the password. Correct them and connect again.</source>
        <translation>%1 hat den Benutzer %2 oder das Passwort abgelehnt. Berichtigen Sie sie und verbinden Sie erneut.</translation>
    </message>
</context>
<context>
    <name>clusters::LiveMigration</name>
    <message>
        <source>Deploy</source>
        <translation>Ausrollen</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) done</source>
        <translation>
            <numerusform>%n Schritt erledigt</numerusform>
            <numerusform>%n Schritte erledigt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveModelWorkload</name>
    <message>
        <source>%1 of %2 rows</source>
        <translation>%1 von %2 Zeilen</translation>
    </message>
    <message>
        <source>A simulated cluster has no files to measure.</source>
        <translation>Ein simulierter Cluster hat keine Dateien, die gemessen werden könnten.</translation>
    </message>
    <message>
        <source>%1 is marked as production: generated rows are not loaded there.</source>
        <translation>%1 ist als Produktion gekennzeichnet: Erzeugte Zeilen werden dort nicht geladen.</translation>
    </message>
    <message>
        <source>Load data</source>
        <translation>Daten laden</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message numerus="yes">
        <source>%n table(s) measured</source>
        <translation>
            <numerusform>%n Tabelle gemessen</numerusform>
            <numerusform>%n Tabellen gemessen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveSource</name>
    <message>
        <source>CQL v%1 · %2</source>
        <translation>CQL v%1 · %2</translation>
    </message>
    <message>
        <source>engine 5.0-compatible</source>
        <translation>Engine kompatibel zu 5.0</translation>
    </message>
    <message>
        <source>Cassandra %1</source>
        <translation>Cassandra %1</translation>
    </message>
    <message>
        <source>The cluster is being connected.</source>
        <translation>Die Verbindung zum Cluster wird aufgebaut.</translation>
    </message>
    <message>
        <source>The ring is not known yet.</source>
        <translation>Der Ring ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>There is no table %1.%2.</source>
        <translation>Es gibt keine Tabelle %1.%2.</translation>
    </message>
    <message numerus="yes">
        <source>The partition key has %n column(s).</source>
        <translation>
            <numerusform>Der Partition Key hat %n Spalte.</numerusform>
            <numerusform>Der Partition Key hat %n Spalten.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Only Murmur3Partitioner&apos;s tokens can be shown.</source>
        <translation>Nur Tokens des Murmur3Partitioner können gezeigt werden.</translation>
    </message>
    <message>
        <source>Choose a node first.</source>
        <translation>Wählen Sie zuerst einen Knoten.</translation>
    </message>
    <message>
        <source>Only the processes of bundled clusters belong to the studio.</source>
        <translation>Nur die Prozesse mitgelieferter Cluster gehören dem Studio.</translation>
    </message>
    <message>
        <source>%1 runs already.</source>
        <translation>%1 läuft schon.</translation>
    </message>
    <message>
        <source>%1 is not running.</source>
        <translation>%1 läuft nicht.</translation>
    </message>
    <message>
        <source>%1 is paused already.</source>
        <translation>%1 ist schon angehalten.</translation>
    </message>
    <message>
        <source>%1 is not paused.</source>
        <translation>%1 ist nicht angehalten.</translation>
    </message>
    <message>
        <source>Needs Jolokia 2: %1</source>
        <translation>Braucht Jolokia 2: %1</translation>
    </message>
    <message>
        <source>no node answers on port %1</source>
        <translation>kein Knoten antwortet auf Port %1</translation>
    </message>
    <message>
        <source>topology</source>
        <translation>Topologie</translation>
    </message>
    <message>
        <source>%1 has left the ring</source>
        <translation>%1 hat den Ring verlassen</translation>
    </message>
    <message>
        <source>%1 has joined the ring</source>
        <translation>%1 ist dem Ring beigetreten</translation>
    </message>
    <message>
        <source>status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>%1 is down</source>
        <translation>%1 ist ausgefallen</translation>
    </message>
    <message>
        <source>%1 is up</source>
        <translation>%1 ist wieder da</translation>
    </message>
    <message>
        <source>%1 is %2 now</source>
        <translation>%1 ist jetzt %2</translation>
    </message>
    <message>
        <source>process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>the process of %1 has ended</source>
        <translation>der Prozess von %1 ist beendet</translation>
    </message>
    <message>
        <source>the process of %1 is paused</source>
        <translation>der Prozess von %1 ist angehalten</translation>
    </message>
    <message>
        <source>the process of %1 runs, pid %2</source>
        <translation>der Prozess von %1 läuft, PID %2</translation>
    </message>
    <message>
        <source>peers lost their connections to %1</source>
        <translation>die anderen Knoten haben ihre Verbindungen zu %1 verloren</translation>
    </message>
    <message>
        <source>%1 was created</source>
        <translation>%1 wurde angelegt</translation>
    </message>
    <message>
        <source>%1 was dropped</source>
        <translation>%1 wurde gelöscht</translation>
    </message>
    <message>
        <source>definitions were changed</source>
        <translation>Definitionen wurden geändert</translation>
    </message>
    <message>
        <source>schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>%1; version %2</source>
        <translation>%1; Version %2</translation>
    </message>
    <message>
        <source>connected: %1</source>
        <translation>verbunden: %1</translation>
    </message>
    <message>
        <source>the connection is lost: %1</source>
        <translation>die Verbindung ist unterbrochen: %1</translation>
    </message>
    <message>
        <source>connection</source>
        <translation>Verbindung</translation>
    </message>
</context>
<context>
    <name>clusters::NodeTask</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Kill -9</source>
        <translation>Kill -9</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Flush</source>
        <translation>Flush</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>Compact</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>Snapshot</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Repair</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>clusters::SampleTask</name>
    <message>
        <source>Load sample</source>
        <translation>Beispiel laden</translation>
    </message>
    <message>
        <source>%1 / hotel, reservation</source>
        <translation>%1 / hotel, reservation</translation>
    </message>
    <message>
        <source>%1 of %2 rows</source>
        <translation>%1 von %2 Zeilen</translation>
    </message>
    <message>
        <source>Tables and rows are there</source>
        <translation>Tabellen und Zeilen sind da</translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Ringwright</source>
        <translation>Ringwright</translation>
    </message>
    <message>
        <source>The workspace could not be written: %1</source>
        <translation>Der Arbeitsbereich konnte nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>The workspace could not be opened: %1</source>
        <translation>Der Arbeitsbereich konnte nicht geöffnet werden: %1</translation>
    </message>
</context>
<context>
    <name>studio::DesignContext</name>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
</context>
<context>
    <name>studio::Format</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 d %2 h</source>
        <translation>%1 d %2 h</translation>
    </message>
    <message>
        <source>%1 µs</source>
        <translation>%1 µs</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>heute %1</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
</context>
<context>
    <name>studio::Keychain</name>
    <message>
        <source>The keychain did not take the password; it is asked for again next time.</source>
        <translation>Der Schlüsselbund hat das Passwort nicht angenommen; es wird beim nächsten Mal wieder erfragt.</translation>
    </message>
</context>
<context>
    <name>studio::ModelDocument</name>
    <message>
        <source>The workspace has nothing of the model %1.</source>
        <translation>Der Arbeitsbereich enthält nichts vom Modell %1.</translation>
    </message>
    <message>
        <source>No state of the model %1 can be read any more.</source>
        <translation>Kein Stand des Modells %1 ist noch lesbar.</translation>
    </message>
    <message>
        <source>untitled</source>
        <translation>unbenannt</translation>
    </message>
</context>
<context>
    <name>studio::NodeTableModel</name>
    <message>
        <source>process paused</source>
        <translation>Prozess angehalten</translation>
    </message>
    <message>
        <source>socket closed</source>
        <translation>Socket geschlossen</translation>
    </message>
    <message>
        <source>phi %1 of %2</source>
        <translation>Phi %1 von %2</translation>
    </message>
    <message>
        <source>down</source>
        <translation>ausgefallen</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>joining</source>
        <translation>tritt bei</translation>
    </message>
    <message>
        <source>leaving</source>
        <translation>verlässt</translation>
    </message>
    <message>
        <source>moving</source>
        <translation>zieht um</translation>
    </message>
    <message>
        <source>up, normal</source>
        <translation>läuft, normal</translation>
    </message>
    <message>
        <source>pid %1</source>
        <translation>PID %1</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused, pid %1</source>
        <translation>angehalten, PID %1</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Data centre</source>
        <translation>Datacenter</translation>
    </message>
    <message>
        <source>Rack</source>
        <translation>Rack</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Load</translation>
    </message>
    <message>
        <source>Owns</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Uptime</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Host ID</source>
        <translation>Host-ID</translation>
    </message>
</context>
<context>
    <name>studio::Problem</name>
    <message>
        <source>Too few replicas are alive for this consistency level. Start the nodes that are down, or choose a lower level.</source>
        <translation>Für diesen Consistency Level leben zu wenige Replicas. Starten Sie die ausgefallenen Knoten oder wählen Sie einen niedrigeren Level.</translation>
    </message>
    <message>
        <source>Too few replicas answered in time. A write may still have been applied; running it again is safe unless it is a counter.</source>
        <translation>Zu wenige Replicas haben rechtzeitig geantwortet. Ein Schreibvorgang kann dennoch gewirkt haben; ihn zu wiederholen ist unbedenklich, außer bei einem Counter.</translation>
    </message>
    <message>
        <source>Check user name and password.</source>
        <translation>Prüfen Sie Benutzername und Passwort.</translation>
    </message>
    <message>
        <source>The role lacks a permission; a superuser can GRANT it.</source>
        <translation>Der Rolle fehlt eine Berechtigung; ein Superuser kann sie mit GRANT geben.</translation>
    </message>
    <message>
        <source>The node refuses new work for the moment. Try again shortly.</source>
        <translation>Der Knoten nimmt gerade keine neue Arbeit an. Versuchen Sie es bald noch einmal.</translation>
    </message>
    <message>
        <source>Nothing listens there. Start the cluster or check the address.</source>
        <translation>Dort hört nichts. Starten Sie den Cluster oder prüfen Sie die Adresse.</translation>
    </message>
    <message>
        <source>The connection was lost; the studio reconnects by itself.</source>
        <translation>Die Verbindung ist abgerissen; das Studio verbindet sich von selbst neu.</translation>
    </message>
    <message>
        <source>Stop the program that uses the port, or choose another address.</source>
        <translation>Beenden Sie das Programm, das den Port benutzt, oder wählen Sie eine andere Adresse.</translation>
    </message>
    <message>
        <source>Free some space or choose another folder.</source>
        <translation>Schaffen Sie Platz oder wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>studio::SecretFile</name>
    <message>
        <source>The password cannot be stored: %1 cannot be written.</source>
        <translation>Das Passwort kann nicht gespeichert werden: %1 lässt sich nicht schreiben.</translation>
    </message>
    <message>
        <source>The password cannot be stored: the key in %1 cannot be used.</source>
        <translation>Das Passwort kann nicht gespeichert werden: Der Schlüssel in %1 ist nicht brauchbar.</translation>
    </message>
    <message>
        <source>The password cannot be stored: it could not be encrypted.</source>
        <translation>Das Passwort kann nicht gespeichert werden: Es ließ sich nicht verschlüsseln.</translation>
    </message>
</context>
<context>
    <name>studio::TaskList</name>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen …</translation>
    </message>
</context>
<context>
    <name>studio::Trace</name>
    <message>
        <source>The coordinator reads the statement&apos;s text. A prepared statement saves this.</source>
        <translation>Der Coordinator liest den Text der Anweisung. Ein Prepared Statement spart das.</translation>
    </message>
    <message>
        <source>Names and types are looked up in the schema.</source>
        <translation>Namen und Typen werden im Schema nachgeschlagen.</translation>
    </message>
    <message>
        <source>The partition key&apos;s token says which nodes have the data.</source>
        <translation>Das Token des Partition Key sagt, welche Knoten die Daten haben.</translation>
    </message>
    <message>
        <source>This replica answers with a hash of its data: enough to compare with the others.</source>
        <translation>Diese Replica antwortet mit einem Hash ihrer Daten: genug, um sie mit den anderen zu vergleichen.</translation>
    </message>
    <message>
        <source>This replica answers with the rows themselves.</source>
        <translation>Diese Replica antwortet mit den Zeilen selbst.</translation>
    </message>
    <message>
        <source>The replicas do not agree: full data of all of them is compared, and the stale one repaired.</source>
        <translation>Die Replicas sind sich nicht einig: Die vollen Daten aller werden verglichen und die veraltete Replica repariert.</translation>
    </message>
    <message>
        <source>A replica was slow, so another one is asked as well.</source>
        <translation>Eine Replica war langsam, deshalb wird noch eine gefragt.</translation>
    </message>
    <message>
        <source>Deleted cells are read and skipped too; many of them make a read slow.</source>
        <translation>Auch gelöschte Zellen werden gelesen und übersprungen; viele davon machen das Lesen langsam.</translation>
    </message>
    <message>
        <source>The Bloom filter knows that this SSTable does not have the partition: no disk access.</source>
        <translation>Der Bloom-Filter weiß, dass diese SSTable die Partition nicht hat: kein Plattenzugriff.</translation>
    </message>
    <message>
        <source>The partition&apos;s place in the SSTable was in memory.</source>
        <translation>Die Stelle der Partition in der SSTable war im Speicher.</translation>
    </message>
    <message>
        <source>The place of the partition is looked up in the SSTable&apos;s index.</source>
        <translation>Die Stelle der Partition wird im Index der SSTable nachgeschlagen.</translation>
    </message>
    <message>
        <source>The SSTable&apos;s data is read from here on.</source>
        <translation>Ab hier werden die Daten der SSTable gelesen.</translation>
    </message>
    <message>
        <source>What was written lately is still in memory, in the memtable.</source>
        <translation>Was zuletzt geschrieben wurde, ist noch im Speicher, in der Memtable.</translation>
    </message>
    <message>
        <source>The parts of the row in several places are merged; the newest timestamp wins.</source>
        <translation>Die Teile der Zeile von mehreren Stellen werden zusammengeführt; der neueste Zeitstempel gewinnt.</translation>
    </message>
    <message>
        <source>The write is put into the commit log, from where a crash cannot lose it.</source>
        <translation>Der Schreibvorgang kommt in den Commit Log, aus dem ein Absturz ihn nicht verlieren kann.</translation>
    </message>
    <message>
        <source>No partition key is given, so every range of the ring is read: slow on large tables.</source>
        <translation>Es ist kein Partition Key angegeben, deshalb wird jeder Bereich des Rings gelesen: langsam bei großen Tabellen.</translation>
    </message>
    <message>
        <source>A replica is down: the write is kept for it and sent when it is back.</source>
        <translation>Eine Replica ist ausgefallen: Der Schreibvorgang wird für sie aufbewahrt und gesendet, wenn sie wieder da ist.</translation>
    </message>
    <message>
        <source>A lightweight transaction: the replicas agree on one order before anything is written.</source>
        <translation>Eine Lightweight Transaction: Die Replicas einigen sich auf eine Reihenfolge, bevor etwas geschrieben wird.</translation>
    </message>
    <message>
        <source>A message from another node has arrived.</source>
        <translation>Eine Nachricht eines anderen Knotens ist angekommen.</translation>
    </message>
    <message>
        <source>A message goes to another node.</source>
        <translation>Eine Nachricht geht an einen anderen Knoten.</translation>
    </message>
    <message>
        <source>The coordinator takes a replica&apos;s answer.</source>
        <translation>Der Coordinator nimmt die Antwort einer Replica entgegen.</translation>
    </message>
    <message>
        <source>The replica&apos;s answer goes back to the coordinator.</source>
        <translation>Die Antwort der Replica geht zurück an den Coordinator.</translation>
    </message>
    <message>
        <source>Compressed pieces of the SSTable are read from disk, as they are not in memory.</source>
        <translation>Komprimierte Stücke der SSTable werden von der Platte gelesen, da sie nicht im Speicher sind.</translation>
    </message>
    <message>
        <source>The replica reads one partition of its own.</source>
        <translation>Die Replica liest eine ihrer Partitionen.</translation>
    </message>
    <message>
        <source>The rows have been read; no deleted cells were in the way.</source>
        <translation>Die Zeilen sind gelesen; keine gelöschten Zellen waren im Weg.</translation>
    </message>
    <message>
        <source>The rows were in the row cache: no memtable and no SSTable is asked.</source>
        <translation>Die Zeilen waren im Row Cache: Weder Memtables noch SSTables werden gefragt.</translation>
    </message>
    <message>
        <source>The row cache does not have the partition; this read may put it there.</source>
        <translation>Der Row Cache hat die Partition nicht; dieser Lesevorgang legt sie vielleicht hinein.</translation>
    </message>
    <message>
        <source>The SSTable has the partition, perhaps, but none of the rows that are asked for: no disk access.</source>
        <translation>Die SSTable hat vielleicht die Partition, aber keine der gesuchten Zeilen: kein Plattenzugriff.</translation>
    </message>
    <message>
        <source>All that the SSTable has of this partition was deleted later: no disk access.</source>
        <translation>Alles, was die SSTable von dieser Partition hat, wurde später gelöscht: kein Plattenzugriff.</translation>
    </message>
    <message>
        <source>The partition is not between the first and the last key of the SSTable: no disk access.</source>
        <translation>Die Partition liegt nicht zwischen dem ersten und dem letzten Schlüssel der SSTable: kein Plattenzugriff.</translation>
    </message>
    <message>
        <source>How many pieces of SSTables were in memory, and how many had to be read.</source>
        <translation>Wie viele Stücke von SSTables im Speicher waren und wie viele gelesen werden mussten.</translation>
    </message>
</context>
<context>
    <name>studio::TraceReader</name>
    <message>
        <source>The cluster has no trace %1. Traces are kept for a day.</source>
        <translation>Der Cluster hat keinen Trace %1. Traces werden einen Tag lang aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>theme::EmptyState</name>
    <message>
        <source>Start a local cluster</source>
        <translation>Lokalen Cluster starten</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
</context>
<context>
    <name>views::AdviceHelp</name>
    <message>
        <source>Checks of a model</source>
        <translation>Prüfungen eines Modells</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>There is no page about %1.</source>
        <translation>Es gibt keine Seite über %1.</translation>
    </message>
</context>
<context>
    <name>views::AlternativesDialog</name>
    <message>
        <source>Alternatives for %1</source>
        <translation>Alternativen für %1</translation>
    </message>
    <message>
        <source>by the rules</source>
        <translation>nach den Regeln</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Rows a partition</source>
        <translation>Zeilen je Partition</translation>
    </message>
    <message>
        <source>In the largest</source>
        <translation>In der größten</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>Serves %1</source>
        <translation>Beantwortet %1</translation>
    </message>
    <message>
        <source>✗ %1</source>
        <translation>✗ %1</translation>
    </message>
    <message>
        <source>! %1</source>
        <translation>! %1</translation>
    </message>
    <message>
        <source>✓ %1</source>
        <translation>✓ %1</translation>
    </message>
    <message>
        <source>Take this key</source>
        <translation>Diesen Schlüssel nehmen</translation>
    </message>
    <message>
        <source>Take the key %1</source>
        <translation>Den Schlüssel %1 nehmen</translation>
    </message>
</context>
<context>
    <name>views::ChecksPanel</name>
    <message>
        <source>Nothing to object to.</source>
        <translation>Nichts einzuwenden.</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n Fehler</numerusform>
            <numerusform>%n Fehler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
</context>
<context>
    <name>views::Chips</name>
    <message>
        <source>Remove %1 with Delete, or from its menu</source>
        <translation>%1 mit Entf oder aus dem Menü entfernen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Add to %1</source>
        <translation>Hinzufügen zu %1</translation>
    </message>
    <message>
        <source>Find an attribute</source>
        <translation>Attribut suchen</translation>
    </message>
</context>
<context>
    <name>views::ClusterTreeModel</name>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>stoppt</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n Knoten</numerusform>
            <numerusform>%n Knoten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2 up</source>
        <translation>%1 von %2 laufen</translation>
    </message>
    <message>
        <source>Bundled</source>
        <translation>Mitgeliefert</translation>
    </message>
    <message>
        <source>Simulated</source>
        <translation>Simuliert</translation>
    </message>
    <message>
        <source>Remote</source>
        <translation>Entfernt</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1 · %2 / %3</source>
        <translation>%1 · %2 / %3</translation>
    </message>
</context>
<context>
    <name>views::ClustersPanel</name>
    <message>
        <source>Clusters</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Stop cluster</source>
        <translation>Cluster stoppen</translation>
    </message>
</context>
<context>
    <name>views::ColumnForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Secondary index</source>
        <translation>Sekundärindex</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>K  partition key</source>
        <translation>K  partition key</translation>
    </message>
    <message>
        <source>C↑  clustering, ascending</source>
        <translation>C↑  clustering, aufsteigend</translation>
    </message>
    <message>
        <source>C↓  clustering, descending</source>
        <translation>C↓  clustering, absteigend</translation>
    </message>
    <message>
        <source>S  static</source>
        <translation>S  static</translation>
    </message>
    <message>
        <source>regular</source>
        <translation>gewöhnlich</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Change type</source>
        <translation>Typ ändern</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>Schlüssel ändern</translation>
    </message>
    <message>
        <source>Add index</source>
        <translation>Index anlegen</translation>
    </message>
    <message>
        <source>Remove index</source>
        <translation>Index entfernen</translation>
    </message>
    <message>
        <source>Column %1</source>
        <translation>Spalte %1</translation>
    </message>
    <message>
        <source>From %1.</source>
        <translation>Aus %1.</translation>
    </message>
    <message>
        <source>Bucket %1.</source>
        <translation>Bucket %1.</translation>
    </message>
</context>
<context>
    <name>views::ColumnSizes</name>
    <message>
        <source>Sizes of the columns</source>
        <translation>Größen der Spalten</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größte</translation>
    </message>
    <message>
        <source>Average</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Null</source>
        <translation>Null</translation>
    </message>
    <message>
        <source>Most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Elemente</translation>
    </message>
    <message>
        <source>Bytes of the largest value, or of all elements of the largest collection</source>
        <translation>Bytes des größten Werts oder aller Elemente der größten Collection</translation>
    </message>
    <message>
        <source>Bytes of a value on average, or of all elements of a collection</source>
        <translation>Bytes eines Werts im Mittel oder aller Elemente einer Collection</translation>
    </message>
    <message>
        <source>The share of rows without a value</source>
        <translation>Der Anteil der Zeilen ohne Wert</translation>
    </message>
    <message>
        <source>Elements of the largest collection</source>
        <translation>Elemente der größten Collection</translation>
    </message>
    <message>
        <source>Elements of a collection</source>
        <translation>Elemente einer Collection</translation>
    </message>
    <message>
        <source>Your own figure. Clear it for the default: %1.</source>
        <translation>Eigene Angabe. Leeren setzt die Vorgabe ein: %1.</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 B for the type</source>
        <translation>%1 B für den Typ</translation>
    </message>
    <message>
        <source>A column of the key has a value in each row</source>
        <translation>Eine Spalte des Schlüssels hat in jeder Zeile einen Wert</translation>
    </message>
    <message>
        <source>no nulls</source>
        <translation>keine Nullwerte</translation>
    </message>
    <message>
        <source>10 elements</source>
        <translation>10 Elemente</translation>
    </message>
    <message>
        <source>Change size of %1</source>
        <translation>Größe von %1 ändern</translation>
    </message>
    <message>
        <source>A default and so a guess: %1. Type your own figure, or load data, measure and calibrate.</source>
        <translation>Eine Vorgabe und damit geschätzt: %1. Eine eigene Angabe eintippen oder Daten laden, messen und kalibrieren.</translation>
    </message>
    <message>
        <source>The default: %1. Type your own figure.</source>
        <translation>Die Vorgabe: %1. Eine eigene Angabe eintippen.</translation>
    </message>
    <message>
        <source>~%1 B</source>
        <translation>~%1 B</translation>
    </message>
</context>
<context>
    <name>views::CompletionPopup</name>
    <message>
        <source>Completions</source>
        <translation>Vervollständigungen</translation>
    </message>
</context>
<context>
    <name>views::ConceptualScene</name>
    <message>
        <source>Draw an entity (E), connect two with a relationship (R), give them attributes (A).</source>
        <translation>Zeichnen Sie eine Entität (E), verbinden Sie zwei mit einer Beziehung (R), geben Sie ihnen Attribute (A).</translation>
    </message>
    <message>
        <source>Key attribute %1 of %2, %3</source>
        <translation>Schlüsselattribut %1 von %2, %3</translation>
    </message>
    <message>
        <source>Attribute %1 of %2, %3</source>
        <translation>Attribut %1 von %2, %3</translation>
    </message>
    <message numerus="yes">
        <source>Weak entity type %1, %n attribute(s)</source>
        <translation>
            <numerusform>Schwacher Entitätstyp %1, %n Attribut</numerusform>
            <numerusform>Schwacher Entitätstyp %1, %n Attribute</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Entity type %1, %n attribute(s)</source>
        <translation>
            <numerusform>Entitätstyp %1, %n Attribut</numerusform>
            <numerusform>Entitätstyp %1, %n Attribute</numerusform>
        </translation>
    </message>
    <message>
        <source>Relationship type %1</source>
        <translation>Beziehungstyp %1</translation>
    </message>
    <message>
        <source>Hierarchy below %1</source>
        <translation>Hierarchie unter %1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Add entity</source>
        <translation>Entität anlegen</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Notiz anlegen</translation>
    </message>
    <message>
        <source>Drag from one entity to another.</source>
        <translation>Ziehen Sie von einer Entität zu einer anderen.</translation>
    </message>
    <message>
        <source>Click the entity or relationship that has it.</source>
        <translation>Klicken Sie die Entität oder Beziehung an, die es hat.</translation>
    </message>
    <message>
        <source>Drag from the supertype to the subtype.</source>
        <translation>Ziehen Sie vom Obertyp zum Untertyp.</translation>
    </message>
    <message>
        <source>Add attribute</source>
        <translation>Attribut anlegen</translation>
    </message>
    <message>
        <source>Add subtype</source>
        <translation>Untertyp anlegen</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Add relationship</source>
        <translation>Beziehung anlegen</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>Schlüssel ändern</translation>
    </message>
    <message>
        <source>Part of the key</source>
        <translation>Teil des Schlüssels</translation>
    </message>
    <message>
        <source>Has several values</source>
        <translation>Hat mehrere Werte</translation>
    </message>
    <message>
        <source>Change attribute</source>
        <translation>Attribut ändern</translation>
    </message>
    <message>
        <source>Another attribute</source>
        <translation>Ein weiteres Attribut</translation>
    </message>
    <message>
        <source>Add a part</source>
        <translation>Teil hinzufügen</translation>
    </message>
    <message>
        <source>Weak: its key needs its owner&apos;s</source>
        <translation>Schwach: der Schlüssel braucht den des Besitzers</translation>
    </message>
    <message>
        <source>Weak entity</source>
        <translation>Schwache Entität</translation>
    </message>
    <message>
        <source>Identifying: gives a weak entity its owner</source>
        <translation>Identifizierend: gibt einer schwachen Entität ihren Besitzer</translation>
    </message>
    <message>
        <source>Identifying relationship</source>
        <translation>Identifizierende Beziehung</translation>
    </message>
</context>
<context>
    <name>views::ConceptualStage</name>
    <message>
        <source>Entities and relationships</source>
        <translation>Entitäten und Beziehungen</translation>
    </message>
    <message>
        <source>Application workflow</source>
        <translation>Ablauf der Anwendung</translation>
    </message>
    <message>
        <source>Renumber</source>
        <translation>Neu nummerieren</translation>
    </message>
    <message>
        <source>Labels Q1, Q2 … in the order of the workflow</source>
        <translation>Marken Q1, Q2 … in der Reihenfolge des Ablaufs</translation>
    </message>
    <message>
        <source>Renumber queries</source>
        <translation>Abfragen neu nummerieren</translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n Entität</numerusform>
            <numerusform>%n Entitäten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n relationship(s)</source>
        <translation>
            <numerusform>%n Beziehung</numerusform>
            <numerusform>%n Beziehungen</numerusform>
        </translation>
    </message>
    <message>
        <source>all keys set</source>
        <translation>alle Schlüssel gesetzt</translation>
    </message>
    <message numerus="yes">
        <source>%n without a key</source>
        <translation>
            <numerusform>%n ohne Schlüssel</numerusform>
            <numerusform>%n ohne Schlüssel</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2. Each edge is a query the application asks</source>
        <translation>%1, %2. Jede Kante ist eine Abfrage der Anwendung</translation>
    </message>
    <message numerus="yes">
        <source>%n screen(s)</source>
        <translation>
            <numerusform>%n Maske</numerusform>
            <numerusform>%n Masken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n Abfrage</numerusform>
            <numerusform>%n Abfragen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ConnectDialog</name>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>of the node that answers first</source>
        <translation>das des Knotens, der zuerst antwortet</translation>
    </message>
    <message>
        <source>&amp;Contact points</source>
        <translation>&amp;Kontaktpunkte</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>Local &amp;data centre</source>
        <translation>Lokales &amp;Datacenter</translation>
    </message>
    <message>
        <source>Tested with Apache Cassandra 5.0; other versions and ScyllaDB are untested. Once it was right, the password goes to the desktop&apos;s keychain (an encrypted file where there is none), never to the workspace.</source>
        <translation>Getestet mit Apache Cassandra 5.0; andere Versionen und ScyllaDB sind ungetestet. War das Passwort richtig, kommt es in den Schlüsselbund des Desktops (ohne einen solchen in eine verschlüsselte Datei), nie in den Arbeitsbereich.</translation>
    </message>
    <message>
        <source>Connect to a cluster</source>
        <translation>Mit einem Cluster verbinden</translation>
    </message>
</context>
<context>
    <name>views::CoverageDialog</name>
    <message>
        <source>Coverage: queries and tables</source>
        <translation>Abdeckung: Abfragen und Tabellen</translation>
    </message>
    <message>
        <source>%1 of %2 queries are answered by key or index; %3 tables answer none.</source>
        <translation>%1 von %2 Abfragen werden über Schlüssel oder Index beantwortet; %3 Tabellen beantworten keine.</translation>
    </message>
    <message>
        <source>Coverage matrix</source>
        <translation>Matrix der Abdeckung</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>several</source>
        <translation>mehrere</translation>
    </message>
    <message>
        <source>index</source>
        <translation>Index</translation>
    </message>
    <message>
        <source>scan</source>
        <translation>Scan</translation>
    </message>
</context>
<context>
    <name>views::CqlEditor</name>
    <message>
        <source>CQL</source>
        <translation>CQL</translation>
    </message>
    <message>
        <source>%1 (Ctrl+.)</source>
        <translation>%1 (Strg+.)</translation>
    </message>
</context>
<context>
    <name>views::CqlLexer</name>
    <message>
        <source>Default</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Kommentar</translation>
    </message>
    <message>
        <source>Keyword</source>
        <translation>Schlüsselwort</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>Funktion</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Quoted name</source>
        <translation>Name in Anführungszeichen</translation>
    </message>
    <message>
        <source>String</source>
        <translation>Zeichenkette</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Constant</source>
        <translation>Konstante</translation>
    </message>
    <message>
        <source>Bind marker</source>
        <translation>Bind-Marker</translation>
    </message>
    <message>
        <source>Operator</source>
        <translation>Operator</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
</context>
<context>
    <name>views::CreateDialog</name>
    <message>
        <source>New local cluster</source>
        <translation>Neuer lokaler Cluster</translation>
    </message>
    <message>
        <source>Hotel sample, small: ready in seconds</source>
        <translation>Hotel-Beispiel, klein: in Sekunden bereit</translation>
    </message>
    <message>
        <source>Hotel sample, full: 1,000,000 availability rows</source>
        <translation>Hotel-Beispiel, groß: 1.000.000 Zeilen Verfügbarkeit</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>Leer</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>Data &amp;centres</source>
        <translation>Data&amp;center</translation>
    </message>
    <message>
        <source>Rac&amp;ks in each</source>
        <translation>Rac&amp;ks in jedem</translation>
    </message>
    <message>
        <source>N&amp;odes in each data centre</source>
        <translation>Kn&amp;oten in jedem Datacenter</translation>
    </message>
    <message>
        <source>&amp;Vnodes a node</source>
        <translation>&amp;Vnodes je Knoten</translation>
    </message>
    <message>
        <source>&amp;Replication in each</source>
        <translation>&amp;Replikation in jedem</translation>
    </message>
    <message>
        <source>&amp;Data</source>
        <translation>&amp;Daten</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Give the cluster a name.</source>
        <translation>Geben Sie dem Cluster einen Namen.</translation>
    </message>
    <message>
        <source>Replication %1 needs at least %1 nodes in each data centre.</source>
        <translation>Replikation %1 braucht mindestens %1 Knoten in jedem Datacenter.</translation>
    </message>
    <message numerus="yes">
        <source>%n rack(s) need as many nodes in each data centre.</source>
        <translation>
            <numerusform>%n Rack braucht ebenso viele Knoten in jedem Datacenter.</numerusform>
            <numerusform>%n Racks brauchen ebenso viele Knoten in jedem Datacenter.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n process(es), each with its own address and files.</source>
        <translation>
            <numerusform>%n Prozess mit eigener Adresse und eigenen Dateien.</numerusform>
            <numerusform>%n Prozesse, jeder mit eigener Adresse und eigenen Dateien.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::DeployPanel</name>
    <message>
        <source>Snapshot the tables first</source>
        <translation>Zuerst einen Snapshot der Tabellen</translation>
    </message>
    <message>
        <source>stops at the first error</source>
        <translation>hält beim ersten Fehler</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Save script…</source>
        <translation>Skript speichern …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Auslassen</translation>
    </message>
    <message>
        <source>Deploy</source>
        <translation>Ausrollen</translation>
    </message>
    <message>
        <source>Clusters to deploy to</source>
        <translation>Cluster, auf die ausgerollt werden kann</translation>
    </message>
    <message>
        <source>Migration script</source>
        <translation>Migrationsskript</translation>
    </message>
    <message>
        <source>Runs the schema changes on a copy of the cluster&apos;s schema; sends nothing</source>
        <translation>Wendet die Schemaänderungen auf eine Kopie des Schemas an; sendet nichts</translation>
    </message>
    <message>
        <source>Steps of the migration</source>
        <translation>Schritte der Migration</translation>
    </message>
    <message>
        <source>bundled</source>
        <translation>mitgeliefert</translation>
    </message>
    <message>
        <source>remote</source>
        <translation>entfernt</translation>
    </message>
    <message>
        <source>production</source>
        <translation>Produktion</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%n difference(s)</source>
        <translation>
            <numerusform>%n Unterschied</numerusform>
            <numerusform>%n Unterschiede</numerusform>
        </translation>
    </message>
    <message>
        <source>stopped; a click starts it</source>
        <translation>angehalten; ein Klick startet ihn</translation>
    </message>
    <message>
        <source>No cluster yet. Start one on the page Home, or save the script.</source>
        <translation>Noch kein Cluster. Starten Sie einen auf der Startseite oder speichern Sie das Skript.</translation>
    </message>
    <message>
        <source>Opening the cluster…</source>
        <translation>Der Cluster wird geöffnet …</translation>
    </message>
    <message>
        <source>schema change</source>
        <translation>Schemaänderung</translation>
    </message>
    <message>
        <source>copies rows</source>
        <translation>kopiert Zeilen</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>liest nur</translation>
    </message>
    <message>
        <source>in the application</source>
        <translation>in der Anwendung</translation>
    </message>
    <message>
        <source>asks first</source>
        <translation>fragt zuerst</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message numerus="yes">
        <source>Deploy %n step(s)</source>
        <translation>
            <numerusform>%n Schritt ausführen</numerusform>
            <numerusform>%n Schritte ausführen</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a cluster first</source>
        <translation>Wählen Sie zuerst einen Cluster</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist offen</translation>
    </message>
    <message>
        <source>would work</source>
        <translation>würde gehen</translation>
    </message>
    <message>
        <source>The dry run went well: nothing was sent.</source>
        <translation>Der Probelauf ging gut: nichts wurde gesendet.</translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) would fail: %1</source>
        <translation>
            <numerusform>%n Schritt würde scheitern: %1</numerusform>
            <numerusform>%n Schritte würden scheitern: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Save migration script</source>
        <translation>Migrationsskript speichern</translation>
    </message>
    <message>
        <source>CQL (*.cql)</source>
        <translation>CQL (*.cql)</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>Saved as %1.</source>
        <translation>Gespeichert als %1.</translation>
    </message>
    <message>
        <source>Deploy to %1? This cannot be undone.</source>
        <translation>Auf %1 ausrollen? Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Deploy and drop</source>
        <translation>Ausrollen und löschen</translation>
    </message>
    <message>
        <source>This is production. Type its name:</source>
        <translation>Das ist Produktion. Geben Sie den Namen ein:</translation>
    </message>
    <message>
        <source>Name of the cluster</source>
        <translation>Name des Clusters</translation>
    </message>
    <message>
        <source>The studio cannot change this cluster. Save the script and run it there.</source>
        <translation>Das Studio kann diesen Cluster nicht ändern. Speichern Sie das Skript und führen Sie es dort aus.</translation>
    </message>
    <message>
        <source>runs</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message numerus="yes">
        <source>Deployed: %n step(s) done.</source>
        <translation>
            <numerusform>Ausgerollt: %n Schritt erledigt.</numerusform>
            <numerusform>Ausgerollt: %n Schritte erledigt.</numerusform>
        </translation>
    </message>
    <message>
        <source>Deploy to %1</source>
        <translation>Auf %1 ausrollen</translation>
    </message>
</context>
<context>
    <name>views::DesignInspector</name>
    <message>
        <source>Generate logical model</source>
        <translation>Logisches Modell erzeugen</translation>
    </message>
    <message>
        <source>Inspector</source>
        <translation>Inspektor</translation>
    </message>
    <message>
        <source>Needs a query: tables follow from what is asked</source>
        <translation>Braucht eine Abfrage: Tabellen folgen aus dem, was gefragt wird</translation>
    </message>
</context>
<context>
    <name>views::DesignerPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>New model</source>
        <translation>Neues Modell</translation>
    </message>
    <message>
        <source>Conceptual</source>
        <translation>Konzeptionell</translation>
    </message>
    <message>
        <source>Logical</source>
        <translation>Logisch</translation>
    </message>
    <message>
        <source>Physical</source>
        <translation>Physisch</translation>
    </message>
    <message>
        <source>Kept in the workspace, not in a file</source>
        <translation>Im Arbeitsbereich aufbewahrt, nicht in einer Datei</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n Entität</numerusform>
            <numerusform>%n Entitäten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n Abfrage</numerusform>
            <numerusform>%n Abfragen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message numerus="yes">
        <source>%n table(s)</source>
        <translation>
            <numerusform>%n Tabelle</numerusform>
            <numerusform>%n Tabellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n type(s)</source>
        <translation>
            <numerusform>%n Typ</numerusform>
            <numerusform>%n Typen</numerusform>
        </translation>
    </message>
    <message>
        <source>untitled</source>
        <translation>unbenannt</translation>
    </message>
    <message>
        <source>Open model</source>
        <translation>Modell öffnen</translation>
    </message>
    <message>
        <source>Models (*.rwmodel);;All files (*)</source>
        <translation>Modelle (*.rwmodel);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 is damaged and was not opened.</source>
        <translation>%1 ist beschädigt und wurde nicht geöffnet.</translation>
    </message>
    <message>
        <source>The sample %1 is missing from this build.</source>
        <translation>Das Beispiel %1 fehlt in diesem Bau.</translation>
    </message>
    <message>
        <source>Save model</source>
        <translation>Modell speichern</translation>
    </message>
    <message>
        <source>Models (*.rwmodel)</source>
        <translation>Modelle (*.rwmodel)</translation>
    </message>
    <message>
        <source>Close model</source>
        <translation>Modell schließen</translation>
    </message>
    <message>
        <source>Close %1 and forget its changes and their history?</source>
        <translation>%1 schließen und seine Änderungen samt Verlauf vergessen?</translation>
    </message>
    <message>
        <source>Generate logical model</source>
        <translation>Logisches Modell erzeugen</translation>
    </message>
    <message>
        <source>Choose the key of %1</source>
        <translation>Schlüssel von %1 wählen</translation>
    </message>
    <message>
        <source>Nothing here is called %1.</source>
        <translation>Hier heißt nichts %1.</translation>
    </message>
    <message>
        <source>Design</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Begin with what the data are and what the application asks; tables, sizes and CQL follow. Draw a model of your own, or open one that is complete.</source>
        <translation>Beginnen Sie mit dem, was die Daten sind und was die Anwendung fragt; Tabellen, Größen und CQL folgen. Zeichnen Sie ein eigenes Modell oder öffnen Sie ein fertiges.</translation>
    </message>
    <message>
        <source>Open model…</source>
        <translation>Modell öffnen …</translation>
    </message>
    <message>
        <source>Import CQL…</source>
        <translation>CQL importieren …</translation>
    </message>
    <message>
        <source>From the cluster…</source>
        <translation>Aus dem Cluster …</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist offen</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open the sample %1</source>
        <translation>Das Beispiel %1 öffnen</translation>
    </message>
    <message>
        <source>&amp;New model</source>
        <translation>&amp;Neues Modell</translation>
    </message>
    <message>
        <source>&amp;Open model…</source>
        <translation>Modell ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Reverse-engineer CQL…</source>
        <translation>Modell aus &amp;CQL …</translation>
    </message>
    <message>
        <source>Reverse-engineer the open c&amp;luster…</source>
        <translation>Modell aus dem offenen C&amp;luster …</translation>
    </message>
    <message>
        <source>The tables of the cluster that is open, and the queries that they can serve</source>
        <translation>Die Tabellen des offenen Clusters und die Abfragen, die sie beantworten können</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>&amp;Print…</source>
        <translation>&amp;Drucken …</translation>
    </message>
    <message>
        <source>&amp;Generate logical model…</source>
        <translation>Logisches Modell er&amp;zeugen …</translation>
    </message>
    <message>
        <source>&amp;Coverage of queries…</source>
        <translation>&amp;Abdeckung der Abfragen …</translation>
    </message>
    <message>
        <source>&amp;Arrange</source>
        <translation>An&amp;ordnen</translation>
    </message>
    <message>
        <source>Lays out the selection, or everything</source>
        <translation>Ordnet die Auswahl an oder alles</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>&amp;Verdoppeln</translation>
    </message>
    <message>
        <source>Stage 1: &amp;conceptual</source>
        <translation>Stufe 1: &amp;konzeptionell</translation>
    </message>
    <message>
        <source>Stage 2: &amp;logical</source>
        <translation>Stufe 2: &amp;logisch</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>Ein&amp;passen</translation>
    </message>
    <message>
        <source>1 Conceptual</source>
        <translation>1 Konzeptionell</translation>
    </message>
    <message>
        <source>Entities, relationships and queries (Alt+1)</source>
        <translation>Entitäten, Beziehungen und Abfragen (Alt+1)</translation>
    </message>
    <message>
        <source>2 Logical</source>
        <translation>2 Logisch</translation>
    </message>
    <message>
        <source>Tables with their keys (Alt+2)</source>
        <translation>Tabellen mit ihren Schlüsseln (Alt+2)</translation>
    </message>
    <message>
        <source>Types, CQL and deployment (Alt+3)</source>
        <translation>Typen, CQL und Ausrollen (Alt+3)</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Entity</source>
        <translation>Entität</translation>
    </message>
    <message>
        <source>Relationship</source>
        <translation>Beziehung</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>Attribut</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>Abfrage</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Find in the diagram</source>
        <translation>Im Diagramm suchen</translation>
    </message>
    <message>
        <source>Diagram as SVG (*.svg)</source>
        <translation>Diagramm als SVG (*.svg)</translation>
    </message>
    <message>
        <source>Diagram as PNG (*.png)</source>
        <translation>Diagramm als PNG (*.png)</translation>
    </message>
    <message>
        <source>Diagram as PDF (*.pdf)</source>
        <translation>Diagramm als PDF (*.pdf)</translation>
    </message>
    <message>
        <source>CQL (*.cql)</source>
        <translation>CQL (*.cql)</translation>
    </message>
    <message>
        <source>Data dictionary, Markdown (*.md)</source>
        <translation>Datenverzeichnis, Markdown (*.md)</translation>
    </message>
    <message>
        <source>Data dictionary, HTML (*.html)</source>
        <translation>Datenverzeichnis, HTML (*.html)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Reverse-engineer CQL</source>
        <translation>Modell aus CQL</translation>
    </message>
    <message>
        <source>CQL (*.cql);;All files (*)</source>
        <translation>CQL (*.cql);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>%1 konnte nicht gelesen werden: %2</translation>
    </message>
    <message>
        <source>The schema of the cluster is not known yet.</source>
        <translation>Das Schema des Clusters ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 has no keyspaces of its own yet.</source>
        <translation>%1 hat noch keine eigenen Keyspaces.</translation>
    </message>
    <message>
        <source>Reverse-engineer the cluster</source>
        <translation>Modell aus dem Cluster</translation>
    </message>
    <message>
        <source>This change of %1 breaks what was right. %2 (Undo takes it back.)</source>
        <translation>Diese Änderung von %1 bricht, was richtig war. %2 (Rückgängig nimmt sie zurück.)</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>%1 schließen</translation>
    </message>
    <message>
        <source>&amp;Open the last good version</source>
        <translation>Die letzte gute Version ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Align &amp;left edges</source>
        <translation>&amp;Linke Kanten ausrichten</translation>
    </message>
    <message>
        <source>Align &amp;centres</source>
        <translation>&amp;Mitten ausrichten (waagerecht)</translation>
    </message>
    <message>
        <source>Align &amp;right edges</source>
        <translation>&amp;Rechte Kanten ausrichten</translation>
    </message>
    <message>
        <source>Align &amp;top edges</source>
        <translation>&amp;Obere Kanten ausrichten</translation>
    </message>
    <message>
        <source>Align &amp;middles</source>
        <translation>Mitten ausrichten (&amp;senkrecht)</translation>
    </message>
    <message>
        <source>Align &amp;bottom edges</source>
        <translation>&amp;Untere Kanten ausrichten</translation>
    </message>
    <message>
        <source>Spread &amp;across</source>
        <translation>Waagerecht &amp;verteilen</translation>
    </message>
    <message>
        <source>Spread &amp;down</source>
        <translation>Senkrecht verteilen</translation>
    </message>
    <message>
        <source>Hierarchy (IsA)</source>
        <translation>Hierarchie (IsA)</translation>
    </message>
    <message>
        <source>&amp;Checks and what they mean</source>
        <translation>&amp;Prüfungen und was sie bedeuten</translation>
    </message>
    <message>
        <source>Every rule that models are checked by, with its page of help</source>
        <translation>Jede Regel, nach der Modelle geprüft werden, mit ihrer Hilfeseite</translation>
    </message>
    <message>
        <source>%1 is not there.</source>
        <translation>%1 ist nicht da.</translation>
    </message>
    <message>
        <source>Cost of &amp;writes…</source>
        <translation>Kosten der Sch&amp;reibzugriffe …</translation>
    </message>
    <message>
        <source>Which tables a write goes to, in which statements, and how many rows that is</source>
        <translation>In welche Tabellen ein Schreibzugriff geht, mit welchen Anweisungen, und wie viele Zeilen das sind</translation>
    </message>
    <message>
        <source>its name must end in .svg, .png, .pdf, .cql, .md or .html.</source>
        <translation>der Name muss auf .svg, .png, .pdf, .cql, .md oder .html enden.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
</context>
<context>
    <name>views::DetailForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>simple</source>
        <translation>einfach</translation>
    </message>
    <message>
        <source>composite</source>
        <translation>zusammengesetzt</translation>
    </message>
    <message>
        <source>multi-valued</source>
        <translation>mehrwertig</translation>
    </message>
    <message>
        <source>derived</source>
        <translation>abgeleitet</translation>
    </message>
    <message>
        <source>Part of the key</source>
        <translation>Teil des Schlüssels</translation>
    </message>
    <message>
        <source>Disjoint: an instance is of one subtype only</source>
        <translation>Disjunkt: eine Instanz gehört zu nur einem Untertyp</translation>
    </message>
    <message>
        <source>Covering: every instance is of some subtype</source>
        <translation>Überdeckend: jede Instanz gehört zu einem Untertyp</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Change attribute</source>
        <translation>Attribut ändern</translation>
    </message>
    <message>
        <source>Change hierarchy</source>
        <translation>Hierarchie ändern</translation>
    </message>
    <message>
        <source>Attribute %1</source>
        <translation>Attribut %1</translation>
    </message>
    <message>
        <source>Screen %1</source>
        <translation>Maske %1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Subtypes of %1</source>
        <translation>Untertypen von %1</translation>
    </message>
</context>
<context>
    <name>views::DiagramScene</name>
    <message>
        <source>Move</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n element(s)</source>
        <translation>
            <numerusform>%n Element löschen</numerusform>
            <numerusform>%n Elemente löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Arrange</source>
        <translation>Anordnen</translation>
    </message>
    <message>
        <source>name, or name: 1:n 100..410 (average..largest)</source>
        <translation>Name, oder Name: 1:n 100..410 (Durchschnitt..größter)</translation>
    </message>
    <message>
        <source>name, or name: type</source>
        <translation>Name, oder Name: Typ</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Select three boxes or more.</source>
        <translation>Drei Kästen oder mehr auswählen.</translation>
    </message>
    <message>
        <source>Select two boxes or more.</source>
        <translation>Zwei Kästen oder mehr auswählen.</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>Ausrichten</translation>
    </message>
</context>
<context>
    <name>views::DiagramView</name>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>Ausrichten</translation>
    </message>
    <message>
        <source>Cut</source>
        <translation>Ausschneiden</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Arrange</source>
        <translation>Anordnen</translation>
    </message>
    <message>
        <source>Left edges</source>
        <translation>Linke Kanten</translation>
    </message>
    <message>
        <source>Centres</source>
        <translation>Mitten</translation>
    </message>
    <message>
        <source>Right edges</source>
        <translation>Rechte Kanten</translation>
    </message>
    <message>
        <source>Top edges</source>
        <translation>Obere Kanten</translation>
    </message>
    <message>
        <source>Middles</source>
        <translation>Mitten in der Höhe</translation>
    </message>
    <message>
        <source>Bottom edges</source>
        <translation>Untere Kanten</translation>
    </message>
    <message>
        <source>Spread across</source>
        <translation>Waagerecht verteilen</translation>
    </message>
    <message>
        <source>Spread down</source>
        <translation>Senkrecht verteilen</translation>
    </message>
</context>
<context>
    <name>views::DifferencesPanel</name>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
    <message>
        <source>no cluster is open</source>
        <translation>kein Cluster ist offen</translation>
    </message>
    <message>
        <source>model → %1</source>
        <translation>Modell → %1</translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n altered</source>
        <translation>
            <numerusform>%n geändert</numerusform>
            <numerusform>%n geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n risky</source>
        <translation>
            <numerusform>%n riskant</numerusform>
            <numerusform>%n riskant</numerusform>
        </translation>
    </message>
    <message>
        <source>create</source>
        <translation>anlegen</translation>
    </message>
    <message>
        <source>alter</source>
        <translation>ändern</translation>
    </message>
    <message>
        <source>rebuild</source>
        <translation>neu bauen</translation>
    </message>
    <message>
        <source>drop</source>
        <translation>löschen</translation>
    </message>
    <message>
        <source>Keyspace %1</source>
        <translation>Keyspace %1</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) are the same</source>
        <translation>
            <numerusform>%n Objekt ist gleich</numerusform>
            <numerusform>%n Objekte sind gleich</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::EndpointPanel</name>
    <message>
        <source>Heartbeat intervals</source>
        <translation>Heartbeat-Abstände</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>sees</source>
        <translation>sieht</translation>
    </message>
    <message>
        <source>phi</source>
        <translation>Phi</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generation</translation>
    </message>
    <message>
        <source>Heartbeat version</source>
        <translation>Heartbeat-Version</translation>
    </message>
    <message>
        <source>Mean interval</source>
        <translation>Mittlerer Abstand</translation>
    </message>
    <message>
        <source>Application states</source>
        <translation>Application States</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>v</source>
        <translation>v</translation>
    </message>
    <message>
        <source>Select a cell of the matrix to see all that one node knows of another.</source>
        <translation>Wählen Sie eine Zelle der Matrix, um alles zu sehen, was ein Knoten vom anderen weiß.</translation>
    </message>
    <message>
        <source>%1, itself</source>
        <translation>%1, sich selbst</translation>
    </message>
    <message>
        <source>%1 sees %2</source>
        <translation>%1 sieht %2</translation>
    </message>
    <message>
        <source>DOWN</source>
        <translation>DOWN</translation>
    </message>
    <message>
        <source>suspect</source>
        <translation>verdächtig</translation>
    </message>
    <message>
        <source>alive</source>
        <translation>lebt</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%1 s over the last %n</source>
        <translation>
            <numerusform>%1 s über den letzten %n</numerusform>
            <numerusform>%1 s über die letzten %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::EventsModel</name>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
</context>
<context>
    <name>views::EventsPanel</name>
    <message>
        <source>Filter events</source>
        <translation>Ereignisse filtern</translation>
    </message>
    <message>
        <source>Kind of events</source>
        <translation>Art der Ereignisse</translation>
    </message>
    <message>
        <source>All kinds</source>
        <translation>Alle Arten</translation>
    </message>
    <message>
        <source>Forget the events</source>
        <translation>Ereignisse vergessen</translation>
    </message>
    <message>
        <source>Cluster events</source>
        <translation>Cluster-Ereignisse</translation>
    </message>
    <message>
        <source>No events yet</source>
        <translation>Noch keine Ereignisse</translation>
    </message>
    <message>
        <source>Nodes that go down or come up, changes of the schema and of the topology are listed here as they happen.</source>
        <translation>Knoten, die ausfallen oder wiederkommen, und Änderungen an Schema und Topologie erscheinen hier, sobald sie geschehen.</translation>
    </message>
</context>
<context>
    <name>views::Export</name>
    <message>
        <source>The rows do not come from one table.</source>
        <translation>Die Zeilen stammen nicht aus einer einzigen Tabelle.</translation>
    </message>
</context>
<context>
    <name>views::GenerateDialog</name>
    <message>
        <source>Also renew tables that were edited by hand</source>
        <translation>Auch von Hand bearbeitete Tabellen erneuern</translation>
    </message>
    <message>
        <source>Queries that one table can answer share it</source>
        <translation>Abfragen, die eine Tabelle beantworten kann, teilen sie sich</translation>
    </message>
    <message>
        <source>Generate logical model</source>
        <translation>Logisches Modell erzeugen</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>Was geschieht</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>Erzeugen</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>edited by hand: stays</source>
        <translation>von Hand bearbeitet: bleibt</translation>
    </message>
    <message>
        <source>answers no query: stays</source>
        <translation>beantwortet keine Abfrage: bleibt</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>unverändert</translation>
    </message>
    <message>
        <source>%1 new, %2 changed, %3 the same. One undo step takes it back.</source>
        <translation>%1 neu, %2 geändert, %3 unverändert. Ein Schritt Rückgängig nimmt es zurück.</translation>
    </message>
</context>
<context>
    <name>views::GossipMatrixModel</name>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>self</source>
        <translation>selbst</translation>
    </message>
    <message>
        <source>DOWN</source>
        <translation>DOWN</translation>
    </message>
    <message>
        <source>suspect</source>
        <translation>verdächtig</translation>
    </message>
    <message>
        <source>v %1</source>
        <translation>v %1</translation>
    </message>
    <message>
        <source>%1 cannot be asked about %2</source>
        <translation>%1 kann nicht nach %2 gefragt werden</translation>
    </message>
    <message>
        <source>%1 sees %2: phi %3, generation %4, version %5 %6</source>
        <translation>%1 sieht %2: Phi %3, Generation %4, Version %5 %6</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
</context>
<context>
    <name>views::GossipPage</name>
    <message>
        <source>Freeze the picture (the cluster goes on)</source>
        <translation>Bild einfrieren (der Cluster läuft weiter)</translation>
    </message>
    <message>
        <source>Endpoint states: the row observes the column</source>
        <translation>Endpoint-Zustände: Die Zeile beobachtet die Spalte</translation>
    </message>
    <message>
        <source>Subject of the chart</source>
        <translation>Gegenstand des Diagramms</translation>
    </message>
    <message>
        <source>Endpoint state</source>
        <translation>Endpoint-Zustand</translation>
    </message>
    <message>
        <source>phi, then generation:version; row observes column</source>
        <translation>Phi, darunter Generation:Version; Zeile beobachtet Spalte</translation>
    </message>
    <message>
        <source>phi over time</source>
        <translation>Phi im Lauf der Zeit</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist geöffnet</translation>
    </message>
    <message>
        <source>Open a cluster to watch its nodes tell each other who is alive.</source>
        <translation>Öffnen Sie einen Cluster, um zu sehen, wie seine Knoten einander sagen, wer lebt.</translation>
    </message>
    <message>
        <source>Subject %1</source>
        <translation>Beobachtet: %1</translation>
    </message>
    <message>
        <source>phi_convict_threshold %1</source>
        <translation>phi_convict_threshold %1</translation>
    </message>
    <message>
        <source>No observer has two heartbeats of it yet.</source>
        <translation>Noch kein Beobachter hat zwei Heartbeats von ihm.</translation>
    </message>
    <message>
        <source>phi grows by 0.434 for every mean heartbeat interval without news. Highest now: %1 of %2, computed by %3.</source>
        <translation>Phi wächst um 0,434 je mittlerem Heartbeat-Abstand ohne Nachricht. Höchster Wert jetzt: %1 von %2, berechnet von %3.</translation>
    </message>
    <message>
        <source>seconds since the studio began to watch</source>
        <translation>Sekunden, seit das Studio beobachtet</translation>
    </message>
</context>
<context>
    <name>views::GrowthChart</name>
    <message>
        <source>Growth of a partition over time</source>
        <translation>Wachstum einer Partition mit der Zeit</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>limit %1</source>
        <translation>Grenze %1</translation>
    </message>
    <message>
        <source>limit %1 cells</source>
        <translation>Grenze %1 Zellen</translation>
    </message>
    <message>
        <source>stays below the limit</source>
        <translation>bleibt unter der Grenze</translation>
    </message>
    <message numerus="yes">
        <source>over after %n day(s)</source>
        <translation>
            <numerusform>nach %n Tag darüber</numerusform>
            <numerusform>nach %n Tagen darüber</numerusform>
        </translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>Without a growth in rows a day the line is flat.</source>
        <translation>Ohne Wachstum in Zeilen je Tag bleibt die Linie flach.</translation>
    </message>
</context>
<context>
    <name>views::HistoryPanel</name>
    <message>
        <source>Search history</source>
        <translation>Verlauf durchsuchen</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Statement</source>
        <translation>Anweisung</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Statements that were run</source>
        <translation>Ausgeführte Anweisungen</translation>
    </message>
</context>
<context>
    <name>views::KeyBar</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>No table yet</source>
        <translation>Noch keine Tabelle</translation>
    </message>
    <message>
        <source>Type a partition key to see its token and replicas</source>
        <translation>Geben Sie einen Partition Key ein, um Token und Replicas zu sehen</translation>
    </message>
    <message>
        <source>token</source>
        <translation>Token</translation>
    </message>
    <message>
        <source>Replica %1</source>
        <translation>Replica %1</translation>
    </message>
    <message>
        <source>Replica %1, down</source>
        <translation>Replica %1, ausgefallen</translation>
    </message>
</context>
<context>
    <name>views::KeyspacesDialog</name>
    <message>
        <source>Reverse-engineer the cluster</source>
        <translation>Modell aus dem Cluster</translation>
    </message>
    <message>
        <source>A model of these keyspaces of %1:</source>
        <translation>Ein Modell dieser Keyspaces von %1:</translation>
    </message>
    <message>
        <source>Keyspaces</source>
        <translation>Keyspaces</translation>
    </message>
    <message>
        <source>Make model</source>
        <translation>Modell anlegen</translation>
    </message>
</context>
<context>
    <name>views::LoadDataDialog</name>
    <message>
        <source>Load data</source>
        <translation>Daten laden</translation>
    </message>
    <message>
        <source>Creates the tables of %1 where they are missing, fills them with generated rows that agree with each other, and measures them. Rows of the same keys are overwritten.</source>
        <translation>Legt die Tabellen von %1 an, wo sie fehlen, füllt sie mit erzeugten Zeilen, die zueinander passen, und misst sie. Zeilen mit denselben Schlüsseln werden überschrieben.</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Of all tables together, about. Values of more than a gigabyte in all are not made.</source>
        <translation>Aller Tabellen zusammen, ungefähr. Mehr als ein Gigabyte an Werten wird nicht erzeugt.</translation>
    </message>
    <message>
        <source>&amp;Rows</source>
        <translation>&amp;Zeilen</translation>
    </message>
    <message>
        <source>The same seed gives the same rows.</source>
        <translation>Derselbe Startwert ergibt dieselben Zeilen.</translation>
    </message>
    <message>
        <source>&amp;Seed</source>
        <translation>&amp;Startwert</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
</context>
<context>
    <name>views::LogicalStage</name>
    <message>
        <source>Chebotko diagram</source>
        <translation>Chebotko-Diagramm</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Next step</source>
        <translation>Nächster Schritt</translation>
    </message>
    <message>
        <source>End the steps</source>
        <translation>Schritte beenden</translation>
    </message>
    <message>
        <source>%1 · %2 · step %3 of %4</source>
        <translation>%1 · %2 · Schritt %3 von %4</translation>
    </message>
</context>
<context>
    <name>views::MeasurePanel</name>
    <message>
        <source>Load data…</source>
        <translation>Daten laden …</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Calibrate</source>
        <translation>Kalibrieren</translation>
    </message>
    <message>
        <source>Puts sizes, null shares and compression as measured in place of the assumed ones: in the selected tables, or in all.</source>
        <translation>Setzt gemessene Größen, Null-Anteile und Kompression an die Stelle der angenommenen: in den ausgewählten Tabellen oder in allen.</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Measured against estimated</source>
        <translation>Gemessen gegen geschätzt</translation>
    </message>
    <message>
        <source>Open a cluster to load data for the model and to measure it.</source>
        <translation>Öffnen Sie einen Cluster, um Daten für das Modell zu laden und es zu messen.</translation>
    </message>
    <message>
        <source>The model has no tables yet.</source>
        <translation>Das Modell hat noch keine Tabellen.</translation>
    </message>
    <message>
        <source>Measured on %1.</source>
        <translation>Gemessen auf %1.</translation>
    </message>
    <message>
        <source>%1 is open. Nothing is measured yet.</source>
        <translation>%1 ist geöffnet. Noch ist nichts gemessen.</translation>
    </message>
    <message>
        <source>More than a quarter off: look at the sizes of the columns.</source>
        <translation>Mehr als ein Viertel daneben: Sehen Sie sich die Größen der Spalten an.</translation>
    </message>
    <message>
        <source>%1 %2.</source>
        <translation>%1 %2.</translation>
    </message>
    <message>
        <source>Rows and bytes are of a partition on average, uncompressed.</source>
        <translation>Zeilen und Bytes gelten für eine Partition im Durchschnitt, unkomprimiert.</translation>
    </message>
    <message numerus="yes">
        <source>Calibrate %n table(s)</source>
        <translation>
            <numerusform>%n Tabelle kalibrieren</numerusform>
            <numerusform>%n Tabellen kalibrieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Estimated
rows</source>
        <translation>Geschätzte
Zeilen</translation>
    </message>
    <message>
        <source>Estimated
bytes</source>
        <translation>Geschätzte
Bytes</translation>
    </message>
    <message>
        <source>For as
many rows</source>
        <translation>Bei ebenso
vielen Zeilen</translation>
    </message>
    <message>
        <source>After
calibrating</source>
        <translation>Nach dem
Kalibrieren</translation>
    </message>
    <message>
        <source>More than a quarter off. The sizes of these columns are guesses by type, until you type or calibrate them: %1.</source>
        <translation>Mehr als ein Viertel daneben. Die Größen dieser Spalten sind nach dem Typ geschätzt, bis sie eingetippt oder kalibriert werden: %1.</translation>
    </message>
</context>
<context>
    <name>views::Minimap</name>
    <message>
        <source>Minimap</source>
        <translation>Übersicht</translation>
    </message>
</context>
<context>
    <name>views::ModelForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Keyspace</source>
        <translation>Keyspace</translation>
    </message>
    <message>
        <source>Replication</source>
        <translation>Replikation</translation>
    </message>
    <message>
        <source>Keyspaces</source>
        <translation>Keyspaces</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Change replication</source>
        <translation>Replikation ändern</translation>
    </message>
    <message>
        <source>Model %1</source>
        <translation>Modell %1</translation>
    </message>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n Entität</numerusform>
            <numerusform>%n Entitäten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n relationships</source>
        <translation>
            <numerusform>%n Beziehung</numerusform>
            <numerusform>%n Beziehungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n Abfrage</numerusform>
            <numerusform>%n Abfragen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tables</source>
        <translation>
            <numerusform>%n Tabelle</numerusform>
            <numerusform>%n Tabellen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n types</source>
        <translation>
            <numerusform>%n Typ</numerusform>
            <numerusform>%n Typen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::NodeActions</name>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Starten</translation>
    </message>
    <message>
        <source>Start the node&apos;s process</source>
        <translation>Den Prozess des Knotens starten</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>S&amp;toppen</translation>
    </message>
    <message>
        <source>Drain the node and end its process</source>
        <translation>Den Knoten leeren (drain) und seinen Prozess beenden</translation>
    </message>
    <message>
        <source>&amp;Kill -9</source>
        <translation>&amp;Kill -9</translation>
    </message>
    <message>
        <source>End the process at once, as a crash would</source>
        <translation>Den Prozess auf der Stelle beenden, wie bei einem Absturz</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Freeze the process: its sockets stay open and nothing answers</source>
        <translation>Den Prozess einfrieren: Seine Sockets bleiben offen, nichts antwortet</translation>
    </message>
    <message>
        <source>Res&amp;ume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Let a frozen process go on</source>
        <translation>Einen eingefrorenen Prozess weiterlaufen lassen</translation>
    </message>
    <message>
        <source>&amp;Flush</source>
        <translation>&amp;Flush</translation>
    </message>
    <message>
        <source>Write the memtables to SSTables (nodetool flush)</source>
        <translation>Die Memtables als SSTables schreiben (nodetool flush)</translation>
    </message>
    <message>
        <source>&amp;Compact</source>
        <translation>&amp;Compact</translation>
    </message>
    <message>
        <source>Merge the SSTables of all tables (nodetool compact)</source>
        <translation>Die SSTables aller Tabellen zusammenführen (nodetool compact)</translation>
    </message>
    <message>
        <source>S&amp;napshot…</source>
        <translation>S&amp;napshot …</translation>
    </message>
    <message>
        <source>Keep the SSTables of this moment (nodetool snapshot)</source>
        <translation>Die SSTables dieses Augenblicks behalten (nodetool snapshot)</translation>
    </message>
    <message>
        <source>&amp;Repair…</source>
        <translation>&amp;Repair …</translation>
    </message>
    <message>
        <source>Compare the replicas and exchange what differs (nodetool repair)</source>
        <translation>Die Replicas vergleichen und Unterschiede austauschen (nodetool repair)</translation>
    </message>
    <message>
        <source>Open a cluster first</source>
        <translation>Öffnen Sie zuerst einen Cluster</translation>
    </message>
    <message>
        <source>Select a node first</source>
        <translation>Wählen Sie zuerst einen Knoten</translation>
    </message>
    <message>
        <source>Not possible now</source>
        <translation>Jetzt nicht möglich</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
    <message>
        <source>Snapshot on %1</source>
        <translation>Snapshot auf %1</translation>
    </message>
    <message>
        <source>The memtables are flushed and the SSTables are linked, not copied: it costs no space until compaction replaces them.</source>
        <translation>Die Memtables werden geschrieben und die SSTables verlinkt, nicht kopiert: Das kostet keinen Platz, bis die Compaction sie ersetzt.</translation>
    </message>
    <message>
        <source>Take snapshot</source>
        <translation>Snapshot anlegen</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Name</translation>
    </message>
    <message>
        <source>&amp;Keyspace</source>
        <translation>&amp;Keyspace</translation>
    </message>
    <message>
        <source>Repair from %1</source>
        <translation>Repair von %1</translation>
    </message>
    <message>
        <source>Start repair</source>
        <translation>Repair starten</translation>
    </message>
    <message>
        <source>The replicas of every range that %1 holds compare Merkle trees of what no repair has seen yet, exchange the rows that differ and mark all of it as repaired. It can be cancelled in Tasks.</source>
        <translation>Die Replicas jedes Bereichs, den %1 hält, vergleichen Merkle-Bäume dessen, was noch kein Repair gesehen hat, tauschen abweichende Zeilen aus und kennzeichnen alles davon als repariert. Unter Aufgaben lässt es sich abbrechen.</translation>
    </message>
    <message>
        <source>&amp;Full: compare repaired data too</source>
        <translation>&amp;Voll: auch reparierte Daten vergleichen</translation>
    </message>
    <message>
        <source>For a replica that has lost data, or after a change of the keyspace&apos;s replication (nodetool repair --full)</source>
        <translation>Wenn ein Replica Daten verloren hat oder die Replikation des Keyspace geändert wurde (nodetool repair --full)</translation>
    </message>
</context>
<context>
    <name>views::NodeCard</name>
    <message>
        <source>Host ID</source>
        <translation>Host-ID</translation>
    </message>
    <message>
        <source>Owns</source>
        <translation>Anteil</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Load</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>Uptime</source>
        <translation>Laufzeit</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>Generation</translation>
    </message>
    <message>
        <source>Schema version</source>
        <translation>Schema-Version</translation>
    </message>
    <message>
        <source>Release</source>
        <translation>Release</translation>
    </message>
    <message>
        <source>Select a node on the ring or in the list of clusters.</source>
        <translation>Wählen Sie einen Knoten auf dem Ring oder in der Liste der Cluster.</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1:%2 · %3 / %4</source>
        <translation>%1:%2 · %3 / %4</translation>
    </message>
    <message>
        <source>The process is not running. Its peers hold hints for it; starting it replays the commit log and then the hints.</source>
        <translation>Der Prozess läuft nicht. Die anderen Knoten bewahren Hints für ihn auf; ein Start spielt den Commit Log und dann die Hints ein.</translation>
    </message>
    <message>
        <source>Its peers have convicted it.</source>
        <translation>Die anderen Knoten halten ihn für ausgefallen.</translation>
    </message>
    <message>
        <source>Peers suspect it: %1.</source>
        <translation>Die anderen Knoten haben einen Verdacht: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%1%, %n token(s)</source>
        <translation>
            <numerusform>%1%, %n Token</numerusform>
            <numerusform>%1%, %n Tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n Token</numerusform>
            <numerusform>%n Tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>pid %1</source>
        <translation>PID %1</translation>
    </message>
</context>
<context>
    <name>views::NodesPage</name>
    <message>
        <source>Nodes</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Actions on the selected node</source>
        <translation>Aktionen auf dem gewählten Knoten</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist geöffnet</translation>
    </message>
    <message>
        <source>Open a cluster to see its nodes and to start, stop, flush or repair them.</source>
        <translation>Öffnen Sie einen Cluster, um seine Knoten zu sehen und sie zu starten, zu stoppen oder Flush und Repair auszulösen.</translation>
    </message>
</context>
<context>
    <name>views::OptionBar</name>
    <message>
        <source>Run</source>
        <translation>Ausführen</translation>
    </message>
    <message>
        <source>Run all</source>
        <translation>Alle ausführen</translation>
    </message>
    <message>
        <source>Keyspace</source>
        <translation>Keyspace</translation>
    </message>
    <message>
        <source>Consistency level</source>
        <translation>Consistency Level</translation>
    </message>
    <message>
        <source>Serial consistency level</source>
        <translation>Serial Consistency Level</translation>
    </message>
    <message>
        <source>Rows in a page</source>
        <translation>Zeilen je Seite</translation>
    </message>
    <message>
        <source>Run the statement at the caret, or the selection (Ctrl+Enter)</source>
        <translation>Die Anweisung an der Einfügemarke oder die Auswahl ausführen (Strg+Enter)</translation>
    </message>
    <message>
        <source>Run every statement; stops at the first error (Ctrl+Shift+Enter)</source>
        <translation>Jede Anweisung ausführen; endet beim ersten Fehler (Strg+Umschalt+Enter)</translation>
    </message>
    <message>
        <source>Tracing</source>
        <translation>Tracing</translation>
    </message>
    <message>
        <source>Tracing: let the cluster record how each statement is executed</source>
        <translation>Tracing: Den Cluster aufzeichnen lassen, wie er jede Anweisung ausführt</translation>
    </message>
    <message>
        <source>Format (Ctrl+Shift+F)</source>
        <translation>Formatieren (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>Options of the tab</source>
        <translation>Optionen des Tabs</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>keyspace</source>
        <translation>Keyspace</translation>
    </message>
    <message>
        <source>CL %1</source>
        <translation>CL %1</translation>
    </message>
    <message>
        <source>SCL %1</source>
        <translation>SCL %1</translation>
    </message>
    <message>
        <source>Page %1</source>
        <translation>Seite %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>views::OwnerForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Instances</source>
        <translation>Instanzen</translation>
    </message>
    <message>
        <source>Weak: its key needs its owner&apos;s</source>
        <translation>Schwach: der Schlüssel braucht den des Besitzers</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Enden</translation>
    </message>
    <message>
        <source>Entity</source>
        <translation>Entität</translation>
    </message>
    <message>
        <source>Card.</source>
        <translation>Kard.</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Average</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größte</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>Attribut</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>Attribute</translation>
    </message>
    <message>
        <source>used by the size estimate</source>
        <translation>für die Größenschätzung</translation>
    </message>
    <message>
        <source>Add attribute</source>
        <translation>Attribut anlegen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Set instances</source>
        <translation>Instanzen setzen</translation>
    </message>
    <message>
        <source>Weak entity</source>
        <translation>Schwache Entität</translation>
    </message>
    <message>
        <source>Identifying relationship</source>
        <translation>Identifizierende Beziehung</translation>
    </message>
    <message>
        <source>Entity %1</source>
        <translation>Entität %1</translation>
    </message>
    <message>
        <source>Relationship %1</source>
        <translation>Beziehung %1</translation>
    </message>
    <message>
        <source>Identifying: gives a weak entity its owner</source>
        <translation>Identifizierend: gibt einer schwachen Entität ihren Besitzer</translation>
    </message>
    <message>
        <source>composite</source>
        <translation>zusammengesetzt</translation>
    </message>
    <message>
        <source>Part of the key</source>
        <translation>Teil des Schlüssels</translation>
    </message>
    <message>
        <source>1 or n</source>
        <translation>1 oder n</translation>
    </message>
    <message>
        <source>Change type</source>
        <translation>Typ ändern</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>Schlüssel ändern</translation>
    </message>
    <message>
        <source>Change relationship</source>
        <translation>Beziehung ändern</translation>
    </message>
</context>
<context>
    <name>views::PageStore</name>
    <message>
        <source>The rows do not fit into memory, and %1 cannot be written: %2</source>
        <translation>Die Zeilen passen nicht in den Speicher, und %1 lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Rows that were put into a temporary file cannot be read back: %1</source>
        <translation>Zeilen, die in eine temporäre Datei ausgelagert wurden, lassen sich nicht zurücklesen: %1</translation>
    </message>
</context>
<context>
    <name>views::PhysicalStage</name>
    <message>
        <source>Tables with types</source>
        <translation>Tabellen mit Typen</translation>
    </message>
    <message>
        <source>CQL with differences</source>
        <translation>CQL mit Unterschieden</translation>
    </message>
    <message>
        <source>CQL of the model</source>
        <translation>CQL des Modells</translation>
    </message>
    <message>
        <source>CQL of the cluster</source>
        <translation>CQL des Clusters</translation>
    </message>
    <message>
        <source>Can be edited: valid text changes the model</source>
        <translation>Kann bearbeitet werden: gültiger Text ändert das Modell</translation>
    </message>
    <message>
        <source>Cluster&apos;s schema</source>
        <translation>Schema des Clusters</translation>
    </message>
    <message>
        <source>Sides of the comparison</source>
        <translation>Seiten des Vergleichs</translation>
    </message>
    <message>
        <source>Copy the CQL</source>
        <translation>Das CQL kopieren</translation>
    </message>
    <message>
        <source>CQL</source>
        <translation>CQL</translation>
    </message>
    <message>
        <source>Schema of %1</source>
        <translation>Schema von %1</translation>
    </message>
    <message>
        <source>The model waits: %1</source>
        <translation>Das Modell wartet: %1</translation>
    </message>
    <message>
        <source>Edit CQL</source>
        <translation>CQL bearbeiten</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>CQL with differences to the last deployment</source>
        <translation>CQL mit Unterschieden zum letzten Ausrollen</translation>
    </message>
    <message>
        <source>Last deployed</source>
        <translation>Zuletzt ausgerollt</translation>
    </message>
    <message>
        <source>What the model has otherwise than the last deployment: %1</source>
        <translation>Was im Modell anders ist als beim letzten Ausrollen: %1</translation>
    </message>
</context>
<context>
    <name>views::QueriesPanel</name>
    <message>
        <source>Queries</source>
        <translation>Abfragen</translation>
    </message>
    <message>
        <source>Coverage: which table answers which query</source>
        <translation>Abdeckung: welche Tabelle welche Abfrage beantwortet</translation>
    </message>
    <message>
        <source>Add query</source>
        <translation>Abfrage anlegen</translation>
    </message>
    <message>
        <source>Answered by key</source>
        <translation>Über den Schlüssel beantwortet</translation>
    </message>
    <message>
        <source>A write</source>
        <translation>Ein Schreibvorgang</translation>
    </message>
    <message>
        <source>No tables yet: generate the logical model</source>
        <translation>Noch keine Tabellen: erzeugen Sie das logische Modell</translation>
    </message>
    <message>
        <source>Answered through an index: asks every token range</source>
        <translation>Über einen Index beantwortet: fragt jeden Tokenbereich</translation>
    </message>
    <message>
        <source>Only a scan with ALLOW FILTERING answers it</source>
        <translation>Nur ein Scan mit ALLOW FILTERING beantwortet sie</translation>
    </message>
    <message>
        <source>No table answers it</source>
        <translation>Keine Tabelle beantwortet sie</translation>
    </message>
    <message>
        <source>Answered by key, from several partitions</source>
        <translation>Über den Schlüssel aus mehreren Partitionen beantwortet</translation>
    </message>
    <message>
        <source>(no question yet)</source>
        <translation>(noch keine Frage)</translation>
    </message>
    <message>
        <source>%1, %2. %3</source>
        <translation>%1, %2. %3</translation>
    </message>
    <message>
        <source>%1 of %2 by key</source>
        <translation>%1 von %2 über Schlüssel</translation>
    </message>
</context>
<context>
    <name>views::QueryForm</name>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Read or write</source>
        <translation>Lesen oder schreiben</translation>
    </message>
    <message>
        <source>reads</source>
        <translation>liest</translation>
    </message>
    <message>
        <source>writes</source>
        <translation>schreibt</translation>
    </message>
    <message>
        <source>Finds</source>
        <translation>Findet</translation>
    </message>
    <message>
        <source>What the query finds</source>
        <translation>Was die Abfrage findet</translation>
    </message>
    <message>
        <source>Searched by (equality)</source>
        <translation>Gesucht nach (Gleichheit)</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Returns</source>
        <translation>Liefert</translation>
    </message>
    <message>
        <source>Calls per second</source>
        <translation>Aufrufe je Sekunde</translation>
    </message>
    <message>
        <source>per second</source>
        <translation>je Sekunde</translation>
    </message>
    <message>
        <source>Target p99 in milliseconds</source>
        <translation>Ziel p99 in Millisekunden</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>ms</translation>
    </message>
    <message>
        <source>Becomes table</source>
        <translation>Wird Tabelle</translation>
    </message>
    <message>
        <source>Rate per second</source>
        <translation>Rate je Sekunde</translation>
    </message>
    <message>
        <source>Target p99, ms</source>
        <translation>Ziel p99, ms</translation>
    </message>
    <message>
        <source>At most one row</source>
        <translation>Höchstens eine Zeile</translation>
    </message>
    <message>
        <source>Alternatives…</source>
        <translation>Alternativen …</translation>
    </message>
    <message>
        <source>Step through the rules</source>
        <translation>Regel für Regel</translation>
    </message>
    <message>
        <source>Change question</source>
        <translation>Frage ändern</translation>
    </message>
    <message>
        <source>Change rate</source>
        <translation>Rate ändern</translation>
    </message>
    <message>
        <source>Change target</source>
        <translation>Ziel ändern</translation>
    </message>
    <message>
        <source>Change access</source>
        <translation>Zugriff ändern</translation>
    </message>
    <message>
        <source>Change what is found</source>
        <translation>Ändern, was gefunden wird</translation>
    </message>
    <message>
        <source>Change query</source>
        <translation>Abfrage ändern</translation>
    </message>
    <message>
        <source>Change order</source>
        <translation>Reihenfolge ändern</translation>
    </message>
    <message>
        <source>Query %1</source>
        <translation>Abfrage %1</translation>
    </message>
    <message>
        <source>finds …</source>
        <translation>findet …</translation>
    </message>
    <message>
        <source>Click to turn the order around</source>
        <translation>Ein Klick kehrt die Reihenfolge um</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>noch nicht</translation>
    </message>
    <message>
        <source>covered</source>
        <translation>abgedeckt</translation>
    </message>
    <message>
        <source>by index</source>
        <translation>über Index</translation>
    </message>
    <message>
        <source>by scan</source>
        <translation>durch Scan</translation>
    </message>
    <message>
        <source>not covered</source>
        <translation>nicht abgedeckt</translation>
    </message>
    <message>
        <source>Mapping rules applied to %1</source>
        <translation>Abbildungsregeln für %1</translation>
    </message>
    <message>
        <source>By way of</source>
        <translation>Auf dem Weg über</translation>
    </message>
    <message>
        <source>Relationships to go by where several ways lead to what is found</source>
        <translation>Beziehungen, über die der Weg führt, wo mehrere zum Gesuchten führen</translation>
    </message>
    <message>
        <source>Range width</source>
        <translation>Breite des Bereichs</translation>
    </message>
    <message>
        <source>How much of the range one call asks for: days of a date or time, values of anything else. It says how many buckets the query reads.</source>
        <translation>Wie viel des Bereichs ein Aufruf verlangt: Tage bei Datum oder Zeit, Werte bei allem anderen. Daraus folgt, wie viele Buckets die Abfrage liest.</translation>
    </message>
    <message>
        <source>Table name</source>
        <translation>Name der Tabelle</translation>
    </message>
    <message>
        <source>Empty: the mapping rules name it</source>
        <translation>Leer: die Abbildungsregeln benennen sie</translation>
    </message>
    <message>
        <source>Change range</source>
        <translation>Bereich ändern</translation>
    </message>
    <message>
        <source>Name the table</source>
        <translation>Tabelle benennen</translation>
    </message>
    <message>
        <source>no range</source>
        <translation>kein Bereich</translation>
    </message>
    <message>
        <source>as the rules name it</source>
        <translation>wie die Regeln sie nennen</translation>
    </message>
    <message>
        <source>CQL of the query</source>
        <translation>CQL der Abfrage</translation>
    </message>
    <message>
        <source>It fails: %1</source>
        <translation>Sie scheitert: %1</translation>
    </message>
    <message>
        <source>%1 is broken, it fails: %2</source>
        <translation>%1 ist verletzt, sie scheitert: %2</translation>
    </message>
    <message>
        <source>Its CQL is shown when it has a table.</source>
        <translation>Ihr CQL steht hier, sobald sie eine Tabelle hat.</translation>
    </message>
    <message>
        <source>Given is the</source>
        <translation>Gegeben ist</translation>
    </message>
    <message>
        <source>Which of the two ends of a relationship of a type with itself the call gives; the other one is found</source>
        <translation>Welches der beiden Enden einer Beziehung eines Typs mit sich selbst der Aufruf angibt; das andere wird gefunden</translation>
    </message>
    <message>
        <source>first end</source>
        <translation>das erste Ende</translation>
    </message>
</context>
<context>
    <name>views::RecentList</name>
    <message>
        <source>A local cluster is a real one: each node is a process of its own with its own files, and you can kill it to see what happens. What you start, connect to or open is listed here next time.</source>
        <translation>Ein lokaler Cluster ist ein echter: Jeder Knoten ist ein eigener Prozess mit eigenen Dateien, und Sie können ihn abschießen, um zu sehen, was geschieht. Was Sie starten, verbinden oder öffnen, steht beim nächsten Mal hier.</translation>
    </message>
    <message>
        <source>BUNDLED</source>
        <translation>MITGELIEFERT</translation>
    </message>
    <message>
        <source>SIMULATED</source>
        <translation>SIMULIERT</translation>
    </message>
    <message>
        <source>PRODUCTION</source>
        <translation>PRODUKTION</translation>
    </message>
    <message>
        <source>REMOTE</source>
        <translation>ENTFERNT</translation>
    </message>
    <message>
        <source>running, %1 of %2 nodes up</source>
        <translation>läuft, %1 von %2 Knoten da</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen …</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>Aus dieser Liste entfernen</translation>
    </message>
    <message>
        <source>Remove cluster</source>
        <translation>Cluster entfernen</translation>
    </message>
    <message>
        <source>Delete the cluster %1 with all its data?</source>
        <translation>Den Cluster %1 mit allen Daten löschen?</translation>
    </message>
    <message>
        <source>Forget the connection to %1?</source>
        <translation>Die Verbindung zu %1 vergessen?</translation>
    </message>
    <message>
        <source>Its folder is removed. This cannot be undone.</source>
        <translation>Sein Ordner wird gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Delete %1</source>
        <translation>%1 löschen</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
</context>
<context>
    <name>views::RecentRow</name>
    <message>
        <source>Open %1, %2</source>
        <translation>%1 öffnen, %2</translation>
    </message>
</context>
<context>
    <name>views::ResultModel</name>
    <message>
        <source>null</source>
        <translation>null</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>%1 of %2.%3: %4</source>
        <translation>%1 von %2.%3: %4</translation>
    </message>
</context>
<context>
    <name>views::ResultsPanel</name>
    <message>
        <source>Take the current value apart (Space)</source>
        <translation>Den aktuellen Wert zerlegen (Leertaste)</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>No rows yet</source>
        <translation>Noch keine Zeilen</translation>
    </message>
    <message>
        <source>Run a statement with Ctrl+Enter.</source>
        <translation>Führen Sie mit Strg+Enter eine Anweisung aus.</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Current value</source>
        <translation>Aktueller Wert</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy rows as CSV</source>
        <translation>Zeilen als CSV kopieren</translation>
    </message>
    <message>
        <source>Copy rows as JSON</source>
        <translation>Zeilen als JSON kopieren</translation>
    </message>
    <message>
        <source>Copy rows as INSERT</source>
        <translation>Zeilen als INSERT kopieren</translation>
    </message>
    <message>
        <source>Take value apart</source>
        <translation>Wert zerlegen</translation>
    </message>
    <message>
        <source>The chosen part, whole</source>
        <translation>Der gewählte Teil im Ganzen</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>Auswahl kopieren</translation>
    </message>
    <message>
        <source>Export rows</source>
        <translation>Zeilen exportieren</translation>
    </message>
    <message>
        <source>Export as CSV…</source>
        <translation>Als CSV exportieren …</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>Als JSON exportieren …</translation>
    </message>
    <message>
        <source>Export as CQL…</source>
        <translation>Als CQL exportieren …</translation>
    </message>
    <message>
        <source>Open trace</source>
        <translation>Trace öffnen</translation>
    </message>
    <message>
        <source>Fetch all rows</source>
        <translation>Alle Zeilen holen</translation>
    </message>
    <message>
        <source>Stop fetching</source>
        <translation>Holen beenden</translation>
    </message>
    <message>
        <source>Running…</source>
        <translation>Läuft …</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) so far</source>
        <translation>
            <numerusform>bisher %n Zeile</numerusform>
            <numerusform>bisher %n Zeilen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n Zeile</numerusform>
            <numerusform>%n Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Schema changed</source>
        <translation>Schema geändert</translation>
    </message>
    <message>
        <source>Using %1</source>
        <translation>Jetzt in %1</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>coordinator %1</source>
        <translation>Coordinator %1</translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n Warnung</numerusform>
            <numerusform>%n Warnungen</numerusform>
        </translation>
    </message>
    <message>
        <source>trace %1</source>
        <translation>Trace %1</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>Dauer %1</translation>
    </message>
    <message>
        <source>Results  %1</source>
        <translation>Ergebnisse  %1</translation>
    </message>
    <message>
        <source>Messages  %1</source>
        <translation>Meldungen  %1</translation>
    </message>
    <message>
        <source>Choose a row first.</source>
        <translation>Wählen Sie zuerst eine Zeile.</translation>
    </message>
    <message>
        <source>The rows do not come from one table.</source>
        <translation>Die Zeilen stammen nicht aus einer einzigen Tabelle.</translation>
    </message>
    <message>
        <source>The rows do not have the partition key column %1: select it too.</source>
        <translation>Den Zeilen fehlt die Spalte %1 des Partition Key: Wählen Sie sie mit aus.</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>CQL (*.cql)</source>
        <translation>CQL (*.cql)</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 konnte nicht geschrieben werden: %2</translation>
    </message>
    <message>
        <source>The rows that have come so far are in %1</source>
        <translation>Die bisher gekommenen Zeilen sind in %1</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>Exportiert nach %1</translation>
    </message>
</context>
<context>
    <name>views::RingCanvas</name>
    <message>
        <source>Token ring</source>
        <translation>Token-Ring</translation>
    </message>
    <message>
        <source>%1, %2, %3 %4</source>
        <translation>%1, %2, %3 %4</translation>
    </message>
    <message>
        <source>, replica %1 of %2</source>
        <translation>, Replica %1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n Knoten</numerusform>
            <numerusform>%n Knoten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s), %1 down</source>
        <translation>
            <numerusform>%n Knoten, %1 ausgefallen</numerusform>
            <numerusform>%n Knoten, %1 ausgefallen</numerusform>
        </translation>
    </message>
    <message>
        <source>, arcs merged</source>
        <translation>, Bögen zusammengefasst</translation>
    </message>
</context>
<context>
    <name>views::RingPage</name>
    <message>
        <source>replica order for the key</source>
        <translation>Reihenfolge der Replicas für den Schlüssel</translation>
    </message>
    <message>
        <source>ranges of nodes that are down, joining or leaving</source>
        <translation>Bereiche von Knoten, die ausgefallen sind, beitreten oder verlassen</translation>
    </message>
    <message>
        <source>Rings by DC</source>
        <translation>Ringe je DC</translation>
    </message>
    <message>
        <source>One ring</source>
        <translation>Ein Ring</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>The same as a table</source>
        <translation>Dasselbe als Tabelle</translation>
    </message>
    <message>
        <source>Actions on the selected node</source>
        <translation>Aktionen auf dem gewählten Knoten</translation>
    </message>
    <message>
        <source>Nodes of the ring</source>
        <translation>Knoten des Rings</translation>
    </message>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist geöffnet</translation>
    </message>
    <message>
        <source>Open a cluster to see who owns which part of the token ring, and where a key lives.</source>
        <translation>Öffnen Sie einen Cluster, um zu sehen, wem welcher Teil des Token-Rings gehört und wo ein Schlüssel liegt.</translation>
    </message>
</context>
<context>
    <name>views::SchemaPanel</name>
    <message>
        <source>Filter schema (Ctrl+E)</source>
        <translation>Schema filtern (Strg+E)</translation>
    </message>
    <message>
        <source>Filter schema</source>
        <translation>Schema filtern</translation>
    </message>
    <message>
        <source>Read schema again</source>
        <translation>Schema neu lesen</translation>
    </message>
    <message>
        <source>Schema</source>
        <translation>Schema</translation>
    </message>
    <message>
        <source>Open a cluster to see its keyspaces.</source>
        <translation>Öffnen Sie einen Cluster, um seine Keyspaces zu sehen.</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>Daten öffnen</translation>
    </message>
    <message>
        <source>Show on ring</source>
        <translation>Auf dem Ring zeigen</translation>
    </message>
    <message>
        <source>Insert name</source>
        <translation>Namen einfügen</translation>
    </message>
    <message>
        <source>Copy name</source>
        <translation>Namen kopieren</translation>
    </message>
</context>
<context>
    <name>views::SchemaTreeModel</name>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Materialized views</source>
        <translation>Materialized Views</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>Typen</translation>
    </message>
    <message>
        <source>Indexes</source>
        <translation>Indexe</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>Rollen</translation>
    </message>
    <message>
        <source>not readable</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>superuser</source>
        <translation>Superuser</translation>
    </message>
    <message>
        <source>login</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>Functions</source>
        <translation>Funktionen</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>partition key</source>
        <translation>Partition Key</translation>
    </message>
    <message>
        <source>clustering, ascending</source>
        <translation>Clustering, aufsteigend</translation>
    </message>
    <message>
        <source>clustering, descending</source>
        <translation>Clustering, absteigend</translation>
    </message>
    <message>
        <source>static</source>
        <translation>static</translation>
    </message>
</context>
<context>
    <name>views::SequenceCanvas</name>
    <message>
        <source>Messages of the request</source>
        <translation>Nachrichten der Anfrage</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>answer, %1</source>
        <translation>Antwort, %1</translation>
    </message>
    <message>
        <source>coordinator</source>
        <translation>Coordinator</translation>
    </message>
    <message>
        <source>replica</source>
        <translation>Replica</translation>
    </message>
    <message>
        <source>%1 from %2 to %3, sent at %4, arrived at %5</source>
        <translation>%1 von %2 an %3, gesendet bei %4, angekommen bei %5</translation>
    </message>
    <message>
        <source>driver</source>
        <translation>Treiber</translation>
    </message>
</context>
<context>
    <name>views::SizeCard</name>
    <message>
        <source>Within</source>
        <translation>Darunter</translation>
    </message>
    <message>
        <source>Over half</source>
        <translation>Über halb</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Darüber</translation>
    </message>
    <message>
        <source>%1% of %2</source>
        <translation>%1 % von %2</translation>
    </message>
    <message>
        <source>%1 times %2</source>
        <translation>%1-mal %2</translation>
    </message>
    <message>
        <source>%1: %2, %3, %4</source>
        <translation>%1: %2, %3, %4</translation>
    </message>
</context>
<context>
    <name>views::SizePanel</name>
    <message>
        <source>Partition size</source>
        <translation>Partitionsgröße</translation>
    </message>
    <message>
        <source>Select a table to see how large its partitions get.</source>
        <translation>Wählen Sie eine Tabelle, um zu sehen, wie groß ihre Partitionen werden.</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>Average</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>The average partition</source>
        <translation>Die mittlere Partition</translation>
    </message>
    <message>
        <source>Largest</source>
        <translation>Größte</translation>
    </message>
    <message>
        <source>The largest partition: what limits are about</source>
        <translation>Die größte Partition: um sie geht es bei Grenzen</translation>
    </message>
    <message>
        <source>Rows per partition</source>
        <translation>Zeilen je Partition</translation>
    </message>
    <message>
        <source>Growth</source>
        <translation>Wachstum</translation>
    </message>
    <message>
        <source>rows a day</source>
        <translation>Zeilen je Tag</translation>
    </message>
    <message>
        <source>TTL</source>
        <translation>TTL</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>Partitionen</translation>
    </message>
    <message>
        <source>of the table</source>
        <translation>der Tabelle</translation>
    </message>
    <message>
        <source>Replicas</source>
        <translation>Replicas</translation>
    </message>
    <message>
        <source>of the keyspace</source>
        <translation>des Keyspace</translation>
    </message>
    <message>
        <source>Cell overhead tavg</source>
        <translation>Zusatz je Zelle tavg</translation>
    </message>
    <message>
        <source>bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Over time</source>
        <translation>Mit der Zeit</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Bucket size</source>
        <translation>Bucketgröße</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Remove bucket</source>
        <translation>Bucket entfernen</translation>
    </message>
    <message>
        <source>Apply %1 bucket</source>
        <translation>Bucket %1 anwenden</translation>
    </message>
    <message>
        <source>Not measured.</source>
        <translation>Nicht gemessen.</translation>
    </message>
    <message>
        <source>%1 is not a number.</source>
        <translation>%1 ist keine Zahl.</translation>
    </message>
    <message>
        <source>Change sizes of %1</source>
        <translation>Größen von %1 ändern</translation>
    </message>
    <message>
        <source>No table</source>
        <translation>Keine Tabelle</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>cells</source>
        <translation>Zellen</translation>
    </message>
    <message>
        <source>Encoding sample rows…</source>
        <translation>Beispielzeilen werden kodiert …</translation>
    </message>
    <message>
        <source>Encoded: %1 bytes in Data.db, %2 compressed. %3</source>
        <translation>Kodiert: %1 Bytes in Data.db, %2 komprimiert. %3</translation>
    </message>
    <message>
        <source> Recommended: %1.</source>
        <translation> Empfohlen: %1.</translation>
    </message>
    <message>
        <source>This table has no column that could be a bucket.</source>
        <translation>Diese Tabelle hat keine Spalte, die ein Bucket sein könnte.</translation>
    </message>
    <message>
        <source>Apply %1</source>
        <translation>%1 anwenden</translation>
    </message>
    <message>
        <source>a number, 410×730, or a distribution: 90% 100; 10% 1..5000</source>
        <translation>eine Zahl, 410×730 oder eine Verteilung: 90% 100; 10% 1..5000</translation>
    </message>
    <message>
        <source>Limits and compression</source>
        <translation>Grenzen und Kompression</translation>
    </message>
    <message>
        <source>Most rows</source>
        <translation>Höchstens Zeilen</translation>
    </message>
    <message>
        <source>a partition</source>
        <translation>je Partition</translation>
    </message>
    <message>
        <source>Most cells</source>
        <translation>Höchstens Zellen</translation>
    </message>
    <message>
        <source>Most bytes</source>
        <translation>Höchstens Bytes</translation>
    </message>
    <message>
        <source>MB a partition</source>
        <translation>MB je Partition</translation>
    </message>
    <message>
        <source>Compressed to</source>
        <translation>Komprimiert auf</translation>
    </message>
    <message>
        <source>percent of the bytes written</source>
        <translation>Prozent der geschriebenen Bytes</translation>
    </message>
    <message>
        <source>Cells by</source>
        <translation>Zellen nach</translation>
    </message>
    <message>
        <source>Textbook</source>
        <translation>Lehrbuch</translation>
    </message>
    <message>
        <source>Course notes</source>
        <translation>Kursnotizen</translation>
    </message>
    <message>
        <source>as encoded</source>
        <translation>wie kodiert</translation>
    </message>
    <message numerus="yes">
        <source>~ %n size(s) are guesses by type: real values may be half or twice as long. Type what you know, or load data and calibrate.</source>
        <translation>
            <numerusform>~ %n Größe ist nach dem Typ geschätzt: wirkliche Werte können halb oder doppelt so lang sein. Eintippen, was bekannt ist, oder Daten laden und kalibrieren.</numerusform>
            <numerusform>~ %n Größen sind nach dem Typ geschätzt: wirkliche Werte können halb oder doppelt so lang sein. Eintippen, was bekannt ist, oder Daten laden und kalibrieren.</numerusform>
        </translation>
    </message>
    <message>
        <source>Load data and measure</source>
        <translation>Daten laden und messen</translation>
    </message>
</context>
<context>
    <name>views::StartPage</name>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>The cluster could not be opened</source>
        <translation>Der Cluster konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>What do you want to work on?</source>
        <translation>Woran möchten Sie arbeiten?</translation>
    </message>
    <message>
        <source>Start a local cluster</source>
        <translation>Einen lokalen Cluster starten</translation>
    </message>
    <message>
        <source>Three node processes on 127.0.0.1 to 127.0.0.3, with the hotel keyspaces and their data.</source>
        <translation>Drei Knotenprozesse auf 127.0.0.1 bis 127.0.0.3, mit den Hotel-Keyspaces und ihren Daten.</translation>
    </message>
    <message>
        <source>Start 3 nodes</source>
        <translation>3 Knoten starten</translation>
    </message>
    <message>
        <source>Starts the cluster workshop with three nodes and loads the sample</source>
        <translation>Startet den Cluster workshop mit drei Knoten und lädt das Beispiel</translation>
    </message>
    <message>
        <source>RF %1</source>
        <translation>RF %1</translation>
    </message>
    <message>
        <source>Replication factor of the sample&apos;s keyspaces</source>
        <translation>Replication Factor der Beispiel-Keyspaces</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Mehr …</translation>
    </message>
    <message>
        <source>Name, nodes, data centres, vnodes, replication, sample</source>
        <translation>Name, Knoten, Datacenter, Vnodes, Replikation, Beispiel</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Apache Cassandra 5.0 over CQL. Metrics, gossip and repair need Jolokia on the nodes. Other versions and ScyllaDB connect too, untested.</source>
        <translation>Apache Cassandra 5.0 über CQL. Metriken, Gossip und Repair brauchen Jolokia auf den Knoten. Andere Versionen und ScyllaDB lassen sich ebenfalls verbinden, ungetestet.</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Go to anything</source>
        <translation>Alles finden</translation>
    </message>
    <message>
        <source>Run statement</source>
        <translation>Anweisung ausführen</translation>
    </message>
    <message>
        <source>Show at start</source>
        <translation>Beim Start zeigen</translation>
    </message>
    <message>
        <source>Node %1 is ready</source>
        <translation>Knoten %1 ist bereit</translation>
    </message>
    <message>
        <source>Node %1 is starting</source>
        <translation>Knoten %1 startet</translation>
    </message>
    <message>
        <source>Starting %1</source>
        <translation>%1 startet</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Local clusters and models work without a network.</source>
        <translation>Lokale Cluster und Modelle brauchen kein Netz.</translation>
    </message>
    <message>
        <source>Design a data model</source>
        <translation>Ein Datenmodell entwerfen</translation>
    </message>
    <message>
        <source>Draw entities and queries, get tables, partition sizes and CQL. Samples show the whole way.</source>
        <translation>Entitäten und Abfragen zeichnen; Tabellen, Partitionsgrößen und CQL erhalten. Beispiele zeigen den ganzen Weg.</translation>
    </message>
    <message>
        <source>New model</source>
        <translation>Neues Modell</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Open a model</source>
        <translation>Ein Modell öffnen</translation>
    </message>
    <message>
        <source>Your models, the samples, or a file</source>
        <translation>Eigene Modelle, die Beispiele oder eine Datei</translation>
    </message>
</context>
<context>
    <name>views::StatementFacts</name>
    <message>
        <source>The statement at the caret does not parse.</source>
        <translation>Die Anweisung an der Einfügemarke ist kein gültiges CQL.</translation>
    </message>
    <message>
        <source>The statement at the caret is not about one partition.</source>
        <translation>Die Anweisung an der Einfügemarke betrifft keine einzelne Partition.</translation>
    </message>
    <message>
        <source>There is no table %1.</source>
        <translation>Es gibt keine Tabelle %1.</translation>
    </message>
    <message>
        <source>The statement gives no single value for the partition key column %1.</source>
        <translation>Die Anweisung gibt der Spalte %1 des Partition Key keinen einzelnen Wert.</translation>
    </message>
</context>
<context>
    <name>views::TableForm</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Keyspace</source>
        <translation>Keyspace</translation>
    </message>
    <message>
        <source>Add row</source>
        <translation>Zeile anlegen</translation>
    </message>
    <message>
        <source>Default time to live, seconds</source>
        <translation>Vorgabe der Lebensdauer, Sekunden</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Compaction</source>
        <translation>Compaction</translation>
    </message>
    <message>
        <source>the server&apos;s default</source>
        <translation>die Vorgabe des Servers</translation>
    </message>
    <message>
        <source>Change compaction</source>
        <translation>Compaction ändern</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Kommentar</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Change keyspace</source>
        <translation>Keyspace ändern</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>Schlüssel ändern</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>Change comment</source>
        <translation>Kommentar ändern</translation>
    </message>
    <message>
        <source>Table %1</source>
        <translation>Tabelle %1</translation>
    </message>
    <message>
        <source>Double-click to change</source>
        <translation>Doppelklick zum Ändern</translation>
    </message>
    <message>
        <source>Use %1</source>
        <translation>%1 nehmen</translation>
    </message>
    <message>
        <source>MR5 is broken.</source>
        <translation>MR5 ist verletzt.</translation>
    </message>
    <message>
        <source>The second row overwrites the first one.</source>
        <translation>Die zweite Zeile überschreibt die erste.</translation>
    </message>
    <message>
        <source>Type %1</source>
        <translation>Typ %1</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>Change type</source>
        <translation>Typ ändern</translation>
    </message>
</context>
<context>
    <name>views::TableInspector</name>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
    <message>
        <source>Option</source>
        <translation>Option</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Show on ring</source>
        <translation>Auf dem Ring zeigen</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>Daten öffnen</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>Optionen</translation>
    </message>
    <message>
        <source>Select a table to see its columns, key and options.</source>
        <translation>Wählen Sie eine Tabelle, um Spalten, Schlüssel und Optionen zu sehen.</translation>
    </message>
    <message>
        <source>View of %1 in %2</source>
        <translation>View auf %1 in %2</translation>
    </message>
    <message>
        <source>Table in %1</source>
        <translation>Tabelle in %1</translation>
    </message>
</context>
<context>
    <name>views::TableScene</name>
    <message>
        <source>No tables yet. Generate the logical model from the conceptual one, import a schema, or draw a table (T).</source>
        <translation>Noch keine Tabellen. Erzeugen Sie das logische Modell aus dem konzeptionellen, importieren Sie ein Schema oder zeichnen Sie eine Tabelle (T).</translation>
    </message>
    <message>
        <source>Partitions stay below half of the limits</source>
        <translation>Partitionen bleiben unter der Hälfte der Grenzen</translation>
    </message>
    <message>
        <source>Partitions come to more than half of a limit</source>
        <translation>Partitionen erreichen mehr als die Hälfte einer Grenze</translation>
    </message>
    <message>
        <source>Partitions can grow over a limit</source>
        <translation>Partitionen können über eine Grenze wachsen</translation>
    </message>
    <message>
        <source>same</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>altered</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>key changed</source>
        <translation>Schlüssel geändert</translation>
    </message>
    <message>
        <source>Table %1, key %2</source>
        <translation>Tabelle %1, Schlüssel %2</translation>
    </message>
    <message>
        <source>UDT</source>
        <translation>UDT</translation>
    </message>
    <message numerus="yes">
        <source>User type %1, %n field(s)</source>
        <translation>
            <numerusform>Typ %1, %n Feld</numerusform>
            <numerusform>Typ %1, %n Felder</numerusform>
        </translation>
    </message>
    <message>
        <source>Keyspace %1</source>
        <translation>Keyspace %1</translation>
    </message>
    <message>
        <source>durable writes on</source>
        <translation>durable writes an</translation>
    </message>
    <message>
        <source>durable writes off</source>
        <translation>durable writes aus</translation>
    </message>
    <message numerus="yes">
        <source>%n table(s)</source>
        <translation>
            <numerusform>%n Tabelle</numerusform>
            <numerusform>%n Tabellen</numerusform>
        </translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Add table</source>
        <translation>Tabelle anlegen</translation>
    </message>
    <message>
        <source>Add type</source>
        <translation>Typ anlegen</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Notiz anlegen</translation>
    </message>
    <message>
        <source>Add query</source>
        <translation>Abfrage anlegen</translation>
    </message>
    <message>
        <source>Change key</source>
        <translation>Schlüssel ändern</translation>
    </message>
    <message>
        <source>Move column</source>
        <translation>Spalte verschieben</translation>
    </message>
</context>
<context>
    <name>views::TablesPanel</name>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Filter tables</source>
        <translation>Tabellen filtern</translation>
    </message>
    <message>
        <source>Table %1</source>
        <translation>Tabelle %1</translation>
    </message>
    <message>
        <source>, largest partition %1, %2</source>
        <translation>, größte Partition %1, %2</translation>
    </message>
    <message>
        <source>within limits</source>
        <translation>innerhalb der Grenzen</translation>
    </message>
    <message>
        <source>over half of a limit</source>
        <translation>über der Hälfte einer Grenze</translation>
    </message>
    <message>
        <source>over a limit</source>
        <translation>über einer Grenze</translation>
    </message>
    <message>
        <source>Types</source>
        <translation>Typen</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s)</source>
        <translation>
            <numerusform>%n Feld</numerusform>
            <numerusform>%n Felder</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::TaskModel</name>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Auf</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>%1%, %2</source>
        <translation>%1%, %2</translation>
    </message>
</context>
<context>
    <name>views::TaskPanel</name>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>No tasks yet</source>
        <translation>Noch keine Aufgaben</translation>
    </message>
    <message>
        <source>Starting a cluster, repair, snapshots and exports show their progress here.</source>
        <translation>Der Start eines Clusters, Repair, Snapshots und Exporte zeigen hier ihren Fortschritt.</translation>
    </message>
    <message>
        <source>Cancel task</source>
        <translation>Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>Clear ended tasks</source>
        <translation>Beendete Aufgaben entfernen</translation>
    </message>
</context>
<context>
    <name>views::TraceEventsModel</name>
    <message>
        <source>At</source>
        <translation>Bei</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>What it did</source>
        <translation>Was er tat</translation>
    </message>
    <message>
        <source>Until its next step</source>
        <translation>Bis zum nächsten Schritt</translation>
    </message>
    <message>
        <source>Thread</source>
        <translation>Thread</translation>
    </message>
</context>
<context>
    <name>views::TracePage</name>
    <message>
        <source>No cluster is open</source>
        <translation>Kein Cluster ist geöffnet</translation>
    </message>
    <message>
        <source>Open a cluster to see, step by step, what its nodes do for one request.</source>
        <translation>Öffnen Sie einen Cluster, um Schritt für Schritt zu sehen, was seine Knoten für eine Anfrage tun.</translation>
    </message>
    <message>
        <source>Filter statements</source>
        <translation>Anweisungen filtern</translation>
    </message>
    <message>
        <source>Read the sessions again</source>
        <translation>Sitzungen neu lesen</translation>
    </message>
    <message>
        <source>Traced requests</source>
        <translation>Aufgezeichnete Anfragen</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Beides</translation>
    </message>
    <message>
        <source>Sequence and timeline</source>
        <translation>Sequenz und Zeitachse</translation>
    </message>
    <message>
        <source>Sequence</source>
        <translation>Sequenz</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Zeitachse</translation>
    </message>
    <message>
        <source>Events of the request</source>
        <translation>Ereignisse der Anfrage</translation>
    </message>
    <message>
        <source>What the chosen event means</source>
        <translation>Was das gewählte Ereignis bedeutet</translation>
    </message>
    <message>
        <source>No trace is chosen</source>
        <translation>Kein Trace ist gewählt</translation>
    </message>
    <message>
        <source>Turn on Tracing in a query tab and run a statement: its trace is listed here, also those of other programs.</source>
        <translation>Schalten Sie in einem Abfrage-Tab Tracing ein und führen Sie eine Anweisung aus: Ihr Trace erscheint hier, auch der anderer Programme.</translation>
    </message>
    <message numerus="yes">
        <source>%n trace(s)</source>
        <translation>
            <numerusform>%n Trace</numerusform>
            <numerusform>%n Traces</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading the trace</source>
        <translation>Der Trace wird gelesen</translation>
    </message>
    <message>
        <source>The nodes store it a moment behind the answer.</source>
        <translation>Die Knoten speichern ihn einen Augenblick nach der Antwort.</translation>
    </message>
    <message>
        <source>not ended</source>
        <translation>nicht beendet</translation>
    </message>
    <message numerus="yes">
        <source>%n event(s)</source>
        <translation>
            <numerusform>%n Ereignis</numerusform>
            <numerusform>%n Ereignisse</numerusform>
        </translation>
    </message>
    <message>
        <source>times of some nodes are estimated</source>
        <translation>Zeiten einiger Knoten sind geschätzt</translation>
    </message>
    <message>
        <source>The trace could not be read</source>
        <translation>Der Trace konnte nicht gelesen werden</translation>
    </message>
    <message>
        <source>This is the slowest step: %1.</source>
        <translation>Dies ist der langsamste Schritt: %1.</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>What each node&apos;s storage did for its reads</source>
        <translation>Was der Speicher jedes Knotens beim Lesen tat</translation>
    </message>
    <message>
        <source>Reads of the nodes&apos; storage</source>
        <translation>Lesevorgänge im Speicher der Knoten</translation>
    </message>
    <message>
        <source>No node of this trace tells of a read of its storage.</source>
        <translation>Kein Knoten dieses Traces berichtet von einem Lesevorgang in seinem Speicher.</translation>
    </message>
</context>
<context>
    <name>views::TraceReadsModel</name>
    <message>
        <source>a range of partitions</source>
        <translation>ein Bereich von Partitionen</translation>
    </message>
    <message>
        <source>none: row cache hit</source>
        <translation>keine: Treffer im Row Cache</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>SSTables read, of those there are</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 by bloom filter</source>
        <translation>%1 durch Bloom-Filter</translation>
    </message>
    <message>
        <source>%1 by keys</source>
        <translation>%1 durch Schlüssel</translation>
    </message>
    <message>
        <source>%1 by clustering</source>
        <translation>%1 durch Clustering</translation>
    </message>
    <message>
        <source>%1 deleted since</source>
        <translation>%1 seither gelöscht</translation>
    </message>
    <message>
        <source>%1 by index (the bloom filter was wrong)</source>
        <translation>%1 durch Index (der Bloom-Filter irrte)</translation>
    </message>
    <message>
        <source>row cache missed</source>
        <translation>nicht im Row Cache</translation>
    </message>
    <message>
        <source>key cache %1</source>
        <translation>Key Cache %1</translation>
    </message>
    <message>
        <source>index %1</source>
        <translation>Index %1</translation>
    </message>
    <message>
        <source>memtables %1</source>
        <translation>Memtables %1</translation>
    </message>
    <message>
        <source>%1 cached, %2 read (%3)</source>
        <translation>%1 im Cache, %2 gelesen (%3)</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>Knoten</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>SSTables read</source>
        <translation>Gelesene SSTables</translation>
    </message>
    <message>
        <source>Ruled out</source>
        <translation>Ausgeschlossen</translation>
    </message>
    <message>
        <source>Found by</source>
        <translation>Gefunden durch</translation>
    </message>
    <message>
        <source>Chunks</source>
        <translation>Chunks</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>Tombstones</source>
        <translation>Tombstones</translation>
    </message>
</context>
<context>
    <name>views::TraceSessionsModel</name>
    <message>
        <source>not ended</source>
        <translation>nicht beendet</translation>
    </message>
    <message>
        <source>%1
%2, coordinator %3</source>
        <translation>%1
%2, Coordinator %3</translation>
    </message>
    <message>
        <source>Statement</source>
        <translation>Anweisung</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
</context>
<context>
    <name>views::ValueModel</name>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
</context>
<context>
    <name>views::WorkflowScene</name>
    <message>
        <source>Draw a screen of the application (S), then the queries that lead to it (Q).</source>
        <translation>Zeichnen Sie eine Maske der Anwendung (S), dann die Abfragen, die zu ihr führen (Q).</translation>
    </message>
    <message>
        <source>Screen %1</source>
        <translation>Maske %1</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Start of the application</source>
        <translation>Start der Anwendung</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Add screen</source>
        <translation>Maske anlegen</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Notiz anlegen</translation>
    </message>
    <message>
        <source>Drag from a screen, or from Start, to a screen.</source>
        <translation>Ziehen Sie von einer Maske oder vom Start zu einer Maske.</translation>
    </message>
    <message>
        <source>Add query</source>
        <translation>Abfrage anlegen</translation>
    </message>
</context>
<context>
    <name>views::WritesDialog</name>
    <message>
        <source>No query of the workflow writes yet, or none says how often: what a single write costs stands below.</source>
        <translation>Noch keine Abfrage des Ablaufs schreibt, oder keine sagt, wie oft: Was ein einzelner Schreibzugriff kostet, steht unten.</translation>
    </message>
    <message>
        <source>The application writes %1 a second: %2 rows and index entries in all tables, %3 on all replicas.</source>
        <translation>Die Anwendung schreibt %1-mal in der Sekunde: %2 Zeilen und Indexeinträge in allen Tabellen, %3 auf allen Replikaten.</translation>
    </message>
    <message>
        <source>Statements</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Cost of writes</source>
        <translation>Kosten der Schreibzugriffe</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Statements that write a new instance</source>
        <translation>Anweisungen, die eine neue Instanz schreiben</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Statements that change what is in no key</source>
        <translation>Anweisungen, die ändern, was in keinem Schlüssel steht</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Statements that remove an instance</source>
        <translation>Anweisungen, die eine Instanz entfernen</translation>
    </message>
    <message>
        <source>What is written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Write of</source>
        <translation>Schreiben von</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>Tabellen</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>Zeilen</translation>
    </message>
    <message>
        <source>On replicas</source>
        <translation>Auf Replikaten</translation>
    </message>
    <message>
        <source>Calls/s</source>
        <translation>Aufrufe/s</translation>
    </message>
    <message>
        <source>One a table, and one for each of its indexes and views</source>
        <translation>Eine je Tabelle und eine für jeden ihrer Indizes und Views</translation>
    </message>
    <message>
        <source>No table holds an entity or relationship type yet. Generate the logical model, or link a table to its queries.</source>
        <translation>Noch enthält keine Tabelle einen Entitäts- oder Beziehungstyp. Erzeugen Sie das logische Modell, oder verbinden Sie eine Tabelle mit ihren Abfragen.</translation>
    </message>
    <message>
        <source>-- All columns are in the key: there is nothing to update.</source>
        <translation>-- Alle Spalten stehen im Schlüssel: Es gibt nichts zu ändern.</translation>
    </message>
</context>
</TS>
