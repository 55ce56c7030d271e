#pragma once

#include "engine/base/bytes.h"

#include <cstddef>
#include <memory>
#include <new>
#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace engine {

/// Memory that is given back all at once. Blocks double from `firstBlockBytes` to 64 KiB; a
/// larger request gets a block of its own. Holds only trivially destructible things. Not
/// thread-safe. clear() keeps the largest block, so a request arena stops allocating.
class Arena {
public:
    explicit Arena(std::size_t firstBlockBytes = 1024) noexcept : m_nextBlockBytes(firstBlockBytes) {}
    Arena(Arena&& other) noexcept { *this = std::move(other); }
    Arena& operator=(Arena&& other) noexcept
    {
        // The one that was moved from is empty: it must not write into memory it gave away.
        m_blocks = std::exchange(other.m_blocks, {});
        m_at = std::exchange(other.m_at, 0);
        m_end = std::exchange(other.m_end, 0);
        m_nextBlockBytes = other.m_nextBlockBytes;
        m_reserved = std::exchange(other.m_reserved, 0);
        return *this;
    }

    [[nodiscard]] void* allocate(std::size_t size, std::size_t align)
    {
        auto at = (m_at + (align - 1)) & ~(align - 1);
        if (at + size > m_end) [[unlikely]]
            return allocateSlow(size, align);
        m_at = at + size;
        return reinterpret_cast<void*>(at);
    }

    template <class T, class... Args>
    [[nodiscard]] T* make(Args&&... args)
    {
        static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
        return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
    }
    template <class T>
    [[nodiscard]] std::span<T> makeArray(std::size_t count)
    {
        static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
        if (count == 0)
            return {};
        T* first = static_cast<T*>(allocate(sizeof(T) * count, alignof(T)));
        for (std::size_t i = 0; i < count; ++i)
            ::new (first + i) T{};
        return {first, count};
    }
    template <class T>
    [[nodiscard]] std::span<T> copyArray(std::span<const T> from)
    {
        auto to = makeArray<T>(from.size());
        std::copy(from.begin(), from.end(), to.begin());
        return to;
    }
    [[nodiscard]] ByteView copy(ByteView bytes)
    {
        if (bytes.empty())
            return {"", 0}; // not null: an empty value differs from none
        auto* to = static_cast<char*>(allocate(bytes.size(), 1));
        std::memcpy(to, bytes.data(), bytes.size());
        return {to, bytes.size()};
    }

    /// Bytes taken from the heap.
    [[nodiscard]] std::size_t reservedBytes() const noexcept { return m_reserved; }
    void clear() noexcept;

private:
    void* allocateSlow(std::size_t size, std::size_t align);

    struct Block {
        std::unique_ptr<char[]> bytes;
        std::size_t size;
    };
    std::vector<Block> m_blocks;
    std::uintptr_t m_at = 0;
    std::uintptr_t m_end = 0;
    std::size_t m_nextBlockBytes = 1024;
    std::size_t m_reserved = 0;
};

} // namespace engine
