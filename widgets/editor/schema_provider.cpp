#include "widgets/editor/schema_provider.h"

#include <algorithm>

namespace views {

using engine::cql::KnownColumn;
using engine::cql::KnownTable;
using studio::KeyRole;

namespace {
QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

KnownTable knownTable(const studio::KeyspaceInfo& keyspace, const studio::TableInfo& table)
{
    KnownTable known;
    known.keyspace = table.keyspace.toStdString();
    known.name = table.name.toStdString();
    known.isView = table.isView;
    for (const studio::ColumnInfo& column : table.columns) {
        KnownColumn out;
        out.name = column.name.toStdString();
        out.type = column.type.toStdString();
        switch (column.role) {
        case KeyRole::PartitionKey:
            out.kind = KnownColumn::Kind::PartitionKey;
            break;
        case KeyRole::ClusteringAscending:
        case KeyRole::ClusteringDescending:
            out.kind = KnownColumn::Kind::Clustering;
            break;
        case KeyRole::Static:
            out.kind = KnownColumn::Kind::Static;
            break;
        case KeyRole::Regular:
            out.kind = KnownColumn::Kind::Regular;
            break;
        }
        out.indexed = std::any_of(
            keyspace.indexes.begin(), keyspace.indexes.end(), [&](const studio::IndexInfo& index) {
                return index.table == table.name && index.target.contains(column.name);
            });
        known.columns.push_back(std::move(out));
    }
    return known;
}
} // namespace

SnapshotSchema::SnapshotSchema(studio::SchemaPtr schema, QString keyspace)
    : m_schema(std::move(schema)), m_keyspace(std::move(keyspace))
{
}

const studio::KeyspaceInfo* SnapshotSchema::find(std::string_view keyspace) const
{
    return m_schema ? m_schema->keyspace(fromView(keyspace)) : nullptr;
}

std::string SnapshotSchema::currentKeyspace() const
{
    return m_keyspace.toStdString();
}

std::vector<std::string> SnapshotSchema::keyspaces() const
{
    std::vector<std::string> names;
    if (m_schema)
        for (const studio::KeyspaceInfo& keyspace : m_schema->keyspaces)
            names.push_back(keyspace.name.toStdString());
    return names;
}

std::vector<KnownTable> SnapshotSchema::tables(std::string_view keyspace) const
{
    std::vector<KnownTable> known;
    if (const auto* found = find(keyspace)) {
        for (const studio::TableInfo& table : found->tables)
            known.push_back(knownTable(*found, table));
        for (const studio::TableInfo& view : found->views)
            known.push_back(knownTable(*found, view));
    }
    return known;
}

std::optional<KnownTable> SnapshotSchema::table(std::string_view keyspace,
                                                std::string_view name) const
{
    const auto* found = find(keyspace);
    const studio::TableInfo* table = found ? found->table(fromView(name)) : nullptr;
    if (!table)
        return std::nullopt;
    return knownTable(*found, *table);
}

std::vector<std::string> SnapshotSchema::types(std::string_view keyspace) const
{
    std::vector<std::string> names;
    if (const auto* found = find(keyspace))
        for (const studio::TypeInfo& type : found->types)
            names.push_back(type.name.toStdString());
    return names;
}

std::vector<engine::cql::KnownFunction> SnapshotSchema::functions(std::string_view keyspace) const
{
    std::vector<engine::cql::KnownFunction> known;
    if (const auto* found = find(keyspace))
        for (const studio::FunctionInfo& function : found->functions)
            known.push_back(
                {std::string(keyspace), function.name.toStdString(),
                 QStringLiteral("%1(%2) → %3")
                     .arg(function.name, function.argumentTypes.join(QLatin1String(", ")),
                          function.returnType)
                     .toStdString()});
    return known;
}

} // namespace views
