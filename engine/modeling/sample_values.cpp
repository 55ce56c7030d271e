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
    // Multiples of irrational numbers modulo 1 (Weyl 1916): square roots of numbers without common
    // squares, and for more of them multiples of a cubic one. No two are rationally related, or
    // what they decide (a null, the number of elements) would hang together.
    static constexpr double kSteps[] = {0.8556546004010440, 0.4142135623730951, 0.7320508075688772,
                                        0.2360679774997898, 0.6457513110645907, 0.3166247903553998,
                                        0.6055512754639891, 0.1231056256176606, 0.3588989435406740,
                                        0.7958315233127191, 0.3851648071345037, 0.5677643628300215};
    constexpr double kCubic = 0.7548776662466927; // 1/ρ, ρ³ = ρ + 1
    const double step = kSteps[salt % std::size(kSteps)] + kCubic * (salt / std::size(kSteps));
    const double at = 0.5 + static_cast<double>(index) * step;
    return at - std::floor(at);
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
