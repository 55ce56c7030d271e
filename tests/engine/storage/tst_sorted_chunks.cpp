#include "engine/base/random.h"
#include "engine/storage/sorted_chunks.h"
#include "tests/support/test_main.h"

#include <set>

using namespace engine;

class TstSortedChunks : public QObject {
    Q_OBJECT
private slots:
    void holdsWhatASetHoldsInAnyOrderOfInserting_data();
    void holdsWhatASetHoldsInAnyOrderOfInserting();
    void itemsInOrderFillTheirChunks();
};

void TstSortedChunks::holdsWhatASetHoldsInAnyOrderOfInserting_data()
{
    QTest::addColumn<int>("shape");
    QTest::newRow("ascending") << 0;
    QTest::newRow("descending") << 1;
    QTest::newRow("random") << 2;
    QTest::newRow("two ascending runs") << 3;
    QTest::newRow("two descending runs") << 4;
    QTest::newRow("outward from the middle") << 5;
    QTest::newRow("inward from both ends") << 6;
}

void TstSortedChunks::holdsWhatASetHoldsInAnyOrderOfInserting()
{
    QFETCH(int, shape);
    SeededRandom random{17};
    Arena arena;
    storage::SortedChunks<int> chunks;
    std::set<int> model;
    for (int i = 0; i < 3000; ++i) {
        const int item = shape == 0   ? i
                         : shape == 1 ? -i
                         : shape == 2 ? static_cast<int>(random.below(100000))
                         : shape == 3 ? (i % 2) * 100000 + i
                         : shape == 4 ? (i % 2) * 100000 - i
                         : shape == 5 ? (i % 2 == 0 ? i : -i)
                                      : (i % 2 == 0 ? i - 100000 : 100000 - i);
        if (!model.insert(item).second)
            continue;
        const auto at = chunks.find([item](int other) { return other < item; });
        chunks.insert(at, item, arena);
    }
    QCOMPARE(chunks.size(), std::uint64_t{model.size()});
    auto at = chunks.begin();
    for (const int item : model) {
        QVERIFY(!(at == chunks.end()));
        QCOMPARE(chunks.at(at), item);
        at = chunks.next(at);
    }
    QVERIFY(at == chunks.end());
    for (auto back = model.rbegin(); back != model.rend(); ++back) {
        at = chunks.previous(at);
        QCOMPARE(chunks.at(at), *back);
    }
    for (int i = 0; i < 500; ++i) {
        const int item = static_cast<int>(random.below(200000)) - 50000;
        const auto found = chunks.find([item](int other) { return other < item; });
        const auto expected = model.lower_bound(item);
        QCOMPARE(found == chunks.end(), expected == model.end());
        if (expected != model.end())
            QCOMPARE(chunks.at(found), *expected);
        const auto upTo = static_cast<std::uint64_t>(std::distance(model.begin(), expected));
        QCOMPARE(chunks.distance(chunks.begin(), found, 100000), upTo);
    }
}

void TstSortedChunks::itemsInOrderFillTheirChunks()
{
    // 64 items a chunk of 8 bytes: memory close to the data's own size, no half-empty chunks.
    for (const bool ascending : {true, false}) {
        Arena arena{1 << 20};
        storage::SortedChunks<std::int64_t> chunks;
        const auto before = arena.reservedBytes();
        for (std::int64_t i = 0; i < 64000; ++i)
            chunks.insert(ascending ? chunks.end() : chunks.begin(), ascending ? i : -i, arena);
        QCOMPARE(before, std::size_t{0});
        QVERIFY(arena.reservedBytes() <= std::size_t{1} << 20);
    }
}

RW_TEST(TstSortedChunks)
#include "tst_sorted_chunks.moc"
