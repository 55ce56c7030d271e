#include "engine/base/recycler.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace engine::recycler {

using namespace detail;

namespace {

constexpr std::size_t kSizeMax = 64 * 1024; ///< above kFineMax: powers of two up to here
/// Of a class: what 128 requests in flight need, with frames of 4 KiB.
constexpr std::size_t kWaitingBytesMax = 512 * 1024;

struct SizeClass {
    std::size_t index;
    std::size_t bytes;
};

/// Requires at most kSizeMax.
SizeClass classOf(std::size_t size) noexcept
{
    if (size <= kFineMax) {
        const std::size_t index = (std::max<std::size_t>(size, 1) - 1) / kStep;
        return {index, (index + 1) * kStep};
    }
    const std::size_t bytes = std::bit_ceil(size);
    return {kFineClasses + static_cast<std::size_t>(std::countr_zero(bytes)) - 12, bytes};
}

} // namespace

std::size_t roomOf(std::size_t size) noexcept
{
    return size > kSizeMax ? size : classOf(size).bytes;
}

#if RW_RECYCLES

// Not state that anything can observe: which address a block has is nobody's business.
constinit thread_local List detail::t_lists[kClasses]{};

namespace {

enum class Lists : std::uint8_t { Unused, InUse, Over };
constinit thread_local Lists t_state = Lists::Unused;

/// Gives the lists' memory back when their thread ends; what comes then goes to the heap.
struct EndOfThread {
    void arm() const noexcept {}
    ~EndOfThread()
    {
        t_state = Lists::Over;
        for (List& list : t_lists) {
            list.room = 0;
            while (list.first != nullptr)
                ::operator delete(std::exchange(list.first, list.first->next));
        }
    }
};
thread_local EndOfThread t_end;

/// At the first block that a thread gives back.
void openLists() noexcept
{
    t_end.arm(); // from now on there is something to give back
    t_state = Lists::InUse;
    for (std::size_t i = 0; i < kClasses; ++i) {
        const std::size_t bytes =
            i < kFineClasses ? (i + 1) * kStep : kFineMax << (i - kFineClasses + 1);
        t_lists[i].room = static_cast<std::uint32_t>(kWaitingBytesMax / bytes);
    }
}

} // namespace

[[gnu::noinline]] void* detail::takeSlowly(std::size_t size)
{
    if (size > kSizeMax)
        return ::operator new(size);
    const SizeClass at = classOf(size);
    List& list = t_lists[at.index];
    if (list.first == nullptr)
        return ::operator new(at.bytes);
    ++list.room;
    return std::exchange(list.first, list.first->next);
}

[[gnu::noinline]] void detail::giveSlowly(void* memory, std::size_t size) noexcept
{
    if (t_state == Lists::Unused)
        openLists();
    if (size <= kSizeMax) {
        List& list = t_lists[classOf(size).index];
        if (list.room > 0) {
            --list.room;
            list.first = ::new (memory) Waiting{list.first};
            return;
        }
    }
    ::operator delete(memory);
}

#else

void* detail::takeSlowly(std::size_t size)
{
    return ::operator new(roomOf(size));
}

void detail::giveSlowly(void* memory, std::size_t) noexcept
{
    ::operator delete(memory);
}

#endif

} // namespace engine::recycler
