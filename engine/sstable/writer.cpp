#include "engine/sstable/writer.h"

#include "engine/base/assert.h"
#include "engine/sstable/bloom_filter.h"
#include "engine/sstable/deletion_codec.h"
#include "engine/sstable/file_writer.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/reader_files.h"
#include "engine/sstable/row_codec.h"
#include "engine/sstable/row_index.h"
#include "engine/sstable/stats_collector.h"
#include "engine/sstable/summary.h"

namespace engine::sstable {

namespace {

constexpr std::string_view kPartitioner = "org.apache.cassandra.dht.Murmur3Partitioner";

BufferedFile takeFile(const Descriptor& descriptor, Component component, std::unique_ptr<File> file)
{
    return BufferedFile{descriptor.path(component), std::move(file)};
}

} // namespace

struct Writer::Impl {
    Impl(Disk& disk, WriterOptions opts, const VersionTraits& traits, BufferedFile data,
         BufferedFile index, CompressionParams compression)
        : disk(disk),
          options(std::move(opts)),
          version(traits),
          header(SerializationHeader::forTable(*options.table, options.stats)),
          encoder(version, header, *options.table),
          rowIndex(version, encoder, options.columnIndexBytes),
          data(std::move(data), std::move(compression)),
          index(std::move(index)),
          filter(options.expectedPartitions, options.table->params().bloomFilterFpChance),
          summary(static_cast<std::uint32_t>(options.table->params().minIndexInterval)),
          collector(*options.table)
    {
    }

    ~Impl()
    {
        if (!finished) {
            for (const auto& path : created)
                (void)disk.remove(path);
        }
    }

    [[nodiscard]] std::uint64_t partitionPosition() const
    {
        return data.position() - partitionStart;
    }
    Result<void> writeIndexEntry();
    Result<void> writeSide(Component component, ByteView bytes);
    Result<void> writeSideFiles();
    Result<WrittenTable> finish();
    [[nodiscard]] Statistics statisticsOf(StatsMetadata stats);
    Result<ReaderPtr> openEarly(std::uint64_t cacheId);

    /// Up to where the table may be seen before it is finished.
    struct Mark {
        std::uint64_t dataEnd = 0;
        std::uint64_t indexEnd = 0;
        std::uint64_t partitions = 0;
        Bytes lastKey;
    };

    Disk& disk;
    WriterOptions options;
    const VersionTraits& version;
    SerializationHeader header;
    RowEncoder encoder;
    RowIndexBuilder rowIndex;
    DataFileWriter data;
    BufferedFile index;
    BloomFilter filter;
    Summary summary;
    StatsCollector collector;

    std::vector<std::string> created;
    std::vector<Component> components;
    bool finished = false;
    bool inPartition = false;
    Bytes key;
    std::int64_t token = 0;
    std::uint64_t partitionCount = 0;
    std::uint64_t sideBytes = 0;
    std::uint64_t partitionStart = 0;
    std::uint64_t previousStart = 0; ///< of the unfiltered before, relative to the partition
    Bytes scratch;
    Bytes entryHead;
    std::optional<Mark> marked;
};

Writer::Writer(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Writer::~Writer() = default;

Result<std::unique_ptr<Writer>> Writer::create(Disk& disk, WriterOptions options)
{
    const Descriptor& descriptor = options.descriptor;
    RW_ASSIGN(const VersionTraits* version, findVersion(descriptor.format, descriptor.version));
    if (!version->writable)
        return Error{ErrorCode::Invalid,
                     "SSTables of version " + descriptor.version + " cannot be written"};
    RW_ASSIGN(auto compression,
              CompressionParams::fromOptions(options.table->params().compression));
    RW_ASSIGN(auto data, disk.open(descriptor.path(Component::Data), OpenMode::CreateNew));
    auto index = disk.open(descriptor.path(Component::Index), OpenMode::CreateNew);
    if (!index) {
        (void)disk.remove(descriptor.path(Component::Data));
        return index.error();
    }
    auto dataFile = takeFile(descriptor, Component::Data, std::move(data));
    auto indexFile = takeFile(descriptor, Component::Index, std::move(*index));
    auto impl = std::make_unique<Impl>(disk, std::move(options), *version, std::move(dataFile),
                                       std::move(indexFile), std::move(compression));
    for (const auto component : {Component::Data, Component::Index}) {
        impl->created.push_back(impl->options.descriptor.path(component));
        impl->components.push_back(component);
    }
    return std::unique_ptr<Writer>{new Writer{std::move(impl)}};
}

Result<void> Writer::startPartition(ByteView key, const rows::DeletionTime& deletion,
                                    const rows::Row& staticRow)
{
    Impl& impl = *m_impl;
    ENGINE_ASSERT(!impl.inPartition, "the partition before was not ended");
    const KeyHash hash = KeyHash::of(key);
    ENGINE_ASSERT(impl.partitionCount == 0 ||
                      KeyHash::compare(impl.token, impl.key, hash.token, key) < 0,
                  "partitions come in token order");
    if (key.size() > UINT16_MAX)
        return Error{ErrorCode::Invalid, "Key length of " + std::to_string(key.size()) +
                                             " is longer than maximum of 65535"};
    impl.inPartition = true;
    impl.key.assign(key);
    impl.token = hash.token;
    impl.filter.add(hash.hash);
    impl.collector.startPartition(key, deletion);
    impl.partitionStart = impl.data.position();

    impl.scratch.clear();
    ByteWriter out{impl.scratch};
    out.bytes16(key);
    encodeDeletion(impl.version, out, deletion);
    if (!impl.header.statics.empty()) {
        impl.collector.add(staticRow, true);
        RW_TRY(impl.encoder.row(staticRow, true, 0, impl.scratch));
    }
    RW_TRY(impl.data.append(impl.scratch));
    impl.rowIndex.startPartition(deletion, impl.partitionPosition());
    impl.previousStart = 0;
    return ok();
}

Result<void> Writer::append(const rows::Unfiltered& unfiltered)
{
    Impl& impl = *m_impl;
    ENGINE_ASSERT(impl.inPartition, "rows belong to a partition");
    const std::uint64_t start = impl.partitionPosition();
    impl.scratch.clear();
    if (unfiltered.kind == rows::Unfiltered::Kind::Row) {
        impl.collector.add(unfiltered.row, false);
        RW_TRY(impl.encoder.row(unfiltered.row, false, start - impl.previousStart, impl.scratch));
    } else {
        impl.collector.add(unfiltered.marker);
        RW_TRY(impl.encoder.marker(unfiltered.marker, start - impl.previousStart, impl.scratch));
    }
    RW_TRY(impl.data.append(impl.scratch));
    impl.rowIndex.add(unfiltered, start, impl.partitionPosition());
    impl.previousStart = start;
    return ok();
}

Result<void> Writer::endPartition()
{
    Impl& impl = *m_impl;
    ENGINE_ASSERT(impl.inPartition, "endPartition() without startPartition()");
    const char end = unfiltered_flags::kEndOfPartition;
    RW_TRY(impl.data.append({&end, 1}));
    RW_TRY(impl.writeIndexEntry());
    impl.collector.endPartition(impl.partitionPosition());
    impl.inPartition = false;
    ++impl.partitionCount;
    return ok();
}

Result<void> Writer::Impl::writeIndexEntry()
{
    summary.add(key, token, index.position());
    scratch.clear();
    rowIndex.finish(partitionPosition(), scratch);
    entryHead.clear();
    ByteWriter out{entryHead};
    out.bytes16(key);
    out.unsignedVint(partitionStart);
    out.unsignedVint(scratch.size());
    RW_TRY(index.append(entryHead));
    return index.append(scratch);
}

Result<void> Writer::append(const rows::Partition& partition)
{
    if (partition.isEmpty())
        return ok();
    RW_TRY(startPartition(partition.key(), partition.deletion, partition.staticRow));
    for (const auto& unfiltered : partition.unfiltereds)
        RW_TRY(append(unfiltered));
    return endPartition();
}

std::uint64_t Writer::dataBytes() const noexcept
{
    return m_impl->data.position();
}

std::uint64_t Writer::partitions() const noexcept
{
    return m_impl->partitionCount;
}

Result<void> Writer::Impl::writeSide(Component component, ByteView bytes)
{
    const std::string path = options.descriptor.path(component);
    RW_ASSIGN(auto file, disk.open(path, OpenMode::CreateNew));
    created.push_back(path);
    components.push_back(component);
    RW_TRY(file->append(bytes));
    sideBytes += bytes.size();
    return options.syncWhenFinished ? file->sync() : ok();
}

Result<void> Writer::Impl::writeSideFiles()
{
    RW_TRY(writeSide(data.isCompressed() ? Component::CompressionInfo : Component::Crc,
                     data.sideFile()));
    RW_TRY(writeSide(Component::Digest, std::to_string(data.checksum())));
    if (!filter.alwaysYes())
        RW_TRY(writeSide(Component::Filter, filter.encode()));
    RW_TRY(writeSide(Component::Summary, summary.encode()));
    return writeSide(Component::Statistics, statisticsOf(collector.take()).encode(version));
}

Statistics Writer::Impl::statisticsOf(StatsMetadata collected)
{
    Statistics statistics;
    statistics.partitioner = kPartitioner;
    statistics.bloomFilterFpChance = options.table->params().bloomFilterFpChance;
    statistics.cardinality = collector.cardinality();
    statistics.header = header;
    StatsMetadata& stats = statistics.stats;
    stats = std::move(collected);
    if (data.isCompressed() && data.position() > 0)
        stats.compressionRatio =
            static_cast<double>(data.storedBytes()) / static_cast<double>(data.position());
    stats.level = options.level;
    stats.repairedAt = options.repair.repairedAt;
    stats.pendingRepair = options.repair.pending;
    stats.commitLogIntervals = options.commitLogIntervals;
    if (!stats.commitLogIntervals.empty())
        stats.commitLogUpperBound = stats.commitLogIntervals.back().end;
    stats.originatingHost = options.originatingHost;
    return statistics;
}

void Writer::mark() noexcept
{
    Impl& impl = *m_impl;
    ENGINE_ASSERT(!impl.inPartition && impl.partitionCount > 0, "a mark stands behind a partition");
    impl.marked = {impl.data.position(), impl.index.position(), impl.partitionCount, impl.key};
}

bool Writer::canOpenEarly() const noexcept
{
    return m_impl->marked && m_impl->marked->dataEnd <= m_impl->data.chunkedBytes();
}

std::uint64_t Writer::earlyBytes() const noexcept
{
    return m_impl->summary.memoryBytes() + m_impl->data.chunkTableBytes();
}

Result<ReaderPtr> Writer::Impl::openEarly(std::uint64_t cacheId)
{
    auto files = std::make_shared<ReaderFiles>();
    files->descriptor = options.descriptor;
    files->version = &version;
    RW_ASSIGN(ChunkFile::Spec chunks, data.openChunks());
    chunks.path = options.descriptor.path(Component::Data);
    chunks.id = 2 * cacheId;
    chunks.length = marked->dataEnd;
    RW_ASSIGN(chunks.file, disk.open(chunks.path, OpenMode::Read));
    files->bytesOnDisk = chunks.storedLength + marked->indexEnd;
    files->data = std::make_unique<ChunkFile>(std::move(chunks));

    RW_TRY(index.flush());
    ChunkFile::Spec entries;
    entries.path = options.descriptor.path(Component::Index);
    entries.id = 2 * cacheId + 1;
    entries.length = marked->indexEnd;
    entries.writtenLength = entries.storedLength = index.position();
    entries.chunkLength = kIndexChunkBytes;
    RW_ASSIGN(entries.file, disk.open(entries.path, OpenMode::Read));
    files->index = std::make_unique<ChunkFile>(std::move(entries));

    // As they will be read from the file, whatever the version cannot say.
    const Bytes encoded = statisticsOf(collector.soFar()).encode(version);
    RW_ASSIGN(files->statistics, Statistics::decode(version, encoded));
    files->filter = filter;
    files->firstPartitionKey = summary.firstKey();
    files->lastPartitionKey = marked->lastKey;
    files->setSummary(summary.upTo(marked->indexEnd, marked->partitions, marked->lastKey));
    completeFiles(*files);
    return ReaderAccess::make(std::move(files), options.table);
}

Result<ReaderPtr> Writer::openEarly(std::uint64_t cacheId)
{
    ENGINE_ASSERT(canOpenEarly() && !m_impl->inPartition, "the marked partitions are in chunks");
    return m_impl->openEarly(cacheId);
}

Result<WrittenTable> Writer::Impl::finish()
{
    ENGINE_ASSERT(!inPartition && partitionCount > 0, "a table has at least one whole partition");
    const bool sync = options.syncWhenFinished;
    RW_TRY(data.finish(sync));
    RW_TRY(index.finish(sync));
    RW_TRY(writeSideFiles());
    std::string toc{componentName(Component::Toc)};
    toc += '\n';
    for (const auto component : components) {
        toc += componentName(component);
        toc += '\n';
    }
    // Last: a table without it is a leftover.
    const std::string path = options.descriptor.path(Component::Toc);
    created.push_back(path);
    if (sync)
        RW_TRY(disk.syncDirectory(options.descriptor.folder));
    RW_TRY(disk.replaceFile(path, toc));
    finished = true;
    WrittenTable made;
    made.descriptor = options.descriptor;
    made.partitions = partitionCount;
    made.bytesOnDisk = data.storedBytes() + index.position() + sideBytes + toc.size();
    made.dataBytes = data.position();
    return made;
}

Result<WrittenTable> Writer::finish()
{
    return m_impl->finish();
}

} // namespace engine::sstable
