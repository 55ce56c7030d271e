#include "engine/base/hash.h"
#include "engine/cql/temporal.h"
#include "engine/cql/type_elements.h"
#include "engine/modeling/sample_rows.h"
#include "engine/modeling/value_sizes.h"

#include <algorithm>
#include <cmath>

namespace engine::modeling {

using cql::Type;
using cql::TypeKind;

namespace {

/// Days since 1970 as CQL stores dates, around the time of the samples.
constexpr std::uint32_t kSampleDate = 0x80000000U + 20'000;
constexpr std::int64_t kSampleMillis = 1'760'000'000'000;

/// SplitMix64 (Steele, Lea, Flood 2014): for the look of contents only.
std::uint64_t mixed(std::uint64_t number, std::uint64_t salt)
{
    std::uint64_t z = number * 0x9e3779b97f4a7c15ULL + salt * 0xbf58476d1ce4e5b9ULL + 1;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/// Of the numbers below `size`, a power of two, the one that a permutation chosen by `key` puts in
/// the place of `number`.
std::uint64_t permuted(std::uint64_t number, std::uint64_t size, std::uint64_t key)
{
    const std::uint64_t mask = size - 1;
    for (int round = 0; round < 4; ++round, key >>= 14) {
        number = (number * ((key & 0x7F) | 1) + (key >> 7 & 0x7F)) & mask; // odd factor: one to one
        number ^= number >> 2;
    }
    return number;
}

/// A length that is `average` over many numbers and varies by half of it to both sides.
std::size_t sampleLength(double average, std::uint64_t number, std::uint32_t salt)
{
    const double spread = average < 3 ? 0 : average * (evenly(number, salt + 7) - 0.5);
    const double length = average + spread;
    const double whole = std::floor(length);
    const bool up = evenly(number, salt + 13) < length - whole;
    return static_cast<std::size_t>(whole) + (up ? 1 : 0);
}

void appendWords(std::size_t length, std::uint64_t number, std::uint32_t salt, Bytes& out)
{
    static constexpr std::string_view kSyllables[] = {
        "an", "ber", "co", "den", "el",  "fin", "go",   "har", "in", "ka", "la",
        "mo", "ner", "or", "pel", "qui", "ro",  "ster", "ta",  "ul", "va", "wen"};
    const std::size_t end = out.size() + length;
    for (std::uint64_t i = 0; out.size() < end; ++i) {
        const std::uint64_t bits = mixed(number * 64 + i, salt);
        out += kSyllables[bits % std::size(kSyllables)];
        if (bits >> 62 == 0)
            out += ' ';
    }
    out.resize(end);
}

void appendBinary(std::size_t length, std::uint64_t number, std::uint32_t salt, Bytes& out)
{
    for (std::size_t i = 0; i < length; ++i)
        out += static_cast<char>(mixed(number * 4096 + i, salt) >> 56);
}

/// Two's complement without superfluous bytes.
void appendInteger(std::size_t length, std::uint64_t number, std::uint32_t salt, Bytes& out)
{
    const std::size_t start = out.size();
    appendBinary(std::max<std::size_t>(length, 1), number, salt, out);
    out[start] = static_cast<char>(1 + (static_cast<unsigned char>(out[start]) % 127));
}

void appendSampleDuration(std::size_t length, std::uint64_t number, std::uint32_t salt, Bytes& out)
{
    // A vint of n bytes holds 7n bits, one of them the sign.
    const std::size_t nanosBytes = std::clamp<std::size_t>(length < 3 ? 1 : length - 2, 1, 8);
    const std::uint64_t top = 1ULL << (7 * nanosBytes - 2);
    const auto nanos = static_cast<std::int64_t>(top + mixed(number, salt) % top);
    out += cql::encodeDuration({1, static_cast<std::int32_t>(mixed(number, salt) % 28), nanos});
}

void appendUuid(const Type& type, std::uint64_t number, std::uint32_t salt, Bytes& out)
{
    ByteWriter writer{out};
    if (type.kind() == TypeKind::Uuid) {
        writer.u64((mixed(number, salt) & ~0xF000ULL) | 0x4000);
        writer.u64((mixed(number, salt + 1) >> 2) | (2ULL << 62));
        return;
    }
    const WallTime time{
        std::chrono::microseconds{(kSampleMillis + static_cast<std::int64_t>(number)) * 1000}};
    writer.raw(Uuid::timeUuid(Uuid::ticksOf(time), (2ULL << 62) | salt).view());
}

void appendNative(const Type& type, double scale, std::uint64_t number, std::uint32_t salt,
                  Bytes& out)
{
    ByteWriter writer{out};
    const std::uint64_t bits = mixed(number, salt);
    const std::size_t length = sampleLength(valueBytes(type).variable * scale, number, salt);
    switch (type.kind()) {
    case TypeKind::Boolean:
        return writer.u8(static_cast<std::uint8_t>(bits & 1));
    case TypeKind::Tinyint:
        return writer.u8(static_cast<std::uint8_t>(bits));
    case TypeKind::Smallint:
        return writer.u16(static_cast<std::uint16_t>((number * 0x9E3B1 + salt) & 0x7FFF));
    case TypeKind::Int:
        // An odd factor: no number twice, so that keys differ.
        return writer.u32(static_cast<std::uint32_t>((number * 0x9E3B1 + salt) & 0xFFFFF));
    case TypeKind::Date:
        return writer.u32(kSampleDate + static_cast<std::uint32_t>(number % 4000));
    case TypeKind::Float:
        return writer.u32(0x41A00000U | static_cast<std::uint32_t>(bits & 0x3FFFF));
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return writer.u64((number * 0x9E3779B1 + salt) & 0xFFFFFFFF);
    case TypeKind::Double:
        return writer.f64(20 + static_cast<double>(bits % 10'000) / 100);
    case TypeKind::Timestamp:
        return writer.i64(kSampleMillis + static_cast<std::int64_t>(number) * 1000);
    case TypeKind::Time:
        return writer.i64(static_cast<std::int64_t>(bits % 86'400) * 1'000'000'000);
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return appendUuid(type, number, salt, out);
    case TypeKind::Ascii:
    case TypeKind::Text:
        return appendWords(length, number, salt, out);
    case TypeKind::Inet:
        return appendBinary(length >= 10 ? 16 : 4, number, salt, out);
    case TypeKind::Varint:
        return appendInteger(length, number, salt, out);
    case TypeKind::Decimal:
        writer.u32(2);
        return appendInteger(length, number, salt, out);
    case TypeKind::Duration:
        return appendSampleDuration(length, number, salt, out);
    default:
        return appendBinary(length, number, salt, out);
    }
}

} // namespace

double evenly(std::uint64_t index, std::uint32_t salt) noexcept
{
    // Stratified sampling (McKay, Beckman, Conover 1979) in blocks, the strata permuted by hashing
    // (Kensler 2013), and antithetic: numbers come in pairs whose mean is a half, so that a few
    // are balanced too. Multiples of an irrational number, one for each salt, were worse: among a
    // hundred salts some step is close to a fraction of small terms, and sweeps the interval
    // slowly.
    if (index == 0)
        return 0.5;
    constexpr std::uint64_t kPairsABlock = 32;
    const std::uint64_t pair = (index - 1) / 2;
    const std::uint64_t block = pair / kPairsABlock;
    const std::uint64_t key = mixed(block, salt);
    const std::uint64_t stratum = permuted(pair % kPairsABlock, kPairsABlock, key);
    const std::uint64_t bits = mixed(pair, key);
    const double within = (static_cast<double>(bits >> 40) + 0.5) * 0x1p-24;
    const double at = (static_cast<double>(stratum) + within) / (2 * kPairsABlock);
    return ((index + bits) & 1) == 0 ? at : 1 - at;
}

void appendSampleValue(const Type& type, double scale, std::uint64_t number, std::uint32_t salt,
                       Bytes& out)
{
    switch (type.kind()) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Tuple:
    case TypeKind::Udt:
    case TypeKind::Vector:
        break;
    default:
        return appendNative(type, scale, number, salt, out);
    }
    const std::size_t count = type.kind() == TypeKind::Vector ? type.dimension()
                              : type.isCollection() ? static_cast<std::size_t>(kDefaultElements)
                                                    : 1;
    std::vector<Bytes> parts;
    for (std::size_t i = 0; i < count; ++i) {
        for (const cql::TypePtr& part : type.parameters())
            appendSampleValue(*part, scale, number * count + i, salt + 1, parts.emplace_back());
    }
    const std::vector<cql::Element> elements{parts.begin(), parts.end()};
    out += cql::joinValue(type, elements);
}

} // namespace engine::modeling
