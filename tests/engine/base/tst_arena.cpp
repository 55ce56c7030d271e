#include "engine/base/arena.h"
#include "tests/support/test_main.h"

using engine::Arena;

class TstArena : public QObject {
    Q_OBJECT
private slots:
    void whatWasMovedFromWritesIntoMemoryOfItsOwn();
    void clearKeepsOneBlockAndTakesNoMore();
};

void TstArena::whatWasMovedFromWritesIntoMemoryOfItsOwn()
{
    Arena first;
    const auto kept = first.copy("kept");
    Arena second = std::move(first);
    const auto other = first.copy("0123456789");
    const auto more = second.copy("more");
    QCOMPARE(kept, engine::ByteView("kept"));
    QCOMPARE(other, engine::ByteView("0123456789"));
    QCOMPARE(more, engine::ByteView("more"));
}

void TstArena::clearKeepsOneBlockAndTakesNoMore()
{
    Arena arena;
    for (int i = 0; i < 100; ++i)
        (void)arena.copy("some bytes that fill blocks, one after another");
    arena.clear();
    const auto reserved = arena.reservedBytes();
    QVERIFY(reserved > 0);
    (void)arena.copy("fits");
    QCOMPARE(arena.reservedBytes(), reserved);
}

RW_TEST(TstArena)
#include "tst_arena.moc"
