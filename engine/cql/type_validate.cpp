#include "engine/base/inet.h"
#include "engine/cql/temporal.h"
#include "engine/cql/text_util.h"
#include "engine/cql/type.h"
#include "engine/cql/type_elements.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

constexpr std::size_t kNoLength = SIZE_MAX;

/// The length at which any bytes are a value; kNoLength if there is none.
std::size_t validLengthOf(TypeKind kind) noexcept
{
    switch (kind) {
    case TypeKind::Boolean:
    case TypeKind::Tinyint:
        return 1;
    case TypeKind::Smallint:
        return 2;
    case TypeKind::Float:
    case TypeKind::Int:
    case TypeKind::Date:
        return 4;
    case TypeKind::Bigint:
    case TypeKind::Counter:
    case TypeKind::Double:
    case TypeKind::Timestamp:
    case TypeKind::Time:
        return 8;
    case TypeKind::Uuid:
        return 16;
    default:
        return kNoLength;
    }
}

Error badSize(ByteView value, const char* sentence)
{
    return Error{ErrorCode::Invalid, fmt::format("{} ({})", sentence, value.size())};
}

/// For a value that has not the one right length.
Result<void> emptyOr(ByteView value, const char* sentence)
{
    return value.empty() ? ok() : Result<void>{badSize(value, sentence)};
}

Result<void> checkElements(const Type& type, ByteView value)
{
    if (value.empty() && (type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt))
        return ok();
    RW_ASSIGN(const auto elements, splitValue(type, value));
    const auto& types = type.parameters();
    const bool nullsAllowed = type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt;
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const Type& element = nullsAllowed ? *types[i] : *types[i % types.size()];
        if (elements[i])
            RW_TRY(element.validate(*elements[i]));
        else if (!nullsAllowed)
            return Error{ErrorCode::Invalid,
                         fmt::format("null is not supported inside {}", type.toString())};
    }
    return ok();
}

} // namespace

Type::Type(TypeKind kind, bool frozen)
    : m_kind(kind), m_frozen(frozen), m_validLength(validLengthOf(kind))
{
}

Result<void> Type::validateAny(ByteView value) const
{
    switch (m_kind) {
    case TypeKind::Ascii:
        for (const char c : value) {
            if (static_cast<unsigned char>(c) > 127)
                return Error{ErrorCode::Invalid,
                             fmt::format("Invalid byte for ascii: {}",
                                         static_cast<int>(static_cast<signed char>(c)))};
        }
        return ok();
    case TypeKind::Text:
        if (!isValidUtf8(value))
            return Error{ErrorCode::Invalid, "String didn't validate."};
        return ok();
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return emptyOr(value, "Expected 8 or 0 byte long");
    case TypeKind::Boolean:
        return emptyOr(value, "Expected 1 or 0 byte value");
    case TypeKind::Decimal:
        if (!value.empty() && value.size() < 4)
            return Error{ErrorCode::Invalid,
                         fmt::format("Expected 0 or at least 4 bytes ({})", value.size())};
        return ok();
    case TypeKind::Double:
        return emptyOr(value, "Expected 8 or 0 byte value for a double");
    case TypeKind::Float:
        return emptyOr(value, "Expected 4 or 0 byte value for a float");
    case TypeKind::Int:
        return emptyOr(value, "Expected 4 or 0 byte int");
    case TypeKind::Timestamp:
        return emptyOr(value, "Expected 8 or 0 byte long for date");
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        if (value.size() != 16)
            return emptyOr(value, "UUID should be 16 or 0 bytes");
        if ((value[6] & 0xf0) != 0x10)
            return Error{ErrorCode::Invalid, "Invalid version for TimeUUID type."};
        return ok();
    case TypeKind::Inet:
        if (!value.empty() && value.size() != 4 && value.size() != 16)
            return Error{ErrorCode::Invalid,
                         fmt::format("Expected 4 or 16 byte inetaddress; got {}", toHex(value))};
        return ok();
    case TypeKind::Date:
        return badSize(value, "Expected 4 byte long for date");
    case TypeKind::Time:
        return badSize(value, "Expected 8 byte long for time");
    case TypeKind::Smallint:
        return badSize(value, "Expected 2 bytes for a smallint");
    case TypeKind::Tinyint:
        return badSize(value, "Expected 1 byte for a tinyint");
    case TypeKind::Duration:
        RW_TRY(decodeDuration(value));
        return ok();
    case TypeKind::Empty:
        if (!value.empty())
            return Error{ErrorCode::Invalid, "EmptyType only accept empty values"};
        return ok();
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Tuple:
    case TypeKind::Udt:
    case TypeKind::Vector:
        return checkElements(*this, value);
    case TypeKind::Blob:
    case TypeKind::Varint:
    case TypeKind::Custom:
        return ok();
    }
    return ok();
}

} // namespace engine::cql
