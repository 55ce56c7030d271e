#pragma once

#include "engine/base/arena.h"
#include "engine/cql/term.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace engine::cql {

enum class TokenKind : std::uint8_t {
    End,
    Whitespace,
    Comment,
    Word, ///< an identifier or keyword; Token::keyword tells
    QuotedName,
    EmptyQuotedName, ///< ""
    String,          ///< '…'
    DollarString,    ///< $$…$$
    Integer,
    Float,
    NotANumber, ///< NaN, -NaN
    Infinity,
    NegativeInfinity,
    Boolean,
    Duration,
    Uuid,
    Hex,
    Question,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    BraceOpen,
    BraceClose,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    Plus,
    PlusEqual,
    Minus,
    MinusEqual,
    Star,
    Slash,
    Percent,
    Comma,
    Dot,
    Range, ///< ..
    Colon,
    Semicolon,
    Bad,          ///< characters that CQL does not know
    Unterminated, ///< a string, quoted name or comment that the text ends in
};

/// The words of keyword_table.h; None for plain identifiers.
enum class Keyword : std::uint8_t;

struct Token {
    TokenKind kind = TokenKind::End;
    Keyword keyword{};
    /// The token is fine but Cassandra's lexer wants a line break behind it: a "--" comment at
    /// the very end of the text.
    bool lineBreakMissing = false;
    SourceRange range;

    [[nodiscard]] bool isTrivia() const noexcept
    {
        return kind == TokenKind::Whitespace || kind == TokenKind::Comment;
    }
    [[nodiscard]] std::string_view textIn(std::string_view source) const noexcept
    {
        return source.substr(range.begin, range.end - range.begin);
    }
};

/// The token at `offset`, trivia included; End at the end of the text. Never empty but for End, so
/// a loop over it ends. Follows Cassandra's Lexer.g.
[[nodiscard]] Token nextToken(std::string_view source, std::uint32_t offset) noexcept;

/// All tokens but trivia (and that only if `withTrivia` is false), with End last, in `arena`.
[[nodiscard]] std::span<const Token> tokenize(std::string_view source, Arena& arena,
                                              bool withTrivia);

} // namespace engine::cql
