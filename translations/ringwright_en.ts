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
