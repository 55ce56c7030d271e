#include "engine/sstable/dump.h"
#include "engine/sstable/row_codec.h"
#include "engine/sstable/verify.h"
#include "engine/sstable/writer.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/support/memory_disk.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::sstable;
using random_tables::bytesOf;
using random_tables::collect;

namespace {

const std::vector<std::pair<const char*, schema::StringMap>> kCompressions{
    {"LZ4", {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", "4"}}},
    {"LZ4 high", {{"class", "LZ4Compressor"}, {"lz4_compressor_type", "high"}}},
    {"Snappy", {{"class", "SnappyCompressor"}, {"chunk_length_in_kb", "1"}}},
    {"Deflate",
     {{"class", "org.apache.cassandra.io.compress.DeflateCompressor"},
      {"chunk_length_in_kb", "4"}}},
    {"Zstd", {{"class", "ZstdCompressor"}, {"compression_level", "5"}}},
    {"Noop", {{"class", "NoopCompressor"}, {"chunk_length_in_kb", "4"}}},
    {"none", {{"enabled", "false"}}},
    {"stored when it does not shrink",
     {{"class", "LZ4Compressor"}, {"min_compress_ratio", "2.5"}, {"chunk_length_in_kb", "4"}}},
};

/// A disk with one table /t/nb-1-big made of random partitions.
struct Made {
    tests::MemoryDisk disk;
    Descriptor descriptor;
    schema::TablePtr table;
    rows::Partitions partitions;
    ReaderPtr reader;

    Made(std::uint64_t seed, const random_tables::Shape& shape, std::size_t count,
         const schema::StringMap& compression, std::uint32_t columnIndexBytes = 65536,
         std::string_view version = "nb")
        : descriptor(Descriptor::make("/t", 1, version))
    {
        SeededRandom random{seed};
        table = random_tables::table(random, shape, compression);
        do {
            partitions = random_tables::partitions(random, table, count, shape);
        } while (partitions.empty());
        auto options = random_tables::writerOptions(descriptor, table, partitions);
        options.columnIndexBytes = columnIndexBytes;
        auto writer = Writer::create(disk, options).value();
        for (const auto& partition : partitions)
            writer->append(partition).value();
        written = writer->finish().value();
        reader = Reader::open(disk, descriptor, table).value();
    }
    WrittenTable written;
};

/// Says "not in memory" to every other question.
class ReluctantSource final : public ChunkSource {
public:
    explicit ReluctantSource(std::uint64_t seed) : m_random(seed) {}
    Result<ChunkPtr> chunk(const ChunkFile& file, std::uint64_t index) override
    {
        if (m_random.below(2) == 0) {
            ++refusals;
            return ChunkPtr{};
        }
        return file.read(index);
    }
    int refusals = 0;

private:
    SeededRandom m_random;
};

} // namespace

class TstRoundTrip : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenIsReadBack_data();
    void whatIsWrittenIsReadBack();
    void aCollectionsMissingDeletionIsNarrowedAsCassandraDoes();
    void aDumpWritesTimesOfKeysAndPathsAsIso8601();
    void manyColumnsUseTheLargeSubset();
    void slicesGiveWhatLiesBetweenTheirBounds();
    void readsResumeWhereChunksWereMissing();
    void nothingIsReadThatIsNotInMemory();
    void rangesOfPartitionsBeginAndEndWhereTheyShould();
    void anAbandonedWriterLeavesNothing();
    void aFlippedBitIsAnErrorThatNamesTheFile_data();
    void aFlippedBitIsAnErrorThatNamesTheFile();
    void truncatedFilesAreErrors();
};

void TstRoundTrip::whatIsWrittenIsReadBack_data()
{
    QTest::addColumn<int>("compression");
    for (std::size_t i = 0; i < kCompressions.size(); ++i)
        QTest::newRow(kCompressions[i].first) << static_cast<int>(i);
}

void TstRoundTrip::whatIsWrittenIsReadBack()
{
    QFETCH(int, compression);
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
        random_tables::Shape shape;
        shape.clustering = seed % 5 != 0;
        shape.everyType = seed % 2 == 0;
        shape.counters = seed % 7 == 0;
        Made made{seed,
                  shape,
                  30,
                  kCompressions[std::size_t(compression)].second,
                  seed % 2 == 0 ? 300u : 65536u,
                  seed % 3 == 0 ? "oa" : "nb"};
        const auto found =
            verifyTable(made.disk, made.descriptor, made.table, {.checkValues = true});
        QVERIFY(found);
        QVERIFY2(found->problems.empty(),
                 found->problems.empty() ? "" : found->problems.front().detail.c_str());
        QCOMPARE(made.written.partitions, std::uint64_t{made.partitions.size()});
        QVERIFY(made.reader->verifyDigest(made.disk));
        DirectChunkSource source;
        TableScanner scanner{made.reader, source};
        for (const auto& partition : made.partitions) {
            const Bytes expected = bytesOf(partition);
            const auto step = scanner.next();
            QVERIFY2(step, step ? "" : step.error().detail().c_str());
            QVERIFY(*step == Step::Item);
            const auto scanned = collect(made.table, scanner.partition());
            QVERIFY2(scanned, scanned ? "" : scanned.error().detail().c_str());
            QVERIFY2(bytesOf(*scanned) == expected, ("seed " + std::to_string(seed)).c_str());
            // And by its key.
            const auto key = KeyHash::of(partition.key());
            QVERIFY(made.reader->mayContain(key));
            const auto found = made.reader->find(key, source);
            QVERIFY(found && found->step == Step::Item);
            PartitionCursor cursor{made.reader, source};
            QVERIFY(*cursor.open(found->entry, partition.key()) == Step::Item);
            QVERIFY(bytesOf(*collect(made.table, cursor)) == expected);
        }
        QVERIFY(*scanner.next() == Step::End);
        const auto& stats = made.reader->stats();
        QCOMPARE(stats.partitionSizes.count(), std::uint64_t{made.partitions.size()});
        QCOMPARE(made.reader->statistics().cardinality.estimate(),
                 std::uint64_t{made.partitions.size()});
    }
}

void TstRoundTrip::aCollectionsMissingDeletionIsNarrowedAsCassandraDoes()
{
    // Of a row's collections one is deleted, so that the other has a deletion, too: none. `oa`
    // has 2^32 - 1 for its time; Cassandra writes the difference to the least time as 32 bits with
    // a sign, and does not read another form.
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    const auto ints = cql::Type::set(cql::Type::native(cql::TypeKind::Int));
    for (const char* name : {"k", "a", "b"}) {
        schema::Column column;
        column.name = name;
        column.type = column.name == "k" ? cql::Type::native(cql::TypeKind::Text) : ints;
        column.kind =
            column.name == "k" ? schema::ColumnKind::PartitionKey : schema::ColumnKind::Regular;
        spec.columns.push_back(column);
    }
    const auto table = schema::Table::make(std::move(spec));
    rows::PartitionBuilder builder{table, "key"};
    rows::Cell cell;
    cell.column = table->regulars()[1].get();
    cell.timestamp = {1'700'000'000'000'000};
    cell.hasPath = true;
    cell.path = builder.arena().copy(Bytes(4, '\1'));
    const rows::ComplexDeletion deletion{table->regulars()[0].get(),
                                         {{1'700'000'000'000'000}, 1'700'000'000}};
    rows::Row row;
    row.cells = builder.arena().copyArray<rows::Cell>(std::span{&cell, 1});
    row.complexDeletions =
        builder.arena().copyArray<rows::ComplexDeletion>(std::span{&deletion, 1});
    builder.addRow(row);
    const rows::Partition partition = std::move(builder).build();
    EncodingStatsCollector stats;
    stats.add(partition);
    const auto* version = *findVersion("big", "oa");
    const auto header = SerializationHeader::forTable(*table, stats.get());
    RowEncoder encoder{*version, header, *table};
    Bytes bytes;
    QVERIFY(encoder.row(partition.unfiltereds.front().row, false, 0, bytes));
    Bytes expected(1, '\xff');
    ByteWriter{expected}.u64(static_cast<std::uint64_t>(-1 - std::int64_t{1'700'000'000}));
    QVERIFY(bytes.find(expected) != Bytes::npos);
}

void TstRoundTrip::aDumpWritesTimesOfKeysAndPathsAsIso8601()
{
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    const auto time = cql::Type::native(cql::TypeKind::Timestamp);
    schema::Column column;
    column.name = "k";
    column.type = time;
    column.kind = schema::ColumnKind::PartitionKey;
    spec.columns.push_back(column);
    column.name = "m";
    column.type = cql::Type::map(time, time);
    column.kind = schema::ColumnKind::Regular;
    spec.columns.push_back(column);
    const auto table = schema::Table::make(std::move(spec));
    Bytes moment(7, '\0');
    moment += '\1';
    rows::PartitionBuilder builder{table, moment};
    rows::Cell cell;
    cell.column = table->regulars()[0].get();
    cell.timestamp = {1'700'000'000'000'000};
    cell.hasPath = true;
    cell.path = builder.arena().copy(moment);
    cell.value = cell.path;
    rows::Row row;
    row.cells = builder.arena().copyArray<rows::Cell>(std::span{&cell, 1});
    builder.addRow(row);
    tests::MemoryDisk disk;
    const Descriptor descriptor = Descriptor::make("/t", 1);
    const rows::Partition partition = std::move(builder).build();
    EncodingStatsCollector stats;
    stats.add(partition);
    WriterOptions options;
    options.descriptor = descriptor;
    options.table = table;
    options.stats = stats.get();
    auto writer = Writer::create(disk, options).value();
    writer->append(partition).value();
    writer->finish().value();
    const std::string text = dumpJson(*Reader::open(disk, descriptor, table), {}).value();
    QVERIFY2(text.find(R"("key":["1970-01-01T00:00:00.001Z"])") != std::string::npos, text.c_str());
    QVERIFY2(text.find(R"("path":["1970-01-01T00:00:00.001Z"])") != std::string::npos,
             text.c_str());
    QVERIFY2(text.find(R"("value":"1970-01-01 00:00:00.001Z")") != std::string::npos, text.c_str());
}

void TstRoundTrip::manyColumnsUseTheLargeSubset()
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        random_tables::Shape shape;
        shape.regularsMax = 200;
        Made made{seed, shape, 8, kCompressions[0].second};
        DirectChunkSource source;
        TableScanner scanner{made.reader, source};
        for (const auto& partition : made.partitions) {
            QVERIFY(*scanner.next() == Step::Item);
            QVERIFY(bytesOf(*collect(made.table, scanner.partition())) == bytesOf(partition));
        }
    }
}

namespace {

/// What a slice must give, taken from the whole partition.
rows::Partition cut(const rows::Partition& whole, const rows::Bound& start, const rows::Bound& end)
{
    rows::Partition part{whole.table(), whole.key()};
    const auto position = [&](const rows::Unfiltered& unfiltered, const rows::Bound& bound) {
        const bool row = unfiltered.kind == rows::Unfiltered::Kind::Row;
        const int order = rows::compareBounds(
            *whole.table(), row ? rows::BoundKind::Clustering : unfiltered.marker.bound.kind,
            row ? unfiltered.row.clustering.values : unfiltered.marker.bound.values, bound.kind,
            bound.values);
        return order;
    };
    rows::DeletionTime open;
    bool entered = false;
    const auto edge = [&](const rows::Bound& bound, bool opens) {
        rows::Unfiltered marker;
        marker.kind = rows::Unfiltered::Kind::Marker;
        marker.marker.bound = bound;
        (opens ? marker.marker.open : marker.marker.close) = open;
        part.unfiltereds.push_back(rows::copyUnfiltered(marker, part.arena()));
    };
    for (const auto& unfiltered : whole.unfiltereds) {
        const bool marker = unfiltered.kind == rows::Unfiltered::Kind::Marker;
        const int toStart = position(unfiltered, start);
        if (!entered && (toStart < 0 || (toStart == 0 && marker))) {
            if (marker)
                open = unfiltered.marker.open;
            continue;
        }
        if (!entered && !open.isLive())
            edge(start, true);
        entered = true;
        const int toEnd = position(unfiltered, end);
        if (toEnd > 0 || (toEnd == 0 && marker)) {
            if (!open.isLive())
                edge(end, false);
            return part;
        }
        if (marker)
            open = unfiltered.marker.open;
        part.unfiltereds.push_back(rows::copyUnfiltered(unfiltered, part.arena()));
    }
    return part;
}

} // namespace

void TstRoundTrip::slicesGiveWhatLiesBetweenTheirBounds()
{
    int nonEmpty = 0;
    int learned = 0;
    int blind = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        random_tables::Shape shape;
        shape.rowsMax = 60;
        Made made{seed, shape, 6, kCompressions[0].second, seed % 3 == 0 ? 65536u : 400u};
        SeededRandom random{seed * 77};
        DirectChunkSource source;
        for (const auto& partition : made.partitions) {
            const auto entry = made.reader->find(KeyHash::of(partition.key()), source)->entry;
            PartitionCursor cursor{made.reader, source};
            const auto index = cursor.learn(entry, 1 + std::uint32_t(random.below(400)));
            QVERIFY2(index, index ? "" : index.error().detail().c_str());
            learned += *index ? 1 : 0;
            for (int i = 0; i < 20; ++i) {
                const auto from = random_tables::bound(random, *made.table, true);
                const auto to = random_tables::bound(random, *made.table, false);
                const std::vector<ByteView> fromViews{from.values.begin(), from.values.end()};
                const std::vector<ByteView> toViews{to.values.begin(), to.values.end()};
                const rows::Bound start{from.kind, fromViews};
                const rows::Bound end{to.kind, toViews};
                if (rows::compareBounds(*made.table, start.kind, start.values, end.kind,
                                        end.values) >= 0)
                    continue;
                // With the row index of Index.db, or none, and with one that the rows gave.
                const PartitionEntry finer{entry.dataOffset, *index};
                // Of which the finer one may also spare the look at the partition's header.
                const bool isKnown = i % 4 == 1 && *index && !(*index)->key.empty();
                blind += isKnown ? 1 : 0;
                QVERIFY(*(isKnown ? cursor.openBlocks(finer, partition.key())
                                  : cursor.open(i % 2 == 0 ? entry : finer)) == Step::Item);
                QCOMPARE(cursor.deletion(), partition.deletion);
                cursor.slice(start, end);
                auto got = collect(made.table, cursor);
                QVERIFY2(got, got ? "" : got.error().detail().c_str());
                got->deletion = {};
                got->staticRow = {};
                const auto expected = cut(partition, start, end);
                QVERIFY2(bytesOf(*got) == bytesOf(expected),
                         ("seed " + std::to_string(seed)).c_str());
                nonEmpty += expected.unfiltereds.empty() ? 0 : 1;
                if (!made.reader->mayContainClustering(start, end))
                    QVERIFY(expected.unfiltereds.empty());
            }
        }
    }
    QVERIFY(nonEmpty > 400);
    QVERIFY2(learned > 100, qPrintable(QString::number(learned)));
    QVERIFY2(blind > 50, qPrintable(QString::number(blind)));
}

void TstRoundTrip::readsResumeWhereChunksWereMissing()
{
    int refusals = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        random_tables::Shape shape;
        shape.rowsMax = 40;
        Made made{seed, shape, 20, kCompressions[2].second, 500};
        ReluctantSource source{seed};
        TableScanner scanner{made.reader, source};
        for (const auto& partition : made.partitions) {
            Step step = Step::NotInMemory;
            while (step == Step::NotInMemory)
                step = scanner.next().value();
            QVERIFY(step == Step::Item);
            QVERIFY(bytesOf(*collect(made.table, scanner.partition())) == bytesOf(partition));
            Lookup found{Step::NotInMemory, {}};
            while (found.step == Step::NotInMemory)
                found = made.reader->find(KeyHash::of(partition.key()), source).value();
            QVERIFY(found.step == Step::Item);
        }
        refusals += source.refusals;
    }
    QVERIFY(refusals > 100);
}

void TstRoundTrip::nothingIsReadThatIsNotInMemory()
{
    Made made{5, {}, 10, kCompressions[0].second};
    made.disk.cached = false;
    DirectChunkSource impatient{false};
    QVERIFY(made.reader->find(KeyHash::of(made.partitions[0].key()), impatient)->step ==
            Step::NotInMemory);
    TableScanner scanner{made.reader, impatient};
    QVERIFY(*scanner.next() == Step::NotInMemory);
    DirectChunkSource patient;
    scanner.setSource(patient);
    QVERIFY(*scanner.next() == Step::Item);
    QVERIFY(bytesOf(*collect(made.table, scanner.partition())) == bytesOf(made.partitions[0]));
}

void TstRoundTrip::rangesOfPartitionsBeginAndEndWhereTheyShould()
{
    Made made{9, {}, 400, kCompressions[0].second};
    SeededRandom random{4};
    DirectChunkSource source;
    std::vector<KeyHash> keys;
    for (const auto& partition : made.partitions)
        keys.push_back(KeyHash::of(partition.key()));
    for (int i = 0; i < 60; ++i) {
        const auto& first = keys[random.below(keys.size())];
        const auto& last = keys[random.below(keys.size())];
        rows::PartitionRange range;
        range.start = {first.token, std::nullopt, random.below(2) == 0};
        if (random.below(2) == 0)
            range.start.key = Bytes{first.key};
        range.end = rows::PartitionBound{last.token, std::nullopt, random.below(2) == 0};
        std::size_t expected = 0;
        for (const auto& key : keys) {
            const bool behind =
                key.token > first.token || (key.token == first.token && range.start.inclusive);
            const bool before =
                key.token < last.token || (key.token == last.token && range.end->inclusive);
            expected += behind && before ? 1 : 0;
        }
        TableScanner scanner{made.reader, source, range};
        std::size_t got = 0;
        while (*scanner.next() == Step::Item)
            ++got;
        QCOMPARE(got, expected);
    }
}

void TstRoundTrip::anAbandonedWriterLeavesNothing()
{
    Made made{3, {}, 5, kCompressions[0].second};
    const std::size_t files = made.disk.files().size();
    {
        WriterOptions options;
        options.descriptor = Descriptor::make("/t", 2);
        options.table = made.table;
        auto writer = Writer::create(made.disk, options).value();
        writer->append(made.partitions[0]).value();
        QVERIFY(made.disk.files().size() > files);
    }
    QCOMPARE(made.disk.files().size(), files);
    // Without its TOC a table is a leftover.
    made.disk.remove(made.descriptor.path(Component::Toc)).value();
    QVERIFY(listTables(made.disk, "/t")->empty());
    QCOMPARE(listLeftovers(made.disk, "/t")->size(), files - 1);
}

namespace {

/// Opens the table, reads all of it in each way. Ok, or the first error.
Result<std::string> readAll(Made& made)
{
    RW_ASSIGN(auto reader, Reader::open(made.disk, made.descriptor, made.table));
    RW_TRY(reader->verifyDigest(made.disk));
    DirectChunkSource source;
    for (const auto& partition : made.partitions) {
        const auto key = KeyHash::of(partition.key());
        RW_ASSIGN(const auto found, reader->find(key, source));
        if (found.step != Step::Item)
            continue;
        PartitionCursor cursor{reader, source};
        RW_ASSIGN(const auto opened, cursor.open(found.entry, key.key));
        if (opened == Step::Item) {
            cursor.slice({rows::BoundKind::ExclusiveStart, {}},
                         {rows::BoundKind::InclusiveEnd, {}});
            RW_ASSIGN(const auto all, collect(made.table, cursor));
            if (all.unfiltereds.size() > 1'000'000)
                return Error{ErrorCode::Corrupt, "/t/nb-1-big too much"};
        }
    }
    return dumpJson(reader, {});
}

} // namespace

void TstRoundTrip::aFlippedBitIsAnErrorThatNamesTheFile_data()
{
    whatIsWrittenIsReadBack_data();
}

void TstRoundTrip::aFlippedBitIsAnErrorThatNamesTheFile()
{
    QFETCH(int, compression);
    SeededRandom random{std::uint64_t(compression) + 1};
    Made made{42, {}, 20, kCompressions[std::size_t(compression)].second, 300};
    const std::string expected = readAll(made).value();
    // Those that carry a checksum; the others are only never read past their end.
    const auto isChecked = [](const std::string& path) {
        return path.ends_with("Data.db") || path.ends_with("Statistics.db") ||
               path.ends_with("Digest.crc32");
    };
    for (const auto& [path, content] : made.disk.files()) {
        if (path.ends_with("TOC.txt"))
            continue;
        for (int i = 0; i < 20; ++i) {
            const std::size_t at = random.below(content->size());
            const char mask = static_cast<char>(1 << random.below(8));
            (*content)[at] = static_cast<char>((*content)[at] ^ mask);
            const auto result = readAll(made);
            if (!result)
                QVERIFY2(result.error().detail().find("/t/nb-1-big-") != std::string::npos,
                         result.error().detail().c_str());
            else if (isChecked(path))
                QFAIL(
                    ("a flipped bit went unseen in " + path + " at " + std::to_string(at)).c_str());
            (*content)[at] = static_cast<char>((*content)[at] ^ mask);
        }
    }
    QVERIFY(readAll(made).value() == expected);
}

void TstRoundTrip::truncatedFilesAreErrors()
{
    Made made{43, {}, 20, kCompressions[0].second, 300};
    const auto expected = readAll(made).value();
    for (const auto& [path, content] : made.disk.files()) {
        if (path.ends_with("TOC.txt"))
            continue;
        const Bytes whole = *content;
        for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 25) {
            content->resize(size);
            const auto result = readAll(made);
            if (path.ends_with("Summary.db")) { // made anew from Index.db
                QVERIFY2(result && *result == expected, std::to_string(size).c_str());
                *content = whole;
                continue;
            }
            QVERIFY2(!result, (path + " cut to " + std::to_string(size)).c_str());
            QVERIFY2(result.error().detail().find("/t/nb-1-big-") != std::string::npos,
                     result.error().detail().c_str());
            *content = whole;
        }
    }
}

RW_TEST(TstRoundTrip)
#include "tst_round_trip.moc"
