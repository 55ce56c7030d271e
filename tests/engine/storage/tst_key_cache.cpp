#include "engine/storage/key_cache.h"
#include "tests/support/test_main.h"

#include <map>

using namespace engine;
using namespace engine::storage;

class TstKeyCache : public QObject {
    Q_OBJECT
private slots:
    void givesOnlyWhatWasPutForThatFileAndKey();
    void staysWithinItsBytes();
    void withoutRoomItKeepsNothing();
    void whatIsLearnedPushesNothingOut();
};

namespace {

sstable::PartitionEntry entryAt(std::uint64_t offset, std::size_t indexBytes = 0)
{
    sstable::PartitionEntry entry;
    entry.dataOffset = offset;
    if (indexBytes != 0) {
        auto index = std::make_shared<sstable::RowIndex>();
        index->blocks.assign(indexBytes, 'x');
        entry.rowIndex = std::move(index);
    }
    return entry;
}

} // namespace

void TstKeyCache::givesOnlyWhatWasPutForThatFileAndKey()
{
    StoreMetrics metrics;
    KeyCache cache{1 << 20, metrics};
    std::map<std::pair<std::uint64_t, std::string>, std::uint64_t> put;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const std::uint64_t file = 2 + i % 3 * 2;
        const std::string key = "key" + std::to_string(i / 2);
        cache.insert(file, sstable::KeyHash::of(key), entryAt(i));
        put[{file, key}] = i;
    }
    std::size_t found = 0;
    for (std::uint64_t file = 2; file <= 8; file += 2) {
        for (int i = 0; i < 2000; ++i) {
            const std::string key = "key" + std::to_string(i);
            const auto* entry = cache.find(file, sstable::KeyHash::of(key));
            if (entry == nullptr)
                continue;
            ++found;
            const auto at = put.find({file, key});
            QVERIFY(at != put.end());
            QCOMPARE(entry->dataOffset, at->second);
        }
    }
    // There is room for all; few sets were needed by a fifth key.
    QVERIFY2(found > 2950, qPrintable(QString::number(found)));
    QCOMPARE(metrics.keyCacheHits, found);
}

void TstKeyCache::staysWithinItsBytes()
{
    StoreMetrics metrics;
    constexpr std::uint64_t bytesMax = 256 * 1024;
    KeyCache cache{bytesMax, metrics};
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        cache.insert(2, sstable::KeyHash::of("key" + std::to_string(i)), entryAt(i, i % 1000));
        QVERIFY(metrics.keyCacheBytes <= bytesMax);
    }
    QVERIFY(metrics.keyCacheEntries > 0);
    const auto huge = sstable::KeyHash::of("huge");
    cache.insert(2, huge, entryAt(1, bytesMax / 2));
    QVERIFY(cache.find(2, huge) == nullptr);
}

void TstKeyCache::withoutRoomItKeepsNothing()
{
    StoreMetrics metrics;
    KeyCache cache{0, metrics};
    const auto key = sstable::KeyHash::of("key");
    cache.insert(2, key, entryAt(1));
    QVERIFY(cache.find(2, key) == nullptr);
    QCOMPARE(metrics.keyCacheBytes, std::uint64_t{0});
}

void TstKeyCache::whatIsLearnedPushesNothingOut()
{
    StoreMetrics metrics;
    KeyCache cache{1 << 20, metrics};
    const auto keyOf = [](int i) { return sstable::KeyHash::of("key" + std::to_string(i)); };
    cache.learn(2, keyOf(0), entryAt(0, 100).rowIndex);
    QVERIFY(cache.find(2, keyOf(0)) == nullptr); // there was nothing to add it to
    for (int i = 0; i < 1000; ++i) {
        cache.insert(2, keyOf(i), entryAt(std::uint64_t(i)));
        cache.learn(2, keyOf(i), entryAt(0, 2000).rowIndex);
    }
    int kept = 0;
    int withIndex = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto* entry = cache.find(2, keyOf(i));
        kept += entry != nullptr ? 1 : 0;
        withIndex += entry != nullptr && entry->rowIndex ? 1 : 0;
        QVERIFY(entry == nullptr || entry->dataOffset == std::uint64_t(i));
    }
    QVERIFY2(kept > 980, qPrintable(QString::number(kept)));
    QVERIFY2(withIndex > 200 && withIndex < 270, qPrintable(QString::number(withIndex)));
    QVERIFY(metrics.keyCacheBytes <= 1 << 20);
}

RW_TEST(TstKeyCache)
#include "tst_key_cache.moc"
