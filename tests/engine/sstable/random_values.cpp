#include "tests/engine/sstable/random_values.h"

#include "engine/base/uuid.h"
#include "engine/cql/temporal.h"
#include "engine/cql/type_elements.h"
#include "engine/rows/counter_context.h"

#include <algorithm>
#include <bit>

using namespace engine;
using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace random_tables {

namespace {

constexpr TypeKind kKeyKinds[] = {
    TypeKind::Int,    TypeKind::Text,     TypeKind::Bigint,   TypeKind::Blob, TypeKind::Boolean,
    TypeKind::Uuid,   TypeKind::Smallint, TypeKind::Tinyint,  TypeKind::Date, TypeKind::Time,
    TypeKind::Ascii,  TypeKind::Varint,   TypeKind::Decimal,  TypeKind::Inet, TypeKind::Timestamp,
    TypeKind::Double, TypeKind::Float,    TypeKind::Timeuuid,
};

TypePtr anyNative(Random& random)
{
    return random.below(12) == 0 ? Type::native(TypeKind::Duration) : anyKeyType(random);
}

/// User types by number: always the same fields, as a keyspace has them.
TypePtr userType(std::uint64_t number, bool frozen)
{
    std::vector<Type::Field> fields{{"street", Type::native(TypeKind::Text)},
                                    {"zip", Type::native(TypeKind::Int)}};
    if (number == 1)
        fields.push_back({"tags", Type::frozen(Type::set(Type::native(TypeKind::Text)))});
    if (number == 2) {
        fields.push_back({"Since When", Type::native(TypeKind::Timestamp)});
        fields.push_back({"home", userType(1, true)});
    }
    return Type::udt("ks", "address" + std::to_string(number), std::move(fields), frozen);
}

TypePtr anyFrozen(Random& random)
{
    switch (random.below(7)) {
    case 0:
        return Type::frozen(Type::list(anyNative(random)));
    case 1:
        return Type::frozen(Type::set(anyKeyType(random)));
    case 2:
        return Type::frozen(Type::map(anyKeyType(random), anyNative(random)));
    case 3:
        return Type::tuple({anyNative(random), anyKeyType(random)});
    case 4:
        return Type::vector(Type::native(TypeKind::Float), 3);
    default:
        return userType(random.below(3), true);
    }
}

Bytes noise(Random& random, std::size_t size)
{
    Bytes bytes(size, '\0');
    random.fill(bytes.data(), size);
    return bytes;
}

Bytes text(Random& random, bool few, bool ascii)
{
    if (few)
        return Bytes(1 + random.below(2), static_cast<char>('a' + random.below(5)));
    static constexpr std::string_view kPieces[] = {"ä",  "日本", "\"",   "\\",
                                                   "\n", "\t",   "🙂", "'"};
    Bytes made;
    for (std::uint64_t n = random.below(random.below(20) == 0 ? 3000 : 40); n > 0; --n) {
        if (!ascii && random.below(9) == 0)
            made += kPieces[random.below(std::size(kPieces))];
        else
            made += static_cast<char>(' ' + random.below(95));
    }
    return made;
}

/// Bytes of a number in two's complement, none superfluous.
Bytes integer(Random& random, bool few)
{
    Bytes bytes = noise(random, few ? 1 : 1 + random.below(14));
    if (few)
        bytes[0] = static_cast<char>(random.below(12));
    while (bytes.size() > 1 && (bytes[0] == '\0' || bytes[0] == '\xff') &&
           ((bytes[0] ^ bytes[1]) & 0x80) == 0)
        bytes.erase(0, 1);
    return bytes;
}

Bytes nativeValue(Random& random, const Type& type, bool few)
{
    const std::uint64_t small = random.below(12);
    const std::uint64_t bits = few ? small : random.below(UINT64_MAX);
    switch (type.kind()) {
    case TypeKind::Text:
    case TypeKind::Ascii:
        return text(random, few, type.kind() == TypeKind::Ascii);
    case TypeKind::Blob:
        return few ? Bytes(1, static_cast<char>(small)) : noise(random, random.below(60));
    case TypeKind::Boolean:
        return Bytes(1, static_cast<char>(bits & 1));
    case TypeKind::Tinyint:
        return Bytes(1, static_cast<char>(bits));
    case TypeKind::Smallint:
        return bigEndian<std::uint32_t>(static_cast<std::uint32_t>(bits)).substr(2);
    case TypeKind::Int:
        return bigEndian(static_cast<std::uint32_t>(bits));
    case TypeKind::Date: // around 1970, a few centuries to both sides
        return bigEndian(static_cast<std::uint32_t>(0x80000000U + bits % 200'000 - 100'000));
    case TypeKind::Time:
        return bigEndian<std::uint64_t>(bits % 86'400'000'000'000ULL);
    case TypeKind::Timestamp: // milliseconds, years 1843 to 2096
        return bigEndian(static_cast<std::int64_t>(bits % 8'000'000'000'000ULL) -
                         4'000'000'000'000LL);
    case TypeKind::Double: {
        Bytes bytes;
        ByteWriter{bytes}.f64((static_cast<double>(bits % 2'000'001) - 1'000'000) / 64);
        return bytes;
    }
    case TypeKind::Float: {
        const float value = (static_cast<float>(bits % 20'001) - 10'000) / 8;
        return bigEndian(std::bit_cast<std::uint32_t>(value));
    }
    case TypeKind::Uuid:
        return few ? Bytes(15, '\x42') + static_cast<char>(small) : noise(random, 16);
    case TypeKind::Timeuuid:
        return Bytes{Uuid::timeUuid(few ? small : bits >> 20, 0x8080808080808080ULL).view()};
    case TypeKind::Inet:
        return few ? bigEndian(static_cast<std::uint32_t>(0x0A000000U + small))
                   : noise(random, random.below(2) == 0 ? 4 : 16);
    case TypeKind::Varint:
        return integer(random, few);
    case TypeKind::Decimal:
        return bigEndian(static_cast<std::uint32_t>(few ? 2 : random.below(9))) +
               integer(random, few);
    case TypeKind::Duration: {
        const std::int32_t sign = random.below(2) == 0 ? 1 : -1;
        return cql::encodeDuration({sign * static_cast<std::int32_t>(random.below(30)),
                                    sign * static_cast<std::int32_t>(random.below(40)),
                                    sign * static_cast<std::int64_t>(bits % 90'000'000'000'000)});
    }
    default:
        return bigEndian<std::uint64_t>(bits);
    }
}

/// Several values in order, none twice.
std::vector<Bytes> distinct(Random& random, const Type& type)
{
    std::vector<Bytes> made;
    for (std::uint64_t n = random.below(5); n > 0; --n)
        made.push_back(anyValue(random, type, random.below(2) == 0));
    std::sort(made.begin(), made.end(),
              [&](const Bytes& a, const Bytes& b) { return type.compare(a, b) < 0; });
    made.erase(std::unique(made.begin(), made.end(),
                           [&](const Bytes& a, const Bytes& b) { return type.compare(a, b) == 0; }),
               made.end());
    return made;
}

} // namespace

cql::TypePtr anyKeyType(Random& random)
{
    return Type::native(kKeyKinds[random.below(std::size(kKeyKinds))]);
}

cql::TypePtr anyColumnType(Random& random)
{
    switch (random.below(12)) {
    case 0:
        return Type::map(anyKeyType(random), anyNative(random));
    case 1:
        return Type::map(anyKeyType(random), anyFrozen(random));
    case 2:
        return Type::set(anyKeyType(random));
    case 3:
        return Type::list(random.below(2) == 0 ? anyNative(random) : anyFrozen(random));
    case 4:
    case 5:
        return userType(random.below(3), false);
    case 6:
    case 7:
        return anyFrozen(random);
    default:
        return anyNative(random);
    }
}

Bytes anyValue(Random& random, const Type& type, bool few)
{
    if (type.parameters().empty())
        return nativeValue(random, type, few);
    std::vector<Bytes> parts;
    std::vector<cql::Element> elements;
    const TypePtr& first = type.parameters().front();
    switch (type.kind()) {
    case TypeKind::Set:
        parts = distinct(random, *first);
        break;
    case TypeKind::Map:
        for (Bytes& key : distinct(random, *first)) {
            parts.push_back(std::move(key));
            parts.push_back(anyValue(random, *type.parameters().back(), few));
        }
        break;
    case TypeKind::List:
        for (std::uint64_t n = random.below(5); n > 0; --n)
            parts.push_back(anyValue(random, *first, few));
        break;
    case TypeKind::Vector:
        for (std::uint32_t i = 0; i < type.dimension(); ++i)
            parts.push_back(anyValue(random, *first, few));
        break;
    default: // tuple, user type: one value a field
        for (const TypePtr& field : type.parameters())
            parts.push_back(anyValue(random, *field, few));
        break;
    }
    for (const Bytes& part : parts) {
        const bool nullable = type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt;
        if (nullable && random.below(6) == 0)
            elements.emplace_back();
        else
            elements.emplace_back(part);
    }
    return cql::joinValue(type, elements);
}

Bytes anyCounter(Random& random)
{
    Arena arena;
    Bytes context;
    for (std::uint64_t shards = 1 + random.below(3); shards > 0; --shards) {
        const Bytes id = Bytes(15, '\x17') + static_cast<char>(random.below(4));
        const Bytes one =
            rows::makeGlobalCounterContext(id, static_cast<std::int64_t>(1 + random.below(1000)),
                                           static_cast<std::int64_t>(random.below(2000)) - 1000);
        context = context.empty() ? one : Bytes{rows::mergeCounterContexts(context, one, arena)};
    }
    return context;
}

} // namespace random_tables
