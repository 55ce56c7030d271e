#include "engine/protocol/type_option.h"

#include "engine/protocol/responses.h"

namespace engine::protocol {

namespace {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

/// Deeper nesting than any schema has; bounds the recursion on hostile input.
constexpr int kTypeDepthMax = 64;

TypePtr decodeTypeAt(MessageReader& in, int depth);

TypePtr decodeInner(MessageReader& in, int depth)
{
    TypePtr type = decodeTypeAt(in, depth + 1);
    return type ? Type::frozen(type) : nullptr;
}

TypePtr decodeUdt(MessageReader& in, int depth)
{
    std::string keyspace{in.string()};
    std::string name{in.string()};
    const std::size_t count = in.count(in.u16("the number of fields"), 4);
    std::vector<Type::Field> fields;
    fields.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        std::string fieldName{in.string()};
        fields.push_back({std::move(fieldName), decodeInner(in, depth)});
    }
    return in.ok() ? Type::udt(std::move(keyspace), std::move(name), std::move(fields), false)
                   : nullptr;
}

TypePtr decodeTuple(MessageReader& in, int depth)
{
    const std::size_t count = in.count(in.u16("the number of elements"), 2);
    std::vector<TypePtr> elements;
    elements.reserve(count);
    for (std::size_t i = 0; i < count && in.ok(); ++i)
        elements.push_back(decodeInner(in, depth));
    return in.ok() ? Type::tuple(std::move(elements)) : nullptr;
}

TypePtr decodeCustom(MessageReader& in)
{
    const std::string className{in.string()};
    if (!in.ok())
        return nullptr;
    auto parsed = Type::parseClassName(className);
    return parsed ? *parsed : Type::custom(className);
}

TypePtr decodeTypeAt(MessageReader& in, int depth)
{
    if (depth > kTypeDepthMax) {
        in.fail("A type is nested more than " + std::to_string(kTypeDepthMax) + " deep");
        return nullptr;
    }
    const std::uint16_t id = in.u16("a type");
    if (!in.ok())
        return nullptr;
    switch (const auto kind = static_cast<TypeKind>(id)) {
    case TypeKind::Custom:
        return decodeCustom(in);
    case TypeKind::List: {
        TypePtr element = decodeInner(in, depth);
        return element ? Type::list(std::move(element)) : nullptr;
    }
    case TypeKind::Set: {
        TypePtr element = decodeInner(in, depth);
        return element ? Type::set(std::move(element)) : nullptr;
    }
    case TypeKind::Map: {
        TypePtr key = decodeInner(in, depth);
        TypePtr value = key ? decodeInner(in, depth) : nullptr;
        return value ? Type::map(std::move(key), std::move(value)) : nullptr;
    }
    case TypeKind::Udt:
        return decodeUdt(in, depth);
    case TypeKind::Tuple:
        return decodeTuple(in, depth);
    default:
        if (id == 0 || id == 0x000A || id > 0x0015) {
            in.fail("Unknown type " + std::to_string(id));
            return nullptr;
        }
        return Type::native(kind);
    }
}

/// The version with which a type got its id; before, it travels as a custom class.
ProtocolVersion versionOf(TypeKind kind)
{
    switch (kind) {
    case TypeKind::Date:
    case TypeKind::Time:
    case TypeKind::Smallint:
    case TypeKind::Tinyint:
        return ProtocolVersion::V4;
    case TypeKind::Duration:
        return ProtocolVersion::V5;
    default:
        return ProtocolVersion::V3;
    }
}

} // namespace

TypePtr decodeType(MessageReader& in)
{
    return decodeTypeAt(in, 0);
}

void encodeType(ByteWriter& out, ProtocolVersion version, const Type& type)
{
    const TypeKind kind = type.kind();
    const auto id = static_cast<std::uint16_t>(kind);
    if (kind == TypeKind::Custom || id >= 0x0100 || version < versionOf(kind)) {
        out.u16(0);
        writeString(out, kind == TypeKind::Custom ? type.name() : type.className());
        return;
    }
    out.u16(id);
    switch (kind) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
        for (const TypePtr& parameter : type.parameters())
            encodeType(out, version, *parameter);
        break;
    case TypeKind::Udt:
        writeString(out, type.keyspace());
        writeString(out, type.name());
        out.u16(static_cast<std::uint16_t>(type.parameters().size()));
        for (std::size_t i = 0; i < type.parameters().size(); ++i) {
            writeString(out, type.fieldNames()[i]);
            encodeType(out, version, *type.parameters()[i]);
        }
        break;
    case TypeKind::Tuple:
        out.u16(static_cast<std::uint16_t>(type.parameters().size()));
        for (const TypePtr& element : type.parameters())
            encodeType(out, version, *element);
        break;
    default:
        break;
    }
}

} // namespace engine::protocol
