#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

/// Text forms of CQL's date, time, timestamp and duration. Pure functions; any thread. Calendar:
/// proleptic Gregorian. Errors are Invalid, with the sentences of Cassandra 5.0's serializers.
namespace engine::cql {

struct CivilDate {
    std::int64_t year = 1970;
    unsigned month = 1;
    unsigned day = 1;
};
/// Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms").
[[nodiscard]] std::int64_t daysFromCivil(CivilDate date) noexcept;
[[nodiscard]] CivilDate civilFromDays(std::int64_t days) noexcept;
[[nodiscard]] unsigned daysInMonth(std::int64_t year, unsigned month) noexcept;

/// A date as stored: days with 1970-01-01 at 2^31. Reads "yyyy-mm-dd" with an optional sign and
/// any number of year digits, or the stored number itself.
[[nodiscard]] Result<std::uint32_t> parseDate(std::string_view text);
[[nodiscard]] std::string formatDate(std::uint32_t stored);

/// Nanoseconds since midnight. Reads "hh:mm:ss[.fffffffff]" or the number itself.
[[nodiscard]] Result<std::int64_t> parseTime(std::string_view text);
[[nodiscard]] std::string formatTime(std::int64_t nanos);

/// Milliseconds since 1970. Reads every pattern of TimestampSerializer (date, 'T' or space, hours
/// with minutes, seconds, fraction, and a zone "Z", "+hh", "+hhmm", "+hh:mm", "UTC"/"GMT"), or the
/// number itself. Without a zone the text is in UTC.
[[nodiscard]] Result<std::int64_t> parseTimestamp(std::string_view text);
/// "1970-01-01 00:00:00.001Z"
[[nodiscard]] std::string formatTimestamp(std::int64_t millis);

/// CQL's duration: three parts of one sign that do not carry into each other.
struct CqlDuration {
    std::int32_t months = 0;
    std::int32_t days = 0;
    std::int64_t nanos = 0;

    friend bool operator==(const CqlDuration&, const CqlDuration&) = default;
};
/// Reads "1y2mo3w4d5h6m7s8ms9us10ns" and ISO 8601 ("P1Y2M3DT4H5M6S", "P2W",
/// "P0001-02-03T04:05:06"), each with an optional '-'.
[[nodiscard]] Result<CqlDuration> parseDuration(std::string_view text);
[[nodiscard]] std::string formatDuration(const CqlDuration& duration);
[[nodiscard]] Bytes encodeDuration(const CqlDuration& duration);
/// Invalid if malformed, of mixed signs or out of range.
[[nodiscard]] Result<CqlDuration> decodeDuration(ByteView value);

} // namespace engine::cql
