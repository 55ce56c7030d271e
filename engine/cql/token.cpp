#include "engine/cql/token.h"

#include "engine/cql/keyword_table.h"

#include <cstring>

namespace engine::cql {

namespace {

constexpr bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}
constexpr bool isLetter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool isWordPart(char c) noexcept
{
    return isLetter(c) || isDigit(c) || c == '_';
}
constexpr bool isHexDigit(char c) noexcept
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr bool isBlank(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Reads one token from the front of `m_text`; every method works on offsets from the token's start
/// and takes what is behind the end as '\0'.
class TokenReader {
public:
    explicit TokenReader(std::string_view text) noexcept : m_text(text) {}

    struct Read {
        TokenKind kind;
        std::size_t size;
        bool lineBreakMissing = false;
    };

    Read read() const noexcept
    {
        const char c = at(0);
        if (isBlank(c))
            return {TokenKind::Whitespace, skipWhile(0, isBlank)};
        if ((c == '-' && at(1) == '-') || (c == '/' && at(1) == '/'))
            return lineComment();
        if (c == '/' && at(1) == '*') {
            const auto end = m_text.find("*/", 2);
            if (end == std::string_view::npos)
                return {TokenKind::Unterminated, m_text.size()};
            return {TokenKind::Comment, end + 2};
        }
        if (isLetter(c))
            return word();
        if (isDigit(c))
            return number(0);
        if (c == '-')
            return minus();
        if (c == '\'')
            return quoted('\'', TokenKind::String);
        if (c == '"') {
            if (at(1) == '"' && at(2) != '"')
                return {TokenKind::EmptyQuotedName, 2};
            return quoted('"', TokenKind::QuotedName);
        }
        if (c == '$' && at(1) == '$') {
            const auto end = m_text.find("$$", 2);
            if (end == std::string_view::npos)
                return {TokenKind::Unterminated, m_text.size()};
            return {TokenKind::DollarString, end + 2};
        }
        return punctuation(c);
    }

private:
    char at(std::size_t i) const noexcept { return i < m_text.size() ? m_text[i] : '\0'; }

    template <class Predicate>
    std::size_t skipWhile(std::size_t from, Predicate predicate) const noexcept
    {
        while (from < m_text.size() && predicate(m_text[from]))
            ++from;
        return from;
    }

    Read lineComment() const noexcept
    {
        const auto end = m_text.find_first_of("\n\r", 2);
        if (end == std::string_view::npos)
            return {TokenKind::Comment, m_text.size(), true};
        return {TokenKind::Comment, end + 1};
    }

    Read quoted(char quote, TokenKind kind) const noexcept
    {
        std::size_t from = 1;
        while (true) {
            const auto end = m_text.find(quote, from);
            if (end == std::string_view::npos)
                return {TokenKind::Unterminated, m_text.size()};
            if (at(end + 1) != quote)
                return {kind, end + 1};
            from = end + 2;
        }
    }

    /// 8-4-4-4-12 hexadecimal digits.
    bool isUuid() const noexcept
    {
        if (m_text.size() < 36 || m_text[8] != '-')
            return false;
        for (std::size_t i = 0; i < 36; ++i) {
            const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? m_text[i] != '-' : !isHexDigit(m_text[i]))
                return false;
        }
        return true;
    }

    Read word() const noexcept
    {
        if (isHexDigit(at(0)) && isUuid())
            return {TokenKind::Uuid, 36};
        if (at(0) == 'P') {
            if (const std::size_t size = isoDuration(1))
                return {TokenKind::Duration, size};
        }
        return {TokenKind::Word, skipWhile(1, isWordPart)};
    }

    /// The end of "digits designator" groups in the order of `designators`, from `from`.
    std::size_t isoGroups(std::size_t from, std::string_view designators) const noexcept
    {
        while (!designators.empty()) {
            const std::size_t digitsEnd = skipWhile(from, isDigit);
            if (digitsEnd == from)
                return from;
            const auto place = designators.find(at(digitsEnd));
            if (place == std::string_view::npos || at(digitsEnd) == '\0')
                return from;
            from = digitsEnd + 1;
            designators.remove_prefix(place + 1);
        }
        return from;
    }

    /// The size of an ISO 8601 duration whose 'P' stands before `from`, or 0.
    std::size_t isoDuration(std::size_t from) const noexcept
    {
        static constexpr std::string_view kAlternative = "dddd-dd-ddTdd:dd:dd";
        bool alternative = m_text.size() >= from + kAlternative.size();
        for (std::size_t i = 0; alternative && i < kAlternative.size(); ++i)
            alternative = kAlternative[i] == 'd' ? isDigit(m_text[from + i])
                                                 : m_text[from + i] == kAlternative[i];
        if (alternative)
            return from + kAlternative.size();
        std::size_t end = isoGroups(from, "YMD");
        if (end == from) {
            const std::size_t digitsEnd = skipWhile(from, isDigit);
            if (digitsEnd > from && at(digitsEnd) == 'W')
                end = digitsEnd + 1;
        }
        if (at(end) == 'T' && isDigit(at(end + 1))) {
            const std::size_t timeEnd = isoGroups(end + 1, "HMS");
            if (timeEnd > end + 1)
                end = timeEnd;
        }
        return end > from && !isWordPart(at(end)) ? end : 0;
    }

    /// The end of a duration unit at `from`, or `from`.
    std::size_t durationUnit(std::size_t from) const noexcept
    {
        const auto lower = [this](std::size_t i) {
            const char c = at(i);
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        };
        const char second = lower(from + 1);
        switch (lower(from)) {
        case 'm':
            return from + (second == 'o' || second == 's' ? 2 : 1);
        case 'u':
        case 'n':
            return second == 's' ? from + 2 : from;
        case '\xc2': // µ in UTF-8
            return at(from + 1) == '\xb5' && lower(from + 2) == 's' ? from + 3 : from;
        case 'y':
        case 'w':
        case 'd':
        case 'h':
        case 's':
            return from + 1;
        default:
            return from;
        }
    }

    /// A number or duration whose digits start at `from`, behind an optional minus.
    Read number(std::size_t from) const noexcept
    {
        if (from == 0) {
            if (isUuid())
                return {TokenKind::Uuid, 36};
            if (at(0) == '0' && (at(1) == 'x' || at(1) == 'X'))
                return {TokenKind::Hex, skipWhile(2, isHexDigit)};
        }
        const std::size_t end = skipWhile(from, isDigit);
        std::size_t duration = durationUnit(end);
        if (duration > end) {
            while (isDigit(at(duration))) {
                const std::size_t digitsEnd = skipWhile(duration, isDigit);
                const std::size_t unitEnd = durationUnit(digitsEnd);
                if (unitEnd == digitsEnd)
                    break;
                duration = unitEnd;
            }
            return {TokenKind::Duration, duration};
        }
        std::size_t floatEnd = end;
        if (at(end) == '.' && at(end + 1) != '.')
            floatEnd = skipWhile(end + 1, isDigit);
        if (at(floatEnd) == 'e' || at(floatEnd) == 'E') {
            const std::size_t digits =
                floatEnd + (at(floatEnd + 1) == '+' || at(floatEnd + 1) == '-' ? 2 : 1);
            if (isDigit(at(digits)))
                floatEnd = skipWhile(digits, isDigit);
        }
        return {floatEnd > end ? TokenKind::Float : TokenKind::Integer, floatEnd};
    }

    Read minus() const noexcept
    {
        if (isDigit(at(1)))
            return number(1);
        if (at(1) == '=')
            return {TokenKind::MinusEqual, 2};
        if (at(1) == 'P') {
            if (const std::size_t size = isoDuration(2))
                return {TokenKind::Duration, size};
        }
        if (isLetter(at(1))) {
            const std::size_t end = skipWhile(1, isWordPart);
            const Keyword keyword = findKeyword(m_text.substr(1, end - 1));
            if (keyword == Keyword::Nan)
                return {TokenKind::NotANumber, end};
            if (keyword == Keyword::InfinityWord)
                return {TokenKind::NegativeInfinity, end};
        }
        return {TokenKind::Minus, 1};
    }

    Read punctuation(char c) const noexcept
    {
        const auto one = [](TokenKind kind) { return Read{kind, 1}; };
        const auto orEqual = [this](TokenKind alone, TokenKind equal) {
            return at(1) == '=' ? Read{equal, 2} : Read{alone, 1};
        };
        switch (c) {
        case '?':
            return one(TokenKind::Question);
        case '(':
            return one(TokenKind::ParenOpen);
        case ')':
            return one(TokenKind::ParenClose);
        case '[':
            return one(TokenKind::BracketOpen);
        case ']':
            return one(TokenKind::BracketClose);
        case '{':
            return one(TokenKind::BraceOpen);
        case '}':
            return one(TokenKind::BraceClose);
        case '<':
            return orEqual(TokenKind::Less, TokenKind::LessEqual);
        case '>':
            return orEqual(TokenKind::Greater, TokenKind::GreaterEqual);
        case '=':
            return one(TokenKind::Equal);
        case '!':
            return orEqual(TokenKind::Bad, TokenKind::NotEqual);
        case '+':
            return orEqual(TokenKind::Plus, TokenKind::PlusEqual);
        case '*':
            return one(TokenKind::Star);
        case '/':
            return one(TokenKind::Slash);
        case '%':
            return one(TokenKind::Percent);
        case ',':
            return one(TokenKind::Comma);
        case '.':
            return at(1) == '.' ? Read{TokenKind::Range, 2} : Read{TokenKind::Dot, 1};
        case ':':
            return one(TokenKind::Colon);
        case ';':
            return one(TokenKind::Semicolon);
        default:
            break;
        }
        // A whole UTF-8 character, so that no token boundary cuts one.
        std::size_t size = 1;
        if ((c & 0xc0) == 0xc0) {
            while (size < 4 && size < m_text.size() && (m_text[size] & 0xc0) == 0x80)
                ++size;
        }
        return {TokenKind::Bad, size};
    }

    std::string_view m_text;
};

} // namespace

Token nextToken(std::string_view source, std::uint32_t offset) noexcept
{
    Token token;
    token.range = {offset, offset};
    if (offset >= source.size())
        return token;
    const auto read = TokenReader{source.substr(offset)}.read();
    token.kind = read.kind;
    token.lineBreakMissing = read.lineBreakMissing;
    token.range.end = offset + static_cast<std::uint32_t>(read.size);
    if (token.kind == TokenKind::Word) {
        token.keyword = findKeyword(token.textIn(source));
        switch (token.keyword) {
        case Keyword::True:
        case Keyword::False:
            token.kind = TokenKind::Boolean;
            break;
        case Keyword::Nan:
            token.kind = TokenKind::NotANumber;
            break;
        case Keyword::InfinityWord:
            token.kind = TokenKind::Infinity;
            break;
        default:
            break;
        }
    }
    return token;
}

std::span<const Token> tokenize(std::string_view source, Arena& arena, bool withTrivia)
{
    std::size_t capacity = 32 + source.size() / 8;
    auto tokens = arena.makeArray<Token>(capacity);
    std::size_t count = 0;
    std::uint32_t offset = 0;
    while (true) {
        const Token token = nextToken(source, offset);
        offset = token.range.end;
        if (token.isTrivia() && !withTrivia && !token.lineBreakMissing)
            continue;
        if (count == capacity) {
            auto larger = arena.makeArray<Token>(capacity * 2);
            std::memcpy(static_cast<void*>(larger.data()), tokens.data(), count * sizeof(Token));
            tokens = larger;
            capacity *= 2;
        }
        tokens[count++] = token;
        if (token.kind == TokenKind::End)
            return tokens.first(count);
    }
}

} // namespace engine::cql
