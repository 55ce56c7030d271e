#pragma once

#include "engine/base/arena.h"

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace engine::storage {

/// A sorted sequence of small trivially copyable items in arrays of at most 64: two levels, a
/// directory of chunks and the chunks. Finding is two binary searches over contiguous memory;
/// inserting moves at most one chunk and, once in 32 inserts, the tail of the directory. Items
/// that come in order, forward or backward, move nothing and fill chunks to the brim. All memory
/// is the arena's and is never moved to another address except by insert(). An empty one takes 64
/// bytes; the first item 1 × sizeof(Item) of the arena.
///
/// `Before(item)` predicates are true for a prefix of the sequence.
template <class Item>
class SortedChunks {
    static_assert(std::is_trivially_copyable_v<Item>);

public:
    /// A place in the sequence; any insert() invalidates it.
    struct Position {
        std::uint32_t chunk = 0;
        std::uint32_t item = 0;
        friend bool operator==(const Position&, const Position&) = default;
    };

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }
    [[nodiscard]] Position begin() const noexcept { return {}; }
    [[nodiscard]] Position end() const noexcept { return {m_chunkCount, 0}; }
    /// Requires: not end().
    [[nodiscard]] const Item& at(Position at) const noexcept
    {
        const Chunk& chunk = chunks()[at.chunk];
        return at.item == 0 ? chunk.first : chunk.items[at.item];
    }
    /// Asks for the memory of the directory that at() looks at first.
    void prefetch(Position at) const noexcept { __builtin_prefetch(chunks() + at.chunk); }
    void replace(Position at, const Item& item) noexcept
    {
        Chunk& chunk = chunks()[at.chunk];
        chunk.items[at.item] = item;
        chunk.first = chunk.items[0];
    }

    [[nodiscard]] Position next(Position at) const noexcept
    {
        if (++at.item == chunks()[at.chunk].size)
            at = {at.chunk + 1, 0};
        return at;
    }
    /// Requires: not begin().
    [[nodiscard]] Position previous(Position at) const noexcept
    {
        if (at.item > 0)
            return {at.chunk, at.item - 1};
        return {at.chunk - 1, chunks()[at.chunk - 1].size - 1u};
    }

    /// The first item for which `before` is false.
    template <class Before>
    [[nodiscard]] Position find(Before&& before) const
    {
        const Chunk* const all = chunks();
        // The last chunk whose first item is still before, or the first chunk.
        std::uint32_t low = 0;
        for (std::uint32_t left = m_chunkCount; left > 1;) {
            const std::uint32_t half = left / 2;
            low += half & maskOf(before(all[low + half].first));
            left -= half;
        }
        if (low == m_chunkCount)
            return end();
        const Chunk& chunk = all[low];
        std::uint32_t index = 0;
        for (std::uint32_t left = chunk.size; left > 0;) {
            const std::uint32_t half = (left + 1) / 2;
            index += half & maskOf(before(chunk.items[index + half - 1]));
            left -= half;
        }
        return index == chunk.size ? Position{low + 1, 0} : Position{low, index};
    }
    /// How many items lie from `from` to `to`, counting at most to `most`.
    [[nodiscard]] std::uint64_t distance(Position from, Position to,
                                         std::uint64_t most) const noexcept
    {
        std::uint64_t count = 0;
        while (from.chunk < to.chunk && count < most) {
            count += chunks()[from.chunk].size - from.item;
            from = {from.chunk + 1, 0};
        }
        if (from.chunk == to.chunk && to.item > from.item)
            count += to.item - from.item;
        return std::min(count, most);
    }

    /// Inserts before `at`. Gives the new item's place.
    Position insert(Position at, const Item& item, Arena& arena)
    {
        ++m_size;
        if (m_chunkCount == 0) {
            m_inside = newChunk(1, 0, arena);
            *makeRoom(m_inside, 0) = m_inside.first = item;
            m_chunkCount = 1;
            return begin();
        }
        // Between two chunks: prefer the end of the left one, so that appends fill it.
        if (at.item == 0 && at.chunk > 0 &&
            (at.chunk == m_chunkCount || chunks()[at.chunk - 1].size < kChunkItems))
            at = {at.chunk - 1, chunks()[at.chunk - 1].size};
        Chunk* chunk = &chunks()[at.chunk];
        if (chunk->size == kChunkItems) {
            if (at.chunk == m_chunkCount - 1 && at.item == kChunkItems) {
                insertChunk(m_chunkCount, newChunk(kChunkItems, 0, arena), arena);
                at = {at.chunk + 1, 0};
            } else if (at.chunk == 0 && at.item == 0) {
                insertChunk(0, newChunk(kChunkItems, kChunkItems, arena), arena);
            } else {
                at = split(at, arena);
            }
            chunk = &chunks()[at.chunk];
        }
        if (chunk->front == 0 && chunk->back == 0)
            grow(*chunk, at.item == 0, arena);
        *makeRoom(*chunk, at.item) = item;
        chunk->first = chunk->items[0];
        return at;
    }

private:
    static constexpr std::uint32_t kChunkItems = 64;
    /// All ones or none: a search that adds instead of branching is not mispredicted every other
    /// step.
    static std::uint32_t maskOf(bool is) noexcept { return -static_cast<std::uint32_t>(is); }
    struct Chunk {
        Item first{}; ///< items[0] again, so that the directory is searched without leaving it
        Item* items = nullptr;
        std::uint16_t size = 0;
        std::uint16_t front = 0; ///< free places before the items
        std::uint16_t back = 0;  ///< free places behind them
    };

    [[nodiscard]] Chunk* chunks() noexcept
    {
        return m_directory != nullptr ? m_directory : &m_inside;
    }
    [[nodiscard]] const Chunk* chunks() const noexcept
    {
        return m_directory != nullptr ? m_directory : &m_inside;
    }
    /// An empty one with `front` of its places before the items.
    static Chunk newChunk(std::uint32_t capacity, std::uint32_t front, Arena& arena)
    {
        auto* places = static_cast<Item*>(arena.allocate(sizeof(Item) * capacity, alignof(Item)));
        return {Item{}, places + front, 0, static_cast<std::uint16_t>(front),
                static_cast<std::uint16_t>(capacity - front)};
    }
    /// The free place of a new item before items[at]. Requires a free place somewhere.
    static Item* makeRoom(Chunk& chunk, std::uint32_t at) noexcept
    {
        Item* const place = chunk.items + at;
        ++chunk.size;
        if (chunk.back == 0 || (at == 0 && chunk.front > 0)) {
            std::copy(chunk.items, place, chunk.items - 1);
            --chunk.items;
            --chunk.front;
            return place - 1;
        }
        std::copy_backward(place, chunk.items + chunk.size - 1, chunk.items + chunk.size);
        --chunk.back;
        return place;
    }
    /// Four times the places, the new ones in front or behind.
    static void grow(Chunk& chunk, bool inFront, Arena& arena)
    {
        const std::uint32_t capacity = std::min(chunk.size * 4u, kChunkItems);
        Chunk larger = newChunk(capacity, inFront ? capacity - chunk.size : 0, arena);
        std::copy(chunk.items, chunk.items + chunk.size, larger.items);
        larger.size = chunk.size;
        larger.back = static_cast<std::uint16_t>(larger.back - chunk.size);
        larger.first = chunk.first;
        chunk = larger;
    }
    void insertChunk(std::uint32_t at, const Chunk& chunk, Arena& arena)
    {
        if (m_directory == nullptr || m_chunkCount == m_directoryCapacity) {
            const std::uint32_t capacity = std::max(4u, m_chunkCount * 2);
            auto* larger =
                static_cast<Chunk*>(arena.allocate(sizeof(Chunk) * capacity, alignof(Chunk)));
            std::copy(chunks(), chunks() + m_chunkCount, larger);
            m_directory = larger;
            m_directoryCapacity = capacity;
        }
        std::copy_backward(m_directory + at, m_directory + m_chunkCount,
                           m_directory + m_chunkCount + 1);
        m_directory[at] = chunk;
        ++m_chunkCount;
    }
    Position split(Position at, Arena& arena)
    {
        constexpr std::uint32_t half = kChunkItems / 2;
        Chunk right = newChunk(kChunkItems, 0, arena);
        Chunk& left = chunks()[at.chunk];
        std::copy(left.items + half, left.items + kChunkItems, right.items);
        right.size = right.back = kChunkItems - half;
        right.first = right.items[0];
        left.size = left.back = half;
        insertChunk(at.chunk + 1, right, arena);
        return at.item <= half ? at : Position{at.chunk + 1, at.item - half};
    }

    std::uint64_t m_size = 0;
    Chunk m_inside;
    Chunk* m_directory = nullptr;
    std::uint32_t m_chunkCount = 0;
    std::uint32_t m_directoryCapacity = 0;
};

} // namespace engine::storage
