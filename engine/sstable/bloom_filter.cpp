#include "engine/sstable/bloom_filter.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>

namespace engine::sstable {

namespace {

constexpr std::uint32_t kBitsPerKeyMax = 20;
/// Bits that every filter has beyond those for its keys (BloomFilter's BITSET_EXCESS).
constexpr std::uint64_t kBloomExcessBits = 20;

/// False-positive rate by bits per key (row, from 2) and number of hashes (column, from 1), with
/// three digits as in Cao's table "Bloom Filters: the math", which Cassandra uses: only with its
/// rounding do our filters get Cassandra's sizes.
struct RateRow {
    std::uint32_t hashes;
    double rate[14];
};
constexpr RateRow kRates[] = {
    {2, {0.393, 0.400}},
    {3, {0.283, 0.237, 0.253}},
    {4, {0.221, 0.155, 0.147, 0.160}},
    {5, {0.181, 0.109, 0.092, 0.092, 0.101}},
    {6, {0.154, 0.0804, 0.0609, 0.0561, 0.0578, 0.0638}},
    {6, {0.133, 0.0618, 0.0423, 0.0359, 0.0347, 0.0364}},
    {7, {0.118, 0.0489, 0.0306, 0.024, 0.0217, 0.0216, 0.0229}},
    {8, {0.105, 0.0397, 0.0228, 0.0166, 0.0141, 0.0133, 0.0135, 0.0145}},
    {8, {0.0952, 0.0329, 0.0174, 0.0118, 0.00943, 0.00844, 0.00819, 0.00846}},
    {8, {0.0869, 0.0276, 0.0136, 0.00864, 0.0065, 0.00552, 0.00513, 0.00509}},
    {8, {0.08, 0.0236, 0.0108, 0.00646, 0.00459, 0.00371, 0.00329, 0.00314}},
    {9, {0.074, 0.0203, 0.00875, 0.00492, 0.00332, 0.00255, 0.00217, 0.00199, 0.00194}},
    {10, {0.0689, 0.0177, 0.00718, 0.00381, 0.00244, 0.00179, 0.00146, 0.00129, 0.00121, 0.0012}},
    {10, {0.0645, 0.0156, 0.00596, 0.003, 0.00183, 0.00128, 0.001, 0.000852, 0.000775, 0.000744}},
    {11,
     {0.0606, 0.0138, 0.005, 0.00239, 0.00139, 0.000935, 0.000702, 0.000574, 0.000505, 0.00047,
      0.000459}},
    {12,
     {0.0571, 0.0123, 0.00423, 0.00193, 0.00107, 0.000692, 0.000499, 0.000394, 0.000335, 0.000302,
      0.000287, 0.000284}},
    {12,
     {0.054, 0.0111, 0.00362, 0.00158, 0.000839, 0.000519, 0.00036, 0.000275, 0.000226, 0.000198,
      0.000183, 0.000176}},
    {13,
     {0.0513, 0.00998, 0.00312, 0.0013, 0.000663, 0.000394, 0.000264, 0.000194, 0.000155, 0.000132,
      0.000118, 0.000111, 0.000109}},
    {14,
     {0.0488, 0.00906, 0.0027, 0.00108, 0.00053, 0.000303, 0.000196, 0.00014, 0.000108, 8.89e-05,
      7.77e-05, 7.12e-05, 6.79e-05, 6.71e-05}},
};

double rateOf(std::uint32_t bits, std::uint32_t hashes)
{
    return hashes == 0 ? 1.0 : kRates[bits - 2].rate[hashes - 1];
}

std::uint32_t bestHashes(std::uint32_t bits)
{
    const auto& row = kRates[bits - 2];
    return static_cast<std::uint32_t>(std::min_element(row.rate, row.rate + row.hashes) -
                                      row.rate) +
           1;
}

} // namespace

BloomSpec BloomSpec::forChance(double chance) noexcept
{
    if (chance >= rateOf(2, 1))
        return {2, bestHashes(2)};
    std::uint32_t bits = 2;
    std::uint32_t hashes = bestHashes(bits);
    while (bits < kBitsPerKeyMax && rateOf(bits, hashes) > chance) {
        ++bits;
        hashes = bestHashes(bits);
    }
    while (hashes > 1 && rateOf(bits, hashes - 1) <= chance)
        --hashes;
    return {hashes, bits};
}

BloomFilter::BloomFilter(std::uint64_t expectedKeys, double falsePositiveChance)
{
    if (falsePositiveChance >= 1.0)
        return; // the table's owner wants no filter
    const BloomSpec spec = BloomSpec::forChance(falsePositiveChance);
    const std::uint64_t bits =
        std::max<std::uint64_t>(expectedKeys, 1) * spec.bitsPerKey + kBloomExcessBits;
    m_hashCount = spec.hashCount;
    reserve((bits + 63) / 64 * 8);
}

void BloomFilter::reserve(std::size_t bytes)
{
    m_bits = std::make_shared<char[]>(bytes);
    m_size = bytes;
}

void BloomFilter::add(const std::array<std::uint64_t, 2>& hash) noexcept
{
    if (m_size == 0)
        return;
    const auto capacity = static_cast<std::int64_t>(m_size * 8);
    std::uint64_t at = hash[1];
    for (std::uint32_t i = 0; i < m_hashCount; ++i, at += hash[0]) {
        const auto bit =
            static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(at) % capacity));
        // Relaxed: on the machines we know these are plain moves.
        const std::atomic_ref<char> byte{m_bits[bit >> 3]};
        byte.store(static_cast<char>(byte.load(std::memory_order_relaxed) | (1 << (bit & 7))),
                   std::memory_order_relaxed);
    }
}

bool BloomFilter::mayContain(const std::array<std::uint64_t, 2>& hash) const noexcept
{
    if (m_size == 0)
        return true;
    const auto capacity = static_cast<std::int64_t>(m_size * 8);
    std::uint64_t at = hash[1];
    for (std::uint32_t i = 0; i < m_hashCount; ++i, at += hash[0]) {
        const auto bit =
            static_cast<std::uint64_t>(std::abs(static_cast<std::int64_t>(at) % capacity));
        const std::atomic_ref<char> byte{m_bits[bit >> 3]};
        if ((byte.load(std::memory_order_relaxed) & (1 << (bit & 7))) == 0)
            return false;
    }
    return true;
}

Bytes BloomFilter::encode() const
{
    Bytes out;
    out.reserve(m_size + 8);
    ByteWriter writer{out};
    writer.u32(m_hashCount);
    writer.u32(static_cast<std::uint32_t>(m_size / 8));
    writer.raw({m_bits.get(), m_size});
    return out;
}

Result<BloomFilter> BloomFilter::decode(ByteView bytes)
{
    ByteReader in{bytes};
    BloomFilter filter;
    filter.m_hashCount = in.u32();
    const std::uint64_t words = in.u32();
    const ByteView bits = in.raw(words * 8);
    if (!in.ok() || !in.atEnd() || words == 0 || filter.m_hashCount == 0 || filter.m_hashCount > 64)
        return Error{ErrorCode::Corrupt, "the bloom filter's sizes do not fit the file"};
    filter.reserve(bits.size());
    bits.copy(filter.m_bits.get(), bits.size());
    return filter;
}

} // namespace engine::sstable
