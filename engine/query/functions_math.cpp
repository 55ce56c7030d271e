#include "engine/cql/type_elements.h"
#include "engine/query/big_numbers.h"
#include "engine/query/functions.h"

#include <bit>
#include <cmath>

namespace engine::query {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

using MathCall = std::function<Result<MaybeValue>(std::span<const MaybeValue>, BindContext&)>;

ScalarFunctionPtr unaryFunction(std::string_view name, const TypePtr& argument, TypePtr result,
                                MathCall call)
{
    auto function = std::make_shared<ScalarFunction>();
    function->name = std::string{name};
    function->arguments = {argument};
    function->result = std::move(result);
    function->call = std::move(call);
    return function;
}

/// Math.abs, exp, log, log10 and round of Java.
double realMath(std::string_view name, double x)
{
    if (name == "abs")
        return std::abs(x);
    if (name == "exp")
        return std::exp(x);
    if (name == "log")
        return std::log(x);
    if (name == "log10")
        return std::log10(x);
    return std::floor(x + 0.5);
}

template <class T>
MathCall wholeMath(std::string name)
{
    return [name](std::span<const MaybeValue> in, BindContext& context) -> Result<MaybeValue> {
        if (in[0]->size() != sizeof(T))
            return MaybeValue{};
        const T value = loadBigEndian<T>(in[0]->data());
        if (name == "round")
            return in[0];
        if (name == "abs") // wraps for the smallest, as Java's
            return MaybeValue{
                putNumber(context.arena,
                          static_cast<T>(value < 0 ? 0 - static_cast<std::make_unsigned_t<T>>(value)
                                                   : static_cast<std::make_unsigned_t<T>>(value)))};
        const double real = realMath(name, static_cast<double>(value));
        // A cast saturates and takes NaN for 0.
        constexpr double least = static_cast<double>(std::numeric_limits<T>::min());
        T out = 0;
        if (real >= -least)
            out = std::numeric_limits<T>::max();
        else if (real < least)
            out = std::numeric_limits<T>::min();
        else if (!std::isnan(real))
            out = static_cast<T>(real);
        return MaybeValue{putNumber(context.arena, out)};
    };
}

MathCall floatMath(std::string name)
{
    return [name](std::span<const MaybeValue> in, BindContext& context) -> Result<MaybeValue> {
        if (in[0]->size() != 4)
            return MaybeValue{};
        const float value = std::bit_cast<float>(loadBigEndian<std::uint32_t>(in[0]->data()));
        return MaybeValue{putNumber(context.arena, std::bit_cast<std::uint32_t>(
                                                       static_cast<float>(realMath(name, value))))};
    };
}

MathCall doubleMath(std::string name)
{
    return [name](std::span<const MaybeValue> in, BindContext& context) -> Result<MaybeValue> {
        if (in[0]->size() != 8)
            return MaybeValue{};
        const double value = std::bit_cast<double>(loadBigEndian<std::uint64_t>(in[0]->data()));
        return MaybeValue{
            putNumber(context.arena, std::bit_cast<std::uint64_t>(realMath(name, value)))};
    };
}

/// abs of numbers without a bound; they have no exp and log here.
MathCall bigAbs(TypeKind kind)
{
    return [kind](std::span<const MaybeValue> in, BindContext& context) -> Result<MaybeValue> {
        const bool isDecimal = kind == TypeKind::Decimal;
        const ByteView digits = isDecimal && in[0]->size() > 4 ? in[0]->substr(4) : *in[0];
        if (digits.empty() || (digits[0] & 0x80) == 0)
            return in[0];
        const Bytes zero(isDecimal ? 5 : 1, '\0');
        RW_ASSIGN(const Bytes value, isDecimal ? decimalOperation('-', zero, *in[0])
                                               : varintOperation('-', zero, *in[0]));
        return MaybeValue{context.arena.copy(value)};
    };
}

MathCall mathOf(std::string name, TypeKind kind)
{
    switch (kind) {
    case TypeKind::Tinyint:
        return wholeMath<std::int8_t>(std::move(name));
    case TypeKind::Smallint:
        return wholeMath<std::int16_t>(std::move(name));
    case TypeKind::Int:
        return wholeMath<std::int32_t>(std::move(name));
    case TypeKind::Bigint:
    case TypeKind::Counter:
        return wholeMath<std::int64_t>(std::move(name));
    case TypeKind::Float:
        return floatMath(std::move(name));
    case TypeKind::Double:
        return doubleMath(std::move(name));
    case TypeKind::Varint:
    case TypeKind::Decimal:
        return name == "abs" ? bigAbs(kind) : MathCall{};
    default:
        return {};
    }
}

} // namespace

std::vector<ScalarFunctionPtr> mathFunctions(std::string_view name, const TypePtr& argument)
{
    MathCall call = mathOf(std::string{name}, argument->kind());
    if (!call)
        return {};
    return {unaryFunction(name, argument, argument, std::move(call))};
}

std::vector<ScalarFunctionPtr> collectionAggregates(std::string_view name, const TypePtr& argument)
{
    if (argument->kind() != TypeKind::List && argument->kind() != TypeKind::Set)
        return {};
    const AggregateKind kind = aggregateKind(name.substr(sizeof("collection_") - 1));
    const TypePtr element = argument->parameters()[0];
    if (kind == AggregateKind::None || !AggregateState::accepts(kind, element))
        return {};
    return {unaryFunction(
        name, argument, element,
        [=](std::span<const MaybeValue> in, BindContext& context) -> Result<MaybeValue> {
            RW_ASSIGN(const auto elements, cql::splitValue(*argument, *in[0]));
            AggregateState state{kind, element};
            for (const cql::Element& value : elements)
                RW_TRY(state.add(value));
            return state.result(context.arena);
        })};
}

} // namespace engine::query
