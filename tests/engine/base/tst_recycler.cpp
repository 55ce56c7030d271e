#include "engine/base/recycler.h"
#include "engine/base/task.h"
#include "tests/support/test_main.h"

#include <cstring>
#include <thread>
#include <vector>

using namespace engine;

class TstRecycler : public QObject {
    Q_OBJECT
private slots:
    void roomIsNeverLessThanAskedFor();
    void blocksInUseDoNotOverlap();
    void whatOneThreadTookAnotherMayGiveBack();
    void aFrameIsUsedAgain();
};

void TstRecycler::roomIsNeverLessThanAskedFor()
{
    for (std::size_t size = 0; size < 200'000; size += size < 5000 ? 1 : 997)
        QVERIFY(recycler::roomOf(size) >= size);
}

void TstRecycler::blocksInUseDoNotOverlap()
{
    struct Block {
        char* bytes;
        std::size_t size;
        char mark;
    };
    std::vector<Block> blocks;
    std::uint32_t random = 1;
    for (int round = 0; round < 20'000; ++round) {
        random = random * 1664525 + 1013904223;
        if (blocks.size() < 100 || (random >> 16 & 1) != 0) {
            const std::size_t size = (random >> 8) % (round % 50 == 0 ? 100'000 : 3000);
            auto* bytes = static_cast<char*>(recycler::take(size));
            const auto mark = static_cast<char>(round);
            std::memset(bytes, mark, size);
            blocks.push_back({bytes, size, mark});
        } else {
            const std::size_t at = (random >> 4) % blocks.size();
            const Block block = blocks[at];
            blocks[at] = blocks.back();
            blocks.pop_back();
            QVERIFY(std::count(block.bytes, block.bytes + block.size, block.mark) ==
                    static_cast<std::ptrdiff_t>(block.size));
            recycler::give(block.bytes, block.size);
        }
        if (blocks.size() > 400) {
            for (const Block& block : blocks)
                recycler::give(block.bytes, block.size);
            blocks.clear();
        }
    }
    for (const Block& block : blocks)
        recycler::give(block.bytes, block.size);
}

void TstRecycler::whatOneThreadTookAnotherMayGiveBack()
{
    std::vector<void*> blocks;
    std::thread taker{[&blocks] {
        for (int i = 0; i < 1000; ++i)
            blocks.push_back(recycler::take(500));
    }};
    taker.join();
    for (void* block : blocks)
        recycler::give(block, 500);
    std::thread giver{[] { recycler::give(recycler::take(500), 500); }};
    giver.join();
    void* again = recycler::take(500);
    QVERIFY(again != nullptr);
    recycler::give(again, 500);
}

namespace {

Task<void*> whereItsFrameIs()
{
    int local = 0;
    co_return static_cast<void*>(&local);
}

} // namespace

void TstRecycler::aFrameIsUsedAgain()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("sanitizers see every frame come and go");
#endif
    void* first = recycler::take(64);
    recycler::give(first, 64);
    void* second = recycler::take(50);
    QCOMPARE(second, first);
    recycler::give(second, 50);
    auto task = whereItsFrameIs();
    task.start();
    QVERIFY(task.done());
}

RW_TEST(TstRecycler)
#include "tst_recycler.moc"
