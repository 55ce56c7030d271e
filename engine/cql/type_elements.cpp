#include "engine/cql/type_elements.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

Error malformed(std::string sentence)
{
    return {ErrorCode::Invalid, std::move(sentence)};
}

Result<std::vector<Element>> splitCollection(const Type& type, ByteView value)
{
    const bool isMap = type.kind() == TypeKind::Map;
    const char* name = isMap ? "map" : type.kind() == TypeKind::Set ? "set" : "list";
    ByteReader reader{value};
    const std::int64_t count = static_cast<std::int64_t>(reader.i32()) * (isMap ? 2 : 1);
    // Every element has a length of four bytes, so a count beyond that is a lie.
    if (!reader.ok() || count < 0 || count > static_cast<std::int64_t>(reader.remaining() / 4))
        return malformed(fmt::format("Not enough bytes to read a {}", name));
    std::vector<Element> out;
    out.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int32_t size = reader.i32();
        if (size < 0)
            out.emplace_back();
        else
            out.emplace_back(reader.raw(static_cast<std::size_t>(size)));
    }
    if (!reader.ok())
        return malformed(fmt::format("Not enough bytes to read a {}", name));
    if (!reader.atEnd())
        return malformed(fmt::format("Unexpected extraneous bytes after {} value", name));
    return out;
}

Result<std::vector<Element>> splitTuple(const Type& type, ByteView value)
{
    const bool isUdt = type.kind() == TypeKind::Udt;
    ByteReader reader{value};
    std::vector<Element> out(type.parameters().size());
    for (std::size_t i = 0; i < out.size() && !reader.atEnd(); ++i) {
        const std::string which = isUdt ? fmt::format("{}th field {}", i, type.fieldNames()[i])
                                        : fmt::format("{}th component", i);
        const std::int32_t size = reader.i32();
        if (!reader.ok())
            return malformed("Not enough bytes to read size of " + which);
        if (size < 0)
            continue;
        out[i] = reader.raw(static_cast<std::size_t>(size));
        if (!reader.ok())
            return malformed("Not enough bytes to read " + which);
    }
    if (!reader.atEnd())
        return malformed(isUdt ? "Invalid remaining data after end of UDT value"
                               : "Invalid remaining data after end of tuple value");
    return out;
}

Result<std::vector<Element>> splitVector(const Type& type, ByteView value)
{
    const auto fixed = type.parameters()[0]->fixedLength();
    ByteReader reader{value};
    std::vector<Element> out;
    // A dimension may be large, but each element of variable length needs at least one byte.
    const std::size_t elementBytesMin = fixed ? *fixed : 1;
    if (static_cast<std::uint64_t>(elementBytesMin) * type.dimension() > value.size())
        return malformed(fmt::format("Not enough bytes to read a {}", type.toString()));
    out.reserve(type.dimension());
    for (std::uint32_t i = 0; i < type.dimension(); ++i)
        out.emplace_back(fixed ? reader.raw(*fixed) : reader.bytesVint());
    if (!reader.ok())
        return malformed(fmt::format("Not enough bytes to read a {}", type.toString()));
    if (!reader.atEnd())
        return malformed(fmt::format("Unexpected {} extraneous bytes after {} value",
                                     reader.remaining(), type.toString()));
    return out;
}

} // namespace

Result<std::vector<Element>> splitValue(const Type& type, ByteView value)
{
    if (type.isCollection())
        return splitCollection(type, value);
    if (type.kind() == TypeKind::Vector)
        return splitVector(type, value);
    return splitTuple(type, value);
}

Bytes joinValue(const Type& type, std::span<const Element> elements)
{
    Bytes out;
    ByteWriter writer{out};
    if (type.kind() == TypeKind::Vector) {
        const bool fixed = type.parameters()[0]->fixedLength().has_value();
        for (const auto& element : elements) {
            if (fixed)
                writer.raw(element.value_or(ByteView{}));
            else
                writer.bytesVint(element.value_or(ByteView{}));
        }
        return out;
    }
    if (type.isCollection())
        writer.i32(
            static_cast<std::int32_t>(elements.size() / (type.kind() == TypeKind::Map ? 2 : 1)));
    for (const auto& element : elements) {
        if (element)
            writer.bytes32(*element);
        else
            writer.i32(-1);
    }
    return out;
}

} // namespace engine::cql
