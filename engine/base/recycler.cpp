#include "engine/base/recycler.h"

#include <bit>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RW_RECYCLES 0
#else
#define RW_RECYCLES 1
#endif

namespace engine::recycler {

namespace {

constexpr std::size_t kStep = 64; ///< sizes up to kFineMax are rounded up to a multiple of it
constexpr std::size_t kFineMax = 2048;
constexpr std::size_t kFineClasses = kFineMax / kStep;
constexpr std::size_t kSizeMax = 64 * 1024; ///< above kFineMax: powers of two up to here
constexpr std::size_t kClasses = kFineClasses + 5;
constexpr std::size_t kWaitingBytesMax = 256 * 1024; ///< of a class

struct SizeClass {
    std::size_t index;
    std::size_t bytes;
};

SizeClass classOf(std::size_t size) noexcept
{
    if (size <= kFineMax) {
        const std::size_t index = size == 0 ? 0 : (size - 1) / kStep;
        return {index, (index + 1) * kStep};
    }
    const std::size_t bytes = std::bit_ceil(size);
    return {kFineClasses + static_cast<std::size_t>(std::countr_zero(bytes)) - 12, bytes};
}

#if RW_RECYCLES

struct Waiting {
    Waiting* next;
};

/// Not state that anything can observe: which address a block has is nobody's business.
struct Lists {
    Waiting* first[kClasses];
    std::size_t bytes[kClasses];
    bool isOver; ///< the thread is ending: what comes now goes to the heap
};
constinit thread_local Lists t_lists{};

/// Gives the lists' memory back when their thread ends.
struct EndOfThread {
    void arm() const noexcept {}
    ~EndOfThread()
    {
        t_lists.isOver = true;
        for (Waiting*& list : t_lists.first) {
            while (list != nullptr) {
                Waiting* const block = list;
                list = block->next;
                ::operator delete(block);
            }
        }
    }
};
thread_local EndOfThread t_end;

#endif

} // namespace

std::size_t roomOf(std::size_t size) noexcept
{
    return size > kSizeMax ? size : classOf(size).bytes;
}

#if RW_RECYCLES

void* take(std::size_t size)
{
    if (size > kSizeMax) [[unlikely]]
        return ::operator new(size);
    const SizeClass at = classOf(size);
    Lists& lists = t_lists;
    if (Waiting* const block = lists.first[at.index]) [[likely]] {
        lists.first[at.index] = block->next;
        lists.bytes[at.index] -= at.bytes;
        return block;
    }
    return ::operator new(at.bytes);
}

void give(void* memory, std::size_t size) noexcept
{
    Lists& lists = t_lists;
    if (size > kSizeMax) [[unlikely]] {
        ::operator delete(memory);
        return;
    }
    const SizeClass at = classOf(size);
    if (lists.bytes[at.index] < kWaitingBytesMax && !lists.isOver) [[likely]] {
        if (lists.bytes[at.index] == 0)
            t_end.arm(); // from now on there is something to give back
        auto* const block = static_cast<Waiting*>(memory);
        block->next = lists.first[at.index];
        lists.first[at.index] = block;
        lists.bytes[at.index] += at.bytes;
        return;
    }
    ::operator delete(memory);
}

#else

void* take(std::size_t size)
{
    return ::operator new(roomOf(size));
}

void give(void* memory, std::size_t) noexcept
{
    ::operator delete(memory);
}

#endif

} // namespace engine::recycler
