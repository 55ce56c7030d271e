#include "engine/cql/cassandra_words.h"

#include "engine/base/arena.h"
#include "engine/cql/token.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::cql {

namespace {

constexpr std::size_t kTokensBefore = 10; ///< white space counts

/// What the lexer keeps of a token: strings and quoted names without their quotes.
std::string_view keptText(const Token& token, std::string_view text)
{
    const std::string_view kept = token.textIn(text);
    if (token.kind == TokenKind::DollarString)
        return kept.substr(2, kept.size() - 4);
    if (token.kind == TokenKind::String || token.kind == TokenKind::QuotedName)
        return kept.substr(1, kept.size() - 2);
    return kept;
}

std::string header(std::string_view text, std::size_t offset)
{
    const std::string_view before = text.substr(0, offset);
    const std::string_view line = before.substr(before.rfind('\n') + 1); // npos + 1 is 0
    return fmt::format(
        "line {}:{} ", std::count(before.begin(), before.end(), '\n') + 1,
        std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// The token in brackets, as many characters of it as the lexer has kept, behind some before it.
std::string snippet(std::string_view text, const Token& from, const Token& offending)
{
    const std::size_t at = offending.range.begin;
    const std::size_t end = at + keptText(offending, text).size();
    std::string out = from.range.begin > 0 ? " (..." : " (";
    for (const char c : text.substr(from.range.begin, at - from.range.begin)) {
        if (c != '\n')
            out += c;
    }
    out += '[';
    out += text.substr(at, end - at);
    out += end < text.size() ? "]...)" : "])";
    return out;
}

/// What ends that which `opened` a string, a name or a comment.
const char* endOf(char opened)
{
    switch (opened) {
    case '\'':
        return "'''";
    case '"':
        return "'\"'";
    case '$':
        return "'$'";
    default:
        return "'*'";
    }
}

} // namespace

std::string inCassandrasWords(std::string_view text, const SyntaxError& error)
{
    if (!error.isTokenUnexpected)
        return error.message;
    Arena arena;
    const auto tokens = tokenize(text, arena, true);
    auto at = std::find_if(tokens.begin(), tokens.end(), [&error](const Token& token) {
        return token.range.begin >= error.range.begin && token.kind != TokenKind::Whitespace;
    });
    if (at == tokens.end())
        --at;
    const bool isEnd = at->kind == TokenKind::End;
    const std::string_view shown = isEnd ? "<EOF>" : keptText(*at, text);
    const std::string sentence =
        error.expected.empty()
            ? fmt::format("no viable alternative at input '{}'", shown)
            : fmt::format("mismatched input '{}' expecting {}", shown, error.expected);
    if (isEnd)
        return "line 0:-1 " + sentence;
    if (at->kind == TokenKind::Unterminated)
        return header(text, text.size()) + "mismatched character '<EOF>' expecting " +
               endOf(text[at->range.begin]);
    if (at->kind == TokenKind::Comment)
        return header(text, text.size()) + "mismatched character '<EOF>' expecting set null";
    if (at->kind == TokenKind::Bad)
        return header(text, at->range.begin) +
               fmt::format("no viable alternative at character '{}'", shown);
    const auto index = static_cast<std::size_t>(at - tokens.begin());
    const Token& from = tokens[index - std::min(index, kTokensBefore)];
    return header(text, at->range.begin) + sentence + snippet(text, from, *at);
}

} // namespace engine::cql
