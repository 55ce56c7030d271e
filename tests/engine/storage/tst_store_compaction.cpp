#include "engine/storage/compaction/compaction_task.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace tests;

namespace {

Bytes compactionKey(std::uint64_t n)
{
    return int32Bytes(static_cast<std::int32_t>(n));
}

schema::TablePtr withStrategy(const std::string& strategy)
{
    auto spec = withSmallChunks(makeTestTable())->spec();
    spec.params.compaction = {{"class", strategy}};
    if (strategy == "TimeWindowCompactionStrategy")
        spec.params.compaction["compaction_window_unit"] = "MINUTES";
    if (strategy == "UnifiedCompactionStrategy")
        spec.params.compaction["scaling_parameters"] = "N";
    return schema::Table::make(std::move(spec));
}

/// Applies random updates to store and model, with a flush after each `perFlush`.
Result<void> fill(StoreHarness& harness, StoreModel& model, RandomUpdates& updates, int flushes,
                  int perFlush)
{
    for (int flush = 0; flush < flushes; ++flush) {
        for (int i = 0; i < perFlush; ++i) {
            const auto update = updates.next(compactionKey(updates.random().below(40)), nullptr, 4);
            model.add(update);
            RW_TRY(harness.apply(update));
        }
        RW_TRY(harness.flush());
    }
    return ok();
}

} // namespace

class TstStoreCompaction : public QObject {
    Q_OBJECT
private slots:
    void everyStrategyKeepsWhatWasWrittenThroughPowerLosses_data()
    {
        QTest::addColumn<QString>("strategy");
        for (const char* name : {"SizeTieredCompactionStrategy", "LeveledCompactionStrategy",
                                 "TimeWindowCompactionStrategy", "UnifiedCompactionStrategy"})
            QTest::newRow(name) << name;
    }
    void everyStrategyKeepsWhatWasWrittenThroughPowerLosses()
    {
        QFETCH(QString, strategy);
        std::uint64_t compactions = 0;
        std::uint64_t openings = 0; // of what they had written half way
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            storage::StoreOptions options;
            options.commitLogSync = storage::CommitLogSync::Batch;
            options.concurrentCompactors = 2;
            options.sstableVersion = seed % 2 == 0 ? "oa" : "nb";
            StoreHarness harness{seed, options};
            harness.setTable(withStrategy(strategy.toStdString()));
            harness.store.reset();
            RW_OK(harness.start());
            harness.store->setCompactionListener([&](const auto&) { ++compactions; });
            RandomUpdates updates{harness.table, seed};
            StoreModel model{harness.table};
            for (int round = 0; round < 4; ++round) {
                RW_OK(fill(harness, model, updates, 4, 8));
                if (round == 2)
                    RW_OK(harness.run(harness.store->compact(harness.table->id())));
                openings += harness.store->metrics(harness.table->id())->earlyOpenings;
                // In the middle of whatever is compacting now.
                RW_OK(harness.crash());
                harness.store->setCompactionListener([&](const auto&) { ++compactions; });
            }
            const auto all = harness.read(harness.command());
            RW_OK(all);
            QVERIFY2(samePartitions(all->partitions, model.scan(harness.command())),
                     qPrintable(QString("seed %1").arg(seed)));
            RW_OK(harness.run(harness.store->drain()));
            for (const auto& [path, size] : harness.disk.files())
                QVERIFY2(path.find("ringwright-txn") == std::string::npos, path.c_str());
        }
        QVERIFY2(compactions >= 12, "hardly anything was compacted");
        QVERIFY2(openings >= 12, "hardly anything was opened early");
    }

    void aStoppedCompactionLeavesItsInputsAndNothingElse()
    {
        storage::StoreOptions options;
        options.autoCompaction = false;
        StoreHarness harness{3, options};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 3};
        StoreModel model{harness.table};
        RW_OK(fill(harness, model, updates, 3, 10));
        const auto before = harness.disk.files().size();
        Result<void> outcome = ok();
        auto& store = *harness.store;
        auto compacting = [](storage::LocalStore& of, schema::TableId id,
                             Result<void>& to) -> Task<void> {
            auto running = of.compact(id);
            to = co_await running;
            co_return ok();
        };
        harness.runtime->spawn(Priority::Background, "compact",
                               compacting(store, harness.table->id(), outcome));
        auto stopping = [](Runtime& runtime, storage::LocalStore& of) -> Task<void> {
            while (of.stopCompactions({}) == 0) {
                auto pause = runtime.yield(Priority::Background);
                RW_CO_TRY(co_await pause);
            }
            while (!of.compactions().empty()) {
                auto pause = runtime.yield(Priority::Background);
                RW_CO_TRY(co_await pause);
            }
            auto later = runtime.sleep(std::chrono::seconds{1});
            co_return co_await later;
        };
        RW_OK(harness.run(stopping(*harness.runtime, store)));
        QVERIFY(!outcome && outcome.error().code() == ErrorCode::Cancelled);
        QCOMPARE(harness.disk.files().size(), before);
        QCOMPARE(store.sstables(harness.table->id()).size(), std::size_t{3});
        RW_OK(harness.run(store.compact(harness.table->id())));
        QCOMPARE(store.sstables(harness.table->id()).size(), std::size_t{1});
    }

    void cleanupRemovesPartitionsOfOtherTokensAndKeepsTheRest()
    {
        storage::StoreOptions options;
        options.autoCompaction = false;
        StoreHarness harness{5, options};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 5};
        StoreModel model{harness.table};
        RW_OK(fill(harness, model, updates, 2, 30));
        std::vector<std::string> kinds;
        harness.store->setCompactionListener(
            [&](const auto& record) { kinds.push_back(record.kind); });
        RW_OK(harness.run(harness.store->cleanup(harness.table->id(), {{0, INT64_MAX}})));
        QCOMPARE(kinds, (std::vector<std::string>{"Cleanup", "Cleanup"}));
        auto command = harness.command();
        const auto all = harness.read(command);
        RW_OK(all);
        rows::Partitions expected;
        for (auto& each : model.scan(command)) {
            if (sstable::KeyHash::of(each.key()).token > 0)
                expected.push_back(std::move(each));
        }
        QVERIFY(expected.size() > 5);
        QVERIFY(samePartitions(all->partitions, expected));
    }

    void justTheNamedTablesAreCompacted()
    {
        storage::StoreOptions options;
        options.autoCompaction = false;
        StoreHarness harness{6, options};
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, 6};
        StoreModel model{harness.table};
        RW_OK(fill(harness, model, updates, 4, 5));
        const auto tables = harness.store->sstables(harness.table->id());
        RW_OK(harness.run(harness.store->compactFiles(
            harness.table->id(),
            {tables[1]->descriptor().generation, tables[2]->descriptor().generation})));
        const auto left = harness.store->sstables(harness.table->id());
        QCOMPARE(left.size(), std::size_t{3});
        QCOMPARE(left[0]->descriptor(), tables[0]->descriptor());
        QCOMPARE(left[1]->descriptor(), tables[3]->descriptor());
        const auto unknown = harness.run(harness.store->compactFiles(harness.table->id(), {"999"}));
        QVERIFY(!unknown && unknown.error().code() == ErrorCode::NotFound);
    }

    void theThrottleSpreadsReadsOverTime()
    {
        storage::CompactionThrottle throttle;
        throttle.setBytesPerSecond(1000);
        MonoTime now{std::chrono::seconds{5}};
        QCOMPARE(throttle.pause(now, 500).count(),
                 Duration{std::chrono::milliseconds{500}}.count());
        QCOMPARE(throttle.pause(now, 500).count(), Duration{std::chrono::seconds{1}}.count());
        now = now + std::chrono::seconds{10};
        QCOMPARE(throttle.pause(now, 100).count(),
                 Duration{std::chrono::milliseconds{100}}.count());
        throttle.setBytesPerSecond(0);
        QCOMPARE(throttle.pause(now, 1 << 30).count(), Duration::zero().count());
    }
};

RW_TEST(TstStoreCompaction)
#include "tst_store_compaction.moc"
