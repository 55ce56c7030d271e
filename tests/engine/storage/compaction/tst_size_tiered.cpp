#include "engine/storage/compaction/size_tiered.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::storage;

namespace {

constexpr std::uint64_t kMb = 1 << 20;

std::vector<CompactionCandidate> sized(std::initializer_list<std::uint64_t> megabytes)
{
    std::vector<CompactionCandidate> candidates;
    for (const auto size : megabytes)
        candidates.emplace_back().bytes = size * kMb;
    return candidates;
}

std::vector<std::size_t> inputsOf(const CompactionStrategy& strategy,
                                  const std::vector<CompactionCandidate>& live)
{
    const auto plan = nextCompaction(strategy, live, INT64_MAX, 0);
    return plan ? plan->inputs : std::vector<std::size_t>{};
}

} // namespace

class TstSizeTiered : public QObject {
    Q_OBJECT
private slots:
    void fourSmallTablesAreWorthMerging();
    void tablesOfDifferentSizeAreNot();
    void similarSizesShareABucket();
    void theSmallestBucketComesFirst();
    void noMoreThanMaxThresholdAtOnce();
    void aTableFullOfTombstonesIsRewrittenAlone();
    void disabledMeansNever();
    void senselessOptionsAreRefused_data();
    void senselessOptionsAreRefused();
};

void TstSizeTiered::fourSmallTablesAreWorthMerging()
{
    const SizeTieredStrategy strategy;
    QVERIFY(inputsOf(strategy, sized({1, 2, 30})).empty());
    QCOMPARE(inputsOf(strategy, sized({1, 2, 30, 5})).size(), std::size_t{4});
    QCOMPARE(strategy.pending(sized({1, 2, 30, 5}), 0), 1u);
}

void TstSizeTiered::tablesOfDifferentSizeAreNot()
{
    const SizeTieredStrategy strategy;
    QVERIFY(inputsOf(strategy, sized({60, 200, 700, 3000, 10000})).empty());
    QCOMPARE(strategy.pending(sized({60, 200, 700, 3000, 10000}), 0), 0u);
}

void TstSizeTiered::similarSizesShareABucket()
{
    const SizeTieredStrategy strategy;
    const auto tables = sized({100, 1000, 110, 950, 90, 1100});
    const auto buckets = sizeTieredBuckets({}, tables, idleCandidates(tables));
    QCOMPARE(buckets.size(), std::size_t{2});
    QCOMPARE(buckets[0], (std::vector<std::size_t>{4, 0, 2}));
    QCOMPARE(buckets[1], (std::vector<std::size_t>{3, 1, 5}));
}

void TstSizeTiered::theSmallestBucketComesFirst()
{
    const SizeTieredStrategy strategy;
    const auto tables = sized({1000, 1000, 1000, 1000, 100, 100, 100, 100});
    QCOMPARE(inputsOf(strategy, tables), (std::vector<std::size_t>{4, 5, 6, 7}));
    QCOMPARE(strategy.pending(tables, 0), 2u);
}

void TstSizeTiered::noMoreThanMaxThresholdAtOnce()
{
    const SizeTieredStrategy strategy;
    CompactionCandidate one;
    one.bytes = kMb;
    const std::vector<CompactionCandidate> tables(70, one);
    QCOMPARE(inputsOf(strategy, tables).size(), std::size_t{32});
    QCOMPARE(strategy.pending(tables, 0), 3u);
}

void TstSizeTiered::aTableFullOfTombstonesIsRewrittenAlone()
{
    const SizeTieredStrategy strategy;
    auto tables = sized({100, 1000});
    tables[1].droppableTombstones = 0.3;
    QVERIFY(inputsOf(strategy, tables).empty()); // its tombstones may shadow data of the other
    tables[0].lastToken = 0;
    tables[1].firstToken = 1;
    QCOMPARE(inputsOf(strategy, tables), (std::vector<std::size_t>{1}));
    tables[1].ageSeconds = 3600; // not again within a day
    QVERIFY(inputsOf(strategy, tables).empty());
}

void TstSizeTiered::disabledMeansNever()
{
    const auto options = CommonCompactionOptions::fromOptions({{"enabled", "false"}});
    QVERIFY(options);
    const SizeTieredStrategy strategy{{}, *options};
    QVERIFY(inputsOf(strategy, sized({1, 1, 1, 1, 1})).empty());
}

void TstSizeTiered::senselessOptionsAreRefused_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::newRow("min 1") << "min_threshold"
                           << "1";
    QTest::newRow("min over max") << "min_threshold"
                                  << "40";
    QTest::newRow("no number") << "max_threshold"
                               << "many";
    QTest::newRow("bucket") << "bucket_high"
                            << "0.4";
    QTest::newRow("negative") << "bucket_low"
                              << "-1";
}

void TstSizeTiered::senselessOptionsAreRefused()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    bool enabled = true;
    const auto options =
        SizeTieredOptions::fromOptions({{name.toStdString(), value.toStdString()}}, enabled);
    QVERIFY(!options);
    QVERIFY(options.error().code() == ErrorCode::ConfigError);
}

RW_TEST(TstSizeTiered)
#include "tst_size_tiered.moc"
