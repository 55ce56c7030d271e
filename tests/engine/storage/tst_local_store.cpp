#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using simulation::CrashMode;

class TstLocalStore : public QObject {
    Q_OBJECT
private slots:
    void whatWasWrittenIsReadAlsoAfterFlushAndRestart();
    void scansEqualAModelThroughFlushesCompactionsAndRestarts_data();
    void scansEqualAModelThroughFlushesCompactionsAndRestarts();
    void limitsAndSlicesGiveTheSameFromMemoryAndDisk();
    void estimatesOfRangesAddUpToTheTable();
    void pagingOverTheRingShowsEveryRowOnce();
    void tryReadAnswersAtOnceWhatIsInMemory();
    void truncateRemovesEverythingForGood();
    void aSnapshotKeepsFilesThatTruncateRemoves();
    void flushedSegmentsOfTheCommitLogAreRemoved();
    void theCommitLogStaysWithinItsTotalSize();
    void aDrainedStoreHasNothingToReplay();
    void memtablesAreFlushedUnderPressureAndWritersWait();
    void aDroppedColumnVanishesAndANewOneIsWritable();
    void aDroppedTableLeavesNoFilesButItsSnapshot();
    void unknownTablesAreNotFound();
};

namespace {

const auto kProcess = simulation::SimulatedRuntime::Death::Process;

Bytes keyOf(std::uint64_t n)
{
    return int32Bytes(static_cast<std::int32_t>(n));
}

/// One row (c1, c2) with a = value.
rows::Partition rowUpdate(const schema::TablePtr& table, const Bytes& key, std::int32_t c1,
                          std::int32_t c2, std::int32_t value, std::int64_t timestamp,
                          const char* column = "a")
{
    rows::PartitionBuilder builder{table, key};
    rows::Row row;
    const auto values = builder.arena().makeArray<ByteView>(2);
    values[0] = builder.arena().copy(int32Bytes(c1));
    values[1] = builder.arena().copy(int32Bytes(c2));
    row.clustering.values = values;
    row.liveness.timestamp = {timestamp};
    const auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = table->column(column);
    cells[0].timestamp = {timestamp};
    cells[0].value = builder.arena().copy(int32Bytes(value));
    row.cells = cells;
    builder.addRow(row);
    return std::move(builder).build();
}

std::size_t rowCount(const storage::LocalRead& read)
{
    std::size_t count = 0;
    for (const auto& partition : read.partitions) {
        for (const auto& next : partition.unfiltereds)
            count += next.kind == rows::Unfiltered::Kind::Row;
    }
    return count;
}

} // namespace

void TstLocalStore::whatWasWrittenIsReadAlsoAfterFlushAndRestart()
{
    StoreHarness harness{1};
    RW_OK(harness.start());
    const auto update = rowUpdate(harness.table, keyOf(1), 1, 2, 42, 100);
    RW_OK(harness.apply(update));
    const auto check = [&] {
        const auto read = harness.readKey(keyOf(1));
        return read && read->partitions.size() == 1 &&
               rows::digest(read->partitions[0]) == rows::digest(update);
    };
    QVERIFY(check());
    RW_OK(harness.restart());
    QVERIFY(check());
    RW_OK(harness.flush());
    QCOMPARE(harness.store->sstables(harness.table->id()).size(), std::size_t{1});
    QVERIFY(check());
    RW_OK(harness.restart());
    QVERIFY(check());
    QCOMPARE(harness.readKey(keyOf(2))->partitions.size(), std::size_t{0});
}

void TstLocalStore::scansEqualAModelThroughFlushesCompactionsAndRestarts_data()
{
    QTest::addColumn<int>("first");
    for (int first = 1; first <= 40; first += 10)
        QTest::addRow("seeds from %d", first) << first;
}

void TstLocalStore::scansEqualAModelThroughFlushesCompactionsAndRestarts()
{
    QFETCH(int, first);
    for (int seed = first; seed < first + 10; ++seed) {
        StoreHarness harness{static_cast<std::uint64_t>(seed)};
        harness.options.commitLogSegmentBytes = 4096; // many segments
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, static_cast<std::uint64_t>(seed)};
        StoreModel model{harness.table};
        for (int step = 0; step < 120; ++step) {
            const auto what = updates.random().below(20);
            if (what == 0) {
                RW_OK(harness.flush());
            } else if (what == 1) {
                RW_OK(harness.restart());
            } else if (what == 2 && updates.random().below(3) == 0) {
                RW_OK(harness.run(harness.store->compact(harness.table->id())));
            } else if (what < 5) {
                const Bytes key = keyOf(updates.random().below(12));
                const auto read = harness.readKey(key);
                RW_OK(read);
                const auto expected = model.partition(key);
                QCOMPARE(read->partitions.empty(), expected.isEmpty());
                if (!read->partitions.empty())
                    QVERIFY2(rows::digest(read->partitions[0]) == rows::digest(expected),
                             qPrintable(QString("seed %1 step %2").arg(seed).arg(step)));
            } else {
                const auto update = updates.next(keyOf(updates.random().below(12)), nullptr, 4);
                model.add(update);
                RW_OK(harness.apply(update));
            }
        }
        const auto all = harness.read(harness.command());
        RW_OK(all);
        QVERIFY2(samePartitions(all->partitions, model.scan(harness.command())),
                 qPrintable(QString::number(seed)));
    }
}

void TstLocalStore::estimatesOfRangesAddUpToTheTable()
{
    StoreHarness harness{1};
    QVERIFY(harness.start());
    RandomUpdates updates{harness.table, 1};
    for (int i = 0; i < 4000; ++i)
        RW_OK(harness.apply(updates.next(int32Bytes(i), nullptr, 1)));
    RW_OK(harness.flush());
    const auto tables = harness.store->sstables(harness.table->id());
    QCOMPARE(tables.size(), std::size_t{1});
    const auto count = static_cast<std::int64_t>(tables[0]->estimatedPartitions());
    QVERIFY(count > 2000);
    const auto in = [&](std::int64_t after, std::int64_t upTo) {
        return static_cast<std::int64_t>(tables[0]->estimatedPartitionsIn(after, upTo));
    };
    // Murmur3 spreads keys evenly; one sample stands for 128 partitions.
    QCOMPARE(in(INT64_MIN, INT64_MAX), count);
    QVERIFY(std::abs(in(INT64_MIN, 0) - count / 2) <= count / 10);
    QVERIFY(std::abs(in(INT64_MIN, 0) + in(0, INT64_MAX) - count) <= 1);
    QCOMPARE(in(tables[0]->lastToken(), INT64_MAX), std::int64_t{0});
}

void TstLocalStore::limitsAndSlicesGiveTheSameFromMemoryAndDisk()
{
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        StoreHarness harness{seed};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, seed};
        StoreModel model{harness.table};
        for (int i = 0; i < 40; ++i) {
            const auto update = updates.next(keyOf(updates.random().below(5)), nullptr, 6);
            model.add(update);
            RW_OK(harness.apply(update));
            if (i % 12 == 11)
                RW_OK(harness.flush());
        }
        for (int i = 0; i < 30; ++i) {
            auto command = harness.command();
            auto& random = updates.random();
            const auto number = [&] {
                return int32Bytes(static_cast<std::int32_t>(random.below(4)));
            };
            if (random.below(2) == 0) {
                command.clustering.slices = {
                    {{rows::BoundKind::InclusiveStart, {number()}},
                     {rows::BoundKind::ExclusiveEnd, {int32Bytes(3), number()}}}};
            } else if (random.below(2) == 0) {
                command.clustering.isNames = true;
                for (const std::int32_t first : {1, 2})
                    command.clustering.names.push_back(
                        {RecycledBytes{int32Bytes(first)}, RecycledBytes{number()}});
            }
            command.clustering.reversed = random.below(2) == 0;
            if (random.below(2) == 0)
                command.limits.rows = static_cast<std::uint32_t>(1 + random.below(12));
            if (random.below(3) == 0)
                command.limits.rowsPerPartition = static_cast<std::uint32_t>(1 + random.below(3));
            const auto expected = model.scan(command);
            const auto read = harness.read(command);
            RW_OK(read);
            QVERIFY2(samePartitions(read->partitions, expected),
                     qPrintable(QString("seed %1 command %2").arg(seed).arg(i)));
        }
    }
}

void TstLocalStore::pagingOverTheRingShowsEveryRowOnce()
{
    StoreHarness harness{5};
    RW_OK(harness.start());
    for (int key = 0; key < 20; ++key) {
        for (int row = 0; row < 5; ++row)
            RW_OK(harness.apply(
                rowUpdate(harness.table, keyOf(static_cast<std::uint64_t>(key)), row, 0, row, 10)));
        if (key % 7 == 3)
            RW_OK(harness.flush());
    }
    auto command = harness.command();
    command.limits.rows = 7;
    std::multiset<std::string> seen;
    int pages = 0;
    while (true) {
        const auto read = harness.read(command);
        RW_OK(read);
        ++pages;
        for (const auto& partition : read->partitions) {
            for (const auto& next : partition.unfiltereds)
                seen.insert(toHex(partition.key()) + toHex(next.row.clustering.values[0]));
        }
        QVERIFY(rowCount(*read) <= 7);
        if (!read->limited)
            break;
        const auto& last = read->partitions.back();
        const auto& row = last.unfiltereds.back().row;
        command.range.start = {sstable::KeyHash::of(last.key()).token, Bytes{last.key()}, true};
        command.resumeAfter = rows::ClusteringFilter::Name{RecycledBytes{row.clustering.values[0]},
                                                           RecycledBytes{row.clustering.values[1]}};
    }
    QCOMPARE(seen.size(), std::size_t{100});
    QCOMPARE((std::set<std::string>{seen.begin(), seen.end()}.size()), std::size_t{100});
    QCOMPARE(pages, 15); // 14 full ones and the rest
}

void TstLocalStore::tryReadAnswersAtOnceWhatIsInMemory()
{
    StoreHarness harness{2};
    RW_OK(harness.start());
    for (int row = 0; row < 100; ++row)
        RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), row, 0, row, 10)));
    auto command = harness.command();
    command.key = keyOf(1);
    command.clustering.slices = {{{rows::BoundKind::InclusiveStart, {int32Bytes(10)}},
                                  {rows::BoundKind::ExclusiveEnd, {int32Bytes(30)}}}};
    command.clustering.reversed = true;
    command.limits.rows = 5;
    const auto answer = harness.store->tryRead(command);
    QVERIFY(answer.has_value() && answer->has_value());
    const auto& partition = **answer;
    QCOMPARE(partition.unfiltereds.size(), std::size_t{5});
    QCOMPARE(Bytes{partition.unfiltereds.front().row.clustering.values[0]}, int32Bytes(25));
    QCOMPARE(Bytes{partition.unfiltereds.back().row.clustering.values[0]}, int32Bytes(29));
    // On disk and not in the kernel's memory: not at once. After a read it is cached.
    RW_OK(harness.flush());
    harness.disk.faults().notCached = 1;
    QVERIFY(!harness.store->tryRead(command).has_value());
    const auto waited = harness.read(command);
    RW_OK(waited);
    QVERIFY(rows::digest(waited->partitions[0]) == rows::digest(partition));
    const auto cached = harness.store->tryRead(command);
    QVERIFY(cached.has_value() && cached->has_value());
    QVERIFY(rows::digest(**cached) == rows::digest(partition));
    command.key = keyOf(77);
    QVERIFY((*harness.store->tryRead(command))->isEmpty());
}

void TstLocalStore::truncateRemovesEverythingForGood()
{
    for (const bool flushFirst : {false, true}) {
        StoreHarness harness{3};
        harness.options.autoSnapshot = false;
        RW_OK(harness.start());
        RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 1, 1, 1, 10)));
        if (flushFirst)
            RW_OK(harness.flush());
        RW_OK(harness.apply(rowUpdate(harness.table, keyOf(2), 1, 1, 1, 10)));
        RW_OK(harness.run(harness.store->truncate(harness.table->id())));
        QCOMPARE(rowCount(*harness.read(harness.command())), std::size_t{0});
        RW_OK(harness.apply(rowUpdate(harness.table, keyOf(3), 1, 1, 1, 10)));
        RW_OK(harness.restart());
        const auto read = harness.read(harness.command());
        RW_OK(read);
        QCOMPARE(rowCount(*read), std::size_t{1});
        QCOMPARE(read->partitions[0].key(), ByteView{keyOf(3)});
    }
}

void TstLocalStore::aSnapshotKeepsFilesThatTruncateRemoves()
{
    StoreHarness harness{4};
    RW_OK(harness.start());
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 1, 1, 1, 10)));
    RW_OK(harness.run(harness.store->snapshot(harness.table->id(), "before", "CREATE TABLE …;\n")));
    const auto again = harness.run(harness.store->snapshot(harness.table->id(), "before", ""));
    QVERIFY(!again && again.error().code() == ErrorCode::AlreadyExists);
    QVERIFY(!harness.run(harness.store->snapshot(harness.table->id(), "a/b", "")));
    const std::string folder = harness.store->folderOf(harness.table->id());
    QCOMPARE(folder, std::string{"/node/data/ks/t-12345678123412348234567812345678"});
    RW_OK(harness.run(harness.store->truncate(harness.table->id())));
    const auto files = harness.disk.files();
    QVERIFY(files.contains(folder + "/snapshots/before/nb-1-big-Data.db"));
    QVERIFY(files.contains(folder + "/snapshots/before/nb-1-big-TOC.txt"));
    QVERIFY(files.contains(folder + "/snapshots/before/manifest.json"));
    QCOMPARE(*harness.disk.readAll(folder + "/snapshots/before/schema.cql"),
             Bytes{"CREATE TABLE …;\n"});
    QVERIFY(!files.contains(folder + "/nb-1-big-Data.db"));
    const auto snapshots = harness.run(harness.store->listSnapshots());
    RW_OK(snapshots);
    QCOMPARE(snapshots->size(), std::size_t{2}); // and the one that truncate took
    QCOMPARE((*snapshots)[0].name, std::string{"before"});
    QCOMPARE((*snapshots)[0].table, std::string{"t"});
    QVERIFY((*snapshots)[0].bytesTrue > 0 && (*snapshots)[0].createdAt.millis() > 0);
    RW_OK(harness.run(harness.store->clearSnapshot("before", "ks")));
    QCOMPARE(harness.run(harness.store->listSnapshots())->size(), std::size_t{1});
    RW_OK(harness.run(harness.store->clearSnapshot("")));
    QCOMPARE(harness.run(harness.store->listSnapshots())->size(), std::size_t{0});
}

void TstLocalStore::flushedSegmentsOfTheCommitLogAreRemoved()
{
    StoreHarness harness{6};
    harness.options.commitLogSegmentBytes = 2048;
    RW_OK(harness.start());
    for (int i = 0; i < 200; ++i)
        RW_OK(harness.apply(
            rowUpdate(harness.table, keyOf(static_cast<std::uint64_t>(i)), 1, 1, i, 10)));
    const auto segments = [&] {
        std::size_t count = 0;
        for (const auto& [path, size] : harness.disk.files())
            count += path.starts_with("/node/commitlog/CommitLog-1-");
        return count;
    };
    QVERIFY(segments() > 5);
    RW_OK(harness.flush());
    harness.world.runFor(std::chrono::seconds{1});
    QCOMPARE(segments(), std::size_t{1});
    QCOMPARE(harness.store->metrics().commitLogSegments, std::uint64_t{1});
}

void TstLocalStore::theCommitLogStaysWithinItsTotalSize()
{
    StoreHarness harness{12};
    harness.options.commitLogSegmentBytes = 2048;
    harness.options.commitLogTotalBytes = 8192;
    RW_OK(harness.start());
    std::uint64_t most = 0;
    for (int i = 0; i < 1000; ++i) {
        RW_OK(harness.apply(
            rowUpdate(harness.table, keyOf(static_cast<std::uint64_t>(i)), 1, 1, i, 10)));
        most = std::max(most, harness.store->metrics().commitLogBytes);
    }
    QVERIFY(harness.store->metrics(harness.table->id())->memtableSwitches > 5);
    QVERIFY2(most < 64 * 1024, qPrintable(QString::number(most)));
    QCOMPARE(harness.read(harness.command())->partitions.size(), std::size_t{1000});
}

void TstLocalStore::aDrainedStoreHasNothingToReplay()
{
    StoreHarness harness{7};
    RW_OK(harness.start());
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 1, 1, 1, 10)));
    RW_OK(harness.run(harness.store->drain()));
    const auto refused = harness.apply(rowUpdate(harness.table, keyOf(2), 1, 1, 1, 10));
    QVERIFY(!refused && refused.error().code() == ErrorCode::ShuttingDown);
    QCOMPARE(rowCount(*harness.read(harness.command())), std::size_t{1});
    RW_OK(harness.crash(CrashMode::DropAll)); // everything was synced
    QCOMPARE(harness.store->metrics().replayedRecords, std::uint64_t{0});
    QCOMPARE(rowCount(*harness.read(harness.command())), std::size_t{1});
}

void TstLocalStore::memtablesAreFlushedUnderPressureAndWritersWait()
{
    StoreHarness harness{8};
    harness.options.memtableBytes = 64 * 1024;
    RW_OK(harness.start());
    int waited = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto mutation = StoreHarness::mutationOf(
            rowUpdate(harness.table, keyOf(static_cast<std::uint64_t>(i)), 1, 1, i, 10));
        if (!harness.store->tryApply(mutation, [](Result<void>) {})) {
            ++waited;
            RW_OK(harness.run(harness.store->apply(StoreHarness::mutationOf(mutation.updates[0]))));
        }
    }
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(waited > 0);
    QVERIFY(harness.store->metrics(harness.table->id())->memtableSwitches > 3);
    const auto all = harness.read(harness.command());
    RW_OK(all);
    QCOMPARE(all->partitions.size(), std::size_t{3000});
}

void TstLocalStore::aDroppedColumnVanishesAndANewOneIsWritable()
{
    StoreHarness harness{9};
    RW_OK(harness.start());
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 1, 1, 1, 10)));
    RW_OK(harness.flush());
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 2, 1, 2, 10)));
    auto spec = harness.table->spec();
    schema::DroppedColumn dropped;
    dropped.column = std::make_shared<schema::Column>(*harness.table->column("a"));
    dropped.droppedAt = {50};
    spec.dropped.push_back(dropped);
    std::erase_if(spec.columns, [](const schema::Column& column) { return column.name == "a"; });
    spec.columns.push_back(
        {"z", cql::Type::native(cql::TypeKind::Int), schema::ColumnKind::Regular});
    harness.setTable(schema::Table::make(spec, harness.table));
    harness.store->setSchema(harness.schema);
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 3, 1, 3, 60, "z")));
    const auto check = [&] {
        const auto read = harness.readKey(keyOf(1));
        if (!read || rowCount(*read) != 3)
            return false;
        for (const auto& next : read->partitions[0].unfiltereds) {
            for (const auto& cell : next.row.cells) {
                if (cell.column != harness.table->column("z"))
                    return false;
            }
        }
        return read->partitions[0].unfiltereds[2].row.cells.size() == 1;
    };
    QVERIFY(check());
    RW_OK(harness.flush());
    QVERIFY(check());
    RW_OK(harness.restart());
    QVERIFY(check());
}

void TstLocalStore::aDroppedTableLeavesNoFilesButItsSnapshot()
{
    StoreHarness harness{10};
    RW_OK(harness.start());
    RW_OK(harness.apply(rowUpdate(harness.table, keyOf(1), 1, 1, 1, 10)));
    RW_OK(harness.flush());
    const std::string folder = harness.store->folderOf(harness.table->id());
    auto empty = std::make_shared<schema::Keyspace>();
    empty->name = "ks";
    harness.store->setSchema(schema::Schema{}.with(empty));
    const auto gone = harness.readKey(keyOf(1));
    QVERIFY(!gone && gone.error().code() == ErrorCode::NotFound);
    harness.world.runFor(std::chrono::seconds{1});
    int live = 0;
    int kept = 0;
    for (const auto& [path, size] : harness.disk.files()) {
        live += path.starts_with(folder + "/nb-");
        kept += path.starts_with(folder + "/snapshots/dropped-");
    }
    QCOMPARE(live, 0);
    QVERIFY(kept > 5);
}

void TstLocalStore::unknownTablesAreNotFound()
{
    StoreHarness harness{11};
    RW_OK(harness.start());
    auto spec = harness.table->spec();
    spec.id = {Uuid::fromHalves(1, 2)};
    const auto stranger = schema::Table::make(spec);
    const auto written = harness.apply(rowUpdate(stranger, keyOf(1), 1, 1, 1, 10));
    QVERIFY(!written && written.error().code() == ErrorCode::NotFound);
    const auto flushed = harness.run(harness.store->flush(spec.id));
    QVERIFY(!flushed && flushed.error().code() == ErrorCode::NotFound);
    QVERIFY(harness.store->metrics(spec.id) == nullptr);
}

RW_TEST(TstLocalStore)
#include "tst_local_store.moc"
