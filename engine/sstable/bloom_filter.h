#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <array>
#include <cstdint>

namespace engine::sstable {

/// How large a bloom filter for a false-positive chance is (BloomCalculations).
struct BloomSpec {
    std::uint32_t hashCount = 0;
    std::uint32_t bitsPerKey = 0;
    /// Requires 0 < chance < 1; chances below what 20 bits a key give are raised to that.
    [[nodiscard]] static BloomSpec forChance(double falsePositiveChance) noexcept;
};

/// Filter.db: which keys may be in the table (BloomFilter over OffHeapBitSet). The bits of a key
/// are at hash[1] + i * hash[0], from the murmur3 of the key. Reading is for any thread.
class BloomFilter {
public:
    /// Says yes to everything.
    BloomFilter() = default;
    BloomFilter(std::uint64_t expectedKeys, double falsePositiveChance);

    void add(const std::array<std::uint64_t, 2>& hash) noexcept;
    [[nodiscard]] bool mayContain(const std::array<std::uint64_t, 2>& hash) const noexcept;
    /// One of the same size without keys.
    [[nodiscard]] BloomFilter emptied() const
    {
        BloomFilter empty = *this;
        empty.m_bits.assign(m_bits.size(), '\0');
        return empty;
    }
    [[nodiscard]] bool alwaysYes() const noexcept { return m_bits.empty(); }
    [[nodiscard]] std::size_t memoryBytes() const noexcept { return m_bits.size(); }

    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static Result<BloomFilter> decode(ByteView bytes);

private:
    std::uint32_t m_hashCount = 0;
    Bytes m_bits;
};

} // namespace engine::sstable
