<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>app::ClusterSelector</name>
    <message numerus="yes">
        <source>%1  ·  %n node(s)</source>
        <translation>
            <numerusform>%1  ·  %n node</numerusform>
            <numerusform>%1  ·  %n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>app::QueryPage</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>app::SqliteStore</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>app::StatusStrip</name>
    <message numerus="yes">
        <source>%n task(s)</source>
        <translation>
            <numerusform>%n task</numerusform>
            <numerusform>%n tasks</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n node(s) up</source>
        <translation>
            <numerusform>%1 of %n node up</numerusform>
            <numerusform>%1 of %n nodes up</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveCatalog</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveMigration</name>
    <message numerus="yes">
        <source>%n step(s) done</source>
        <translation>
            <numerusform>%n step done</numerusform>
            <numerusform>%n steps done</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveModelWorkload</name>
    <message numerus="yes">
        <source>%n table(s) measured</source>
        <translation>
            <numerusform>%n table measured</numerusform>
            <numerusform>%n tables measured</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>clusters::LiveSource</name>
    <message numerus="yes">
        <source>The partition key has %n column(s).</source>
        <translation>
            <numerusform>The partition key has %n column.</numerusform>
            <numerusform>The partition key has %n columns.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ChecksPanel</name>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ClusterTreeModel</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ConceptualScene</name>
    <message numerus="yes">
        <source>Weak entity type %1, %n attribute(s)</source>
        <translation>
            <numerusform>Weak entity type %1, %n attribute</numerusform>
            <numerusform>Weak entity type %1, %n attributes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Entity type %1, %n attribute(s)</source>
        <translation>
            <numerusform>Entity type %1, %n attribute</numerusform>
            <numerusform>Entity type %1, %n attributes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ConceptualStage</name>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n entity</numerusform>
            <numerusform>%n entities</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n relationship(s)</source>
        <translation>
            <numerusform>%n relationship</numerusform>
            <numerusform>%n relationships</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a key</source>
        <translation>
            <numerusform>%n without a key</numerusform>
            <numerusform>%n without a key</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n screen(s)</source>
        <translation>
            <numerusform>%n screen</numerusform>
            <numerusform>%n screens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n query</numerusform>
            <numerusform>%n queries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::CreateDialog</name>
    <message numerus="yes">
        <source>%n rack(s) need as many nodes in each data centre.</source>
        <translation>
            <numerusform>%n rack needs as many nodes in each data centre.</numerusform>
            <numerusform>%n racks need as many nodes in each data centre.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n process(es), each with its own address and files.</source>
        <translation>
            <numerusform>%n process, each with its own address and files.</numerusform>
            <numerusform>%n processes, each with its own address and files.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::DeployPanel</name>
    <message numerus="yes">
        <source>%n difference(s)</source>
        <translation>
            <numerusform>%n difference</numerusform>
            <numerusform>%n differences</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deploy %n step(s)</source>
        <translation>
            <numerusform>Deploy %n step</numerusform>
            <numerusform>Deploy %n steps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n step(s) would fail: %1</source>
        <translation>
            <numerusform>%n step would fail: %1</numerusform>
            <numerusform>%n steps would fail: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Deployed: %n step(s) done.</source>
        <translation>
            <numerusform>Deployed: %n step done.</numerusform>
            <numerusform>Deployed: %n steps done.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::DesignerPage</name>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n entity</numerusform>
            <numerusform>%n entities</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n query</numerusform>
            <numerusform>%n queries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n table(s)</source>
        <translation>
            <numerusform>%n table</numerusform>
            <numerusform>%n tables</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n type(s)</source>
        <translation>
            <numerusform>%n type</numerusform>
            <numerusform>%n types</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::DiagramScene</name>
    <message numerus="yes">
        <source>Delete %n element(s)</source>
        <translation>
            <numerusform>Delete %n element</numerusform>
            <numerusform>Delete %n elements</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::DifferencesPanel</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n altered</source>
        <translation>
            <numerusform>%n altered</numerusform>
            <numerusform>%n altered</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n risky</source>
        <translation>
            <numerusform>%n risky</numerusform>
            <numerusform>%n risky</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) are the same</source>
        <translation>
            <numerusform>%n object is the same</numerusform>
            <numerusform>%n objects are the same</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::EndpointPanel</name>
    <message numerus="yes">
        <source>%1 s over the last %n</source>
        <translation>
            <numerusform>%1 s over the last %n</numerusform>
            <numerusform>%1 s over the last %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::GrowthChart</name>
    <message numerus="yes">
        <source>over after %n day(s)</source>
        <translation>
            <numerusform>over after %n day</numerusform>
            <numerusform>over after %n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::MeasurePanel</name>
    <message numerus="yes">
        <source>Calibrate %n table(s)</source>
        <translation>
            <numerusform>Calibrate %n table</numerusform>
            <numerusform>Calibrate %n tables</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ModelForm</name>
    <message numerus="yes">
        <source>%n entities</source>
        <translation>
            <numerusform>%n entity</numerusform>
            <numerusform>%n entities</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n relationships</source>
        <translation>
            <numerusform>%n relationship</numerusform>
            <numerusform>%n relationships</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queries</source>
        <translation>
            <numerusform>%n query</numerusform>
            <numerusform>%n queries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tables</source>
        <translation>
            <numerusform>%n table</numerusform>
            <numerusform>%n tables</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n types</source>
        <translation>
            <numerusform>%n type</numerusform>
            <numerusform>%n types</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::NodeCard</name>
    <message numerus="yes">
        <source>%1%, %n token(s)</source>
        <translation>
            <numerusform>%1%, %n token</numerusform>
            <numerusform>%1%, %n tokens</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n token(s)</source>
        <translation>
            <numerusform>%n token</numerusform>
            <numerusform>%n tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::ResultsPanel</name>
    <message numerus="yes">
        <source>%n row(s) so far</source>
        <translation>
            <numerusform>%n row so far</numerusform>
            <numerusform>%n rows so far</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n row</numerusform>
            <numerusform>%n rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::RingCanvas</name>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>%n node</numerusform>
            <numerusform>%n nodes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n node(s), %1 down</source>
        <translation>
            <numerusform>%n node, %1 down</numerusform>
            <numerusform>%n nodes, %1 down</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::SizePanel</name>
    <message numerus="yes">
        <source>~ %n size(s) are guesses by type: real values may be half or twice as long. Type what you know, or load data and calibrate.</source>
        <translation>
            <numerusform>~ %n size is a guess by type: real values may be half or twice as long. Type what you know, or load data and calibrate.</numerusform>
            <numerusform>~ %n sizes are guesses by type: real values may be half or twice as long. Type what you know, or load data and calibrate.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::TableScene</name>
    <message numerus="yes">
        <source>User type %1, %n field(s)</source>
        <translation>
            <numerusform>User type %1, %n field</numerusform>
            <numerusform>User type %1, %n fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n table(s)</source>
        <translation>
            <numerusform>%n table</numerusform>
            <numerusform>%n tables</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::TablesPanel</name>
    <message numerus="yes">
        <source>%n field(s)</source>
        <translation>
            <numerusform>%n field</numerusform>
            <numerusform>%n fields</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>views::TracePage</name>
    <message numerus="yes">
        <source>%n trace(s)</source>
        <translation>
            <numerusform>%n trace</numerusform>
            <numerusform>%n traces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n event(s)</source>
        <translation>
            <numerusform>%n event</numerusform>
            <numerusform>%n events</numerusform>
        </translation>
    </message>
</context>
</TS>
