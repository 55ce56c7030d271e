#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace engine {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RW_RECYCLES 0
#else
#define RW_RECYCLES 1
#endif

/// Memory for what lives as long as a request: coroutine frames, blocks of arenas, small states.
///
/// Blocks that are given back wait in lists of their size, one set of lists a thread, and are
/// handed out again: a steady stream of requests takes nothing from the heap. Any thread may give
/// back what another took. At most 512 KiB of a size wait; more, and blocks over 64 KiB, go to the
/// heap, as everything does under sanitizers, which then see each use after its end.
namespace recycler {

/// What take() and give() are made of.
namespace detail {

constexpr std::size_t kStep = 64; ///< sizes up to kFineMax are rounded up to a multiple of it
constexpr std::size_t kFineMax = 2048;
constexpr std::size_t kFineClasses = kFineMax / kStep;
constexpr std::size_t kClasses = kFineClasses + 5;

struct Waiting {
    Waiting* next;
};
/// The blocks of one size that wait in a thread.
struct List {
    Waiting* first;
    std::uint32_t room; ///< how many more may wait

    /// nullptr if none waits.
    [[nodiscard]] void* pop() noexcept
    {
        Waiting* const block = first;
        if (block != nullptr) [[likely]] {
            first = block->next;
            ++room;
        }
        return block;
    }
    /// False if it is full.
    [[nodiscard]] bool push(void* memory) noexcept
    {
        if (room == 0) [[unlikely]]
            return false;
        --room;
        first = ::new (memory) Waiting{first};
        return true;
    }
};
extern constinit thread_local List t_lists[kClasses];

/// For a list that is empty or full, and for the rarer sizes: 0 and above kFineMax.
[[nodiscard]] void* takeSlowly(std::size_t size);
void giveSlowly(void* memory, std::size_t size) noexcept;

} // namespace detail

[[nodiscard]] inline void* take(std::size_t size)
{
#if RW_RECYCLES
    if (size - 1 < detail::kFineMax) [[likely]] {
        if (void* const block = detail::t_lists[(size - 1) / detail::kStep].pop()) [[likely]]
            return block;
    }
#endif
    return detail::takeSlowly(size);
}
/// `size` as it was taken with.
inline void give(void* memory, std::size_t size) noexcept
{
#if RW_RECYCLES
    if (size - 1 < detail::kFineMax) [[likely]] {
        if (detail::t_lists[(size - 1) / detail::kStep].push(memory)) [[likely]]
            return;
    }
#endif
    detail::giveSlowly(memory, size);
}
/// What take(size) really gives: the whole of it may be used.
[[nodiscard]] std::size_t roomOf(std::size_t size) noexcept;

} // namespace recycler

/// The recycler as a standard allocator, for containers that come and go with requests.
template <class T>
struct RecyclingAllocator {
    using value_type = T;

    RecyclingAllocator() = default;
    template <class U>
    RecyclingAllocator(const RecyclingAllocator<U>&) noexcept
    {
    }
    [[nodiscard]] T* allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(std::max_align_t));
        return static_cast<T*>(recycler::take(count * sizeof(T)));
    }
    void deallocate(T* memory, std::size_t count) noexcept
    {
        recycler::give(memory, count * sizeof(T));
    }
    friend bool operator==(const RecyclingAllocator&, const RecyclingAllocator&) = default;
};

/// Containers of a request.
template <class T>
using RecycledVector = std::vector<T, RecyclingAllocator<T>>;
using RecycledBytes = std::basic_string<char, std::char_traits<char>, RecyclingAllocator<char>>;

} // namespace engine
