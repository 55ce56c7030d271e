#pragma once

#include "engine/base/bytes.h"
#include "engine/base/recycler.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace engine {

/// Memory that is given back all at once. Blocks double from `firstBlockBytes` to 64 KiB; a
/// larger request gets a block of its own. Holds only trivially destructible things. Not
/// thread-safe. Blocks come from the recycler, and clear() keeps the largest, so the arenas of
/// requests stop taking memory from the heap.
class Arena {
public:
    explicit Arena(std::size_t firstBlockBytes = 1024) noexcept : m_nextBlockBytes(firstBlockBytes)
    {
    }
    Arena(Arena&& other) noexcept { *this = std::move(other); }
    Arena& operator=(Arena&& other) noexcept
    {
        if (this == &other)
            return *this;
        // The one that was moved from is empty: it must not write into memory it gave away.
        giveBack();
        m_blocks = std::exchange(other.m_blocks, nullptr);
        m_at = std::exchange(other.m_at, 0);
        m_end = std::exchange(other.m_end, 0);
        m_nextBlockBytes = other.m_nextBlockBytes;
        m_reserved = std::exchange(other.m_reserved, 0);
        return *this;
    }
    ~Arena() { giveBack(); }

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
        static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
        if (from.empty())
            return {};
        T* first = static_cast<T*>(allocate(from.size_bytes(), alignof(T)));
        std::uninitialized_copy(from.begin(), from.end(), first);
        return {first, from.size()};
    }
    [[nodiscard]] ByteView copy(ByteView bytes)
    {
        if (bytes.empty())
            return {"", 0}; // not null: an empty value differs from none
        auto* to = static_cast<char*>(allocate(bytes.size(), 1));
        std::memcpy(to, bytes.data(), bytes.size());
        return {to, bytes.size()};
    }

    /// Bytes of all blocks.
    [[nodiscard]] std::size_t reservedBytes() const noexcept { return m_reserved; }
    void clear() noexcept;

private:
    /// Stands before its bytes.
    struct Block {
        Block* next;
        std::size_t size; ///< with this header
    };
    void* allocateSlow(std::size_t size, std::size_t align);
    void giveBack() noexcept;

    Block* m_blocks = nullptr; ///< newest first
    std::uintptr_t m_at = 0;
    std::uintptr_t m_end = 0;
    std::size_t m_nextBlockBytes = 1024;
    std::size_t m_reserved = 0;
};

/// Copies bytes behind each other, into memory that was allocated for all of them.
class BytesPacker {
public:
    explicit BytesPacker(void* to) noexcept : m_at(static_cast<char*>(to)) {}
    /// Where they are now. An empty value differs from none, which stays none.
    ByteView operator()(ByteView bytes) noexcept
    {
        if (bytes.data() == nullptr)
            return {};
        char* const to = m_at;
        m_at += bytes.size();
        // Most values are numbers: spares the call.
        if (bytes.size() == sizeof(std::uint64_t))
            std::memcpy(to, bytes.data(), sizeof(std::uint64_t));
        else
            std::memcpy(to, bytes.data(), bytes.size());
        return {to, bytes.size()};
    }

private:
    char* m_at;
};

} // namespace engine
