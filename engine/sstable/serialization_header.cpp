#include "engine/sstable/serialization_header.h"

#include <algorithm>

namespace engine::sstable {

namespace {

constexpr std::string_view kCompositePrefix = "org.apache.cassandra.db.marshal.CompositeType(";

/// The comma-separated parts of `text` at the outermost level of parentheses.
std::vector<std::string_view> splitTypeList(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '(') {
            ++depth;
        } else if (text[i] == ')') {
            --depth;
        } else if (text[i] == ',' && depth == 0) {
            parts.push_back(text.substr(start, i - start));
            start = i + 1;
        }
    }
    parts.push_back(text.substr(start));
    return parts;
}

Result<cql::TypePtr> parseHeaderType(const std::string& className, bool* reversed = nullptr)
{
    auto type = cql::Type::parseClassName(className, reversed);
    if (!type)
        return Error{ErrorCode::Corrupt,
                     "the header has the type '" + className + "': " + type.error().detail()};
    return type;
}

void encodeColumns(ByteWriter& out, const std::vector<SerializationHeader::Column>& columns)
{
    out.unsignedVint(columns.size());
    for (const auto& column : columns) {
        out.bytesVint(column.name);
        out.bytesVint(column.className);
    }
}

Result<std::vector<SerializationHeader::Column>> decodeColumns(ByteReader& in)
{
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count > in.remaining() / 2)
        return Error{ErrorCode::Corrupt, "the header's number of columns does not fit the file"};
    std::vector<SerializationHeader::Column> columns(count);
    for (auto& column : columns) {
        column.name = in.bytesVint();
        column.className = in.bytesVint();
        if (!in.ok())
            return Error{ErrorCode::Corrupt, "the header ends within its columns"};
        RW_ASSIGN(column.type, parseHeaderType(column.className));
    }
    // The encoding of column subsets counts columns in this order.
    const auto less = [](const auto& a, const auto& b) {
        if (a.type->isMultiCell() != b.type->isMultiCell())
            return b.type->isMultiCell();
        return a.name < b.name;
    };
    if (!std::is_sorted(columns.begin(), columns.end(), less))
        std::sort(columns.begin(), columns.end(), less);
    return columns;
}

std::string nameOr(const std::vector<std::string>& names, std::size_t index, std::string fallback)
{
    return index < names.size() ? names[index] : fallback;
}

} // namespace

SerializationHeader SerializationHeader::forTable(const schema::Table& table,
                                                  const EncodingStats& stats)
{
    SerializationHeader header;
    header.stats = stats;
    for (const auto& column : table.partitionKey())
        header.keyTypes.push_back(column->type);
    if (header.keyTypes.size() == 1) {
        header.keyClassName = header.keyTypes.front()->className();
    } else {
        header.keyClassName = kCompositePrefix;
        for (std::size_t i = 0; i < header.keyTypes.size(); ++i)
            header.keyClassName += (i == 0 ? "" : ",") + header.keyTypes[i]->className();
        header.keyClassName += ")";
    }
    for (const auto& column : table.clustering())
        header.clustering.push_back(
            {column->type, column->isReversed(), column->type->className(column->isReversed())});
    for (const auto& column : table.statics())
        header.statics.push_back({column->name, column->type, column->type->className()});
    for (const auto& column : table.regulars())
        header.regulars.push_back({column->name, column->type, column->type->className()});
    return header;
}

void SerializationHeader::encode(ByteWriter& out) const
{
    out.unsignedVint(
        static_cast<std::uint64_t>(stats.minTimestamp - EncodingStats::kTimestampEpoch));
    out.unsignedVint(
        static_cast<std::uint32_t>(stats.minLocalDeletionTime - EncodingStats::kDeletionTimeEpoch));
    out.unsignedVint(static_cast<std::uint32_t>(stats.minTtl));
    out.bytesVint(keyClassName);
    out.unsignedVint(clustering.size());
    for (const auto& column : clustering)
        out.bytesVint(column.className);
    encodeColumns(out, statics);
    encodeColumns(out, regulars);
}

Result<SerializationHeader> SerializationHeader::decode(ByteReader& in)
{
    SerializationHeader header;
    header.stats.minTimestamp = static_cast<std::int64_t>(
        in.unsignedVint() + static_cast<std::uint64_t>(EncodingStats::kTimestampEpoch));
    header.stats.minLocalDeletionTime =
        EncodingStats::kDeletionTimeEpoch + static_cast<std::int32_t>(in.unsignedVint());
    header.stats.minTtl = static_cast<std::int32_t>(in.unsignedVint());
    header.keyClassName = in.bytesVint();
    const std::uint64_t clusteringCount = in.unsignedVint();
    if (!in.ok() || clusteringCount > in.remaining())
        return Error{ErrorCode::Corrupt, "the header ends too early"};

    std::string_view keyClass = header.keyClassName;
    if (keyClass.starts_with(kCompositePrefix) && keyClass.ends_with(')')) {
        keyClass.remove_prefix(kCompositePrefix.size());
        keyClass.remove_suffix(1);
        for (const auto part : splitTypeList(keyClass)) {
            RW_ASSIGN(auto type, parseHeaderType(std::string{part}));
            header.keyTypes.push_back(std::move(type));
        }
    } else {
        RW_ASSIGN(auto type, parseHeaderType(header.keyClassName));
        header.keyTypes.push_back(std::move(type));
    }
    for (std::uint64_t i = 0; i < clusteringCount; ++i) {
        KeyColumn column;
        column.className = in.bytesVint();
        if (!in.ok())
            return Error{ErrorCode::Corrupt, "the header ends within its clustering types"};
        RW_ASSIGN(column.type, parseHeaderType(column.className, &column.reversed));
        header.clustering.push_back(std::move(column));
    }
    RW_ASSIGN(header.statics, decodeColumns(in));
    RW_ASSIGN(header.regulars, decodeColumns(in));
    return header;
}

Result<schema::TablePtr>
SerializationHeader::toTable(const std::string& keyspace, const std::string& name,
                             const std::vector<std::string>& partitionKeyNames,
                             const std::vector<std::string>& clusteringNames) const
{
    schema::Table::Spec spec;
    spec.keyspace = keyspace;
    spec.name = name;
    for (std::size_t i = 0; i < keyTypes.size(); ++i) {
        schema::Column column;
        column.name = nameOr(partitionKeyNames, i, i == 0 ? "key" : "key" + std::to_string(i + 1));
        column.type = keyTypes[i];
        column.kind = schema::ColumnKind::PartitionKey;
        column.position = static_cast<std::uint16_t>(i);
        spec.columns.push_back(std::move(column));
    }
    for (std::size_t i = 0; i < clustering.size(); ++i) {
        schema::Column column;
        column.name = nameOr(clusteringNames, i, "column" + std::to_string(i + 1));
        column.type = clustering[i].type;
        column.kind = schema::ColumnKind::Clustering;
        column.position = static_cast<std::uint16_t>(i);
        column.order = clustering[i].reversed ? schema::ClusteringOrder::Descending
                                              : schema::ClusteringOrder::Ascending;
        spec.columns.push_back(std::move(column));
    }
    const auto add = [&spec](const Column& from, schema::ColumnKind kind) {
        schema::Column column;
        column.name = from.name;
        column.type = from.type;
        column.kind = kind;
        spec.isCounter = spec.isCounter || from.type->isCounter();
        spec.columns.push_back(std::move(column));
    };
    for (const auto& column : statics)
        add(column, schema::ColumnKind::Static);
    for (const auto& column : regulars)
        add(column, schema::ColumnKind::Regular);
    for (const auto& column : spec.columns) {
        const auto same = [&column](const schema::Column& other) {
            return other.name == column.name;
        };
        if (std::count_if(spec.columns.begin(), spec.columns.end(), same) > 1)
            return Error{ErrorCode::Corrupt, "the header has two columns '" + column.name + "'"};
    }
    return schema::Table::make(std::move(spec));
}

} // namespace engine::sstable
