#include "engine/base/uuid.h"
#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
#include "engine/cql/temporal.h"
#include "engine/cql/text_util.h"
#include "engine/cql/type.h"
#include "engine/cql/type_elements.h"

#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace engine::cql {

namespace {

std::string notValid(const Type& type, ByteView value)
{
    return fmt::format("<not a valid {}: 0x{}>", type.toString(), toHex(value));
}

/// The text of a valid, non-empty value of a type without parameters.
std::string scalarToString(const Type& type, ByteView value)
{
    switch (type.kind()) {
    case TypeKind::Ascii:
    case TypeKind::Text:
        return std::string{value};
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return std::to_string(loadBigEndian<std::int64_t>(value.data()));
    case TypeKind::Int:
        return std::to_string(loadBigEndian<std::int32_t>(value.data()));
    case TypeKind::Smallint:
        return std::to_string(loadBigEndian<std::int16_t>(value.data()));
    case TypeKind::Tinyint:
        return std::to_string(static_cast<signed char>(value[0]));
    case TypeKind::Boolean:
        return value[0] != 0 ? "true" : "false";
    case TypeKind::Decimal:
        return decimalToString(value, true);
    case TypeKind::Varint:
        return varintToString(value);
    case TypeKind::Double:
        return doubleToString(std::bit_cast<double>(loadBigEndian<std::uint64_t>(value.data())));
    case TypeKind::Float:
        return floatToString(std::bit_cast<float>(loadBigEndian<std::uint32_t>(value.data())));
    case TypeKind::Timestamp:
        return formatTimestamp(loadBigEndian<std::int64_t>(value.data()));
    case TypeKind::Date:
        return formatDate(loadBigEndian<std::uint32_t>(value.data()));
    case TypeKind::Time:
        return formatTime(loadBigEndian<std::int64_t>(value.data()));
    case TypeKind::Duration:
        return formatDuration(*decodeDuration(value));
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return Uuid::fromBytes(value).toString();
    case TypeKind::Inet:
        return inetToString(value);
    default:
        return toHex(value);
    }
}

bool isTextual(TypeKind kind)
{
    return kind == TypeKind::Ascii || kind == TypeKind::Text;
}

/// CQL that evaluates to the empty value of a type that has one beside null.
std::string emptyLiteral(const Type& type)
{
    if (isTextual(type.kind()))
        return "''";
    if (type.kind() == TypeKind::Blob || type.kind() == TypeKind::Custom)
        return "0x";
    if (type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt ||
        type.kind() == TypeKind::Empty)
        return "null";
    return fmt::format("blob_as_{}(0x)", type.toString());
}

/// Keys and values of a map alternate, the others repeat their only parameter.
const Type& elementType(const Type& type, std::size_t index)
{
    const auto& types = type.parameters();
    const bool byPosition = type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt;
    return *types[byPosition ? index : index % types.size()];
}

std::string elementsToLiteral(const Type& type, const std::vector<Element>& elements)
{
    const bool isMap = type.kind() == TypeKind::Map;
    const bool isUdt = type.kind() == TypeKind::Udt;
    const bool braces = isMap || isUdt || type.kind() == TypeKind::Set;
    const bool round = type.kind() == TypeKind::Tuple;
    std::string out = braces ? "{" : round ? "(" : "[";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0)
            out += isMap && i % 2 == 1 ? ": " : ", ";
        if (isUdt)
            out += quote(type.fieldNames()[i]) + ": ";
        out += elements[i] ? elementType(type, i).toCqlLiteral(*elements[i]) : "null";
    }
    return out + (braces ? "}" : round ? ")" : "]");
}

std::string jsonFieldName(std::string_view name)
{
    // A name that is not all lower case keeps its double quotes inside of the JSON string.
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z')
            return jsonQuote("\"" + std::string{name} + "\"");
    }
    return jsonQuote(name);
}

std::string elementsToJson(const Type& type, const std::vector<Element>& elements)
{
    const bool isMap = type.kind() == TypeKind::Map;
    const bool isUdt = type.kind() == TypeKind::Udt;
    std::string out = isMap || isUdt ? "{" : "[";
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (i > 0)
            out += isMap && i % 2 == 1 ? ": " : ", ";
        if (isUdt)
            out += jsonFieldName(type.fieldNames()[i]) + ": ";
        const std::string json = elements[i] ? elementType(type, i).toJson(*elements[i]) : "null";
        const bool isKey = isMap && i % 2 == 0;
        out += isKey && !json.starts_with('"') ? jsonQuote(json) : json;
    }
    return out + (isMap || isUdt ? "}" : "]");
}

std::string scalarToJson(const Type& type, ByteView value)
{
    switch (type.kind()) {
    case TypeKind::Ascii:
    case TypeKind::Text:
        return jsonQuote(value);
    case TypeKind::Blob:
    case TypeKind::Custom:
    case TypeKind::Empty:
        return "\"0x" + toHex(value) + "\"";
    case TypeKind::Decimal:
        return decimalToString(value, false);
    case TypeKind::Double:
        if (!std::isfinite(std::bit_cast<double>(loadBigEndian<std::uint64_t>(value.data()))))
            return "null";
        return scalarToString(type, value);
    case TypeKind::Float:
        if (!std::isfinite(std::bit_cast<float>(loadBigEndian<std::uint32_t>(value.data()))))
            return "null";
        return scalarToString(type, value);
    case TypeKind::Bigint:
    case TypeKind::Counter:
    case TypeKind::Int:
    case TypeKind::Smallint:
    case TypeKind::Tinyint:
    case TypeKind::Boolean:
    case TypeKind::Varint:
        return scalarToString(type, value);
    default:
        return jsonQuote(scalarToString(type, value));
    }
}

void escapeInto(std::string& out, std::string_view text)
{
    for (const char c : text) {
        if (c == ':' || c == '@')
            out.push_back('\\');
        out.push_back(c);
    }
}

} // namespace

std::string Type::getString(ByteView value) const
{
    // As Cassandra: the bytes of collections and vectors in hexadecimal, tuples as a:b:@.
    if (isCollection() || m_kind == TypeKind::Vector || m_kind == TypeKind::Blob ||
        m_kind == TypeKind::Custom || m_kind == TypeKind::Empty)
        return toHex(value);
    if (!validate(value))
        return notValid(*this, value);
    if (value.empty())
        return {};
    if (m_kind != TypeKind::Tuple && m_kind != TypeKind::Udt)
        return scalarToString(*this, value);
    std::string out;
    const auto elements = splitValue(*this, value);
    for (std::size_t i = 0; i < elements->size(); ++i) {
        if (i > 0)
            out += ":";
        if ((*elements)[i])
            escapeInto(out, m_parameters[i]->getString(*(*elements)[i]));
        else
            out += "@";
    }
    return out;
}

std::string Type::toCqlLiteral(ByteView value) const
{
    // A list of ttl() has nulls, which no list that is stored may have.
    if (m_kind == TypeKind::List) {
        const auto elements = splitValue(*this, value);
        return elements ? elementsToLiteral(*this, *elements) : notValid(*this, value);
    }
    if (!validate(value))
        return notValid(*this, value);
    if (value.empty())
        return emptyLiteral(*this);
    switch (m_kind) {
    case TypeKind::Ascii:
    case TypeKind::Text:
    case TypeKind::Timestamp:
    case TypeKind::Date:
    case TypeKind::Time:
    case TypeKind::Inet:
        return quoteString(scalarToString(*this, value));
    case TypeKind::Blob:
    case TypeKind::Custom:
        return "0x" + toHex(value);
    case TypeKind::Duration: {
        const std::string text = scalarToString(*this, value);
        return text.empty() ? "0s" : text;
    }
    case TypeKind::Decimal:
        return decimalToString(value, false);
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Tuple:
    case TypeKind::Udt:
    case TypeKind::Vector:
        return elementsToLiteral(*this, *splitValue(*this, value));
    default:
        return scalarToString(*this, value);
    }
}

std::string Type::toJson(ByteView value) const
{
    if (m_kind == TypeKind::List) {
        const auto elements = splitValue(*this, value);
        return elements ? elementsToJson(*this, *elements) : jsonQuote(notValid(*this, value));
    }
    if (!validate(value))
        return jsonQuote(notValid(*this, value));
    if (isCollection() || m_kind == TypeKind::Tuple || m_kind == TypeKind::Udt ||
        m_kind == TypeKind::Vector)
        return elementsToJson(*this, *splitValue(*this, value));
    if (value.empty() && m_kind != TypeKind::Blob && m_kind != TypeKind::Custom)
        return "\"\"";
    return scalarToJson(*this, value);
}

} // namespace engine::cql
