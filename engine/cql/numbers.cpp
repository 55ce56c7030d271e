#include "engine/cql/numbers.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

namespace engine::cql {

namespace {

using BigInt = boost::multiprecision::cpp_int;

constexpr std::size_t kVarintBytesPrintedMax = 40'000;
constexpr std::size_t kDigitsMax = 100'000;
constexpr std::int64_t kPlainZerosMax = 10'000;

BigInt bigFromBytes(ByteView bytes)
{
    BigInt magnitude;
    if (bytes.empty())
        return magnitude;
    const bool negative = (static_cast<unsigned char>(bytes[0]) & 0x80) != 0;
    std::vector<unsigned char> raw(bytes.begin(), bytes.end());
    if (negative) {
        for (auto& byte : raw)
            byte = static_cast<unsigned char>(~byte);
    }
    boost::multiprecision::import_bits(magnitude, raw.begin(), raw.end());
    if (negative)
        magnitude = -(magnitude + 1);
    return magnitude;
}

Bytes bigToBytes(const BigInt& value)
{
    // -(n + 1) has the inverted bits of n, so a negative number needs no carry.
    const bool negative = value < 0;
    BigInt magnitude = value;
    if (negative)
        magnitude = -(value + 1);
    std::vector<unsigned char> raw;
    if (magnitude != 0)
        boost::multiprecision::export_bits(magnitude, std::back_inserter(raw), 8);
    if (raw.empty() || (raw[0] & 0x80) != 0)
        raw.insert(raw.begin(), 0);
    if (negative) {
        for (auto& byte : raw)
            byte = static_cast<unsigned char>(~byte);
    }
    return Bytes{raw.begin(), raw.end()};
}

bool isDigits(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `digits` has only digits. cpp_int takes a leading zero for octal.
BigInt bigFromDigits(std::string_view digits)
{
    const auto start = digits.find_first_not_of('0');
    if (start == std::string_view::npos)
        return 0;
    return BigInt{std::string{digits.substr(start)}};
}

bool takeSign(std::string_view& text)
{
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+'))
        text.remove_prefix(1);
    return negative;
}

/// Java's layout for the shortest digits that to_chars found ("d.ddde+xx").
template <class Real>
std::string realToString(Real value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    if (value == 0)
        return std::signbit(value) ? "-0.0" : "0.0";
    char raw[64];
    const auto end =
        std::to_chars(raw, raw + sizeof raw, std::fabs(value), std::chars_format::scientific).ptr;
    const std::string_view text{raw, static_cast<std::size_t>(end - raw)};
    const auto e = text.find('e');
    std::string digits;
    for (const char c : text.substr(0, e)) {
        if (c != '.')
            digits.push_back(c);
    }
    const int exponent = std::atoi(std::string{text.substr(e + 1)}.c_str());
    std::string out = value < 0 ? "-" : "";
    if (exponent >= 7 || exponent < -3) {
        out += digits.substr(0, 1) + "." + (digits.size() > 1 ? digits.substr(1) : "0");
        return out + "E" + std::to_string(exponent);
    }
    if (exponent < 0)
        return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() <= whole)
        return out + digits + std::string(whole - digits.size(), '0') + ".0";
    return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string_view stripSignBytes(ByteView value)
{
    while (value.size() > 1) {
        const auto first = static_cast<unsigned char>(value[0]);
        const bool nextNegative = (static_cast<unsigned char>(value[1]) & 0x80) != 0;
        if (!((first == 0x00 && !nextNegative) || (first == 0xff && nextNegative)))
            break;
        value.remove_prefix(1);
    }
    return value;
}

bool isRealText(std::string_view text)
{
    (void)takeSign(text);
    if (text == "NaN" || text == "Infinity")
        return true;
    bool any = false;
    std::size_t at = 0;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9')
        ++at, any = true;
    if (at < text.size() && text[at] == '.') {
        ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9')
            ++at, any = true;
    }
    if (!any)
        return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        auto exponent = text.substr(at + 1);
        (void)takeSign(exponent);
        return isDigits(exponent);
    }
    return at == text.size();
}

template <class Real>
std::optional<Real> realFromString(std::string_view text)
{
    if (!isRealText(text))
        return std::nullopt;
    const bool negative = takeSign(text);
    Real value{};
    if (text == "NaN")
        return std::numeric_limits<Real>::quiet_NaN();
    if (text == "Infinity")
        return negative ? -std::numeric_limits<Real>::infinity()
                        : std::numeric_limits<Real>::infinity();
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec == std::errc::result_out_of_range) {
        // from_chars leaves the value alone; the adjusted exponent decides between 0 and infinity.
        const auto e = text.find_first_of("eE");
        const bool tiny = e != std::string_view::npos && e + 1 < text.size() && text[e + 1] == '-';
        const bool small = text[0] == '0' || text[0] == '.';
        value = tiny || (e == std::string_view::npos && small)
                    ? Real{0}
                    : std::numeric_limits<Real>::infinity();
    }
    return negative ? -value : value;
}

} // namespace

std::string varintToString(ByteView value)
{
    if (value.empty())
        return {};
    if (value.size() <= 8) {
        std::int64_t number = static_cast<signed char>(value[0]);
        for (std::size_t i = 1; i < value.size(); ++i)
            number = static_cast<std::int64_t>((static_cast<std::uint64_t>(number) << 8) |
                                               static_cast<unsigned char>(value[i]));
        return std::to_string(number);
    }
    if (value.size() > kVarintBytesPrintedMax)
        return "0x" + toHex(value);
    return bigFromBytes(value).str();
}

std::optional<Bytes> varintFromString(std::string_view text)
{
    if (const auto small = int64FromString(text))
        return varintFromInt64(*small);
    const bool negative = takeSign(text);
    if (!isDigits(text) || text.size() > kDigitsMax)
        return std::nullopt;
    const BigInt value = bigFromDigits(text);
    return bigToBytes(negative ? BigInt{-value} : value);
}

Bytes varintFromInt64(std::int64_t value)
{
    char raw[8];
    storeBigEndian(raw, value);
    return Bytes{stripSignBytes({raw, 8})};
}

int compareVarint(ByteView a, ByteView b) noexcept
{
    if (a.empty() || b.empty())
        return static_cast<int>(b.empty()) - static_cast<int>(a.empty());
    a = stripSignBytes(a);
    b = stripSignBytes(b);
    const bool negativeA = (static_cast<unsigned char>(a[0]) & 0x80) != 0;
    const bool negativeB = (static_cast<unsigned char>(b[0]) & 0x80) != 0;
    if (negativeA != negativeB)
        return negativeA ? -1 : 1;
    if (a.size() != b.size())
        return (a.size() < b.size()) != negativeA ? -1 : 1;
    return a.compare(b);
}

std::string decimalToString(ByteView value, bool plain)
{
    if (value.size() < 4)
        return {};
    const std::int64_t scale = loadBigEndian<std::int32_t>(value.data());
    const ByteView unscaled = value.substr(4);
    if (unscaled.size() > kVarintBytesPrintedMax)
        return "0x" + toHex(value);
    std::string digits = unscaled.empty() ? "0" : varintToString(unscaled);
    std::string sign;
    if (digits[0] == '-') {
        sign = "-";
        digits.erase(0, 1);
    }
    const auto count = static_cast<std::int64_t>(digits.size());
    const std::int64_t adjusted = count - 1 - scale;
    const bool tooLong = scale > kPlainZerosMax + count || scale < -kPlainZerosMax;
    if ((plain && !tooLong) || (!plain && scale >= 0 && adjusted >= -6)) {
        if (scale == 0)
            return sign + digits;
        if (scale < 0)
            return sign + (digits == "0"
                               ? digits
                               : digits + std::string(static_cast<std::size_t>(-scale), '0'));
        if (count > scale) {
            digits.insert(static_cast<std::size_t>(count - scale), ".");
            return sign + digits;
        }
        return sign + "0." + std::string(static_cast<std::size_t>(scale - count), '0') + digits;
    }
    std::string out = sign + digits.substr(0, 1);
    if (count > 1)
        out += "." + digits.substr(1);
    if (adjusted != 0)
        out += (adjusted > 0 ? "E+" : "E") + std::to_string(adjusted);
    return out;
}

std::optional<Bytes> decimalFromString(std::string_view text)
{
    if (text.size() > kDigitsMax || !isRealText(text))
        return std::nullopt;
    const bool negative = takeSign(text);
    if (text == "NaN" || text == "Infinity")
        return std::nullopt;
    std::int64_t exponent = 0;
    if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
        const auto read = int64FromString(text.substr(e + 1));
        if (!read || *read > INT32_MAX || *read < INT32_MIN)
            return std::nullopt;
        exponent = *read;
        text = text.substr(0, e);
    }
    std::string digits;
    std::int64_t scale = 0;
    if (const auto point = text.find('.'); point != std::string_view::npos) {
        digits = std::string{text.substr(0, point)} + std::string{text.substr(point + 1)};
        scale = static_cast<std::int64_t>(text.size() - point - 1);
    } else {
        digits = text;
    }
    scale -= exponent;
    if (scale > INT32_MAX || scale < INT32_MIN)
        return std::nullopt;
    Bytes out(4, '\0');
    storeBigEndian(out.data(), static_cast<std::int32_t>(scale));
    const auto unscaled = varintFromString((negative ? "-" : "") + digits);
    if (!unscaled)
        return std::nullopt;
    return out + *unscaled;
}

int compareDecimal(ByteView a, ByteView b) noexcept
{
    if (a.size() < 4 || b.size() < 4)
        return static_cast<int>(b.size() < 4) - static_cast<int>(a.size() < 4);
    const std::int64_t scaleA = loadBigEndian<std::int32_t>(a.data());
    const std::int64_t scaleB = loadBigEndian<std::int32_t>(b.data());
    if (scaleA == scaleB)
        return compareVarint(a.substr(4), b.substr(4));
    BigInt valueA = bigFromBytes(a.substr(4));
    BigInt valueB = bigFromBytes(b.substr(4));
    if (valueA.sign() != valueB.sign())
        return valueA.sign() < valueB.sign() ? -1 : 1;
    if (valueA == 0)
        return 0;
    // Compare the position of the first digit before scaling, so that 1E+2000000000 costs nothing.
    const auto lengthA = static_cast<std::int64_t>(BigInt{abs(valueA)}.str().size());
    const auto lengthB = static_cast<std::int64_t>(BigInt{abs(valueB)}.str().size());
    const std::int64_t magnitudeA = lengthA - scaleA;
    const std::int64_t magnitudeB = lengthB - scaleB;
    if (magnitudeA != magnitudeB)
        return (magnitudeA < magnitudeB) == (valueA > 0) ? -1 : 1;
    if (lengthA < lengthB)
        valueA *= pow(BigInt{10}, static_cast<unsigned>(lengthB - lengthA));
    else
        valueB *= pow(BigInt{10}, static_cast<unsigned>(lengthA - lengthB));
    return valueA.compare(valueB) < 0 ? -1 : valueA == valueB ? 0 : 1;
}

std::string doubleToString(double value)
{
    return realToString(value);
}

std::string floatToString(float value)
{
    return realToString(value);
}

std::optional<double> doubleFromString(std::string_view text)
{
    return realFromString<double>(text);
}

std::optional<float> floatFromString(std::string_view text)
{
    return realFromString<float>(text);
}

std::optional<std::int64_t> int64FromString(std::string_view text)
{
    if (!text.empty() && text[0] == '+')
        text.remove_prefix(1);
    if (text.empty() || text[0] == '+')
        return std::nullopt;
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size())
        return std::nullopt;
    return value;
}

} // namespace engine::cql
