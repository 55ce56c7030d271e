#include "engine/cql/highlight.h"

#include "engine/cql/keyword_table.h"
#include "engine/cql/token.h"

#include <algorithm>

namespace engine::cql {

namespace {

bool isCollectionType(Keyword keyword)
{
    return keyword == Keyword::List || keyword == Keyword::Map || keyword == Keyword::Set ||
           keyword == Keyword::Tuple || keyword == Keyword::Vector || keyword == Keyword::Frozen;
}

bool isSignificant(const Token& token)
{
    return !token.isTrivia();
}

/// Behind these a name follows, so an unreserved keyword is one there.
bool nameFollows(const Token& before)
{
    if (before.kind == TokenKind::Dot)
        return true;
    if (before.kind != TokenKind::Word)
        return false;
    switch (before.keyword) {
    case Keyword::From:
    case Keyword::Into:
    case Keyword::Update:
    case Keyword::Use:
    case Keyword::As:
        return true;
    default:
        return false;
    }
}

TokenClass classOfWord(const Token& token, const Token& before, const Token& after)
{
    const bool called = after.kind == TokenKind::ParenOpen;
    if (token.keyword == Keyword::None)
        return called && before.keyword != Keyword::Into ? TokenClass::Function
                                                         : TokenClass::Identifier;
    if (token.keyword == Keyword::Null)
        return TokenClass::Constant;
    const KeywordClass cls = keywordClass(token.keyword);
    if (cls != KeywordClass::Reserved && nameFollows(before))
        return TokenClass::Identifier;
    if (cls != KeywordClass::Reserved && after.kind == TokenKind::Dot)
        return TokenClass::Identifier;
    if (cls == KeywordClass::Native) {
        // COUNTER of BEGIN COUNTER BATCH and TIMESTAMP of USING TIMESTAMP are no types.
        if (before.keyword == Keyword::Begin || before.keyword == Keyword::Using)
            return TokenClass::Keyword;
        // "date date": a column may have a type's name; the name comes first.
        const bool startsItem =
            before.kind == TokenKind::Comma || before.kind == TokenKind::ParenOpen;
        const bool typeBehind =
            after.kind == TokenKind::Word && (keywordClass(after.keyword) == KeywordClass::Native ||
                                              isCollectionType(after.keyword));
        const bool compared = after.kind == TokenKind::Equal || after.kind == TokenKind::Less ||
                              after.kind == TokenKind::Greater ||
                              after.kind == TokenKind::LessEqual ||
                              after.kind == TokenKind::GreaterEqual;
        if ((startsItem && typeBehind) || compared)
            return TokenClass::Identifier;
        return called ? TokenClass::Function : TokenClass::Type;
    }
    if (isCollectionType(token.keyword) && after.kind == TokenKind::Less)
        return TokenClass::Type;
    const bool neverCalled = token.keyword == Keyword::Key || token.keyword == Keyword::Distinct ||
                             token.keyword == Keyword::Json;
    if (called && !neverCalled &&
        (cls == KeywordClass::Special || token.keyword == Keyword::TokenWord))
        return TokenClass::Function;
    // An unreserved word between commas, or compared, is a column.
    if (cls == KeywordClass::Basic || cls == KeywordClass::Special) {
        const bool compared = after.kind == TokenKind::Equal && before.keyword != Keyword::With &&
                              before.keyword != Keyword::And;
        if (compared || (before.kind == TokenKind::Comma &&
                         (after.kind == TokenKind::Comma || after.kind == TokenKind::ParenClose)))
            return TokenClass::Identifier;
    }
    return TokenClass::Keyword;
}

TokenClass classOf(const Token& token, const Token& before, const Token& after)
{
    switch (token.kind) {
    case TokenKind::Whitespace:
        return TokenClass::Whitespace;
    case TokenKind::Comment:
        return TokenClass::Comment;
    case TokenKind::Word:
        if (before.kind == TokenKind::Colon && before.range.end == token.range.begin &&
            keywordClass(token.keyword) != KeywordClass::Reserved && before.lineBreakMissing)
            return TokenClass::Marker;
        return classOfWord(token, before, after);
    case TokenKind::QuotedName:
    case TokenKind::EmptyQuotedName:
        return TokenClass::QuotedName;
    case TokenKind::String:
    case TokenKind::DollarString:
        return TokenClass::String;
    case TokenKind::Integer:
    case TokenKind::Float:
    case TokenKind::Duration:
    case TokenKind::Uuid:
    case TokenKind::Hex:
        return TokenClass::Number;
    case TokenKind::NotANumber:
    case TokenKind::Infinity:
    case TokenKind::NegativeInfinity:
    case TokenKind::Boolean:
        return TokenClass::Constant;
    case TokenKind::Question:
        return TokenClass::Marker;
    case TokenKind::Bad:
    case TokenKind::Unterminated:
        return TokenClass::Error;
    default:
        return TokenClass::Operator;
    }
}

/// Whether the ':' at `index` starts a bind marker: a name right behind it, and no key of a map or
/// field of a user type before it.
bool startsMarker(std::span<const Token> tokens, std::size_t index, const Token& before)
{
    if (index + 1 >= tokens.size() || tokens[index + 1].kind != TokenKind::Word)
        return false;
    switch (before.kind) {
    case TokenKind::Equal:
    case TokenKind::Less:
    case TokenKind::LessEqual:
    case TokenKind::Greater:
    case TokenKind::GreaterEqual:
    case TokenKind::NotEqual:
    case TokenKind::ParenOpen:
    case TokenKind::BracketOpen:
    case TokenKind::BraceOpen:
    case TokenKind::Comma:
    case TokenKind::Colon:
    case TokenKind::Plus:
    case TokenKind::Minus:
    case TokenKind::PlusEqual:
    case TokenKind::MinusEqual:
        return true;
    case TokenKind::Word:
        return keywordClass(before.keyword) == KeywordClass::Reserved ||
               before.keyword == Keyword::Contains || before.keyword == Keyword::Key ||
               before.keyword == Keyword::Like || before.keyword == Keyword::Timestamp ||
               before.keyword == Keyword::Ttl || before.keyword == Keyword::Json;
    default:
        return false;
    }
}

int bracketDirection(TokenKind kind)
{
    switch (kind) {
    case TokenKind::ParenOpen:
    case TokenKind::BracketOpen:
    case TokenKind::BraceOpen:
        return 1;
    case TokenKind::ParenClose:
    case TokenKind::BracketClose:
    case TokenKind::BraceClose:
        return -1;
    default:
        return 0;
    }
}

} // namespace

std::vector<HighlightedToken> highlight(std::string_view text)
{
    Arena arena{16 * 1024};
    const auto tokens = tokenize(text, arena, true);
    std::vector<HighlightedToken> out;
    out.reserve(tokens.size());
    Token before;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const Token& token = tokens[i];
        std::size_t next = i + 1;
        while (!isSignificant(tokens[next]) && next + 1 < tokens.size())
            ++next;
        TokenClass found = classOf(token, before, tokens[next]);
        if (!isSignificant(token)) {
            out.push_back({token.range, found});
            continue;
        }
        Token remembered = token;
        remembered.lineBreakMissing = false;
        if (token.kind == TokenKind::Colon && startsMarker(tokens, i, before)) {
            found = TokenClass::Marker;
            remembered.lineBreakMissing = true; // here: "a marker's name follows"
        }
        if (token.kind == TokenKind::Semicolon)
            remembered = Token{};
        out.push_back({token.range, found});
        before = remembered;
    }
    return out;
}

bool findBrackets(std::string_view text, std::size_t caret, BracketPair& out)
{
    Arena arena{16 * 1024};
    const auto tokens = tokenize(text, arena, false);
    // The bracket behind the caret is meant before the one in front of it.
    std::size_t at = tokens.size();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (bracketDirection(tokens[i].kind) == 0)
            continue;
        if (tokens[i].range.begin == caret)
            at = i;
        else if (tokens[i].range.end == caret && at == tokens.size())
            at = i;
    }
    if (at == tokens.size())
        return false;
    const int direction = bracketDirection(tokens[at].kind);
    int depth = 0;
    std::size_t i = at;
    out = {tokens[at].range.begin, tokens[at].range.begin, false};
    while (i < tokens.size()) {
        if (tokens[i].kind == TokenKind::Semicolon)
            break;
        depth += bracketDirection(tokens[i].kind);
        if (depth == 0) {
            const std::uint32_t other = tokens[i].range.begin;
            // Each kind of bracket closes its own kind: the enumerators stand side by side.
            const auto low = static_cast<int>(tokens[std::min(i, at)].kind);
            const auto high = static_cast<int>(tokens[std::max(i, at)].kind);
            out.matched = high == low + 1;
            (direction > 0 ? out.close : out.open) = other;
            return true;
        }
        i = direction > 0 ? i + 1 : i - 1; // wraps below zero and ends the loop
    }
    return true;
}

} // namespace engine::cql
