#include "engine/modeling/buckets.h"
#include "engine/modeling/expression.h"
#include "engine/modeling/import.h"
#include "engine/modeling/row_spread.h"
#include "engine/modeling/sizing.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cmath>

using namespace engine;
using namespace engine::modeling;

namespace {

/// METHOD.md's example: 410 rooms, 730 days.
Model availableRooms(const std::string& rows = "410×730", double keyBytes = 5)
{
    auto model = *modelOfCql(
        "CREATE KEYSPACE hotel WITH replication = {'class': 'SimpleStrategy', "
        "'replication_factor': 3};"
        "CREATE TABLE hotel.available_rooms_by_hotel_date (hotel_id text, date date, "
        "room_number smallint, is_available boolean, PRIMARY KEY (hotel_id, date, room_number));");
    ModelTable& table = model.tables[0];
    table.columns[0].sizing.averageBytes = keyBytes;
    table.sizing.rows = rows;
    table.sizing.rowsPerDay = 410;
    table.sizing.ttlSeconds = 730.0 * 86400;
    table.sizing.partitions = 5000;
    Query query;
    query.id = model.newId();
    query.label = "Q4";
    query.question = "Available rooms by date";
    Attribute date{.id = model.newId(), .name = "date", .type = "date"};
    query.range = {date.id};
    query.rangeWidth = 14;
    table.columns[1].attribute = date.id;
    model.entities.push_back({.id = model.newId(), .name = "Room", .attributes = {date}});
    table.queries = {query.id};
    model.queries.push_back(query);
    return model;
}

TableSize sizeOfFirst(const Model& model, Depth depth = Depth::Formula,
                      CellFormula formula = CellFormula::Textbook)
{
    auto size = sizeOf(model, model.tables[0].id, SizeProfile::Largest, depth, formula);
    if (!size)
        qFatal("%s", size.error().detail().c_str());
    return *size;
}

const BucketCandidate& labelled(const std::vector<BucketCandidate>& candidates,
                                const std::string& label)
{
    const auto found = std::ranges::find(candidates, label, &BucketCandidate::label);
    if (found == candidates.end())
        qFatal("no candidate %s", label.c_str());
    return *found;
}

} // namespace

class TstSizing : public QObject {
    Q_OBJECT
private slots:
    void expressionsAreComputed_data();
    void expressionsAreComputed();
    void whatIsNoExpressionIsRefusedWithItsReason_data();
    void whatIsNoExpressionIsRefusedWithItsReason();
    void rowsMayDifferFromPartitionToPartition();
    void aSpreadThatMakesNoWholeIsRefused();
    void aPartitionHasWholeRows();
    void theWorkedExamplesComeOut_data();
    void theWorkedExamplesComeOut();
    void everyTermIsShownWithSymbolsAndNumbers();
    void theCourseNotesCountStaticColumnsTwiceARow();
    void aLightIsGreenBelowHalfAndRedAboveTheLimit();
    void rowsComeFromRateAndTtlWhenNothingIsGiven();
    void growthCrossesTheLimitAndStopsAtTheTtl();
    void aMonthBucketHoldsThirtyOneDays();
    void aBucketTellsHowManyPartitionsEachQueryReads();
    void applyingABucketChangesKeyRowsAndQueryNotes();
    void takingABucketOutGivesTheTableBack();
    void aHashBucketDividesTheRows();
    void theSolverFindsTheCoarsestThatFits();
    void totalsCountReplicasNodesAndHeadroom();
    void aTypeThatDoesNotExistIsNamedWithItsColumn();
    void twoHundredTablesAreSizedInTheTimeOfAnEdit();
};

void TstSizing::expressionsAreComputed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("value");
    QTest::newRow("plain") << "73000" << 73000.0;
    QTest::newRow("times") << "410×730" << 299300.0;
    QTest::newRow("star") << "2 * 3 + 4" << 10.0;
    QTest::newRow("precedence") << "2 + 3 * 4" << 14.0;
    QTest::newRow("parentheses") << "(2 + 3) · 4" << 20.0;
    QTest::newRow("names") << "rate * bucket" << 12710.0;
    QTest::newRow("groups") << "1,234,567" << 1234567.0;
    QTest::newRow("spaces") << "73 000" << 73000.0;
    QTest::newRow("exponent") << "1e6 / 4" << 250000.0;
    QTest::newRow("minus") << "10 − 2 - 3" << 5.0;
}

void TstSizing::expressionsAreComputed()
{
    QFETCH(QString, text);
    const auto value = evaluate(text.toStdString(), {{"rate", 410}, {"bucket", 31}});
    QVERIFY2(value.has_value(), value ? "" : value.error().detail().c_str());
    QTEST(*value, "value");
}

void TstSizing::whatIsNoExpressionIsRefusedWithItsReason_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << ""
                           << "missing at the end";
    QTest::newRow("half") << "3 *"
                          << "missing at the end";
    QTest::newRow("unknown") << "rooms * 2"
                             << "\"rooms\" is unknown; known are bucket, rate";
    QTest::newRow("open") << "(1 + 2"
                          << "\")\" is missing";
    QTest::newRow("zero") << "1 / 0"
                          << "division by zero";
    QTest::newRow("negative") << "1 - 2"
                              << "negative";
    QTest::newRow("rest") << "1 ?"
                          << "\"?\" does not belong there";
    QTest::newRow("deep") << QString(1000, '(') << "nests too deep";
}

void TstSizing::whatIsNoExpressionIsRefusedWithItsReason()
{
    QFETCH(QString, text);
    QFETCH(QString, reason);
    const auto value = evaluate(text.toStdString(), {{"rate", 410}, {"bucket", 31}});
    QVERIFY(!value);
    QVERIFY2(value.error().detail().find(reason.toStdString()) != std::string::npos,
             value.error().detail().c_str());
}

void TstSizing::rowsMayDifferFromPartitionToPartition()
{
    const auto spread = readRowSpread("90% 100; 9% 1..5000; 1% 410×730");
    QVERIFY(spread);
    QCOMPARE(spread->mean(), 0.9 * 100 + 0.09 * 2500.5 + 0.01 * 299'300);
    QCOMPARE(spread->maximum(), 299'300.0);
    QCOMPARE(spread->shareAbove(100'000), 0.01);
    const Model model = availableRooms("90% 100; 9% 1..5000; 1% 410×730");
    const auto& table = model.tables[0];
    const auto average = tableInputs(model, table, SizeProfile::Average);
    const auto largest = tableInputs(model, table, SizeProfile::Largest);
    QCOMPARE(average->rows, spread->mean());
    QCOMPARE(largest->rows, 299'300.0);
    QVERIFY(largest->rowsSource.find("1 % of the partitions have more than 100,000") !=
            std::string::npos);
    // A bucket cuts all of them.
    const Bucket hash{Bucket::Kind::Hash, table.columns[2].id, TimeUnit::Month, 4};
    const Model cut = *applyBucket(model, table.id, hash);
    QCOMPARE(sizeOfFirst(cut).inputs.rows, 299'300.0 / 4);
    // One part may go without its share, and a range alone is a distribution.
    QCOMPARE(readRowSpread("75% 10; 20")->mean(), 12.5);
    QCOMPARE(readRowSpread("1..410")->mean(), 205.5);
}

void TstSizing::aSpreadThatMakesNoWholeIsRefused()
{
    for (const char* text : {"90% 100; 5% 10", "90% 100; 20% 10", "10..5", "50% 1; 2; 3", "x% 3",
                             "100%", ";", "(1..2) boo"})
        QVERIFY2(!readRowSpread(text), text);
    QVERIFY(readRowSpread("90% 100; 5% 10").error().detail().find("95 %") != std::string::npos);
    QVERIFY(!readRowSpread(std::string(100'000, '(') + "1..2"));
}

void TstSizing::aPartitionHasWholeRows()
{
    const Model model = availableRooms("1 / 4");
    QCOMPARE(tableInputs(model, model.tables[0], SizeProfile::Average)->rows, 1.0);
    QCOMPARE(tableInputs(model, model.tables[0], SizeProfile::Largest)->rows, 1.0);
    const Model more = availableRooms("7 / 3");
    QCOMPARE(tableInputs(more, more.tables[0], SizeProfile::Average)->rows, 7.0 / 3);
    QCOMPARE(tableInputs(more, more.tables[0], SizeProfile::Largest)->rows, 3.0);
}

void TstSizing::theWorkedExamplesComeOut_data()
{
    QTest::addColumn<QString>("rows");
    QTest::addColumn<double>("keyBytes");
    QTest::addColumn<double>("cells");
    QTest::addColumn<double>("bytes");
    QTest::newRow("100 rooms, the key summed as 16") << "100×730" << 16.0 << 73000.0 << 1095016.0;
    QTest::newRow("100 rooms, the key derived as 5") << "100×730" << 5.0 << 73000.0 << 1095005.0;
    QTest::newRow("410 rooms") << "410×730" << 5.0 << 299300.0 << 4489505.0;
    QTest::newRow("410 rooms, one month") << "410×31" << 5.0 << 12710.0 << 190655.0;
}

void TstSizing::theWorkedExamplesComeOut()
{
    QFETCH(QString, rows);
    QFETCH(double, keyBytes);
    const TableSize size = sizeOfFirst(availableRooms(rows.toStdString(), keyBytes));
    QTEST(size.classical.cells.result, "cells");
    QTEST(size.classical.bytes.result, "bytes");
}

void TstSizing::everyTermIsShownWithSymbolsAndNumbers()
{
    const ClassicalSize size = sizeOfFirst(availableRooms()).classical;
    QCOMPARE(size.cells.symbols, std::string("Nv = Nr × (Nc − Npk − Ns) + Ns"));
    QCOMPARE(size.cells.numbers, std::string("299,300 × (4 − 3 − 0) + 0"));
    QCOMPARE(size.bytes.numbers, std::string("5 + 0 + 299,300 × (1 + 6) + 299,300 × 8"));
    // Where Apache's page says 16 after deriving 5, its reader sees which columns give which.
    QCOMPARE(size.bytes.terms[0].symbol, std::string("Σ sizeOf(ck)"));
    QCOMPARE(size.bytes.terms[0].value, 5.0);
    QCOMPARE(size.bytes.terms[0].detail, std::string("hotel_id 5"));
    QCOMPARE(size.bytes.terms[4].detail, std::string("date 4 + room_number 2"));
    const ClassicalSize summed = sizeOfFirst(availableRooms("410×730", 16)).classical;
    QCOMPARE(summed.bytes.terms[0].detail, std::string("hotel_id 16"));
    QCOMPARE(summed.bytes.result - size.bytes.result, 11.0);
}

void TstSizing::theCourseNotesCountStaticColumnsTwiceARow()
{
    Model model = *modelOfCql(
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
        "CREATE TABLE k.t (p int, c int, s1 int static, s2 int static, r int, "
        "PRIMARY KEY (p, c));");
    model.tables[0].sizing.rows = "10";
    const ClassicalSize size = sizeOfFirst(model).classical;
    QCOMPARE(size.cellsByTextbook.result, 10.0 * (5 - 2 - 2) + 2);
    QCOMPARE(size.cellsByCourseNotes.result, 10.0 * (5 - 1 - 1) + 10 * 2);
    QVERIFY(size.whyTheyDiffer.find("38 cells too many") != std::string::npos);
    QCOMPARE(size.cells.result, size.cellsByTextbook.result);
    QCOMPARE(sizeOfFirst(model, Depth::Formula, CellFormula::CourseNotes).classical.cells.result,
             size.cellsByCourseNotes.result);
    QVERIFY(sizeOfFirst(availableRooms()).classical.whyTheyDiffer.empty());
}

void TstSizing::aLightIsGreenBelowHalfAndRedAboveTheLimit()
{
    QCOMPARE(judge(49'999, 100'000).light, Light::Green);
    QCOMPARE(judge(50'000, 100'000).light, Light::Amber);
    QCOMPARE(judge(100'000, 100'000).light, Light::Amber);
    QCOMPARE(judge(100'001, 100'000).light, Light::Red);
    const TableSize size = sizeOfFirst(availableRooms());
    QCOMPARE(size.cells.light, Light::Red);
    QCOMPARE(size.bytes.light, Light::Green);
    QCOMPARE(size.light, Light::Red);
}

void TstSizing::rowsComeFromRateAndTtlWhenNothingIsGiven()
{
    Model model = availableRooms("");
    QCOMPARE(sizeOfFirst(model).inputs.rows, 299'300.0);
    model.tables[0].sizing.ttlSeconds.reset();
    QVERIFY(!sizeOfFirst(model).inputs.rowsKnown);
    model.tables[0].options["default_time_to_live"] = std::to_string(10 * 86400);
    QCOMPARE(sizeOfFirst(model).inputs.rows, 4'100.0);
}

void TstSizing::growthCrossesTheLimitAndStopsAtTheTtl()
{
    const Growth growth = growthOf(sizeOfFirst(availableRooms()), 1000);
    QCOMPARE(std::ceil(*growth.cellsLimitDay), 244.0); // as in the picture: over after 244 days
    QCOMPARE(*growth.plateauDay, 730.0);
    QVERIFY(!growth.bytesLimitDay);
    QCOMPARE(growth.points.back().cells, 299'300.0);
    QCOMPARE(growth.points.back().day, 1000.0);
}

void TstSizing::aMonthBucketHoldsThirtyOneDays()
{
    const auto candidates =
        *bucketCandidates(availableRooms(), availableRooms().tables[0].id, Depth::Formula);
    const BucketCandidate& month = labelled(candidates, "month");
    QCOMPARE(month.cells, 12'710.0);
    QVERIFY2(month.sentence.starts_with("12,710 cells, "), month.sentence.c_str());
    QCOMPARE(month.light, Light::Green);
    QCOMPARE(labelled(candidates, "none").light, Light::Red);
    QCOMPARE(labelled(candidates, "year").light, Light::Red);
    QVERIFY(labelled(candidates, "quarter").recommended); // 37,720 cells: the coarsest green one
}

void TstSizing::aBucketTellsHowManyPartitionsEachQueryReads()
{
    const auto candidates =
        *bucketCandidates(availableRooms(), availableRooms().tables[0].id, Depth::Formula);
    QCOMPARE(labelled(candidates, "month").queries[0].sentence,
             std::string("Q4 over 14 days reads 1 or 2 partitions"));
    QCOMPARE(labelled(candidates, "week").queries[0].most, 3.0);
    QCOMPARE(labelled(candidates, "day").queries[0].fewest, 14.0);
    QCOMPARE(labelled(candidates, "16 hash buckets").queries[0].sentence,
             std::string("Q4 reads 16 partitions"));
}

void TstSizing::applyingABucketChangesKeyRowsAndQueryNotes()
{
    const Model before = availableRooms();
    const Bucket month{Bucket::Kind::Time, before.tables[0].columns[1].id, TimeUnit::Month, 0};
    const Model after = *applyBucket(before, before.tables[0].id, month);
    const ModelTable& table = after.tables[0];
    QCOMPARE(table.columns[1].name, std::string("month"));
    QCOMPARE(table.columns[1].role, ColumnRole::PartitionKey);
    QCOMPARE(table.columns[1].bucketOf, std::string("month(date)"));
    QCOMPARE(table.columns[1].rule, MappingRule::Bucket);
    QCOMPARE(sizeOfFirst(after).cells.value, 12'710.0);
    QVERIFY(after.queries[0].comment.find("month") != std::string::npos);
    QVERIFY(*table.sizing.partitions > 100'000);
    QCOMPARE(before, availableRooms()); // the model before is as it was

    const Model day =
        *applyBucket(after, table.id, {Bucket::Kind::Time, table.columns[2].id, TimeUnit::Day, 0});
    QCOMPARE(day.tables[0].columns.size(), table.columns.size());
    QCOMPARE(sizeOfFirst(day).cells.value, 410.0);
    QVERIFY(day.queries[0].comment.find("month") == std::string::npos);
}

void TstSizing::takingABucketOutGivesTheTableBack()
{
    const Model before = availableRooms("rate × ttl");
    const Model bucketed =
        *applyBucket(before, before.tables[0].id,
                     {Bucket::Kind::Time, before.tables[0].columns[1].id, TimeUnit::Month, 0});
    Model back = *applyBucket(bucketed, before.tables[0].id, {});
    QCOMPARE(back.tables[0].columns, before.tables[0].columns);
    QCOMPARE(sizeOfFirst(back).cells.value, 299'300.0);
    QCOMPARE(*back.tables[0].sizing.partitions, 5000.0);
}

void TstSizing::aHashBucketDividesTheRows()
{
    const Model before = availableRooms();
    const Bucket hash{Bucket::Kind::Hash, before.tables[0].columns[2].id, TimeUnit::Month, 16};
    const Model after = *applyBucket(before, before.tables[0].id, hash);
    QCOMPARE(sizeOfFirst(after).inputs.rows,
             std::ceil(299'300.0 / 16)); // a partition has whole rows
    QCOMPARE(after.tables[0].columns[1].bucketOf, std::string("hash(room_number, 16)"));
    const Model again = *applyBucket(after, before.tables[0].id,
                                     {Bucket::Kind::Hash, hash.column, TimeUnit::Month, 4});
    QCOMPARE(sizeOfFirst(again).inputs.rows, 299'300.0 / 4);
    QCOMPARE(*again.tables[0].sizing.partitions, 20'000.0);
    const auto refused = applyBucket(before, before.tables[0].id,
                                     {Bucket::Kind::Time, hash.column, TimeUnit::Month, 0});
    QVERIFY(!refused && refused.error().detail().find("smallint") != std::string::npos);
}

void TstSizing::theSolverFindsTheCoarsestThatFits()
{
    const Model model = availableRooms();
    const auto found = *solveBucket(model, model.tables[0].id, 1e6, 20'000);
    QCOMPARE(found.bucket.kind, Bucket::Kind::Hash);
    QCOMPARE(found.label, std::string("16 hash buckets")); // 18,706 cells, more than a month's
    const auto none = solveBucket(model, model.tables[0].id, 10, 1);
    QVERIFY(!none && none.error().code() == ErrorCode::Invalid);
}

void TstSizing::totalsCountReplicasNodesAndHeadroom()
{
    Model model = availableRooms("100×730");
    SizeOptions options;
    options.nodes = 6;
    auto size = *sizeOf(model, model.tables[0].id, SizeProfile::Largest, Depth::Formula,
                        CellFormula::Textbook, options);
    QCOMPARE(size.totals.rows, 73'000.0 * 5000);
    QCOMPARE(size.totals.bytes, 1'095'005.0 * 5000);
    QCOMPARE(size.totals.perNodeBytes, size.totals.bytes * 3 / 6);
    QCOMPARE(size.totals.perNodeDiskBytes, size.totals.perNodeBytes * 2); // size-tiered
    model.tables[0].options["compaction"] = "{'class': 'LeveledCompactionStrategy'}";
    size = *sizeOf(model, model.tables[0].id, SizeProfile::Largest, Depth::Formula,
                   CellFormula::Textbook, options);
    QCOMPARE(size.totals.headroomShare, 0.1);
}

void TstSizing::aTypeThatDoesNotExistIsNamedWithItsColumn()
{
    Model model = availableRooms();
    model.tables[0].columns[3].type = "nosuch";
    const auto size = sizeOf(model, model.tables[0].id, SizeProfile::Largest, Depth::Formula);
    QVERIFY(!size);
    QVERIFY(size.error().detail().find("is_available") != std::string::npos);
    const ClusterTotals totals = clusterTotals(model, SizeProfile::Average, Depth::Formula);
    QCOMPARE(totals.failed.size(), 1U);
}

void TstSizing::twoHundredTablesAreSizedInTheTimeOfAnEdit()
{
    Model model = availableRooms();
    while (model.tables.size() < 200) {
        ModelTable table = model.tables[0];
        table.id = model.newId();
        table.name += std::to_string(model.tables.size());
        model.tables.push_back(table);
    }
    const ClusterTotals totals = clusterTotals(model, SizeProfile::Largest, Depth::Formula);
    QCOMPARE(totals.tables.size(), 200U);
    QBENCHMARK_ONCE
    {
        (void)clusterTotals(model, SizeProfile::Largest, Depth::Formula);
    }
}

RW_TEST(TstSizing)
#include "tst_sizing.moc"
