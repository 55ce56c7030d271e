#include "engine/sstable/repair_mark.h"
#include "engine/storage/compaction/token_spans.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using Ranges = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// What storage does for incremental repair: anticompaction, data of a session, its end.
class TstStoreRepair : public QObject {
    Q_OBJECT
private slots:
    void spansAndWhatIsOutsideShareTheTokensBetweenThem();
    void anticompactionDividesByTokenAndLosesNothing();
    void wholeSSTablesAreMarkedWithoutBeingWrittenAnew();
    void whatComesLaterStaysUnrepaired();
    void dataOfAnotherSessionIsNotTaken();
    void anAbortedSessionLeavesEverythingUnrepaired();
    void whatOtherReplicasHadIsReadAtOnceAndSurvivesPowerLoss();
    void compactionsGiveWayAndNeverMixWhatIsSetApart();
    void rewritingKeepsWhatIsSetApart();
    void onlyRepairedTombstonesArePurgedWhereTheTableWantsIt();
    void aPowerLossAtAnyPointLeavesEachSSTableWholeAndTheSessionDecidable();
};

namespace {

const Uuid kSession = Uuid::fromHalves(0x0123456789AB11EF, 0x8123456789ABCDEF);
const Uuid kOther = Uuid::fromHalves(0x0123456789AB11EF, 0x8123456789ABCDE0);
const Ranges kAll{{0, 0}};
/// As vnodes have it: apart from each other, one across the ring's end.
const Ranges kSome{{INT64_MAX / 2, INT64_MIN / 2}, {0, INT64_MAX / 8}, {1, INT64_MAX / 4}};

bool isIn(const Ranges& ranges, std::int64_t token)
{
    return std::any_of(ranges.begin(), ranges.end(), [token](const auto& range) {
        return storage::TokenSpan{range.first, range.second}.contains(token);
    });
}

storage::StoreOptions withoutCompaction()
{
    storage::StoreOptions options;
    options.autoCompaction = false;
    return options;
}

/// A store with some SSTables, and what it has to show.
struct Filled {
    explicit Filled(std::uint64_t seed, storage::StoreOptions options = withoutCompaction())
        : harness(seed, std::move(options)), updates(harness.table, seed), model(harness.table)
    {
        started = harness.start().has_value();
    }
    Result<void> fill(int flushes = 3)
    {
        for (int flush = 0; flush < flushes; ++flush) {
            for (int i = 0; i < 12; ++i) {
                const auto key = static_cast<std::int32_t>(updates.random().below(40));
                auto update = updates.next(int32Bytes(key), nullptr, 4);
                RW_TRY(harness.apply(update));
                model.add(update);
            }
            RW_TRY(harness.flush());
        }
        return ok();
    }
    [[nodiscard]] schema::TableId id() const { return harness.table->id(); }
    [[nodiscard]] bool isWhole()
    {
        const auto all = harness.read(harness.command());
        return all && samePartitions(all->partitions, model.scan(harness.command()));
    }
    Result<void> anticompact(const Ranges& ranges, Uuid session = kSession)
    {
        return harness.run(harness.store->anticompact(id(), ranges, session));
    }
    Result<void> end(std::int64_t repairedAt, Uuid session = kSession)
    {
        return harness.run(harness.store->endRepair(session, repairedAt));
    }
    [[nodiscard]] std::vector<sstable::RepairMark> marks() const
    {
        std::vector<sstable::RepairMark> all;
        for (const auto& table : harness.store->sstables(id()))
            all.push_back(sstable::RepairMark::of(table->stats()));
        return all;
    }
    [[nodiscard]] std::size_t count(const sstable::RepairMark& mark) const
    {
        const auto all = marks();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), mark));
    }
    /// Keys that are set apart, or none if one of them should not be or lacks something.
    std::optional<std::set<Bytes>> pendingKeys(const Ranges& ranges)
    {
        const auto read = harness.run(harness.store->readPending(harness.command(), kSession));
        if (!read)
            return std::nullopt;
        std::set<Bytes> keys;
        for (const auto& partition : read->partitions) {
            const Bytes key{partition.key()};
            if (!isIn(ranges, sstable::KeyHash::of(key).token) ||
                rows::digest(partition) != rows::digest(model.partition(key)))
                return std::nullopt;
            keys.insert(key);
        }
        return keys;
    }

    StoreHarness harness;
    RandomUpdates updates;
    StoreModel model;
    bool started = false;
};

} // namespace

void TstStoreRepair::spansAndWhatIsOutsideShareTheTokensBetweenThem()
{
    using storage::TokenSpan;
    const auto spans = storage::disjointSpans(kSome);
    const storage::TokenSpans expected{
        {INT64_MIN, INT64_MIN / 2}, {0, INT64_MAX / 4}, {INT64_MAX / 2, INT64_MAX}};
    QCOMPARE(spans, expected);
    const auto outside = storage::tokensOutside(spans);
    const auto inOne = [](const storage::TokenSpans& all, std::int64_t token) {
        return std::count_if(all.begin(), all.end(),
                             [token](const TokenSpan& span) { return span.contains(token); });
    };
    for (const std::int64_t token :
         {INT64_MIN + 1, INT64_MIN / 2, INT64_MIN / 2 + 1, std::int64_t{0}, std::int64_t{1},
          INT64_MAX / 4, INT64_MAX / 4 + 1, INT64_MAX / 2, INT64_MAX / 2 + 1, INT64_MAX}) {
        QCOMPARE(inOne(spans, token), isIn(kSome, token) ? 1 : 0);
        QCOMPARE(inOne(outside, token), isIn(kSome, token) ? 0 : 1);
    }
    QCOMPARE(storage::disjointSpans(kAll), (storage::TokenSpans{{INT64_MIN, INT64_MAX}}));
    QVERIFY(storage::tokensOutside(storage::disjointSpans(kAll)).empty());
    QCOMPARE(storage::tokensOutside({}), (storage::TokenSpans{{INT64_MIN, INT64_MAX}}));
    QVERIFY(storage::covers(spans, 1, INT64_MAX / 4));
    QVERIFY(!storage::covers(spans, 0, INT64_MAX / 4));
    QVERIFY(!storage::touches(spans, INT64_MIN / 2 + 1, 0));
    QVERIFY(storage::touches(spans, INT64_MIN / 2 + 1, 1));
}

void TstStoreRepair::anticompactionDividesByTokenAndLosesNothing()
{
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        Filled filled{seed};
        QVERIFY(filled.started);
        RW_OK(filled.fill());
        std::set<Bytes> inside;
        for (const Bytes& key : filled.model.keys()) {
            if (isIn(kSome, sstable::KeyHash::of(key).token))
                inside.insert(key);
        }
        QVERIFY(!inside.empty() && inside.size() < filled.model.keys().size());
        RW_OK(filled.anticompact(kSome));
        QVERIFY(filled.isWhole());
        QCOMPARE(filled.pendingKeys(kSome), std::optional{inside});
        QCOMPARE(filled.count({0, kSession}), std::size_t{3});
        QCOMPARE(filled.count({}), std::size_t{3});
        QCOMPARE(filled.harness.store->pendingRepairs(), std::set<Uuid>{kSession});

        RW_OK(filled.end(1'700'000'000'000));
        QVERIFY(filled.isWhole());
        QCOMPARE(filled.count({1'700'000'000'000, std::nullopt}), std::size_t{3});
        QCOMPARE(filled.count({}), std::size_t{3});
        QVERIFY(filled.harness.store->pendingRepairs().empty());
        const auto marks = filled.marks();
        RW_OK(filled.harness.crash());
        QCOMPARE(filled.marks(), marks);
        QVERIFY(filled.isWhole());
    }
}

void TstStoreRepair::wholeSSTablesAreMarkedWithoutBeingWrittenAnew()
{
    Filled filled{2};
    RW_OK(filled.fill());
    const auto before = filled.harness.disk.files().size();
    const auto tables = filled.harness.store->sstables(filled.id());
    RW_OK(filled.anticompact(kAll));
    const auto after = filled.harness.store->sstables(filled.id());
    QCOMPARE(after.size(), tables.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        QVERIFY(after[i]->descriptor() == tables[i]->descriptor());
        QVERIFY(after[i]->dataFileId() == tables[i]->dataFileId());
        QVERIFY(after[i]->stats().pendingRepair == kSession);
    }
    QCOMPARE(filled.harness.disk.files().size(), before);
    QVERIFY(filled.isWhole());
}

void TstStoreRepair::whatComesLaterStaysUnrepaired()
{
    Filled filled{3};
    RW_OK(filled.fill());
    RW_OK(filled.anticompact(kAll));
    RW_OK(filled.fill(1));
    RW_OK(filled.end(5));
    QCOMPARE(filled.count({5, std::nullopt}), std::size_t{3});
    QCOMPARE(filled.count({}), std::size_t{1});
    // The next session takes only that.
    RW_OK(filled.anticompact(kAll, kOther));
    QCOMPARE(filled.count({5, std::nullopt}), std::size_t{3});
    QCOMPARE(filled.count({0, kOther}), std::size_t{1});
    QVERIFY(filled.isWhole());
}

void TstStoreRepair::dataOfAnotherSessionIsNotTaken()
{
    Filled filled{4};
    RW_OK(filled.fill());
    RW_OK(filled.anticompact(kSome));
    const auto marks = filled.marks();
    const auto refused = filled.anticompact({{0, INT64_MAX / 8}}, kOther);
    QVERIFY(!refused);
    QVERIFY(refused.error().detail().find(kSession.toString()) != std::string::npos);
    QCOMPARE(filled.marks(), marks);
    RW_OK(filled.end(0));
    RW_OK(filled.anticompact({{0, INT64_MAX / 8}}, kOther));
    QVERIFY(filled.isWhole());
}

void TstStoreRepair::anAbortedSessionLeavesEverythingUnrepaired()
{
    Filled filled{5};
    RW_OK(filled.fill());
    RW_OK(filled.anticompact(kSome));
    RW_OK(filled.end(0));
    QCOMPARE(filled.count({}), filled.marks().size());
    QVERIFY(filled.isWhole());
}

void TstStoreRepair::whatOtherReplicasHadIsReadAtOnceAndSurvivesPowerLoss()
{
    Filled filled{6};
    RW_OK(filled.fill());
    RW_OK(filled.anticompact(kAll));
    rows::Partitions missing;
    for (const std::int32_t key : {41, 7, 42}) {
        missing.push_back(filled.updates.next(int32Bytes(key), nullptr, 4));
        filled.model.add(missing.back());
    }
    RW_OK(filled.harness.run(
        filled.harness.store->addPending(filled.id(), std::move(missing), kSession)));
    QVERIFY(filled.isWhole());
    QVERIFY(filled.pendingKeys(kAll));
    QCOMPARE(filled.count({0, kSession}), std::size_t{4});
    RW_OK(filled.harness.crash(simulation::CrashMode::DropAll));
    QVERIFY(filled.isWhole());
    QCOMPARE(filled.count({0, kSession}), std::size_t{4});
}

void TstStoreRepair::compactionsGiveWayAndNeverMixWhatIsSetApart()
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        storage::StoreOptions options;
        options.concurrentCompactors = 2;
        Filled filled{seed, options};
        for (int round = 1; round <= 4; ++round) {
            RW_OK(filled.fill(5)); // compactions are under way
            const Uuid session = Uuid::fromHalves(0x0123456789AB11EF, seed * 100 + round);
            RW_OK(filled.anticompact(round % 2 == 0 ? kAll : kSome, session));
            RW_OK(filled.fill(2));
            RW_OK(filled.harness.run(filled.harness.store->compact(filled.id())));
            RW_OK(filled.end(round % 3 == 0 ? 0 : round, session));
            QVERIFY(filled.isWhole());
            QVERIFY(filled.harness.store->pendingRepairs().empty());
        }
        RW_OK(filled.harness.run(filled.harness.store->compact(filled.id())));
        const auto marks = filled.marks();
        QCOMPARE(marks.size(), std::size_t{2});
        QCOMPARE(filled.count({}), std::size_t{1});
    }
}

void TstStoreRepair::rewritingKeepsWhatIsSetApart()
{
    Filled filled{7};
    RW_OK(filled.fill());
    RW_OK(filled.anticompact(kSome));
    const auto inside = filled.pendingKeys(kSome);
    QVERIFY(inside);
    RW_OK(filled.harness.run(filled.harness.store->rewrite(filled.id())));
    QCOMPARE(filled.pendingKeys(kSome), inside);
    RW_OK(filled.harness.run(filled.harness.store->compact(filled.id())));
    QCOMPARE(filled.pendingKeys(kSome), inside);
    QCOMPARE(filled.count({0, kSession}), std::size_t{1});
    QCOMPARE(filled.count({}), std::size_t{1});
    QVERIFY(filled.isWhole());
}

void TstStoreRepair::onlyRepairedTombstonesArePurgedWhereTheTableWantsIt()
{
    Filled filled{8};
    auto spec = filled.harness.table->spec();
    spec.params.compaction["only_purge_repaired_tombstones"] = "true";
    filled.harness.setTable(schema::Table::make(std::move(spec)));
    RW_OK(filled.harness.restart());
    rows::Partition deletion{filled.harness.table, int32Bytes(1)};
    deletion.deletion = {WriteTimestamp{1'000'000}, 400};
    RW_OK(filled.harness.apply(deletion));
    RW_OK(filled.harness.flush());
    filled.harness.world.stepClock(0, std::chrono::hours{24 * 30}); // far beyond gc_grace_seconds
    const auto compacted = [&] {
        return filled.harness.run(filled.harness.store->compact(filled.id()));
    };
    RW_OK(compacted());
    QCOMPARE(filled.marks().size(), std::size_t{1});
    RW_OK(filled.anticompact(kAll));
    RW_OK(compacted()); // pending is not repaired
    QCOMPARE(filled.marks().size(), std::size_t{1});
    RW_OK(filled.end(1));
    RW_OK(compacted());
    QCOMPARE(filled.marks().size(), std::size_t{0});
}

void TstStoreRepair::aPowerLossAtAnyPointLeavesEachSSTableWholeAndTheSessionDecidable()
{
    for (std::uint64_t point = 0; point < 2000; point += 4) {
        Filled filled{11};
        RW_OK(filled.fill());
        filled.harness.disk.powerOffAfter(point);
        const bool isApart = filled.anticompact(kSome).has_value();
        bool isAdded = false;
        if (isApart) {
            rows::Partitions missing;
            missing.push_back(filled.updates.next(int32Bytes(77), nullptr, 4));
            const auto kept = missing.front().clone();
            isAdded = filled.harness
                          .run(filled.harness.store->addPending(filled.id(), std::move(missing),
                                                                kSession))
                          .has_value();
            if (isAdded)
                filled.model.add(kept);
        }
        const bool isEnded = isAdded && filled.end(9).has_value();
        const bool finished = !filled.harness.disk.isPoweredOff();
        RW_OK(filled.harness.crash());
        for (const auto& mark : filled.marks())
            QVERIFY(mark.isUnrepaired() || mark == (sstable::RepairMark{0, kSession}) ||
                    (isAdded && mark == (sstable::RepairMark{9, std::nullopt})));
        if (isEnded)
            QVERIFY(filled.harness.store->pendingRepairs().empty());
        // What a coordinator that has promises from all decides, or else the abort.
        RW_OK(filled.end(isAdded ? 9 : 0));
        QVERIFY(filled.harness.store->pendingRepairs().empty());
        if (isAdded || !isApart)
            QVERIFY2(filled.isWhole(), qPrintable(QString("point %1").arg(point)));
        for (const auto& [path, size] : filled.harness.disk.files())
            QVERIFY2(!path.ends_with(".new") && path.find("-txn-") == std::string::npos,
                     path.c_str());
        if (finished)
            return;
    }
    QFAIL("the sequence never came to its end");
}

RW_TEST(TstStoreRepair)
#include "tst_store_repair.moc"
