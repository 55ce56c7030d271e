#include "engine/sstable/deletion_codec.h"
#include "engine/sstable/row_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

namespace decoder_flags = unfiltered_flags;

constexpr std::size_t kListSubset = 64;

/// Yields the columns that a row has, from the encoded subset.
class SubsetReader {
public:
    SubsetReader(std::size_t count, ByteReader& in) : m_count(count)
    {
        const std::uint64_t encoded = in.unsignedVint();
        if (encoded == 0 || count == 0)
            return;
        if (count < kListSubset) {
            m_missing = encoded;
            return;
        }
        readList(encoded, in);
    }

    [[nodiscard]] bool has(std::size_t column)
    {
        if (m_list == List::None)
            return column >= kListSubset || (m_missing >> column & 1) == 0;
        const bool listed = std::binary_search(m_columns.begin(), m_columns.end(), column);
        return listed == (m_list == List::Present);
    }

private:
    enum class List : std::uint8_t { None, Present, Missing };

    void readList(std::uint64_t missing, ByteReader& in)
    {
        if (missing > m_count) {
            in.fail();
            return;
        }
        const std::size_t present = m_count - missing;
        m_list = present < m_count / 2 ? List::Present : List::Missing;
        const std::size_t size = m_list == List::Present ? present : missing;
        if (size > in.remaining()) {
            in.fail();
            return;
        }
        m_columns.reserve(size);
        for (std::size_t i = 0; i < size; ++i) {
            m_columns.push_back(in.unsignedVint());
            if (m_columns.back() >= m_count || (i > 0 && m_columns[i - 1] >= m_columns[i]))
                in.fail();
        }
    }

    std::size_t m_count;
    std::uint64_t m_missing = 0;
    List m_list = List::None;
    std::vector<std::size_t> m_columns;
};

} // namespace

RowDecoder::RowDecoder(const VersionTraits& version, const SerializationHeader& header,
                       std::vector<ReadColumn> statics, std::vector<ReadColumn> regulars)
    : m_version(version),
      m_stats(header.stats),
      m_statics(std::move(statics)),
      m_regulars(std::move(regulars))
{
    for (const auto& column : header.clustering)
        m_clusteringLength.push_back(storedFixedLength(*column.type));
}

WriteTimestamp RowDecoder::timestamp(ByteReader& in) const
{
    return {static_cast<std::int64_t>(in.unsignedVint() +
                                      static_cast<std::uint64_t>(m_stats.minTimestamp))};
}

rows::LocalDeletionTime RowDecoder::deletionTime(ByteReader& in) const
{
    const auto time = static_cast<std::uint64_t>(m_stats.minLocalDeletionTime) + in.unsignedVint();
    return loadedDeletionTime(m_version, static_cast<std::uint32_t>(time));
}

rows::DeletionTime RowDecoder::deletion(ByteReader& in) const
{
    rows::DeletionTime deletion;
    deletion.markedForDeleteAt = timestamp(in);
    deletion.localDeletionTime = deletionTime(in);
    if (deletion.isLive())
        deletion.localDeletionTime = rows::kNoDeletionTime;
    return deletion;
}

void RowDecoder::clustering(ByteReader& in, RecycledVector<ByteView>& values,
                            std::size_t count) const
{
    decodeClustering(in, m_clusteringLength, count, values);
}

rows::BoundKind RowDecoder::prefix(ByteReader& in, RecycledVector<ByteView>& values) const
{
    const std::uint8_t kind = in.u8();
    if (kind > static_cast<std::uint8_t>(rows::BoundKind::ExclusiveStart)) {
        in.fail();
        return rows::BoundKind::Clustering;
    }
    const auto bound = static_cast<rows::BoundKind>(kind);
    clustering(in, values,
               bound == rows::BoundKind::Clustering ? m_clusteringLength.size() : in.u16());
    return bound;
}

void RowDecoder::head(ByteReader& in, RowBuffer& buffer, Head& head) const
{
    head = Head{};
    head.flags = in.u8();
    if ((head.flags & decoder_flags::kEndOfPartition) != 0) {
        head.isEnd = true;
        return;
    }
    if ((head.flags & decoder_flags::kExtended) != 0)
        head.extended = in.u8();
    head.isMarker = (head.flags & decoder_flags::kIsMarker) != 0;
    if (head.isMarker) {
        const std::uint8_t kind = in.u8();
        head.boundKind = static_cast<rows::BoundKind>(kind);
        const rows::Bound bound{head.boundKind, {}};
        if (!bound.isStart() && !bound.isEnd() && !bound.isBoundary())
            in.fail();
        clustering(in, buffer.clustering, in.u16());
    } else if ((head.extended & decoder_flags::kIsStatic) == 0) {
        clustering(in, buffer.clustering, m_clusteringLength.size());
    } else {
        buffer.clustering.clear();
    }
    head.bodySize = in.unsignedVint();
}

std::size_t RowDecoder::rowsBefore(ByteView view, const schema::Table& table,
                                   std::uint64_t prefix) const noexcept
{
    constexpr std::uint8_t kNotOrdinary =
        decoder_flags::kEndOfPartition | decoder_flags::kIsMarker | decoder_flags::kExtended;
    const std::size_t count = m_clusteringLength.size();
    if (count == 0 || count > clustering_header::kValues)
        return 0;
    const schema::Column& first = *table.clustering().front();
    ByteReader in{view};
    const auto value = [&](std::size_t i) {
        return m_clusteringLength[i] >= 0 ? in.raw(static_cast<std::size_t>(m_clusteringLength[i]))
                                          : in.bytesVint();
    };
    std::size_t passed = 0;
    while (true) {
        const std::uint8_t flags = in.u8();
        // Values that are null or empty are marked here.
        if ((flags & kNotOrdinary) != 0 || in.unsignedVint() != 0)
            return passed;
        const ByteView ordered = value(0);
        if (!in.ok() || first.orderPrefix(ordered) >= prefix)
            return passed;
        for (std::size_t i = 1; i < count; ++i)
            (void)value(i);
        in.skip(in.unsignedVint());
        if (!in.ok())
            return passed;
        passed = view.size() - in.remaining();
    }
}

RowDecoder::Fetch RowDecoder::fetchOnly(const rows::ColumnProjection& projection,
                                        bool isOnlySource) const noexcept
{
    Fetch fetch;
    if (projection.keepsAll())
        return fetch;
    const std::size_t count = std::min<std::size_t>(m_regulars.size(), 64);
    for (std::size_t i = 0; i < count; ++i) {
        if (m_regulars[i].column != nullptr && !projection.contains(*m_regulars[i].column))
            fetch.withoutValue |= std::uint64_t{1} << i;
    }
    fetch.dropsProven = isOnlySource;
    return fetch;
}

bool RowDecoder::cell(const ReadColumn& column, ByteReader& in, RowBuffer& buffer,
                      const rows::Liveness& liveness, bool withoutValue,
                      WriteTimestamp provenTo) const
{
    const std::uint8_t flags = in.u8();
    const bool deleted = (flags & 0x01) != 0;
    const bool expiring = (flags & 0x02) != 0;
    const bool hasValue = (flags & 0x04) == 0;
    const bool rowTimestamp = (flags & 0x08) != 0;
    const bool rowTtl = (flags & 0x10) != 0;

    rows::Cell& cell = buffer.cells.emplace_back();
    cell.column = column.column;
    cell.timestamp = rowTimestamp ? liveness.timestamp : timestamp(in);
    if (rowTtl) {
        cell.localDeletionTime = liveness.expiresAt;
        cell.ttl = liveness.ttl;
    } else if (deleted || expiring) {
        cell.localDeletionTime = deletionTime(in);
        if (expiring)
            cell.ttl = static_cast<std::int32_t>(in.unsignedVint() +
                                                 static_cast<std::uint64_t>(m_stats.minTtl));
    }
    if (column.complex) {
        cell.hasPath = true;
        cell.path = in.bytesVint();
    }
    cell.value = ByteView{"", 0};
    if (hasValue) {
        const ByteView value = column.fixedLength >= 0
                                   ? in.raw(static_cast<std::size_t>(column.fixedLength))
                                   : in.bytesVint();
        if (!withoutValue)
            cell.value = value;
    }
    if (!in.ok() || cell.ttl < 0 || (deleted && cell.localDeletionTime == rows::kNoDeletionTime) ||
        (deleted && expiring))
        return false;
    if (column.column == nullptr || cell.timestamp.micros <= column.droppedAt ||
        (withoutValue && cell.timestamp <= provenTo))
        buffer.cells.pop_back();
    return true;
}

/// The cell that nearly all are: with a value, of the row's timestamp, and it does not expire.
/// False: it is another, and nothing was read.
inline bool RowDecoder::usualCell(const ReadColumn& column, ByteReader& in, RowBuffer& buffer,
                                  const rows::Liveness& liveness, bool withoutValue,
                                  WriteTimestamp provenTo)
{
    constexpr char kUsual = 0x08;
    if (column.complex || in.atEnd() || *in.cursor() != kUsual)
        return false;
    (void)in.u8();
    const ByteView value = column.fixedLength >= 0
                               ? in.raw(static_cast<std::size_t>(column.fixedLength))
                               : in.bytesVint();
    if (column.column == nullptr || liveness.timestamp.micros <= column.droppedAt ||
        (withoutValue && liveness.timestamp <= provenTo))
        return true;
    rows::Cell& cell = buffer.cells.emplace_back();
    cell.column = column.column;
    cell.timestamp = liveness.timestamp;
    cell.value = withoutValue ? ByteView{"", 0} : value;
    return true;
}

bool RowDecoder::otherColumn(const ReadColumn& column, const Head& head, ByteReader& in,
                             RowBuffer& buffer, const rows::Liveness& liveness, bool withoutValue,
                             WriteTimestamp provenTo) const
{
    if (!column.complex)
        return cell(column, in, buffer, liveness, withoutValue, provenTo);
    if ((head.flags & decoder_flags::kHasComplexDeletion) != 0) {
        const rows::DeletionTime complex = deletion(in);
        if (column.column != nullptr && !complex.isLive() &&
            complex.markedForDeleteAt.micros > column.droppedAt)
            buffer.complexDeletions.push_back({column.column, complex});
    }
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count > in.remaining())
        return false;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!cell(column, in, buffer, liveness, withoutValue, provenTo))
            return false;
    }
    return true;
}

inline bool RowDecoder::column(const ReadColumn& column, const Head& head, ByteReader& in,
                               RowBuffer& buffer, const rows::Liveness& liveness, bool withoutValue,
                               WriteTimestamp provenTo) const
{
    return usualCell(column, in, buffer, liveness, withoutValue, provenTo) ||
           otherColumn(column, head, in, buffer, liveness, withoutValue, provenTo);
}

bool RowDecoder::columns(const Head& head, const std::vector<ReadColumn>& columns, ByteReader& in,
                         RowBuffer& buffer, const rows::Liveness& liveness,
                         const Fetch& fetch) const
{
    // As ColumnProjection: a marker that does not expire proves the row as well as older cells.
    const WriteTimestamp provenTo = fetch.dropsProven && !liveness.isExpiring()
                                        ? liveness.timestamp
                                        : WriteTimestamp{WriteTimestamp::kNone};
    const auto isWithoutValue = [&fetch](std::size_t i) {
        return i < 64 && (fetch.withoutValue >> i & 1) != 0;
    };
    if ((head.flags & decoder_flags::kHasAllColumns) != 0) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (!column(columns[i], head, in, buffer, liveness, isWithoutValue(i), provenTo))
                return false;
        }
        return true;
    }
    SubsetReader subset{columns.size(), in};
    if (!in.ok())
        return false;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (subset.has(i) &&
            !column(columns[i], head, in, buffer, liveness, isWithoutValue(i), provenTo))
            return false;
    }
    return true;
}

bool RowDecoder::row(const Head& head, ByteView body, RowBuffer& buffer, rows::Row& to,
                     const Fetch& fetch) const
{
    ByteReader in{body};
    (void)in.unsignedVint(); // the size of what stands before, which nothing uses
    buffer.cells.clear();
    buffer.complexDeletions.clear();
    to.liveness = {};
    to.deletion = {};
    if ((head.flags & decoder_flags::kHasTimestamp) != 0)
        to.liveness.timestamp = timestamp(in);
    if ((head.flags & decoder_flags::kHasTtl) != 0) {
        to.liveness.ttl = static_cast<std::int32_t>(in.unsignedVint() +
                                                    static_cast<std::uint64_t>(m_stats.minTtl));
        to.liveness.expiresAt = deletionTime(in);
    }
    if ((head.flags & decoder_flags::kHasDeletion) != 0)
        to.deletion = deletion(in);
    const bool isStatic = (head.extended & decoder_flags::kIsStatic) != 0;
    if (to.liveness.ttl < 0 ||
        !columns(head, isStatic ? m_statics : m_regulars, in, buffer, to.liveness,
                 isStatic ? Fetch{} : fetch) ||
        !in.ok() || !in.atEnd())
        return false;
    to.clustering.values = buffer.clustering;
    to.cells = buffer.cells;
    to.complexDeletions = buffer.complexDeletions;
    return true;
}

bool RowDecoder::marker(const Head& head, ByteView body, RowBuffer& buffer,
                        rows::RangeTombstoneMarker& to) const
{
    ByteReader in{body};
    (void)in.unsignedVint();
    to = rows::RangeTombstoneMarker{};
    to.bound = {head.boundKind, buffer.clustering};
    if (!to.bound.isStart())
        to.close = deletion(in);
    if (!to.bound.isEnd())
        to.open = deletion(in);
    return in.ok() && in.atEnd();
}

} // namespace engine::sstable
