#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using simulation::CrashMode;
using storage::CommitLogSync;

/// When a write becomes visible, beside when it is durable.
class TstVisibility : public QObject {
    Q_OBJECT
private slots:
    void whatAReaderSawUnderBatchOrGroupSurvivesPowerLoss_data();
    void whatAReaderSawUnderBatchOrGroupSurvivesPowerLoss();
    void underPeriodicSyncAWriteIsSeenAtOnce();
    void aFlushBetweenTheAnswersOfABatchLosesNothing();
    void aTruncationTakesWritesAlongThatAreNotDurableYet();
    void aWriteOfADroppedTableEndsWithoutHarm();
    void syncMakesPeriodicWritesDurableUnderLoad();
};

namespace {

Bytes visibilityKey(int n)
{
    return int32Bytes(n);
}

bool isSeen(StoreHarness& harness, const Bytes& key)
{
    auto command = harness.command();
    command.key = key;
    const auto read = harness.store->tryRead(command);
    return read && *read && !(**read).isEmpty();
}

bool isHeld(StoreHarness& harness, const Bytes& key)
{
    const auto read = harness.readKey(key);
    return read && !read->partitions.empty();
}

Task<void> noteSynced(Task<void> syncing, bool* isSynced)
{
    const auto synced = co_await syncing;
    *isSynced = synced.has_value();
    co_return ok();
}

void syncModes()
{
    QTest::addColumn<int>("sync");
    QTest::newRow("batch") << static_cast<int>(CommitLogSync::Batch);
    QTest::newRow("group") << static_cast<int>(CommitLogSync::Group);
}

} // namespace

void TstVisibility::whatAReaderSawUnderBatchOrGroupSurvivesPowerLoss_data()
{
    syncModes();
}

void TstVisibility::whatAReaderSawUnderBatchOrGroupSurvivesPowerLoss()
{
    QFETCH(int, sync);
    // The power goes after 0, 1, 2, … steps, and what was not synced with it.
    int seenAfter = -1;
    for (int steps = 0; seenAfter < 0 && steps < 200; ++steps) {
        StoreHarness harness{7};
        harness.options.commitLogSync = static_cast<CommitLogSync>(sync);
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 7};
        const Bytes key = visibilityKey(1);
        bool isAnswered = false;
        QVERIFY(harness.store->tryApply(
            StoreHarness::mutationOf(updates.next(key, nullptr, 8)),
            [&isAnswered](const Result<void>& outcome) { isAnswered = outcome.has_value(); }));
        for (int i = 0; i < steps; ++i)
            (void)harness.world.step();
        const bool seen = isSeen(harness, key);
        QCOMPARE(seen, isAnswered);
        if (seen)
            seenAfter = steps;
        RW_OK(harness.crash(CrashMode::DropAll));
        if (seen)
            QVERIFY(isHeld(harness, key));
    }
    QVERIFY(seenAfter > 0);
}

void TstVisibility::underPeriodicSyncAWriteIsSeenAtOnce()
{
    StoreHarness harness{8};
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 8};
    QVERIFY(harness.store->tryApply(
        StoreHarness::mutationOf(updates.next(visibilityKey(1), nullptr, 8)),
        [](const Result<void>&) {}));
    QVERIFY(isSeen(harness, visibilityKey(1)));
}

void TstVisibility::aFlushBetweenTheAnswersOfABatchLosesNothing()
{
    StoreHarness harness{9};
    harness.options.commitLogSync = CommitLogSync::Group;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 9};
    constexpr int kWrites = 300; // answered in several steps
    int answered = 0;
    for (int i = 0; i < kWrites; ++i)
        QVERIFY(harness.store->tryApply(
            StoreHarness::mutationOf(updates.next(visibilityKey(i), nullptr, 8)),
            [&answered](const Result<void>& outcome) { answered += outcome ? 1 : 0; }));
    while (answered == 0)
        QVERIFY(harness.world.step());
    QVERIFY(answered < kWrites);
    RW_OK(harness.flush());
    QVERIFY(!harness.store->sstables(harness.table->id()).empty());
    harness.world.runFor(std::chrono::milliseconds{100});
    QCOMPARE(answered, kWrites);
    RW_OK(harness.crash(CrashMode::DropAll));
    for (int i = 0; i < kWrites; ++i)
        QVERIFY2(isHeld(harness, visibilityKey(i)), qPrintable(QString::number(i)));
}

void TstVisibility::aTruncationTakesWritesAlongThatAreNotDurableYet()
{
    StoreHarness harness{10};
    harness.options.commitLogSync = CommitLogSync::Group;
    harness.options.autoSnapshot = false;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 10};
    bool isAnswered = false;
    QVERIFY(harness.store->tryApply(
        StoreHarness::mutationOf(updates.next(visibilityKey(1), nullptr, 8)),
        [&isAnswered](const Result<void>& outcome) { isAnswered = outcome.has_value(); }));
    RW_OK(harness.run(harness.store->truncate(harness.table->id())));
    harness.world.runFor(std::chrono::milliseconds{100});
    QVERIFY(isAnswered);
    // The same before and after a restart.
    QVERIFY(!isHeld(harness, visibilityKey(1)));
    RW_OK(harness.restart());
    QVERIFY(!isHeld(harness, visibilityKey(1)));
}

void TstVisibility::aWriteOfADroppedTableEndsWithoutHarm()
{
    StoreHarness harness{11};
    harness.options.commitLogSync = CommitLogSync::Group;
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 11};
    bool isAnswered = false;
    QVERIFY(harness.store->tryApply(
        StoreHarness::mutationOf(updates.next(visibilityKey(1), nullptr, 8)),
        [&isAnswered](const Result<void>&) { isAnswered = true; }));
    harness.store->setSchema(schema::Schema{}.with(std::make_shared<schema::Keyspace>()));
    harness.world.runFor(std::chrono::milliseconds{100});
    QVERIFY(isAnswered);
}

void TstVisibility::syncMakesPeriodicWritesDurableUnderLoad()
{
    StoreHarness harness{12};
    RW_OK(harness.start());
    RandomUpdates updates{harness.table, 12};
    RW_OK(harness.apply(updates.next(visibilityKey(0), nullptr, 8)));
    // Others write all the time: waiting for a moment without would never end.
    int next = 1;
    bool isSynced = false;
    harness.runtime->spawn(Priority::Request, "sync", noteSynced(harness.store->sync(), &isSynced));
    while (!isSynced && next < 5000) {
        QVERIFY(harness.store->tryApply(
            StoreHarness::mutationOf(updates.next(visibilityKey(next % 50), nullptr, 2)),
            [](const Result<void>&) {}));
        ++next;
        (void)harness.world.step();
    }
    QVERIFY(isSynced);
    RW_OK(harness.crash(CrashMode::DropAll));
    QVERIFY(isHeld(harness, visibilityKey(0)));
}

RW_TEST(TstVisibility)
#include "tst_visibility.moc"
