#include "engine/cql/numbers.h"
#include "engine/cql/temporal.h"
#include "engine/protocol/error_extras.h"
#include "engine/query/big_numbers.h"
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

bool isBig(TypeKind kind)
{
    return kind == TypeKind::Varint || kind == TypeKind::Decimal;
}

bool isNumber(TypeKind kind)
{
    return isWhole(kind) || isReal(kind) || isBig(kind);
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
    // A varint beside a fraction needs a decimal.
    if (isBig(a) || isBig(b))
        return a == TypeKind::Decimal || b == TypeKind::Decimal || isReal(a) || isReal(b)
                   ? TypeKind::Decimal
                   : TypeKind::Varint;
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

/// Any number as a varint or decimal, for arithmetic with one.
Result<Bytes> bigOf(TypeKind kind, ByteView value, TypeKind target)
{
    if (kind == target)
        return Bytes{value};
    if (isReal(kind)) {
        const double real = realOf(kind, value);
        const auto decimal = cql::decimalFromString(cql::doubleToString(real));
        if (!decimal)
            return Error{ErrorCode::Invalid, std::isnan(real)
                                                 ? "A NaN cannot be converted into a decimal"
                                                 : "An infinite number cannot be converted into a "
                                                   "decimal"};
        return *decimal;
    }
    const Bytes whole =
        kind == TypeKind::Varint ? Bytes{value} : cql::varintFromInt64(wholeOf(kind, value));
    return target == TypeKind::Decimal ? decimalFromVarint(whole) : whole;
}

Result<Bytes> bigOperation(char op, TypeKind a, TypeKind b, TypeKind kind, ByteView left,
                           ByteView right)
{
    RW_ASSIGN(const Bytes x, bigOf(a, left, kind));
    RW_ASSIGN(const Bytes y, bigOf(b, right, kind));
    return kind == TypeKind::Decimal ? decimalOperation(op, x, y) : varintOperation(op, x, y);
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

/// Wraps, saturates and cuts as Java's conversions do (CastFcts).
Result<MaybeValue> castToWhole(TypeKind source, TypeKind target, ByteView value, Arena& arena)
{
    if (target == TypeKind::Varint && isBig(source)) {
        RW_ASSIGN(const Bytes whole, decimalToVarint(value));
        return MaybeValue{arena.copy(whole)};
    }
    if (source == TypeKind::Decimal) {
        RW_ASSIGN(const Bytes whole, decimalToVarint(value));
        return MaybeValue{putWhole(arena, target, wholeOf(TypeKind::Varint, whole))};
    }
    if (!isReal(source))
        return MaybeValue{putWhole(arena, target, wholeOf(source, value))};
    // (int) of a double saturates; narrower types then wrap; NaN is 0.
    const double real = realOf(source, value);
    const bool isLong = target == TypeKind::Bigint || target == TypeKind::Varint;
    const double bound = isLong ? 0x1p63 : 0x1p31;
    std::int64_t whole = 0;
    if (real >= bound)
        whole = isLong ? INT64_MAX : INT32_MAX;
    else if (real < -bound)
        whole = isLong ? INT64_MIN : INT32_MIN;
    else if (!std::isnan(real))
        whole = static_cast<std::int64_t>(real);
    return MaybeValue{putWhole(arena, target, whole)};
}

} // namespace

Error operationFailed(char op, TypeKind left, TypeKind right, const std::string& reason)
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

ScalarFunctionPtr castFunction(const TypePtr& from, const TypePtr& to)
{
    const TypeKind source = from->kind();
    const TypeKind target = to->kind();
    const auto make = [&](auto call) { return newFunction("cast", {from}, to, std::move(call)); };
    if (target == TypeKind::Text || target == TypeKind::Ascii) {
        if (from->isMultiCell() || !from->parameters().empty() || source == TypeKind::Blob)
            return nullptr;
        return make([from](auto in, BindContext& context) -> Result<MaybeValue> {
            return MaybeValue{context.arena.copy(from->getString(*in[0]))};
        });
    }
    if (target == TypeKind::Counter)
        return nullptr;
    if (isNumber(source) && (isWhole(target) || target == TypeKind::Varint)) {
        return make([source, target](auto in, BindContext& context) -> Result<MaybeValue> {
            return castToWhole(source, target, *in[0], context.arena);
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
    if (!isNumber(a) || !isNumber(b))
        return temporalOperationFunction(op, left, right);
    const TypeKind kind = widerKind(a, b);
    if (isBig(kind))
        return newFunction(std::string(1, op), {left, right}, Type::native(kind),
                           [=](auto in, BindContext& context) -> Result<MaybeValue> {
                               const auto value = bigOperation(op, a, b, kind, *in[0], *in[1]);
                               if (!value)
                                   return operationFailed(op, a, b, value.error().detail());
                               return MaybeValue{context.arena.copy(*value)};
                           });
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
    if (!isNumber(kind))
        return nullptr;
    if (isBig(kind))
        return newFunction(
            "-", {type}, type, [kind](auto in, BindContext& context) -> Result<MaybeValue> {
                const Bytes zero = kind == TypeKind::Decimal ? Bytes(5, '\0') : Bytes(1, '\0');
                RW_ASSIGN(const Bytes value, kind == TypeKind::Decimal
                                                 ? decimalOperation('-', zero, *in[0])
                                                 : varintOperation('-', zero, *in[0]));
                return MaybeValue{context.arena.copy(value)};
            });
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

Result<void> AggregateState::addNumber(ByteView value)
{
    const TypeKind kind = m_type->kind();
    if (isBig(kind)) {
        const Bytes zero(kind == TypeKind::Decimal ? 5 : 1, '\0');
        const ByteView sum = m_hasValue ? ByteView{m_bytes} : ByteView{zero};
        RW_ASSIGN(m_bytes, kind == TypeKind::Decimal ? decimalOperation('+', sum, value)
                                                     : varintOperation('+', sum, value));
        m_hasValue = true;
    } else if (isWhole(kind)) {
        m_sum += wholeOf(kind, value);
    } else {
        // Kahan's summation, in which infinities would become NaN.
        const double number = realOf(kind, value);
        m_simpleSum += number;
        const double corrected = number - m_compensation;
        const double next = m_realSum + corrected;
        m_compensation = (next - m_realSum) - corrected;
        m_realSum = next;
    }
    return ok();
}

Result<void> AggregateState::add(const MaybeValue& value)
{
    if (m_kind == AggregateKind::CountRows) {
        ++m_count;
        return ok();
    }
    if (!value)
        return ok();
    ++m_count;
    switch (m_kind) {
    case AggregateKind::Min:
    case AggregateKind::Max: {
        const bool wins =
            !m_hasValue || (m_kind == AggregateKind::Min ? m_type->compare(*value, m_bytes) < 0
                                                         : m_type->compare(*value, m_bytes) > 0);
        if (wins)
            m_bytes = Bytes{*value};
        m_hasValue = true;
        return ok();
    }
    case AggregateKind::Sum:
    case AggregateKind::Avg:
        return addNumber(*value);
    default:
        return ok();
    }
}

Result<MaybeValue> AggregateState::result(Arena& arena) const
{
    switch (m_kind) {
    case AggregateKind::Count:
    case AggregateKind::CountRows:
        return MaybeValue{putNumber(arena, m_count)};
    case AggregateKind::Min:
    case AggregateKind::Max:
        return m_hasValue ? MaybeValue{arena.copy(m_bytes)} : MaybeValue{};
    default:
        break;
    }
    const bool isAverage = m_kind == AggregateKind::Avg;
    const TypeKind kind = m_type->kind();
    if (isBig(kind)) {
        if (!m_hasValue)
            return MaybeValue{arena.copy(Bytes(kind == TypeKind::Decimal ? 5 : 1, '\0'))};
        if (!isAverage)
            return MaybeValue{arena.copy(m_bytes)};
        RW_ASSIGN(const Bytes average,
                  kind == TypeKind::Decimal
                      ? decimalAverage(m_bytes, m_count)
                      : varintOperation('/', m_bytes, cql::varintFromInt64(m_count)));
        return MaybeValue{arena.copy(average)};
    }
    if (isWhole(kind)) {
        const __int128 value = isAverage ? (m_count == 0 ? 0 : m_sum / m_count) : m_sum;
        return MaybeValue{putWhole(arena, kind, static_cast<std::int64_t>(value))};
    }
    const double sum = std::isnan(m_realSum) && std::isinf(m_simpleSum) ? m_simpleSum : m_realSum;
    const double value = isAverage ? (m_count == 0 ? 0 : sum / static_cast<double>(m_count)) : sum;
    return MaybeValue{putReal(arena, kind, value)};
}

} // namespace engine::query
