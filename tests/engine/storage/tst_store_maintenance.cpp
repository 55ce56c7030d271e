#include "engine/sstable/inspector.h"
#include "engine/storage/maintenance.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace tests;

namespace {

Bytes maintainedKey(std::uint64_t n)
{
    return int32Bytes(static_cast<std::int32_t>(n));
}

Result<void> fillForMaintenance(StoreHarness& harness, StoreModel& model, RandomUpdates& updates,
                                int flushes, int perFlush)
{
    for (int flush = 0; flush < flushes; ++flush) {
        for (int i = 0; i < perFlush; ++i) {
            const auto update = updates.next(maintainedKey(updates.random().below(25)), nullptr, 4);
            model.add(update);
            RW_TRY(harness.apply(update));
        }
        RW_TRY(harness.flush());
    }
    return ok();
}

storage::StoreOptions withoutCompaction()
{
    storage::StoreOptions options;
    options.autoCompaction = false;
    return options;
}

void provideOverlappingTombstones(StoreHarness& harness, const std::string& what)
{
    auto spec = harness.table->spec();
    spec.params.compaction["provide_overlapping_tombstones"] = what;
    harness.setTable(schema::Table::make(spec, harness.table));
    harness.store->setSchema(harness.schema);
}

/// Cells and row markers of all SSTables together.
std::uint64_t dataOnDisk(StoreHarness& harness)
{
    std::uint64_t data = 0;
    for (const auto& table : harness.store->sstables(harness.table->id())) {
        auto inspector = sstable::Inspector::open(harness.disk, table->descriptor(), {}).value();
        inspector.readAll().value();
        data += inspector.report().totals.cells + inspector.report().totals.rows;
    }
    return data;
}

Result<void> flipBit(Disk& disk, const std::string& path, std::uint64_t offset)
{
    RW_ASSIGN(Bytes bytes, disk.readAll(path));
    bytes[offset] = static_cast<char>(bytes[offset] ^ 4);
    RW_TRY(disk.remove(path));
    RW_ASSIGN(const auto file, disk.open(path, OpenMode::CreateNew));
    RW_TRY(file->append(bytes));
    return file->sync();
}

std::size_t filesBelow(const StoreHarness& harness, const std::string& part)
{
    std::size_t count = 0;
    for (const auto& [path, size] : harness.disk.files())
        count += path.find(part) != std::string::npos ? 1 : 0;
    return count;
}

} // namespace

class TstStoreMaintenance : public QObject {
    Q_OBJECT
private slots:
    void garbageCollectionTakesOnlyWhatOthersShadow_data()
    {
        QTest::addColumn<bool>("cells");
        QTest::addColumn<std::string>("option");
        QTest::addColumn<bool>("takesSome");
        QTest::newRow("rows") << false << std::string{} << true;
        QTest::newRow("cells") << true << std::string{} << true;
        QTest::newRow("provide_overlapping_tombstones: row") << false << std::string{"row"} << true;
        QTest::newRow("provide_overlapping_tombstones: cell")
            << false << std::string{"CELL"} << true;
        QTest::newRow("provide_overlapping_tombstones: none")
            << false << std::string{"none"} << false;
    }
    void garbageCollectionTakesOnlyWhatOthersShadow()
    {
        QFETCH(bool, cells);
        QFETCH(std::string, option);
        QFETCH(bool, takesSome);
        std::uint64_t before = 0;
        std::uint64_t after = 0;
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            StoreHarness harness{seed, withoutCompaction()};
            RW_OK(harness.start());
            RandomUpdates updates{harness.table, seed};
            StoreModel model{harness.table};
            RW_OK(fillForMaintenance(harness, model, updates, 5, 12));
            before += dataOnDisk(harness);
            if (option.empty()) {
                RW_OK(harness.run(harness.store->garbageCollect(harness.table->id(), cells)));
            } else {
                // The oldest SSTable alone, a compaction like any other.
                provideOverlappingTombstones(harness, option);
                RW_OK(harness.run(harness.store->compactFiles(harness.table->id(), {"1"})));
            }
            after += dataOnDisk(harness);
            const auto all = harness.read(harness.command());
            RW_OK(all);
            QVERIFY2(samePartitions(all->partitions, model.scan(harness.command())),
                     qPrintable(QString("seed %1").arg(seed)));
            QCOMPARE(harness.store->sstables(harness.table->id()).size() <= 5, true);
        }
        QVERIFY2(takesSome ? after < before : after == before,
                 qPrintable(QString("%1 of %2").arg(after).arg(before)));
    }

    void scrubRepairsWhatVerifyNames()
    {
        StoreHarness harness{5, withoutCompaction()};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 5};
        StoreModel model{harness.table};
        RW_OK(fillForMaintenance(harness, model, updates, 2, 15));
        const auto id = harness.table->id();
        auto sound = harness.run(harness.store->verify(id, {}));
        RW_OK(sound);
        QCOMPARE(sound->size(), std::size_t{2});
        QVERIFY((*sound)[0].problems.empty() && (*sound)[1].problems.empty());

        const auto descriptor = harness.store->sstables(id).front()->descriptor();
        RW_OK(flipBit(harness.disk, descriptor.path(sstable::Component::Filter), 9));
        auto damaged = harness.run(harness.store->verify(id, {}));
        RW_OK(damaged);
        QCOMPARE((*damaged)[0].problems.size(), std::size_t{1});
        QVERIFY((*damaged)[0].problems[0].detail.find("Filter.db") != std::string::npos);

        auto scrubbed = harness.run(harness.store->scrub(id, {}));
        RW_OK(scrubbed);
        QCOMPARE(scrubbed->size(), std::size_t{2});
        QVERIFY(filesBelow(harness, "/snapshots/pre-scrub-") > 10);
        sound = harness.run(harness.store->verify(id, {}));
        RW_OK(sound);
        QCOMPARE(sound->size(), std::size_t{2});
        QVERIFY((*sound)[0].problems.empty() && (*sound)[1].problems.empty());
        QVERIFY(!harness.disk.exists(descriptor.path(sstable::Component::Data)));
        RW_OK(harness.crash());
        const auto all = harness.read(harness.command());
        RW_OK(all);
        QVERIFY(samePartitions(all->partitions, model.scan(harness.command())));
    }

    void importTakesInWhatASnapshotHolds_data()
    {
        QTest::addColumn<bool>("copy");
        QTest::newRow("copied") << true;
        QTest::newRow("moved") << false;
    }
    void importTakesInWhatASnapshotHolds()
    {
        QFETCH(bool, copy);
        auto options = withoutCompaction();
        options.autoSnapshot = false;
        StoreHarness harness{6, options};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 6};
        StoreModel model{harness.table};
        RW_OK(fillForMaintenance(harness, model, updates, 3, 10));
        const auto id = harness.table->id();
        RW_OK(harness.run(harness.store->snapshot(id, "s", "CREATE …")));
        RW_OK(harness.run(harness.store->truncate(id)));
        QVERIFY(harness.read(harness.command())->partitions.empty());

        storage::ImportRequest request;
        const std::string folder = harness.store->folderOf(id) + "/snapshots/s";
        request.folders = {"/nowhere", folder};
        request.verifyRows = true;
        request.copy = copy;
        const auto report = harness.run(harness.store->importTables(id, request));
        RW_OK(report);
        QCOMPARE(report->sstables, std::uint64_t{3});
        QCOMPARE(report->failed.size(), std::size_t{1});
        QCOMPARE(report->failed[0].first, std::string{"/nowhere"});
        QCOMPARE(sstable::listTables(harness.disk, folder)->size(), std::size_t(copy ? 3 : 0));
        const auto check = [&] {
            const auto all = harness.read(harness.command());
            RW_OK(all);
            QVERIFY(samePartitions(all->partitions, model.scan(harness.command())));
        };
        check();
        // Its own writes after it are in the commit log, which the imported tables say nothing of.
        const auto update = updates.next(maintainedKey(3), nullptr, 4);
        model.add(update);
        RW_OK(harness.apply(update));
        RW_OK(harness.restart());
        check();
        for (const auto& reader : harness.store->sstables(id))
            QVERIFY(reader->stats().level == 0 && reader->stats().repairedAt == 0);
    }

    void damagedFoldersAreRefusedAsAWhole()
    {
        auto options = withoutCompaction();
        options.autoSnapshot = false;
        StoreHarness harness{8, options};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 8};
        StoreModel model{harness.table};
        RW_OK(fillForMaintenance(harness, model, updates, 2, 10));
        const auto id = harness.table->id();
        RW_OK(harness.run(harness.store->snapshot(id, "s", {})));
        RW_OK(harness.run(harness.store->truncate(id)));
        storage::ImportRequest request;
        request.folders = {harness.store->folderOf(id) + "/snapshots/s"};
        const auto tables = sstable::listTables(harness.disk, request.folders[0]).value();
        RW_OK(flipBit(harness.disk, tables[1].path(sstable::Component::Data), 5));
        const auto report = harness.run(harness.store->importTables(id, request));
        RW_OK(report);
        QCOMPARE(report->sstables, std::uint64_t{0});
        QCOMPARE(report->failed.size(), std::size_t{1});
        QVERIFY(report->failed[0].second.find("Data.db, offset") != std::string::npos);
        QVERIFY(harness.read(harness.command())->partitions.empty());
        QCOMPARE(sstable::listTables(harness.disk, request.folders[0])->size(), std::size_t{2});
    }

    void snapshotsWithATimeToLiveGoByThemselves()
    {
        StoreHarness harness{9, withoutCompaction()};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 9};
        StoreModel model{harness.table};
        RW_OK(fillForMaintenance(harness, model, updates, 1, 5));
        const auto id = harness.table->id();
        RW_OK(harness.run(harness.store->snapshot(id, "stays", {})));
        RW_OK(
            harness.run(harness.store->snapshot(id, "goes", {}, true, std::chrono::seconds{120})));
        auto listed = harness.run(harness.store->listSnapshots());
        RW_OK(listed);
        QCOMPARE(listed->size(), std::size_t{2});
        QVERIFY((*listed)[0].expiresAt.has_value());
        QCOMPARE((*listed)[0].expiresAt->seconds() - (*listed)[0].createdAt.seconds(), 120);
        QVERIFY(!(*listed)[1].expiresAt.has_value());
        // A restart forgets no expiry.
        RW_OK(harness.restart());
        RW_OK(harness.run(harness.runtime->sleep(std::chrono::seconds{100})));
        QCOMPARE(harness.run(harness.store->listSnapshots())->size(), std::size_t{2});
        RW_OK(harness.run(harness.runtime->sleep(std::chrono::seconds{100})));
        listed = harness.run(harness.store->listSnapshots());
        RW_OK(listed);
        QCOMPARE(listed->size(), std::size_t{1});
        QCOMPARE((*listed)[0].name, std::string{"stays"});
        // Those of a certain age on request.
        WallTime then = (*listed)[0].createdAt;
        RW_OK(harness.run(harness.store->clearSnapshot({}, {}, then)));
        QCOMPARE(harness.run(harness.store->listSnapshots())->size(), std::size_t{1});
        then.sinceEpoch += std::chrono::seconds{1};
        RW_OK(harness.run(harness.store->clearSnapshot({}, {}, then)));
        QCOMPARE(harness.run(harness.store->listSnapshots())->size(), std::size_t{0});
    }

    void flushesAreLinkedIntoBackupsWhileThatIsOn()
    {
        StoreHarness harness{10, withoutCompaction()};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 10};
        StoreModel model{harness.table};
        RW_OK(fillForMaintenance(harness, model, updates, 1, 5));
        QCOMPARE(filesBelow(harness, "/backups/"), std::size_t{0});
        harness.store->setIncrementalBackups(true);
        RW_OK(fillForMaintenance(harness, model, updates, 2, 5));
        const std::string backups = harness.store->folderOf(harness.table->id()) + "/backups";
        QCOMPARE(sstable::listTables(harness.disk, backups)->size(), std::size_t{2});
        harness.store->setIncrementalBackups(false);
        RW_OK(fillForMaintenance(harness, model, updates, 1, 5));
        QCOMPARE(sstable::listTables(harness.disk, backups)->size(), std::size_t{2});
        // They stay when compaction has removed the originals, and are no data of the table.
        RW_OK(harness.run(harness.store->compact(harness.table->id())));
        RW_OK(harness.restart());
        QCOMPARE(harness.store->sstables(harness.table->id()).size(), std::size_t{1});
        QCOMPARE(sstable::listTables(harness.disk, backups)->size(), std::size_t{2});
    }
};

RW_TEST(TstStoreMaintenance)
#include "tst_store_maintenance.moc"
