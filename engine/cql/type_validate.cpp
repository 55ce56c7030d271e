#include "engine/base/inet.h"
#include "engine/cql/temporal.h"
#include "engine/cql/text_util.h"
#include "engine/cql/type.h"
#include "engine/cql/type_elements.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

Result<void> checkSize(ByteView value, std::size_t size, bool emptyAllowed, const char* sentence)
{
    if (value.size() == size || (emptyAllowed && value.empty()))
        return ok();
    return Error{ErrorCode::Invalid, fmt::format("{} ({})", sentence, value.size())};
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

Result<void> Type::validate(ByteView value) const
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
        return checkSize(value, 8, true, "Expected 8 or 0 byte long");
    case TypeKind::Boolean:
        return checkSize(value, 1, true, "Expected 1 or 0 byte value");
    case TypeKind::Decimal:
        if (!value.empty() && value.size() < 4)
            return Error{ErrorCode::Invalid,
                         fmt::format("Expected 0 or at least 4 bytes ({})", value.size())};
        return ok();
    case TypeKind::Double:
        return checkSize(value, 8, true, "Expected 8 or 0 byte value for a double");
    case TypeKind::Float:
        return checkSize(value, 4, true, "Expected 4 or 0 byte value for a float");
    case TypeKind::Int:
        return checkSize(value, 4, true, "Expected 4 or 0 byte int");
    case TypeKind::Timestamp:
        return checkSize(value, 8, true, "Expected 8 or 0 byte long for date");
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        RW_TRY(checkSize(value, 16, true, "UUID should be 16 or 0 bytes"));
        if (m_kind == TypeKind::Timeuuid && !value.empty() && (value[6] & 0xf0) != 0x10)
            return Error{ErrorCode::Invalid, "Invalid version for TimeUUID type."};
        return ok();
    case TypeKind::Inet:
        if (!value.empty() && value.size() != 4 && value.size() != 16)
            return Error{ErrorCode::Invalid,
                         fmt::format("Expected 4 or 16 byte inetaddress; got {}", toHex(value))};
        return ok();
    case TypeKind::Date:
        return checkSize(value, 4, false, "Expected 4 byte long for date");
    case TypeKind::Time:
        return checkSize(value, 8, false, "Expected 8 byte long for time");
    case TypeKind::Smallint:
        return checkSize(value, 2, false, "Expected 2 bytes for a smallint");
    case TypeKind::Tinyint:
        return checkSize(value, 1, false, "Expected 1 byte for a tinyint");
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
