#include "engine/workload/model_values.h"

#include "engine/base/uuid.h"
#include "engine/cql/temporal.h"
#include "engine/cql/type_elements.h"
#include "engine/workload/hotel_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace engine::workload {

using cql::Type;
using cql::TypeKind;

namespace {

/// 2026-01-01 as CQL stores dates and timestamps.
constexpr std::uint32_t kFirstModelDate = (1U << 31) + 20454;
constexpr std::int64_t kFirstModelMillis = 1'767'225'600'000;

bool speaksOf(const std::string& name, std::initializer_list<const char*> words)
{
    return std::ranges::any_of(
        words, [&](const char* word) { return name.find(word) != std::string::npos; });
}

std::string_view picked(std::uint64_t bits, std::initializer_list<std::string_view> from)
{
    return *(from.begin() + bits % from.size());
}

std::string firstName(std::uint64_t bits)
{
    return std::string{picked(bits, {"Anna", "Ben",   "Chiara", "David", "Elif",  "Farid", "Grace",
                                     "Hugo", "Ines",  "Jonas",  "Kofi",  "Lena",  "Mei",   "Nils",
                                     "Olga", "Pedro", "Ravi",   "Sofia", "Tariq", "Yuki"})};
}

std::string lastName(std::uint64_t bits)
{
    return std::string{
        picked(bits, {"Smith",  "Novak",     "Rossi",  "Müller",   "Garcia", "Okafor",  "Tanaka",
                      "Silva",  "Jensen",    "Dubois", "Kowalski", "Chen",   "Ivanova", "Haddad",
                      "Murphy", "Andersson", "Kaya",   "Nguyen",   "Weber",  "Moreau"})};
}

std::string sentence(std::uint64_t bits, std::size_t words)
{
    std::string text;
    for (std::size_t i = 0; i < words; ++i) {
        bits = drawn(bits, i);
        text += (i == 0 ? "" : " ") +
                std::string{
                    picked(bits, {"the",   "quiet", "room",  "with",  "a",      "view",  "of",
                                  "water", "and",   "old",   "stone", "bridge", "near",  "market",
                                  "open",  "late",  "every", "day",   "small",  "garden"})};
    }
    return text;
}

std::string plainText(const ValueSpec& spec)
{
    const std::uint64_t bits = drawn(spec.salt, spec.number);
    const std::string& name = spec.name;
    const auto& city = words::kCities[bits % words::kCities.size()];
    if (speaksOf(name, {"first_name", "given"}))
        return firstName(bits);
    if (speaksOf(name, {"last_name", "surname", "family"}))
        return lastName(bits);
    if (speaksOf(name, {"email", "mail"}))
        return fmt::format("{}.{}{}@example.org", firstName(bits), lastName(bits >> 8),
                           spec.number);
    if (speaksOf(name, {"phone", "fax", "mobile"}))
        return fmt::format("+{} {:03} {:07}", 1 + bits % 90, bits / 97 % 1000,
                           bits / 89 % 10'000'000);
    if (speaksOf(name, {"street"}))
        return fmt::format("{} {}", 1 + bits % 199,
                           picked(bits >> 9, {"Main Street", "Oak Avenue", "Station Road",
                                              "High Street", "Mill Lane", "Park Row"}));
    if (speaksOf(name, {"city", "town"}))
        return std::string{city.name};
    if (speaksOf(name, {"state", "province", "region"}))
        return std::string{city.state};
    if (speaksOf(name, {"country"}))
        return std::string{city.country};
    if (speaksOf(name, {"postal", "zip"}))
        return fmt::format("{:05}", bits % 100'000);
    if (speaksOf(name, {"title"}) && !spec.unique)
        return std::string{picked(bits, {"Ms", "Mr", "Dr", "Prof"})};
    if (speaksOf(name, {"description", "comment", "body", "text", "message", "note"}))
        return sentence(bits, 6 + bits % 12);
    if (speaksOf(name, {"status", "state", "kind", "type", "category"}))
        return std::string{picked(bits, {"new", "open", "active", "paused", "closed"})};
    if (speaksOf(name, {"name"}))
        return firstName(bits) + " " + lastName(bits >> 8);
    return sentence(bits, 2 + bits % 2);
}

/// Unique text tells its number; the rest is as plain.
std::string modelText(const ValueSpec& spec)
{
    std::string text;
    if (spec.unique)
        text = speaksOf(spec.name, {"email", "mail"})
                   ? plainText(spec)
                   : fmt::format("{}-{:06}", spec.name.substr(0, spec.name.find('_')), spec.number);
    else
        text = plainText(spec);
    if (spec.averageBytes <= 0)
        return text;
    const double share = 0.5 + static_cast<double>(drawn(spec.salt + 1, spec.number) % 1024) / 1024;
    const auto length = static_cast<std::size_t>(std::max(1.0, spec.averageBytes * share));
    if (spec.unique && length < text.size())
        return text;
    while (text.size() < length)
        text += " " + sentence(drawn(spec.salt, text.size() + spec.number), 8);
    // Not within a character.
    std::size_t end = length;
    while (end > 0 && (text[end] & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

Bytes modelUuid(TypeKind kind, const ValueSpec& spec)
{
    if (kind == TypeKind::Timeuuid) {
        const WallTime time{std::chrono::microseconds{
            (kFirstModelMillis + static_cast<std::int64_t>(spec.number) * 1000) * 1000}};
        return Bytes{
            Uuid::timeUuid(Uuid::ticksOf(time), (2ULL << 62) | (drawn(spec.salt, 7) >> 2)).view()};
    }
    const std::uint64_t high = (drawn(spec.salt, spec.number) & ~0xF000ULL) | 0x4000;
    const std::uint64_t low = (drawn(spec.salt + 1, spec.number) >> 2) | (2ULL << 62);
    return Bytes{Uuid::fromHalves(high, low).view()};
}

Bytes nativeValue(const Type& type, const ValueSpec& spec)
{
    Bytes out;
    ByteWriter writer{out};
    const std::uint64_t bits = drawn(spec.salt, spec.number);
    const std::uint64_t plain = spec.unique ? spec.number + 1 : bits;
    switch (type.kind()) {
    case TypeKind::Ascii:
    case TypeKind::Text: {
        std::string text = modelText(spec);
        if (type.kind() == TypeKind::Ascii)
            std::erase_if(text, [](char c) { return (c & 0x80) != 0; });
        return text;
    }
    case TypeKind::Boolean:
        writer.u8(static_cast<std::uint8_t>(spec.unique ? spec.number & 1 : bits % 10 < 7));
        break;
    case TypeKind::Tinyint:
        writer.u8(static_cast<std::uint8_t>(plain % 128));
        break;
    case TypeKind::Smallint:
        writer.u16(static_cast<std::uint16_t>(spec.unique ? plain & 0x7FFF : plain % 500));
        break;
    case TypeKind::Int:
        writer.u32(static_cast<std::uint32_t>(spec.unique ? plain & 0x7FFFFFFF : plain % 100'000));
        break;
    case TypeKind::Bigint:
        writer.u64(spec.unique ? plain : plain % 1'000'000'000);
        break;
    case TypeKind::Counter:
        writer.u64(1 + bits % 100);
        break;
    case TypeKind::Float: {
        const float value = static_cast<float>(bits % 4000) / 100;
        std::uint32_t raw = 0;
        static_assert(sizeof raw == sizeof value);
        std::memcpy(&raw, &value, sizeof raw);
        writer.u32(raw);
        break;
    }
    case TypeKind::Double:
        writer.f64(static_cast<double>(bits % 400'000) / 100);
        break;
    case TypeKind::Date:
        writer.u32(kFirstModelDate +
                   static_cast<std::uint32_t>(spec.unique ? spec.number : bits % 730));
        break;
    case TypeKind::Time:
        writer.u64((spec.unique ? spec.number % 86'400 : bits % 86'400) * 1'000'000'000);
        break;
    case TypeKind::Timestamp:
        writer.i64(kFirstModelMillis + static_cast<std::int64_t>(spec.unique
                                                                     ? spec.number * 60'000
                                                                     : bits % 63'072'000'000));
        break;
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return modelUuid(type.kind(), spec);
    case TypeKind::Inet:
        writer.u32(0x0A000000U |
                   static_cast<std::uint32_t>((spec.unique ? spec.number : bits) & 0xFFFFFF));
        break;
    case TypeKind::Varint:
        writer.u8(0);
        writer.u32(static_cast<std::uint32_t>(plain) | 0x80000000U);
        break;
    case TypeKind::Decimal:
        writer.u32(2);
        writer.u8(0);
        writer.u32(static_cast<std::uint32_t>(plain) | 0x80000000U);
        break;
    case TypeKind::Duration:
        return cql::encodeDuration({static_cast<std::int32_t>(bits % 12),
                                    static_cast<std::int32_t>(bits % 28),
                                    static_cast<std::int64_t>(bits % 86'400) * 1'000'000'000});
    default: {
        const double average = spec.averageBytes > 0 ? spec.averageBytes : 64;
        const auto length =
            static_cast<std::size_t>(average * (0.5 + static_cast<double>(bits % 1024) / 1024));
        out.reserve(length + 8);
        writer.u64(spec.number);
        for (std::size_t i = 8; i < length; i += 8)
            writer.u64(drawn(bits, i));
        out.resize(std::max<std::size_t>(8, length));
        break;
    }
    }
    return out;
}

Bytes collectionValue(const Type& type, const ValueSpec& spec)
{
    const bool map = type.kind() == TypeKind::Map;
    const bool list = type.kind() == TypeKind::List;
    const double share = 0.5 + static_cast<double>(drawn(spec.salt + 2, spec.number) % 1024) / 1024;
    const auto count = static_cast<std::uint64_t>(std::max(1.0, spec.elements * share));
    std::vector<std::pair<Bytes, Bytes>> items;
    for (std::uint64_t i = 0; i < count; ++i) {
        ValueSpec inner = spec;
        inner.number = spec.number * 131 + i;
        inner.unique = false;
        inner.elements = 2;
        inner.averageBytes = map ? spec.averageBytes / 2 : spec.averageBytes;
        Bytes first = modelValue(*type.parameters()[0], inner);
        inner.salt += 3;
        items.emplace_back(std::move(first),
                           map ? modelValue(*type.parameters()[1], inner) : Bytes{});
    }
    if (!list) {
        const Type& key = *type.parameters()[0];
        std::ranges::stable_sort(
            items, [&](const auto& a, const auto& b) { return key.compare(a.first, b.first) < 0; });
        const auto same = std::ranges::unique(
            items, [&](const auto& a, const auto& b) { return a.first == b.first; });
        items.erase(same.begin(), same.end());
    }
    std::vector<cql::Element> elements;
    for (const auto& [key, value] : items) {
        elements.emplace_back(key);
        if (map)
            elements.emplace_back(value);
    }
    return cql::joinValue(type, elements);
}

} // namespace

std::uint64_t drawn(std::uint64_t salt, std::uint64_t number) noexcept
{
    std::uint64_t z = number * 0x9e3779b97f4a7c15ULL + salt * 0xbf58476d1ce4e5b9ULL + 1;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

Bytes modelValue(const Type& type, const ValueSpec& spec)
{
    if (type.isCollection())
        return collectionValue(type, spec);
    const bool parts = type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt ||
                       type.kind() == TypeKind::Vector;
    if (!parts)
        return nativeValue(type, spec);
    std::vector<Bytes> values;
    const std::size_t count =
        type.kind() == TypeKind::Vector ? type.dimension() : type.parameters().size();
    for (std::size_t i = 0; i < count; ++i) {
        const bool vector = type.kind() == TypeKind::Vector;
        ValueSpec inner = spec;
        inner.salt = spec.salt + 17 * (i + 1);
        inner.unique = false;
        inner.averageBytes = 0;
        if (type.kind() == TypeKind::Udt)
            inner.name = type.fieldNames()[i];
        values.push_back(modelValue(*type.parameters()[vector ? 0 : i], inner));
    }
    return cql::joinValue(type, std::vector<cql::Element>{values.begin(), values.end()});
}

} // namespace engine::workload
