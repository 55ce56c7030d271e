#include "engine/rows/merge.h"
#include "engine/rows/serialization.h"
#include "tests/engine/rows/random_partition.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstMerge : public QObject {
    Q_OBJECT
private slots:
    void mergedUpdatesShowWhatANaiveModelShows();
    void mergingDoesNotDependOnOrderOrGrouping();
    void mergingIsIdempotent();
    void backwardMergeGivesTheSameInReverse();
    void markersOfMergedPartitionsAreBalanced();
    void reconcilingPrefersNewerThenTombstoneThenLaterExpiryThenGreaterValue();
    void purgingLeavesOnlyWhatAClientSees();
};

namespace {

constexpr std::int64_t kNow = 1000;
const Bytes kKey = int32Bytes(7);

rows::Partition merge(const schema::TablePtr& table, std::vector<const rows::Partition*> versions)
{
    return rows::mergePartitions(table, kKey, versions, kNow);
}

} // namespace

void TstMerge::mergedUpdatesShowWhatANaiveModelShows()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        RandomUpdates updates{table, seed};
        NaiveModel model;
        rows::Partitions parts;
        for (int i = 0; i < 5; ++i)
            parts.push_back(updates.next(kKey, &model));
        std::vector<const rows::Partition*> versions;
        for (const auto& part : parts)
            versions.push_back(&part);
        rows::Partition merged = merge(table, versions);
        QVERIFY2(describe(merged, kNow) == model.describe(kNow),
                 qPrintable(QString("seed %1\nmerged:\n%2\nmodel:\n%3")
                                .arg(seed)
                                .arg(QString::fromStdString(describe(merged, kNow)),
                                     QString::fromStdString(model.describe(kNow)))));
        rows::purgeForClient(merged, kNow);
        QCOMPARE(describe(merged, kNow), model.describe(kNow));
    }
}

void TstMerge::mergingDoesNotDependOnOrderOrGrouping()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomUpdates updates{table, seed};
        const auto a = updates.next(kKey, nullptr);
        const auto b = updates.next(kKey, nullptr);
        const auto c = updates.next(kKey, nullptr);
        const auto all = rows::digest(merge(table, {&a, &b, &c}));
        QVERIFY2(rows::digest(merge(table, {&c, &a, &b})) == all,
                 qPrintable(QString::number(seed)));
        QVERIFY2(rows::digest(merge(table, {&b, &c, &a})) == all,
                 qPrintable(QString::number(seed)));
        const auto ab = merge(table, {&a, &b});
        QVERIFY2(rows::digest(merge(table, {&ab, &c})) == all, qPrintable(QString::number(seed)));
        const auto bc = merge(table, {&c, &b});
        QVERIFY2(rows::digest(merge(table, {&a, &bc})) == all, qPrintable(QString::number(seed)));
    }
}

void TstMerge::mergingIsIdempotent()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        RandomUpdates updates{table, seed};
        const auto a = updates.next(kKey, nullptr, 12);
        const auto once = merge(table, {&a});
        const auto again = merge(table, {&once, &a, &once});
        QVERIFY2(rows::digest(once) == rows::digest(again), qPrintable(QString::number(seed)));
        QVERIFY(rows::digest(once.clone()) == rows::digest(once));
    }
}

void TstMerge::backwardMergeGivesTheSameInReverse()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        RandomUpdates updates{table, seed};
        const auto a = updates.next(kKey, nullptr, 10);
        const auto b = updates.next(kKey, nullptr, 10);
        rows::Partition results[2] = {rows::Partition{table, kKey}, rows::Partition{table, kKey}};
        Arena scratch;
        for (const bool reversed : {false, true}) {
            rows::SpanSource sources[] = {rows::SpanSource{a.unfiltereds, reversed},
                                          rows::SpanSource{b.unfiltereds, reversed}};
            rows::mergeUnfiltereds(*table, a.deletion, std::span<rows::SpanSource>{sources},
                                   reversed, scratch, [&](const rows::Unfiltered& next) {
                                       results[reversed].unfiltereds.push_back(next);
                                       return true;
                                   });
        }
        std::reverse(results[1].unfiltereds.begin(), results[1].unfiltereds.end());
        QVERIFY2(rows::digest(results[0]) == rows::digest(results[1]),
                 qPrintable(QString::number(seed)));
    }
}

void TstMerge::markersOfMergedPartitionsAreBalanced()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomUpdates updates{table, seed};
        const auto a = updates.next(kKey, nullptr, 20);
        const auto b = updates.next(kKey, nullptr, 20);
        const auto merged = merge(table, {&a, &b});
        for (const rows::Partition* partition : {&a, &merged}) {
            rows::DeletionTime open;
            const rows::Unfiltered* last = nullptr;
            for (const auto& next : partition->unfiltereds) {
                if (last != nullptr)
                    QVERIFY(rows::compareUnfiltereds(*table, *last, next) < 0);
                last = &next;
                if (next.kind != rows::Unfiltered::Kind::Marker)
                    continue;
                QCOMPARE(next.marker.close, open);
                QVERIFY(next.marker.open != open);
                QCOMPARE(next.marker.bound.isBoundary(),
                         !next.marker.close.isLive() && !next.marker.open.isLive());
                QCOMPARE(next.marker.bound.isStart(), next.marker.close.isLive());
                open = next.marker.open;
            }
            QVERIFY(open.isLive());
        }
    }
}

void TstMerge::reconcilingPrefersNewerThenTombstoneThenLaterExpiryThenGreaterValue()
{
    const auto table = makeTestTable();
    Arena arena;
    const auto cell = [&](std::int64_t timestamp, ByteView value, std::int32_t ttl = 0,
                          std::int64_t localDeletionTime = rows::kNoDeletionTime) {
        rows::Cell made;
        made.column = table->column("a");
        made.timestamp = {timestamp};
        made.value = value;
        made.ttl = ttl;
        made.localDeletionTime = localDeletionTime;
        return made;
    };
    const auto wins = [&](const rows::Cell& winner, const rows::Cell& loser) {
        for (const auto& got :
             {rows::reconcile(winner, loser, arena), rows::reconcile(loser, winner, arena)}) {
            if (got.timestamp != winner.timestamp || got.value != winner.value ||
                got.ttl != winner.ttl || got.localDeletionTime != winner.localDeletionTime)
                return false;
        }
        return true;
    };
    QVERIFY(wins(cell(2, "a"), cell(1, "b")));
    QVERIFY(wins(cell(1, "", 0, 50), cell(1, "b")));
    QVERIFY(wins(cell(1, "", 0, 50), cell(1, "b", 10, 90)));
    QVERIFY(wins(cell(1, "a", 10, 90), cell(1, "b")));
    QVERIFY(wins(cell(1, "a", 10, 91), cell(1, "b", 20, 90)));
    QVERIFY(wins(cell(1, "b"), cell(1, "a")));
    QVERIFY(wins(cell(1, "", 0, 51), cell(1, "", 0, 50)));
}

void TstMerge::purgingLeavesOnlyWhatAClientSees()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        RandomUpdates updates{table, seed};
        auto partition = updates.next(kKey, nullptr, 20);
        rows::purgeForClient(partition, kNow);
        QVERIFY(partition.deletion.isLive());
        for (const auto& next : partition.unfiltereds) {
            QCOMPARE(next.kind, rows::Unfiltered::Kind::Row);
            QVERIFY(next.row.deletion.isLive() && next.row.complexDeletions.empty());
            QVERIFY(next.row.liveness.isLive(kNow) || !next.row.cells.empty());
            for (const auto& cell : next.row.cells)
                QVERIFY(cell.isLive(kNow));
        }
    }
}

RW_TEST(TstMerge)
#include "tst_merge.moc"
