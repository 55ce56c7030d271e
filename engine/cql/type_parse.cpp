#include "engine/base/inet.h"
#include "engine/base/uuid.h"
#include "engine/cql/numbers.h"
#include "engine/cql/temporal.h"
#include "engine/cql/text_util.h"
#include "engine/cql/type.h"
#include "engine/cql/type_elements.h"

#include <bit>
#include <fmt/format.h>
#include <limits>

namespace engine::cql {

namespace {

template <class T>
Result<Bytes> integerFromString(std::string_view text, const char* sentence)
{
    const auto value = int64FromString(text);
    if (!value || *value < std::numeric_limits<T>::min() || *value > std::numeric_limits<T>::max())
        return Error{ErrorCode::Invalid, fmt::format(fmt::runtime(sentence), text)};
    return bigEndian(static_cast<T>(*value));
}

Result<Bytes> uuidFromString(const Type& type, std::string_view text)
{
    const bool timed = type.kind() == TypeKind::Timeuuid;
    auto uuid = Uuid::parse(text);
    if (!uuid)
        return Error{ErrorCode::Invalid,
                     timed ? fmt::format("Unknown timeuuid representation: {}", text)
                           : fmt::format("Unable to make UUID from '{}'", text)};
    if (timed && uuid->version() != 1)
        return Error{ErrorCode::Invalid, "TimeUUID supports only version 1 UUIDs"};
    return Bytes{uuid->view()};
}

Result<Bytes> blobFromString(std::string_view text)
{
    const std::string_view digits = text.starts_with("0x") ? text.substr(2) : text;
    Bytes out;
    if (!fromHex(digits, out))
        return Error{ErrorCode::Invalid, fmt::format("cannot parse '{}' as hex bytes", text)};
    return out;
}

/// Splits at ':' that has no backslash before it; "@" alone is null.
Result<Bytes> tupleFromString(const Type& type, std::string_view text)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ':' || text[i + 1] == '@')) {
            parts.back() += {'\\', text[++i]};
        } else if (text[i] == ':') {
            parts.emplace_back();
        } else {
            parts.back().push_back(text[i]);
        }
    }
    if (parts.size() > type.parameters().size())
        return Error{
            ErrorCode::Invalid,
            fmt::format("Invalid tuple literal: too many elements. Type {} expects {} but got {}",
                        type.toString(), type.parameters().size(), parts.size())};
    std::vector<Bytes> values(parts.size());
    std::vector<Element> elements(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i] == "@")
            continue;
        std::string plain;
        for (std::size_t at = 0; at < parts[i].size(); ++at) {
            if (parts[i][at] == '\\' && at + 1 < parts[i].size() &&
                (parts[i][at + 1] == ':' || parts[i][at + 1] == '@'))
                ++at;
            plain.push_back(parts[i][at]);
        }
        RW_ASSIGN(values[i], type.parameters()[i]->fromString(plain));
        elements[i] = values[i];
    }
    return joinValue(type, elements);
}

} // namespace

Result<Bytes> Type::fromString(std::string_view text) const
{
    const auto isText =
        m_kind == TypeKind::Text || m_kind == TypeKind::Ascii || m_kind == TypeKind::Blob;
    if (text.empty() && !isText && allowsEmpty())
        return Bytes{};
    switch (m_kind) {
    case TypeKind::Ascii:
        if (!validate(text))
            return Error{ErrorCode::Invalid,
                         fmt::format("Invalid ASCII character in string literal: '{}'", text)};
        return Bytes{text};
    case TypeKind::Text:
        if (const auto valid = validate(text); !valid)
            return valid.error();
        return Bytes{text};
    case TypeKind::Blob:
    case TypeKind::Custom:
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Vector:
        return blobFromString(text);
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return integerFromString<std::int64_t>(text, "Unable to make long from '{}'");
    case TypeKind::Int:
        return integerFromString<std::int32_t>(text, "Unable to make int from '{}'");
    case TypeKind::Smallint:
        return integerFromString<std::int16_t>(text, "Unable to make short from '{}'");
    case TypeKind::Tinyint:
        return integerFromString<std::int8_t>(text, "Unable to make byte from '{}'");
    case TypeKind::Boolean:
        if (!equalsIgnoringCase(text, "true") && !equalsIgnoringCase(text, "false"))
            return Error{ErrorCode::Invalid, fmt::format("Unable to make boolean from '{}'", text)};
        return Bytes(1, equalsIgnoringCase(text, "true") ? '\1' : '\0');
    case TypeKind::Decimal:
        if (auto value = decimalFromString(text))
            return std::move(*value);
        return Error{ErrorCode::Invalid, fmt::format("unable to make BigDecimal from '{}'", text)};
    case TypeKind::Varint:
        if (auto value = varintFromString(text))
            return std::move(*value);
        return Error{ErrorCode::Invalid, fmt::format("unable to make int from '{}'", text)};
    case TypeKind::Double:
        if (const auto value = doubleFromString(text))
            return bigEndian(std::bit_cast<std::uint64_t>(*value));
        return Error{ErrorCode::Invalid, fmt::format("Unable to make double from '{}'", text)};
    case TypeKind::Float:
        if (const auto value = floatFromString(text))
            return bigEndian(std::bit_cast<std::uint32_t>(*value));
        return Error{ErrorCode::Invalid, fmt::format("Unable to make float from '{}'", text)};
    case TypeKind::Timestamp: {
        RW_ASSIGN(const std::int64_t millis, parseTimestamp(text));
        return bigEndian(millis);
    }
    case TypeKind::Date: {
        RW_ASSIGN(const std::uint32_t days, parseDate(text));
        return bigEndian(days);
    }
    case TypeKind::Time: {
        RW_ASSIGN(const std::int64_t nanos, parseTime(text));
        return bigEndian(nanos);
    }
    case TypeKind::Duration: {
        RW_ASSIGN(const CqlDuration duration, parseDuration(text));
        return encodeDuration(duration);
    }
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return uuidFromString(*this, text);
    case TypeKind::Inet: {
        const auto address = InetAddress::parse(text);
        if (!address)
            return Error{ErrorCode::Invalid,
                         fmt::format("Unable to make inet address from '{}'", text)};
        return Bytes{address->view()};
    }
    case TypeKind::Tuple:
    case TypeKind::Udt:
        return tupleFromString(*this, text);
    case TypeKind::Empty:
        return Error{ErrorCode::Invalid, fmt::format("'{}' is not empty", text)};
    }
    return Error{ErrorCode::Invalid, "unknown type"};
}

} // namespace engine::cql
