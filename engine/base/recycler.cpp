#include "engine/base/recycler.h"

#include <algorithm>
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
/// Of a class: what 128 requests in flight need, with frames of 4 KiB.
constexpr std::size_t kWaitingBytesMax = 512 * 1024;

struct SizeClass {
    std::size_t index;
    std::size_t bytes;
};

/// Requires 1 to kFineMax.
SizeClass fineClassOf(std::size_t size) noexcept
{
    const std::size_t index = (size - 1) / kStep;
    return {index, (index + 1) * kStep};
}

SizeClass classOf(std::size_t size) noexcept
{
    if (size <= kFineMax)
        return fineClassOf(std::max<std::size_t>(size, 1));
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
    std::size_t bytesMax; ///< of a class; 0: none was given back yet, or the thread is ending
    bool isOver;          ///< the thread is ending: what comes now goes to the heap

    void* take(const SizeClass& at)
    {
        Waiting* const block = first[at.index];
        if (block == nullptr) [[unlikely]]
            return ::operator new(at.bytes);
        first[at.index] = block->next;
        bytes[at.index] -= at.bytes;
        return block;
    }
    void give(const SizeClass& at, void* memory) noexcept
    {
        if (bytes[at.index] >= bytesMax && !mayTakeMore()) [[unlikely]] {
            ::operator delete(memory);
            return;
        }
        auto* const block = static_cast<Waiting*>(memory);
        block->next = first[at.index];
        first[at.index] = block;
        bytes[at.index] += at.bytes;
    }
    /// True for the first block that is given back.
    bool mayTakeMore() noexcept;
};
constinit thread_local Lists t_lists{};

/// Gives the lists' memory back when their thread ends.
struct EndOfThread {
    void arm() const noexcept {}
    ~EndOfThread()
    {
        t_lists.isOver = true;
        t_lists.bytesMax = 0;
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

[[gnu::noinline]] bool Lists::mayTakeMore() noexcept
{
    if (bytesMax != 0 || isOver)
        return false;
    t_end.arm(); // from now on there is something to give back
    bytesMax = kWaitingBytesMax;
    return true;
}

#endif

} // namespace

std::size_t roomOf(std::size_t size) noexcept
{
    return size > kSizeMax ? size : classOf(size).bytes;
}

#if RW_RECYCLES

namespace {

// The rarer sizes, 0 and above kFineMax, are kept out of the usual way.
[[gnu::noinline]] void* takeOther(std::size_t size)
{
    return size > kSizeMax ? ::operator new(size) : t_lists.take(classOf(size));
}

[[gnu::noinline]] void giveOther(void* memory, std::size_t size) noexcept
{
    if (size > kSizeMax)
        ::operator delete(memory);
    else
        t_lists.give(classOf(size), memory);
}

} // namespace

void* take(std::size_t size)
{
    if (size - 1 >= kFineMax) [[unlikely]]
        return takeOther(size);
    return t_lists.take(fineClassOf(size));
}

void give(void* memory, std::size_t size) noexcept
{
    if (size - 1 >= kFineMax) [[unlikely]]
        giveOther(memory, size);
    else
        t_lists.give(fineClassOf(size), memory);
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
