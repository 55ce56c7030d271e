#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::cql {

/// A parsed JSON text that keeps numbers as they were written, because a varint or decimal has more
/// digits than a double.
struct JsonValue {
    enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

    Kind kind = Kind::Null;
    std::string text; ///< String: decoded; Number: as written; Boolean: true or false
    std::vector<JsonValue> items;
    std::vector<std::string> keys; ///< Object: one a item, in the order of the text

    [[nodiscard]] bool isInteger() const noexcept
    {
        return kind == Kind::Number && text.find_first_of(".eE") == std::string::npos;
    }
    /// As Java names the class that Cassandra's JSON reader would make.
    [[nodiscard]] const char* javaClass() const noexcept;
    /// As Java's toString of it.
    [[nodiscard]] std::string shown() const;
    /// JSON text.
    [[nodiscard]] std::string toJson() const;
};

/// RFC 8259, one value with blanks around it; nests at most 100 deep. Invalid with the offset.
[[nodiscard]] Result<JsonValue> parseJson(std::string_view text);

} // namespace engine::cql
