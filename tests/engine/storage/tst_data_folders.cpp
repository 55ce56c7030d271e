#include "engine/base/disk_failure.h"
#include "engine/storage/compaction/table_folders.h"
#include "engine/storage/maintenance.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using simulation::DiskOperation;
using storage::DiskFailurePolicy;

/// data_file_directories with several entries.
class TstDataFolders : public QObject {
    Q_OBJECT
private slots:
    void aPartitionLiesInOneFolder();
    void aFolderMoreOrInAnotherOrderLosesNothing();
    void relocationPutsEverythingInItsPlaceWhateverCrashComes();
    void compactionsStayWithinAFolder();
    void aFailedFlushIsNotThereTwice();
    void snapshotsHaveTheirPartInEachFolder();
    void truncationEmptiesAllFolders();
    void importGoesWhereItBelongs();
    void aFolderThatFailsAtStartIsLeftOutByBestEffortAlone_data();
    void aFolderThatFailsAtStartIsLeftOutByBestEffortAlone();
    void aFolderThatFailsLaterIsLeftOutByBestEffort_data();
    void aFolderThatFailsLaterIsLeftOutByBestEffort();
    void whichFolderFailedIsNotReadOutOfTheSentence();
    void wantOfFileHandlesCostsNoFolder();
    void theNodesOwnTablesHaveTheirFolder_data();
    void theNodesOwnTablesHaveTheirFolder();
    void theNodesOwnTablesMoveThereWhateverCrashComes();
    void aFailureOfTheNodesOwnFolderCostsNoOther();
};

namespace {

const std::vector<std::string> kOne{"/disk1/data"};
const std::vector<std::string> kTwo{"/disk1/data", "/disk2/data"};
const std::vector<std::string> kThree{"/disk1/data", "/disk2/data", "/disk3/data"};

/// A store on some data folders, and what it has to show.
struct FoldersFixture {
    /// Of table ks.t, or of one that is called `name`, "system.peers".
    explicit FoldersFixture(std::vector<std::string> folders, std::uint64_t seed = 5,
                            DiskFailurePolicy policy = DiskFailurePolicy::Stop,
                            const std::string& name = {})
        : harness{seed, optionsWith(std::move(folders), policy)},
          model{useName(name)},
          updates{harness.table, seed}
    {
    }
    const schema::TablePtr& useName(const std::string& name)
    {
        if (!name.empty()) {
            auto spec = harness.table->spec();
            spec.keyspace = name.substr(0, name.find('.'));
            spec.name = name.substr(name.find('.') + 1);
            harness.setTable(schema::Table::make(std::move(spec)));
        }
        return harness.table;
    }
    static storage::StoreOptions optionsWith(std::vector<std::string> folders,
                                             DiskFailurePolicy policy)
    {
        storage::StoreOptions options;
        options.dataFolders = std::move(folders);
        options.diskFailurePolicy = policy;
        options.autoCompaction = false;
        return options;
    }
    Result<void> restartWith(std::vector<std::string> folders)
    {
        harness.options.dataFolders = std::move(folders);
        return harness.restart();
    }
    Result<void> write(int count)
    {
        for (int i = 0; i < count; ++i) {
            const auto key = int32Bytes(static_cast<std::int32_t>(updates.random().below(40)));
            const auto update = updates.next(key, nullptr, 3);
            RW_TRY(harness.apply(update));
            model.add(update);
        }
        return ok();
    }
    Result<void> writeAndFlush(int count)
    {
        RW_TRY(write(count));
        return harness.flush();
    }
    bool holdsEverything()
    {
        const auto read = harness.read(harness.command());
        return read && samePartitions(read->partitions, model.scan(harness.command()));
    }
    std::vector<sstable::ReaderPtr> tables() { return harness.store->sstables(id()); }
    schema::TableId id() const { return harness.table->id(); }
    /// How many SSTables lie on a disk, "/disk1".
    std::size_t countOn(const std::string& disk)
    {
        const auto all = tables();
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& t) {
            return t->descriptor().folder.starts_with(disk + "/");
        }));
    }
    /// Whether every SSTable holds only what belongs into its folder.
    bool isInPlace()
    {
        const auto& folders = harness.options.dataFolders;
        const auto count = static_cast<std::uint32_t>(folders.size());
        const auto all = tables();
        return std::all_of(all.begin(), all.end(), [&](const auto& table) {
            const auto share = storage::ringShareOf(table->firstToken(), count);
            return storage::ringShareOf(table->lastToken(), count) == share &&
                   table->descriptor().folder.starts_with(folders[share] + "/");
        });
    }
    StoreHarness harness;
    StoreModel model;
    RandomUpdates updates;
};

} // namespace

void TstDataFolders::aPartitionLiesInOneFolder()
{
    FoldersFixture f{kThree};
    RW_OK(f.harness.start());
    for (int round = 0; round < 4; ++round)
        RW_OK(f.writeAndFlush(40));
    QCOMPARE(f.tables().size(), std::size_t{12});
    QVERIFY(f.isInPlace());
    QVERIFY(f.holdsEverything());
    RW_OK(f.harness.restart());
    QVERIFY(f.holdsEverything());
    RW_OK(f.harness.run(f.harness.store->compact(f.id())));
    QCOMPARE(f.tables().size(), std::size_t{3});
    QVERIFY(f.isInPlace());
    QVERIFY(f.holdsEverything());
    // What was acknowledged is in the commit log as long as one of the folders lacks it.
    RW_OK(f.write(30));
    RW_OK(f.harness.restart());
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::aFolderMoreOrInAnotherOrderLosesNothing()
{
    FoldersFixture f{kOne};
    RW_OK(f.harness.start());
    RW_OK(f.writeAndFlush(60));
    QCOMPARE(f.countOn("/disk1"), std::size_t{1});
    RW_OK(f.write(10));
    RW_OK(f.restartWith(kTwo));
    QVERIFY(f.holdsEverything());
    RW_OK(f.writeAndFlush(60));
    QVERIFY(f.countOn("/disk2") > 0); // the new folder is used at once
    RW_OK(f.restartWith({"/disk3/data", "/disk2/data", "/disk1/data"}));
    QVERIFY(f.holdsEverything());
    RW_OK(f.writeAndFlush(60));
    QVERIFY(!f.isInPlace());
    RW_OK(f.harness.run(f.harness.store->compact(f.id())));
    QVERIFY(f.isInPlace());
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::relocationPutsEverythingInItsPlaceWhateverCrashComes()
{
    bool finished = false;
    for (std::uint64_t point = 0; !finished; ++point) {
        FoldersFixture f{kOne, point + 1};
        RW_OK(f.harness.start());
        RW_OK(f.writeAndFlush(30));
        RW_OK(f.writeAndFlush(30));
        RW_OK(f.restartWith(kTwo));
        QVERIFY(!f.isInPlace());
        f.harness.disk.powerOffAfter(point);
        (void)f.harness.run(f.harness.store->relocate(f.id()));
        finished = !f.harness.disk.isPoweredOff();
        if (finished)
            QVERIFY(f.isInPlace());
        RW_OK(f.harness.crash());
        QVERIFY2(f.holdsEverything(), std::to_string(point).c_str());
        // No half transaction and nothing twice is left: what is live, and no other file.
        RW_OK(f.harness.run(f.harness.store->relocate(f.id())));
        QVERIFY(f.isInPlace());
        QCOMPARE(f.tables().size(), std::size_t{4});
        for (const auto& [path, size] : f.harness.disk.files())
            QVERIFY2(path.find("-txn-") == std::string::npos, path.c_str());
    }
}

void TstDataFolders::compactionsStayWithinAFolder()
{
    FoldersFixture f{kTwo};
    f.harness.options.autoCompaction = true;
    RW_OK(f.harness.start());
    std::vector<storage::CompactionRecord> done;
    f.harness.store->setCompactionListener(
        [&](const storage::CompactionRecord& record) { done.push_back(record); });
    for (int round = 0; round < 4; ++round) // min_threshold of STCS
        RW_OK(f.writeAndFlush(60));
    f.harness.world.runFor(std::chrono::minutes{1});
    QCOMPARE(done.size(), std::size_t{2});
    QCOMPARE(f.countOn("/disk1"), std::size_t{1});
    QCOMPARE(f.countOn("/disk2"), std::size_t{1});
    QVERIFY(f.isInPlace());
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::aFailedFlushIsNotThereTwice()
{
    FoldersFixture f{kTwo};
    RW_OK(f.harness.start());
    RW_OK(f.write(60));
    f.harness.disk.failNext(DiskOperation::Write, "/disk2/",
                            Error{ErrorCode::DiskFull, "no space on /disk2/data"});
    QVERIFY(!f.harness.flush());
    QVERIFY(f.tables().empty());
    QVERIFY(f.holdsEverything());
    for (const auto& [path, size] : f.harness.disk.files())
        QVERIFY2(path.find("Data.db") == std::string::npos, path.c_str());
    RW_OK(f.harness.flush());
    QCOMPARE(f.tables().size(), std::size_t{2});
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::snapshotsHaveTheirPartInEachFolder()
{
    FoldersFixture f{kTwo};
    RW_OK(f.harness.start());
    RW_OK(f.write(60));
    auto& store = *f.harness.store;
    RW_OK(f.harness.run(store.snapshot(f.id(), "s", "CREATE TABLE …;")));
    QVERIFY(!f.harness.run(store.snapshot(f.id(), "s", {})));
    std::uint64_t bytes = 0;
    int manifests = 0;
    for (const auto& [path, size] : f.harness.disk.files()) {
        if (path.find("/snapshots/s/") == std::string::npos)
            continue;
        bytes += size;
        manifests += path.ends_with("manifest.json");
    }
    QCOMPARE(manifests, 1);
    const auto listed = f.harness.run(store.listSnapshots());
    RW_OK(listed);
    QCOMPARE(listed->size(), std::size_t{1});
    QCOMPARE(listed->front().bytesOnDisk, bytes);
    QVERIFY(f.harness.disk.exists(f.tables().back()->descriptor().folder + "/snapshots/s/" +
                                  f.tables().back()->descriptor().name() + "-Data.db"));
    RW_OK(f.harness.run(store.clearSnapshot("s")));
    for (const auto& [path, size] : f.harness.disk.files())
        QVERIFY2(path.find("/snapshots/") == std::string::npos, path.c_str());
    RW_OK(f.harness.run(store.snapshot(f.id(), "t", {}, true, std::chrono::minutes{2})));
    f.harness.world.runFor(std::chrono::minutes{4});
    for (const auto& [path, size] : f.harness.disk.files())
        QVERIFY2(path.find("/snapshots/") == std::string::npos, path.c_str());
}

void TstDataFolders::truncationEmptiesAllFolders()
{
    bool finished = false;
    for (std::uint64_t point = 0; !finished; ++point) {
        FoldersFixture f{kTwo, point + 1};
        f.harness.options.autoSnapshot = false;
        RW_OK(f.harness.start());
        RW_OK(f.writeAndFlush(40));
        RW_OK(f.write(20));
        f.harness.disk.powerOffAfter(point);
        const auto truncated = f.harness.run(f.harness.store->truncate(f.id()));
        finished = !f.harness.disk.isPoweredOff();
        RW_OK(f.harness.crash(simulation::CrashMode::KeepAll));
        const auto read = f.harness.read(f.harness.command());
        RW_OK(read);
        if (truncated)
            QVERIFY2(read->partitions.empty(), std::to_string(point).c_str());
        else // not acknowledged: all of it, or nothing
            QVERIFY2(read->partitions.empty() || f.holdsEverything(),
                     std::to_string(point).c_str());
    }
}

void TstDataFolders::importGoesWhereItBelongs()
{
    FoldersFixture f{kTwo};
    RW_OK(f.harness.start());
    RW_OK(f.writeAndFlush(60));
    RW_OK(f.harness.run(f.harness.store->snapshot(f.id(), "s", {})));
    std::vector<std::string> parts;
    for (const auto& table : f.tables())
        parts.push_back(table->descriptor().folder + "/snapshots/s");
    std::reverse(parts.begin(), parts.end());
    f.harness.options.autoSnapshot = false;
    RW_OK(f.harness.restart());
    RW_OK(f.harness.run(f.harness.store->truncate(f.id())));
    storage::ImportRequest request;
    request.folders = parts;
    request.copy = true;
    const auto report = f.harness.run(f.harness.store->importTables(f.id(), request));
    RW_OK(report);
    QCOMPARE(report->sstables, std::size_t{2});
    QVERIFY(f.isInPlace());
    QVERIFY(f.holdsEverything());
    QCOMPARE(f.countOn("/disk2"), std::size_t{1});
}

void TstDataFolders::aFolderThatFailsAtStartIsLeftOutByBestEffortAlone_data()
{
    QTest::addColumn<int>("policy");
    QTest::addColumn<QByteArray>("place");
    QTest::addColumn<bool>("starts");
    const auto stop = static_cast<int>(DiskFailurePolicy::Stop);
    const auto ignore = static_cast<int>(DiskFailurePolicy::Ignore);
    const auto bestEffort = static_cast<int>(DiskFailurePolicy::BestEffort);
    QTest::newRow("stop") << stop << QByteArray("/disk2/data") << false;
    QTest::newRow("ignore") << ignore << QByteArray("/disk2/data") << false;
    QTest::newRow("best_effort") << bestEffort << QByteArray("/disk2/data") << true;
    // A transaction to be cleaned up, whose folder cannot be written.
    QTest::newRow("best_effort, while a table is opened")
        << bestEffort << QByteArray("/disk2/data/ks/") << true;
}

void TstDataFolders::aFolderThatFailsAtStartIsLeftOutByBestEffortAlone()
{
    QFETCH(int, policy);
    QFETCH(QByteArray, place);
    QFETCH(bool, starts);
    FoldersFixture f{kThree, 7, static_cast<DiskFailurePolicy>(policy)};
    RW_OK(f.harness.start());
    RW_OK(f.writeAndFlush(60));
    std::string folder;
    for (const auto& table : f.tables())
        if (table->descriptor().folder.starts_with("/disk2/"))
            folder = table->descriptor().folder;
    f.harness.stop(simulation::SimulatedRuntime::Death::Process);
    RW_OK(f.harness.disk.open(folder + "/ringwright-txn-99", OpenMode::CreateNew));
    f.harness.disk.failNext(DiskOperation::SyncDirectory, place.toStdString(),
                            Error{ErrorCode::Io, "cannot sync /disk2/data: no such device"});
    const auto started = f.harness.start();
    QCOMPARE(started.has_value(), starts);
    if (!starts) {
        const std::string detail = started.error().detail();
        QVERIFY2(detail.find("/disk2/data") != std::string::npos, detail.c_str());
        return;
    }
    QCOMPARE(f.countOn("/disk2"), std::size_t{0});
    QCOMPARE(f.harness.store->dataFolders().size(), std::size_t{2});
    // The next folder stands in, and what the others hold does not move.
    f.model.clear();
    RW_OK(f.harness.run(f.harness.store->truncate(f.id())));
    RW_OK(f.writeAndFlush(60));
    QCOMPARE(f.countOn("/disk1"), std::size_t{1});
    QCOMPARE(f.countOn("/disk3"), std::size_t{1});
    QVERIFY(f.holdsEverything());
    // The disk is back: with its data, older than the truncation, and with its share.
    RW_OK(f.harness.restart());
    QVERIFY(f.holdsEverything());
    RW_OK(f.harness.run(f.harness.store->relocate(f.id())));
    QVERIFY(f.isInPlace());
    QCOMPARE(f.countOn("/disk2"), std::size_t{1});
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::aFolderThatFailsLaterIsLeftOutByBestEffort_data()
{
    QTest::addColumn<bool>("onRead");
    QTest::newRow("a flush") << false;
    QTest::newRow("a read") << true;
}

void TstDataFolders::aFolderThatFailsLaterIsLeftOutByBestEffort()
{
    QFETCH(bool, onRead);
    FoldersFixture f{kTwo, 9, DiskFailurePolicy::BestEffort};
    f.harness.options.chunkCacheBytes = 0;
    RW_OK(f.harness.start());
    if (onRead)
        RW_OK(f.writeAndFlush(60));
    else
        RW_OK(f.write(60));
    const Error error{ErrorCode::Io, "cannot use /disk2/data/ks/t: Input/output error"};
    if (onRead) {
        f.harness.disk.failNext(DiskOperation::Read, "/disk2/", error);
        QVERIFY(!f.harness.read(f.harness.command()));
    } else {
        f.harness.disk.failNext(DiskOperation::Write, "/disk2/", error);
        RW_OK(f.harness.flush());
        QVERIFY(f.holdsEverything()); // the other folder took it
    }
    QCOMPARE(f.harness.store->dataFolders(), kOne);
    QCOMPARE(f.countOn("/disk2"), std::size_t{0});
    const auto read = f.harness.read(f.harness.command());
    RW_OK(read);
    QVERIFY(!read->partitions.empty());
    RW_OK(f.writeAndFlush(20));
    QCOMPARE(f.countOn("/disk2"), std::size_t{0});
}

void TstDataFolders::whichFolderFailedIsNotReadOutOfTheSentence()
{
    FoldersFixture f{kTwo, 9, DiskFailurePolicy::BestEffort};
    RW_OK(f.harness.start());
    RW_OK(f.write(60));
    f.harness.disk.failNext(DiskOperation::Write, "/disk2/",
                            {ErrorCode::Io, "unlike /disk1/data/ks, this disk is broken"});
    RW_OK(f.harness.flush());
    QCOMPARE(f.harness.store->dataFolders(), kOne);
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::wantOfFileHandlesCostsNoFolder()
{
    FoldersFixture f{kTwo, 9, DiskFailurePolicy::BestEffort};
    RW_OK(f.harness.start());
    RW_OK(f.write(60));
    f.harness.disk.failNext(DiskOperation::Write, "/disk2/",
                            diskFailure(ErrorCode::Io, "no handles", "/disk2/data/x", true));
    QVERIFY(!f.harness.flush());
    QCOMPARE(f.harness.store->dataFolders(), kTwo);
    RW_OK(f.harness.flush());
    QVERIFY(f.holdsEverything());
}

void TstDataFolders::theNodesOwnTablesHaveTheirFolder_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<bool>("isThere");
    QTest::newRow("peers") << QStringLiteral("system.peers_v2") << true;
    QTest::newRow("the schema") << QStringLiteral("system_schema.tables") << true;
    QTest::newRow("of another keyspace") << QStringLiteral("system_schema.batches") << true;
    // What Cassandra leaves among the data of users.
    for (const char* name :
         {"batches", "compaction_history", "paxos", "prepared_statements", "repairs"})
        QTest::newRow(name) << QStringLiteral("system.") + QString::fromLatin1(name) << false;
    QTest::newRow("replicated") << QStringLiteral("system_auth.roles") << false;
    QTest::newRow("a user's") << QStringLiteral("ks.peers_v2") << false;
}

void TstDataFolders::theNodesOwnTablesHaveTheirFolder()
{
    QFETCH(QString, table);
    QFETCH(bool, isThere);
    FoldersFixture f{kTwo, 21, DiskFailurePolicy::Stop, table.toStdString()};
    f.harness.options.systemFolder = "/safe/system";
    RW_OK(f.harness.start());
    RW_OK(f.writeAndFlush(60));
    QCOMPARE(f.countOn("/safe"), isThere ? f.tables().size() : std::size_t{0});
    QVERIFY(f.holdsEverything());
    RW_OK(f.harness.restart());
    QVERIFY(f.holdsEverything());
    RW_OK(f.harness.run(f.harness.store->snapshot(f.id(), "s", {})));
    QCOMPARE(f.harness.run(f.harness.store->listSnapshots())->size(), std::size_t{1});
}

void TstDataFolders::theNodesOwnTablesMoveThereWhateverCrashComes()
{
    bool finished = false;
    for (std::uint64_t point = 0; !finished; ++point) {
        FoldersFixture f{kTwo, point + 1, DiskFailurePolicy::Stop, "system.peers_v2"};
        RW_OK(f.harness.start());
        for (int i = 0; i < 2; ++i)
            RW_OK(f.writeAndFlush(30));
        QCOMPARE(f.countOn("/disk1"), std::size_t{2});
        f.harness.options.systemFolder = "/safe/system";
        RW_OK(f.harness.restart());
        QVERIFY(f.holdsEverything());
        f.harness.disk.powerOffAfter(point);
        f.harness.world.runFor(std::chrono::seconds{5});
        finished = !f.harness.disk.isPoweredOff();
        RW_OK(f.harness.crash());
        QVERIFY(f.holdsEverything());
        f.harness.world.runFor(std::chrono::seconds{5});
        QVERIFY(f.holdsEverything());
        QCOMPARE(f.countOn("/safe"), std::size_t{2});
        // The other disks can go.
        RW_OK(f.restartWith({"/disk9/data"}));
        QVERIFY(f.holdsEverything());
    }
}

void TstDataFolders::aFailureOfTheNodesOwnFolderCostsNoOther()
{
    FoldersFixture f{kTwo, 9, DiskFailurePolicy::BestEffort, "system.peers_v2"};
    f.harness.options.systemFolder = "/disk1/data/safe";
    RW_OK(f.harness.start());
    RW_OK(f.write(60));
    f.harness.disk.failNext(DiskOperation::Write, "/disk1/data/safe/system/",
                            {ErrorCode::Io, "input/output error"});
    QVERIFY(!f.harness.flush());
    QCOMPARE(f.harness.store->dataFolders(), kTwo);
    RW_OK(f.harness.flush());
    QVERIFY(f.holdsEverything());
}

RW_TEST(TstDataFolders)
#include "tst_data_folders.moc"
