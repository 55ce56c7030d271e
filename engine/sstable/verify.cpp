#include "engine/sstable/verify.h"

#include "engine/sstable/file_cursor.h"

#include <algorithm>
#include <set>

namespace engine::sstable {

namespace {

constexpr std::string_view kTableComponents[] = {
    "Data.db", "Index.db",           "Filter.db", "Statistics.db", "Summary.db",
    "CRC.db",  "CompressionInfo.db", "TOC.txt",   "Digest.crc32",  "Partitions.db",
    "Rows.db"};

Component componentNamed(std::string_view name)
{
    for (const auto component :
         {Component::Data, Component::Index, Component::Filter, Component::Statistics,
          Component::Summary, Component::CompressionInfo, Component::Crc, Component::Digest,
          Component::Partitions, Component::Rows}) {
        if (componentName(component) == name)
            return component;
    }
    return Component::Toc;
}

class TableVerifier {
public:
    TableVerifier(Disk& disk, const Descriptor& descriptor, const VerifyOptions& options,
                  Verification& found)
        : m_disk(disk), m_descriptor(descriptor), m_options(options), m_found(found)
    {
    }

    [[nodiscard]] Result<void> run(const schema::TablePtr& table);

private:
    void blame(Component component, std::string what)
    {
        m_found.problems.push_back({component, std::move(what)});
    }
    void blameFile(Component component, const std::string& what)
    {
        blame(component, m_descriptor.path(component) + ": " + what);
    }
    void checkToc();
    void checkFilterForm();
    void checkSummary();
    void checkSampledSummary(const Summary& summary);
    void checkTrie(std::uint64_t partitions);
    [[nodiscard]] Result<void> partition(const SalvagedPartition& partition);
    [[nodiscard]] Result<void> rowIndex(const SalvagedPartition& partition);
    [[nodiscard]] bool matches(const RowIndexBlock& block, bool last,
                               const rows::Unfiltered& unfiltered) const;
    [[nodiscard]] bool isCanonical(const RowIndex& index, std::uint32_t number,
                                   const RowIndexBlock& block);
    void finishFilter();

    Disk& m_disk;
    const Descriptor& m_descriptor;
    const VerifyOptions& m_options;
    Verification& m_found;
    ReaderPtr m_reader;
    DirectChunkSource m_source;
    Bytes m_filterBytes;
    std::optional<BloomFilter> m_filter;
    std::optional<BloomFilter> m_rebuiltFilter;
    bool m_filterBlamed = false;
    std::size_t m_blockEnd = 0; ///< of the row index's block that was looked at
};

void TableVerifier::checkToc()
{
    const auto listed = readToc(m_disk, m_descriptor);
    if (!listed) {
        blame(Component::Toc, listed.error().detail());
        return;
    }
    std::set<std::string> names(listed->begin(), listed->end());
    for (const auto& name : names) {
        const std::string path = m_descriptor.folder + "/" + m_descriptor.name() + "-" + name;
        if (!m_disk.exists(path))
            blame(componentNamed(name), path + ": the file is missing, " +
                                            m_descriptor.path(Component::Toc) + " lists it");
    }
    for (const auto name : kTableComponents) {
        const std::string path =
            m_descriptor.folder + "/" + m_descriptor.name() + "-" + std::string{name};
        if (m_disk.exists(path) && !names.contains(std::string{name}))
            blameFile(Component::Toc, "it does not list " + std::string{name});
    }
    if (names.size() != listed->size())
        blameFile(Component::Toc, "it lists a component twice");
}

void TableVerifier::checkFilterForm()
{
    const std::string path = m_descriptor.path(Component::Filter);
    if (!m_disk.exists(path))
        return;
    auto bytes = m_disk.readAll(path);
    if (!bytes) {
        blame(Component::Filter, bytes.error().detail());
        return;
    }
    m_filterBytes = std::move(*bytes);
    auto filter = BloomFilter::decode(m_filterBytes);
    if (!filter) {
        blameFile(Component::Filter, filter.error().detail());
        return;
    }
    m_rebuiltFilter = filter->emptied();
    m_filter = std::move(*filter);
}

/// Made anew from Index.db and compared; a sampled down one entry by entry.
void TableVerifier::checkSummary()
{
    const std::string path = m_descriptor.path(Component::Summary);
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    if (!files.index || !m_disk.exists(path))
        return;
    const auto bytes = m_disk.readAll(path);
    if (!bytes) {
        blame(Component::Summary, bytes.error().detail());
        return;
    }
    const auto summary = Summary::decode(*bytes, files.index->length());
    if (!summary) {
        blameFile(Component::Summary, summary.error().detail());
        return;
    }
    if (summary->isSampledDown()) {
        checkSampledSummary(*summary);
        return;
    }
    Summary rebuilt{summary->interval()};
    IndexCursor cursor{files, m_source, 0};
    while (true) {
        const std::uint64_t at = cursor.offset();
        const auto step = cursor.next();
        if (!step)
            return; // Index.db is to blame, which walk() finds
        if (*step != Step::Item)
            break;
        rebuilt.add(cursor.entry().key, KeyHash::of(cursor.entry().key).token, at);
    }
    const Bytes wanted = rebuilt.encode();
    if (wanted == *bytes)
        return;
    const auto at = static_cast<std::size_t>(
        std::mismatch(bytes->begin(),
                      bytes->begin() +
                          static_cast<std::ptrdiff_t>(std::min(bytes->size(), wanted.size())),
                      wanted.begin())
            .first -
        bytes->begin());
    blame(Component::Summary,
          path + ", offset " + std::to_string(at) + ": it is not the summary of Index.db");
}

void TableVerifier::checkSampledSummary(const Summary& summary)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    for (std::size_t i = 0; i < summary.size(); ++i) {
        IndexCursor cursor{files, m_source, summary.entry(i).indexOffset};
        const auto step = cursor.next();
        if (step && *step == Step::Item && cursor.entry().key == summary.key(i))
            continue;
        blameFile(Component::Summary, "entry " + std::to_string(i) + ", partition key 0x" +
                                          toHex(summary.key(i)) + ", is not where it says");
        return;
    }
}

/// BTI: what the footer says, and that every partition is found by its key (partition() does).
void TableVerifier::checkTrie(std::uint64_t partitions)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    if (files.trie && files.trie->keyCount() != partitions && m_found.partitionsLost == 0)
        blameFile(Component::Partitions, "it has " + std::to_string(files.trie->keyCount()) +
                                             " entries, Data.db " + std::to_string(partitions) +
                                             " partitions");
}

bool TableVerifier::matches(const RowIndexBlock& block, bool last,
                            const rows::Unfiltered& unfiltered) const
{
    const bool isRow = unfiltered.kind == rows::Unfiltered::Kind::Row;
    const auto kind = isRow ? rows::BoundKind::Clustering : unfiltered.marker.bound.kind;
    const auto values = isRow ? unfiltered.row.clustering.values : unfiltered.marker.bound.values;
    const auto& wanted = last ? block.last : block.first;
    return kind == (last ? block.lastKind : block.firstKind) &&
           std::equal(values.begin(), values.end(), wanted.begin(), wanted.end());
}

/// Whether a block is stored in the one way that there is, where the block before it ends.
bool TableVerifier::isCanonical(const RowIndex& index, std::uint32_t number,
                                const RowIndexBlock& block)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    const RowEncoder encoder{*files.version, files.statistics.header, *m_reader->table()};
    const Bytes encoded = encodeBlock(block, encoder, *files.version);
    const ByteView blocks = index.blocks;
    const std::size_t offsets = blocks.size() - std::size_t{index.blockCount} * 4;
    const auto start =
        loadBigEndian<std::uint32_t>(blocks.data() + offsets + std::size_t{number} * 4);
    const bool isNext = start == (number == 0 ? 0 : m_blockEnd);
    m_blockEnd = start + encoded.size();
    return isNext && blocks.substr(start, encoded.size()) == encoded &&
           (number + 1 < index.blockCount || m_blockEnd == offsets);
}

Result<void> TableVerifier::rowIndex(const SalvagedPartition& partition)
{
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    const RowIndex& index = *partition.entry.rowIndex;
    const auto wrong = [&](const std::string& what) {
        blameFile(Component::Index,
                  "the row index of partition key 0x" + toHex(partition.key) + ": " + what);
        return ok();
    };
    PartitionCursor cursor{m_reader, m_source};
    RW_TRY(cursor.open({partition.entry.dataOffset, nullptr}));
    if (!(cursor.deletion() == index.partitionDeletion))
        return wrong("another deletion of the partition");
    const std::uint64_t start = partition.entry.dataOffset;
    if (cursor.position() != start + index.headerLength)
        return wrong("another place of the first row");
    rows::DeletionTime open;
    rows::Unfiltered next;
    std::uint32_t number = 0;
    std::optional<RowIndexBlock> block;
    bool endsRight = false; ///< as far as the rows have been read
    while (true) {
        RW_ASSIGN(const Step step, cursor.next(next));
        if (step != Step::Item)
            break;
        if (next.kind == rows::Unfiltered::Kind::Marker)
            open = next.marker.open;
        const std::uint64_t at = cursor.rowPosition() - start;
        if (!block) {
            if (number == index.blockCount)
                return wrong("its blocks end before the rows");
            block.emplace();
            if (auto decoded = decodeBlock(index, number, ReaderAccess::decoder(*m_reader),
                                           *files.version, *block);
                !decoded)
                return wrong(decoded.error().detail());
            if (!isCanonical(index, number, *block))
                return wrong("block " + std::to_string(number) + " is malformed");
            if (block->offset != at || !matches(*block, false, next))
                return wrong("block " + std::to_string(number) + " does not begin where it says");
        }
        const std::uint64_t end = cursor.position() - start;
        endsRight = matches(*block, true, next) && block->openAtEnd == open;
        if (end < block->offset + block->width)
            continue;
        if (end != block->offset + block->width || !endsRight)
            return wrong("block " + std::to_string(number) + " does not end where it says");
        block.reset();
        ++number;
    }
    // The last block holds the mark of the partition's end, too, unless the last row filled it.
    if (!block && number == index.blockCount)
        return ok();
    if (!block || number + 1 != index.blockCount || !endsRight ||
        cursor.position() - start != block->offset + block->width)
        return wrong("its blocks do not end with the rows");
    return ok();
}

Result<void> TableVerifier::partition(const SalvagedPartition& partition)
{
    if (m_options.cancelled != nullptr && *m_options.cancelled)
        return Error{ErrorCode::Cancelled, "the verification was stopped"};
    ++m_found.partitions;
    m_found.rows += partition.rows;
    const KeyHash hash = KeyHash::of(partition.key);
    if (m_filter) {
        m_rebuiltFilter->add(hash.hash);
        if (!m_filterBlamed && !m_filter->mayContain(hash.hash)) {
            m_filterBlamed = true;
            blameFile(Component::Filter, "it denies partition key 0x" + toHex(partition.key));
        }
    }
    if (m_options.owns && !m_options.owns(partition.token))
        blame(Component::Data, m_descriptor.path(Component::Data) + ", offset " +
                                   std::to_string(partition.entry.dataOffset) +
                                   ", partition key 0x" + toHex(partition.key) +
                                   ": this node does not own its token " +
                                   std::to_string(partition.token));
    const ReaderFiles& files = ReaderAccess::files(*m_reader);
    if (files.trie) {
        const auto at = files.trie->find(hash);
        if (!at)
            blameFile(Component::Partitions, at.error().detail());
        else if (!*at || **at != partition.entry.dataOffset)
            blameFile(Component::Partitions, "it does not find partition key 0x" +
                                                 toHex(partition.key) + " at offset " +
                                                 std::to_string(partition.entry.dataOffset));
    }
    if (partition.isWhole && partition.entry.rowIndex)
        return rowIndex(partition);
    return ok();
}

void TableVerifier::finishFilter()
{
    // With partitions missing its bits cannot be told.
    if (!m_filter || m_filterBlamed || m_found.partitionsLost > 0)
        return;
    const Bytes wanted = m_rebuiltFilter->encode();
    if (wanted == m_filterBytes)
        return;
    const auto at = std::mismatch(wanted.begin(), wanted.end(), m_filterBytes.begin()).first;
    blame(Component::Filter, m_descriptor.path(Component::Filter) + ", offset " +
                                 std::to_string(at - wanted.begin()) +
                                 ": it is not the filter of the keys in Data.db");
}

Result<void> TableVerifier::run(const schema::TablePtr& table)
{
    checkToc();
    checkFilterForm();
    auto salvage = Salvage::open(m_disk, m_descriptor, table, m_found.problems);
    if (!salvage) {
        blame(salvage.error().detail().find("-Statistics.db") != std::string::npos
                  ? Component::Statistics
                  : Component::Data,
              salvage.error().detail());
        return ok();
    }
    m_reader = salvage->reader();
    checkSummary();
    if (!m_options.rows)
        return ok();
    const auto walked =
        salvage->walk({.checkValues = m_options.checkValues}, m_found.problems,
                      [this](const SalvagedPartition& each) { return partition(each); });
    m_found.partitionsLost = salvage->partitionsLost();
    m_found.partitionsCut = salvage->partitionsCut();
    if (!walked)
        return walked.error();
    finishFilter();
    checkTrie(m_found.partitions);
    return ok();
}

} // namespace

Result<Verification> verifyTable(Disk& disk, const Descriptor& descriptor,
                                 const schema::TablePtr& table, const VerifyOptions& options)
{
    Verification found;
    TableVerifier verifier{disk, descriptor, options, found};
    const auto done = verifier.run(table);
    if (!done && done.error().code() == ErrorCode::Cancelled)
        return done.error();
    if (!done)
        found.problems.push_back({Component::Data, done.error().detail()});
    return found;
}

} // namespace engine::sstable
