#include "engine/sstable/writer.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/support/memory_disk.h"
#include "tests/support/test_main.h"

#include <map>

using namespace engine;
using namespace engine::sstable;
using random_tables::bytesOf;
using random_tables::collect;

namespace {

/// Keeps every chunk that a cache may keep, by the numbers that caches know files by.
class KeepingSource final : public ChunkSource {
public:
    Result<ChunkPtr> chunk(const ChunkFile& file, std::uint64_t index) override
    {
        auto& kept = m_kept[{file.id(), index}];
        if (kept) {
            ++hits;
            return kept;
        }
        RW_ASSIGN(auto read, file.read(index));
        if (!read->mayGrow)
            kept = read;
        return read;
    }
    std::uint64_t hits = 0;

private:
    std::map<std::pair<std::uint64_t, std::uint64_t>, ChunkPtr> m_kept;
};

/// A Writer with what it is given.
struct Writing {
    tests::MemoryDisk disk;
    schema::TablePtr table;
    rows::Partitions partitions;
    std::unique_ptr<Writer> writer;
    Descriptor descriptor = Descriptor::make("/t", 1);

    Writing(std::uint64_t seed, std::size_t count, const schema::StringMap& compression)
    {
        SeededRandom random{seed};
        random_tables::Shape shape;
        shape.rowsMax = 40;
        table = random_tables::table(random, shape, compression);
        partitions = random_tables::partitions(random, table, count, shape);
        auto options = random_tables::writerOptions(descriptor, table, partitions);
        options.columnIndexBytes = 500;
        writer = Writer::create(disk, options).value();
    }

    /// Appends until an early reader of the first `count` partitions can be opened.
    ReaderPtr openEarlyAfter(std::size_t count)
    {
        for (std::size_t i = 0; i < partitions.size(); ++i) {
            writer->append(partitions[i]).value();
            if (i + 1 == count)
                writer->mark();
            if (writer->canOpenEarly())
                return writer->openEarly(1).value();
        }
        return nullptr;
    }
};

schema::StringMap lz4(int chunkKib)
{
    return {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", std::to_string(chunkKib)}};
}

/// The sentence of what is wrong with a reader that is to show the first `count` partitions.
std::string checkShows(const ReaderPtr& reader, const rows::Partitions& partitions,
                       std::size_t count, ChunkSource& source)
{
    TableScanner scanner{reader, source};
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        const auto key = KeyHash::of(partitions[i].key());
        const std::string which = "partition " + std::to_string(i) + " of " + std::to_string(count);
        if (i >= count) {
            if (reader->mayContain(key))
                return which + " is claimed though it is behind the mark";
            continue;
        }
        const auto step = scanner.next();
        if (!step)
            return which + ": " + step.error().detail();
        if (*step != Step::Item)
            return which + " is not scanned";
        const auto scanned = collect(reader->table(), scanner.partition());
        if (!scanned || bytesOf(*scanned) != bytesOf(partitions[i]))
            return which + " is scanned differently";
        if (!reader->mayContain(key))
            return which + " is denied";
        const auto found = reader->find(key, source);
        if (!found || found->step != Step::Item)
            return which + " is not found: " + (found ? "" : found.error().detail());
        PartitionCursor cursor{reader, source};
        if (!cursor.open(found->entry, partitions[i].key()) ||
            bytesOf(*collect(reader->table(), cursor)) != bytesOf(partitions[i]))
            return which + " is read differently";
    }
    const auto end = scanner.next();
    if (!end || *end != Step::End)
        return "the scan goes on behind the mark";
    if (reader->lastKey() != partitions[count - 1].key())
        return "the last key is not that of the mark";
    return {};
}

} // namespace

class TstEarlyReader : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenUpToTheMarkIsReadWhileTheWriterGoesOn_data()
    {
        QTest::addColumn<QString>("compressor");
        QTest::addColumn<int>("chunk");
        QTest::newRow("LZ4") << "LZ4Compressor" << 1;
        QTest::newRow("Zstd") << "ZstdCompressor" << 4;
        QTest::newRow("none") << QString{} << 0;
    }
    void whatIsWrittenUpToTheMarkIsReadWhileTheWriterGoesOn()
    {
        QFETCH(QString, compressor);
        QFETCH(int, chunk);
        schema::StringMap compression{{"enabled", "false"}};
        if (chunk != 0)
            compression = {{"class", compressor.toStdString()},
                           {"chunk_length_in_kb", std::to_string(chunk)}};
        int opened = 0;
        std::uint64_t keptHits = 0;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            Writing made{seed, 150, compression};
            SeededRandom random{seed};
            KeepingSource source; // what one early reader leaves there the next one meets
            std::vector<std::pair<ReaderPtr, std::size_t>> all;
            std::size_t marked = 0;
            QVERIFY(!made.writer->canOpenEarly());
            for (std::size_t i = 0; i < made.partitions.size(); ++i) {
                made.writer->append(made.partitions[i]).value();
                if (marked == 0 && random.below(12) == 0) {
                    made.writer->mark();
                    marked = i + 1;
                }
                if (marked == 0 || !made.writer->canOpenEarly())
                    continue;
                const auto early = made.writer->openEarly(7);
                QVERIFY2(early, early ? "" : early.error().detail().c_str());
                const auto wrong = checkShows(*early, made.partitions, marked, source);
                QVERIFY2(wrong.empty(), qPrintable(QString("seed %1: ").arg(seed) +
                                                   QString::fromStdString(wrong)));
                all.emplace_back(*early, std::exchange(marked, 0));
                ++opened;
            }
            made.writer->finish().value();
            const auto whole = Reader::open(made.disk, made.descriptor, made.table, {7}).value();
            const std::uint64_t hitsBefore = source.hits;
            const auto wrong = checkShows(whole, made.partitions, made.partitions.size(), source);
            QVERIFY2(wrong.empty(), wrong.c_str());
            keptHits += source.hits - hitsBefore;
            // Views that were taken long ago stay as they were.
            QVERIFY(!all.empty());
            for (const auto& [reader, count] : {all.front(), all.back()})
                QCOMPARE(checkShows(reader, made.partitions, count, source), std::string{});
        }
        QVERIFY2(opened >= (chunk == 0 ? 2 : 15), qPrintable(QString::number(opened)));
        QVERIFY(keptHits > 0);
    }

    void anEarlyReaderOutlivesAnAbandonedWriter()
    {
        Writing made{5, 120, lz4(1)};
        constexpr std::size_t count = 51;
        const ReaderPtr early = made.openEarlyAfter(count);
        QVERIFY(early);
        made.writer.reset();
        QVERIFY(made.disk.files().empty());
        DirectChunkSource source;
        QCOMPARE(checkShows(early, made.partitions, count, source), std::string{});
    }

    void statisticsOfAnEarlyReaderCoverItsPartitions()
    {
        Writing made{9, 200, lz4(1)};
        constexpr std::size_t count = 151;
        const ReaderPtr early = made.openEarlyAfter(count);
        QVERIFY(early);
        EncodingStatsCollector stats;
        for (std::size_t i = 0; i < count; ++i)
            stats.add(made.partitions[i]);
        QVERIFY(early->stats().minTimestamp <= stats.get().minTimestamp);
        QVERIFY(early->estimatedPartitions() >= count);
        QVERIFY(early->estimatedPartitions() < made.partitions.size());
        QVERIFY(early->dataBytes() > 0 && early->bytesOnDisk() > 0);
        for (std::size_t i = 0; i < count; ++i) {
            for (const auto& unfiltered : made.partitions[i].unfiltereds) {
                if (unfiltered.kind != rows::Unfiltered::Kind::Row ||
                    made.table->clustering().empty())
                    continue;
                const auto values = unfiltered.row.clustering.values;
                QVERIFY(early->mayContainClustering({rows::BoundKind::InclusiveStart, values},
                                                    {rows::BoundKind::InclusiveEnd, values}));
            }
        }
    }

    void aReaderThatStartsAtATokenShowsNothingBeforeIt()
    {
        Writing made{11, 150, lz4(4)};
        for (const auto& partition : made.partitions)
            made.writer->append(partition).value();
        made.writer->finish().value();
        const auto whole = Reader::open(made.disk, made.descriptor, made.table).value();
        QCOMPARE(whole->startToken(), INT64_MIN);
        DirectChunkSource source;
        std::vector<KeyHash> keys;
        for (const auto& partition : made.partitions)
            keys.push_back(KeyHash::of(partition.key()));
        SeededRandom random{3};
        for (int i = 0; i < 40; ++i) {
            // At a partition's token, or just behind it.
            const std::int64_t start =
                keys[random.below(keys.size())].token + static_cast<std::int64_t>(random.below(2));
            const auto bounded = whole->startingAt(start);
            QCOMPARE(bounded->startToken(), start);
            QCOMPARE(bounded->withTable(made.table).value()->startToken(), start);
            QCOMPARE(bounded->dataFileId(), whole->dataFileId());
            QCOMPARE(bounded->firstKey(), whole->firstKey());
            for (const auto& key : keys)
                QCOMPARE(bounded->mayContain(key), key.token >= start);
            // A range that begins before, at or behind the start.
            const std::int64_t from = keys[random.below(keys.size())].token;
            rows::PartitionRange range;
            if (i % 4 != 0)
                range.start = {from, std::nullopt, random.below(2) == 0};
            std::vector<std::int64_t> expected;
            for (const auto& key : keys) {
                const bool inRange =
                    i % 4 == 0 || key.token > from || (key.token == from && range.start.inclusive);
                if (inRange && key.token >= start)
                    expected.push_back(key.token);
            }
            std::vector<std::int64_t> got;
            TableScanner scanner{bounded, source, range};
            while (*scanner.next() == Step::Item)
                got.push_back(scanner.token());
            QCOMPARE(got, expected);
        }
    }
};

RW_TEST(TstEarlyReader)
#include "tst_early_reader.moc"
