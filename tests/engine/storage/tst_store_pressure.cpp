#include "engine/storage/commit_log_archive.h"
#include "engine/storage/commit_log_file.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;

/// Bounds of the write path: memory, the commit log's total space, CDC; and its archive.
class TstStorePressure : public QObject {
    Q_OBJECT
private slots:
    void memtablesStayWithinTheirLimitUnderAnyLoad();
    void theLargestMemtableIsFlushedAtTheThreshold();
    void aWriteThatWaitsTooLongIsOverloaded();
    void tooManyWaitingWritesAreOverloadedAtOnce();
    void aLogOverItsTotalSpaceFlushesTheTablesOfItsOldestSegments();
    void aMemtableIsFlushedAfterItsPeriod();
    void indexSummariesAreSampledToTheirCapacity();
    void cdcSegmentsAreLinkedWithAnIndex_data();
    void cdcSegmentsAreLinkedWithAnIndex();
    void cdcWritesAreRefusedWhenItsSpaceIsFull();
    void cdcMayDropTheOldestInstead();
    void endedSegmentsAreArchivedBeforeTheyGo();
    void aSegmentThatCannotBeArchivedStays();
    void archivedSegmentsAreReplayedUpToAPointInTime();
    void archivingPropertiesAreUnderstood();
    void commandsAreSplitBeforeValuesAreFilledIn();
};

namespace {

Bytes pressureKey(std::uint64_t n)
{
    return int32Bytes(static_cast<std::int32_t>(n));
}

/// The harness' table with other options, or a second one of another id.
schema::TablePtr tableWith(const schema::TableParams& params, bool second = false)
{
    schema::Table::Spec spec;
    spec.id = {
        Uuid::fromHalves(0x1234567812341234, second ? 0x8234567812345679 : 0x8234567812345678)};
    spec.keyspace = "ks";
    spec.name = second ? "other" : "t";
    const auto integer = cql::Type::native(cql::TypeKind::Int);
    spec.columns = {
        {"pk", integer, schema::ColumnKind::PartitionKey, 0, schema::ClusteringOrder::None},
        {"v", cql::Type::native(cql::TypeKind::Blob), schema::ColumnKind::Regular, 0,
         schema::ClusteringOrder::None}};
    spec.params = params;
    return schema::Table::make(std::move(spec));
}

rows::Partition blobUpdate(const schema::TablePtr& table, std::uint64_t key, std::size_t bytes,
                           std::int64_t timestamp = 100)
{
    rows::PartitionBuilder builder{table, pressureKey(key)};
    rows::Row row;
    row.liveness.timestamp = {timestamp};
    const auto cells = builder.arena().makeArray<rows::Cell>(1);
    cells[0].column = table->column("v");
    cells[0].timestamp = {timestamp};
    cells[0].value = builder.arena().copy(Bytes(bytes, 'v'));
    row.cells = cells;
    builder.addRow(row);
    return std::move(builder).build();
}

/// Two tables in the schema, so that there is something to choose from.
struct TwoTables {
    explicit TwoTables(StoreHarness& harness, const schema::TableParams& params = {})
        : first(tableWith(params)), second(tableWith({}, true))
    {
        harness.setTable(first);
        auto keyspace = std::make_shared<schema::Keyspace>();
        keyspace->name = "ks";
        keyspace->tables.emplace(first->name(), first);
        keyspace->tables.emplace(second->name(), second);
        harness.schema = schema::Schema{}.with(keyspace);
    }
    schema::TablePtr first;
    schema::TablePtr second;
};

std::map<std::string, std::uint64_t> filesIn(StoreHarness& harness, const std::string& folder)
{
    std::map<std::string, std::uint64_t> found;
    for (const auto& [path, size] : harness.disk.files()) {
        if (path.starts_with(folder + "/"))
            found.emplace(path.substr(folder.size() + 1), size);
    }
    return found;
}

storage::StoreOptions cdcOptions()
{
    storage::StoreOptions options;
    options.cdcEnabled = true;
    options.cdcRawFolder = "/node/cdc_raw";
    options.commitLogSegmentBytes = 4096;
    return options;
}

schema::TableParams cdcParams()
{
    schema::TableParams params;
    params.cdc = true;
    return params;
}

} // namespace

void TstStorePressure::memtablesStayWithinTheirLimitUnderAnyLoad()
{
    StoreHarness harness{1};
    harness.options.memtableBytes = 256 << 10;
    harness.options.writeWaitMax = std::chrono::seconds{60};
    TwoTables tables{harness};
    RW_OK(harness.start());
    int answered = 0;
    std::uint64_t most = 0;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        auto mutation = StoreHarness::mutationOf(
            blobUpdate(i % 3 == 0 ? tables.second : tables.first, i, 1000));
        const auto write = [](StoreHarness& h, rows::Mutation m, int& count) -> Task<void> {
            auto applying = h.store->apply(std::move(m));
            auto applied = co_await applying;
            count += applied.has_value();
            co_return ok();
        };
        harness.runtime->spawn(Priority::Request, "writer",
                               write(harness, std::move(mutation), answered));
        if (i % 20 == 0)
            harness.world.runFor(std::chrono::milliseconds{1});
        most = std::max(most, harness.store->metrics().memtableBytes);
    }
    harness.world.runFor(std::chrono::seconds{30});
    QVERIFY(answered > 0);
    QCOMPARE(answered + static_cast<int>(harness.store->metrics().writesRefused), 3000);
    // One mutation and one arena block of each table may go beyond.
    QVERIFY2(most < (256 << 10) + 2 * (64 << 10), qPrintable(QString::number(most)));
}

void TstStorePressure::theLargestMemtableIsFlushedAtTheThreshold()
{
    StoreHarness harness{2};
    harness.options.memtableBytes = 512 << 10;
    harness.options.memtableCleanupThreshold = 0.5;
    TwoTables tables{harness};
    RW_OK(harness.start());
    RW_OK(harness.apply(blobUpdate(tables.second, 0, 1000)));
    for (std::uint64_t i = 0; i < 400; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000)));
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(harness.store->metrics(tables.first->id())->memtableSwitches > 0);
    QCOMPARE(harness.store->metrics(tables.second->id())->memtableSwitches, std::uint64_t{0});
    QVERIFY(harness.store->metrics().memtableBytes < (512 << 10) / 2 + (64 << 10));
}

void TstStorePressure::aWriteThatWaitsTooLongIsOverloaded()
{
    StoreHarness harness{3};
    harness.options.memtableBytes = 128 << 10;
    harness.options.writeWaitMax = std::chrono::seconds{2};
    TwoTables tables{harness};
    RW_OK(harness.start());
    harness.runtime->setWorkDurationOf("flush", std::chrono::seconds{20});
    std::optional<Error> refused;
    MonoTime began{};
    for (std::uint64_t i = 0; i < 400 && !refused; ++i) {
        began = harness.runtime->now();
        if (auto applied = harness.apply(blobUpdate(tables.first, i, 1000)); !applied)
            refused = applied.error();
    }
    QVERIFY(refused.has_value());
    QCOMPARE(refused->code(), ErrorCode::Overloaded);
    QVERIFY(refused->detail().find("memtable_heap_space") != std::string::npos);
    const auto waited = harness.runtime->now() - began;
    QVERIFY(waited >= std::chrono::seconds{2} && waited < std::chrono::seconds{3});
    QVERIFY(harness.readKey(pressureKey(1)).has_value()); // reads go on
    harness.world.runFor(std::chrono::seconds{30});
    RW_OK(harness.apply(blobUpdate(tables.first, 1000, 1000)));
}

void TstStorePressure::tooManyWaitingWritesAreOverloadedAtOnce()
{
    StoreHarness harness{4};
    harness.options.memtableBytes = 128 << 10;
    harness.options.writeWaitMax = std::chrono::seconds{60};
    TwoTables tables{harness};
    RW_OK(harness.start());
    harness.runtime->setWorkDurationOf("flush", std::chrono::seconds{5});
    int taken = 0;
    int refused = 0;
    const auto write = [](StoreHarness& h, rows::Mutation m, int& good, int& bad) -> Task<void> {
        auto applying = h.store->apply(std::move(m));
        auto applied = co_await applying;
        good += applied.has_value();
        bad += !applied && applied.error().code() == ErrorCode::Overloaded;
        co_return ok();
    };
    for (std::uint64_t i = 0; i < 2000; ++i)
        harness.runtime->spawn(Priority::Request, "writer",
                               write(harness,
                                     StoreHarness::mutationOf(blobUpdate(tables.first, i, 1000)),
                                     taken, refused));
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(refused > 1000); // long before their time is over
    QVERIFY(harness.store->metrics().writesWaiting < 100);
    harness.world.runFor(std::chrono::seconds{120});
    QCOMPARE(taken + refused, 2000);
}

void TstStorePressure::aLogOverItsTotalSpaceFlushesTheTablesOfItsOldestSegments()
{
    StoreHarness harness{5};
    harness.options.commitLogSegmentBytes = 8 << 10;
    harness.options.commitLogTotalBytes = 32 << 10;
    TwoTables tables{harness};
    RW_OK(harness.start());
    RW_OK(harness.apply(blobUpdate(tables.second, 0, 100))); // keeps the first segment
    for (std::uint64_t i = 0; i < 200; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000)));
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(harness.store->metrics(tables.second->id())->memtableSwitches > 0);
    // The one being written may be over it.
    QVERIFY(harness.store->metrics().commitLogBytes <= (32 << 10) + (8 << 10));
    std::uint64_t onDisk = 0;
    for (const auto& [name, size] : filesIn(harness, "/node/commitlog"))
        onDisk += name.starts_with("CommitLog-1-") ? size : 0;
    // The file being written may be an earlier segment's: that goes on behind what it holds.
    const std::uint64_t held = harness.store->metrics().commitLogBytes;
    QVERIFY(onDisk >= held && onDisk < held + (8 << 10));
}

void TstStorePressure::aMemtableIsFlushedAfterItsPeriod()
{
    StoreHarness harness{6};
    schema::TableParams params;
    params.memtableFlushPeriodMs = 60'000;
    TwoTables tables{harness, params};
    RW_OK(harness.start());
    RW_OK(harness.apply(blobUpdate(tables.first, 1, 100)));
    RW_OK(harness.apply(blobUpdate(tables.second, 1, 100)));
    harness.world.runFor(std::chrono::seconds{50});
    RW_OK(harness.apply(blobUpdate(tables.first, 2, 100)));
    QCOMPARE(harness.store->metrics(tables.first->id())->sstableCount, std::uint64_t{0});
    harness.world.runFor(std::chrono::seconds{12});
    QCOMPARE(harness.store->metrics(tables.first->id())->sstableCount, std::uint64_t{1});
    QCOMPARE(harness.store->metrics(tables.second->id())->sstableCount, std::uint64_t{0});
    harness.world.runFor(std::chrono::seconds{300}); // nothing new: nothing to flush
    QCOMPARE(harness.store->metrics(tables.first->id())->sstableCount, std::uint64_t{1});
    RW_OK(harness.apply(blobUpdate(tables.first, 3, 100)));
    harness.world.runFor(std::chrono::seconds{61});
    QCOMPARE(harness.store->metrics(tables.first->id())->sstableCount, std::uint64_t{2});
}

void TstStorePressure::indexSummariesAreSampledToTheirCapacity()
{
    StoreHarness harness{13};
    schema::TableParams params;
    params.minIndexInterval = 2;
    params.maxIndexInterval = 64;
    TwoTables tables{harness, params};
    RW_OK(harness.start());
    for (std::uint64_t i = 0; i < 2000; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 10)));
    RW_OK(harness.flush());
    const auto before = harness.store->metrics().indexSummaryBytes;
    QVERIFY(before > 20'000);
    const auto partitions =
        harness.store->sstables(tables.first->id()).front()->estimatedPartitions();
    harness.options.indexSummaryBytes = 5'000;
    RW_OK(harness.restart());
    harness.world.runFor(std::chrono::seconds{1});
    QVERIFY(harness.store->metrics().indexSummaryBytes <= 5'000);
    const auto table = harness.store->sstables(tables.first->id()).front();
    QVERIFY(table->summaryEntries() > 1);
    QVERIFY(table->estimatedPartitions() <= partitions + 2 &&
            table->estimatedPartitions() + 2 >= partitions);
    // Everything is found as before, whatever the summary still names.
    for (std::uint64_t i = 0; i < 2000; i += 7) {
        const auto read = harness.readKey(pressureKey(i));
        QVERIFY(read && read->partitions.size() == 1);
    }
    QVERIFY(harness.readKey(pressureKey(5000))->partitions.empty());
    QCOMPARE(harness.read(harness.command())->partitions.size(), std::size_t{2000});
    // An entry stands for no more than max_index_interval keys, however small the capacity.
    harness.options.indexSummaryBytes = 0;
    RW_OK(harness.restart());
    harness.world.runFor(std::chrono::seconds{1});
    const auto sampled = harness.store->sstables(tables.first->id()).front();
    QVERIFY(sampled->summaryEntries() >= 2000 / 64);
    QVERIFY(sampled->summaryEntries() < 2000 / 16);
    QVERIFY(harness.readKey(pressureKey(1999))->partitions.size() == 1);
}

void TstStorePressure::cdcSegmentsAreLinkedWithAnIndex_data()
{
    QTest::addColumn<int>("sync");
    QTest::newRow("batch") << static_cast<int>(storage::CommitLogSync::Batch);
    QTest::newRow("periodic") << static_cast<int>(storage::CommitLogSync::Periodic);
}

void TstStorePressure::cdcSegmentsAreLinkedWithAnIndex()
{
    QFETCH(int, sync);
    StoreHarness harness{7, cdcOptions()};
    harness.options.commitLogSync = static_cast<storage::CommitLogSync>(sync);
    TwoTables tables{harness, cdcParams()};
    RW_OK(harness.start());
    const auto settle = [&] { harness.world.runFor(std::chrono::seconds{12}); };
    RW_OK(harness.apply(blobUpdate(tables.first, 1, 500)));
    settle();
    auto raw = filesIn(harness, "/node/cdc_raw");
    QCOMPARE(raw.size(), std::size_t{2});
    const std::string segment =
        raw.begin()->first.ends_with(".log") ? raw.begin()->first : raw.rbegin()->first;
    const std::string index = storage::cdcIndexName(segment);
    QVERIFY(raw.contains(index));
    QCOMPARE(*harness.disk.readAll("/node/cdc_raw/" + index),
             std::to_string(harness.disk.files().at("/node/commitlog/" + segment)));
    // Until the segment is full, has been flushed and is gone: the link stays, complete.
    for (std::uint64_t i = 0; i < 6; ++i)
        RW_OK(harness.apply(blobUpdate(tables.second, i, 1500)));
    settle();
    RW_OK(harness.run(harness.store->flushAll()));
    settle();
    QVERIFY(!harness.disk.files().contains("/node/commitlog/" + segment));
    raw = filesIn(harness, "/node/cdc_raw");
    QVERIFY(raw.contains(segment));
    QCOMPARE(*harness.disk.readAll("/node/cdc_raw/" + index),
             std::to_string(raw.at(segment)) + "\nCOMPLETED\n");
    // Segments without such writes leave nothing, whether they went while running or not.
    std::size_t links = 0;
    for (const auto& [name, size] : raw)
        links += name.ends_with(".log");
    QCOMPARE(links, std::size_t{2}); // it, and the one being written
    RW_OK(harness.restart());
    RW_OK(harness.apply(blobUpdate(tables.first, 9, 10)));
    settle();
    raw = filesIn(harness, "/node/cdc_raw");
    QCOMPARE(raw.size(), std::size_t{4}); // two with an index each
    QVERIFY(raw.contains(segment));
}

void TstStorePressure::cdcWritesAreRefusedWhenItsSpaceIsFull()
{
    StoreHarness harness{8, cdcOptions()};
    harness.options.cdcTotalBytes = 12 << 10;
    TwoTables tables{harness, cdcParams()};
    RW_OK(harness.start());
    std::optional<Error> refused;
    for (std::uint64_t i = 0; i < 40 && !refused; ++i) {
        if (auto applied = harness.apply(blobUpdate(tables.first, i, 1000)); !applied)
            refused = applied.error();
    }
    QVERIFY(refused.has_value());
    QCOMPARE(refused->code(), ErrorCode::CdcWriteFailure);
    QVERIFY(refused->detail().find("/node/cdc_raw") != std::string::npos);
    RW_OK(harness.apply(blobUpdate(tables.second, 1, 1000))); // not concerned
    // A consumer takes the complete ones away.
    harness.world.runFor(std::chrono::seconds{12});
    for (const auto& [name, size] : filesIn(harness, "/node/cdc_raw")) {
        if (name.ends_with(".idx") &&
            harness.disk.readAll("/node/cdc_raw/" + name)->find("COMPLETED") != Bytes::npos) {
            RW_OK(harness.disk.remove("/node/cdc_raw/" + name));
            RW_OK(harness.disk.remove("/node/cdc_raw/" + name.substr(0, name.size() - 8) + ".log"));
        }
    }
    (void)harness.apply(blobUpdate(tables.first, 50, 1000)); // makes it look again
    harness.world.runFor(std::chrono::seconds{1});
    RW_OK(harness.apply(blobUpdate(tables.first, 51, 1000)));
}

void TstStorePressure::cdcMayDropTheOldestInstead()
{
    StoreHarness harness{9, cdcOptions()};
    harness.options.cdcTotalBytes = 16 << 10;
    harness.options.cdcBlocksWrites = false;
    harness.options.commitLogSyncPeriod = std::chrono::milliseconds{100};
    TwoTables tables{harness, cdcParams()};
    RW_OK(harness.start());
    for (std::uint64_t i = 0; i < 100; ++i) {
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000)));
        harness.world.runFor(std::chrono::milliseconds{100});
    }
    std::uint64_t bytes = 0;
    for (const auto& [name, size] : filesIn(harness, "/node/cdc_raw"))
        bytes += size;
    QVERIFY2(bytes <= (16 << 10) + 2 * 4096, qPrintable(QString::number(bytes)));
    QVERIFY(bytes > 4096);
}

namespace {

/// Archives by hard links into /archive, as the usual command does.
void archiveByLinks(StoreHarness& harness)
{
    (void)harness.disk.createDirectories("/archive");
    harness.options.archiving.archive = [&disk = harness.disk](const std::string& path,
                                                               const std::string& name) {
        if (disk.exists("/archive/" + name))
            return Result<void>{ok()};
        return disk.link(path, "/archive/" + name);
    };
}

} // namespace

void TstStorePressure::endedSegmentsAreArchivedBeforeTheyGo()
{
    StoreHarness harness{10};
    harness.options.commitLogSegmentBytes = 4096;
    archiveByLinks(harness);
    TwoTables tables{harness};
    RW_OK(harness.start());
    for (std::uint64_t i = 0; i < 20; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000)));
    const auto before = filesIn(harness, "/node/commitlog");
    QVERIFY(before.size() >= 5);
    RW_OK(harness.flush());
    QCOMPARE(filesIn(harness, "/node/commitlog").size(), before.size()); // not archived yet
    harness.world.runFor(std::chrono::seconds{25});
    const auto archived = filesIn(harness, "/archive");
    QCOMPARE(archived.size(), before.size() - 1); // all but the one being written
    QCOMPARE(harness.store->metrics().commitLogArchived, std::uint64_t{archived.size()});
    for (const auto& [name, size] : archived)
        QCOMPARE(size, before.at(name));
    QCOMPARE(filesIn(harness, "/node/commitlog").size(), std::size_t{1});
}

void TstStorePressure::aSegmentThatCannotBeArchivedStays()
{
    StoreHarness harness{11};
    harness.options.commitLogSegmentBytes = 4096;
    harness.options.archiving.archive = [](const std::string&, const std::string&) {
        return Result<void>{Error{ErrorCode::Io, "the tape is full"}};
    };
    TwoTables tables{harness};
    RW_OK(harness.start());
    for (std::uint64_t i = 0; i < 10; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000)));
    harness.world.runFor(std::chrono::seconds{12});
    RW_OK(harness.flush());
    harness.world.runFor(std::chrono::seconds{12});
    const auto kept = filesIn(harness, "/node/commitlog");
    QVERIFY(kept.size() >= 3);
    archiveByLinks(harness); // the next start has a better one
    RW_OK(harness.restart());
    RW_OK(harness.apply(blobUpdate(tables.first, 99, 100)));
    harness.world.runFor(std::chrono::seconds{25});
    for (const auto& [name, size] : kept)
        QVERIFY2(filesIn(harness, "/archive").contains(name), name.c_str());
}

void TstStorePressure::archivedSegmentsAreReplayedUpToAPointInTime()
{
    StoreHarness harness{12};
    harness.options.commitLogSegmentBytes = 4096;
    archiveByLinks(harness);
    TwoTables tables{harness};
    RW_OK(harness.start());
    for (std::uint64_t i = 0; i < 20; ++i)
        RW_OK(harness.apply(blobUpdate(tables.first, i, 1000, static_cast<std::int64_t>(i))));
    RW_OK(harness.flush());
    RW_OK(harness.run(harness.store->drain()));
    harness.world.runFor(std::chrono::seconds{25});
    harness.stop(simulation::SimulatedRuntime::Death::Process);
    // The data are lost; only the archive is there.
    RW_OK(harness.disk.removeAll("/node"));
    harness.options.archiving = {};
    harness.options.archiving.restoreFolders = {"/archive"};
    harness.options.archiving.restoreUpToMicros = 11;
    int restored = 0;
    harness.options.archiving.restore = [&](const std::string& from, const std::string& to) {
        ++restored;
        return harness.disk.link(from, to);
    };
    RW_OK(harness.start());
    QCOMPARE(restored, static_cast<int>(filesIn(harness, "/archive").size()));
    const auto read = harness.read(harness.command());
    RW_OK(read);
    QCOMPARE(read->partitions.size(), std::size_t{12}); // 0 … 11
    QVERIFY(harness.store->metrics().recordsPastRestorePoint >= 8);
}

void TstStorePressure::archivingPropertiesAreUnderstood()
{
    const auto parsed =
        storage::parseArchivingProperties("# comment\n"
                                          "archive_command=/bin/ln %path /backup/%name\r\n"
                                          "restore_command = cp -f %from %to\n"
                                          "restore_directories=/backup, /other\n"
                                          "restore_point_in_time=2026:11:21 08:30:01.25\n"
                                          "precision=MICROSECONDS\n",
                                          "/c/a.properties");
    RW_OK(parsed);
    QCOMPARE(parsed->archiveCommand, std::string{"/bin/ln %path /backup/%name"});
    QCOMPARE(parsed->restoreCommand, std::string{"cp -f %from %to"});
    QCOMPARE(parsed->restoreFolders, (std::vector<std::string>{"/backup", "/other"}));
    QCOMPARE(parsed->restoreUpToMicros, std::int64_t{1795249801250000});
    RW_OK(storage::parseArchivingProperties("archive_command=\nrestore_point_in_time=\n", "f"));
    for (const char* wrong :
         {"restore_point_in_time=yesterday", "restore_point_in_time=2026:13:01 00:00:00",
          "precision=DAYS", "archive=x", "nonsense"}) {
        const auto refused = storage::parseArchivingProperties(std::string{"\n"} + wrong, "/c/a");
        QVERIFY2(!refused, wrong);
        QVERIFY(refused.error().detail().starts_with("/c/a:2: "));
    }
}

void TstStorePressure::commandsAreSplitBeforeValuesAreFilledIn()
{
    QCOMPARE(storage::archivingArguments("cp -f  %path '/my backup/'%name",
                                         {{"path", "/a folder/%name; rm x"}, {"name", "S.log"}}),
             (std::vector<std::string>{"cp", "-f", "/a folder/%name; rm x", "/my backup/S.log"}));
    QCOMPARE(storage::archivingArguments("a \"\" 100%", {}),
             (std::vector<std::string>{"a", "", "100%"}));
}

RW_TEST(TstStorePressure)
#include "tst_store_pressure.moc"
