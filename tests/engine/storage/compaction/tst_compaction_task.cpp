#include "engine/sstable/dump.h"
#include "engine/storage/compaction/compaction_task.h"
#include "tests/engine/sstable/golden.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/support/test_main.h"

#include <map>

using namespace engine;
using namespace engine::sstable;
using namespace engine::storage;

namespace {

/// Before everything that random_tables makes could be purged.
constexpr std::int64_t kEarly = 1'600'000'000;

Result<CompactionResult> run(Disk& disk, CompactionInput input)
{
    RW_ASSIGN(auto task, CompactionTask::create(disk, std::move(input)));
    while (true) {
        RW_ASSIGN(const bool more, task->runSlice(1));
        if (!more)
            return task->finish();
    }
}

ReaderPtr write(tests::MemoryDisk& disk, std::uint64_t generation, const schema::TablePtr& table,
                rows::Partitions& partitions)
{
    auto options =
        random_tables::writerOptions(Descriptor::make("/t", generation), table, partitions);
    options.commitLogIntervals = {{{7, static_cast<std::int32_t>(generation * 100)},
                                   {7, static_cast<std::int32_t>(generation * 100 + 100)}}};
    auto writer = Writer::create(disk, options).value();
    for (const auto& partition : partitions)
        writer->append(partition).value();
    writer->finish().value();
    return Reader::open(disk, options.descriptor, table).value();
}

/// A table of text k, int c, text v with a short gc_grace.
schema::TablePtr smallTable(std::int32_t gcGrace = 100)
{
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    spec.params.gcGraceSeconds = gcGrace;
    const auto add = [&](const char* name, cql::TypeKind kind, schema::ColumnKind column) {
        schema::Column made;
        made.name = name;
        made.type = cql::Type::native(kind);
        made.kind = column;
        made.order = column == schema::ColumnKind::Clustering ? schema::ClusteringOrder::Ascending
                                                              : schema::ClusteringOrder::None;
        spec.columns.push_back(made);
    };
    add("k", cql::TypeKind::Text, schema::ColumnKind::PartitionKey);
    add("c", cql::TypeKind::Int, schema::ColumnKind::Clustering);
    add("v", cql::TypeKind::Text, schema::ColumnKind::Regular);
    return schema::Table::make(spec);
}

/// One row, built by hand.
struct RowSpec {
    std::int32_t c = 0;
    std::int64_t timestamp = 0;
    const char* value = "x";
    std::int64_t deletedAt = 0; ///< of the cell; 0: live
    std::int32_t ttl = 0;
    std::int64_t expiresAt = 0;
};

rows::Partition partition(const schema::TablePtr& table, const char* key,
                          std::vector<RowSpec> specs, rows::DeletionTime deletion = {})
{
    rows::PartitionBuilder builder{table, key};
    if (!deletion.isLive())
        builder.deletePartition(deletion);
    for (const auto& spec : specs) {
        Arena& arena = builder.arena();
        char raw[4];
        storeBigEndian(raw, spec.c);
        auto values = arena.makeArray<ByteView>(1);
        values[0] = arena.copy({raw, 4});
        auto cells = arena.makeArray<rows::Cell>(1);
        cells[0].column = table->column("v");
        cells[0].timestamp = {spec.timestamp};
        cells[0].value = spec.deletedAt != 0 ? ByteView{"", 0} : arena.copy(spec.value);
        cells[0].ttl = spec.ttl;
        if (spec.deletedAt != 0)
            cells[0].localDeletionTime = spec.deletedAt;
        if (spec.ttl != 0)
            cells[0].localDeletionTime = spec.expiresAt;
        rows::Row row;
        row.clustering.values = values;
        row.cells = cells;
        builder.addRow(row);
    }
    return std::move(builder).build();
}

} // namespace

class TstCompactionTask : public QObject {
    Q_OBJECT
private slots:
    void mergesAsReadingWould();
    void eachFolderGetsItsShareAndALevelIsOfOneFolder();
    void mergedGoldenTablesHoldWhatCassandraAnswers();
    void oldTombstonesGo();
    void youngTombstonesStay();
    void tombstonesStayWhileOtherTablesMayHoldWhatTheyShadow();
    void tombstonesStayWhileTheMemtableIsOlder();
    void expiredCellsBecomeTombstonesAndThenGo();
    void nothingLeftMakesNoTable();
    void cancellingLeavesNothingBehind();
    void intervalsOfTheCommitLogAreKept();
    void damagedInputFailsAndLeavesNothing();
    void outputIsSplitBySizeShardAndLevelWithoutLoss_data();
    void outputIsSplitBySizeShardAndLevelWithoutLoss();
    void partitionsOutsideOfTheKeptTokensGo();
};

void TstCompactionTask::mergesAsReadingWould()
{
    for (std::uint64_t seed = 1; seed <= 15; ++seed) {
        tests::MemoryDisk disk;
        SeededRandom random{seed};
        const random_tables::Shape shape;
        const auto table = random_tables::table(random, shape, {{"class", "LZ4Compressor"}});
        std::map<std::pair<std::int64_t, Bytes>, std::vector<const rows::Partition*>> expected;
        std::vector<rows::Partitions> versions;
        CompactionInput input;
        input.table = table;
        input.nowSeconds = kEarly;
        for (std::uint64_t generation = 1; generation <= 4; ++generation) {
            versions.push_back(random_tables::partitions(random, table, 20, shape));
            if (!versions.back().empty())
                input.inputs.push_back(write(disk, generation, table, versions.back()));
        }
        if (input.inputs.empty())
            continue;
        for (const auto& version : versions) {
            for (const auto& each : version)
                expected[{KeyHash::of(each.key()).token, Bytes{each.key()}}].push_back(&each);
        }
        input.folders = TableFolders{"/t"};
        input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
        const auto result = run(disk, input);
        QVERIFY2(result, result ? "" : result.error().detail().c_str());
        QCOMPARE(result->partitionsOut, std::uint64_t{expected.size()});
        const auto merged = Reader::open(disk, result->made.at(0).descriptor, table).value();
        DirectChunkSource source;
        TableScanner scanner{merged, source};
        for (const auto& [key, parts] : expected) {
            QVERIFY(scanner.next().value() == Step::Item);
            const auto got = random_tables::collect(table, scanner.partition()).value();
            const auto wanted = rows::mergePartitions(table, key.second, parts, kEarly);
            QVERIFY2(random_tables::bytesOf(got) == random_tables::bytesOf(wanted),
                     ("seed " + std::to_string(seed)).c_str());
        }
        QVERIFY(scanner.next().value() == Step::End);
    }
}

void TstCompactionTask::eachFolderGetsItsShareAndALevelIsOfOneFolder()
{
    tests::MemoryDisk disk;
    SeededRandom random{3};
    const random_tables::Shape shape;
    const auto table = random_tables::table(random, shape, {{"class", "LZ4Compressor"}});
    CompactionInput input;
    input.table = table;
    input.nowSeconds = kEarly;
    auto written = random_tables::partitions(random, table, 40, shape);
    input.inputs.push_back(write(disk, 1, table, written));
    input.folders.all = {"/t", "/u"};
    input.folders.ofShare = {"/t", "/u"};
    input.split.level = 2;
    input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
    const auto result = run(disk, input);
    QVERIFY2(result, result ? "" : result.error().detail().c_str());
    QCOMPARE(result->made.size(), std::size_t{2});
    std::uint64_t partitions = 0;
    for (const std::size_t share : {0u, 1u}) {
        const auto made = Reader::open(disk, result->made[share].descriptor, table).value();
        QCOMPARE(made->descriptor().folder, input.folders.ofShare[share]);
        QCOMPARE(made->firstToken() < 0, share == 0);
        QCOMPARE(made->lastToken() < 0, share == 0);
        // In the other folder it may overlap SSTables of the level.
        QCOMPARE(made->stats().level, share == 0 ? 2u : 0u);
        DirectChunkSource source;
        TableScanner scanner{made, source};
        while (scanner.next().value() == Step::Item)
            ++partitions;
    }
    QCOMPARE(partitions, result->partitionsIn);
}

void TstCompactionTask::mergedGoldenTablesHoldWhatCassandraAnswers()
{
    // fixtures: three overlapping tables; the values that Cassandra selected from all of them.
    tests::MemoryDisk disk;
    const auto tables = golden::load(disk, "merge");
    QCOMPARE(tables.size(), std::size_t{3});
    CompactionInput input;
    for (const auto& descriptor : tables)
        input.inputs.push_back(golden::open(disk, descriptor).value());
    // The one with the most columns reads all three.
    input.table = input.inputs[0]->table();
    for (const auto& reader : input.inputs) {
        if (reader->table()->regulars().size() > input.table->regulars().size())
            input.table = reader->table();
    }
    input.folders = TableFolders{"/merge"};
    input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
    input.nowSeconds = 1795220400;
    const auto result = run(disk, input);
    QVERIFY2(result, result ? "" : result.error().detail().c_str());
    const auto merged = Reader::open(disk, result->made.at(0).descriptor, input.table).value();
    const std::string text = dumpJson(merged, {.nowSeconds = input.nowSeconds}).value();
    QVERIFY(text.find("same ts greater value wins") != std::string::npos);
    QVERIFY(text.find("older loses") == std::string::npos);
    QVERIFY(text.find("same ts smaller loses") == std::string::npos);
}

namespace {

struct PurgeCase {
    tests::MemoryDisk disk;
    schema::TablePtr table = smallTable();
    CompactionInput input;

    PurgeCase()
    {
        input.table = table;
        input.folders = TableFolders{"/t"};
        input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
    }
    void add(std::uint64_t generation, rows::Partition partition)
    {
        rows::Partitions one;
        one.push_back(std::move(partition));
        input.inputs.push_back(write(disk, generation, table, one));
    }
    void addOther(std::uint64_t generation, rows::Partition partition)
    {
        add(generation, std::move(partition));
        input.others.push_back(input.inputs.back());
        input.inputs.pop_back();
    }
    std::string outcome()
    {
        const auto result = run(disk, input).value();
        if (result.made.empty())
            return {};
        const auto reader = Reader::open(disk, result.made.at(0).descriptor, table).value();
        auto text = dumpJson(reader, {.nowSeconds = input.nowSeconds}).value();
        removeTable(disk, result.made.at(0).descriptor).value();
        return text;
    }
};

constexpr std::int64_t kMadeAt = 1'700'000'000;

} // namespace

void TstCompactionTask::oldTombstonesGo()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "old"}, {2, 10, "stays"}}));
    test.add(2, partition(test.table, "a", {{1, 20, "", kMadeAt}}));
    test.input.nowSeconds = kMadeAt + 101;
    const auto text = test.outcome();
    QVERIFY(text.find("stays") != std::string::npos);
    QVERIFY(text.find("old") == std::string::npos);
    QVERIFY(text.find("deletion_info") == std::string::npos);
}

void TstCompactionTask::youngTombstonesStay()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "old"}}));
    test.add(2, partition(test.table, "a", {{1, 20, "", kMadeAt}}));
    test.input.nowSeconds = kMadeAt + 99;
    const auto text = test.outcome();
    QVERIFY(text.find("old") == std::string::npos);
    QVERIFY(text.find("deletion_info") != std::string::npos);
}

void TstCompactionTask::tombstonesStayWhileOtherTablesMayHoldWhatTheyShadow()
{
    PurgeCase test;
    test.add(2, partition(test.table, "a", {}, {{20}, kMadeAt}));
    test.addOther(1, partition(test.table, "a", {{1, 10, "old"}}));
    test.input.nowSeconds = kMadeAt + 1000;
    QVERIFY(test.outcome().find("deletion_info") != std::string::npos);
    // Newer data elsewhere is no reason to keep it, nor is another partition.
    test.input.others.clear();
    test.addOther(3, partition(test.table, "a", {{1, 30, "new"}}));
    test.addOther(4, partition(test.table, "b", {{1, 10, "other"}}));
    QVERIFY(test.outcome().empty());
}

void TstCompactionTask::tombstonesStayWhileTheMemtableIsOlder()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 20, "", kMadeAt}}));
    test.input.nowSeconds = kMadeAt + 1000;
    test.input.memtableMinTimestamp = 15;
    QVERIFY(test.outcome().find("deletion_info") != std::string::npos);
    test.input.memtableMinTimestamp = 25;
    QVERIFY(test.outcome().empty());
}

void TstCompactionTask::expiredCellsBecomeTombstonesAndThenGo()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "brief", 0, 50, kMadeAt + 50}}));
    test.input.nowSeconds = kMadeAt + 40;
    QVERIFY(test.outcome().find("brief") != std::string::npos);
    test.input.nowSeconds = kMadeAt + 60;
    const auto expired = test.outcome();
    QVERIFY(expired.find("brief") == std::string::npos);
    QVERIFY(expired.find("deletion_info") != std::string::npos);
    // gc_grace counts from the write.
    test.input.nowSeconds = kMadeAt + 101;
    QVERIFY(test.outcome().empty());
}

void TstCompactionTask::nothingLeftMakesNoTable()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "", kMadeAt}}));
    test.input.nowSeconds = kMadeAt + 1000;
    const std::size_t files = test.disk.files().size();
    const auto result = run(test.disk, test.input).value();
    QVERIFY(result.made.empty());
    QCOMPARE(result.partitionsIn, std::uint64_t{1});
    QCOMPARE(result.partitionsOut, std::uint64_t{0});
    QCOMPARE(result.tombstonesPurged, std::uint64_t{1});
    QCOMPARE(test.disk.files().size(), files);
}

void TstCompactionTask::cancellingLeavesNothingBehind()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "x"}}));
    test.add(2, partition(test.table, "b", {{1, 10, "x"}}));
    const std::size_t files = test.disk.files().size();
    {
        const auto progress = std::make_shared<CompactionProgress>();
        auto task = CompactionTask::create(test.disk, test.input, progress).value();
        QVERIFY(task->runSlice(1).value());
        QVERIFY(progress->bytesDone > 0 && progress->bytesDone < progress->bytesTotal);
        progress->cancelled = true;
        const auto stopped = task->runSlice(1);
        QVERIFY(!stopped && stopped.error().code() == ErrorCode::Cancelled);
    }
    QCOMPARE(test.disk.files().size(), files);
}

void TstCompactionTask::intervalsOfTheCommitLogAreKept()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "x"}}));
    test.add(2, partition(test.table, "b", {{1, 10, "x"}}));
    test.add(5, partition(test.table, "c", {{1, 10, "x"}}));
    const auto made = run(test.disk, test.input).value().made.at(0);
    const auto reader = Reader::open(test.disk, made.descriptor, test.table).value();
    const std::vector<CommitLogInterval> expected{{{7, 100}, {7, 300}}, {{7, 500}, {7, 600}}};
    QVERIFY(reader->stats().commitLogIntervals == expected);
    QVERIFY((reader->stats().commitLogUpperBound == CommitLogPosition{7, 600}));
}

void TstCompactionTask::damagedInputFailsAndLeavesNothing()
{
    PurgeCase test;
    test.add(1, partition(test.table, "a", {{1, 10, "x"}}));
    test.disk.at("/t/nb-1-big-Data.db")[5] ^= 1;
    const std::size_t files = test.disk.files().size();
    const auto failed = run(test.disk, test.input);
    QVERIFY(!failed && failed.error().code() == ErrorCode::Corrupt);
    QVERIFY(failed.error().detail().find("/t/nb-1-big-Data.db") != std::string::npos);
    QCOMPARE(test.disk.files().size(), files);
}

namespace {

/// 60 partitions in two inputs with most keys in both.
CompactionInput manyPartitions(tests::MemoryDisk& disk, const schema::TablePtr& table)
{
    CompactionInput input;
    input.table = table;
    input.folders = TableFolders{"/t"};
    input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
    input.nowSeconds = kEarly;
    for (std::uint64_t generation = 1; generation <= 2; ++generation) {
        rows::Partitions all;
        for (int i = static_cast<int>(generation); i < 60; ++i)
            all.push_back(
                partition(table, ("key" + std::to_string(i)).c_str(), {{i, 10, "some text"}}));
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return KeyHash::compare(KeyHash::of(a.key()).token, a.key(), KeyHash::of(b.key()).token,
                                    b.key()) < 0;
        });
        input.inputs.push_back(write(disk, generation, table, all));
    }
    return input;
}

} // namespace

void TstCompactionTask::outputIsSplitBySizeShardAndLevelWithoutLoss_data()
{
    QTest::addColumn<quint64>("maxBytes");
    QTest::addColumn<quint32>("shards");
    QTest::addColumn<quint32>("fill");
    QTest::newRow("by size") << quint64{500} << 1u << 0u;
    QTest::newRow("by shard") << quint64{UINT64_MAX} << 8u << 0u;
    QTest::newRow("into levels") << quint64{200} << 1u << 2u;
}

void TstCompactionTask::outputIsSplitBySizeShardAndLevelWithoutLoss()
{
    QFETCH(quint64, maxBytes);
    QFETCH(quint32, shards);
    QFETCH(quint32, fill);
    tests::MemoryDisk disk;
    const auto table = smallTable();
    auto input = manyPartitions(disk, table);
    input.split = {1, maxBytes, shards, fill};
    const auto result = run(disk, input).value();
    QVERIFY(result.made.size() >= 4 && result.made.size() <= 30);
    QCOMPARE(result.partitionsOut, std::uint64_t{59});
    std::uint64_t partitions = 0;
    std::int64_t lastToken = INT64_MIN;
    std::int32_t level = 1;
    std::map<std::int32_t, std::uint64_t> levelBytes;
    for (const auto& made : result.made) {
        const auto reader = Reader::open(disk, made.descriptor, table).value();
        partitions += made.partitions;
        QVERIFY(reader->firstToken() > lastToken);
        lastToken = reader->lastToken();
        QVERIFY(reader->stats().level >= level);
        level = reader->stats().level;
        levelBytes[level] += made.dataBytes;
        const auto shardOf = [&](std::int64_t token) {
            return ((static_cast<std::uint64_t>(token) + (1ULL << 63)) >> 32) * shards >> 32;
        };
        QCOMPARE(shardOf(reader->firstToken()), shardOf(reader->lastToken()));
    }
    QCOMPARE(partitions, std::uint64_t{59});
    QCOMPARE(level > 1, fill > 0);
    if (fill > 0)
        QVERIFY(levelBytes[1] >= 400 && levelBytes[1] < 400 + 300);
}

void TstCompactionTask::partitionsOutsideOfTheKeptTokensGo()
{
    tests::MemoryDisk disk;
    const auto table = smallTable();
    auto input = manyPartitions(disk, table);
    input.keep = std::vector<TokenSpan>{{0, 1LL << 62},
                                        {1LL << 62, INT64_MIN}}; // the second to the ring's end
    const auto result = run(disk, input).value();
    const auto reader = Reader::open(disk, result.made.at(0).descriptor, table).value();
    QVERIFY(reader->firstToken() > 0);
    QVERIFY(result.partitionsOut > 10 && result.partitionsOut < 50);
    QVERIFY((TokenSpan{5, 5}.contains(4)) && (TokenSpan{5, 5}.contains(6)));
    QVERIFY((TokenSpan{5, -5}.contains(-5)) && !(TokenSpan{5, -5}.contains(5)));
}

RW_TEST(TstCompactionTask)
#include "tst_compaction_task.moc"
