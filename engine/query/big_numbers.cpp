#include "engine/query/big_numbers.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace engine::query {

namespace {

using Integer = boost::multiprecision::cpp_int;

constexpr std::int64_t kDigitsMax = 10'000;
constexpr std::size_t kIntegerBytesMax = 4'200; ///< a little over 10,000 digits

Error tooManyDigits()
{
    return {ErrorCode::Invalid, "the number has more than 10,000 digits"};
}

Error divisionByZero()
{
    return {ErrorCode::Invalid, "BigInteger divide by zero"};
}

Result<Integer> integerOf(ByteView bytes)
{
    if (bytes.size() > kIntegerBytesMax)
        return tooManyDigits();
    Integer value;
    if (bytes.empty())
        return value;
    const bool isNegative = (bytes[0] & 0x80) != 0;
    std::vector<unsigned char> magnitude(bytes.begin(), bytes.end());
    if (isNegative) {
        for (unsigned char& byte : magnitude)
            byte = static_cast<unsigned char>(~byte);
    }
    boost::multiprecision::import_bits(value, magnitude.begin(), magnitude.end());
    return isNegative ? Integer{-value - 1} : value;
}

/// The shortest two's complement.
Bytes bytesOf(const Integer& value)
{
    const bool isNegative = value < 0;
    const Integer magnitude = isNegative ? Integer{-value - 1} : value;
    std::vector<unsigned char> bytes;
    boost::multiprecision::export_bits(magnitude, std::back_inserter(bytes), 8);
    if (bytes.empty() || (bytes[0] & 0x80) != 0)
        bytes.insert(bytes.begin(), 0);
    Bytes out;
    for (const unsigned char byte : bytes)
        out += static_cast<char>(isNegative ? ~byte : byte);
    return out;
}

Integer powerOfTen(std::int64_t exponent)
{
    return boost::multiprecision::pow(Integer{10}, static_cast<unsigned>(exponent));
}

/// Decimal digits without sign; 1 for zero (BigDecimal.precision).
std::int64_t digitsOf(const Integer& value)
{
    return static_cast<std::int64_t>(Integer{abs(value)}.str().size());
}

struct Decimal {
    Integer unscaled;
    std::int64_t scale = 0;
};

Result<Decimal> decimalOf(ByteView bytes)
{
    Decimal out;
    if (bytes.size() < 4)
        return out;
    out.scale = loadBigEndian<std::int32_t>(bytes.data());
    RW_ASSIGN(out.unscaled, integerOf(bytes.substr(4)));
    return out;
}

Result<Bytes> bytesOf(const Decimal& value)
{
    if (value.scale < INT32_MIN || value.scale > INT32_MAX)
        return tooManyDigits();
    Bytes out;
    ByteWriter{out}.i32(static_cast<std::int32_t>(value.scale));
    return out + bytesOf(value.unscaled);
}

/// Gives `value` a scale that is not smaller than its own.
Result<void> widen(Decimal& value, std::int64_t scale, std::int64_t digitsMax = kDigitsMax)
{
    const std::int64_t more = scale - value.scale;
    if (value.unscaled != 0 && digitsOf(value.unscaled) + more > digitsMax)
        return tooManyDigits();
    if (value.unscaled != 0)
        value.unscaled *= powerOfTen(more);
    value.scale = scale;
    return ok();
}

Result<void> align(Decimal& a, Decimal& b)
{
    const std::int64_t scale = std::max(a.scale, b.scale);
    RW_TRY(widen(a, scale));
    return widen(b, scale);
}

enum class Rounding : std::uint8_t { HalfUp, HalfEven };

Integer dividedRounded(const Integer& dividend, const Integer& divisor, Rounding rounding)
{
    Integer quotient;
    Integer rest;
    divide_qr(dividend, divisor, quotient, rest);
    const Integer twice = abs(rest) * 2;
    const Integer whole = abs(divisor);
    const bool isHalf = twice == whole;
    const bool isOdd = quotient % 2 != 0;
    if (twice > whole || (isHalf && (rounding == Rounding::HalfUp || isOdd)))
        quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
    return quotient;
}

/// At most 10,000 significant digits, rounded half up (BigDecimal's MathContext).
Decimal rounded(Decimal value)
{
    for (std::int64_t drop = digitsOf(value.unscaled) - kDigitsMax; drop > 0;
         drop = digitsOf(value.unscaled) - kDigitsMax) {
        value.unscaled = dividedRounded(value.unscaled, powerOfTen(drop), Rounding::HalfUp);
        value.scale -= drop;
    }
    return value;
}

/// A number so small beside the other that it can do no more than break a tie is replaced by one
/// of its sign closer to the other, so that the sum stays short (BigDecimal.preAlign).
void bringCloser(const Decimal& big, Decimal& small)
{
    const std::int64_t lastDigit = big.scale - digitsOf(big.unscaled) + kDigitsMax;
    const std::int64_t firstOfSmall = small.scale - digitsOf(small.unscaled) + 1;
    if (firstOfSmall > big.scale + 2 && firstOfSmall > lastDigit + 2)
        small = {Integer{small.unscaled < 0 ? -1 : 1}, std::max(big.scale, lastDigit) + 3};
}

Result<Bytes> added(Decimal a, Decimal b)
{
    if (a.unscaled == 0 || b.unscaled == 0) {
        const std::int64_t scale = std::max(a.scale, b.scale);
        Decimal out = rounded(a.unscaled == 0 ? std::move(b) : std::move(a));
        if (out.unscaled == 0)
            out.scale = scale;
        // The scale of the other as far as there are digits for it.
        else if (out.scale < scale)
            RW_TRY(widen(out, std::min(scale, out.scale + kDigitsMax - digitsOf(out.unscaled))));
        return bytesOf(out);
    }
    if (a.scale < b.scale)
        bringCloser(a, b);
    else
        bringCloser(b, a);
    const std::int64_t scale = std::max(a.scale, b.scale);
    constexpr std::int64_t digitsMax = 3 * kDigitsMax; // before the sum is rounded
    RW_TRY(widen(a, scale, digitsMax));
    RW_TRY(widen(b, scale, digitsMax));
    return bytesOf(rounded({a.unscaled + b.unscaled, scale}));
}

Result<Bytes> divided(Decimal a, Decimal b)
{
    if (b.unscaled == 0)
        return divisionByZero();
    // At least 32 significant digits and 32 behind the point, at most 1,000 (DecimalType.divide).
    constexpr std::int64_t digitsMin = 32;
    constexpr std::int64_t scaleMax = 1'000;
    const std::int64_t firstDigit =
        (digitsOf(a.unscaled) - a.scale) - (digitsOf(b.unscaled) - b.scale);
    const std::int64_t scale =
        std::min(std::max({digitsMin - firstDigit, a.scale, b.scale, digitsMin}), scaleMax);
    // a/b = (ua·10^(scale - sa + sb) / ub)·10^-scale
    const std::int64_t shift = scale - a.scale + b.scale;
    if (std::abs(shift) > kDigitsMax)
        return tooManyDigits();
    if (shift >= 0)
        a.unscaled *= powerOfTen(shift);
    else
        b.unscaled *= powerOfTen(-shift);
    Decimal out{dividedRounded(a.unscaled, b.unscaled, Rounding::HalfUp), scale};
    if (out.unscaled == 0)
        out.scale = 0;
    while (out.unscaled != 0 && out.unscaled % 10 == 0) {
        out.unscaled /= 10;
        --out.scale;
    }
    return bytesOf(out);
}

} // namespace

Result<Bytes> varintOperation(char op, ByteView left, ByteView right)
{
    RW_ASSIGN(const Integer a, integerOf(left));
    RW_ASSIGN(const Integer b, integerOf(right));
    switch (op) {
    case '+':
        return bytesOf(Integer{a + b});
    case '-':
        return bytesOf(Integer{a - b});
    case '*':
        return bytesOf(Integer{a * b});
    default:
        break;
    }
    if (b == 0)
        return divisionByZero();
    return op == '/' ? bytesOf(Integer{a / b}) : bytesOf(Integer{a % b});
}

Result<Bytes> decimalOperation(char op, ByteView left, ByteView right)
{
    RW_ASSIGN(Decimal a, decimalOf(left));
    RW_ASSIGN(Decimal b, decimalOf(right));
    switch (op) {
    case '+':
        return added(std::move(a), std::move(b));
    case '-':
        b.unscaled = -b.unscaled;
        return added(std::move(a), std::move(b));
    case '*':
        return bytesOf(rounded({a.unscaled * b.unscaled, a.scale + b.scale}));
    case '/':
        return divided(std::move(a), std::move(b));
    default:
        break;
    }
    if (b.unscaled == 0)
        return Error{ErrorCode::Invalid, "Division by zero"};
    RW_TRY(align(a, b));
    return bytesOf(Decimal{a.unscaled % b.unscaled, a.scale});
}

Result<Bytes> decimalAverage(ByteView sum, std::int64_t count)
{
    RW_ASSIGN(Decimal value, decimalOf(sum));
    value.unscaled = dividedRounded(value.unscaled, Integer{count}, Rounding::HalfEven);
    return bytesOf(value);
}

Bytes decimalFromVarint(ByteView value)
{
    return Bytes(4, '\0') + Bytes{value};
}

Result<Bytes> decimalToVarint(ByteView value)
{
    RW_ASSIGN(Decimal decimal, decimalOf(value));
    if (decimal.scale < 0)
        RW_TRY(widen(decimal, 0));
    else if (decimal.scale > digitsOf(decimal.unscaled))
        decimal.unscaled = 0;
    else
        decimal.unscaled /= powerOfTen(decimal.scale);
    return bytesOf(decimal.unscaled);
}

} // namespace engine::query
