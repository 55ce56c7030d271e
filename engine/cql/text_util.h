#pragma once

#include "engine/base/bytes.h"

#include <string>
#include <string_view>

namespace engine::cql {

[[nodiscard]] bool isValidUtf8(ByteView bytes) noexcept;

/// Appends `text` with JSON's escapes, without the quotes around it. Requires valid UTF-8.
void appendJsonEscaped(std::string& out, std::string_view text);
[[nodiscard]] std::string jsonQuote(std::string_view text);

/// As Java prints addresses: "127.0.0.1", "fe80:0:0:0:0:0:0:1". Requires 4 or 16 bytes.
[[nodiscard]] std::string inetToString(ByteView address);

/// ASCII letters only, as CQL compares names and keywords.
[[nodiscard]] inline char lowerAscii(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
[[nodiscard]] inline bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lowerAscii(a[i]) != lowerAscii(b[i]))
            return false;
    }
    return true;
}
[[nodiscard]] std::string toLowerAscii(std::string_view text);
[[nodiscard]] std::string toUpperAscii(std::string_view text);

} // namespace engine::cql
