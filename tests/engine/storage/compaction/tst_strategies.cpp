#include "engine/base/random.h"
#include "engine/storage/compaction/leveled.h"
#include "engine/storage/compaction/time_window.h"
#include "engine/storage/compaction/unified.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cmath>

using namespace engine;
using namespace engine::storage;

namespace {

constexpr std::uint64_t kMb = 1 << 20;
constexpr double kRing = 18446744073709551616.0;

/// A table's SSTables without any data: what compaction plans do to sizes, tokens and levels.
struct AbstractTable {
    std::vector<CompactionCandidate> live;
    std::uint64_t bytesWritten = 0;

    void flush(std::uint64_t bytes, std::int64_t timestamp = 0)
    {
        CompactionCandidate table;
        table.bytes = bytes;
        table.firstToken += static_cast<std::int64_t>(live.size() % 7) * 1000;
        table.lastToken -= static_cast<std::int64_t>(live.size() % 5) * 1000;
        table.minTimestamp = table.maxTimestamp = timestamp;
        live.push_back(table);
    }

    /// Merges as CompactionTask does: data lie evenly over the tokens of each input.
    void apply(const CompactionPlan& plan)
    {
        CompactionCandidate merged;
        merged.firstToken = std::numeric_limits<std::int64_t>::max();
        merged.lastToken = std::numeric_limits<std::int64_t>::min();
        merged.minTimestamp = merged.firstToken;
        merged.maxTimestamp = merged.lastToken;
        merged.level = plan.split.level;
        for (const std::size_t index : plan.inputs) {
            const auto& input = live.at(index);
            QVERIFY(!input.isBusy);
            merged.bytes += input.bytes;
            merged.firstToken = std::min(merged.firstToken, input.firstToken);
            merged.lastToken = std::max(merged.lastToken, input.lastToken);
            merged.minTimestamp = std::min(merged.minTimestamp, input.minTimestamp);
            merged.maxTimestamp = std::max(merged.maxTimestamp, input.maxTimestamp);
        }
        bytesWritten += plan.isExpired ? 0 : merged.bytes;
        for (auto at = plan.inputs.rbegin(); at != plan.inputs.rend(); ++at)
            live.erase(live.begin() + static_cast<std::ptrdiff_t>(*at));
        if (!plan.isExpired)
            split(merged, plan.split);
    }

    /// Compacts until nothing is wanted.
    void settle(const CompactionStrategy& strategy, std::int64_t now = 0)
    {
        for (int round = 0; round < 10'000; ++round) {
            const auto plan = nextCompaction(strategy, live, INT64_MAX, now);
            if (!plan) {
                QCOMPARE(pendingCompactions(strategy, live, now), 0u);
                return;
            }
            QVERIFY(!plan->inputs.empty() &&
                    std::is_sorted(plan->inputs.begin(), plan->inputs.end()));
            apply(*plan);
        }
        QFAIL("compaction does not come to an end");
    }

    [[nodiscard]] std::uint64_t bytes() const
    {
        std::uint64_t sum = 0;
        for (const auto& table : live)
            sum += table.bytes;
        return sum;
    }

private:
    void split(const CompactionCandidate& merged, const OutputSplit& how)
    {
        const double span = static_cast<double>(static_cast<std::uint64_t>(merged.lastToken) -
                                                static_cast<std::uint64_t>(merged.firstToken));
        const std::uint64_t bySize = (merged.bytes + how.maxBytes - 1) / how.maxBytes;
        const auto shardsSpanned =
            static_cast<std::uint64_t>(std::ceil(how.shards * span / kRing - 1e-9));
        const std::uint64_t parts = std::max<std::uint64_t>({1, bySize, shardsSpanned});
        std::int32_t level = how.level;
        std::uint64_t inLevel = 0;
        for (std::uint64_t part = 0; part < parts; ++part) {
            CompactionCandidate out = merged;
            out.bytes = merged.bytes / parts;
            out.firstToken =
                tokenAt(merged.firstToken, span * double(part) / double(parts)) + (part > 0);
            if (part + 1 < parts)
                out.lastToken = tokenAt(merged.firstToken, span * double(part + 1) / double(parts));
            if (how.fillLevelsBy > 0 &&
                double(inLevel) >= double(how.maxBytes) * std::pow(how.fillLevelsBy, level)) {
                ++level;
                inLevel = 0;
            }
            inLevel += out.bytes;
            out.level = level;
            live.push_back(out);
        }
    }
    static std::int64_t tokenAt(std::int64_t first, double offset)
    {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(first) +
                                         static_cast<std::uint64_t>(offset));
    }
};

void checkLevels(const LeveledStrategy& strategy, const AbstractTable& table)
{
    std::vector<double> bytes(16);
    for (std::size_t i = 0; i < table.live.size(); ++i) {
        const auto& one = table.live[i];
        bytes.at(static_cast<std::size_t>(one.level)) += static_cast<double>(one.bytes);
        for (std::size_t j = i + 1; j < table.live.size(); ++j)
            QVERIFY2(one.level == 0 || one.level != table.live[j].level ||
                         !one.overlaps(table.live[j]),
                     "two tables of one level overlap");
    }
    for (std::size_t level = 1; level < bytes.size(); ++level)
        QVERIFY2(bytes[level] <= strategy.capacity(level) * 1.001, "a level is over its size");
}

LeveledStrategy leveled(std::uint64_t tableMb)
{
    return LeveledStrategy{{tableMb * kMb, 10}, {}, {}};
}

std::unique_ptr<CompactionStrategy> made(schema::StringMap options)
{
    schema::Table::Spec spec;
    spec.keyspace = "ks";
    spec.name = "t";
    schema::Column key;
    key.name = "k";
    key.type = cql::Type::native(cql::TypeKind::Int);
    key.kind = schema::ColumnKind::PartitionKey;
    spec.columns.push_back(key);
    spec.params.compaction = std::move(options);
    auto strategy = makeCompactionStrategy(*schema::Table::make(spec));
    return strategy ? std::move(*strategy) : nullptr;
}

} // namespace

class TstStrategies : public QObject {
    Q_OBJECT
private slots:
    void levelsNeverOverlapAndStayWithinTheirSizes()
    {
        const auto strategy = leveled(2);
        SeededRandom random{7};
        AbstractTable table;
        std::uint64_t flushed = 0;
        for (int i = 0; i < 120; ++i) {
            const std::uint64_t bytes = (1 + random.below(5)) * kMb;
            flushed += bytes;
            table.flush(bytes);
            if (random.below(3) == 0)
                table.settle(strategy);
            if (QTest::currentTestFailed())
                return;
        }
        table.settle(strategy);
        checkLevels(strategy, table);
        const auto deepest =
            std::max_element(table.live.begin(), table.live.end(),
                             [](const auto& a, const auto& b) { return a.level < b.level; })
                ->level;
        QVERIFY2(deepest >= 2, "so much data needs a second level");
        QVERIFY2(table.bytesWritten < flushed * 30, "every byte was rewritten too often");
    }

    void aLevelGivesWhatOverlapsLeastOfTheNext()
    {
        const auto strategy = leveled(1);
        AbstractTable table;
        const auto add = [&](std::int32_t level, std::int64_t first, std::int64_t last) {
            CompactionCandidate one;
            one.level = level;
            one.bytes = 6 * kMb; // two of them are over the size of level 1
            one.firstToken = first;
            one.lastToken = last;
            table.live.push_back(one);
        };
        add(1, 0, 99);
        add(1, 100, 199);
        add(2, 0, 50);
        add(2, 60, 99);
        add(2, 150, 160);
        const auto plan = strategy.next(table.live, 0);
        QVERIFY(plan);
        QCOMPARE(plan->inputs, (std::vector<std::size_t>{1, 4}));
        QCOMPARE(plan->split.level, 2);
        QCOMPARE(plan->split.maxBytes, kMb);
        // While that runs the other one may go up as well: they share nothing.
        table.live[1].isBusy = table.live[4].isBusy = true;
        add(1, 200, 299);
        const auto beside = strategy.next(table.live, 0);
        QVERIFY(beside);
        QCOMPARE(beside->inputs, (std::vector<std::size_t>{5}));
    }

    void aLevelZeroThatFallsBehindIsMergedBySize()
    {
        const auto strategy = leveled(160);
        AbstractTable table;
        for (int i = 0; i < 40; ++i)
            table.flush(kMb);
        const auto plan = strategy.next(table.live, 0);
        QVERIFY(plan);
        QCOMPARE(plan->inputs.size(), std::size_t{32});
        QCOMPARE(plan->split.level, 0);
    }

    void majorCompactionFillsLevelsFromTheFirst()
    {
        const auto strategy = leveled(1);
        AbstractTable table;
        for (int i = 0; i < 30; ++i)
            table.flush(10 * kMb);
        const auto plans = majorCompactions(strategy, table.live);
        QCOMPARE(plans.size(), std::size_t{1});
        table.apply(plans[0]);
        checkLevels(strategy, table);
        QVERIFY(!strategy.next(table.live, 0));
    }

    void eachOldWindowEndsAsOneTable()
    {
        const auto strategy = made({{"class", "TimeWindowCompactionStrategy"},
                                    {"compaction_window_unit", "HOURS"},
                                    {"compaction_window_size", "2"}});
        QVERIFY(strategy);
        const auto& windows = dynamic_cast<const TimeWindowStrategy&>(*strategy);
        QCOMPARE(windows.windowOf(7'200'000'000), std::int64_t{7200});
        QCOMPARE(windows.windowOf(7'199'999'999), std::int64_t{0});
        QCOMPARE(windows.windowOf(-1'000'000), std::int64_t{-7200});
        AbstractTable table;
        constexpr std::int64_t kHour = 3'600'000'000;
        for (int hour = 0; hour < 48; ++hour) {
            for (int i = 0; i < 3; ++i)
                table.flush(kMb, hour * kHour + i);
        }
        table.settle(*strategy, 48 * 3600);
        // 23 windows are over, one table each; the newest keeps what is not worth merging by size.
        std::map<std::int64_t, int> perWindow;
        for (const auto& one : table.live)
            ++perWindow[windows.windowOf(one.maxTimestamp)];
        QCOMPARE(perWindow.size(), std::size_t{24});
        for (auto at = perWindow.begin(); at != std::prev(perWindow.end()); ++at)
            QCOMPARE(at->second, 1);
        QVERIFY(perWindow.rbegin()->second < 4);
        QCOMPARE(majorCompactions(*strategy, table.live).size(), std::size_t{24});
    }

    void expiredTablesGoUnreadUnlessTheyShadowSomething()
    {
        const auto strategy = made({{"class", "TimeWindowCompactionStrategy"}});
        AbstractTable table;
        table.flush(kMb, 100);
        table.flush(kMb, 200);
        table.live[0].allDeleted = true;
        const auto plan = nextCompaction(*strategy, table.live, INT64_MAX, 0);
        QVERIFY(plan && plan->isExpired);
        QCOMPARE(plan->inputs, (std::vector<std::size_t>{0}));
        // Older data in the memtable or in an overlapping table keep it.
        QVERIFY(!nextCompaction(*strategy, table.live, 50, 0));
        table.live[1].minTimestamp = 90;
        QVERIFY(!nextCompaction(*strategy, table.live, INT64_MAX, 0));
        const auto careless = made({{"class", "TimeWindowCompactionStrategy"},
                                    {"unsafe_aggressive_sstable_expiration", "true"}});
        QVERIFY(nextCompaction(*careless, table.live, INT64_MAX, 0));
    }

    void unifiedLevelsNeverOverlapAsOftenAsTheirThreshold_data()
    {
        QTest::addColumn<QString>("scaling");
        QTest::newRow("tiered") << "T4";
        QTest::newRow("leveled") << "L10";
        QTest::newRow("middle") << "N";
        QTest::newRow("mixed") << "T8, T4, N, L4";
    }
    void unifiedLevelsNeverOverlapAsOftenAsTheirThreshold()
    {
        QFETCH(QString, scaling);
        const auto strategy = made({{"class", "UnifiedCompactionStrategy"},
                                    {"scaling_parameters", scaling.toStdString()},
                                    {"flush_size_override", "10MiB"},
                                    {"min_sstable_size", "4MiB"},
                                    {"target_sstable_size", "32MiB"}});
        QVERIFY(strategy);
        const auto& unified = dynamic_cast<const UnifiedStrategy&>(*strategy);
        AbstractTable table;
        for (int i = 0; i < 150; ++i) {
            table.flush(10 * kMb);
            if (i % 3 == 0)
                table.settle(*strategy);
            if (QTest::currentTestFailed())
                return;
        }
        table.settle(*strategy);
        for (const auto& one : table.live) {
            const std::size_t level = unified.levelOf(one);
            const auto over =
                std::count_if(table.live.begin(), table.live.end(), [&](const auto& other) {
                    return unified.levelOf(other) == level && other.firstToken <= one.firstToken &&
                           one.firstToken <= other.lastToken;
                });
            QVERIFY(static_cast<std::size_t>(over) < unified.threshold(level));
        }
        QVERIFY2(table.live.size() > 4, "dense data is split");
        QVERIFY(table.bytesWritten > 0 && table.bytes() > 140 * 10 * kMb);
    }

    void shardsFollowTheFormulaOfCep26()
    {
        UnifiedOptions options;
        options.minBytes = 0;
        options.targetBytes = 100 * kMb;
        options.growth = 0;
        const UnifiedStrategy plain{options, {}};
        QCOMPARE(plain.shardsFor(200.0 * kMb), 4u);
        QCOMPARE(plain.shardsFor(1200.0 * kMb), 16u); // the example of Cassandra's page
        options.growth = 1;
        const UnifiedStrategy fixed{options, {}};
        QCOMPARE(fixed.shardsFor(1e15), 4u);
        options.growth = 0;
        options.minBytes = 50 * kMb;
        const UnifiedStrategy small{options, {}};
        QCOMPARE(small.shardsFor(10.0 * kMb), 1u);
        QCOMPARE(small.shardsFor(110.0 * kMb), 2u);
        QCOMPARE(small.shardsFor(1e15), plain.shardsFor(1e15));
    }

    void disjointTablesAreCompactedApartByAMajorCompaction()
    {
        const auto strategy = made({{"class", "UnifiedCompactionStrategy"}});
        AbstractTable table;
        for (int i = 0; i < 6; ++i) {
            table.flush(kMb);
            table.live.back().firstToken = i / 2 * 1000;
            table.live.back().lastToken = i / 2 * 1000 + 900;
        }
        QCOMPARE(majorCompactions(*strategy, table.live).size(), std::size_t{3});
    }

    void repairedAndUnrepairedTablesAreNeverMixed()
    {
        const auto strategy = made({{"class", "SizeTieredCompactionStrategy"}});
        AbstractTable table;
        for (int i = 0; i < 6; ++i) {
            table.flush(kMb);
            table.live.back().isRepaired = i % 2 == 0;
        }
        QVERIFY(!nextCompaction(*strategy, table.live, INT64_MAX, 0));
        table.flush(kMb);
        const auto plan = nextCompaction(*strategy, table.live, INT64_MAX, 0);
        QVERIFY(plan);
        QCOMPARE(plan->inputs, (std::vector<std::size_t>{1, 3, 5, 6}));
        QCOMPARE(majorCompactions(*strategy, table.live).size(), std::size_t{2});
    }

    void tombstonesThatMustNotGoAreNoReasonToCompact()
    {
        const auto strategy = made({{"class", "SizeTieredCompactionStrategy"},
                                    {"only_purge_repaired_tombstones", "true"}});
        AbstractTable table;
        table.flush(kMb);
        table.live.back().droppableTombstones = 0.9;
        QVERIFY(!nextCompaction(*strategy, table.live, INT64_MAX, 0));
        table.live.back().isRepaired = true;
        const auto plan = nextCompaction(*strategy, table.live, INT64_MAX, 0);
        QVERIFY(plan && plan->isForTombstones);
    }

    void dataOfAPendingRepairStaysAmongItself()
    {
        const auto strategy = made({{"class", "SizeTieredCompactionStrategy"}});
        AbstractTable table;
        for (int i = 0; i < 8; ++i) {
            table.flush(kMb);
            if (i % 2 == 0)
                table.live.back().pendingRepair = Uuid::fromHalves(1, i < 4 ? 1 : 2);
        }
        // Four of none, two of each session.
        const auto plan = nextCompaction(*strategy, table.live, INT64_MAX, 0);
        QVERIFY(plan);
        QCOMPARE(plan->inputs, (std::vector<std::size_t>{1, 3, 5, 7}));
        QCOMPARE(majorCompactions(*strategy, table.live).size(), std::size_t{3});
        QCOMPARE(groupedByRepairState(table.live),
                 (std::vector<std::vector<std::size_t>>{{1, 3, 5, 7}, {0, 2}, {4, 6}}));
    }

    void senselessOptionsHaveASentence_data()
    {
        QTest::addColumn<QString>("strategy");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("unit") << "TimeWindow"
                              << "compaction_window_unit"
                              << "WEEKS";
        QTest::newRow("window") << "TimeWindow"
                                << "compaction_window_size"
                                << "0";
        QTest::newRow("level size") << "Leveled"
                                    << "sstable_size_in_mb"
                                    << "0";
        QTest::newRow("fanout") << "Leveled"
                                << "fanout_size"
                                << "-2";
        QTest::newRow("scaling") << "Unified"
                                 << "scaling_parameters"
                                 << "T1";
        QTest::newRow("target") << "Unified"
                                << "target_sstable_size"
                                << "12 parsecs";
        QTest::newRow("growth") << "Unified"
                                << "sstable_growth"
                                << "1.5";
        QTest::newRow("flag") << "Unified"
                              << "enabled"
                              << "yes";
        QTest::newRow("class") << "Unheard"
                               << "enabled"
                               << "true";
    }
    void senselessOptionsHaveASentence()
    {
        QFETCH(QString, strategy);
        QFETCH(QString, name);
        QFETCH(QString, value);
        QVERIFY(!made({{"class", strategy.toStdString() + "CompactionStrategy"},
                       {name.toStdString(), value.toStdString()}}));
    }
};

RW_TEST(TstStrategies)
#include "tst_strategies.moc"
