#include "engine/storage/memtable.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstMemtable : public QObject {
    Q_OBJECT
private slots:
    void partitionsStandInTokenOrder();
    void keysOfOneTokenAreFoundApart();
    void rowsStandInOrderWhateverOrderTheyComeIn_data();
    void rowsStandInOrderWhateverOrderTheyComeIn();
    void anOverwrittenRowStaysReadableToWhoHoldsIt();
};

void TstMemtable::partitionsStandInTokenOrder()
{
    const auto table = makeTestTable();
    storage::Memtable memtable{table, {}};
    StoreModel model{table};
    RandomUpdates updates{table, 3};
    for (std::int32_t i = 0; i < 500; ++i) {
        const Bytes key = int32Bytes(i);
        auto update = updates.next(key, nullptr, 2);
        if (update.isEmpty())
            continue;
        memtable.apply(update, sstable::KeyHash::of(key).token);
        model.add(update);
    }
    const auto keys = model.keys();
    QCOMPARE(memtable.partitionCount(), std::uint64_t{keys.size()});
    auto at = memtable.begin();
    for (const Bytes& key : keys) {
        QCOMPARE(memtable.at(at).key, ByteView{key});
        QVERIFY(memtable.find(sstable::KeyHash::of(key).token, key) == &memtable.at(at));
        at = memtable.next(at);
    }
    QVERIFY(at == memtable.end());
    QVERIFY(memtable.find(1, "absent") == nullptr);
}

/// Tokens collide in their low bits and as a whole: each key is still found, and no other.
void TstMemtable::keysOfOneTokenAreFoundApart()
{
    const auto table = makeTestTable();
    storage::Memtable memtable{table, {}};
    RandomUpdates updates{table, 5};
    const auto tokenOf = [](std::int32_t i) { return std::int64_t{i % 7} * 1024; };
    for (std::int32_t i = 0; i < 300; ++i) {
        const Bytes key = int32Bytes(i);
        QVERIFY(memtable.find(tokenOf(i), key) == nullptr);
        auto update = updates.next(key, nullptr, 2);
        while (update.isEmpty())
            update = updates.next(key, nullptr, 2);
        memtable.apply(update, tokenOf(i));
        memtable.apply(update, tokenOf(i));
    }
    QCOMPARE(memtable.partitionCount(), std::uint64_t{300});
    for (std::int32_t i = 0; i < 300; ++i) {
        const Bytes key = int32Bytes(i);
        const auto* const found = memtable.find(tokenOf(i), key);
        QVERIFY(found != nullptr);
        QCOMPARE(found->key, ByteView{key});
        QVERIFY(memtable.find(tokenOf(i + 1), key) == nullptr);
    }
}

void TstMemtable::rowsStandInOrderWhateverOrderTheyComeIn_data()
{
    QTest::addColumn<int>("shape");
    QTest::newRow("forward, and again") << 0;
    QTest::newRow("backward, and again") << 1;
    QTest::newRow("forward, then backward") << 2;
    QTest::newRow("there and back in short steps") << 3;
    QTest::newRow("forward in leaps, filled up later") << 4;
    QTest::newRow("at random") << 5;
}

void TstMemtable::rowsStandInOrderWhateverOrderTheyComeIn()
{
    QFETCH(int, shape);
    const auto table = makeTestTable();
    storage::Memtable memtable{table, {}};
    const auto token = sstable::KeyHash::of("k").token;
    SeededRandom random{23};
    std::map<std::int32_t, std::int32_t> model;
    constexpr std::int32_t count = 2000;
    for (std::int32_t i = 0; i < 2 * count; ++i) {
        const std::int32_t step = i % count;
        const std::int32_t clustering = shape == 0   ? step
                                        : shape == 1 ? -step
                                        : shape == 2 ? (i < count ? step : count - step)
                                        : shape == 3 ? step / 20 * 10 + std::abs(step % 20 - 10)
                                        : shape == 4
                                            ? (i < count ? step * 3 : step)
                                            : static_cast<std::int32_t>(random.below(count));
        memtable.apply(oneRow(table, "k", clustering, i, i), token);
        model[clustering] = i;
    }
    QCOMPARE(memtable.rowCount(), std::uint64_t{model.size()});
    const auto* const partition = memtable.find(token, "k");
    std::map<std::int32_t, std::int32_t> held;
    Arena arena;
    for (auto at = partition->rows.begin(); !(at == partition->rows.end());
         at = partition->rows.next(at)) {
        const rows::Row row = partition->rows.at(at).row->row(arena);
        const std::int32_t clustering = ByteReader{row.clustering.values[0]}.i32();
        QVERIFY(held.empty() || held.rbegin()->first < clustering);
        held[clustering] = ByteReader{row.cells[0].value}.i32();
    }
    QVERIFY(held == model);
}

void TstMemtable::anOverwrittenRowStaysReadableToWhoHoldsIt()
{
    const auto table = makeTestTable();
    const auto write = [&](std::int64_t timestamp, std::int32_t value) {
        return oneRow(table, "k", 1, value, timestamp);
    };
    storage::Memtable memtable{table, {}};
    const auto token = sstable::KeyHash::of("k").token;
    memtable.apply(write(1, 10), token);
    const auto* partition = memtable.find(token, "k");
    Arena arena;
    const auto now = [&] { return partition->rows.at(partition->rows.begin()).row->row(arena); };
    const rows::Row held = now();
    memtable.apply(write(2, 20), token);
    QCOMPARE(Bytes{held.cells[0].value}, int32Bytes(10));
    QCOMPARE(partition->rows.size(), std::uint64_t{1});
    QCOMPARE(Bytes{now().cells[0].value}, int32Bytes(20));
    memtable.apply(write(1, 30), token); // an older write changes nothing
    QCOMPARE(Bytes{now().cells[0].value}, int32Bytes(20));
    QCOMPARE(memtable.rowCount(), std::uint64_t{1});
}

RW_TEST(TstMemtable)
#include "tst_memtable.moc"
