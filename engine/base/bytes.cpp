#include "engine/base/bytes.h"

#include <bit>

namespace engine {

namespace {

int hexDigit(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

} // namespace

std::string toHex(ByteView bytes)
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out.push_back(kDigits[byte >> 4]);
        out.push_back(kDigits[byte & 15]);
    }
    return out;
}

bool fromHex(std::string_view hex, Bytes& out)
{
    out.clear();
    if (hex.size() % 2 != 0)
        return false;
    out.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const int high = hexDigit(hex[i]);
        const int low = hexDigit(hex[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out.push_back(static_cast<char>(high * 16 + low));
    }
    return true;
}

void ByteWriter::f64(double value)
{
    u64(std::bit_cast<std::uint64_t>(value));
}

std::size_t unsignedVintSize(std::uint64_t value) noexcept
{
    // 7 payload bits a byte up to 8 bytes; the ninth byte takes the last 8 bits.
    const int bits = value == 0 ? 1 : 64 - std::countl_zero(value);
    return bits > 56 ? 9 : static_cast<std::size_t>((bits + 6) / 7);
}

std::size_t vintSize(std::int64_t value) noexcept
{
    return unsignedVintSize(detail::zigZag(value));
}

std::size_t detail::putLongVint(char* to, std::uint64_t value) noexcept
{
    const std::size_t size = unsignedVintSize(value);
    if (size == kVintBytesMax) {
        *to = static_cast<char>(0xff);
        storeBigEndian(to + 1, value);
        return size;
    }
    // The first byte's leading ones, on top of the value's own bits; then all of it to the left.
    const unsigned extra = static_cast<unsigned>(size) - 1;
    const std::uint64_t marked = value | (std::uint64_t{0xff & (0xff00U >> extra)} << (8 * extra));
    storeBigEndian(to, marked << (8 * (8 - size)));
    return size;
}

double ByteReader::f64() noexcept
{
    return std::bit_cast<double>(u64());
}

} // namespace engine
