#pragma once

#include "engine/base/bytes.h"

#include <optional>
#include <string>
#include <string_view>

/// Text and order of CQL's numbers in their serialized form. Pure functions; any thread.
namespace engine::cql {

/// A two's complement big-endian integer of any length as decimal text. More than 40,000 bytes
/// come as "0x…", because converting them would take seconds.
[[nodiscard]] std::string varintToString(ByteView value);
/// The shortest two's complement form of `text` ([+-]digits); none if it is no integer or has more
/// than 100,000 digits.
[[nodiscard]] std::optional<Bytes> varintFromString(std::string_view text);
[[nodiscard]] Bytes varintFromInt64(std::int64_t value);
/// Numeric order, as java.math.BigInteger; no allocation. Empty comes first.
[[nodiscard]] int compareVarint(ByteView a, ByteView b) noexcept;

/// A decimal (32-bit scale, unscaled varint) as java.math.BigDecimal prints it: toPlainString() if
/// `plain` (unless that would need more than 10,000 zeros), else toString().
[[nodiscard]] std::string decimalToString(ByteView value, bool plain);
/// [+-]digits[.digits][E[+-]digits]
[[nodiscard]] std::optional<Bytes> decimalFromString(std::string_view text);
/// Numeric order: 1.0 equals 1.00. Values shorter than four bytes come first.
[[nodiscard]] int compareDecimal(ByteView a, ByteView b) noexcept;

/// As Java's Double.toString: "1.0", "1.0E-30", "NaN", "-Infinity"; the shortest digits that read
/// back as the same number.
[[nodiscard]] std::string doubleToString(double value);
[[nodiscard]] std::string floatToString(float value);
/// As Java's parseDouble on what CQL accepts: digits with fraction and exponent, NaN, Infinity.
/// Too large gives infinity, as there.
[[nodiscard]] std::optional<double> doubleFromString(std::string_view text);
[[nodiscard]] std::optional<float> floatFromString(std::string_view text);
/// [+-]digits that fit; leading zeros allowed.
[[nodiscard]] std::optional<std::int64_t> int64FromString(std::string_view text);

} // namespace engine::cql
