#include "engine/rows/filter.h"
#include "engine/rows/serialization.h"
#include "tests/engine/rows/random_partition.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstFilter : public QObject {
    Q_OBJECT
private slots:
    void slicesKeepExactlyTheRowsBetweenTheirBounds();
    void slicingCommutesWithMerging();
    void limitsCountLiveRowsFromEitherEnd();
    void resumingPageByPageShowsEveryRowOnce_data();
    void resumingPageByPageShowsEveryRowOnce();
    void projectionNeverChangesWhichRowsExist();
    void aStaticRowAloneCountsAsOneRow();
    void expressionsFilterRows();
};

namespace {

constexpr std::int64_t kNow = 1000;
const Bytes kKey = int32Bytes(7);

rows::ReadCommand command(const schema::TablePtr& table)
{
    rows::ReadCommand made;
    made.table = table;
    made.key = kKey;
    made.nowSeconds = kNow;
    return made;
}

rows::Partition liveRows(const schema::TablePtr& table, int c1Count, int c2Count)
{
    rows::PartitionBuilder builder{table, kKey};
    for (int c1 = 0; c1 < c1Count; ++c1) {
        for (int c2 = 0; c2 < c2Count; ++c2) {
            rows::Row row;
            const auto values = builder.arena().makeArray<ByteView>(2);
            values[0] = builder.arena().copy(int32Bytes(c1));
            values[1] = builder.arena().copy(int32Bytes(c2));
            row.clustering.values = values;
            row.liveness.timestamp = {1};
            const auto cells = builder.arena().makeArray<rows::Cell>(1);
            cells[0].column = table->column("a");
            cells[0].timestamp = {1};
            cells[0].value = builder.arena().copy(int32Bytes(c1 * 10 + c2));
            row.cells = cells;
            builder.addRow(row);
        }
    }
    return std::move(builder).build();
}

std::string keys(const rows::Partition& partition)
{
    std::string out;
    for (const auto& next : partition.unfiltereds) {
        if (next.kind != rows::Unfiltered::Kind::Row)
            continue;
        out += std::to_string(loadBigEndian<std::int32_t>(next.row.clustering.values[0].data())) +
               std::to_string(loadBigEndian<std::int32_t>(next.row.clustering.values[1].data())) +
               " ";
    }
    return out;
}

} // namespace

void TstFilter::slicesKeepExactlyTheRowsBetweenTheirBounds()
{
    const auto table = makeTestTable(); // c2 is descending
    auto read = command(table);
    read.clustering.slices = {{{rows::BoundKind::ExclusiveStart, {int32Bytes(0), int32Bytes(1)}},
                               {rows::BoundKind::InclusiveEnd, {int32Bytes(0)}}},
                              {{rows::BoundKind::InclusiveStart, {int32Bytes(2)}},
                               {rows::BoundKind::ExclusiveEnd, {int32Bytes(2), int32Bytes(0)}}}};
    Arena arena;
    auto partition = liveRows(table, 4, 3);
    QCOMPARE(keys(partition), std::string{"02 01 00 12 11 10 22 21 20 32 31 30 "});
    rows::keepSlices(partition, rows::slicesOf(read, false, arena));
    QCOMPARE(keys(partition), std::string{"00 22 21 "});

    read.clustering = {};
    read.clustering.isNames = true;
    for (const auto& [first, second] :
         {std::pair{int32Bytes(1), int32Bytes(2)}, std::pair{int32Bytes(3), int32Bytes(0)},
          std::pair{int32Bytes(9), int32Bytes(0)}})
        read.clustering.names.push_back({RecycledBytes{first}, RecycledBytes{second}});
    auto named = liveRows(table, 4, 3);
    rows::keepSlices(named, rows::slicesOf(read, false, arena));
    QCOMPARE(keys(named), std::string{"12 30 "});
}

void TstFilter::slicingCommutesWithMerging()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomUpdates updates{table, seed};
        auto a = updates.next(kKey, nullptr, 10);
        auto b = updates.next(kKey, nullptr, 10);
        const auto number = [&] {
            return int32Bytes(static_cast<std::int32_t>(updates.random().below(4)));
        };
        auto read = command(table);
        read.clustering.slices = {{{rows::BoundKind::ExclusiveStart, {number(), number()}},
                                   {rows::BoundKind::InclusiveEnd, {int32Bytes(3), number()}}}};
        Arena arena;
        const auto slices = rows::slicesOf(read, false, arena);
        auto whole =
            rows::mergePartitions(table, kKey, std::vector<const rows::Partition*>{&a, &b}, kNow);
        rows::keepSlices(whole, slices);
        rows::keepSlices(a, slices);
        rows::keepSlices(b, slices);
        const auto parts =
            rows::mergePartitions(table, kKey, std::vector<const rows::Partition*>{&a, &b}, kNow);
        QVERIFY2(rows::digest(whole) == rows::digest(parts), qPrintable(QString::number(seed)));
    }
}

void TstFilter::limitsCountLiveRowsFromEitherEnd()
{
    const auto table = makeTestTable();
    auto read = command(table);
    read.limits.rows = 4;
    auto partition = liveRows(table, 3, 2);
    rows::LimitCounter forward{read.limits, kNow};
    rows::applyLimits(partition, read, false, forward);
    QCOMPARE(keys(partition), std::string{"01 00 11 10 "});
    QVERIFY(forward.isDone());

    read.clustering.reversed = true;
    auto fromEnd = liveRows(table, 3, 2);
    rows::LimitCounter backward{read.limits, kNow};
    rows::applyLimits(fromEnd, read, false, backward);
    QCOMPARE(keys(fromEnd), std::string{"11 10 21 20 "});

    // The remaining budget of a later partition.
    read.clustering.reversed = false;
    read.limits = {10, 3};
    rows::LimitCounter several{read.limits, kNow};
    for (const char* expected : {"01 00 11 ", "01 00 11 ", "01 00 11 ", "01 ", ""}) {
        auto next = liveRows(table, 3, 2);
        rows::applyLimits(next, read, false, several);
        QCOMPARE(keys(next), std::string{expected});
    }
}

void TstFilter::resumingPageByPageShowsEveryRowOnce_data()
{
    QTest::addColumn<bool>("reversed");
    QTest::newRow("forward") << false;
    QTest::newRow("reversed") << true;
}

void TstFilter::resumingPageByPageShowsEveryRowOnce()
{
    QFETCH(bool, reversed);
    const auto table = makeTestTable();
    auto read = command(table);
    read.limits.rows = 3;
    read.clustering.reversed = reversed;
    std::string seen;
    for (int page = 0; page < 10; ++page) {
        auto partition = liveRows(table, 4, 2);
        rows::LimitCounter counter{read.limits, kNow};
        rows::applyCommand(partition, read, true, counter);
        if (partition.unfiltereds.empty())
            break;
        const auto& last =
            (reversed ? partition.unfiltereds.front() : partition.unfiltereds.back()).row;
        read.resumeAfter = rows::ClusteringFilter::Name{RecycledBytes{last.clustering.values[0]},
                                                        RecycledBytes{last.clustering.values[1]}};
        seen = reversed ? keys(partition) + seen : seen + keys(partition);
    }
    QCOMPARE(seen, keys(liveRows(table, 4, 2)));
}

void TstFilter::projectionNeverChangesWhichRowsExist()
{
    const auto table = makeTestTable();
    auto read = command(table);
    read.columns = {table->column("a")};
    const rows::ColumnProjection projection{read};
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomUpdates updates{table, seed};
        auto a = updates.next(kKey, nullptr, 10);
        auto b = updates.next(kKey, nullptr, 10);
        const std::vector<const rows::Partition*> both{&a, &b};
        auto whole = rows::mergePartitions(table, kKey, both, kNow);
        rows::purgeForClient(whole, kNow);
        for (rows::Partition* part : {&a, &b}) {
            for (auto& next : part->unfiltereds) {
                if (next.kind == rows::Unfiltered::Kind::Row)
                    next.row = projection.project(next.row, part->arena());
            }
        }
        auto projected = rows::mergePartitions(table, kKey, both, kNow);
        rows::purgeForClient(projected, kNow);
        QVERIFY2(keys(projected) == keys(whole), qPrintable(QString::number(seed)));
        for (std::size_t i = 0; i < whole.unfiltereds.size(); ++i) {
            const auto value = [&](const rows::Partition& of) {
                for (const auto& cell : of.unfiltereds[i].row.cells) {
                    if (cell.column->name == "a")
                        return toHex(cell.value);
                }
                return std::string{"none"};
            };
            QVERIFY2(value(projected) == value(whole), qPrintable(QString::number(seed)));
        }
    }
}

void TstFilter::aStaticRowAloneCountsAsOneRow()
{
    const auto table = makeTestTable();
    const auto make = [&] {
        rows::PartitionBuilder builder{table, kKey};
        rows::Row row;
        const auto cells = builder.arena().makeArray<rows::Cell>(1);
        cells[0].column = table->column("s");
        cells[0].timestamp = {1};
        cells[0].value = builder.arena().copy(int32Bytes(1));
        row.cells = cells;
        builder.addStaticRow(row);
        return std::move(builder).build();
    };
    auto read = command(table);
    auto partition = make();
    rows::LimitCounter counter{read.limits, kNow};
    rows::applyCommand(partition, read, false, counter);
    QCOMPARE(counter.rows(), 1u);
    read.clustering.slices = {
        {{rows::BoundKind::InclusiveStart, {int32Bytes(0)}}, {rows::BoundKind::InclusiveEnd, {}}}};
    auto sliced = make();
    rows::LimitCounter none{read.limits, kNow};
    rows::applyCommand(sliced, read, false, none);
    QCOMPARE(none.rows(), 0u);
}

void TstFilter::expressionsFilterRows()
{
    const auto table = makeTestTable();
    auto read = command(table);
    using Operator = rows::RowFilterExpression::Operator;
    const auto result = [&](std::vector<rows::RowFilterExpression> filter) {
        auto partition = liveRows(table, 3, 2);
        read.filter = std::move(filter);
        rows::applyFilter(partition, read);
        return keys(partition);
    };
    QCOMPARE(result({{"a", Operator::Greater, int32Bytes(10), {}}}), std::string{"11 21 20 "});
    QCOMPARE(result({{"a", Operator::Equal, int32Bytes(10), {}}}), std::string{"10 "});
    QCOMPARE(result({{"c2", Operator::Equal, int32Bytes(1), {}},
                     {"a", Operator::Less, int32Bytes(11), {}}}),
             std::string{"01 "});
    QCOMPARE(result({{"pk", Operator::NotEqual, int32Bytes(7), {}}}), std::string{});
    QCOMPARE(result({{"b", Operator::Equal, "x", {}}}), std::string{}); // null satisfies nothing
    Bytes list;
    ByteWriter writer{list};
    writer.i32(2);
    writer.bytes32(int32Bytes(0));
    writer.bytes32(int32Bytes(21));
    QCOMPARE(result({{"a", Operator::In, list, {}}}), std::string{"00 21 "});
}

RW_TEST(TstFilter)
#include "tst_filter.moc"
