#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using storage::DiskFailurePolicy;

/// disk_failure_policy, and SSTables that somebody else has marked as repaired.
class TstDiskFailure : public QObject {
    Q_OBJECT
private slots:
    void aDamagedSSTableKeepsTheNodeFromStartingAndSaysWhatToDo_data();
    void aDamagedSSTableKeepsTheNodeFromStartingAndSaysWhatToDo();
    void bestEffortStartsWithoutIt_data();
    void bestEffortStartsWithoutIt();
    void theGenerationOfOneLeftOutIsNotGivenAgain();
    void damageThatAReadMeetsStopsTheParanoidOnly_data();
    void damageThatAReadMeetsStopsTheParanoidOnly();
    void repairedSSTablesAreCompactedAmongThemselves();
};

namespace {

/// A store with two SSTables: generation 1 has the keys 0 to 9, generation 2 the keys 10 to 19.
struct TwoTables {
    explicit TwoTables(DiskFailurePolicy policy = DiskFailurePolicy::Stop)
        : harness{21, optionsWith(policy)}, updates{harness.table, 21}
    {
        ok = harness.start().has_value();
        for (std::int32_t key = 0; key < 20; ++key) {
            ok = ok && harness.apply(updates.next(int32Bytes(key), nullptr, 4)).has_value();
            if (key % 10 == 9)
                ok = ok && harness.flush().has_value();
        }
        folder = harness.store->folderOf(harness.table->id());
    }
    static storage::StoreOptions optionsWith(DiskFailurePolicy policy)
    {
        storage::StoreOptions options;
        options.diskFailurePolicy = policy;
        options.autoCompaction = false;
        return options;
    }
    std::string file(const char* component, int generation = 1) const
    {
        return folder + "/nb-" + std::to_string(generation) + "-big-" + component;
    }
    StoreHarness harness;
    RandomUpdates updates;
    std::string folder;
    bool ok = false;
};

/// What the real sstablerepairedset does.
Result<void> markRepaired(Disk& disk, const sstable::ReaderPtr& table, std::int64_t at)
{
    auto statistics = table->statistics();
    statistics.stats.repairedAt = at;
    RW_ASSIGN(const auto* traits,
              sstable::findVersion(table->descriptor().format, table->descriptor().version));
    return disk.replaceFile(table->descriptor().path(sstable::Component::Statistics),
                            statistics.encode(*traits));
}

} // namespace

void TstDiskFailure::aDamagedSSTableKeepsTheNodeFromStartingAndSaysWhatToDo_data()
{
    QTest::addColumn<int>("policy");
    QTest::newRow("die") << static_cast<int>(DiskFailurePolicy::Die);
    QTest::newRow("stop_paranoid") << static_cast<int>(DiskFailurePolicy::StopParanoid);
    QTest::newRow("stop") << static_cast<int>(DiskFailurePolicy::Stop);
}

void TstDiskFailure::aDamagedSSTableKeepsTheNodeFromStartingAndSaysWhatToDo()
{
    QFETCH(int, policy);
    TwoTables two{static_cast<DiskFailurePolicy>(policy)};
    QVERIFY(two.ok);
    two.harness.stop(simulation::SimulatedRuntime::Death::Process);
    two.harness.disk.flipBit(two.file("Statistics.db"), 40, 3);
    const auto started = two.harness.start();
    QVERIFY(!started);
    const std::string detail = started.error().detail(); // error() is a copy
    QVERIFY2(detail.find("nb-1-big-Statistics.db") != std::string::npos, detail.c_str());
    QVERIFY2(detail.find("disk_failure_policy: best_effort") != std::string::npos, detail.c_str());
}

void TstDiskFailure::bestEffortStartsWithoutIt_data()
{
    QTest::addColumn<int>("policy");
    QTest::newRow("best_effort") << static_cast<int>(DiskFailurePolicy::BestEffort);
    QTest::newRow("ignore") << static_cast<int>(DiskFailurePolicy::Ignore);
}

void TstDiskFailure::bestEffortStartsWithoutIt()
{
    QFETCH(int, policy);
    TwoTables two{static_cast<DiskFailurePolicy>(policy)};
    QVERIFY(two.ok);
    two.harness.stop(simulation::SimulatedRuntime::Death::Process);
    two.harness.disk.flipBit(two.file("Statistics.db"), 40, 3);
    RW_OK(two.harness.start());
    StoreHarness& harness = two.harness;
    QCOMPARE(harness.store->sstables(harness.table->id()).size(), std::size_t{1});
    const auto there = harness.readKey(int32Bytes(15));
    RW_OK(there);
    QCOMPARE(there->partitions.size(), std::size_t{1});
    const auto lost = harness.readKey(int32Bytes(5));
    RW_OK(lost);
    QVERIFY(lost->partitions.empty());
    // Its files stay for whoever repairs them.
    QVERIFY(harness.disk.exists(two.file("Data.db")));
}

void TstDiskFailure::theGenerationOfOneLeftOutIsNotGivenAgain()
{
    TwoTables two{DiskFailurePolicy::BestEffort};
    QVERIFY(two.ok);
    two.harness.stop(simulation::SimulatedRuntime::Death::Process);
    two.harness.disk.flipBit(two.file("Statistics.db", 2), 40, 3);
    RW_OK(two.harness.start());
    StoreHarness& harness = two.harness;
    // The commit log still has its rows.
    const auto back = harness.readKey(int32Bytes(15));
    RW_OK(back);
    QCOMPARE(back->partitions.size(), std::size_t{1});
    RW_OK(harness.flush());
    QVERIFY(harness.disk.exists(two.file("Data.db", 2)));
    QCOMPARE(harness.store->sstables(harness.table->id()).back()->descriptor().generation,
             std::string{"3"});
}

void TstDiskFailure::damageThatAReadMeetsStopsTheParanoidOnly_data()
{
    QTest::addColumn<int>("policy");
    QTest::addColumn<bool>("stops");
    QTest::newRow("die") << static_cast<int>(DiskFailurePolicy::Die) << true;
    QTest::newRow("stop_paranoid") << static_cast<int>(DiskFailurePolicy::StopParanoid) << true;
    QTest::newRow("stop") << static_cast<int>(DiskFailurePolicy::Stop) << false;
    QTest::newRow("best_effort") << static_cast<int>(DiskFailurePolicy::BestEffort) << false;
    QTest::newRow("ignore") << static_cast<int>(DiskFailurePolicy::Ignore) << false;
}

void TstDiskFailure::damageThatAReadMeetsStopsTheParanoidOnly()
{
    QFETCH(int, policy);
    QFETCH(bool, stops);
    TwoTables two{static_cast<DiskFailurePolicy>(policy)};
    QVERIFY(two.ok);
    two.harness.stop(simulation::SimulatedRuntime::Death::Process);
    two.harness.disk.flipBit(two.file("Data.db"), 20, 3);
    RW_OK(two.harness.start());
    int told = 0;
    two.harness.store->setDiskFailureListener([&told](const Error& error) {
        ++told;
        QVERIFY(error.code() == ErrorCode::Corrupt);
    });
    for (int i = 0; i < 2; ++i) {
        const auto read = two.harness.read(two.harness.command());
        QVERIFY(!read);
        QVERIFY(read.error().detail().find("nb-1-big-Data.db") != std::string::npos);
    }
    QCOMPARE(told, stops ? 1 : 0); // once
}

void TstDiskFailure::repairedSSTablesAreCompactedAmongThemselves()
{
    TwoTables two;
    QVERIFY(two.ok);
    StoreHarness& harness = two.harness;
    for (std::int32_t key = 20; key < 40; ++key) {
        RW_OK(harness.apply(two.updates.next(int32Bytes(key), nullptr, 4)));
        if (key % 10 == 9)
            RW_OK(harness.flush());
    }
    const auto id = harness.table->id();
    const auto before = harness.store->sstables(id);
    QCOMPARE(before.size(), std::size_t{4});
    for (const std::size_t index : {0, 2})
        RW_OK(markRepaired(harness.disk, before[index], 1'700'000'000'000 + index));
    RW_OK(harness.restart());
    RW_OK(harness.run(harness.store->compactFiles(id, {"1", "2", "3", "4"})));
    for (int round = 0; round < 2; ++round) {
        const auto after = harness.store->sstables(id);
        QCOMPARE(after.size(), std::size_t{2});
        std::set<std::int64_t> repairedAt;
        for (const auto& table : after)
            repairedAt.insert(table->stats().repairedAt);
        QCOMPARE(repairedAt, (std::set<std::int64_t>{0, 1'700'000'000'000}));
        RW_OK(harness.run(harness.store->compact(id))); // major: the same
    }
    RW_OK(harness.readKey(int32Bytes(5)));
}

RW_TEST(TstDiskFailure)
#include "tst_disk_failure.moc"
