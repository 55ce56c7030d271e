#include "engine/storage/read_report.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using storage::TableOutcome;

class TstReadReport : public QObject {
    Q_OBJECT
private slots:
    void eachSSTableIsToldWithWhatRuledItOut();
    void aPartitionDeletionLeavesOutWhatIsOlder();
    void aDeletionOutsideOfTheSliceIsStillSeen();
    void theKeyCacheIsToldFromTheSecondReadOn();
    void rowsThatAreReadAgainAreFoundWithoutAWalk();
    void chunksAreCountedWhereTheyCameFrom();
    void aReadThatIsNotTracedMakesNoReport();
    void leavingOutSSTablesNeverChangesAnAnswer_data();
    void leavingOutSSTablesNeverChangesAnAnswer();
};

namespace {

/// ks.t (pk int, c int, v int): without static columns, which keep SSTables from being left out.
schema::TablePtr plainTable()
{
    const auto integer = cql::Type::native(cql::TypeKind::Int);
    schema::Table::Spec spec;
    spec.id = {Uuid::fromHalves(0x1234567812341234, 0x8234567812345679)};
    spec.keyspace = "ks";
    spec.name = "t";
    spec.columns = {
        {"pk", integer, schema::ColumnKind::PartitionKey, 0, schema::ClusteringOrder::None},
        {"c", integer, schema::ColumnKind::Clustering, 0, schema::ClusteringOrder::Ascending},
        {"v", integer, schema::ColumnKind::Regular, 0, schema::ClusteringOrder::None},
    };
    return schema::Table::make(std::move(spec));
}

struct Written {
    std::int32_t clustering;
    std::int64_t timestamp;
};

rows::Partition rowsOf(const schema::TablePtr& table, const Bytes& key,
                       const std::vector<Written>& writes)
{
    rows::PartitionBuilder builder{table, key};
    for (const Written& each : writes) {
        rows::Row row;
        const auto values = builder.arena().makeArray<ByteView>(1);
        values[0] = builder.arena().copy(int32Bytes(each.clustering));
        row.clustering.values = values;
        row.liveness.timestamp = {each.timestamp};
        const auto cells = builder.arena().makeArray<rows::Cell>(1);
        cells[0].column = table->column("v");
        cells[0].timestamp = {each.timestamp};
        cells[0].value = builder.arena().copy(int32Bytes(1));
        row.cells = cells;
        builder.addRow(row);
    }
    return std::move(builder).build();
}

rows::Partition deletionOf(const schema::TablePtr& table, const Bytes& key, std::int64_t timestamp)
{
    rows::Partition partition{table, key};
    partition.deletion = {{timestamp}, kStoreNow};
    return partition;
}

struct Traced {
    std::shared_ptr<const storage::ReadReport> report;
    std::vector<std::string> told;
    std::size_t rows = 0;
    bool isDeleted = false;

    [[nodiscard]] bool tells(const std::string& words) const
    {
        return std::any_of(told.begin(), told.end(), [&](const std::string& each) {
            return each.find(words) != std::string::npos;
        });
    }
};

Traced tracedRead(StoreHarness& harness, const Bytes& key, std::int32_t from, std::int32_t to)
{
    auto command = harness.command();
    command.key = key;
    command.clustering.slices = {{{rows::BoundKind::InclusiveStart, {int32Bytes(from)}},
                                  {rows::BoundKind::InclusiveEnd, {int32Bytes(to)}}}};
    command.trace = std::make_shared<TraceSession>(*harness.runtime, Uuid{}, InetEndpoint{});
    const auto session = command.trace;
    const auto read = harness.read(std::move(command));
    Traced traced;
    if (!read)
        return traced;
    traced.report = read->report;
    for (auto& entry : session->take())
        traced.told.push_back(entry.activity);
    for (const auto& partition : read->partitions) {
        traced.rows += partition.unfiltereds.size();
        traced.isDeleted = !partition.deletion.isLive();
    }
    return traced;
}

/// Two SSTables with the rows 1 to 2 and 11 to 12 of one partition; a third has another key.
struct ThreeTables {
    ThreeTables() : harness{7}
    {
        harness.setTable(plainTable());
        ok = harness.start().has_value() && write(1, {{1, 10}, {2, 10}}) &&
             write(1, {{11, 20}, {12, 20}}) && write(2, {{1, 30}});
    }
    bool write(std::int32_t key, std::initializer_list<Written> writes)
    {
        return harness.apply(rowsOf(harness.table, int32Bytes(key), writes)).has_value() &&
               harness.flush().has_value();
    }
    StoreHarness harness;
    bool ok = false;
};

} // namespace

void TstReadReport::eachSSTableIsToldWithWhatRuledItOut()
{
    ThreeTables three;
    QVERIFY(three.ok);
    const Traced traced = tracedRead(three.harness, int32Bytes(1), 10, 20);
    QCOMPARE(traced.rows, std::size_t{2});
    QVERIFY(traced.report != nullptr);
    const auto& tables = traced.report->tables;
    QCOMPARE(tables.size(), std::size_t{3}); // newest first
    QCOMPARE(tables[0].generation, std::string{"3"});
    QVERIFY(tables[0].outcome == TableOutcome::OutsideKeys);
    QVERIFY(tables[1].outcome == TableOutcome::Read);
    QVERIFY(tables[2].outcome == TableOutcome::OutsideRows);
    QCOMPARE(traced.report->liveRows, std::uint64_t{2});
    QCOMPARE(traced.report->memtablesWithRows, std::uint64_t{0});
    // Cassandra's words, where it has some.
    QVERIFY(traced.tells("Executing single-partition query on t"));
    QVERIFY(traced.tells("Check against min and max keys allows skipping sstable 3"));
    QVERIFY(traced.tells("Partition index found for sstable 2, size = 0"));
    QVERIFY(traced.tells("Skipped 1/3 non-slice-intersecting sstables, included 0 due to"));
    QVERIFY(traced.tells("Merged data from memtables and 1 sstables"));
    QVERIFY(traced.tells("Read 2 live rows and 0 tombstone cells"));
    // A key between those of a table: only the bloom filter can say no.
    QVERIFY(three.harness.apply(rowsOf(three.harness.table, int32Bytes(1), {{1, 40}})));
    for (std::int32_t key = 100; key < 140; ++key)
        RW_OK(three.harness.apply(rowsOf(three.harness.table, int32Bytes(key), {{1, 40}})));
    RW_OK(three.harness.flush());
    bool filterSaidNo = false;
    for (std::int32_t key = 200; key < 210 && !filterSaidNo; ++key) {
        const Traced absent = tracedRead(three.harness, int32Bytes(key), 0, 99);
        filterSaidNo = absent.report->count(TableOutcome::BloomFilter) == 1 &&
                       absent.tells("Bloom filter allows skipping sstable 4");
    }
    QVERIFY(filterSaidNo);
}

void TstReadReport::aPartitionDeletionLeavesOutWhatIsOlder()
{
    ThreeTables three;
    QVERIFY(three.ok);
    StoreHarness& harness = three.harness;
    // In the memtable, newer than the first SSTable but not than the second.
    RW_OK(harness.apply(deletionOf(harness.table, int32Bytes(1), 15)));
    for (const bool onDisk : {false, true}) {
        const Traced traced = tracedRead(harness, int32Bytes(1), 0, 99);
        QCOMPARE(traced.rows, std::size_t{2});
        QVERIFY(traced.isDeleted);
        QCOMPARE(traced.report->tables.back().generation, std::string{"1"});
        QVERIFY(traced.report->tables.back().outcome == TableOutcome::Shadowed);
        QVERIFY(traced.tells("A newer deletion of the partition allows skipping sstable 1"));
        if (!onDisk)
            RW_OK(harness.flush());
    }
}

void TstReadReport::aDeletionOutsideOfTheSliceIsStillSeen()
{
    StoreHarness harness{8};
    harness.setTable(plainTable());
    RW_OK(harness.start());
    RW_OK(harness.apply(rowsOf(harness.table, int32Bytes(1), {{5, 10}})));
    RW_OK(harness.flush());
    RW_OK(harness.apply(deletionOf(harness.table, int32Bytes(1), 15)));
    RW_OK(harness.apply(rowsOf(harness.table, int32Bytes(1), {{50, 20}})));
    RW_OK(harness.flush());
    const Traced traced = tracedRead(harness, int32Bytes(1), 0, 9);
    QCOMPARE(traced.rows, std::size_t{0});
    QVERIFY(traced.isDeleted);
    QCOMPARE(traced.report->count(TableOutcome::DeletionOnly), std::uint64_t{1});
    QVERIFY(traced.tells("included 1 due to tombstones"));
}

void TstReadReport::theKeyCacheIsToldFromTheSecondReadOn()
{
    ThreeTables three;
    QVERIFY(three.ok);
    QVERIFY(!tracedRead(three.harness, int32Bytes(2), 0, 9).report->tables[0].keyCacheHit);
    const Traced again = tracedRead(three.harness, int32Bytes(2), 0, 9);
    QVERIFY(again.report->tables[0].keyCacheHit);
    QVERIFY(again.tells("Key cache hit for sstable 3, size = 0"));
}

void TstReadReport::rowsThatAreReadAgainAreFoundWithoutAWalk()
{
    StoreHarness harness{8};
    harness.setTable(plainTable());
    RW_OK(harness.start());
    std::vector<Written> rows;
    for (int i = 0; i < 4000; ++i)
        rows.push_back({i, 10});
    RW_OK(harness.apply(rowsOf(harness.table, int32Bytes(1), rows)));
    RW_OK(harness.flush());
    const auto chunksOf = [](const Traced& traced) {
        const storage::ChunkUse& use = traced.report->chunks;
        return use.cacheHits + use.kernelReads + use.poolReads;
    };
    const Traced first = tracedRead(harness, int32Bytes(1), 3990, 3999);
    QCOMPARE(first.rows, std::size_t{10});
    QVERIFY2(chunksOf(first) >= 3, qPrintable(QString::number(chunksOf(first))));
    const std::uint64_t before = harness.store->metrics().keyCacheBytes;
    (void)tracedRead(harness, int32Bytes(1), 3990, 3999); // now it is worth an index
    QVERIFY(harness.store->metrics().keyCacheBytes > before);
    const Traced again = tracedRead(harness, int32Bytes(1), 3990, 3999);
    QCOMPARE(again.rows, std::size_t{10});
    // That of the rows; not that of the partition's header.
    QCOMPARE(chunksOf(again), std::uint64_t{1});
    QVERIFY(again.tells("Key cache hit for sstable 1, size = 0")); // Index.db has none
    QCOMPARE(tracedRead(harness, int32Bytes(1), 2000, 2009).rows, std::size_t{10});
}

void TstReadReport::chunksAreCountedWhereTheyCameFrom()
{
    ThreeTables three;
    QVERIFY(three.ok);
    RW_OK(three.harness.restart()); // the caches are empty
    const auto cold = tracedRead(three.harness, int32Bytes(1), 0, 99).report->chunks;
    QVERIFY(cold.kernelReads + cold.poolReads > 0);
    QVERIFY(cold.bytesRead > 0);
    const auto warm = tracedRead(three.harness, int32Bytes(1), 0, 99).report->chunks;
    QCOMPARE(warm.kernelReads + warm.poolReads, std::uint64_t{0});
    QCOMPARE(warm.bytesRead, std::uint64_t{0});
    QVERIFY(warm.cacheHits >= 2);
}

void TstReadReport::aReadThatIsNotTracedMakesNoReport()
{
    ThreeTables three;
    QVERIFY(three.ok);
    const auto read = three.harness.readKey(int32Bytes(1));
    RW_OK(read);
    QVERIFY(read->report == nullptr);
}

void TstReadReport::leavingOutSSTablesNeverChangesAnAnswer_data()
{
    QTest::addColumn<bool>("withStatics");
    QTest::newRow("with static columns") << true;
    QTest::newRow("without") << false;
}

void TstReadReport::leavingOutSSTablesNeverChangesAnAnswer()
{
    QFETCH(bool, withStatics);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        StoreHarness harness{seed};
        if (!withStatics)
            harness.setTable(plainTable());
        RW_OK(harness.start());
        RandomUpdates updates{makeTestTable(), seed};
        auto& random = updates.random();
        StoreModel model{harness.table};
        const auto key = [&] { return int32Bytes(static_cast<std::int32_t>(random.below(3))); };
        for (int i = 0; i < 40; ++i) {
            auto update = [&] {
                if (withStatics)
                    return updates.next(key(), nullptr, 3);
                const auto at = static_cast<std::int64_t>(random.below(60));
                if (random.below(6) == 0)
                    return deletionOf(harness.table, key(), at);
                return rowsOf(harness.table, key(),
                              {{static_cast<std::int32_t>(random.below(20)), at}});
            }();
            model.add(update);
            RW_OK(harness.apply(update));
            if (i % 5 == 4)
                RW_OK(harness.flush());
        }
        for (int i = 0; i < 40; ++i) {
            auto command = harness.command();
            const auto number = [&] {
                return int32Bytes(static_cast<std::int32_t>(random.below(withStatics ? 4 : 20)));
            };
            if (random.below(2) == 0) {
                command.clustering.slices = {
                    {{random.below(2) == 0 ? rows::BoundKind::InclusiveStart
                                           : rows::BoundKind::ExclusiveStart,
                      {number()}},
                     {rows::BoundKind::InclusiveEnd, {number()}}}};
                const auto& slice = command.clustering.slices[0];
                if (slice.end.values[0] < slice.start.values[0])
                    continue;
            } else if (!withStatics) {
                command.clustering.isNames = true;
                command.clustering.names.push_back({RecycledBytes{number()}});
            }
            command.clustering.reversed = random.below(2) == 0;
            const Bytes wanted = key();
            const auto expected = model.scan(command);
            command.key = wanted;
            const auto read = harness.read(command);
            RW_OK(read);
            const auto of = std::find_if(expected.begin(), expected.end(),
                                         [&](const auto& each) { return each.key() == wanted; });
            QCOMPARE(read->partitions.size(), std::size_t{of != expected.end()});
            if (of != expected.end())
                QVERIFY2(rows::digest(read->partitions[0]) == rows::digest(*of),
                         qPrintable(QString("seed %1 command %2").arg(seed).arg(i)));
        }
    }
}

RW_TEST(TstReadReport)
#include "tst_read_report.moc"
