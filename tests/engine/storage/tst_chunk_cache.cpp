#include "engine/storage/chunk_cache.h"
#include "tests/support/test_main.h"

#include <map>
#include <random>

using namespace engine;
using namespace engine::storage;

class TstChunkCache : public QObject {
    Q_OBJECT
private slots:
    void givesOnlyWhatWasPutForThatFileAndIndex();
    void staysWithinItsBytes();
    void whatIsAskedForStays();
    void whatIsLargerThanAllOrMayGrowIsNotKept();
};

namespace {

sstable::ChunkPtr chunkOf(std::uint64_t offset, std::size_t size)
{
    auto chunk = std::make_shared<sstable::Chunk>();
    chunk->offset = offset;
    chunk->memory = std::make_unique<char[]>(size);
    chunk->bytes = ByteView{chunk->memory.get(), size};
    return chunk;
}

} // namespace

void TstChunkCache::givesOnlyWhatWasPutForThatFileAndIndex()
{
    StoreMetrics metrics;
    ChunkCache cache{1 << 20, metrics};
    std::map<std::pair<std::uint64_t, std::uint64_t>, sstable::ChunkPtr> put;
    std::mt19937_64 random{3};
    std::uint64_t found = 0;
    for (int i = 0; i < 50000; ++i) {
        const std::uint64_t file = random() % 5;
        const std::uint64_t index = random() % 200;
        if (const auto got = cache.find(file, index)) {
            QVERIFY((got == put[{file, index}]));
            ++found;
        } else {
            const auto made = chunkOf(index, 1 + random() % 8192);
            put[{file, index}] = made;
            cache.insert(file, index, made);
        }
        if (random() % 10000 == 0) {
            cache.clear();
            QCOMPARE(metrics.chunkCacheBytes, std::uint64_t{0});
        }
    }
    QCOMPARE(metrics.chunkCacheHits, found);
    QCOMPARE(metrics.chunkCacheMisses, 50000 - found);
    QVERIFY(found > 5000); // a quarter of them fits
    cache.insert(1, 1, chunkOf(1, 10));
    cache.clear();
    QVERIFY(cache.find(1, 1) == nullptr);
}

void TstChunkCache::staysWithinItsBytes()
{
    StoreMetrics metrics;
    ChunkCache cache{100'000, metrics};
    std::mt19937_64 random{5};
    for (std::uint64_t i = 0; i < 5000; ++i) {
        cache.insert(1, i, chunkOf(i, random() % 30'000));
        if (random() % 2 == 0)
            (void)cache.find(1, i - random() % 8);
        std::uint64_t bytes = 0;
        if (i % 500 == 499) {
            for (std::uint64_t k = 0; k <= i; ++k) {
                const auto got = cache.find(1, k);
                bytes += got ? got->bytes.size() : 0;
            }
            QCOMPARE(metrics.chunkCacheBytes, bytes);
        }
        QVERIFY(metrics.chunkCacheBytes <= 100'000);
    }
    QVERIFY(metrics.chunkCacheBytes > 60'000);
}

void TstChunkCache::whatIsAskedForStays()
{
    StoreMetrics metrics;
    ChunkCache cache{64 * 1024, metrics};
    for (std::uint64_t i = 0; i < 16; ++i)
        cache.insert(1, i, chunkOf(i, 4096));
    // A scan goes by; four chunks are asked for all the while.
    for (std::uint64_t i = 100; i < 1000; ++i) {
        for (std::uint64_t k = 0; k < 4; ++k)
            QVERIFY(cache.find(1, k) != nullptr);
        cache.insert(2, i, chunkOf(i, 4096));
    }
    QVERIFY(cache.find(2, 999) != nullptr);
    QVERIFY(cache.find(2, 500) == nullptr);
    QVERIFY(cache.find(1, 10) == nullptr);
}

void TstChunkCache::whatIsLargerThanAllOrMayGrowIsNotKept()
{
    StoreMetrics metrics;
    ChunkCache cache{10'000, metrics};
    cache.insert(1, 1, chunkOf(0, 6000));
    cache.insert(1, 2, chunkOf(0, 10'001));
    QVERIFY(cache.find(1, 2) == nullptr);
    auto growing = std::make_shared<sstable::Chunk>();
    growing->mayGrow = true;
    cache.insert(1, 3, growing);
    QVERIFY(cache.find(1, 3) == nullptr);
    cache.insert(1, 1, chunkOf(0, 5000)); // it is here already
    QCOMPARE(cache.find(1, 1)->bytes.size(), std::size_t{6000});
    cache.insert(1, 4, chunkOf(0, 6000));
    QVERIFY(cache.find(1, 1) == nullptr);
    QVERIFY(cache.find(1, 4) != nullptr);
    ChunkCache none{0, metrics};
    none.insert(1, 1, chunkOf(0, 1));
    QVERIFY(none.find(1, 1) == nullptr);
}

RW_TEST(TstChunkCache)
#include "tst_chunk_cache.moc"
