#include "engine/sstable/histograms.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace engine::sstable {

namespace {

constexpr std::uint32_t kHllRegisters = 1U << 13;
/// stream-lib gives up the sparse form beyond three quarters of the registers.
constexpr std::size_t kHllSparseMax = kHllRegisters * 3 / 4;
constexpr std::uint32_t kHllPerWord = 6; ///< registers of 5 bits in a 32-bit word
constexpr std::uint32_t kHllWords = kHllRegisters / kHllPerWord + 1;
constexpr std::int32_t kHllVersion = -2;

/// LEB128, as stream-lib's Varint: seven bits a byte, the lowest first.
void writeLeb(Bytes& out, std::uint32_t value)
{
    while (value >= 0x80) {
        out.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

std::uint32_t readLeb(ByteReader& in)
{
    std::uint32_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        const std::uint8_t byte = in.u8();
        value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0)
            return value;
    }
    in.fail();
    return 0;
}

std::uint32_t sparseIndex(std::uint32_t encoded)
{
    return (encoded & 1) != 0 ? encoded >> 7 : encoded >> 1;
}

bool sparseLess(std::uint32_t a, std::uint32_t b)
{
    const std::uint32_t left = sparseIndex(a);
    const std::uint32_t right = sparseIndex(b);
    // Java compares the encoded values as signed numbers.
    return left != right ? left < right
                         : static_cast<std::int32_t>(a) < static_cast<std::int32_t>(b);
}

// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017): corrects the
// raw estimate's bias by formula instead of by the tables of HyperLogLog++.
double ertlSigma(double x)
{
    if (x == 1.0)
        return INFINITY;
    double y = 1;
    double z = x;
    for (double before = -1; z != before;) {
        x *= x;
        before = z;
        z += x * y;
        y += y;
    }
    return z;
}

double ertlTau(double x)
{
    if (x == 0.0 || x == 1.0)
        return 0;
    double y = 1;
    double z = 1 - x;
    for (double before = -1; z != before;) {
        x = std::sqrt(x);
        before = z;
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    }
    return z / 3;
}

} // namespace

void HyperLogLog::add(std::uint64_t hash)
{
    if (!m_registers.empty()) {
        const auto index = static_cast<std::size_t>(hash >> (64 - kPrecision));
        const auto run = static_cast<std::uint8_t>(
            std::countl_zero((hash << kPrecision) | (1ULL << (kPrecision - 1))) + 1);
        m_registers[index] = std::max(m_registers[index], run);
        return;
    }
    const auto index = static_cast<std::uint32_t>(hash >> (64 - kSparsePrecision));
    if (index << (32 - kSparsePrecision + kPrecision) == 0) {
        const auto run = static_cast<std::uint32_t>(
            std::countl_zero((hash << kPrecision) | (1ULL << (kPrecision - 1))) + 1);
        addSparse((((index << 6) | (run ^ 63U)) << 1) | 1U);
    } else {
        addSparse(index << 1);
    }
}

void HyperLogLog::addSparse(std::uint32_t encoded)
{
    m_pending.push_back(encoded);
    if (m_pending.size() < kHllSparseMax / 4)
        return;
    flushPending();
    if (m_sparse.size() > kHllSparseMax)
        toDense();
}

void HyperLogLog::flushPending() const
{
    if (m_pending.empty())
        return;
    m_sparse.insert(m_sparse.end(), m_pending.begin(), m_pending.end());
    m_pending.clear();
    std::sort(m_sparse.begin(), m_sparse.end(), sparseLess);
    m_sparse.erase(std::unique(m_sparse.begin(), m_sparse.end(),
                               [](auto a, auto b) { return sparseIndex(a) == sparseIndex(b); }),
                   m_sparse.end());
}

void HyperLogLog::toDense()
{
    m_registers.assign(kHllRegisters, 0);
    for (const std::uint32_t encoded : m_sparse) {
        const std::uint32_t index =
            (sparseIndex(encoded) >> (kSparsePrecision - kPrecision)) & (kHllRegisters - 1);
        const auto run = static_cast<std::uint8_t>(
            (encoded & 1) != 0
                ? ((encoded >> 1) & 63U) ^ 63U
                : std::countl_zero(encoded << (kPrecision + 31 - kSparsePrecision)) + 1);
        m_registers[index] = std::max(m_registers[index], run);
    }
    m_sparse.clear();
}

std::uint64_t HyperLogLog::estimate() const
{
    if (m_registers.empty()) {
        flushPending();
        constexpr double kSlots = 1U << kSparsePrecision;
        return static_cast<std::uint64_t>(std::llround(
            kSlots * std::log(kSlots / (kSlots - static_cast<double>(m_sparse.size())))));
    }
    constexpr int kRunMax = 64 - kPrecision + 1;
    double counts[kRunMax + 1] = {};
    for (const std::uint8_t run : m_registers)
        counts[std::min<int>(run, kRunMax)] += 1;
    constexpr double kCount = kHllRegisters;
    double z = kCount * ertlTau(1 - counts[kRunMax] / kCount);
    for (int k = kRunMax - 1; k >= 1; --k)
        z = 0.5 * (z + counts[k]);
    z += kCount * ertlSigma(counts[0] / kCount);
    return static_cast<std::uint64_t>(std::llround(kCount * kCount / (2 * std::log(2.0) * z)));
}

void HyperLogLog::merge(const HyperLogLog& other)
{
    flushPending();
    other.flushPending();
    if (m_registers.empty() && other.m_registers.empty()) {
        m_pending = other.m_sparse;
        flushPending();
        if (m_sparse.size() > kHllSparseMax)
            toDense();
        return;
    }
    if (m_registers.empty())
        toDense();
    HyperLogLog dense;
    if (other.m_registers.empty()) {
        dense.m_sparse = other.m_sparse;
        dense.toDense();
    }
    const auto& from = other.m_registers.empty() ? dense.m_registers : other.m_registers;
    for (std::size_t i = 0; i < m_registers.size(); ++i)
        m_registers[i] = std::max(m_registers[i], from[i]);
}

Bytes HyperLogLog::encode() const
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(kHllVersion);
    writeLeb(out, kPrecision);
    writeLeb(out, kSparsePrecision);
    if (m_registers.empty()) {
        flushPending();
        writeLeb(out, 1);
        writeLeb(out, static_cast<std::uint32_t>(m_sparse.size()));
        std::uint32_t previous = 0;
        for (const std::uint32_t encoded : m_sparse) {
            writeLeb(out, encoded - previous);
            previous = encoded;
        }
        return out;
    }
    writeLeb(out, 0);
    writeLeb(out, kHllWords * 4);
    for (std::uint32_t word = 0; word < kHllWords; ++word) {
        std::uint32_t bits = 0;
        for (std::uint32_t i = 0; i < kHllPerWord && word * kHllPerWord + i < kHllRegisters; ++i)
            bits |= static_cast<std::uint32_t>(m_registers[word * kHllPerWord + i] & 31) << (5 * i);
        writer.u32(bits);
    }
    return out;
}

Result<HyperLogLog> HyperLogLog::decode(ByteView bytes)
{
    const Error bad{ErrorCode::Corrupt, "the cardinality estimator is malformed"};
    ByteReader in{bytes};
    HyperLogLog result;
    if (in.i32() != kHllVersion || readLeb(in) != kPrecision || readLeb(in) != kSparsePrecision)
        return Error{ErrorCode::Corrupt,
                     "the cardinality estimator has an unknown version or size"};
    const std::uint32_t form = readLeb(in);
    const std::uint32_t size = readLeb(in);
    if (!in.ok() || form > 1)
        return bad;
    if (form == 1) {
        if (size > in.remaining())
            return bad;
        std::uint32_t previous = 0;
        for (std::uint32_t i = 0; i < size; ++i) {
            previous += readLeb(in);
            result.m_sparse.push_back(previous);
        }
        return in.ok() ? Result<HyperLogLog>{std::move(result)} : bad;
    }
    if (size != kHllWords * 4 || in.remaining() < size)
        return bad;
    result.m_registers.assign(kHllRegisters, 0);
    for (std::uint32_t word = 0; word < kHllWords; ++word) {
        const std::uint32_t bits = in.u32();
        for (std::uint32_t i = 0; i < kHllPerWord && word * kHllPerWord + i < kHllRegisters; ++i)
            result.m_registers[word * kHllPerWord + i] =
                static_cast<std::uint8_t>((bits >> (5 * i)) & 31);
    }
    return result;
}

} // namespace engine::sstable
