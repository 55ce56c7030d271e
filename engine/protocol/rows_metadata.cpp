#include "engine/protocol/rows_metadata.h"

#include "engine/protocol/type_option.h"

namespace engine::protocol {

namespace {

// Flags of <metadata> (section 4.2.5.2); never renumber.
constexpr std::uint32_t kGlobalTable = 0x1;
constexpr std::uint32_t kHasMorePages = 0x2;
constexpr std::uint32_t kNoMetadata = 0x4;
constexpr std::uint32_t kMetadataChanged = 0x8;

bool areOfOneTable(const ColumnSpecs& columns) noexcept
{
    for (const ColumnSpec& column : columns) {
        if (column.keyspace != columns.front().keyspace || column.table != columns.front().table)
            return false;
    }
    return !columns.empty();
}

void writeColumns(ByteWriter& out, ProtocolVersion version, const ColumnSpecs& columns, bool global)
{
    if (global) {
        writeString(out, columns.front().keyspace);
        writeString(out, columns.front().table);
    }
    for (const ColumnSpec& column : columns) {
        if (!global) {
            writeString(out, column.keyspace);
            writeString(out, column.table);
        }
        writeString(out, column.name);
        encodeType(out, version, *column.type);
    }
}

ColumnSpecs readColumns(MessageReader& in, std::size_t count, bool global)
{
    ColumnSpecs columns;
    count = in.count(static_cast<std::int64_t>(count), 4);
    columns.reserve(count);
    std::string keyspace;
    std::string table;
    if (global) {
        keyspace = in.string();
        table = in.string();
    }
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        if (!global) {
            keyspace = in.string();
            table = in.string();
        }
        std::string name{in.string()};
        cql::TypePtr type = decodeType(in);
        if (type)
            columns.push_back({keyspace, table, std::move(name), std::move(type)});
    }
    return columns;
}

} // namespace

void encodeRowsMetadata(ByteWriter& out, ProtocolVersion version, const RowsMetadata& metadata)
{
    const bool changed = version >= ProtocolVersion::V5 && metadata.newMetadataId;
    std::uint32_t flags = metadata.pagingState ? kHasMorePages : 0;
    flags |= changed ? kMetadataChanged : 0;
    const bool global = metadata.columns ? areOfOneTable(*metadata.columns)
                                         // What is skipped keeps its flag, as in Cassandra.
                                         : metadata.columnCount > 0;
    flags |= global ? kGlobalTable : 0;
    flags |= metadata.columns ? 0 : kNoMetadata;
    out.u32(flags);
    out.i32(static_cast<std::int32_t>(metadata.count()));
    if (metadata.pagingState)
        out.bytes32(*metadata.pagingState);
    if (changed)
        out.bytes16(*metadata.newMetadataId);
    if (metadata.columns)
        writeColumns(out, version, *metadata.columns, global);
}

RowsMetadata decodeRowsMetadata(MessageReader& in, ProtocolVersion version)
{
    RowsMetadata metadata;
    const std::uint32_t flags = in.u32("metadata flags");
    metadata.columnCount = in.i32("the number of columns");
    if (metadata.columnCount < 0)
        in.fail("Invalid number of columns " + std::to_string(metadata.columnCount));
    if ((flags & kHasMorePages) != 0) {
        const auto state = in.bytes();
        metadata.pagingState = state ? *state : ByteView{};
    }
    if (version >= ProtocolVersion::V5 && (flags & kMetadataChanged) != 0)
        metadata.newMetadataId = in.shortBytes();
    if ((flags & kNoMetadata) == 0)
        metadata.columns = std::make_shared<ColumnSpecs>(readColumns(
            in, static_cast<std::size_t>(metadata.columnCount), (flags & kGlobalTable) != 0));
    return metadata;
}

void encodePreparedMetadata(ByteWriter& out, ProtocolVersion version,
                            const PreparedMetadata& metadata)
{
    const bool global = areOfOneTable(metadata.columns);
    out.u32(global ? kGlobalTable : 0);
    out.i32(static_cast<std::int32_t>(metadata.columns.size()));
    if (version >= ProtocolVersion::V4) {
        out.i32(static_cast<std::int32_t>(metadata.partitionKeyIndexes.size()));
        for (const std::uint16_t index : metadata.partitionKeyIndexes)
            out.u16(index);
    }
    writeColumns(out, version, metadata.columns, global);
}

PreparedMetadata decodePreparedMetadata(MessageReader& in, ProtocolVersion version)
{
    PreparedMetadata metadata;
    const std::uint32_t flags = in.u32("metadata flags");
    const std::int32_t columnCount = in.i32("the number of markers");
    if (columnCount < 0)
        in.fail("Invalid number of markers " + std::to_string(columnCount));
    if (version >= ProtocolVersion::V4) {
        const std::size_t count = in.count(in.i32("the number of key indexes"), 2);
        for (std::size_t i = 0; i < count; ++i)
            metadata.partitionKeyIndexes.push_back(in.u16());
    }
    if (in.ok())
        metadata.columns =
            readColumns(in, static_cast<std::size_t>(columnCount), (flags & kGlobalTable) != 0);
    return metadata;
}

void encodeRowsHeader(ByteWriter& out, ProtocolVersion version, const RowsMetadata& metadata,
                      std::int32_t rowCount)
{
    out.i32(2); // RESULT's kind: rows
    encodeRowsMetadata(out, version, metadata);
    out.i32(rowCount);
}

bool RowsReader::next(std::vector<std::optional<ByteView>>& row)
{
    if (m_rowsLeft <= 0 || !m_in.ok())
        return false;
    if (m_columnCount > m_in.remaining() / 4) {
        m_in.fail();
        return false;
    }
    --m_rowsLeft;
    row.resize(m_columnCount);
    for (auto& value : row) {
        const std::int32_t size = m_in.i32();
        if (size < 0)
            value.reset();
        else
            value = m_in.raw(static_cast<std::size_t>(size));
    }
    return m_in.ok();
}

} // namespace engine::protocol
