#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <vector>

namespace engine::sstable {

/// Summary.db: every 128th key of Index.db with its place there, and the first and last key of
/// the table (IndexSummary). Reading is for any thread.
class Summary {
public:
    struct Entry {
        std::uint32_t keyOffset = 0; ///< in m_keys
        std::uint32_t keyLength = 0;
        std::uint64_t indexOffset = 0;
        std::int64_t token = 0;
    };

    /// While writing: keys in token order, with their places in Index.db. `interval`: the
    /// table's min_index_interval.
    explicit Summary(std::uint32_t interval = 128) : m_interval(interval == 0 ? 128 : interval) {}
    void add(ByteView key, std::int64_t token, std::uint64_t indexOffset);

    [[nodiscard]] Bytes encode() const;
    /// `indexLength`: of Index.db. Corrupt when keys are out of order or offsets outside of it.
    [[nodiscard]] static Result<Summary> decode(ByteView bytes, std::uint64_t indexLength);

    [[nodiscard]] std::uint32_t interval() const noexcept { return m_interval; }
    /// Whether Cassandra has left out entries to save memory.
    [[nodiscard]] bool isSampledDown() const noexcept { return m_sampledDown; }
    [[nodiscard]] std::size_t size() const noexcept { return m_entries.size(); }
    [[nodiscard]] ByteView key(std::size_t index) const noexcept;
    [[nodiscard]] const Entry& entry(std::size_t index) const noexcept { return m_entries[index]; }
    [[nodiscard]] ByteView firstKey() const noexcept { return m_first; }
    [[nodiscard]] ByteView lastKey() const noexcept { return m_last; }
    /// The last entry at or before (token, key); 0 if all are after.
    [[nodiscard]] std::size_t floor(std::int64_t token, ByteView key) const noexcept;
    /// How many entries have a token up to and including this one.
    [[nodiscard]] std::size_t countUpTo(std::int64_t token) const noexcept;
    /// About how many keys the table has.
    [[nodiscard]] std::uint64_t estimatedKeys() const noexcept;
    [[nodiscard]] std::size_t memoryBytes() const noexcept;
    /// Every second entry, the first among them, for half the memory: lookups read twice as much of
    /// Index.db. first and last key and the estimate stay.
    [[nodiscard]] Summary halved() const;
    /// What it was when Index.db ended at `indexOffset`, with `keys` keys up to `lastKey`.
    [[nodiscard]] Summary upTo(std::uint64_t indexOffset, std::uint64_t keys,
                               ByteView lastKey) const;

private:
    std::uint32_t m_interval;
    bool m_sampledDown = false;
    std::uint64_t m_added = 0;
    Bytes m_keys;
    std::vector<Entry> m_entries;
    Bytes m_first;
    Bytes m_last;
};

} // namespace engine::sstable
