#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using simulation::CrashMode;
using simulation::DiskOperation;
using storage::CommitLogSync;

class TstCrash : public QObject {
    Q_OBJECT
private slots:
    void acknowledgedWritesSurvivePowerLossAtEveryPoint_data();
    void acknowledgedWritesSurvivePowerLossAtEveryPoint();
    void recycledSegmentsLoseNothingAtEveryPoint();
    void periodicModeSurvivesSigkillAndWhatWasSyncedSurvivesPowerLoss();
    void withoutFsyncWritesWouldBeLost();
    void aFullDiskRefusesWritesWithAReasonAndReadsGoOn();
    void wantOfFileHandlesRefusesWritesUntilItHasPassed();
    void theListenerHearsOfAFailedCommitLogOnce();
    void ignoringAFailureLosesOnlyWhatItConcerned_data();
    void ignoringAFailureLosesOnlyWhatItConcerned();
    void aFailedFsyncRefusesWritesForGood();
    void aFailedFlushKeepsTheDataReadableAndInTheLog();
    void writersDoNotWaitForEverWhenMemtablesCannotBeFlushed();
    void truncateIsAllOrNothingAtEveryPoint();
};

namespace {

Bytes crashKey(std::uint64_t n)
{
    return int32Bytes(static_cast<std::int32_t>(n));
}

/// Whether all that `update` says is in the store: merging it again changes nothing.
bool contains(StoreHarness& harness, const rows::Partition& update)
{
    const auto read = harness.readKey(Bytes{update.key()});
    if (!read)
        return false;
    if (read->partitions.empty())
        return update.isEmpty();
    const std::vector<const rows::Partition*> stored{&read->partitions[0]};
    const std::vector<const rows::Partition*> both{&read->partitions[0], &update};
    const Bytes key{update.key()};
    return rows::digest(rows::mergePartitions(harness.table, key, stored, kStoreNow)) ==
           rows::digest(rows::mergePartitions(harness.table, key, both, kStoreNow));
}

/// A store's life of writes, flushes and perhaps a compaction, in small segments of the commit log,
/// which a loss of power ends; then the next one.
struct CutLife {
    storage::StoreOptions options;
    int updates = 0;
    int operations = 0; ///< of each update
    int flushesEach = 0;
    std::optional<int> compactsAfter;

    bool finished = false; ///< the power was never lost
    std::uint64_t recycled = 0;
    std::string failure;

    /// Loses power after so many changes of the disk. Whether the store starts again and has what
    /// it acknowledged; else `failure` says what it lacks.
    bool run(std::uint64_t point)
    {
        StoreHarness harness{point + 1, options};
        harness.options.commitLogSegmentBytes = 2048;
        RandomUpdates random{harness.table, point + 1};
        rows::Partitions acknowledged;
        harness.disk.powerOffAfter(point);
        if (harness.start()) {
            for (int i = 0; i < updates && !harness.disk.isPoweredOff(); ++i) {
                auto update = random.next(crashKey(random.random().below(6)), nullptr, operations);
                if (harness.apply(update))
                    acknowledged.push_back(std::move(update));
                if (i % flushesEach == flushesEach - 1)
                    (void)harness.flush();
                if (i == compactsAfter)
                    (void)harness.run(harness.store->compact(harness.table->id()));
            }
            finished = !harness.disk.isPoweredOff();
            recycled += harness.store->metrics().commitLogRecycled;
        }
        failure = "point " + std::to_string(point);
        if (const auto restarted = harness.crash(); !restarted) {
            failure += ": " + restarted.error().detail();
            return false;
        }
        return std::all_of(acknowledged.begin(), acknowledged.end(),
                           [&](const auto& update) { return contains(harness, update); });
    }
};

} // namespace

void TstCrash::acknowledgedWritesSurvivePowerLossAtEveryPoint_data()
{
    QTest::addColumn<int>("sync");
    QTest::addColumn<int>("folders");
    QTest::newRow("batch") << static_cast<int>(CommitLogSync::Batch) << 1;
    QTest::newRow("group") << static_cast<int>(CommitLogSync::Group) << 1;
    QTest::newRow("batch, data in three folders") << static_cast<int>(CommitLogSync::Batch) << 3;
}

void TstCrash::acknowledgedWritesSurvivePowerLossAtEveryPoint()
{
    QFETCH(int, sync);
    QFETCH(int, folders);
    CutLife life;
    life.options.commitLogSync = static_cast<CommitLogSync>(sync);
    for (int i = 1; i <= folders; ++i)
        life.options.dataFolders.push_back("/disk" + std::to_string(i) + "/data");
    life.updates = 25;
    life.operations = 3;
    life.flushesEach = 8;
    life.compactsAfter = 20;
    // Cut off after 0, 1, 2, … changes of the disk.
    for (std::uint64_t point = 0; point < 400; point += 3) {
        QVERIFY2(life.run(point), life.failure.c_str());
        if (life.finished)
            return; // every point of the sequence has been seen
    }
}

/// The same with so many segments that most are in the files of earlier ones.
void TstCrash::recycledSegmentsLoseNothingAtEveryPoint()
{
    CutLife life;
    life.options.commitLogSync = CommitLogSync::Batch;
    life.updates = 60;
    life.operations = 9;
    life.flushesEach = 15;
    for (std::uint64_t point = 0; point < 1000 && !life.finished; point += 7)
        QVERIFY2(life.run(point), life.failure.c_str());
    QVERIFY2(life.recycled > 40, qPrintable(QString::number(life.recycled)));
}

void TstCrash::periodicModeSurvivesSigkillAndWhatWasSyncedSurvivesPowerLoss()
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        StoreHarness harness{seed};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, seed};
        rows::Partitions all;
        for (int i = 0; i < 30; ++i) {
            all.push_back(updates.next(crashKey(updates.random().below(6)), nullptr, 3));
            RW_OK(harness.apply(all.back()));
        }
        RW_OK(harness.restart());
        for (const auto& update : all)
            QVERIFY2(contains(harness, update), qPrintable(QString::number(seed)));
        for (int i = 0; i < 10; ++i) {
            all.push_back(updates.next(crashKey(updates.random().below(6)), nullptr, 3));
            RW_OK(harness.apply(all.back()));
        }
        harness.world.runFor(std::chrono::seconds{11}); // one period
        RW_OK(harness.crash());
        for (const auto& update : all)
            QVERIFY2(contains(harness, update), qPrintable(QString::number(seed)));
    }
}

void TstCrash::withoutFsyncWritesWouldBeLost()
{
    // The test above can fail: with a disk that lies about fsync it does.
    StoreHarness harness{1};
    harness.options.commitLogSync = CommitLogSync::Batch;
    harness.disk.faults().ignoreSync = true;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 1};
    const auto update = updates.next(crashKey(1), nullptr, 8);
    RW_OK(harness.apply(update));
    RW_OK(harness.crash(CrashMode::DropAll));
    QVERIFY(!contains(harness, update));
}

void TstCrash::aFullDiskRefusesWritesWithAReasonAndReadsGoOn()
{
    StoreHarness harness{2};
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 2};
    const auto before = updates.next(crashKey(1), nullptr, 8);
    RW_OK(harness.apply(before));
    harness.disk.faults().capacityBytes = harness.disk.usedBytes() + 10;
    const auto refused = harness.apply(updates.next(crashKey(2), nullptr, 8));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code(), ErrorCode::DiskFull);
    QVERIFY(refused.error().detail().find("this write is refused") != std::string::npos);
    QVERIFY(!harness.store->failure().has_value());
    QVERIFY(contains(harness, before));
    // Not every write tries the disk again.
    const auto writes = harness.disk.count(DiskOperation::Write);
    QCOMPARE(harness.apply(updates.next(crashKey(3), nullptr, 8)).error().code(),
             ErrorCode::DiskFull);
    QCOMPARE(harness.disk.count(DiskOperation::Write), writes);
    // A second later one does, in vain; then there is space.
    harness.world.runFor(std::chrono::milliseconds{1100});
    QVERIFY(!harness.apply(updates.next(crashKey(3), nullptr, 8)));
    QVERIFY(harness.disk.count(DiskOperation::Write) > writes);
    harness.disk.faults().capacityBytes = 1ULL << 40;
    harness.world.runFor(std::chrono::milliseconds{1100});
    const auto after = updates.next(crashKey(3), nullptr, 8);
    RW_OK(harness.apply(after));
    for (const bool power : {false, true}) {
        harness.world.runFor(std::chrono::seconds{11});
        RW_OK(power ? harness.crash(CrashMode::DropAll) : harness.restart());
        QVERIFY(contains(harness, before));
        QVERIFY(contains(harness, after));
        RW_OK(harness.apply(updates.next(crashKey(4), nullptr, 8)));
    }
}

void TstCrash::wantOfFileHandlesRefusesWritesUntilItHasPassed()
{
    StoreHarness harness{6};
    harness.options.commitLogSegmentBytes = 2048;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 6};
    rows::Partitions acknowledged;
    bool refused = false;
    for (std::uint64_t i = 0; i < 60; ++i) {
        if (i == 20)
            harness.disk.failNext(DiskOperation::Name, "CommitLog",
                                  Error{ErrorCode::Io, "Too many open files"});
        auto update = updates.next(crashKey(i), nullptr, 4);
        auto applied = harness.apply(update);
        if (!applied) {
            QVERIFY(applied.error().detail().find("Too many open files") != std::string::npos);
            refused = true;
            QVERIFY(contains(harness, acknowledged.front())); // reads go on
            harness.world.runFor(std::chrono::milliseconds{1100});
            continue;
        }
        acknowledged.push_back(std::move(update));
    }
    QVERIFY(refused);
    QVERIFY(acknowledged.size() > 50);
    RW_OK(harness.restart());
    for (const auto& update : acknowledged)
        QVERIFY(contains(harness, update));
}

void TstCrash::theListenerHearsOfAFailedCommitLogOnce()
{
    StoreHarness harness{7};
    harness.options.commitLogSync = CommitLogSync::Batch;
    RW_OK(harness.start());
    int heard = 0;
    harness.store->setFailureListener([&heard](const Error&) { ++heard; });
    RandomUpdates updates{harness.table, 7};
    harness.disk.failNext(DiskOperation::Sync, "CommitLog", Error{ErrorCode::Io, "gone"});
    for (int i = 0; i < 3; ++i)
        QVERIFY(!harness.apply(updates.next(crashKey(1), nullptr, 8)));
    QCOMPARE(heard, 1);
    QVERIFY(harness.store->failure().has_value());
}

void TstCrash::ignoringAFailureLosesOnlyWhatItConcerned_data()
{
    QTest::addColumn<int>("sync");
    QTest::newRow("batch") << static_cast<int>(CommitLogSync::Batch);
    QTest::newRow("periodic") << static_cast<int>(CommitLogSync::Periodic);
}

void TstCrash::ignoringAFailureLosesOnlyWhatItConcerned()
{
    QFETCH(int, sync);
    StoreHarness harness{8};
    harness.options.commitLogSync = static_cast<CommitLogSync>(sync);
    harness.options.commitFailurePolicy = storage::CommitFailurePolicy::Ignore;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 8};
    RW_OK(harness.apply(updates.next(crashKey(1), nullptr, 8)));
    harness.world.runFor(std::chrono::seconds{11});
    harness.disk.failNext(DiskOperation::Sync, "CommitLog", Error{ErrorCode::Io, "gone"});
    (void)harness.apply(updates.next(crashKey(2), nullptr, 8));
    harness.world.runFor(std::chrono::seconds{11});
    const auto syncs = harness.disk.count(DiskOperation::Sync);
    harness.world.runFor(std::chrono::seconds{30});
    QCOMPARE(harness.disk.count(DiskOperation::Sync), syncs); // the same file gets no other
    QCOMPARE(harness.store->metrics().commitLogFailures, std::uint64_t{1});
    QVERIFY(!harness.store->failure().has_value());
    rows::Partitions later;
    for (std::uint64_t i = 3; i < 9; ++i) {
        later.push_back(updates.next(crashKey(i), nullptr, 8));
        RW_OK(harness.apply(later.back()));
    }
    harness.world.runFor(std::chrono::seconds{11});
    RW_OK(harness.crash(CrashMode::DropAll));
    for (const auto& update : later)
        QVERIFY(contains(harness, update));
}

void TstCrash::aFailedFsyncRefusesWritesForGood()
{
    StoreHarness harness{3};
    harness.options.commitLogSync = CommitLogSync::Batch;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 3};
    RW_OK(harness.apply(updates.next(crashKey(1), nullptr, 8)));
    harness.disk.failNext(DiskOperation::Sync, "CommitLog",
                          Error{ErrorCode::Io, "the disk is gone"});
    const auto failed = harness.apply(updates.next(crashKey(1), nullptr, 8));
    QVERIFY(!failed && failed.error().code() == ErrorCode::Io);
    const auto syncs = harness.disk.count(DiskOperation::Sync);
    QVERIFY(!harness.apply(updates.next(crashKey(1), nullptr, 8)));
    harness.world.runFor(std::chrono::seconds{30});
    QCOMPARE(harness.disk.count(DiskOperation::Sync), syncs); // never retried
}

void TstCrash::aFailedFlushKeepsTheDataReadableAndInTheLog()
{
    StoreHarness harness{4};
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 4};
    const auto update = updates.next(crashKey(1), nullptr, 12);
    RW_OK(harness.apply(update));
    harness.disk.failNext(DiskOperation::Write, "Data.db",
                          Error{ErrorCode::DiskFull, "no space left"});
    const auto flushed = harness.flush();
    QVERIFY(!flushed && flushed.error().code() == ErrorCode::DiskFull);
    QVERIFY(contains(harness, update));
    RW_OK(harness.restart());
    QVERIFY(contains(harness, update));
    RW_OK(harness.flush());
    QVERIFY(contains(harness, update));
}

void TstCrash::writersDoNotWaitForEverWhenMemtablesCannotBeFlushed()
{
    StoreHarness harness{5};
    harness.options.memtableBytes = 16 * 1024;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 5};
    for (int i = 0; i < 1000; ++i)
        harness.disk.failNext(DiskOperation::Write, "Data.db",
                              Error{ErrorCode::DiskFull, "no space left"});
    rows::Partitions acknowledged;
    std::optional<Error> refused;
    for (std::uint64_t i = 0; i < 500 && !refused; ++i) {
        auto update = updates.next(crashKey(i), nullptr, 6);
        if (auto applied = harness.apply(update))
            acknowledged.push_back(std::move(update));
        else
            refused = applied.error();
    }
    QVERIFY(refused && refused->code() == ErrorCode::DiskFull);
    for (const auto& update : acknowledged)
        QVERIFY(contains(harness, update));
    RW_OK(harness.restart()); // from the commit log
    for (const auto& update : acknowledged)
        QVERIFY(contains(harness, update));
}

void TstCrash::truncateIsAllOrNothingAtEveryPoint()
{
    bool sawBoth[2] = {false, false};
    for (std::uint64_t point = 0; point < 60; ++point) {
        StoreHarness harness{point + 1};
        harness.options.commitLogSync = CommitLogSync::Batch;
        harness.options.autoSnapshot = false;
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 4};
        rows::Partitions all;
        for (int i = 0; i < 6; ++i) {
            all.push_back(updates.next(crashKey(static_cast<std::uint64_t>(i)), nullptr, 12));
            RW_OK(harness.apply(all.back()));
            if (i == 2 || i == 4)
                RW_OK(harness.flush());
        }
        harness.disk.powerOffAfter(point);
        const bool truncated =
            harness.run(harness.store->truncate(harness.table->id())).has_value();
        RW_OK(harness.crash());
        const auto left = harness.read(harness.command());
        RW_OK(left);
        if (truncated)
            QVERIFY2(left->partitions.empty(), qPrintable(QString::number(point)));
        if (!left->partitions.empty()) {
            for (const auto& update : all)
                QVERIFY2(contains(harness, update), qPrintable(QString::number(point)));
        }
        sawBoth[left->partitions.empty()] = true;
    }
    QVERIFY(sawBoth[0] && sawBoth[1]);
}

RW_TEST(TstCrash)
#include "tst_crash.moc"
