#include "engine/base/random.h"
#include "engine/rows/counter_context.h"
#include "tests/support/test_main.h"

using namespace engine;

class TstCounterContext : public QObject {
    Q_OBJECT
private slots:
    void greaterClockOfOneShardWinsAndShardsOfOthersAdd();
    void mergingDoesNotDependOnTheOrder();
    void bareDeltasAdd();
    void malformedContextsAreNotRead();
};

namespace {

Bytes shard(char id, std::int64_t clock, std::int64_t count)
{
    return rows::makeGlobalCounterContext(Bytes(16, id), clock, count);
}

} // namespace

void TstCounterContext::greaterClockOfOneShardWinsAndShardsOfOthersAdd()
{
    Arena arena;
    const Bytes old = shard('a', 1, 5);
    const Bytes fresh = shard('a', 2, 7);
    const Bytes other = shard('b', 9, 100);
    QCOMPARE(rows::mergeCounterContexts(old, fresh, arena), ByteView{fresh});
    const ByteView both = rows::mergeCounterContexts(fresh, other, arena);
    QCOMPARE(rows::counterTotal(both), std::int64_t{107});
    QCOMPARE(rows::findCounterShard(both, Bytes(16, 'b'))->clock, std::int64_t{9});
    QVERIFY(!rows::findCounterShard(both, Bytes(16, 'c')));
    QCOMPARE(rows::counterTotal(rows::mergeCounterContexts(both, old, arena)), std::int64_t{107});
}

void TstCounterContext::mergingDoesNotDependOnTheOrder()
{
    SeededRandom random{4};
    Arena arena;
    for (int i = 0; i < 500; ++i) {
        ByteView contexts[3];
        for (ByteView& context : contexts) {
            context = arena.copy(shard('a', 1, 1));
            for (int part = 0; part < 3; ++part) {
                const Bytes more = shard(static_cast<char>('a' + random.below(4)),
                                         static_cast<std::int64_t>(random.below(3)),
                                         static_cast<std::int64_t>(random.below(3)));
                context = rows::mergeCounterContexts(context, arena.copy(more), arena);
            }
        }
        const auto merge = [&](ByteView a, ByteView b) {
            return rows::mergeCounterContexts(a, b, arena);
        };
        const ByteView all = merge(merge(contexts[0], contexts[1]), contexts[2]);
        QCOMPARE(merge(contexts[2], merge(contexts[1], contexts[0])), all);
        QCOMPARE(merge(all, contexts[1]), all);
    }
}

void TstCounterContext::bareDeltasAdd()
{
    Arena arena;
    Bytes two;
    ByteWriter{two}.i64(2);
    Bytes minusFive;
    ByteWriter{minusFive}.i64(-5);
    QCOMPARE(rows::counterTotal(rows::mergeCounterContexts(two, minusFive, arena)),
             std::int64_t{-3});
}

void TstCounterContext::malformedContextsAreNotRead()
{
    QVERIFY(!rows::isCounterContext({}));
    QVERIFY(!rows::isCounterContext(ByteView{"\x00\x09", 2}));
    QVERIFY(!rows::isCounterContext(ByteView{"\x00\x00zz", 4}));
    QCOMPARE(rows::counterTotal("abc"), std::int64_t{0});
}

RW_TEST(TstCounterContext)
#include "tst_counter_context.moc"
