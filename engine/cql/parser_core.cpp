#include "engine/cql/parser_impl.h"
#include "engine/cql/text_util.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

constexpr int kDepthMax = 100;

/// Names that Cassandra keeps for types it may have one day.
constexpr std::string_view kReservedTypeNames[] = {"byte",     "complex", "enum",     "date",
                                                   "interval", "macaddr", "bitstring"};

} // namespace

// ---- errors ------------------------------------------------------------------------------------

void Parser::complain(SyntaxError error)
{
    if (m_sink == nullptr) {
        if (!m_failed)
            m_error = std::move(error);
        m_failed = true;
        m_at = m_tokens.size() - 1;
        return;
    }
    if (m_errorAt == m_at)
        return;
    m_errorAt = m_at;
    m_failed = true;
    m_sink->errors.push_back(std::move(error));
}

void Parser::unexpected(std::string_view what, std::string expected)
{
    if (m_failed && (m_sink == nullptr || m_errorAt == m_at))
        return;
    const Token& token = peek();
    std::string message;
    switch (token.kind) {
    case TokenKind::End:
        message = fmt::format("expected {} at input '<EOF>'", what);
        break;
    case TokenKind::Unterminated:
        message = fmt::format("the text ends inside of a {}",
                              text(token)[0] == '\'' || text(token)[0] == '$'
                                  ? "string: its closing quote is missing"
                              : text(token)[0] == '"' ? "quoted name: its closing quote is missing"
                                                      : "comment: */ is missing");
        break;
    case TokenKind::Comment:
        message = "a comment at the end of a statement needs a line break behind it";
        break;
    case TokenKind::Bad:
        message = fmt::format("'{}' has no meaning in CQL; expected {}", text(token), what);
        break;
    default: {
        std::string_view shown = text(token);
        if (shown.size() > 40)
            shown = shown.substr(0, 40);
        message = fmt::format("expected {} at input '{}'", what, shown);
    }
    }
    complain({token.range, std::move(message), true, std::move(expected)});
}

bool Parser::expect(TokenKind kind, std::string_view text)
{
    if (accept(kind))
        return true;
    // "',' or ')'": Cassandra's parser, which has looked for the comma before, names the last.
    const bool isQuoted = text.ends_with('\'');
    const std::size_t start = isQuoted ? text.rfind('\'', text.size() - 2) : text.size();
    unexpected(text, std::string{text.substr(start)});
    return false;
}

bool Parser::expect(Keyword keyword)
{
    if (accept(keyword))
        return true;
    const std::string word = toUpperAscii(keywordText(keyword));
    unexpected(word, "K_" + word);
    if (resilient()) {
        // "FRM t": a word in the keyword's place, and it does not start anything else.
        const bool misspelt = at(TokenKind::Word) && !startsClause(peek()) && isName(peek()) &&
                              (atNext(1, TokenKind::Word) || atNext(1, TokenKind::QuotedName) ||
                               atNext(1, TokenKind::ParenOpen));
        if (misspelt) {
            Node node{*this, NodeKind::Error};
            advance();
        }
    }
    return false;
}

bool Parser::expectEither(Keyword first, Keyword second)
{
    if (accept(first) || accept(second))
        return true;
    return expect(first);
}

bool Parser::tooDeep()
{
    if (m_depth <= kDepthMax)
        return false;
    complain(peek().range, fmt::format("nested more than {} deep", kDepthMax));
    if (resilient())
        skipStatement();
    return true;
}

void Parser::event(bool opens, NodeKind kind)
{
    m_sink->events.push_back({opens, kind, static_cast<std::uint32_t>(m_at)});
}

bool Parser::startsClause(const Token& token) const noexcept
{
    if (token.kind != TokenKind::Word)
        return false;
    switch (token.keyword) {
    case Keyword::From:
    case Keyword::Where:
    case Keyword::Order:
    case Keyword::Group:
    case Keyword::Limit:
    case Keyword::Allow:
    case Keyword::Values:
    case Keyword::Using:
    case Keyword::Set:
    case Keyword::If:
    case Keyword::With:
    case Keyword::And:
    case Keyword::Primary:
    case Keyword::Select:
    case Keyword::Insert:
    case Keyword::Update:
    case Keyword::Delete:
    case Keyword::Apply:
    case Keyword::Create:
    case Keyword::Drop:
    case Keyword::Alter:
    case Keyword::Into:
    case Keyword::On:
    case Keyword::To:
        return true;
    default:
        return false;
    }
}

void Parser::skipInList(TokenKind close)
{
    if (at(TokenKind::Comma) || at(close) || at(TokenKind::Semicolon) || at(TokenKind::End) ||
        startsClause(peek()))
        return;
    // A list without brackets ends where its rule says; only a broken item is skipped.
    if (close == TokenKind::End && m_errorAt != m_at)
        return;
    unexpected(close == TokenKind::End ? "','" : "',' or the closing bracket");
    Node node{*this, NodeKind::Error};
    int open = 0;
    while (!at(TokenKind::End) && !at(TokenKind::Semicolon)) {
        if (open == 0 && (at(TokenKind::Comma) || at(close) || startsClause(peek())))
            return;
        switch (peek().kind) {
        case TokenKind::ParenOpen:
        case TokenKind::BracketOpen:
        case TokenKind::BraceOpen:
            ++open;
            break;
        case TokenKind::ParenClose:
        case TokenKind::BracketClose:
        case TokenKind::BraceClose:
            if (open == 0)
                return;
            --open;
            break;
        default:
            break;
        }
        advance();
    }
}

void Parser::skipStatement()
{
    if (at(TokenKind::End) || at(TokenKind::Semicolon))
        return;
    Node node{*this, NodeKind::Error};
    while (!at(TokenKind::End) && !at(TokenKind::Semicolon)) {
        // Inside of a batch the next statement may follow without ';'.
        if (m_inBatch && (at(Keyword::Apply) || at(Keyword::Insert) || at(Keyword::Update) ||
                          at(Keyword::Delete)))
            return;
        advance();
    }
}

// ---- names -------------------------------------------------------------------------------------

bool Parser::isName(const Token& token) noexcept
{
    if (token.kind == TokenKind::QuotedName)
        return true;
    return token.kind == TokenKind::Word && keywordClass(token.keyword) != KeywordClass::Reserved;
}

bool Parser::isFunctionName(const Token& token) noexcept
{
    if (token.kind == TokenKind::QuotedName)
        return true;
    if (token.kind != TokenKind::Word)
        return false;
    switch (keywordClass(token.keyword)) {
    case KeywordClass::None:
    case KeywordClass::Basic:
    case KeywordClass::Native:
        return true;
    default:
        return token.keyword == Keyword::TokenWord || token.keyword == Keyword::Count;
    }
}

std::string_view Parser::lower(std::string_view word)
{
    for (const char c : word) {
        if (c >= 'A' && c <= 'Z') {
            auto* to = static_cast<char*>(m_arena.allocate(word.size(), 1));
            for (std::size_t i = 0; i < word.size(); ++i)
                to[i] = lowerAscii(word[i]);
            return {to, word.size()};
        }
    }
    return word;
}

namespace {
/// The inside of a quoted text, with doubled quotes folded.
std::string_view unquoted(Arena& arena, std::string_view quoted, char quote)
{
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    if (inner.find(quote) == std::string_view::npos)
        return inner;
    auto* to = static_cast<char*>(arena.allocate(inner.size(), 1));
    std::size_t size = 0;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        to[size++] = inner[i];
        if (inner[i] == quote)
            ++i;
    }
    return {to, size};
}
} // namespace

std::string_view Parser::nameOf(const Token& token)
{
    if (token.kind == TokenKind::QuotedName)
        return unquoted(m_arena, text(token), '"');
    // varchar is a keyword that means text, but as a name it stays what it is.
    return lower(text(token));
}

std::string_view Parser::stringOf(const Token& token)
{
    const std::string_view all = text(token);
    if (token.kind == TokenKind::DollarString)
        return all.substr(2, all.size() - 4);
    return unquoted(m_arena, all, '\'');
}

std::string_view Parser::name(std::string_view what)
{
    if (!isName(peek())) {
        if (at(TokenKind::Question))
            complain(peek().range, fmt::format("Bind variables cannot be used for {}s",
                                               what.substr(what.find(' ') + 1)));
        else
            unexpected(what);
        return {};
    }
    const std::string_view out = nameOf(peek());
    advance();
    return out;
}

std::string_view Parser::columnName()
{
    if (accept(TokenKind::EmptyQuotedName))
        return {"", 0};
    return name("a column name");
}

std::string_view Parser::string(std::string_view what)
{
    if (!at(TokenKind::String) && !at(TokenKind::DollarString)) {
        unexpected(what);
        return {};
    }
    const std::string_view out = stringOf(peek());
    advance();
    return out;
}

QualifiedName Parser::qualifiedName(std::string_view what)
{
    Node node{*this, NodeKind::Name};
    const std::uint32_t begin = here();
    QualifiedName out;
    out.name = name(what);
    if (accept(TokenKind::Dot)) {
        out.keyspace = out.name;
        out.name = name(what);
    }
    out.range = since(begin);
    return out;
}

QualifiedName Parser::typeName()
{
    Node node{*this, NodeKind::Name};
    const std::uint32_t begin = here();
    QualifiedName out;
    if (isName(peek()) && atNext(1, TokenKind::Dot)) {
        out.keyspace = name("a keyspace name");
        advance();
    }
    const Token& token = peek();
    const KeywordClass cls =
        token.kind == TokenKind::Word ? keywordClass(token.keyword) : KeywordClass::None;
    const bool special = cls == KeywordClass::Special && token.keyword != Keyword::Key;
    if (cls == KeywordClass::Native || special) {
        unexpected("the name of a user type");
        return out;
    }
    out.name = name("the name of a type");
    if (token.kind == TokenKind::Word) {
        for (const auto reserved : kReservedTypeNames) {
            if (out.name == reserved)
                complain(token.range,
                         fmt::format("Invalid (reserved) user type name {}", out.name));
        }
    }
    out.range = since(begin);
    return out;
}

QualifiedName Parser::functionName()
{
    Node node{*this, NodeKind::Name};
    const std::uint32_t begin = here();
    QualifiedName out;
    if (isName(peek()) && atNext(1, TokenKind::Dot)) {
        out.keyspace = name("a keyspace name");
        advance();
    }
    out.name = plainFunctionName();
    out.range = since(begin);
    return out;
}

std::string_view Parser::plainFunctionName()
{
    if (!isFunctionName(peek())) {
        unexpected("the name of a function");
        return {};
    }
    const std::string_view out = nameOf(peek());
    advance();
    return out;
}

std::string_view Parser::roleName()
{
    if (at(TokenKind::String) || at(TokenKind::DollarString))
        return string("a role name");
    return name("a role name");
}

std::string_view Parser::userName(std::string_view complaint)
{
    if (at(TokenKind::QuotedName))
        complain(peek().range, std::string{complaint});
    if (at(TokenKind::Word) && peek().keyword != Keyword::None) {
        unexpected("a user name; keywords need quotes here");
        return {};
    }
    if (at(TokenKind::Word)) {
        const std::string_view out = text(peek());
        advance();
        return out;
    }
    return string("a user name");
}

} // namespace engine::cql
