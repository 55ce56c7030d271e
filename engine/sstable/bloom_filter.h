#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <array>
#include <cstdint>
#include <memory>

namespace engine::sstable {

/// How large a bloom filter for a false-positive chance is (BloomCalculations).
struct BloomSpec {
    std::uint32_t hashCount = 0;
    std::uint32_t bitsPerKey = 0;
    /// Requires 0 < chance < 1; chances below what 20 bits a key give are raised to that.
    [[nodiscard]] static BloomSpec forChance(double falsePositiveChance) noexcept;
};

/// Filter.db: which keys may be in the table (BloomFilter over OffHeapBitSet). The bits of a key
/// are at hash[1] + i * hash[0], from the murmur3 of the key. Reading is for any thread, also while
/// one thread adds keys: readers that are told of a key after it was added find it. Copies share
/// the bits.
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
        BloomFilter empty;
        empty.m_hashCount = m_hashCount;
        empty.reserve(m_size);
        return empty;
    }
    [[nodiscard]] bool alwaysYes() const noexcept { return m_size == 0; }
    [[nodiscard]] std::size_t memoryBytes() const noexcept { return m_size; }

    [[nodiscard]] Bytes encode() const;
    [[nodiscard]] static Result<BloomFilter> decode(ByteView bytes);

private:
    void reserve(std::size_t bytes); ///< all zero

    std::uint32_t m_hashCount = 0;
    std::size_t m_size = 0; ///< of m_bits
    std::shared_ptr<char[]> m_bits;
};

} // namespace engine::sstable
