#include "engine/sstable/salvage.h"

#include "engine/sstable/partition_cursor.h"
#include "engine/sstable/reader_files.h"

#include <algorithm>
#include <charconv>

namespace engine::sstable {

namespace {

/// Like the problems of one file that all have one cause.
constexpr std::size_t kBadChunksNamed = 100;

void addProblem(std::vector<TableProblem>& problems, Component component, std::string detail)
{
    problems.push_back({component, std::move(detail)});
}

Result<ChunkFile::Spec> dataSpec(Disk& disk, const Descriptor& descriptor)
{
    ChunkFile::Spec spec;
    spec.path = descriptor.path(Component::Data);
    RW_ASSIGN(spec.file, disk.open(spec.path, OpenMode::Read));
    RW_ASSIGN(spec.storedLength, spec.file->size());
    return spec;
}

std::unique_ptr<const ChunkFile> chunkFileOf(ChunkFile::Spec spec, DataLayout layout)
{
    spec.length = layout.compression ? layout.compression->dataLength : spec.storedLength;
    spec.chunkLength = layout.chunkLength;
    spec.compression = std::move(layout.compression);
    spec.checksums = std::move(layout.checksums);
    return std::make_unique<ChunkFile>(std::move(spec));
}

/// The chunks that cannot be read, with the first errors.
std::vector<std::uint64_t> sweep(const ChunkFile& file, std::vector<std::string>& errors)
{
    std::vector<std::uint64_t> bad;
    const std::uint64_t chunks = (file.length() + file.chunkLength() - 1) / file.chunkLength();
    for (std::uint64_t i = 0; i < chunks; ++i) {
        if (const auto chunk = file.read(i); !chunk) {
            bad.push_back(i);
            if (errors.size() < kBadChunksNamed)
                errors.push_back(chunk.error().detail());
        }
    }
    return bad;
}

Result<bool> digestMatches(Disk& disk, const Descriptor& descriptor)
{
    const std::string path = descriptor.path(Component::Digest);
    RW_ASSIGN(const Bytes text, disk.readAll(path));
    std::uint32_t expected = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), expected);
    if (error != std::errc{} || at != text.data() + text.size())
        return Error{ErrorCode::Corrupt, path + ": it is not a number"};
    RW_ASSIGN(const std::uint32_t crc, fileChecksum(disk, descriptor.path(Component::Data)));
    return crc == expected;
}

/// Values and order of what one cursor gives.
class StretchCheck {
public:
    StretchCheck(const schema::Table& table) : m_table(table) {}

    [[nodiscard]] std::optional<std::string> wrongWith(const rows::Unfiltered& next)
    {
        const bool isRow = next.kind == rows::Unfiltered::Kind::Row;
        const auto kind = isRow ? rows::BoundKind::Clustering : next.marker.bound.kind;
        const auto values = isRow ? next.row.clustering.values : next.marker.bound.values;
        if (m_any && rows::compareBounds(m_table, m_kind, m_views, kind, values) >= 0)
            return "the rows are not in clustering order";
        m_any = true;
        m_kind = kind;
        m_values.assign(values.begin(), values.end());
        m_views.assign(m_values.begin(), m_values.end());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i].data() == nullptr)
                m_views[i] = {};
        }
        if (isRow)
            return std::nullopt;
        if (!(next.marker.close == m_open))
            return "a range deletion ends that has not begun, or the other way round";
        m_open = next.marker.open;
        return std::nullopt;
    }
    [[nodiscard]] bool isOpen() const noexcept { return !m_open.isLive(); }

private:
    const schema::Table& m_table;
    bool m_any = false;
    rows::BoundKind m_kind = rows::BoundKind::Clustering;
    std::vector<Bytes> m_values;
    std::vector<ByteView> m_views;
    rows::DeletionTime m_open;
};

/// Whether the values of a row are ones that their types allow.
bool hasValidValues(const schema::Table& table, const rows::Row& row)
{
    for (std::size_t i = 0; i < row.clustering.values.size() && i < table.clustering().size();
         ++i) {
        const ByteView value = row.clustering.values[i];
        if (!value.empty() && !table.clustering()[i]->type->validate(value))
            return false;
    }
    return std::all_of(row.cells.begin(), row.cells.end(), [](const rows::Cell& cell) {
        const cql::Type& type = *cell.column->type;
        return cell.hasPath || cell.value.empty() || type.isCounter() ||
               type.validate(cell.value).has_value();
    });
}

/// A place from which PartitionCursor::slice() begins with what stands there.
rows::Bound startAt(const RowIndexBlock& block)
{
    rows::Bound bound{rows::BoundKind::InclusiveStart, block.first};
    if (block.firstKind == rows::BoundKind::ExclusiveStart ||
        block.firstKind == rows::BoundKind::InclusiveEndExclusiveStart ||
        block.firstKind == rows::BoundKind::InclusiveEnd)
        bound.kind = rows::BoundKind::ExclusiveStart;
    return bound;
}

} // namespace

/// Partitions as Index.db or Partitions.db names them.
struct Salvage::Start {
    std::uint64_t offset = 0;
    Bytes key; ///< empty where the index does not know it
    PartitionEntry entry;
};

class Salvage::Starts {
public:
    Starts(const ReaderFiles& files, ChunkSource& source) : m_files(files)
    {
        if (files.index)
            m_cursor.emplace(files, source, 0);
    }

    [[nodiscard]] Component component() const
    {
        return m_files.descriptor.format == "bti" ? Component::Partitions : Component::Index;
    }
    /// Nothing: there are no more.
    [[nodiscard]] Result<std::optional<Start>> next()
    {
        if (m_cursor)
            return nextOfIndex();
        if (!m_files.trie)
            return Error{ErrorCode::Corrupt,
                         m_files.descriptor.path(component()) + ": the file cannot be read"};
        if (!m_offsets) {
            auto offsets = m_files.trie->offsets();
            if (!offsets)
                return offsets.error().within(m_files.descriptor.path(Component::Partitions));
            m_offsets = std::move(*offsets);
        }
        if (m_next == m_offsets->size())
            return std::optional<Start>{};
        const std::uint64_t offset = (*m_offsets)[m_next++];
        if (offset >= m_files.data->length())
            return Error{ErrorCode::Corrupt, m_files.descriptor.path(Component::Partitions) +
                                                 ": an entry points outside of Data.db"};
        return std::optional{Start{offset, {}, {offset, nullptr}}};
    }

private:
    [[nodiscard]] Result<std::optional<Start>> nextOfIndex()
    {
        RW_ASSIGN(const Step step, m_cursor->next());
        if (step != Step::Item)
            return std::optional<Start>{};
        Start start{m_cursor->entry().dataOffset, Bytes{m_cursor->entry().key}, {}};
        RW_ASSIGN(start.entry, m_cursor->decode());
        return std::optional{std::move(start)};
    }

    const ReaderFiles& m_files;
    std::optional<IndexCursor> m_cursor;
    std::optional<std::vector<std::uint64_t>> m_offsets;
    std::size_t m_next = 0;
};

Result<void> Salvage::openData(Disk& disk, ReaderFiles& files, std::vector<TableProblem>& problems)
{
    const Descriptor& descriptor = files.descriptor;
    RW_ASSIGN(auto spec, dataSpec(disk, descriptor));
    const auto digest = digestMatches(disk, descriptor);
    if (!digest)
        addProblem(problems, Component::Digest, digest.error().detail());
    m_digestIsRight = digest && *digest;

    const bool compressed = files.statistics.stats.compressionRatio >= 0 ||
                            disk.exists(descriptor.path(Component::CompressionInfo));
    const Component map = compressed ? Component::CompressionInfo : Component::Crc;
    auto layout = loadDataLayout(disk, descriptor, spec.storedLength);
    std::optional<std::string> mapProblem;
    if (!layout)
        mapProblem = layout.error().detail();
    else if (!disk.exists(descriptor.path(map)))
        mapProblem = descriptor.path(map) + ": the file is missing";
    std::vector<std::string> errors;
    if (!mapProblem) {
        files.data = chunkFileOf(std::move(spec), std::move(*layout));
        m_badChunks = sweep(*files.data, errors);
        if (m_badChunks.empty() || !m_digestIsRight) {
            for (auto& error : errors)
                addProblem(problems, Component::Data, std::move(error));
            if (m_badChunks.empty() && digest && !*digest)
                addProblem(problems, Component::Digest,
                           descriptor.path(Component::Digest) +
                               ": it is not the checksum of Data.db, whose chunks are right");
            return ok();
        }
        mapProblem = descriptor.path(map) +
                     ": it does not fit Data.db, whose digest is right: " + errors.front();
        RW_ASSIGN(spec, dataSpec(disk, descriptor));
    }
    addProblem(problems, map, *mapProblem);
    DataLayout made;
    if (compressed) {
        RW_ASSIGN(const Bytes data, disk.readAll(spec.path));
        auto info = rebuildCompressionInfo(data);
        if (!info)
            return info.error().within(spec.path);
        made.chunkLength = info->params.chunkLength;
        made.compression = std::move(*info);
    }
    files.data = chunkFileOf(std::move(spec), std::move(made));
    errors.clear();
    m_badChunks = sweep(*files.data, errors);
    for (auto& error : errors)
        addProblem(problems, Component::Data, std::move(error));
    return ok();
}

Result<Salvage> Salvage::open(Disk& disk, const Descriptor& descriptor,
                              const schema::TablePtr& table, std::vector<TableProblem>& problems)
{
    auto files = std::make_shared<ReaderFiles>();
    files->descriptor = descriptor;
    RW_ASSIGN(files->version, findVersion(descriptor.format, descriptor.version));
    const std::string statisticsPath = descriptor.path(Component::Statistics);
    RW_ASSIGN(const Bytes bytes, disk.readAll(statisticsPath));
    auto statistics = Statistics::decode(*files->version, bytes);
    if (!statistics) {
        addProblem(problems, Component::Statistics,
                   statistics.error().within(statisticsPath).detail());
        statistics = repairStatistics(*files->version, bytes);
        if (!statistics)
            return statistics.error().within(statisticsPath);
    }
    files->statistics = std::move(*statistics);
    Salvage salvage;
    RW_TRY(salvage.openData(disk, *files, problems));
    if (descriptor.format == "bti") {
        if (const auto trie = loadTrie(disk, *files); !trie)
            addProblem(problems, Component::Partitions, trie.error().detail());
    } else if (const auto index = openIndexFile(disk, 0, *files); !index) {
        addProblem(problems, Component::Index, index.error().detail());
    }
    schema::TablePtr readAs = table;
    if (!readAs) {
        RW_ASSIGN(readAs, files->statistics.header.toTable("sstable", "table_of_header"));
    }
    RW_ASSIGN(salvage.m_reader, ReaderAccess::make(std::move(files), std::move(readAs)));
    return salvage;
}

/// Counts what can be read of a stretch; true if it ends where the partition does.
bool Salvage::probeStretch(PartitionCursor& cursor, const SalvageOptions& options,
                           SalvagedStretch& stretch, SalvagedPartition& partition,
                           std::optional<Error>& damage) const
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    StretchCheck check{*m_reader->table()};
    rows::Unfiltered next;
    bool lastOnlyOpens = false;
    while (true) {
        const auto step = cursor.next(next);
        if (!step) {
            damage = step.error();
            break;
        }
        if (*step != Step::Item) {
            if (check.isOpen())
                damage = corruptAt(*files.data, cursor.position(), partition.key,
                                   "a range deletion is still open where the partition ends");
            break;
        }
        const auto wrong = check.wrongWith(next);
        if (wrong) {
            damage = corruptAt(*files.data, cursor.rowPosition(), partition.key, *wrong);
            break;
        }
        ++stretch.count;
        const bool isRow = next.kind == rows::Unfiltered::Kind::Row;
        partition.rows += isRow ? 1 : 0;
        lastOnlyOpens = !isRow && next.marker.close.isLive();
        if (isRow && options.checkValues && !hasValidValues(*m_reader->table(), next.row)) {
            if (!partition.badValue)
                partition.badValue = corruptAt(*files.data, cursor.rowPosition(), partition.key,
                                               "a value is none that its type allows");
        }
    }
    const bool whole = !damage;
    // What begins and cannot be ended behind a row is left out.
    if (!whole && lastOnlyOpens && check.isOpen())
        --stretch.count;
    partition.end = cursor.position();
    return whole;
}

Result<SalvagedPartition> Salvage::probe(const PartitionEntry& entry, ByteView key,
                                         const SalvageOptions& options,
                                         std::optional<Error>& damage)
{
    SalvagedPartition partition;
    partition.entry = entry;
    partition.key.assign(key);
    partition.end = entry.dataOffset;
    PartitionCursor cursor{m_reader, m_source};
    const auto opened = cursor.open(entry);
    std::uint64_t broken = entry.dataOffset; ///< nothing can be read from here on
    if (opened) {
        partition.key.assign(cursor.key());
        // Another partition than the index means: its row index is of no use here.
        if (!key.empty() && key != partition.key)
            partition.entry.rowIndex = nullptr;
        SalvagedStretch stretch;
        partition.isWhole = probeStretch(cursor, options, stretch, partition, damage);
        partition.stretches.push_back(stretch);
        broken = partition.end;
    } else {
        damage = opened.error();
        partition.hasHeader = false;
        partition.isWhole = false;
    }
    partition.token = KeyHash::of(partition.key).token;
    if (partition.isWhole)
        damage = partition.badValue;
    const RowIndex* index = partition.entry.rowIndex.get();
    if (partition.isWhole || index == nullptr || partition.key.empty())
        return partition;
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    RowIndexBlock block;
    for (std::uint32_t i = 0; i < index->blockCount; ++i) {
        if (!decodeBlock(*index, i, ReaderAccess::decoder(*m_reader), *files.version, block))
            break;
        const std::uint64_t at = entry.dataOffset + block.offset;
        if (at <= broken || at >= files.data->length())
            continue;
        PartitionCursor behind{m_reader, m_source};
        const auto again = partition.hasHeader ? behind.open(partition.entry)
                                               : behind.openBlocks(partition.entry, partition.key);
        if (!again)
            break;
        behind.slice(startAt(block), {rows::BoundKind::InclusiveEnd, {}});
        SalvagedStretch stretch{i, 0};
        std::optional<Error> more;
        const bool toTheEnd = probeStretch(behind, options, stretch, partition, more);
        if (stretch.count > 0)
            partition.stretches.push_back(stretch);
        if (toTheEnd)
            break;
        broken = std::max(at, behind.position());
    }
    return partition;
}

Result<void> Salvage::walk(const SalvageOptions& options, std::vector<TableProblem>& problems,
                           const OnPartition& onPartition)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    Starts starts{files, m_source};
    const Component indexComponent = starts.component();
    const std::string indexPath = files.descriptor.path(indexComponent);
    bool indexBlamed = false;
    const auto blameIndex = [&](const std::string& what) {
        if (!std::exchange(indexBlamed, true))
            addProblem(problems, indexComponent, what);
    };
    bool indexEnded = false;
    std::optional<Start> expected;
    const auto advance = [&] {
        expected.reset();
        if (indexEnded)
            return;
        auto next = starts.next();
        if (!next)
            blameIndex(next.error().detail());
        else
            expected = std::move(*next);
        indexEnded = !expected;
    };
    advance();
    bool afterDamage = false;
    bool any = false;
    SalvagedPartition last;
    for (std::uint64_t position = 0; position < files.data->length();) {
        while (expected && expected->offset < position) {
            blameIndex(indexPath + ": an entry points into the middle of a partition, offset " +
                       std::to_string(expected->offset) + " of Data.db");
            advance();
        }
        const bool isNamed = expected && expected->offset == position;
        PartitionEntry entry{position, nullptr};
        Bytes key;
        if (isNamed) {
            entry = expected->entry;
            key = expected->key;
        }
        std::optional<Error> damage;
        RW_ASSIGN(auto partition, probe(entry, key, options, damage));
        const bool isOther = partition.hasHeader && !key.empty() && key != partition.key;
        if (!isNamed && !indexBlamed)
            blameIndex(indexPath + ": partition 0x" + toHex(partition.key) + " at offset " +
                       std::to_string(position) + " of Data.db is not in it");
        if (isOther) {
            blameIndex(indexPath + ": partition 0x" + toHex(key) + " is said to be at offset " +
                       std::to_string(position) + " of Data.db, where 0x" + toHex(partition.key) +
                       " is");
        }
        const bool inOrder =
            !any || KeyHash::compare(last.token, last.key, partition.token, partition.key) < 0;
        const bool usable = inOrder && !partition.key.empty() && !(isOther && afterDamage) &&
                            (partition.isWhole || !partition.stretches.empty());
        if (!damage && !inOrder)
            damage = corruptAt(*files.data, position, partition.key,
                               "the partitions are not in token order");
        if (damage) {
            const bool named = damage->detail().find("partition key") != std::string::npos;
            addProblem(problems, Component::Data,
                       damage->detail() + (named || partition.key.empty()
                                               ? ""
                                               : ", in partition 0x" + toHex(partition.key)));
            ++(usable ? m_cut : m_lost);
        }
        if (usable) {
            RW_TRY(onPartition(partition));
            last = partition;
            any = true;
        }
        if (!damage || partition.isWhole) {
            position = partition.end;
            afterDamage = false;
            if (isNamed)
                advance();
            continue;
        }
        while (expected && expected->offset <= position)
            advance();
        if (!expected) {
            addProblem(problems, Component::Data,
                       files.data->path() + ", offset " + std::to_string(position) +
                           ": no later partition can be found, " +
                           std::to_string(files.data->length() - position) +
                           " bytes cannot be read");
            break;
        }
        position = expected->offset;
        afterDamage = true;
    }
    while (expected && !indexBlamed) {
        blameIndex(indexPath + ": it has more entries than Data.db has partitions");
        advance();
    }
    return ok();
}

namespace {

/// Gives on what a cursor reads, with what is left open closed at the end.
class Replayer {
public:
    Replayer(const Salvage::OnUnfiltered& to) : m_to(to) {}

    [[nodiscard]] Result<void> give(const rows::Unfiltered& next, bool isLast)
    {
        if (next.kind == rows::Unfiltered::Kind::Row) {
            if (!m_open.isLive())
                m_values.assign(next.row.clustering.values.begin(),
                                next.row.clustering.values.end());
            return m_to(next);
        }
        rows::Unfiltered marker = next;
        m_open = next.marker.open;
        if (isLast && next.marker.bound.isBoundary()) {
            marker.marker.bound.kind =
                next.marker.bound.kind == rows::BoundKind::ExclusiveEndInclusiveStart
                    ? rows::BoundKind::ExclusiveEnd
                    : rows::BoundKind::InclusiveEnd;
            marker.marker.open = {};
            m_open = {};
        }
        return m_to(marker);
    }
    [[nodiscard]] Result<void> close()
    {
        if (m_open.isLive())
            return ok();
        const std::vector<ByteView> views(m_values.begin(), m_values.end());
        rows::Unfiltered end;
        end.kind = rows::Unfiltered::Kind::Marker;
        end.marker.bound = {rows::BoundKind::InclusiveEnd, views};
        end.marker.close = m_open;
        return m_to(end);
    }

private:
    const Salvage::OnUnfiltered& m_to;
    rows::DeletionTime m_open;
    std::vector<Bytes> m_values; ///< of the last row below an open range
};

} // namespace

Result<void> Salvage::replay(const SalvagedPartition& partition, const SalvageOptions& options,
                             const OnHeader& onHeader, const OnUnfiltered& onUnfiltered)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    bool headerGiven = false;
    for (const auto& stretch : partition.stretches) {
        PartitionCursor cursor{m_reader, m_source};
        RW_TRY(partition.hasHeader ? cursor.open(partition.entry)
                                   : cursor.openBlocks(partition.entry, partition.key));
        if (!std::exchange(headerGiven, true))
            RW_TRY(onHeader(cursor.deletion(), cursor.staticRow()));
        RowIndexBlock block;
        if (stretch.block) {
            RW_TRY(decodeBlock(*partition.entry.rowIndex, *stretch.block,
                               ReaderAccess::decoder(*m_reader), *files.version, block));
            cursor.slice(startAt(block), {rows::BoundKind::InclusiveEnd, {}});
        }
        Replayer replayer{onUnfiltered};
        rows::Unfiltered next;
        for (std::uint64_t i = 0; i < stretch.count; ++i) {
            RW_ASSIGN(const Step step, cursor.next(next));
            if (step != Step::Item)
                return corruptAt(*files.data, cursor.position(), partition.key,
                                 "the partition has changed while it was read");
            if (options.checkValues && next.kind == rows::Unfiltered::Kind::Row &&
                !hasValidValues(*m_reader->table(), next.row))
                continue;
            RW_TRY(replayer.give(next, !partition.isWhole && i + 1 == stretch.count));
        }
        RW_TRY(replayer.close());
    }
    return ok();
}

} // namespace engine::sstable
