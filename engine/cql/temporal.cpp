#include "engine/cql/temporal.h"

#include "engine/cql/numbers.h"

#include <cstdio>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace engine::cql {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
constexpr std::int64_t kDateZero = std::int64_t{1} << 31;

/// Reads from the front of a text; every reader returns false and stays put on a mismatch.
struct TextCursor {
    std::string_view left;

    bool character(char c)
    {
        if (left.empty() || left[0] != c)
            return false;
        left.remove_prefix(1);
        return true;
    }
    /// Between `min` and `max` digits, greedily.
    bool digits(std::size_t min, std::size_t max, std::int64_t& out)
    {
        std::size_t count = 0;
        std::int64_t value = 0;
        while (count < max && count < left.size() && left[count] >= '0' && left[count] <= '9')
            value = value * 10 + (left[count++] - '0');
        if (count < min)
            return false;
        out = value;
        left.remove_prefix(count);
        return true;
    }
};

std::string yearToString(std::int64_t year)
{
    // Java's ISO formatter: four digits at least, a plus sign beyond 9999.
    if (year > 9999)
        return fmt::format("+{}", year);
    return year < 0 ? fmt::format("-{:04}", -year) : fmt::format("{:04}", year);
}

std::int64_t floorDivide(std::int64_t a, std::int64_t b)
{
    return a / b - static_cast<std::int64_t>(a % b != 0 && (a < 0) != (b < 0));
}

bool readCivil(TextCursor& in, CivilDate& out, std::size_t yearDigitsMin)
{
    const bool negative = in.character('-');
    if (!negative)
        (void)in.character('+');
    std::int64_t month = 0;
    std::int64_t day = 0;
    if (!in.digits(yearDigitsMin, 10, out.year) || !in.character('-') || !in.digits(1, 2, month) ||
        !in.character('-') || !in.digits(1, 2, day))
        return false;
    if (negative)
        out.year = -out.year;
    if (month < 1 || month > 12 || day < 1 ||
        day > daysInMonth(out.year, static_cast<unsigned>(month)))
        return false;
    out.month = static_cast<unsigned>(month);
    out.day = static_cast<unsigned>(day);
    return true;
}

/// A zone, or nothing (UTC); the offset in seconds. The whole rest must be read.
bool readZone(TextCursor& in, std::int64_t& offset)
{
    offset = 0;
    if (in.left.empty())
        return true;
    (void)in.character(' ');
    if (in.left == "Z" || in.left == "z" || in.left == "UTC" || in.left == "GMT")
        return true;
    const bool negative = in.character('-');
    if (!negative && !in.character('+'))
        return false;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!in.digits(2, 2, hours))
        return false;
    if (!in.left.empty()) {
        (void)in.character(':');
        if (!in.digits(2, 2, minutes))
            return false;
    }
    if (!in.left.empty() || hours > 18 || minutes > 59)
        return false;
    offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1);
    return true;
}

/// "hh:mm[:ss[.f…]]" as nanoseconds.
bool readClock(TextCursor& in, std::int64_t& nanos, bool secondsNeeded)
{
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (!in.digits(1, 2, hours) || !in.character(':') || !in.digits(1, 2, minutes))
        return false;
    if (in.character(':')) {
        if (!in.digits(1, 2, seconds))
            return false;
        if (in.character('.')) {
            const std::size_t before = in.left.size();
            if (!in.digits(1, 9, fraction))
                return false;
            for (std::size_t read = before - in.left.size(); read < 9; ++read)
                fraction *= 10;
        }
    } else if (secondsNeeded) {
        return false;
    }
    if (hours > 23 || minutes > 59 || seconds > 59)
        return false;
    nanos = (hours * 3600 + minutes * 60 + seconds) * kNanosPerSecond + fraction;
    return true;
}

/// Sums up a duration's parts in 128 bits, so overflow is seen at the end.
struct DurationSum {
    __int128 months = 0;
    __int128 days = 0;
    __int128 nanos = 0;
};

Error durationError(std::string_view text)
{
    return {ErrorCode::Invalid, fmt::format("Unable to convert '{}' to a duration", text)};
}

Result<CqlDuration> finishDuration(const DurationSum& sum, bool negative, std::string_view text)
{
    if (sum.months > INT32_MAX || sum.days > INT32_MAX)
        return Error{
            ErrorCode::Invalid,
            fmt::format("Invalid duration. The total number of {} must be less or equal to {}",
                        sum.months > INT32_MAX ? "months" : "days", INT32_MAX)};
    if (sum.nanos > std::numeric_limits<std::int64_t>::max())
        return Error{
            ErrorCode::Invalid,
            fmt::format("Invalid duration. The total number of nanoseconds must be less or "
                        "equal to {}",
                        std::numeric_limits<std::int64_t>::max())};
    (void)text;
    CqlDuration out{static_cast<std::int32_t>(sum.months), static_cast<std::int32_t>(sum.days),
                    static_cast<std::int64_t>(sum.nanos)};
    if (negative)
        out = {-out.months, -out.days, -out.nanos};
    return out;
}

/// Adds `count` units; returns the unit's rank (years first) or -1 for an unknown unit.
int addUnit(DurationSum& sum, std::int64_t count, std::string_view unit)
{
    const __int128 n = count;
    if (unit == "y")
        return sum.months += n * 12, 0;
    if (unit == "mo")
        return sum.months += n, 1;
    if (unit == "w")
        return sum.days += n * 7, 2;
    if (unit == "d")
        return sum.days += n, 3;
    if (unit == "h")
        return sum.nanos += n * 3600 * kNanosPerSecond, 4;
    if (unit == "m")
        return sum.nanos += n * 60 * kNanosPerSecond, 5;
    if (unit == "s")
        return sum.nanos += n * kNanosPerSecond, 6;
    if (unit == "ms")
        return sum.nanos += n * 1'000'000, 7;
    if (unit == "us" || unit == "\xc2\xb5s")
        return sum.nanos += n * 1'000, 8;
    if (unit == "ns")
        return sum.nanos += n, 9;
    return -1;
}

/// Each unit at most once, from large to small (Duration.Builder.validateOrder).
Result<void> checkUnitOrder(int before, int rank)
{
    static constexpr std::string_view kUnits[] = {
        "years",   "months",  "weeks",        "days",         "hours",
        "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"};
    if (rank > before)
        return ok();
    if (rank == before)
        return Error{
            ErrorCode::Invalid,
            fmt::format("Invalid duration. The {} are specified multiple times", kUnits[rank])};
    return Error{ErrorCode::Invalid, fmt::format("Invalid duration. The {} should be after {}",
                                                 kUnits[before], kUnits[rank])};
}

Result<bool> readStandardDuration(std::string_view text, DurationSum& sum)
{
    TextCursor in{text};
    int rankBefore = -1;
    while (!in.left.empty()) {
        std::int64_t count = 0;
        if (!in.digits(1, 18, count))
            return false;
        std::string unit;
        while (!in.left.empty() && (in.left[0] < '0' || in.left[0] > '9')) {
            const char c = in.left[0];
            unit.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
            in.left.remove_prefix(1);
        }
        const int rank = addUnit(sum, count, unit);
        if (rank < 0)
            return false;
        RW_TRY(checkUnitOrder(rankBefore, rank));
        rankBefore = rank;
    }
    return rankBefore >= 0;
}

bool readIsoDuration(std::string_view text, DurationSum& sum)
{
    TextCursor in{text};
    std::int64_t part[6];
    if (TextCursor alternative = in;
        alternative.digits(4, 4, part[0]) && alternative.character('-') &&
        alternative.digits(2, 2, part[1]) && alternative.character('-') &&
        alternative.digits(2, 2, part[2]) && alternative.character('T') &&
        alternative.digits(2, 2, part[3]) && alternative.character(':') &&
        alternative.digits(2, 2, part[4]) && alternative.character(':') &&
        alternative.digits(2, 2, part[5]) && alternative.left.empty()) {
        static constexpr std::string_view kUnits[] = {"y", "mo", "d", "h", "m", "s"};
        for (int i = 0; i < 6; ++i)
            (void)addUnit(sum, part[i], kUnits[i]);
        return true;
    }
    bool inTime = false;
    bool any = false;
    int rankBefore = -1;
    while (!in.left.empty()) {
        if (!inTime && in.character('T')) {
            inTime = true;
            any = false;
            continue;
        }
        std::int64_t count = 0;
        if (!in.digits(1, 18, count) || in.left.empty())
            return false;
        const char c = in.left[0];
        in.left.remove_prefix(1);
        std::string_view unit;
        if (inTime)
            unit = c == 'H' ? "h" : c == 'M' ? "m" : c == 'S' ? "s" : "";
        else
            unit = c == 'Y' ? "y" : c == 'M' ? "mo" : c == 'W' ? "w" : c == 'D' ? "d" : "";
        const int rank = addUnit(sum, count, unit);
        if (rank <= rankBefore)
            return false;
        rankBefore = rank;
        any = true;
    }
    return any;
}

} // namespace

std::int64_t daysFromCivil(CivilDate date) noexcept
{
    const std::int64_t y = date.year - static_cast<std::int64_t>(date.month <= 2);
    const std::int64_t era = floorDivide(y, 400);
    const std::int64_t yearOfEra = y - era * 400;
    const std::int64_t month = date.month;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + dayOfEra - 719468;
}

CivilDate civilFromDays(std::int64_t days) noexcept
{
    days += 719468;
    const std::int64_t era = floorDivide(days, 146097);
    const std::int64_t dayOfEra = days - era * 146097;
    const std::int64_t yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const auto day = static_cast<unsigned>(dayOfYear - (153 * shifted + 2) / 5 + 1);
    const auto month = static_cast<unsigned>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {yearOfEra + era * 400 + static_cast<std::int64_t>(month <= 2), month, day};
}

unsigned daysInMonth(std::int64_t year, unsigned month) noexcept
{
    static constexpr unsigned char kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
}

Result<std::uint32_t> parseDate(std::string_view text)
{
    const std::size_t digitsFrom = !text.empty() && text[0] == '-' ? 1 : 0;
    if (text.find('-', digitsFrom) == std::string_view::npos) {
        if (const auto raw = int64FromString(text); raw && *raw >= 0 && *raw <= UINT32_MAX)
            return static_cast<std::uint32_t>(*raw);
        return Error{ErrorCode::Invalid,
                     fmt::format("Unable to make unsigned int (for date) from: '{}'", text)};
    }
    TextCursor in{text};
    CivilDate date;
    if (!readCivil(in, date, 1) || !in.left.empty())
        return Error{ErrorCode::Invalid,
                     fmt::format("Unable to coerce '{}' to a formatted date (long)", text)};
    const std::int64_t stored = daysFromCivil(date) + kDateZero;
    if (stored < 0 || stored > UINT32_MAX)
        return Error{
            ErrorCode::Invalid,
            fmt::format("Input date {} is out of the range -5877641-06-23 to 5881580-07-11", text)};
    return static_cast<std::uint32_t>(stored);
}

std::string formatDate(std::uint32_t stored)
{
    const CivilDate date = civilFromDays(static_cast<std::int64_t>(stored) - kDateZero);
    return fmt::format("{}-{:02}-{:02}", yearToString(date.year), date.month, date.day);
}

Result<std::int64_t> parseTime(std::string_view text)
{
    if (text.find(':') == std::string_view::npos) {
        const auto raw = int64FromString(text);
        if (raw && *raw >= 0 && *raw < kNanosPerDay)
            return *raw;
        if (raw)
            return Error{ErrorCode::Invalid, fmt::format("Input long out of bounds: {}", *raw)};
        return Error{ErrorCode::Invalid,
                     fmt::format("Unable to make long (for time) from: '{}'", text)};
    }
    TextCursor in{text};
    std::int64_t nanos = 0;
    if (!readClock(in, nanos, true) || !in.left.empty())
        return Error{
            ErrorCode::Invalid,
            fmt::format("(TimeType) Unable to coerce '{}' to a formatted time (long)", text)};
    return nanos;
}

std::string formatTime(std::int64_t nanos)
{
    const std::int64_t seconds = floorDivide(nanos, kNanosPerSecond);
    return fmt::format("{:02}:{:02}:{:02}.{:09}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                       nanos - seconds * kNanosPerSecond);
}

Result<std::int64_t> parseTimestamp(std::string_view text)
{
    if (const auto raw = int64FromString(text))
        return *raw;
    const Error error{ErrorCode::Invalid,
                      fmt::format("Unable to parse a date/time from '{}'", text)};
    TextCursor in{text};
    CivilDate date;
    if (!readCivil(in, date, 4))
        return error;
    std::int64_t nanos = 0;
    std::int64_t offset = 0;
    const bool clockFollows = in.left.size() > 1 && (in.left[0] == ' ' || in.left[0] == 'T') &&
                              in.left[1] >= '0' && in.left[1] <= '9';
    if (clockFollows) {
        in.left.remove_prefix(1);
        if (!readClock(in, nanos, false))
            return error;
    }
    if (!readZone(in, offset))
        return error;
    const std::int64_t days = daysFromCivil(date);
    if (days > 106'000'000'000 || days < -106'000'000'000)
        return error; // outside of 64-bit milliseconds
    return days * 86'400'000 + nanos / 1'000'000 - offset * 1000;
}

std::string formatTimestamp(std::int64_t millis)
{
    const std::int64_t days = floorDivide(millis, 86'400'000);
    const std::int64_t inDay = millis - days * 86'400'000;
    const CivilDate date = civilFromDays(days);
    return fmt::format("{}{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}Z", date.year < 0 ? "-" : "",
                       date.year < 0 ? -date.year : date.year, date.month, date.day,
                       inDay / 3'600'000, inDay / 60'000 % 60, inDay / 1000 % 60, inDay % 1000);
}

Result<CqlDuration> parseDuration(std::string_view text)
{
    std::string_view rest = text;
    const bool negative = !rest.empty() && rest[0] == '-';
    if (negative)
        rest.remove_prefix(1);
    DurationSum sum;
    const bool iso = !rest.empty() && rest[0] == 'P';
    bool isRead = false;
    if (iso) {
        isRead = readIsoDuration(rest.substr(1), sum);
    } else {
        RW_ASSIGN(isRead, readStandardDuration(rest, sum));
    }
    if (!isRead)
        return durationError(text);
    return finishDuration(sum, negative, text);
}

std::string formatDuration(const CqlDuration& duration)
{
    std::string out;
    if (duration.months < 0 || duration.days < 0 || duration.nanos < 0)
        out = "-";
    const auto magnitude = [](std::int64_t value) {
        return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                         : static_cast<std::uint64_t>(value);
    };
    const auto append = [&out](std::uint64_t& rest, std::uint64_t unit, const char* name) {
        if (rest >= unit)
            out += std::to_string(rest / unit) + name;
        rest %= unit;
    };
    std::uint64_t months = magnitude(duration.months);
    append(months, 12, "y");
    append(months, 1, "mo");
    std::uint64_t days = magnitude(duration.days);
    append(days, 1, "d");
    std::uint64_t nanos = magnitude(duration.nanos);
    append(nanos, 3'600'000'000'000, "h");
    append(nanos, 60'000'000'000, "m");
    append(nanos, 1'000'000'000, "s");
    append(nanos, 1'000'000, "ms");
    append(nanos, 1'000, "us");
    append(nanos, 1, "ns");
    return out;
}

Bytes encodeDuration(const CqlDuration& duration)
{
    Bytes out;
    ByteWriter writer{out};
    writer.vint(duration.months);
    writer.vint(duration.days);
    writer.vint(duration.nanos);
    return out;
}

Result<CqlDuration> decodeDuration(ByteView value)
{
    if (value.size() < 3)
        return Error{ErrorCode::Invalid,
                     fmt::format("Expected at least 3 bytes for a duration ({})", value.size())};
    ByteReader reader{value};
    const std::int64_t months = reader.vint();
    const std::int64_t days = reader.vint();
    const std::int64_t nanos = reader.vint();
    if (!reader.ok() || !reader.atEnd())
        return Error{ErrorCode::Invalid, "The bytes of a duration are three vints, these are not"};
    if (months != static_cast<std::int32_t>(months))
        return Error{
            ErrorCode::Invalid,
            fmt::format("The duration months must be a 32 bits integer but was: {}", months)};
    if (days != static_cast<std::int32_t>(days))
        return Error{ErrorCode::Invalid,
                     fmt::format("The duration days must be a 32 bits integer but was: {}", days)};
    const bool anyNegative = months < 0 || days < 0 || nanos < 0;
    const bool anyPositive = months > 0 || days > 0 || nanos > 0;
    if (anyNegative && anyPositive)
        return Error{ErrorCode::Invalid, fmt::format("The duration months, days and nanoseconds "
                                                     "must be all of the same sign ({}, {}, {})",
                                                     months, days, nanos)};
    return CqlDuration{static_cast<std::int32_t>(months), static_cast<std::int32_t>(days), nanos};
}

} // namespace engine::cql
