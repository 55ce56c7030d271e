#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/sstable/key_order.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine::sstable {

/// The partition index of the BTI format: Partitions.db, a trie over the byte-comparable form of
/// (token, key) whose leaves say where a partition lies, in Data.db or by way of Rows.db
/// (PartitionIndex, TrieNode). Both files are kept in memory: about ten bytes a partition. The
/// tries of rows in Rows.db are not used: wide partitions are read from their start. Immutable; any
/// thread.
class TrieIndex {
public:
    /// Corrupt, with what is wrong.
    [[nodiscard]] static Result<TrieIndex> open(Bytes partitions, Bytes rows);

    [[nodiscard]] std::uint64_t keyCount() const noexcept { return m_keyCount; }
    [[nodiscard]] ByteView firstKey() const noexcept { return m_firstKey; }
    [[nodiscard]] ByteView lastKey() const noexcept { return m_lastKey; }
    [[nodiscard]] std::size_t memoryBytes() const noexcept
    {
        return m_partitions.size() + m_rows.size();
    }

    /// Where in Data.db the one partition begins that may have this key: the trie tells keys apart
    /// by as few bytes as it needs, so the caller compares. nullopt: no partition has it.
    [[nodiscard]] Result<std::optional<std::uint64_t>> find(const KeyHash& key) const;
    /// Where the last partition begins that is certainly not after (token, key), or the first one.
    [[nodiscard]] Result<std::uint64_t> floor(std::int64_t token, ByteView key) const;
    /// Where all partitions begin in Data.db, ascending. Corrupt when the trie is damaged or has
    /// another number of entries than it says.
    [[nodiscard]] Result<std::vector<std::uint64_t>> offsets() const;

private:
    struct Node;
    [[nodiscard]] Result<Node> nodeAt(std::uint64_t position) const;
    [[nodiscard]] Result<std::uint64_t> dataOffset(const Node& node) const;
    [[nodiscard]] Result<std::uint64_t> greatestBelow(std::uint64_t position) const;

    Bytes m_partitions;
    Bytes m_rows;
    std::uint64_t m_root = 0;
    std::uint64_t m_keyCount = 0;
    Bytes m_firstKey;
    Bytes m_lastKey;
};

/// The byte-comparable form of a decorated key (DecoratedKey.asComparableBytes): its order as bytes
/// is the ring's.
[[nodiscard]] Bytes comparableKey(std::int64_t token, ByteView key);

} // namespace engine::sstable
