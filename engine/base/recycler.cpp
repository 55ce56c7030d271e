#include "engine/base/recycler.h"

#include <algorithm>
#include <bit>

namespace engine::recycler {

using namespace detail;

namespace {

constexpr std::size_t kSizeMax = 64 * 1024; ///< above kFineMax: powers of two up to here
/// Of a class: what 128 requests in flight need, with frames of 4 KiB.
constexpr std::size_t kWaitingBytesMax = 512 * 1024;

/// The list of a size. Requires at most kSizeMax.
std::size_t classOf(std::size_t size) noexcept
{
    if (size <= kFineMax)
        return (std::max<std::size_t>(size, 1) - 1) / kStep;
    return kFineClasses + static_cast<std::size_t>(std::countr_zero(std::bit_ceil(size))) - 12;
}

/// What the blocks of a list have.
std::size_t bytesOf(std::size_t list) noexcept
{
    return list < kFineClasses ? (list + 1) * kStep : kFineMax << (list - kFineClasses + 1);
}

} // namespace

std::size_t roomOf(std::size_t size) noexcept
{
    return size > kSizeMax ? size : bytesOf(classOf(size));
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
            while (void* const block = list.pop())
                ::operator delete(block);
            list.room = 0;
        }
    }
};
thread_local EndOfThread t_end;

/// At the first block that a thread gives back.
void openLists() noexcept
{
    t_end.arm(); // from now on there is something to give back
    t_state = Lists::InUse;
    for (std::size_t i = 0; i < kClasses; ++i)
        t_lists[i].room = static_cast<std::uint32_t>(kWaitingBytesMax / bytesOf(i));
}

} // namespace

[[gnu::noinline]] void* detail::takeSlowly(std::size_t size)
{
    if (size > kSizeMax)
        return ::operator new(size);
    const std::size_t list = classOf(size);
    void* const block = t_lists[list].pop();
    return block != nullptr ? block : ::operator new(bytesOf(list));
}

[[gnu::noinline]] void detail::giveSlowly(void* memory, std::size_t size) noexcept
{
    if (t_state == Lists::Unused)
        openLists();
    if (size > kSizeMax || !t_lists[classOf(size)].push(memory))
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
