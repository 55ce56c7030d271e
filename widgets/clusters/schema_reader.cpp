#include "widgets/clusters/schema_reader.h"
#include "widgets/studio/text.h"

namespace clusters {

namespace {

using namespace studio;
namespace schema = engine::schema;

QString mapText(const schema::StringMap& map)
{
    QStringList parts;
    for (const auto& [key, value] : map) {
        QString shown = text(value);
        // Class names are read by their last word.
        if (key == "class")
            shown = shown.section(QLatin1Char('.'), -1);
        parts << QStringLiteral("%1: %2").arg(text(key), shown);
    }
    return parts.join(QStringLiteral(", "));
}

KeyRole roleOf(const schema::Column& column)
{
    switch (column.kind) {
    case schema::ColumnKind::PartitionKey:
        return KeyRole::PartitionKey;
    case schema::ColumnKind::Clustering:
        return column.isReversed() ? KeyRole::ClusteringDescending : KeyRole::ClusteringAscending;
    case schema::ColumnKind::Static:
        return KeyRole::Static;
    case schema::ColumnKind::Regular:
        return KeyRole::Regular;
    }
    return KeyRole::Regular;
}

TableInfo tableInfo(const schema::Table& table)
{
    TableInfo info;
    info.keyspace = text(table.keyspace());
    info.name = text(table.name());
    info.isView = table.isView();
    for (const auto& column : table.selectOrder())
        info.columns.push_back({text(column->name), text(column->type->toString()), roleOf(*column),
                                column->position, column->type->isCounter()});
    const auto& params = table.params();
    const auto add = [&](const char* name, const QString& value) {
        info.options.emplace_back(QLatin1String(name), value);
    };
    if (!table.isVirtual()) {
        add("compaction", mapText(params.compaction));
        add("compression", mapText(params.compression));
        add("caching", mapText(params.caching));
        add("default_time_to_live", QString::number(params.defaultTimeToLive));
        add("gc_grace_seconds", QString::number(params.gcGraceSeconds));
        add("bloom_filter_fp_chance", QString::number(params.bloomFilterFpChance));
        add("speculative_retry", text(params.speculativeRetry));
    }
    if (!params.comment.empty())
        add("comment", text(params.comment));
    return info;
}

FunctionInfo functionInfo(const schema::Function& function)
{
    FunctionInfo info;
    info.name = text(function.name);
    for (const auto& type : function.argumentTypes)
        info.argumentTypes << text(type->toString());
    info.returnType = function.returnType ? text(function.returnType->toString()) : QString();
    info.language = text(function.language);
    return info;
}

FunctionInfo aggregateInfo(const schema::Aggregate& aggregate)
{
    FunctionInfo info;
    info.name = text(aggregate.name);
    for (const auto& type : aggregate.argumentTypes)
        info.argumentTypes << text(type->toString());
    info.returnType = aggregate.returnType ? text(aggregate.returnType->toString()) : QString();
    info.isAggregate = true;
    return info;
}

/// "RF 3" for one number, else "dc1: 3, dc2: 2".
QString replicationText(const schema::Keyspace& keyspace)
{
    QStringList parts;
    QString only;
    for (const auto& [key, value] : keyspace.replication) {
        if (key == "class")
            continue;
        only = text(value);
        parts << QStringLiteral("%1: %2").arg(text(key), only);
    }
    if (parts.isEmpty())
        return QStringLiteral("local");
    return parts.size() == 1 ? QStringLiteral("RF %1").arg(only) : parts.join(QStringLiteral(", "));
}

KeyspaceInfo keyspaceInfo(const schema::Keyspace& keyspace)
{
    KeyspaceInfo info;
    info.name = text(keyspace.name);
    info.replication = keyspace.isVirtual ? QStringLiteral("virtual") : replicationText(keyspace);
    info.isSystem = schema::isSystemKeyspace(keyspace.name);
    info.isVirtual = keyspace.isVirtual;
    for (const auto& [name, table] : keyspace.tables) {
        info.tables.push_back(tableInfo(*table));
        for (const auto& index : table->indexes()) {
            const auto target = index.options.find("target");
            const auto custom = index.options.find("class_name");
            info.indexes.push_back(
                {text(index.name), text(name),
                 target == index.options.end() ? QString() : text(target->second),
                 custom == index.options.end()
                     ? QStringLiteral("2i")
                     : text(custom->second).section(QLatin1Char('.'), -1)});
        }
    }
    for (const auto& [name, view] : keyspace.views) {
        info.views.push_back(tableInfo(*view.table));
        info.views.back().baseTable = text(view.baseTable);
    }
    for (const auto& [name, type] : keyspace.types) {
        TypeInfo each;
        each.name = text(name);
        for (std::size_t i = 0; i < type->fieldNames().size(); ++i)
            each.fields.emplace_back(text(type->fieldNames()[i]),
                                     text(type->parameters()[i]->toString()));
        info.types.push_back(std::move(each));
    }
    for (const auto& function : keyspace.functions)
        info.functions.push_back(functionInfo(function));
    for (const auto& aggregate : keyspace.aggregates)
        info.functions.push_back(aggregateInfo(aggregate));
    return info;
}

} // namespace

std::shared_ptr<SchemaSnapshot> toSnapshot(const schema::Schema& from, quint64 revision)
{
    auto snapshot = std::make_shared<SchemaSnapshot>();
    snapshot->revision = revision;
    snapshot->version = text(from.version().toString());
    for (const auto& [name, keyspace] : from.keyspaces())
        snapshot->keyspaces.push_back(keyspaceInfo(*keyspace));
    return snapshot;
}

} // namespace clusters
