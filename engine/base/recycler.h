#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace engine {

/// Memory for what lives as long as a request: coroutine frames, blocks of arenas, small states.
///
/// Blocks that are given back wait in lists of their size, one set of lists a thread, and are
/// handed out again: a steady stream of requests takes nothing from the heap. Any thread may give
/// back what another took. At most 512 KiB of a size wait; more, and blocks over 64 KiB, go to the
/// heap, as everything does under sanitizers, which then see each use after its end.
namespace recycler {
[[nodiscard]] void* take(std::size_t size);
/// `size` as it was taken with.
void give(void* memory, std::size_t size) noexcept;
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
