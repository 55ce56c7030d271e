#include "engine/base/hash.h"
#include "engine/cql/type_elements.h"
#include "engine/query/functions.h"

#include <algorithm>

namespace engine::query {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

using MaskCall = std::function<Result<MaybeValue>(std::span<const MaybeValue>, BindContext&)>;
using Masks = std::vector<ScalarFunctionPtr>;

ScalarFunctionPtr maskFunction(std::string_view name, std::vector<TypePtr> arguments,
                               TypePtr result, MaskCall call)
{
    auto function = std::make_shared<ScalarFunction>();
    function->name = std::string{name};
    function->arguments = std::move(arguments);
    function->result = std::move(result);
    function->call = std::move(call);
    function->takesNull = true; // that a value is null is masked too
    return function;
}

/// What mask_default shows for any value of a type (AbstractType.getMaskedValue); none: not known.
std::optional<Bytes> maskedValue(const Type& type)
{
    switch (type.kind()) {
    case TypeKind::Ascii:
    case TypeKind::Text:
        return Bytes{"****"};
    case TypeKind::Blob:
        return Bytes{};
    case TypeKind::Boolean:
    case TypeKind::Tinyint:
    case TypeKind::Varint:
        return Bytes(1, '\0');
    case TypeKind::Smallint:
        return Bytes(2, '\0');
    case TypeKind::Int:
    case TypeKind::Float:
    case TypeKind::Inet:
        return Bytes(4, '\0');
    case TypeKind::Date:
        return Bytes{"\x80\0\0\0", 4}; // 1970-01-01
    case TypeKind::Decimal:
        return Bytes(5, '\0');
    case TypeKind::Bigint:
    case TypeKind::Counter:
    case TypeKind::Double:
    case TypeKind::Timestamp:
    case TypeKind::Time:
        return Bytes(8, '\0');
    case TypeKind::Uuid:
        return Bytes(16, '\0');
    case TypeKind::Duration:
        return Bytes(3, '\0');
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
        return cql::joinValue(type, {});
    case TypeKind::Tuple:
    case TypeKind::Udt:
    case TypeKind::Vector: {
        std::vector<Bytes> parts;
        const std::size_t count =
            type.kind() == TypeKind::Vector ? type.dimension() : type.parameters().size();
        for (std::size_t i = 0; i < count; ++i) {
            auto part = maskedValue(*type.parameters()[i % type.parameters().size()]);
            if (!part)
                return std::nullopt;
            parts.push_back(std::move(*part));
        }
        const std::vector<cql::Element> views(parts.begin(), parts.end());
        return cql::joinValue(type, views);
    }
    default:
        return std::nullopt;
    }
}

/// Where the characters of UTF-8 text begin, and its end.
std::vector<std::size_t> characterStarts(ByteView text)
{
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((text[i] & 0xc0) != 0x80)
            starts.push_back(i);
    }
    starts.push_back(text.size());
    return starts;
}

std::size_t countOf(const MaybeValue& value)
{
    if (!value || value->size() != 4)
        return 0;
    return static_cast<std::size_t>(std::max(0, loadBigEndian<std::int32_t>(value->data())));
}

/// mask_inner hides all but `begin` characters at the start and `end` at the end; mask_outer these.
Result<MaybeValue> partialMask(bool isInner, std::span<const MaybeValue> in, BindContext& context)
{
    if (!in[0])
        return MaybeValue{};
    const ByteView pad = in.size() > 3 && in[3] ? *in[3] : ByteView{"*"};
    if (characterStarts(pad).size() != 2)
        return invalidRequest("The padding argument of a partial mask is one character");
    const auto starts = characterStarts(*in[0]);
    const std::size_t size = starts.size() - 1;
    const std::size_t begin = countOf(in[1]);
    const std::size_t end = countOf(in[2]);
    Bytes out;
    for (std::size_t i = 0; i < size; ++i) {
        const bool isOutside = i < begin || i + end >= size;
        if (isOutside == isInner)
            out += in[0]->substr(starts[i], starts[i + 1] - starts[i]);
        else
            out += pad;
    }
    return MaybeValue{context.arena.copy(out)};
}

Masks partialMasks(std::string_view name, const TypePtr& type)
{
    if (type->kind() != TypeKind::Text && type->kind() != TypeKind::Ascii)
        return {};
    const bool isInner = name == "mask_inner";
    const MaskCall call = [isInner](std::span<const MaybeValue> in, BindContext& context) {
        return partialMask(isInner, in, context);
    };
    const TypePtr number = Type::native(TypeKind::Int);
    return {maskFunction(name, {type, number, number}, type, call),
            maskFunction(name, {type, number, number, Type::native(TypeKind::Text)}, type, call)};
}

Masks hashMasks(std::string_view name, const TypePtr& type)
{
    const MaskCall call = [](std::span<const MaybeValue> in,
                             BindContext& context) -> Result<MaybeValue> {
        if (!in[0])
            return MaybeValue{};
        const std::string algorithm = in.size() > 1 && in[1] ? std::string{*in[1]} : "SHA-256";
        const auto give = [&](const auto& digest) {
            return MaybeValue{
                context.arena.copy({reinterpret_cast<const char*>(digest.data()), digest.size()})};
        };
        if (algorithm == "SHA-256")
            return give(sha256(*in[0]));
        if (algorithm == "MD5")
            return give(md5(*in[0]));
        return invalidRequest("Hash algorithm " + algorithm +
                              " is not known to mask_hash: SHA-256 and MD5 are");
    };
    const TypePtr blob = Type::native(TypeKind::Blob);
    return {maskFunction(name, {type}, blob, call),
            maskFunction(name, {type, Type::native(TypeKind::Text)}, blob, call)};
}

} // namespace

std::vector<ScalarFunctionPtr> maskFunctions(std::string_view name, const TypePtr& type)
{
    if (name == "mask_null")
        return {maskFunction(name, {type}, type, [](auto, BindContext&) -> Result<MaybeValue> {
            return MaybeValue{};
        })};
    if (name == "mask_replace")
        return {maskFunction(name, {type, type}, type,
                             [](std::span<const MaybeValue> in,
                                BindContext&) -> Result<MaybeValue> { return in[1]; })};
    if (name == "mask_inner" || name == "mask_outer")
        return partialMasks(name, type);
    if (name == "mask_hash")
        return hashMasks(name, type);
    if (name != "mask_default")
        return {};
    const auto masked = maskedValue(*type);
    if (!masked)
        return {};
    return {maskFunction(name, {type}, type,
                         [value = *masked](auto, BindContext& context) -> Result<MaybeValue> {
                             return MaybeValue{context.arena.copy(value)};
                         })};
}

} // namespace engine::query
