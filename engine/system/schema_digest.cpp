#include "engine/system/schema_digest.h"

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/schema/keyspace.h"
#include "engine/system/schema_rows.h"

namespace engine::system {

SchemaDigest::Sum SchemaDigest::sumOf(const rows::Partition& partition, const rows::Row& row)
{
    Bytes bytes;
    ByteWriter out{bytes};
    out.bytesVint(partition.table()->name());
    out.bytesVint(partition.key());
    out.unsignedVint(row.clustering.values.size());
    for (const ByteView value : row.clustering.values)
        out.bytesVint(value);
    out.i64(row.liveness.timestamp.micros);
    for (const rows::Cell& cell : row.cells) {
        if (cell.isTombstone())
            continue;
        out.bytesVint(cell.column->name);
        out.i64(cell.timestamp.micros);
        out.bytesVint(cell.value);
    }
    const auto digest = md5(bytes);
    const auto* data = reinterpret_cast<const char*>(digest.data());
    return {loadBigEndian<std::uint64_t>(data), loadBigEndian<std::uint64_t>(data + 8)};
}

void SchemaDigest::add(std::span<const rows::Partition> partitions)
{
    for (const rows::Partition& partition : partitions) {
        if (schema::isLocalSystemKeyspace(partition.key()))
            continue;
        const bool isOfTables = isPartOfTable(*partition.table());
        for (const rows::Unfiltered& unfiltered : partition.unfiltereds) {
            if (unfiltered.kind != rows::Unfiltered::Kind::Row || !isLiveRow(unfiltered.row))
                continue;
            const Sum sum = sumOf(partition, unfiltered.row);
            const ByteView table =
                isOfTables ? unfiltered.row.clustering.values.front() : ByteView{};
            m_parts[{std::string{partition.key()}, std::string{table}}].combine(sum);
            m_all.combine(sum);
        }
    }
}

void SchemaDigest::forget(const std::string& keyspace, const std::string& table)
{
    const auto found = m_parts.find({keyspace, table});
    if (found == m_parts.end())
        return;
    m_all.combine(found->second);
    m_parts.erase(found);
}

Uuid SchemaDigest::version() const
{
    Bytes bytes;
    ByteWriter out{bytes};
    out.u64(m_all.high);
    out.u64(m_all.low);
    return Uuid::nameFromBytes(bytes);
}

} // namespace engine::system
