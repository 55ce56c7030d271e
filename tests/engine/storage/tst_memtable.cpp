#include "engine/storage/memtable.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstMemtable : public QObject {
    Q_OBJECT
private slots:
    void partitionsStandInTokenOrder();
    void keysOfOneTokenAreFoundApart();
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

void TstMemtable::anOverwrittenRowStaysReadableToWhoHoldsIt()
{
    const auto table = makeTestTable();
    const auto write = [&](std::int64_t timestamp, std::int32_t value) {
        rows::PartitionBuilder builder{table, "k"};
        rows::Row row;
        const auto values = builder.arena().makeArray<ByteView>(2);
        values[0] = values[1] = builder.arena().copy(int32Bytes(1));
        row.clustering.values = values;
        const auto cells = builder.arena().makeArray<rows::Cell>(1);
        cells[0].column = table->column("a");
        cells[0].timestamp = {timestamp};
        cells[0].value = builder.arena().copy(int32Bytes(value));
        row.cells = cells;
        builder.addRow(row);
        return std::move(builder).build();
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
