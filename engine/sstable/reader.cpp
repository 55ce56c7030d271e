#include "engine/sstable/reader.h"

#include "engine/base/hash.h"
#include "engine/sstable/index_cursor.h"
#include "engine/sstable/reader_files.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace engine::sstable {

namespace {

Error withFile(const Error& error, const std::string& path)
{
    return error.within(path);
}

Result<void> openChunkFiles(Disk& disk, std::uint64_t cacheId, ReaderFiles& files)
{
    const Descriptor& descriptor = files.descriptor;
    ChunkFile::Spec data;
    data.path = descriptor.path(Component::Data);
    RW_ASSIGN(data.file, disk.open(data.path, OpenMode::Read));
    RW_ASSIGN(data.storedLength, data.file->size());
    RW_ASSIGN(auto parts, loadDataLayout(disk, descriptor, data.storedLength));
    data.id = 2 * cacheId;
    data.length = parts.compression ? parts.compression->dataLength : data.storedLength;
    data.chunkLength = parts.chunkLength;
    data.compression = std::move(parts.compression);
    data.checksums = std::move(parts.checksums);
    files.bytesOnDisk += data.storedLength;
    files.data = std::make_unique<ChunkFile>(std::move(data));
    if (descriptor.format == "bti")
        return ok();

    RW_TRY(openIndexFile(disk, cacheId, files));
    return ok();
}

void useSummary(Summary summary, ReaderFiles& files)
{
    files.firstPartitionKey = summary.firstKey();
    files.lastPartitionKey = summary.lastKey();
    files.setSummary(std::move(summary));
}

Result<void> loadSummary(Disk& disk, ReaderFiles& files)
{
    const std::string path = files.descriptor.path(Component::Summary);
    if (disk.exists(path)) {
        RW_ASSIGN(const Bytes bytes, disk.readAll(path));
        files.bytesOnDisk += bytes.size();
        if (auto summary = Summary::decode(bytes, files.index->length())) {
            useSummary(std::move(*summary), files);
            return ok();
        }
    }
    // Lost or damaged: all that it says is in Index.db, too.
    DirectChunkSource source;
    IndexCursor cursor{files, source, 0};
    Summary rebuilt;
    while (true) {
        const std::uint64_t at = cursor.offset();
        RW_ASSIGN(const Step step, cursor.next());
        if (step != Step::Item)
            break;
        rebuilt.add(cursor.entry().key, KeyHash::of(cursor.entry().key).token, at);
    }
    if (rebuilt.size() == 0)
        return Error{ErrorCode::Corrupt, files.index->path() + ": the file has no entries"};
    useSummary(std::move(rebuilt), files);
    return ok();
}

Result<void> loadSideFiles(Disk& disk, ReaderFiles& files)
{
    const Descriptor& descriptor = files.descriptor;
    const std::string statisticsPath = descriptor.path(Component::Statistics);
    RW_ASSIGN(const Bytes statisticsBytes, disk.readAll(statisticsPath));
    auto statistics = Statistics::decode(*files.version, statisticsBytes);
    if (!statistics)
        return withFile(statistics.error(), statisticsPath);
    files.statistics = std::move(*statistics);
    if (!files.statistics.partitioner.ends_with("Murmur3Partitioner"))
        return Error{ErrorCode::Invalid, statisticsPath + ": the table was written under " +
                                             files.statistics.partitioner +
                                             ", only Murmur3Partitioner is supported"};

    files.bytesOnDisk += statisticsBytes.size();
    RW_TRY(descriptor.format == "bti" ? loadTrie(disk, files) : loadSummary(disk, files));
    const std::string filterPath = descriptor.path(Component::Filter);
    if (disk.exists(filterPath)) {
        RW_ASSIGN(const Bytes filterBytes, disk.readAll(filterPath));
        auto filter = BloomFilter::decode(filterBytes);
        if (!filter)
            return withFile(filter.error(), filterPath);
        files.filter = std::move(*filter);
        files.bytesOnDisk += filterBytes.size();
    }
    return ok();
}

/// Finds what each header column is in `table`: by name; dropped ones by their record.
Result<std::vector<ReadColumn>> mapColumns(const std::vector<SerializationHeader::Column>& columns,
                                           bool isStatic, const schema::Table& table)
{
    std::vector<ReadColumn> mapped;
    for (const auto& from : columns) {
        ReadColumn to;
        to.complex = from.type->isMultiCell();
        to.fixedLength = storedFixedLength(*from.type);
        const schema::Column* column = table.column(from.name);
        const bool usable = column != nullptr && !column->isPrimaryKey() &&
                            column->isStatic() == isStatic && column->isComplex() == to.complex;
        bool dropped = false;
        for (const auto& record : table.droppedColumns()) {
            if (record.column->name == from.name) {
                dropped = true;
                to.droppedAt = std::max(to.droppedAt, record.droppedAt.micros);
            }
        }
        if (!usable && !dropped)
            return Error{ErrorCode::Invalid, "the column '" + from.name + "' (" +
                                                 from.type->toString() + ") is not in table " +
                                                 table.keyspace() + "." + table.name() +
                                                 " and was not dropped from it"};
        to.column = usable ? column : nullptr;
        mapped.push_back(to);
    }
    return mapped;
}

Result<void> checkKeys(const SerializationHeader& header, const schema::Table& table)
{
    const auto differs = [&table](const char* what) {
        return Error{ErrorCode::Invalid, std::string{"the "} + what +
                                             " differs from that of table " + table.keyspace() +
                                             "." + table.name()};
    };
    if (header.keyTypes.size() != table.partitionKey().size())
        return differs("partition key");
    if (header.clustering.size() != table.clustering().size())
        return differs("clustering");
    for (std::size_t i = 0; i < header.clustering.size(); ++i) {
        const auto& column = *table.clustering()[i];
        // What decides how the files are laid out: values' lengths and the order.
        if (storedFixedLength(*header.clustering[i].type) != storedFixedLength(*column.type) ||
            header.clustering[i].reversed != column.isReversed())
            return differs("clustering");
    }
    return ok();
}

} // namespace

Result<DataLayout> loadDataLayout(Disk& disk, const Descriptor& descriptor,
                                  std::uint64_t storedLength)
{
    DataLayout parts;
    const std::string path = descriptor.path(Component::CompressionInfo);
    if (disk.exists(path)) {
        RW_ASSIGN(const Bytes bytes, disk.readAll(path));
        auto info = CompressionInfo::decode(bytes, storedLength);
        if (!info)
            return withFile(info.error(), path);
        parts.chunkLength = info->params.chunkLength;
        parts.compression = std::move(*info);
        return parts;
    }
    const std::string crcPath = descriptor.path(Component::Crc);
    if (!disk.exists(crcPath))
        return parts;
    RW_ASSIGN(const Bytes bytes, disk.readAll(crcPath));
    ByteReader in{bytes};
    parts.chunkLength = in.u32();
    constexpr std::uint32_t kChunkMax = 1U << 26;
    if (!in.ok() || parts.chunkLength == 0 || parts.chunkLength > kChunkMax)
        return Error{ErrorCode::Corrupt, crcPath + ": the chunk length is not possible"};
    while (in.remaining() >= 4)
        parts.checksums.push_back(in.u32());
    const std::uint64_t chunks = (storedLength + parts.chunkLength - 1) / parts.chunkLength;
    if (parts.checksums.size() < chunks)
        return Error{ErrorCode::Corrupt, crcPath + ": the file has too few checksums for Data.db"};
    return parts;
}

Result<void> loadTrie(Disk& disk, ReaderFiles& files)
{
    const std::string path = files.descriptor.path(Component::Partitions);
    RW_ASSIGN(Bytes partitions, disk.readAll(path));
    RW_ASSIGN(Bytes rows, disk.readAll(files.descriptor.path(Component::Rows)));
    files.bytesOnDisk += partitions.size() + rows.size();
    auto trie = TrieIndex::open(std::move(partitions), std::move(rows));
    if (!trie)
        return trie.error().within(path);
    files.trie = std::make_unique<TrieIndex>(std::move(*trie));
    return ok();
}

Result<void> openIndexFile(Disk& disk, std::uint64_t cacheId, ReaderFiles& files)
{
    ChunkFile::Spec index;
    index.path = files.descriptor.path(Component::Index);
    RW_ASSIGN(index.file, disk.open(index.path, OpenMode::Read));
    RW_ASSIGN(index.storedLength, index.file->size());
    index.id = 2 * cacheId + 1;
    index.length = index.storedLength;
    index.chunkLength = kIndexChunkBytes;
    files.bytesOnDisk += index.storedLength;
    files.index = std::make_unique<ChunkFile>(std::move(index));
    return ok();
}

Error corruptAt(const ChunkFile& file, std::uint64_t offset, ByteView key, const std::string& what)
{
    std::string text = file.path() + ", offset " + std::to_string(offset);
    if (!key.empty())
        text += ", partition key 0x" + toHex(key);
    return Error{ErrorCode::Corrupt, text + ": " + what};
}

Result<ReaderPtr> Reader::open(Disk& disk, const Descriptor& descriptor, schema::TablePtr table,
                               Options options)
{
    auto files = std::make_shared<ReaderFiles>();
    files->descriptor = descriptor;
    RW_ASSIGN(files->version, findVersion(descriptor.format, descriptor.version));
    RW_TRY(openChunkFiles(disk, options.cacheId, *files));
    RW_TRY(loadSideFiles(disk, *files));
    completeFiles(*files);
    return ReaderAccess::make(std::move(files), std::move(table));
}

void completeFiles(ReaderFiles& files)
{
    files.firstToken = KeyHash::of(files.firstKey()).token;
    files.lastToken = KeyHash::of(files.lastKey()).token;
    const auto& stats = files.statistics.stats;
    files.minClustering.assign(stats.minClustering.begin(), stats.minClustering.end());
    files.maxClustering.assign(stats.maxClustering.begin(), stats.maxClustering.end());
}

Result<ReaderPtr> ReaderAccess::make(std::shared_ptr<const ReaderFiles> files,
                                     schema::TablePtr table)
{
    Reader base;
    base.m_files = std::move(files);
    return base.withTable(std::move(table));
}

Reader::~Reader() = default;

Result<ReaderPtr> Reader::withTable(schema::TablePtr table) const
{
    const auto& header = m_files->statistics.header;
    const std::string path = m_files->descriptor.path(Component::Statistics);
    if (auto same = checkKeys(header, *table); !same)
        return withFile(same.error(), path);
    auto statics = mapColumns(header.statics, true, *table);
    if (!statics)
        return withFile(statics.error(), path);
    auto regulars = mapColumns(header.regulars, false, *table);
    if (!regulars)
        return withFile(regulars.error(), path);
    std::shared_ptr<Reader> reader{new Reader};
    reader->m_files = m_files;
    reader->m_table = std::move(table);
    reader->m_startToken = m_startToken;
    reader->m_decoder = std::make_shared<RowDecoder>(*m_files->version, header, std::move(*statics),
                                                     std::move(*regulars));
    return ReaderPtr{std::move(reader)};
}

ReaderPtr Reader::startingAt(std::int64_t token) const
{
    std::shared_ptr<Reader> reader{new Reader};
    reader->m_files = m_files;
    reader->m_decoder = m_decoder;
    reader->m_table = m_table;
    reader->m_startToken = token;
    return ReaderPtr{std::move(reader)};
}

const Descriptor& Reader::descriptor() const noexcept
{
    return m_files->descriptor;
}
const schema::TablePtr& Reader::table() const noexcept
{
    return m_table;
}
const StatsMetadata& Reader::stats() const noexcept
{
    return m_files->statistics.stats;
}
const Statistics& Reader::statistics() const noexcept
{
    return m_files->statistics;
}
const SerializationHeader& Reader::header() const noexcept
{
    return m_files->statistics.header;
}
std::uint64_t Reader::dataFileId() const noexcept
{
    return m_files->data->id();
}
std::uint64_t Reader::dataBytes() const noexcept
{
    return m_files->data->length();
}
std::uint64_t Reader::bytesOnDisk() const noexcept
{
    return m_files->bytesOnDisk;
}
std::uint64_t Reader::estimatedPartitions() const noexcept
{
    return std::max<std::uint64_t>(stats().partitionSizes.count(), 1);
}
std::uint64_t Reader::estimatedPartitionsIn(std::int64_t after, std::int64_t upTo) const noexcept
{
    const auto total = static_cast<double>(estimatedPartitions());
    double share = 0;
    if (m_files->trie) {
        const double first = static_cast<double>(firstToken());
        const double width = static_cast<double>(lastToken()) - first + 1;
        const double from = std::max(first - 1, static_cast<double>(after));
        const double to = std::min(first - 1 + width, static_cast<double>(upTo));
        share = std::max(to - from, 0.0) / width;
    } else {
        const auto summary = m_files->summary();
        const std::size_t samples = summary->countUpTo(upTo) - summary->countUpTo(after);
        share = static_cast<double>(samples) /
                static_cast<double>(std::max<std::size_t>(summary->size(), 1));
    }
    return static_cast<std::uint64_t>(std::llround(total * share));
}
std::uint64_t Reader::filterBytes() const noexcept
{
    return m_files->filter.memoryBytes();
}
std::uint64_t Reader::indexBytes() const noexcept
{
    return m_files->trie ? m_files->trie->memoryBytes() : summaryBytes();
}
std::uint64_t Reader::chunkTableBytes() const noexcept
{
    return m_files->data->chunkTableBytes();
}
ByteView Reader::firstKey() const noexcept
{
    return m_files->firstKey();
}
ByteView Reader::lastKey() const noexcept
{
    return m_files->lastKey();
}
std::int64_t Reader::firstToken() const noexcept
{
    return m_files->firstToken;
}
std::int64_t Reader::lastToken() const noexcept
{
    return m_files->lastToken;
}

bool Reader::mayContain(const KeyHash& key) const noexcept
{
    return key.token >= m_startToken &&
           KeyHash::compare(key.token, key.key, m_files->firstToken, firstKey()) >= 0 &&
           KeyHash::compare(key.token, key.key, m_files->lastToken, lastKey()) <= 0 &&
           m_files->filter.mayContain(key.hash);
}

bool Reader::mayContainClustering(const rows::Bound& start, const rows::Bound& end) const noexcept
{
    const auto& files = *m_files;
    if (stats().minClustering.empty() && stats().maxClustering.empty())
        return true; // no clustering, only statics and deletions, or ranges without bounds
    return rows::compareBounds(*m_table, end.kind, end.values, rows::BoundKind::InclusiveStart,
                               files.minClustering) >= 0 &&
           rows::compareBounds(*m_table, start.kind, start.values, rows::BoundKind::InclusiveEnd,
                               files.maxClustering) <= 0;
}

/// BTI: the trie names at most one partition, whose key tells.
Result<Lookup> Reader::findInTrie(const KeyHash& key, ChunkSource& source) const
{
    Lookup lookup;
    const auto offset = m_files->trie->find(key);
    if (!offset)
        return withFile(offset.error(), m_files->descriptor.path(Component::Partitions));
    if (!offset->has_value())
        return lookup;
    if (**offset >= m_files->data->length())
        return Error{ErrorCode::Corrupt, m_files->descriptor.path(Component::Partitions) +
                                             ": an entry points outside of Data.db"};
    FileCursor cursor{*m_files->data, source};
    cursor.seek(**offset);
    RW_ASSIGN(const bool there, cursor.ensure(2 + key.key.size()));
    if (!there) {
        lookup.step = Step::NotInMemory;
        return lookup;
    }
    ByteReader in{cursor.view()};
    if (in.bytes16() == key.key && in.ok()) {
        lookup.step = Step::Item;
        lookup.entry.dataOffset = **offset;
    }
    return lookup;
}

Result<Lookup> Reader::find(const KeyHash& key, ChunkSource& source) const
{
    if (m_files->trie)
        return findInTrie(key, source);
    Lookup lookup;
    const auto summary = m_files->summary();
    const std::size_t sample = summary->floor(key.token, key.key);
    IndexCursor cursor{*m_files, source, summary->entry(sample).indexOffset};
    while (true) {
        RW_ASSIGN(lookup.step, cursor.next());
        if (lookup.step == Step::End && cursor.entry().key != lastKey())
            return corruptAt(*m_files->index, cursor.offset(), {},
                             "the file ends before the last key that Summary.db names");
        if (lookup.step != Step::Item)
            return lookup;
        const IndexEntry& entry = cursor.entry();
        if (entry.key == key.key) {
            RW_ASSIGN(lookup.entry, cursor.decode());
            return lookup;
        }
        // Hashing each key that differs would be dearer than going on to the next sample.
        const std::size_t next = sample + 1;
        if (next < summary->size() && cursor.offset() >= summary->entry(next).indexOffset) {
            lookup.step = Step::End;
            return lookup;
        }
    }
}

std::uint64_t Reader::summaryBytes() const noexcept
{
    return m_files->trie ? 0 : m_files->summary()->memoryBytes();
}

std::uint64_t Reader::summaryEntries() const noexcept
{
    return m_files->trie ? 0 : m_files->summary()->size();
}

void Reader::halveSummary() const
{
    if (!m_files->trie)
        m_files->setSummary(m_files->summary()->halved());
}

Result<std::uint32_t> fileChecksum(Disk& disk, const std::string& path)
{
    RW_ASSIGN(const auto file, disk.open(path, OpenMode::Read));
    RW_ASSIGN(const std::uint64_t size, file->size());
    Bytes buffer(std::min<std::uint64_t>(size, 1U << 20), '\0');
    std::uint32_t crc = 0;
    for (std::uint64_t offset = 0; offset < size;) {
        RW_ASSIGN(const std::size_t got, file->readAt(offset, buffer.data(), buffer.size()));
        if (got == 0)
            break;
        crc = crc32(ByteView{buffer}.substr(0, got), crc);
        offset += got;
    }
    return crc;
}

Result<void> Reader::verifyDigest(Disk& disk) const
{
    const std::string path = m_files->descriptor.path(Component::Digest);
    RW_ASSIGN(const Bytes text, disk.readAll(path));
    std::uint32_t expected = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), expected);
    if (error != std::errc{} || at == text.data())
        return Error{ErrorCode::Corrupt, path + ": no checksum in it"};
    const std::string dataPath = m_files->descriptor.path(Component::Data);
    RW_ASSIGN(const std::uint32_t crc, fileChecksum(disk, dataPath));
    if (crc != expected)
        return Error{ErrorCode::Corrupt,
                     dataPath + ": the checksum of the whole file differs from " + path};
    return ok();
}

} // namespace engine::sstable
