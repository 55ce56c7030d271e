#include "engine/cql/numbers.h"
#include "engine/cql/temporal.h"
#include "engine/protocol/error_extras.h"
#include "engine/query/functions.h"

#include <array>
#include <cmath>
#include <cstring>

namespace engine::query {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

bool isWhole(TypeKind kind)
{
    return kind == TypeKind::Tinyint || kind == TypeKind::Smallint || kind == TypeKind::Int ||
           kind == TypeKind::Bigint || kind == TypeKind::Counter;
}

bool isReal(TypeKind kind)
{
    return kind == TypeKind::Float || kind == TypeKind::Double;
}

bool isNumber(TypeKind kind)
{
    return isWhole(kind) || isReal(kind) || kind == TypeKind::Varint || kind == TypeKind::Decimal;
}

std::int64_t wholeOf(TypeKind kind, ByteView value)
{
    if (kind == TypeKind::Varint) {
        std::int64_t out = !value.empty() && (value[0] & 0x80) != 0 ? -1 : 0;
        for (const char c : value)
            out = static_cast<std::int64_t>(static_cast<std::uint64_t>(out) << 8 |
                                            static_cast<unsigned char>(c));
        return out;
    }
    switch (value.size()) {
    case 1:
        return static_cast<std::int8_t>(value[0]);
    case 2:
        return loadBigEndian<std::int16_t>(value.data());
    case 4:
        return loadBigEndian<std::int32_t>(value.data());
    case 8:
        return loadBigEndian<std::int64_t>(value.data());
    default:
        return 0;
    }
}

double realOf(TypeKind kind, ByteView value)
{
    if (kind == TypeKind::Float && value.size() == 4) {
        const auto bits = loadBigEndian<std::uint32_t>(value.data());
        float number = 0;
        std::memcpy(&number, &bits, sizeof number);
        return number;
    }
    if (kind == TypeKind::Double && value.size() == 8)
        return ByteReader{value}.f64();
    if (kind == TypeKind::Decimal)
        return cql::doubleFromString(cql::decimalToString(value, false)).value_or(0);
    if (kind == TypeKind::Varint)
        return cql::doubleFromString(cql::varintToString(value)).value_or(0);
    return static_cast<double>(wholeOf(kind, value));
}

ByteView putWhole(Arena& arena, TypeKind kind, std::int64_t value)
{
    switch (kind) {
    case TypeKind::Tinyint:
        return putNumber(arena, static_cast<std::int8_t>(value));
    case TypeKind::Smallint:
        return putNumber(arena, static_cast<std::int16_t>(value));
    case TypeKind::Int:
        return putNumber(arena, static_cast<std::int32_t>(value));
    case TypeKind::Varint:
        return arena.copy(cql::varintFromInt64(value));
    default:
        return putNumber(arena, value);
    }
}

ByteView putReal(Arena& arena, TypeKind kind, double value)
{
    if (kind == TypeKind::Float) {
        const auto narrow = static_cast<float>(value);
        std::uint32_t bits = 0;
        std::memcpy(&bits, &narrow, sizeof bits);
        return putNumber(arena, bits);
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return putNumber(arena, bits);
}

/// The type of a result of arithmetic on two types (NumberOperations): the wider one.
TypeKind widerKind(TypeKind a, TypeKind b)
{
    if (a == b)
        return a;
    const auto rank = [](TypeKind kind) {
        static constexpr std::array<TypeKind, 5> order{TypeKind::Tinyint, TypeKind::Smallint,
                                                       TypeKind::Int, TypeKind::Counter,
                                                       TypeKind::Bigint};
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (order[i] == kind)
                return i;
        }
        return order.size();
    };
    if (isReal(a) || isReal(b)) {
        // A float keeps only numbers that fit into it.
        const bool wide = a == TypeKind::Double || b == TypeKind::Double || a == TypeKind::Bigint ||
                          b == TypeKind::Bigint;
        return wide ? TypeKind::Double : TypeKind::Float;
    }
    return rank(a) >= rank(b) ? a : b;
}

Error operationFailed(char op, TypeKind left, TypeKind right, const char* reason)
{
    auto extra = std::make_shared<protocol::FunctionFailureExtra>();
    extra->keyspace = "system";
    extra->function = std::string(1, op);
    extra->argumentTypes = {Type::native(left)->toString(), Type::native(right)->toString()};
    return {ErrorCode::FunctionFailure,
            "the operation '" + extra->argumentTypes[0] + " " + op + " " + extra->argumentTypes[1] +
                "' failed: " + reason,
            extra};
}

std::int64_t wholeOperation(char op, std::int64_t a, std::int64_t b)
{
    // Wraps as Java's arithmetic does.
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    switch (op) {
    case '+':
        return static_cast<std::int64_t>(x + y);
    case '-':
        return static_cast<std::int64_t>(x - y);
    case '*':
        return static_cast<std::int64_t>(x * y);
    case '/':
        return b == -1 ? static_cast<std::int64_t>(0 - x) : a / b;
    default:
        return b == -1 ? 0 : a % b;
    }
}

double realOperation(char op, double a, double b)
{
    switch (op) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    case '/':
        return a / b;
    default:
        return std::fmod(a, b);
    }
}

ScalarFunctionPtr
newFunction(std::string name, std::vector<TypePtr> arguments, TypePtr result,
            std::function<Result<MaybeValue>(std::span<const MaybeValue>, BindContext&)> call)
{
    auto function = std::make_shared<ScalarFunction>();
    function->name = std::move(name);
    function->arguments = std::move(arguments);
    function->result = std::move(result);
    function->call = std::move(call);
    return function;
}

} // namespace

ScalarFunctionPtr castFunction(const TypePtr& from, const TypePtr& to)
{
    const TypeKind source = from->kind();
    const TypeKind target = to->kind();
    const auto make = [&](auto call) { return newFunction("cast", {from}, to, std::move(call)); };
    if (*from == *to)
        return make([](auto in, BindContext&) -> Result<MaybeValue> { return in[0]; });
    if (target == TypeKind::Text || target == TypeKind::Ascii) {
        if (from->isMultiCell() || !from->parameters().empty() || source == TypeKind::Blob)
            return nullptr;
        return make([from](auto in, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{context.arena.copy(from->getString(*in[0]))};
        });
    }
    if (isNumber(source) && (isWhole(target) || target == TypeKind::Varint)) {
        return make([source, target](auto in, BindContext& context) -> Result<MaybeValue> {
            const std::int64_t value = isReal(source) || source == TypeKind::Decimal
                                           ? static_cast<std::int64_t>(realOf(source, *in[0]))
                                           : wholeOf(source, *in[0]);
            return MaybeValue{putWhole(context.arena, target, value)};
        });
    }
    if (isNumber(source) && isReal(target)) {
        return make([source, target](auto in, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{putReal(context.arena, target, realOf(source, *in[0]))};
        });
    }
    if (isNumber(source) && target == TypeKind::Decimal) {
        return make([from](auto in, BindContext& context) -> Result<MaybeValue> {
            const auto value = cql::decimalFromString(from->getString(*in[0]));
            return value ? MaybeValue{context.arena.copy(*value)} : MaybeValue{};
        });
    }
    const char* conversion = target == TypeKind::Date        ? "todate"
                             : target == TypeKind::Timestamp ? "totimestamp"
                                                             : nullptr;
    if (conversion != nullptr) {
        for (const ScalarFunctionPtr& function :
             nativeFunctions(conversion, {}, nullptr, nullptr)) {
            if (*function->arguments[0] == *from)
                return function;
        }
    }
    return nullptr;
}

ScalarFunctionPtr operationFunction(char op, const TypePtr& left, const TypePtr& right)
{
    const TypeKind a = left->kind();
    const TypeKind b = right->kind();
    const bool reals = isReal(a) || isReal(b);
    if (!(isWhole(a) || isReal(a)) || !(isWhole(b) || isReal(b)))
        return nullptr;
    const TypeKind kind = widerKind(a, b);
    return newFunction(
        std::string(1, op), {left, right}, Type::native(kind),
        [=](auto in, BindContext& context) -> Result<MaybeValue> {
            if (in[0]->empty() || in[1]->empty())
                return MaybeValue{};
            if (reals)
                return MaybeValue{putReal(context.arena, kind,
                                          realOperation(op, realOf(a, *in[0]), realOf(b, *in[1])))};
            const std::int64_t divisor = wholeOf(b, *in[1]);
            if (divisor == 0 && (op == '/' || op == '%'))
                return operationFailed(op, a, b, "/ by zero");
            return MaybeValue{
                putWhole(context.arena, kind, wholeOperation(op, wholeOf(a, *in[0]), divisor))};
        });
}

ScalarFunctionPtr negationFunction(const TypePtr& type)
{
    const TypeKind kind = type->kind();
    if (!isWhole(kind) && !isReal(kind))
        return nullptr;
    return newFunction(
        "-", {type}, type, [kind](auto in, BindContext& context) -> Result<MaybeValue> {
            if (isReal(kind))
                return MaybeValue{putReal(context.arena, kind, -realOf(kind, *in[0]))};
            return MaybeValue{
                putWhole(context.arena, kind, wholeOperation('-', 0, wholeOf(kind, *in[0])))};
        });
}

AggregateKind aggregateKind(std::string_view name) noexcept
{
    if (name == "count")
        return AggregateKind::Count;
    if (name == "min")
        return AggregateKind::Min;
    if (name == "max")
        return AggregateKind::Max;
    if (name == "sum")
        return AggregateKind::Sum;
    return name == "avg" ? AggregateKind::Avg : AggregateKind::None;
}

TypePtr AggregateState::resultType(AggregateKind kind, const TypePtr& argument)
{
    if (kind == AggregateKind::Count || kind == AggregateKind::CountRows)
        return Type::native(TypeKind::Bigint);
    if (argument->isCounter())
        return Type::native(TypeKind::Bigint);
    return argument;
}

bool AggregateState::accepts(AggregateKind kind, const TypePtr& argument)
{
    if (kind == AggregateKind::Sum || kind == AggregateKind::Avg)
        return isNumber(argument->kind());
    return true;
}

void AggregateState::add(const MaybeValue& value)
{
    if (m_kind == AggregateKind::CountRows) {
        ++m_count;
        return;
    }
    if (!value)
        return;
    ++m_count;
    switch (m_kind) {
    case AggregateKind::Min:
    case AggregateKind::Max: {
        const bool wins =
            !m_hasValue || (m_kind == AggregateKind::Min ? m_type->compare(*value, m_extreme) < 0
                                                         : m_type->compare(*value, m_extreme) > 0);
        if (wins)
            m_extreme = Bytes{*value};
        m_hasValue = true;
        return;
    }
    case AggregateKind::Sum:
    case AggregateKind::Avg:
        if (isWhole(m_type->kind()) || m_type->kind() == TypeKind::Varint)
            m_sum += wholeOf(m_type->kind(), *value);
        else
            m_realSum += realOf(m_type->kind(), *value);
        return;
    default:
        return;
    }
}

MaybeValue AggregateState::result(Arena& arena) const
{
    switch (m_kind) {
    case AggregateKind::Count:
    case AggregateKind::CountRows:
        return putNumber(arena, m_count);
    case AggregateKind::Min:
    case AggregateKind::Max:
        return m_hasValue ? MaybeValue{arena.copy(m_extreme)} : MaybeValue{};
    default:
        break;
    }
    const bool isAverage = m_kind == AggregateKind::Avg;
    const TypeKind kind = m_type->kind();
    if (isWhole(kind) || kind == TypeKind::Varint) {
        const __int128 value = isAverage ? (m_count == 0 ? 0 : m_sum / m_count) : m_sum;
        return putWhole(arena, kind, static_cast<std::int64_t>(value));
    }
    const double value =
        isAverage ? (m_count == 0 ? 0 : m_realSum / static_cast<double>(m_count)) : m_realSum;
    if (kind == TypeKind::Decimal) {
        const auto decimal = cql::decimalFromString(cql::doubleToString(value));
        return decimal ? MaybeValue{arena.copy(*decimal)} : MaybeValue{};
    }
    return putReal(arena, kind, value);
}

} // namespace engine::query
