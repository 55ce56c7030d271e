#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

ParsedType Parser::type()
{
    Node node{*this, NodeKind::Type};
    Depth depth{*this};
    ParsedType out;
    if (tooDeep())
        return out;
    const std::uint32_t begin = here();
    out = typeBody();
    out.range = since(begin);
    return out;
}

ParsedType Parser::nativeType()
{
    ParsedType out;
    const Token& token = peek();
    if (token.kind != TokenKind::Word || keywordClass(token.keyword) != KeywordClass::Native) {
        unexpected("a native type");
        return out;
    }
    out.range = token.range;
    out.native = nativeTypeOf(token.keyword);
    advance();
    return out;
}

std::span<const ParsedType> Parser::typeList(TokenKind close)
{
    ArenaVector<ParsedType> out{m_arena};
    list(close, [&] { out.push(type()); });
    return out.span();
}

ParsedType Parser::typeBody()
{
    ParsedType out;
    const Token token = peek();
    if (token.kind == TokenKind::String || token.kind == TokenKind::DollarString) {
        out.kind = ParsedType::Kind::Custom;
        out.className = string("a type");
        return out;
    }
    const bool word = token.kind == TokenKind::Word;
    if (word && keywordClass(token.keyword) == KeywordClass::Native && !atNext(1, TokenKind::Dot))
        return nativeType();
    if (!word || !atNext(1, TokenKind::Less)) {
        out.kind = ParsedType::Kind::User;
        if (!isName(token)) {
            unexpected("a type");
            return out;
        }
        out.user = typeName();
        return out;
    }
    std::size_t parametersMin = 1;
    std::size_t parametersMax = 1;
    switch (token.keyword) {
    case Keyword::List:
        out.kind = ParsedType::Kind::List;
        break;
    case Keyword::Set:
        out.kind = ParsedType::Kind::Set;
        break;
    case Keyword::Map:
        out.kind = ParsedType::Kind::Map;
        parametersMin = parametersMax = 2;
        break;
    case Keyword::Tuple:
        out.kind = ParsedType::Kind::Tuple;
        parametersMax = SIZE_MAX;
        break;
    case Keyword::Vector: {
        out.kind = ParsedType::Kind::Vector;
        advance();
        advance();
        out.parameters = {keep(type()), 1};
        expect(TokenKind::Comma, "','");
        if (at(TokenKind::Integer)) {
            std::uint64_t dimension = 0;
            for (const char c : text(peek())) {
                // A negative one comes as 0: neither is legal, and execution says so.
                if (c == '-')
                    break;
                if (dimension <= INT32_MAX)
                    dimension = dimension * 10 + static_cast<std::uint64_t>(c - '0');
            }
            if (dimension > INT32_MAX)
                complain(peek().range,
                         "NumberFormatException: the dimension of a vector is at most 2147483647");
            out.dimension = static_cast<std::uint32_t>(dimension);
        }
        expect(TokenKind::Integer, "the dimension of the vector");
        expect(TokenKind::Greater, "'>'");
        return out;
    }
    case Keyword::Frozen: {
        advance();
        advance();
        out = type();
        out.frozen = true;
        expect(TokenKind::Greater, "'>'");
        return out;
    }
    default:
        out.kind = ParsedType::Kind::User;
        unexpected("a type");
        return out;
    }
    advance();
    advance();
    out.parameters = typeList(TokenKind::Greater);
    if (!failed() &&
        (out.parameters.size() < parametersMin || out.parameters.size() > parametersMax))
        complain(peek().range, fmt::format("{} takes {} type(s) in its brackets",
                                           lower(text(token)), parametersMin));
    expect(TokenKind::Greater, "'>'");
    return out;
}

std::size_t Parser::skipType(std::size_t from, int depth) const noexcept
{
    const auto token = [this](std::size_t i) -> const Token& {
        return m_tokens[i < m_tokens.size() ? i : m_tokens.size() - 1];
    };
    if (depth > 20)
        return 0;
    if (token(from).kind == TokenKind::String)
        return from + 1;
    if (token(from).kind != TokenKind::Word && token(from).kind != TokenKind::QuotedName)
        return 0;
    if (token(from + 1).kind == TokenKind::Less) {
        if (keywordClass(token(from).keyword) != KeywordClass::Basic &&
            token(from).keyword != Keyword::Set)
            return 0;
        std::size_t at = from + 2;
        while (true) {
            at = token(at).kind == TokenKind::Integer ? at + 1 : skipType(at, depth + 1);
            if (at == 0)
                return 0;
            if (token(at).kind == TokenKind::Greater)
                return at + 1;
            if (token(at).kind != TokenKind::Comma)
                return 0;
            ++at;
        }
    }
    if (!isName(token(from)))
        return 0;
    if (token(from + 1).kind == TokenKind::Dot)
        return isName(token(from + 2)) ? from + 3 : 0;
    return from + 1;
}

} // namespace engine::cql
