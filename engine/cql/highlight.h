#pragma once

#include "engine/cql/term.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace engine::cql {

/// What an editor colours differently.
enum class TokenClass : std::uint8_t {
    Whitespace,
    Comment,
    Keyword,
    Type,     ///< native and collection types
    Function, ///< a name before '('
    Identifier,
    QuotedName,
    String,
    Number,   ///< also hexadecimal, uuid, duration
    Constant, ///< true, false, null, NaN, Infinity
    Marker,   ///< ? and :name
    Operator, ///< and punctuation
    Error,    ///< unterminated strings, characters that CQL does not know
};

struct HighlightedToken {
    SourceRange range;
    TokenClass tokenClass;
};

/// Classifies all of `text`; the ranges follow each other without gaps. Lexical only, so fast
/// enough for every key press; several statements are fine. A keyword that stands where a name
/// must (after '.', FROM, INTO, …) is an identifier.
[[nodiscard]] std::vector<HighlightedToken> highlight(std::string_view text);

/// The pair of brackets that the caret touches: offsets of both, or of the lonely one twice. None
/// if there is no bracket. Brackets in strings and comments do not count.
struct BracketPair {
    std::uint32_t open = 0;
    std::uint32_t close = 0;
    bool matched = false;
};
[[nodiscard]] bool findBrackets(std::string_view text, std::size_t caret, BracketPair& out);

} // namespace engine::cql
