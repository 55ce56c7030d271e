#include "engine/modeling/value_conversion.h"

#include "engine/cql/numbers.h"
#include "engine/cql/type_elements.h"

#include <algorithm>
#include <bit>

namespace engine::modeling {

using cql::Type;
using cql::TypeKind;

namespace {

/// Bytes of an integer type; 0: it is none.
std::size_t integerWidth(TypeKind kind)
{
    switch (kind) {
    case TypeKind::Tinyint:
        return 1;
    case TypeKind::Smallint:
        return 2;
    case TypeKind::Int:
        return 4;
    case TypeKind::Bigint:
        return 8;
    default:
        return 0;
    }
}

bool isNativeText(TypeKind kind)
{
    return kind == TypeKind::Text || kind == TypeKind::Ascii;
}

bool isComposite(const Type& type)
{
    return type.isCollection() || type.kind() == TypeKind::Udt || type.kind() == TypeKind::Tuple ||
           type.kind() == TypeKind::Vector;
}

Conversion impossible(const Type& from, const Type& to)
{
    return {ConversionKind::Impossible,
            "not every value of " + from.toString() + " fits " + to.toString()};
}

/// The worse of both, with its sentence.
void worsen(Conversion& so, Conversion more)
{
    if (more.kind > so.kind)
        so = std::move(more);
}

Conversion nativeConversion(const Type& from, const Type& to)
{
    const TypeKind source = from.kind();
    const TypeKind target = to.kind();
    if (source == TypeKind::Counter || target == TypeKind::Counter)
        return impossible(from, to);
    if (target == TypeKind::Blob)
        return {ConversionKind::Same, {}};
    if ((source == TypeKind::Ascii && target == TypeKind::Text) ||
        (source == TypeKind::Timeuuid && target == TypeKind::Uuid) ||
        (source == TypeKind::Bigint && target == TypeKind::Timestamp) ||
        (source == TypeKind::Timestamp && target == TypeKind::Bigint))
        return {ConversionKind::Same, {}};
    const std::size_t width = integerWidth(source);
    const std::size_t wanted = integerWidth(target);
    const bool widens = width != 0 && wanted > width;
    const bool isInteger = width != 0 || source == TypeKind::Varint;
    if (widens || (width != 0 && target == TypeKind::Varint) ||
        (isInteger && target == TypeKind::Decimal) ||
        (width != 0 && width <= 4 && target == TypeKind::Double) ||
        (source == TypeKind::Float && target == TypeKind::Double) ||
        (source == TypeKind::Date && target == TypeKind::Timestamp))
        return {ConversionKind::Exact, {}};
    if (source == TypeKind::Timestamp && target == TypeKind::Date)
        return {ConversionKind::Lossy, "the time of day is left out"};
    if (target == TypeKind::Text && source != TypeKind::Custom && source != TypeKind::Empty)
        return {ConversionKind::Exact, {}};
    return impossible(from, to);
}

std::int64_t integerOf(ByteView value)
{
    std::int64_t number = static_cast<signed char>(value.front());
    for (const char byte : value.substr(1))
        number = static_cast<std::int64_t>((static_cast<std::uint64_t>(number) << 8) |
                                           static_cast<unsigned char>(byte));
    return number;
}

Bytes bigEndian(std::uint64_t number, std::size_t width)
{
    Bytes bytes(width, '\0');
    for (std::size_t i = width; i-- > 0; number >>= 8)
        bytes[i] = static_cast<char>(number & 0xFF);
    return bytes;
}

constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr std::int64_t kDayZero = std::int64_t{1} << 31; ///< of a serialized date

Bytes convertTime(TypeKind target, ByteView value)
{
    if (target == TypeKind::Timestamp) {
        const auto days = static_cast<std::int64_t>(loadBigEndian<std::uint32_t>(value.data()));
        return bigEndian(static_cast<std::uint64_t>((days - kDayZero) * kMillisPerDay), 8);
    }
    const auto millis = loadBigEndian<std::int64_t>(value.data());
    std::int64_t days = millis / kMillisPerDay;
    days -= millis % kMillisPerDay < 0 ? 1 : 0; // before 1970 too the day is the one that began
    return bigEndian(
        static_cast<std::uint64_t>(std::clamp<std::int64_t>(days + kDayZero, 0, 2 * kDayZero - 1)),
        4);
}

Bytes convertNative(const Type& from, const Type& to, ByteView value)
{
    const TypeKind source = from.kind();
    const TypeKind target = to.kind();
    // Zero bytes are a legal value of most native types; it stays one.
    if (value.empty())
        return {};
    if (isNativeText(target)) {
        const std::string text = from.getString(value);
        return Bytes(text);
    }
    if (source == TypeKind::Date || (source == TypeKind::Timestamp && target == TypeKind::Date))
        return convertTime(target, value);
    if (source == TypeKind::Float) {
        const auto number = std::bit_cast<float>(loadBigEndian<std::uint32_t>(value.data()));
        return bigEndian(std::bit_cast<std::uint64_t>(static_cast<double>(number)), 8);
    }
    if (target == TypeKind::Decimal) {
        Bytes scaled(4, '\0'); // scale 0
        return scaled +
               (source == TypeKind::Varint ? Bytes(value) : cql::varintFromInt64(integerOf(value)));
    }
    const std::int64_t number = integerOf(value);
    if (target == TypeKind::Double)
        return bigEndian(std::bit_cast<std::uint64_t>(static_cast<double>(number)), 8);
    if (target == TypeKind::Varint)
        return cql::varintFromInt64(number);
    return bigEndian(static_cast<std::uint64_t>(number), integerWidth(target));
}

std::optional<std::size_t> fieldOf(const Type& type, const std::string& name)
{
    const auto found = std::ranges::find(type.fieldNames(), name);
    if (found == type.fieldNames().end())
        return std::nullopt;
    return static_cast<std::size_t>(found - type.fieldNames().begin());
}

Conversion userTypeConversion(const Type& from, const Type& to)
{
    Conversion so{
        from.fieldNames() == to.fieldNames() ? ConversionKind::Same : ConversionKind::Exact, {}};
    for (std::size_t i = 0; i < from.fieldNames().size(); ++i) {
        const auto other = fieldOf(to, from.fieldNames()[i]);
        if (!other)
            worsen(so, {ConversionKind::Lossy, "field " + from.fieldNames()[i] + " is left out"});
        else
            worsen(so, conversionOf(from.parameters()[i], to.parameters()[*other]));
    }
    return so;
}

bool sameShape(const Type& from, const Type& to)
{
    if (from.kind() != to.kind())
        return from.kind() == TypeKind::Set && to.kind() == TypeKind::List;
    return from.kind() == TypeKind::Tuple ? from.parameters().size() <= to.parameters().size()
                                          : from.dimension() == to.dimension();
}

} // namespace

Conversion conversionOf(const cql::TypePtr& from, const cql::TypePtr& to)
{
    if (cql::sameType(Type::frozen(from), Type::frozen(to)))
        return {};
    if (!isComposite(*from) && !isComposite(*to))
        return nativeConversion(*from, *to);
    if (to->kind() == TypeKind::Blob && from->isFrozen())
        return {};
    if (!sameShape(*from, *to))
        return impossible(*from, *to);
    if (from->kind() == TypeKind::Udt)
        return userTypeConversion(*from, *to);
    Conversion so;
    for (std::size_t i = 0; i < from->parameters().size(); ++i)
        worsen(so, conversionOf(from->parameters()[i], to->parameters()[i]));
    return so;
}

Result<Bytes> convertValue(const cql::TypePtr& from, const cql::TypePtr& to, ByteView value)
{
    RW_TRY(from->validate(value));
    if (conversionOf(from, to).kind == ConversionKind::Same)
        return Bytes(value);
    if (!isComposite(*from))
        return convertNative(*from, *to, value);
    RW_ASSIGN(const auto elements, cql::splitValue(*from, value));
    const bool isUser = from->kind() == TypeKind::Udt;
    std::vector<std::optional<Bytes>> made(isUser ? to->fieldNames().size() : elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const auto at = isUser ? fieldOf(*to, from->fieldNames()[i]) : std::optional(i);
        if (!at || !elements[i])
            continue;
        const bool one = from->parameters().size() == 1;
        const bool pair = from->kind() == TypeKind::Map;
        const std::size_t type = one ? 0 : pair ? i % 2 : i;
        const std::size_t toType = isUser ? *at : type;
        RW_ASSIGN(made[*at],
                  convertValue(from->parameters()[type], to->parameters()[toType], *elements[i]));
    }
    std::vector<cql::Element> views;
    for (const auto& element : made)
        views.push_back(element ? cql::Element(ByteView(*element)) : cql::Element());
    Bytes joined = cql::joinValue(*to, views);
    // Elements may sort otherwise as what they became: 2 before 10, "10" before "2".
    if (auto normal = cql::normalizeValue(*to, joined))
        return std::move(*normal);
    return joined;
}

} // namespace engine::modeling
