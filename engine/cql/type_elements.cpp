#include "engine/cql/type_elements.h"

#include <algorithm>
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

bool holdsSortedElements(const Type& type) noexcept
{
    if (type.kind() == TypeKind::Set || type.kind() == TypeKind::Map)
        return true;
    return std::any_of(type.parameters().begin(), type.parameters().end(),
                       [](const TypePtr& inner) { return holdsSortedElements(*inner); });
}

namespace {

/// Sorts the entries (`step` elements each) by their first element; whether anything moved or went.
bool sortEntries(const Type& key, std::size_t step, std::vector<Element>& elements)
{
    const auto keyOf = [&](std::size_t entry) { return *elements[entry * step]; };
    const std::size_t count = elements.size() / step;
    bool isSorted = true;
    for (std::size_t i = 1; i < count && isSorted; ++i)
        isSorted = key.compare(keyOf(i - 1), keyOf(i)) < 0;
    if (isSorted)
        return false;
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return key.compare(keyOf(a), keyOf(b)) < 0;
    });
    std::vector<Element> sorted;
    sorted.reserve(elements.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (i + 1 < count && key.compare(keyOf(order[i]), keyOf(order[i + 1])) == 0)
            continue;
        for (std::size_t part = 0; part < step; ++part)
            sorted.push_back(elements[order[i] * step + part]);
    }
    elements = std::move(sorted);
    return true;
}

} // namespace

std::optional<Bytes> normalizeValue(const Type& type, ByteView value)
{
    if (!holdsSortedElements(type))
        return std::nullopt;
    auto split = splitValue(type, value);
    if (!split)
        return std::nullopt;
    std::vector<Element> elements = std::move(*split);
    const auto& types = type.parameters();
    const bool hasFields = type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Udt;
    std::vector<Bytes> changed;
    changed.reserve(elements.size()); // its strings must not move: elements view them
    for (std::size_t i = 0; i < elements.size(); ++i) {
        if (!elements[i])
            continue;
        const Type& inner = hasFields ? *types[i] : *types[i % types.size()];
        if (auto other = normalizeValue(inner, *elements[i])) {
            changed.push_back(std::move(*other));
            elements[i] = changed.back();
        }
    }
    bool moved = false;
    if (type.kind() == TypeKind::Set || type.kind() == TypeKind::Map) {
        const bool hasNull = std::any_of(elements.begin(), elements.end(),
                                         [](const Element& e) { return !e.has_value(); });
        moved = !hasNull && sortEntries(*types[0], type.kind() == TypeKind::Map ? 2 : 1, elements);
    }
    if (changed.empty() && !moved)
        return std::nullopt;
    return joinValue(type, elements);
}

} // namespace engine::cql
