#include "engine/cql/text_util.h"

#include <algorithm>
#include <fmt/format.h>

namespace engine::cql {

bool isValidUtf8(ByteView bytes) noexcept
{
    std::size_t at = 0;
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    while (at < bytes.size()) {
        // Most text is ASCII: eight bytes at once, the last of them with some before again.
        constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
        if (bytes.size() >= 8) {
            const std::size_t from = std::min(at, bytes.size() - 8);
            if ((loadBigEndian<std::uint64_t>(bytes.data() + from) & kHighBits) == 0) {
                at = from + 8;
                continue;
            }
        }
        const unsigned char first = byteAt(at);
        if (first < 0x80) {
            ++at;
            continue;
        }
        const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
        if (first < 0xc2 || first > 0xf4 || bytes.size() - at <= more)
            return false;
        for (std::size_t i = 1; i <= more; ++i) {
            if ((byteAt(at + i) & 0xc0) != 0x80)
                return false;
        }
        const unsigned char second = byteAt(at + 1);
        if ((first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90) ||
            (first == 0xf4 && second > 0x8f))
            return false;
        // Surrogates pass, as in Cassandra's UTF8Validator, which keeps to the byte patterns.
        at += more + 1;
    }
    return true;
}

void appendJsonEscaped(std::string& out, std::string_view text)
{
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
            else
                out.push_back(c);
        }
    }
}

std::string jsonQuote(std::string_view text)
{
    std::string out = "\"";
    appendJsonEscaped(out, text);
    return out + "\"";
}

std::string inetToString(ByteView address)
{
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(address[i]); };
    // Java turns a mapped address (::ffff:a.b.c.d) into the IPv4 address.
    if (address.size() == 16 &&
        address.substr(0, 12) == ByteView{"\0\0\0\0\0\0\0\0\0\0\xff\xff", 12})
        address.remove_prefix(12);
    if (address.size() == 4)
        return fmt::format("{}.{}.{}.{}", byteAt(0), byteAt(1), byteAt(2), byteAt(3));
    std::string out;
    for (std::size_t i = 0; i + 1 < address.size(); i += 2)
        out += fmt::format("{}{:x}", i > 0 ? ":" : "", byteAt(i) * 256U + byteAt(i + 1));
    return out;
}

std::string toLowerAscii(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        c = lowerAscii(c);
    return out;
}

std::string toUpperAscii(std::string_view text)
{
    std::string out{text};
    for (char& c : out)
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
}

} // namespace engine::cql
