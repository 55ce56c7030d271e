#include "engine/sstable/statistics.h"

#include "engine/base/hash.h"
#include "engine/sstable/clustering_codec.h"
#include "engine/sstable/deletion_codec.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// MetadataType's ordinals, on disk.
enum class StatisticsPart : std::uint32_t { Validation = 0, Compaction = 1, Stats = 2, Header = 3 };
constexpr std::uint32_t kStatisticsParts = 4;
constexpr std::size_t kCrcBytes = 4;

Error statisticsCorrupt(std::string what)
{
    return Error{ErrorCode::Corrupt, std::move(what)};
}

void encodePosition(ByteWriter& out, const CommitLogPosition& position)
{
    out.i64(position.segment);
    out.i32(position.offset);
}

CommitLogPosition decodePosition(ByteReader& in)
{
    CommitLogPosition position;
    position.segment = in.i64();
    position.offset = in.i32();
    return position;
}

void encodeOptionalUuid(ByteWriter& out, const std::optional<Uuid>& uuid)
{
    out.u8(uuid ? 1 : 0);
    if (uuid)
        out.raw(uuid->view());
}

std::optional<Uuid> decodeOptionalUuid(ByteReader& in)
{
    if (in.u8() == 0)
        return std::nullopt;
    const ByteView raw = in.raw(16);
    return raw.size() == 16 ? std::optional<Uuid>{Uuid::fromBytes(raw)} : std::nullopt;
}

void encodeValues(ByteWriter& out, const std::vector<Bytes>& values)
{
    out.u32(static_cast<std::uint32_t>(values.size()));
    for (const auto& value : values)
        out.bytes16(value);
}

std::vector<Bytes> decodeValues(ByteReader& in)
{
    const std::uint32_t count = in.u32();
    std::vector<Bytes> values;
    if (count > in.remaining() / 2) {
        in.fail();
        return values;
    }
    for (std::uint32_t i = 0; i < count; ++i)
        values.emplace_back(in.bytes16());
    return values;
}

/// The covered clusterings as a slice with its types.
void encodeCovered(const StatsMetadata& stats, const SerializationHeader& header, ByteWriter& out)
{
    std::vector<std::int32_t> lengths;
    out.unsignedVint(header.clustering.size());
    for (const auto& column : header.clustering) {
        out.bytesVint(column.className);
        lengths.push_back(storedFixedLength(*column.type));
    }
    const auto bound = [&](rows::BoundKind kind, const std::vector<Bytes>& values) {
        const std::vector<ByteView> views(values.begin(), values.end());
        out.u8(static_cast<std::uint8_t>(kind));
        out.u16(static_cast<std::uint16_t>(values.size()));
        encodeClustering(views, lengths, out);
    };
    bound(stats.minKind, stats.minClustering);
    bound(stats.maxKind, stats.maxClustering);
}

Result<void> decodeCovered(ByteReader& in, StatsMetadata& stats)
{
    const std::uint64_t count = in.unsignedVint();
    if (!in.ok() || count > in.remaining())
        return statisticsCorrupt("the number of clustering types does not fit the file");
    std::vector<std::int32_t> lengths;
    for (std::uint64_t i = 0; i < count; ++i) {
        const ByteView name = in.bytesVint();
        if (!in.ok())
            return statisticsCorrupt("the clustering types end too early");
        bool reversed = false;
        const auto parsed = cql::Type::parseClassName(name, &reversed);
        if (!parsed)
            return statisticsCorrupt("a clustering type: " + parsed.error().detail());
        const auto& type = *parsed;
        lengths.push_back(storedFixedLength(*type));
    }
    const auto bound = [&](rows::BoundKind& kind, std::vector<Bytes>& values) {
        const std::uint8_t stored = in.u8();
        if (stored > static_cast<std::uint8_t>(rows::BoundKind::ExclusiveStart))
            in.fail();
        kind = static_cast<rows::BoundKind>(stored);
        std::vector<ByteView> views;
        decodeClustering(in, lengths, in.u16(), views);
        values.assign(views.begin(), views.end());
    };
    bound(stats.minKind, stats.minClustering);
    bound(stats.maxKind, stats.maxClustering);
    return ok();
}

void encodeStats(const VersionTraits& version, const StatsMetadata& stats,
                 const SerializationHeader& header, ByteWriter& out)
{
    stats.partitionSizes.encode(out);
    stats.cellsPerPartition.encode(out);
    encodePosition(out, stats.commitLogUpperBound);
    out.i64(stats.minTimestamp);
    out.i64(stats.maxTimestamp);
    out.u32(storedDeletionTime(version, stats.minLocalDeletionTime));
    out.u32(storedDeletionTime(version, stats.maxLocalDeletionTime));
    out.i32(stats.minTtl);
    out.i32(stats.maxTtl);
    out.f64(stats.compressionRatio);
    stats.tombstoneDropTimes.encode(out, version.unsignedDeletionTime);
    out.i32(stats.level);
    out.i64(stats.repairedAt);
    if (version.improvedMinMax) {
        encodeCovered(stats, header, out);
    } else {
        encodeValues(out, stats.minClustering);
        encodeValues(out, stats.maxClustering);
    }
    out.u8(stats.hasLegacyCounterShards ? 1 : 0);
    out.u64(stats.totalColumns);
    out.u64(stats.totalRows);
    encodePosition(out, stats.commitLogIntervals.empty() ? CommitLogPosition{}
                                                         : stats.commitLogIntervals.front().start);
    out.u32(static_cast<std::uint32_t>(stats.commitLogIntervals.size()));
    for (const auto& interval : stats.commitLogIntervals) {
        encodePosition(out, interval.start);
        encodePosition(out, interval.end);
    }
    encodeOptionalUuid(out, stats.pendingRepair);
    out.u8(stats.isTransient ? 1 : 0);
    encodeOptionalUuid(out, stats.originatingHost);
    if (version.partitionDeletionMarker)
        out.u8(stats.hasPartitionDeletions ? 1 : 0);
    if (version.keyRange) {
        out.bytesVint(stats.firstKey);
        out.bytesVint(stats.lastKey);
    }
    if (version.tokenSpaceCoverage)
        out.f64(stats.tokenSpaceCoverage);
    // Cassandra reckons 16 bytes a point of the histogram, which take 12, and stores the rest too.
    if (version.unsignedDeletionTime)
        out.raw(Bytes(4 * stats.tombstoneDropTimes.points().size(), '\0'));
}

Result<StatsMetadata> decodeStats(const VersionTraits& version, ByteReader& in)
{
    StatsMetadata stats;
    RW_ASSIGN(stats.partitionSizes, EstimatedHistogram::decode(in));
    RW_ASSIGN(stats.cellsPerPartition, EstimatedHistogram::decode(in));
    stats.commitLogUpperBound = decodePosition(in);
    stats.minTimestamp = in.i64();
    stats.maxTimestamp = in.i64();
    stats.minLocalDeletionTime = loadedDeletionTime(version, in.u32());
    stats.maxLocalDeletionTime = loadedDeletionTime(version, in.u32());
    stats.minTtl = in.i32();
    stats.maxTtl = in.i32();
    stats.compressionRatio = in.f64();
    RW_ASSIGN(stats.tombstoneDropTimes,
              TombstoneHistogram::decode(in, version.unsignedDeletionTime));
    stats.level = in.i32();
    stats.repairedAt = in.i64();
    if (version.improvedMinMax) {
        RW_TRY(decodeCovered(in, stats));
    } else {
        stats.minClustering = decodeValues(in);
        stats.maxClustering = decodeValues(in);
    }
    stats.hasLegacyCounterShards = in.u8() != 0;
    stats.totalColumns = in.u64();
    stats.totalRows = in.u64();
    (void)decodePosition(in); // the lower bound, which the intervals repeat
    const std::uint32_t intervals = in.u32();
    if (!in.ok() || intervals > in.remaining() / 24)
        return statisticsCorrupt("the number of commit log intervals does not fit the file");
    for (std::uint32_t i = 0; i < intervals; ++i) {
        const CommitLogPosition start = decodePosition(in);
        stats.commitLogIntervals.push_back({start, decodePosition(in)});
    }
    stats.pendingRepair = decodeOptionalUuid(in);
    stats.isTransient = in.u8() != 0;
    stats.originatingHost = decodeOptionalUuid(in);
    stats.hasPartitionDeletions = version.partitionDeletionMarker
                                      ? in.u8() != 0
                                      : stats.minLocalDeletionTime != rows::kNoDeletionTime;
    if (version.keyRange) {
        stats.firstKey = in.bytesVint();
        stats.lastKey = in.bytesVint();
    }
    if (version.tokenSpaceCoverage)
        stats.tokenSpaceCoverage = in.f64();
    if (!in.ok())
        return statisticsCorrupt("the stats part ends too early");
    return stats;
}

Bytes encodePart(const Statistics& statistics, const VersionTraits& version, StatisticsPart part)
{
    Bytes out;
    ByteWriter writer{out};
    switch (part) {
    case StatisticsPart::Validation:
        writer.bytes16(statistics.partitioner);
        writer.f64(statistics.bloomFilterFpChance);
        break;
    case StatisticsPart::Compaction:
        writer.bytes32(statistics.cardinality.encode());
        break;
    case StatisticsPart::Stats:
        encodeStats(version, statistics.stats, statistics.header, writer);
        break;
    case StatisticsPart::Header:
        statistics.header.encode(writer);
        break;
    }
    return out;
}

Result<void> decodePart(const VersionTraits& version, StatisticsPart part, ByteReader& in,
                        Statistics& to)
{
    switch (part) {
    case StatisticsPart::Validation:
        to.partitioner = in.bytes16();
        to.bloomFilterFpChance = in.f64();
        break;
    case StatisticsPart::Compaction: {
        RW_ASSIGN(to.cardinality, HyperLogLog::decode(in.bytes32()));
        break;
    }
    case StatisticsPart::Stats: {
        RW_ASSIGN(to.stats, decodeStats(version, in));
        break;
    }
    case StatisticsPart::Header: {
        RW_ASSIGN(to.header, SerializationHeader::decode(in));
        break;
    }
    }
    if (!in.ok())
        return statisticsCorrupt("part " + std::to_string(static_cast<int>(part)) +
                                 " ends too early");
    return ok();
}

} // namespace

double StatsMetadata::droppableTombstoneRatio(std::int64_t gcBefore) const
{
    const double columns = static_cast<double>(cellsPerPartition.mean()) *
                           static_cast<double>(cellsPerPartition.count());
    return columns > 0 ? tombstoneDropTimes.sum(gcBefore) / columns : 0;
}

Bytes Statistics::encode(const VersionTraits& version) const
{
    Bytes out;
    ByteWriter writer{out};
    Bytes parts[kStatisticsParts];
    std::uint32_t offset = 4 + 8 * kStatisticsParts + 2 * kCrcBytes;
    Bytes checked;
    ByteWriter toc{checked};
    toc.u32(kStatisticsParts);
    writer.u32(kStatisticsParts);
    writer.u32(crc32(checked));
    for (std::uint32_t i = 0; i < kStatisticsParts; ++i) {
        parts[i] = encodePart(*this, version, static_cast<StatisticsPart>(i));
        toc.u32(i);
        toc.u32(offset);
        offset += static_cast<std::uint32_t>(parts[i].size() + kCrcBytes);
    }
    writer.raw(ByteView{checked}.substr(4));
    writer.u32(crc32(checked)); // continues over the number of parts
    for (const auto& part : parts) {
        writer.raw(part);
        writer.u32(crc32(part));
    }
    return out;
}

Result<Statistics> Statistics::decode(const VersionTraits& version, ByteView bytes)
{
    ByteReader in{bytes};
    const std::uint32_t count = in.u32();
    const std::uint32_t countCrc = in.u32();
    if (!in.ok() || crc32(bytes.substr(0, 4)) != countCrc)
        return statisticsCorrupt("the checksum at offset 4 is wrong");
    const std::size_t tocBytes = std::size_t{count} * 8;
    if (count > 16 || in.remaining() < tocBytes + kCrcBytes)
        return statisticsCorrupt("the table of contents does not fit the file");
    const std::uint32_t tocCrc = crc32(bytes.substr(8, tocBytes), crc32(bytes.substr(0, 4)));
    std::vector<std::pair<std::uint32_t, std::uint32_t>> toc;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t type = in.u32();
        toc.emplace_back(type, in.u32());
    }
    if (in.u32() != tocCrc)
        return statisticsCorrupt("the checksum of the table of contents is wrong");

    Statistics statistics;
    std::uint32_t seen = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto [type, start] = toc[i];
        const std::size_t end = i + 1 < count ? toc[i + 1].second : bytes.size();
        if (type >= kStatisticsParts || end > bytes.size() || start + kCrcBytes > end)
            return statisticsCorrupt("the table of contents points outside of the file");
        const ByteView part = bytes.substr(start, end - start - kCrcBytes);
        if (crc32(part) != loadBigEndian<std::uint32_t>(bytes.data() + end - kCrcBytes))
            return statisticsCorrupt("the checksum of the part at offset " + std::to_string(start) +
                                     " is wrong");
        ByteReader partIn{part};
        RW_TRY(decodePart(version, static_cast<StatisticsPart>(type), partIn, statistics));
        seen |= 1U << type;
    }
    if (seen != (1U << kStatisticsParts) - 1)
        return statisticsCorrupt("a part is missing");
    return statistics;
}

} // namespace engine::sstable
