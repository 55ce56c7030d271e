#include "engine/cql/temporal.h"
#include "engine/query/functions.h"

#include <algorithm>

namespace engine::query {

using cql::CqlDuration;
using cql::TypeKind;
using cql::TypePtr;

namespace {

constexpr std::int64_t kDayMillis = 86'400'000;
constexpr std::int64_t kNanosAMilli = 1'000'000;
constexpr std::int64_t kDateOfEpoch = std::int64_t{1} << 31; ///< how a date stores 1970-01-01

/// A day of the month that the month has not becomes its last one (java.util.Calendar.add).
std::int64_t daysLater(std::int64_t days, std::int64_t months, std::int64_t more)
{
    cql::CivilDate date = cql::civilFromDays(days);
    const std::int64_t month = date.year * 12 + date.month - 1 + months;
    date.year = month >= 0 ? month / 12 : -((11 - month) / 12);
    date.month = static_cast<unsigned>(month - date.year * 12) + 1;
    date.day = std::min(date.day, cql::daysInMonth(date.year, date.month));
    return cql::daysFromCivil(date) + more;
}

Error outOfRange()
{
    return {ErrorCode::Invalid, "the result is out of the type's range"};
}

Result<std::int64_t> timestampLater(std::int64_t millis, const CqlDuration& by, int sign)
{
    if (by.nanos % kNanosAMilli != 0)
        return Error{ErrorCode::Invalid, "The duration must have a millisecond precision. Was: " +
                                             cql::formatDuration(by)};
    const std::int64_t ofDay = ((millis % kDayMillis) + kDayMillis) % kDayMillis;
    const std::int64_t day = millis / kDayMillis - (millis % kDayMillis < 0 ? 1 : 0);
    const std::int64_t days =
        daysLater(day, std::int64_t{sign} * by.months, std::int64_t{sign} * by.days);
    std::int64_t out = 0;
    if (__builtin_mul_overflow(days, kDayMillis, &out) ||
        __builtin_add_overflow(out, ofDay, &out) ||
        __builtin_add_overflow(out, sign * (by.nanos / kNanosAMilli), &out))
        return outOfRange();
    return out;
}

Result<std::uint32_t> dateLater(std::uint32_t date, const CqlDuration& by, int sign)
{
    if (by.nanos != 0)
        return Error{ErrorCode::Invalid,
                     "The duration must have a day precision. Was: " + cql::formatDuration(by)};
    const std::int64_t days =
        daysLater(std::int64_t{date} - kDateOfEpoch, std::int64_t{sign} * by.months,
                  std::int64_t{sign} * by.days) +
        kDateOfEpoch;
    if (days < 0 || days > std::int64_t{UINT32_MAX})
        return outOfRange();
    return static_cast<std::uint32_t>(days);
}

} // namespace

ScalarFunctionPtr temporalOperationFunction(char op, const TypePtr& left, const TypePtr& right)
{
    const TypeKind kind = left->kind();
    if ((kind != TypeKind::Timestamp && kind != TypeKind::Date) ||
        right->kind() != TypeKind::Duration || (op != '+' && op != '-'))
        return nullptr;
    auto function = std::make_shared<ScalarFunction>();
    function->name = std::string(1, op);
    function->arguments = {left, right};
    function->result = left;
    function->call = [kind, op](auto in, BindContext& context) -> Result<MaybeValue> {
        if (in[0]->empty() || in[1]->empty())
            return MaybeValue{};
        RW_ASSIGN(const CqlDuration by, cql::decodeDuration(*in[1]));
        const int sign = op == '+' ? 1 : -1;
        const auto fail = [&](const Error& error) {
            return operationFailed(op, kind, TypeKind::Duration, error.detail());
        };
        char bytes[8];
        if (kind == TypeKind::Date) {
            const auto date = dateLater(loadBigEndian<std::uint32_t>(in[0]->data()), by, sign);
            if (!date)
                return fail(date.error());
            storeBigEndian(bytes, *date);
            return MaybeValue{context.arena.copy(ByteView{bytes, 4})};
        }
        const auto millis = timestampLater(loadBigEndian<std::int64_t>(in[0]->data()), by, sign);
        if (!millis)
            return fail(millis.error());
        storeBigEndian(bytes, *millis);
        return MaybeValue{context.arena.copy(ByteView{bytes, 8})};
    };
    return function;
}

} // namespace engine::query
