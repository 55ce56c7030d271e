#include "engine/base/hash.h"
#include "engine/rows/serialization.h"

namespace engine::rows {

namespace {

/// Writes what counts for equality, each part with its length so that no two contents collide.
class DigestInput {
public:
    explicit DigestInput(Bytes& out) : m_out(out) {}

    void deletion(const DeletionTime& value)
    {
        m_out.i64(value.markedForDeleteAt.micros);
        m_out.i64(value.localDeletionTime);
    }
    void values(std::span<const ByteView> all)
    {
        m_out.u16(static_cast<std::uint16_t>(all.size()));
        for (const ByteView value : all) {
            m_out.u8(value.data() != nullptr);
            m_out.bytesVint(value);
        }
    }
    void row(const Row& row)
    {
        m_out.u8('R');
        values(row.clustering.values);
        m_out.i64(row.liveness.timestamp.micros);
        m_out.i32(row.liveness.ttl);
        m_out.i64(row.liveness.expiresAt);
        deletion(row.deletion);
        m_out.unsignedVint(row.complexDeletions.size());
        for (const ComplexDeletion& complex : row.complexDeletions) {
            m_out.bytesVint(complex.column->name);
            deletion(complex.deletion);
        }
        m_out.unsignedVint(row.cells.size());
        for (const Cell& cell : row.cells) {
            m_out.bytesVint(cell.column->name);
            m_out.i64(cell.timestamp.micros);
            m_out.i64(cell.localDeletionTime);
            m_out.i32(cell.ttl);
            m_out.u8(cell.hasPath);
            m_out.bytesVint(cell.path);
            m_out.bytesVint(cell.value);
        }
    }
    void marker(const RangeTombstoneMarker& marker)
    {
        m_out.u8('M');
        m_out.u8(static_cast<std::uint8_t>(marker.bound.kind));
        values(marker.bound.values);
        deletion(marker.close);
        deletion(marker.open);
    }

private:
    ByteWriter m_out;
};

} // namespace

std::array<std::uint8_t, 16> digest(const Partition& partition)
{
    Bytes bytes;
    bytes.reserve(256);
    DigestInput input{bytes};
    input.values(std::array{partition.key()});
    input.deletion(partition.deletion);
    input.row(partition.staticRow);
    for (const Unfiltered& unfiltered : partition.unfiltereds) {
        if (unfiltered.kind == Unfiltered::Kind::Row)
            input.row(unfiltered.row);
        else
            input.marker(unfiltered.marker);
    }
    return md5(bytes);
}

} // namespace engine::rows
