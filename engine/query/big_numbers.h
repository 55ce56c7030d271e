#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>

/// Exact arithmetic on serialized varints and decimals, with the scales and roundings that
/// java.math.BigInteger and BigDecimal give in Cassandra (IntegerType, DecimalType). Pure
/// functions. Sums and products of decimals are rounded half up to 10,000 digits, as
/// Cassandra does; whatever else would need more digits fails with a sentence.
namespace engine::query {

/// `op`: one of + - * / %. Fails for a division by zero.
[[nodiscard]] Result<Bytes> varintOperation(char op, ByteView a, ByteView b);
[[nodiscard]] Result<Bytes> decimalOperation(char op, ByteView a, ByteView b);

/// sum / count with the scale of the sum, half to even (AVG of decimals).
[[nodiscard]] Result<Bytes> decimalAverage(ByteView sum, std::int64_t count);
/// The decimal of scale 0 with this value.
[[nodiscard]] Bytes decimalFromVarint(ByteView value);
/// Without the digits behind the point (BigDecimal.toBigInteger).
[[nodiscard]] Result<Bytes> decimalToVarint(ByteView value);

} // namespace engine::query
