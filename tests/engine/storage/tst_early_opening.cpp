#include "engine/base/trace.h"
#include "engine/storage/maintenance.h"
#include "engine/storage/read_report.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using simulation::CrashMode;
using simulation::DiskOperation;
using storage::TableOutcome;

/// What reads see of a compaction that is under way (sstable_preemptive_open_interval).
class TstEarlyOpening : public QObject {
    Q_OBJECT
private slots:
    void readsAreTheSameAtEachOpening_data();
    void readsAreTheSameAtEachOpening();
    void readsMoveOverToTheResult();
    void readsThatSpanOpeningsAreRight();
    void whatTheCachesHaveOfTheResultStaysAtItsEnd();
    void withoutTheSettingNothingIsSeenBeforeTheEnd();
    void aFailureBringsTheWholeInputsBack();
    void aStopBringsTheWholeInputsBack();
    void nothingOfItOutlivesACrash_data();
    void nothingOfItOutlivesACrash();
    void purgedPartitionsDoNotComeBack();
    void concurrentCompactionsAreSeenSideBySide();
    void maintenanceSeesTheInputs();
    void refreshDoesNotTakeInWhatIsNotCommitted();
    void anAlteredTableIsReadOnInTheNewForm();
    void truncationTakesTheEarlyResultAway();
    void aFolderGivenUpTakesTheEarlyResultAway();
    void memoryOfTheResultIsCounted();
    void summariesOfTheResultGiveBeforeThoseThatStay();
};

namespace {

constexpr int kKeys = 120;

Bytes keyNumber(int n)
{
    return int32Bytes(n);
}

schema::TablePtr tableOfSmallChunks(bool cachesRows = false, std::int32_t gcGrace = 864000)
{
    auto spec = withSmallChunks(makeTestTable())->spec();
    spec.params.gcGraceSeconds = gcGrace;
    if (cachesRows)
        spec.params.caching = {{"keys", "ALL"}, {"rows_per_partition", "ALL"}};
    return schema::Table::make(std::move(spec));
}

schema::TablePtr tableOfSmallIndexIntervals()
{
    auto spec = tableOfSmallChunks()->spec();
    spec.params.minIndexInterval = 2;
    spec.params.maxIndexInterval = 64;
    return schema::Table::make(std::move(spec));
}

/// A store whose compactions are slow enough to be looked at between two slices.
struct EarlyFixture {
    explicit EarlyFixture(std::uint64_t seed, storage::StoreOptions options = {},
                          schema::TablePtr table = tableOfSmallChunks())
        : harness{seed, withSlowCompactions(std::move(options))}, model{table}, updates{table, seed}
    {
        harness.setTable(table);
        ok = harness.start().has_value();
    }
    static storage::StoreOptions withSlowCompactions(storage::StoreOptions options)
    {
        options.autoCompaction = false;
        options.compactionBytesPerSecond = 1000;
        options.earlyOpenBytes = 2000;
        options.commitLogSync = storage::CommitLogSync::Batch;
        return options;
    }
    /// A table's worth of random updates of all keys, flushed.
    Result<void> fill(int operations = 6)
    {
        for (int key = 0; key < kKeys; ++key) {
            const auto update = updates.next(keyNumber(key), nullptr, operations);
            model.add(update);
            RW_TRY(harness.apply(update));
        }
        return harness.flush();
    }
    schema::TableId id() const { return harness.table->id(); }
    const storage::TableMetrics& metrics() { return *harness.store->metrics(id()); }
    std::vector<std::string> generations()
    {
        std::vector<std::string> all;
        for (const auto& table : harness.store->sstables(id()))
            all.push_back(table->descriptor().generation);
        return all;
    }

    /// Starts a major compaction; `outcome` is set at its end.
    void beginCompaction()
    {
        outcome.reset();
        harness.runtime->spawn(Priority::Background, "compact",
                               keepOutcome(harness.store->compact(harness.table->id()), outcome));
    }
    static Task<void> keepOutcome(Task<void> task, std::optional<Result<void>>& to)
    {
        auto result = co_await task;
        to = result;
        co_return ok_();
    }
    static Result<void> ok_() { return engine::ok(); }
    /// Goes on until what reads see has moved once more; false at the compaction's end.
    bool toNextOpening()
    {
        const std::uint64_t before = metrics().earlyOpenings;
        harness.world.runUntil([&] { return outcome || metrics().earlyOpenings != before; },
                               std::chrono::hours{1});
        return !outcome;
    }

    /// The sentence of the first read that differs from the model.
    std::string checkReads()
    {
        auto& random = updates.random();
        const auto all = harness.read(harness.command());
        if (!all)
            return "scan: " + all.error().detail();
        if (!samePartitions(all->partitions, model.scan(harness.command())) ||
            all->partitions.size() != model.scan(harness.command()).size())
            return "a scan differs";
        for (int key = 0; key < kKeys; key += 1 + static_cast<int>(random.below(4))) {
            auto command = harness.command();
            command.key = keyNumber(key);
            if (random.below(2) == 0)
                command.clustering.slices = {{{rows::BoundKind::InclusiveStart, {int32Bytes(1)}},
                                              {rows::BoundKind::ExclusiveEnd, {int32Bytes(3)}}}};
            command.clustering.reversed = random.below(2) == 0;
            if (random.below(3) == 0)
                command.limits.rows = static_cast<std::uint32_t>(1 + random.below(4));
            if (const auto wrong = checkPoint(command); !wrong.empty())
                return "key " + std::to_string(key) + ": " + wrong;
        }
        return checkRange();
    }
    std::string checkPoint(const rows::ReadCommand& command)
    {
        rows::Partition expected = model.partition(Bytes{*command.key});
        rows::LimitCounter counter{command.limits, command.nowSeconds};
        rows::applyCommand(expected, command, false, counter);
        const auto isRight = [&](const rows::Partition* got) {
            return got == nullptr || got->isEmpty() ? expected.isEmpty()
                                                    : rows::digest(*got) == rows::digest(expected);
        };
        // At once, if it can be; then with waiting, which leaves its chunks in the cache.
        if (const auto now = harness.store->tryRead(command))
            if (!*now || !isRight(&**now))
                return "tryRead differs";
        const auto read = harness.read(command);
        if (!read)
            return read.error().detail();
        return isRight(read->partitions.empty() ? nullptr : &read->partitions[0]) ? "" : "differs";
    }
    std::string checkRange()
    {
        auto& random = updates.random();
        auto command = harness.command();
        const Bytes key = keyNumber(static_cast<int>(random.below(kKeys)));
        command.range.start = {sstable::KeyHash::of(key).token, key, random.below(2) == 0};
        command.limits.rows = static_cast<std::uint32_t>(5 + random.below(60));
        command.clustering.reversed = random.below(2) == 0;
        rows::Partitions expected;
        rows::LimitCounter counter{command.limits, command.nowSeconds};
        for (const Bytes& each : model.keys()) {
            const auto order =
                sstable::KeyHash::compare(sstable::KeyHash::of(each).token, each,
                                          command.range.start.token, *command.range.start.key);
            if (order < 0 || (order == 0 && !command.range.start.inclusive) || counter.isDone())
                continue;
            auto next = model.partition(each);
            rows::applyCommand(next, command, false, counter);
            if (!next.isEmpty())
                expected.push_back(std::move(next));
        }
        const auto read = harness.read(command);
        if (!read)
            return "range: " + read.error().detail();
        return read->partitions.size() == expected.size() &&
                       samePartitions(read->partitions, expected)
                   ? ""
                   : "a range differs";
    }
    /// The SSTables that a traced read asked for `key`, with what each had.
    std::vector<storage::ReadReport::Table> tablesAsked(const Bytes& key)
    {
        auto command = harness.command();
        command.key = key;
        command.trace = std::make_shared<TraceSession>(*harness.runtime, Uuid{}, InetEndpoint{});
        const auto read = harness.read(command);
        return read && read->report ? read->report->tables
                                    : std::vector<storage::ReadReport::Table>{};
    }

    StoreHarness harness;
    StoreModel model;
    RandomUpdates updates;
    std::optional<Result<void>> outcome;
    bool ok = false;
};

#define RW_READS_RIGHT(fixture)                                                                    \
    do {                                                                                           \
        const auto rwWrong = (fixture).checkReads();                                               \
        QVERIFY2(rwWrong.empty(), rwWrong.c_str());                                                \
    } while (false)

} // namespace

void TstEarlyOpening::readsAreTheSameAtEachOpening_data()
{
    QTest::addColumn<bool>("cachesRows");
    QTest::addColumn<bool>("cachesKeys");
    QTest::addColumn<int>("folders");
    QTest::newRow("key cache") << false << true << 1;
    QTest::newRow("row cache") << true << true << 1;
    QTest::newRow("no cache") << false << false << 1;
    QTest::newRow("several results in several folders") << false << true << 3;
}

void TstEarlyOpening::readsAreTheSameAtEachOpening()
{
    QFETCH(bool, cachesRows);
    QFETCH(bool, cachesKeys);
    QFETCH(int, folders);
    storage::StoreOptions options;
    options.rowCacheBytes = cachesRows ? 1 << 20 : 0;
    options.keyCacheBytes = cachesKeys ? 1 << 20 : 0;
    EarlyFixture fixture{3, options, tableOfSmallChunks(cachesRows)};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 3; ++i)
        RW_OK(fixture.fill());
    if (folders > 1) {
        // All lies in the first; the result is divided among them.
        fixture.harness.options.dataFolders = {"/node/data", "/disk2/data", "/disk3/data"};
        RW_OK(fixture.harness.restart());
    }
    fixture.beginCompaction();
    int openings = 0;
    while (fixture.toNextOpening()) {
        ++openings;
        QCOMPARE(fixture.generations().size(), std::size_t{3});
        RW_READS_RIGHT(fixture);
        // What comes meanwhile lies over both.
        const auto update = fixture.updates.next(keyNumber(openings), nullptr, 4);
        fixture.model.add(update);
        RW_OK(fixture.harness.apply(update));
    }
    RW_OK(*fixture.outcome);
    QVERIFY2(openings >= 6, qPrintable(QString::number(openings)));
    QCOMPARE(fixture.generations().size(), static_cast<std::size_t>(folders));
    RW_READS_RIGHT(fixture);
    RW_OK(fixture.harness.restart());
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::readsMoveOverToTheResult()
{
    EarlyFixture fixture{4};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const auto keys = fixture.model.keys();
    fixture.beginCompaction();
    std::size_t movedBefore = 0;
    while (fixture.toNextOpening()) {
        // A first part of the ring is read in the result alone, the rest in the inputs alone.
        std::size_t moved = 0;
        bool inInputs = false;
        for (const Bytes& key : keys) {
            if (fixture.model.partition(key).isEmpty())
                continue;
            std::size_t inResult = 0;
            std::size_t outside = 0;
            const auto asked = fixture.tablesAsked(key);
            for (const auto& table : asked) {
                const bool isOutside = table.outcome == TableOutcome::OutsideKeys;
                outside += isOutside;
                const bool isInput = table.generation == "1" || table.generation == "2";
                inResult += !isInput && !isOutside;
            }
            QVERIFY(asked.size() > outside);
            if (inResult == 1) {
                QVERIFY(!inInputs);
                QCOMPARE(outside, asked.size() - 1);
                ++moved;
            }
            inInputs = inResult == 0;
        }
        QVERIFY(moved > movedBefore);
        movedBefore = moved;
    }
    RW_OK(*fixture.outcome);
    QVERIFY(movedBefore > keys.size() / 2);
}

void TstEarlyOpening::readsThatSpanOpeningsAreRight()
{
    EarlyFixture fixture{5};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 3; ++i)
        RW_OK(fixture.fill());
    fixture.harness.store->setCompactionThroughput(0);
    fixture.harness.disk.faults().notCached = 1; // so that a scan takes long
    fixture.harness.options.chunkCacheBytes = 0;
    fixture.beginCompaction();
    int spanned = 0;
    while (!fixture.outcome) {
        const std::uint64_t before = fixture.metrics().earlyOpenings;
        const auto all = fixture.harness.read(fixture.harness.command());
        RW_OK(all);
        QVERIFY(samePartitions(all->partitions, fixture.model.scan(fixture.harness.command())));
        spanned += fixture.metrics().earlyOpenings > before + 1;
    }
    RW_OK(*fixture.outcome);
    QVERIFY(spanned > 0);
}

void TstEarlyOpening::whatTheCachesHaveOfTheResultStaysAtItsEnd()
{
    EarlyFixture fixture{6};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const auto keys = fixture.model.keys();
    fixture.beginCompaction();
    const auto readFirstHalf = [&] {
        for (std::size_t i = 0; i < keys.size() / 2; ++i)
            RW_OK(fixture.harness.readKey(keys[i]));
    };
    while (fixture.toNextOpening())
        readFirstHalf();
    RW_OK(*fixture.outcome);
    const auto& store = fixture.harness.store->metrics();
    const std::uint64_t chunkMisses = store.chunkCacheMisses;
    const std::uint64_t keyMisses = store.keyCacheMisses;
    readFirstHalf();
    QCOMPARE(store.chunkCacheMisses, chunkMisses);
    QCOMPARE(store.keyCacheMisses, keyMisses);
}

void TstEarlyOpening::withoutTheSettingNothingIsSeenBeforeTheEnd()
{
    EarlyFixture fixture{7};
    QVERIFY(fixture.ok);
    fixture.harness.options.earlyOpenBytes.reset();
    RW_OK(fixture.harness.restart());
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    fixture.beginCompaction();
    QVERIFY(!fixture.toNextOpening());
    RW_OK(*fixture.outcome);
    QCOMPARE(fixture.metrics().earlyOpenings, std::uint64_t{0});
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::aFailureBringsTheWholeInputsBack()
{
    EarlyFixture fixture{8};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const auto inputs = fixture.generations();
    const auto files = fixture.harness.disk.files();
    for (int openings = 1; openings <= 5; ++openings) {
        fixture.beginCompaction();
        for (int i = 0; i < openings; ++i)
            QVERIFY(fixture.toNextOpening());
        fixture.harness.disk.failNext(DiskOperation::Write, "-Data.db",
                                      {ErrorCode::DiskFull, "no space left: -Data.db"});
        while (fixture.toNextOpening()) {
        }
        QVERIFY(!*fixture.outcome);
        QCOMPARE(fixture.outcome->error().code(), ErrorCode::DiskFull);
        QCOMPARE(fixture.generations(), inputs);
        QCOMPARE(fixture.harness.disk.files(), files);
        for (const auto& table : fixture.tablesAsked(fixture.model.keys().front()))
            QVERIFY(std::find(inputs.begin(), inputs.end(), table.generation) != inputs.end());
        RW_READS_RIGHT(fixture);
    }
    // And it works in the end.
    RW_OK(fixture.harness.run(fixture.harness.store->compact(fixture.id())));
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::aStopBringsTheWholeInputsBack()
{
    EarlyFixture fixture{9};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const auto inputs = fixture.generations();
    fixture.beginCompaction();
    for (int i = 0; i < 3; ++i)
        QVERIFY(fixture.toNextOpening());
    // Early readers that a read still holds, while their files go.
    fixture.harness.disk.faults().notCached = 1;
    std::optional<Result<storage::LocalRead>> held;
    const auto hold = [](Task<storage::LocalRead> task,
                         std::optional<Result<storage::LocalRead>>& to) -> Task<void> {
        auto result = co_await task;
        to.emplace(std::move(result));
        co_return ok();
    };
    fixture.harness.runtime->spawn(
        Priority::Request, "held read",
        hold(fixture.harness.store->read(fixture.harness.command()), held));
    QCOMPARE(fixture.harness.store->stopCompactions({}), std::size_t{1});
    fixture.harness.world.runUntil([&] { return fixture.outcome && held; }, std::chrono::hours{1});
    QVERIFY(fixture.outcome && !*fixture.outcome);
    QCOMPARE(fixture.outcome->error().code(), ErrorCode::Cancelled);
    QVERIFY(held);
    RW_OK(*held);
    QVERIFY(samePartitions((*held)->partitions, fixture.model.scan(fixture.harness.command())));
    QCOMPARE(fixture.generations(), inputs);
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::nothingOfItOutlivesACrash_data()
{
    QTest::addColumn<int>("mode");
    QTest::newRow("unsynced is lost") << static_cast<int>(CrashMode::DropAll);
    QTest::newRow("all survives") << static_cast<int>(CrashMode::KeepAll);
    QTest::newRow("by the seed") << static_cast<int>(CrashMode::Seeded);
}

void TstEarlyOpening::nothingOfItOutlivesACrash()
{
    QFETCH(int, mode);
    EarlyFixture fixture{10};
    QVERIFY(fixture.ok);
    fixture.harness.options.dataFolders = {"/node/data", "/disk2/data"};
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    RW_OK(fixture.harness.restart());
    const auto inputs = fixture.generations();
    for (int openings = 1; openings <= 6; ++openings) {
        fixture.beginCompaction();
        for (int i = 0; i < openings; ++i)
            QVERIFY(fixture.toNextOpening());
        const auto update = fixture.updates.next(keyNumber(openings), nullptr, 4);
        fixture.model.add(update);
        RW_OK(fixture.harness.apply(update));
        if (openings % 2 == 0)
            RW_OK(fixture.harness.restart());
        else
            RW_OK(fixture.harness.crash(static_cast<CrashMode>(mode)));
        RW_READS_RIGHT(fixture);
        const auto after = fixture.generations();
        for (const std::string& input : inputs)
            QVERIFY(std::find(after.begin(), after.end(), input) != after.end());
    }
}

void TstEarlyOpening::purgedPartitionsDoNotComeBack()
{
    EarlyFixture fixture{11, {}, tableOfSmallChunks(false, 0)};
    QVERIFY(fixture.ok);
    RW_OK(fixture.fill(12));
    for (int key = 0; key < kKeys; key += 2) {
        rows::PartitionBuilder builder{fixture.harness.table, keyNumber(key)};
        builder.deletePartition({{100}, 400});
        RW_OK(fixture.harness.apply(std::move(builder).build()));
    }
    RW_OK(fixture.harness.flush());
    const auto expected = fixture.model.keys();
    fixture.beginCompaction();
    int openings = 0;
    std::size_t tombstonesBefore = SIZE_MAX;
    while (fixture.toNextOpening()) {
        ++openings;
        const auto all = fixture.harness.read(fixture.harness.command());
        RW_OK(all);
        std::size_t tombstones = 0;
        std::size_t live = 0;
        for (const auto& partition : all->partitions) {
            const int key = loadBigEndian<std::int32_t>(partition.key().data());
            if (key % 2 == 0) {
                QVERIFY(partition.unfiltereds.empty() && partition.staticRow.isEmpty());
                QVERIFY(!partition.deletion.isLive());
                ++tombstones;
            } else {
                QVERIFY(rows::digest(partition) ==
                        rows::digest(fixture.model.partition(keyNumber(key))));
                ++live;
            }
        }
        std::size_t expectedLive = 0;
        for (int key = 1; key < kKeys; key += 2)
            expectedLive += !fixture.model.partition(keyNumber(key)).isEmpty();
        QCOMPARE(live, expectedLive);
        QVERIFY(tombstones < tombstonesBefore); // those of the part that has moved are purged
        tombstonesBefore = tombstones;
    }
    RW_OK(*fixture.outcome);
    QVERIFY2(openings >= 2, qPrintable(QString::number(openings)));
}

void TstEarlyOpening::concurrentCompactionsAreSeenSideBySide()
{
    storage::StoreOptions options;
    options.concurrentCompactors = 2;
    EarlyFixture fixture{12, options};
    QVERIFY(fixture.ok);
    fixture.harness.store->setAutoCompaction(fixture.id(), false);
    // Two groups of similar sizes: size-tiered compaction takes them side by side.
    for (int i = 0; i < 4; ++i)
        RW_OK(fixture.fill(24));
    for (int i = 0; i < 4; ++i)
        RW_OK(fixture.fill(3));
    auto spec = fixture.harness.table->spec();
    spec.params.compaction = {{"class", "SizeTieredCompactionStrategy"}, {"min_sstable_size", "0"}};
    fixture.harness.setTable(schema::Table::make(std::move(spec)));
    fixture.harness.store->setSchema(fixture.harness.schema);
    fixture.harness.store->setAutoCompaction(fixture.id(), true);
    const auto running = [&] { return fixture.harness.store->compactions().size(); };
    QVERIFY(fixture.harness.world.runUntil([&] { return running() == 2; }));
    int openings = 0;
    for (int i = 0; i < 40; ++i) {
        const std::uint64_t before = fixture.metrics().earlyOpenings;
        fixture.harness.world.runUntil(
            [&] { return fixture.metrics().earlyOpenings != before || running() == 0; },
            std::chrono::hours{1});
        if (running() == 0)
            break;
        openings += running() == 2;
        RW_READS_RIGHT(fixture);
    }
    QVERIFY2(openings >= 4, qPrintable(QString::number(openings)));
    fixture.harness.store->setCompactionThroughput(0);
    fixture.harness.world.runUntil([&] { return running() == 0; }, std::chrono::hours{1});
    RW_READS_RIGHT(fixture);
    QVERIFY(fixture.generations().size() <= 2);
}

void TstEarlyOpening::maintenanceSeesTheInputs()
{
    EarlyFixture fixture{13};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const auto inputs = fixture.generations();
    const std::uint64_t load = fixture.harness.store->load();
    const std::uint64_t partitions = fixture.metrics().estimatedPartitions;
    fixture.beginCompaction();
    QVERIFY(fixture.toNextOpening() && fixture.toNextOpening());
    QCOMPARE(fixture.generations(), inputs);
    QCOMPARE(fixture.harness.store->load(), load);
    QCOMPARE(fixture.metrics().estimatedPartitions, partitions);
    QCOMPARE(fixture.metrics().sstableCount, std::uint64_t{2});
    RW_OK(fixture.harness.run(fixture.harness.store->snapshot(fixture.id(), "s", "")));
    std::set<std::string> linked;
    const std::string folder = fixture.harness.store->folderOf(fixture.id()) + "/snapshots/s/";
    for (const auto& [path, size] : fixture.harness.disk.files())
        if (path.starts_with(folder) && path.ends_with("-Data.db"))
            linked.insert(path.substr(folder.size()));
    QCOMPARE(linked, (std::set<std::string>{"nb-1-big-Data.db", "nb-2-big-Data.db"}));
    const auto findings = fixture.harness.run(fixture.harness.store->verify(fixture.id(), {}));
    RW_OK(findings);
    while (fixture.toNextOpening()) {
    }
    RW_OK(*fixture.outcome);
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::refreshDoesNotTakeInWhatIsNotCommitted()
{
    EarlyFixture fixture{17};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    fixture.harness.options.dataFolders = {"/node/data", "/disk2/data", "/disk3/data"};
    RW_OK(fixture.harness.restart());
    const auto inputs = fixture.generations();
    fixture.beginCompaction();
    int complete = 0;
    while (fixture.toNextOpening()) {
        complete = 0;
        for (const auto& [path, size] : fixture.harness.disk.files())
            complete += path.ends_with("-TOC.txt");
        RW_OK(fixture.harness.run(fixture.harness.store->refresh(fixture.id())));
        QCOMPARE(fixture.generations(), inputs);
    }
    RW_OK(*fixture.outcome);
    QVERIFY(complete > 2); // there was a finished result
    QCOMPARE(fixture.generations().size(), std::size_t{3});
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::anAlteredTableIsReadOnInTheNewForm()
{
    EarlyFixture fixture{14};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    fixture.beginCompaction();
    QVERIFY(fixture.toNextOpening() && fixture.toNextOpening());
    auto spec = fixture.harness.table->spec();
    schema::Column added;
    added.name = "z";
    added.type = cql::Type::native(cql::TypeKind::Int);
    added.kind = schema::ColumnKind::Regular;
    added.order = schema::ClusteringOrder::None;
    spec.columns.push_back(added);
    const std::uint64_t before = fixture.metrics().earlyOpenings;
    fixture.harness.setTable(schema::Table::make(std::move(spec)));
    fixture.harness.store->setSchema(fixture.harness.schema);
    const auto check = [&] {
        const auto read = fixture.harness.read(fixture.harness.command());
        if (!read)
            return false;
        std::size_t at = 0;
        const auto expected = fixture.model.scan(fixture.harness.command());
        for (const auto& partition : read->partitions) {
            if (partition.table() != fixture.harness.table || at >= expected.size() ||
                describe(partition, kStoreNow) != describe(expected[at++], kStoreNow))
                return false;
        }
        return at == expected.size();
    };
    QVERIFY(check());
    while (fixture.toNextOpening())
        QVERIFY(check());
    RW_OK(*fixture.outcome);
    QVERIFY(fixture.metrics().earlyOpenings > before);
    QVERIFY(check());
}

void TstEarlyOpening::truncationTakesTheEarlyResultAway()
{
    EarlyFixture fixture{15};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    fixture.beginCompaction();
    QVERIFY(fixture.toNextOpening() && fixture.toNextOpening());
    RW_OK(fixture.harness.run(fixture.harness.store->truncate(fixture.id())));
    fixture.model.clear();
    RW_READS_RIGHT(fixture);
    while (fixture.toNextOpening())
        RW_READS_RIGHT(fixture);
    RW_READS_RIGHT(fixture);
    QVERIFY(fixture.generations().empty());
    RW_OK(fixture.harness.restart());
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::aFolderGivenUpTakesTheEarlyResultAway()
{
    storage::StoreOptions options;
    options.diskFailurePolicy = storage::DiskFailurePolicy::BestEffort;
    EarlyFixture fixture{16, options};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    // The first part of the ring goes to another disk than the inputs are on.
    fixture.harness.options.dataFolders = {"/disk2/data", "/node/data"};
    RW_OK(fixture.harness.restart());
    fixture.beginCompaction();
    QVERIFY(fixture.toNextOpening() && fixture.toNextOpening());
    fixture.harness.disk.faults().notCached = 1;
    fixture.harness.disk.failNext(DiskOperation::Read, "/disk2/data/",
                                  {ErrorCode::Io, "/disk2/data/x: input/output error"});
    std::size_t failed = 0;
    for (const Bytes& key : fixture.model.keys())
        failed += !fixture.harness.readKey(key);
    QCOMPARE(failed, std::size_t{1});
    QCOMPARE(fixture.harness.store->dataFolders(), (std::vector<std::string>{"/node/data"}));
    RW_READS_RIGHT(fixture);
}

void TstEarlyOpening::memoryOfTheResultIsCounted()
{
    EarlyFixture fixture{31, {}, tableOfSmallIndexIntervals()};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    std::uint64_t filters = 0;
    std::uint64_t summaries = 0;
    std::uint64_t chunks = 0;
    const auto addUpLive = [&] {
        filters = summaries = chunks = 0;
        for (const auto& table : fixture.harness.store->sstables(fixture.id())) {
            filters += table->filterBytes();
            summaries += table->summaryBytes();
            chunks += table->chunkTableBytes();
        }
    };
    const auto& store = fixture.harness.store->metrics();
    fixture.beginCompaction();
    std::uint64_t least = 0;
    while (fixture.toNextOpening()) {
        addUpLive();
        const auto& metrics = fixture.metrics();
        // The filter is as large from the start, the others grow with the result.
        QVERIFY(metrics.bloomFilterBytes > filters);
        QVERIFY(metrics.indexSummaryBytes > summaries + least);
        QVERIFY(metrics.chunkTableBytes > chunks);
        QCOMPARE(store.indexSummaryBytes, metrics.indexSummaryBytes);
        least = metrics.indexSummaryBytes - summaries;
    }
    RW_OK(*fixture.outcome);
    QVERIFY(least > 0);
    addUpLive();
    QCOMPARE(fixture.metrics().bloomFilterBytes, filters);
    QCOMPARE(fixture.metrics().indexSummaryBytes, summaries);
    QCOMPARE(fixture.metrics().chunkTableBytes, chunks);
    QCOMPARE(store.indexSummaryBytes, summaries);
}

void TstEarlyOpening::summariesOfTheResultGiveBeforeThoseThatStay()
{
    EarlyFixture fixture{32, {}, tableOfSmallIndexIntervals()};
    QVERIFY(fixture.ok);
    for (int i = 0; i < 2; ++i)
        RW_OK(fixture.fill());
    const std::uint64_t inputs = fixture.harness.store->metrics().indexSummaryBytes;
    QVERIFY(inputs > 1000);
    // Just enough for the inputs, and for a little of the result.
    fixture.harness.options.indexSummaryBytes = inputs + inputs / 8;
    RW_OK(fixture.harness.restart());
    const auto& store = fixture.harness.store->metrics();
    QCOMPARE(store.indexSummaryBytes, inputs);
    fixture.beginCompaction();
    std::uint64_t most = 0;
    while (fixture.toNextOpening()) {
        most = std::max(most, store.indexSummaryBytes);
        fixture.harness.world.runFor(std::chrono::milliseconds{50});
        if (fixture.outcome)
            break;
        QVERIFY(store.indexSummaryBytes <= fixture.harness.options.indexSummaryBytes);
        std::uint64_t live = 0;
        for (const auto& table : fixture.harness.store->sstables(fixture.id()))
            live += table->summaryBytes();
        QCOMPARE(live, inputs);
        RW_READS_RIGHT(fixture);
    }
    RW_OK(*fixture.outcome);
    QVERIFY(most > fixture.harness.options.indexSummaryBytes);
    RW_READS_RIGHT(fixture);
}

RW_TEST(TstEarlyOpening)
#include "tst_early_opening.moc"
