#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

std::span<const Term> Parser::one(const Term& item)
{
    return {keep(item), 1};
}

std::span<const Term> Parser::two(const Term& first, const Term& second)
{
    auto items = m_arena.makeArray<Term>(2);
    items[0] = first;
    items[1] = second;
    return items;
}

Term Parser::nullTerm() const noexcept
{
    Term out;
    out.range = {here(), here()};
    return out;
}

Term Parser::term()
{
    return sum(false);
}

Term Parser::sum(bool selector)
{
    Node node{*this, NodeKind::Term};
    Depth depth{*this};
    if (tooDeep())
        return nullTerm();
    Term left = product(selector);
    while (at(TokenKind::Plus) || at(TokenKind::Minus)) {
        // "v = [1] + v": the column behind belongs to the assignment, see setColumn().
        const bool columnFollows =
            isName(peek(1)) && !atNext(2, TokenKind::ParenOpen) && !atNext(2, TokenKind::Dot);
        if (!selector && columnFollows)
            return left;
        left = binary(left, selector, &Parser::product);
    }
    return left;
}

Term Parser::product(bool selector)
{
    Term left = signedOperand(selector);
    while (at(TokenKind::Star) || at(TokenKind::Slash) || at(TokenKind::Percent))
        left = binary(left, selector, &Parser::signedOperand);
    return left;
}

Term Parser::binary(const Term& left, bool selector, Term (Parser::*next)(bool))
{
    Term out;
    out.kind = TermKind::Operation;
    out.op = text(peek())[0];
    advance();
    const Term right = (this->*next)(selector);
    out.items = two(left, right);
    out.range = since(left.range.begin);
    return out;
}

Term Parser::signedOperand(bool selector)
{
    if (!at(TokenKind::Minus))
        return operand(selector);
    Depth depth{*this};
    if (tooDeep())
        return nullTerm();
    const std::uint32_t begin = here();
    advance();
    Term out;
    out.kind = TermKind::Negation;
    // In a SELECT clause "- - a" is allowed, elsewhere only one minus.
    out.items = one(selector ? signedOperand(true) : operand(false));
    out.range = since(begin);
    return out;
}

bool Parser::atCall() const noexcept
{
    const std::size_t first = isName(peek()) && atNext(1, TokenKind::Dot) ? 2 : 0;
    return isFunctionName(peek(first)) && atNext(first + 1, TokenKind::ParenOpen);
}

Term Parser::operand(bool selector)
{
    const Token& token = peek();
    switch (token.kind) {
    case TokenKind::String:
    case TokenKind::DollarString:
    case TokenKind::Integer:
    case TokenKind::Float:
    case TokenKind::NotANumber:
    case TokenKind::Infinity:
    case TokenKind::NegativeInfinity:
    case TokenKind::Boolean:
    case TokenKind::Duration:
    case TokenKind::Uuid:
    case TokenKind::Hex: {
        const Term out = literal(token);
        advance();
        return modified(out, selector);
    }
    case TokenKind::Question:
    case TokenKind::Colon:
        return marker();
    case TokenKind::BracketOpen:
        return modified(bracketed(TermKind::List, TokenKind::BracketClose, selector), selector);
    case TokenKind::BraceOpen:
        return modified(braces(selector), selector);
    case TokenKind::ParenOpen:
        if (atTypeHint(selector))
            return typeHint(selector);
        return modified(parenthesised(selector), selector);
    default:
        break;
    }
    if (at(Keyword::Null)) {
        Term out = nullTerm();
        out.range = token.range;
        advance();
        return out;
    }
    if (at(Keyword::Cast) && atNext(1, TokenKind::ParenOpen))
        return modified(cast(selector), selector);
    const bool special = at(Keyword::WriteTime) || at(Keyword::MaxWriteTime) || at(Keyword::Ttl);
    if (atCall() || (selector && special && atNext(1, TokenKind::ParenOpen)))
        return modified(call(selector), selector);
    if (selector && isName(token))
        return withModifiers(columnTerm());
    unexpected(selector ? "a column, function or value" : "a value");
    return nullTerm();
}

Term Parser::literal(const Token& token)
{
    Term out;
    out.range = token.range;
    out.text = text(token);
    switch (token.kind) {
    case TokenKind::String:
    case TokenKind::DollarString:
        out.kind = TermKind::String;
        out.text = stringOf(token);
        break;
    case TokenKind::Integer:
        out.kind = TermKind::Integer;
        break;
    case TokenKind::Float:
        out.kind = TermKind::Float;
        break;
    case TokenKind::NotANumber:
        out.kind = TermKind::Float;
        out.text = "NaN";
        break;
    case TokenKind::Infinity:
        out.kind = TermKind::Float;
        out.text = "Infinity";
        break;
    case TokenKind::NegativeInfinity:
        out.kind = TermKind::Float;
        out.text = "-Infinity";
        break;
    case TokenKind::Boolean:
        out.kind = TermKind::Boolean;
        break;
    case TokenKind::Duration:
        out.kind = TermKind::Duration;
        break;
    case TokenKind::Uuid:
        out.kind = TermKind::Uuid;
        break;
    default:
        out.kind = TermKind::Hex;
        break;
    }
    return out;
}

Term Parser::marker()
{
    const std::uint32_t begin = here();
    BindMarker made;
    if (!accept(TokenKind::Question)) {
        advance(); // ':'
        made.name = name("the name of a bind marker");
    }
    made.range = since(begin);
    Term out;
    out.kind = TermKind::Marker;
    out.marker = static_cast<std::uint16_t>(m_markers.size());
    out.text = made.name;
    out.range = made.range;
    // The protocol counts bind markers with 16 bits.
    if (m_markers.size() == UINT16_MAX)
        complain(made.range, "a statement has at most 65,535 bind markers");
    else
        m_markers.push(made);
    return out;
}

Term Parser::bracketed(TermKind kind, TokenKind close, bool selector)
{
    const std::uint32_t begin = here();
    advance();
    ArenaVector<Term> items{m_arena};
    if (!at(close))
        list(close, [&] { items.push(sum(selector)); });
    expect(close, close == TokenKind::BracketClose ? "',' or ']'" : "',' or ')'");
    Term out;
    out.kind = kind;
    out.items = items.span();
    out.range = since(begin);
    return out;
}

Term Parser::braces(bool selector)
{
    // A bare name before ':' is a field of a user type. In a SELECT clause it may be a column too,
    // so there the receiver decides.
    if (!selector && isName(peek(1)) && atNext(2, TokenKind::Colon))
        return udtLiteral();
    const std::uint32_t begin = here();
    advance();
    ArenaVector<Term> items{m_arena};
    Term out;
    out.kind = TermKind::Set;
    if (!at(TokenKind::BraceClose)) {
        bool first = true;
        list(TokenKind::BraceClose, [&] {
            items.push(sum(selector));
            if (first && at(TokenKind::Colon))
                out.kind = TermKind::Map;
            first = false;
            if (out.kind == TermKind::Map) {
                expect(TokenKind::Colon, "':'");
                items.push(sum(selector));
            }
        });
    }
    expect(TokenKind::BraceClose, out.kind == TermKind::Map ? "',' or '}'" : "',', ':' or '}'");
    out.items = items.span();
    out.range = since(begin);
    return out;
}

Term Parser::udtLiteral()
{
    const std::uint32_t begin = here();
    advance();
    ArenaVector<Term> items{m_arena};
    ArenaVector<std::string_view> names{m_arena};
    list(TokenKind::BraceClose, [&] {
        names.push(name("the name of a field"));
        expect(TokenKind::Colon, "':'");
        items.push(term());
    });
    expect(TokenKind::BraceClose, "',' or '}'");
    Term out;
    out.kind = TermKind::Udt;
    out.items = items.span();
    out.names = names.span();
    out.range = since(begin);
    return out;
}

Term Parser::parenthesised(bool selector)
{
    if (atNext(1, TokenKind::ParenClose)) {
        advance();
        unexpected("a value");
        accept(TokenKind::ParenClose);
        return nullTerm();
    }
    return bracketed(TermKind::Tuple, TokenKind::ParenClose, selector);
}

bool Parser::startsOperand(std::size_t ahead, bool inSelector) const noexcept
{
    const Token& token = peek(ahead);
    switch (token.kind) {
    case TokenKind::String:
    case TokenKind::DollarString:
    case TokenKind::Integer:
    case TokenKind::Float:
    case TokenKind::NotANumber:
    case TokenKind::Infinity:
    case TokenKind::NegativeInfinity:
    case TokenKind::Boolean:
    case TokenKind::Duration:
    case TokenKind::Uuid:
    case TokenKind::Hex:
    case TokenKind::Question:
    case TokenKind::Colon:
    case TokenKind::BracketOpen:
    case TokenKind::BraceOpen:
    case TokenKind::ParenOpen:
        return true;
    default:
        break;
    }
    if (token.kind == TokenKind::Word && token.keyword == Keyword::Null)
        return true;
    const bool called =
        atNext(ahead + 1, TokenKind::ParenOpen) || atNext(ahead + 1, TokenKind::Dot);
    if (inSelector) {
        const bool alias = token.keyword == Keyword::As && token.kind == TokenKind::Word;
        return (isName(token) && !alias) || (token.keyword == Keyword::TokenWord && called);
    }
    return (isName(token) || token.keyword == Keyword::TokenWord) && called;
}

bool Parser::atTypeHint(bool inSelector) const noexcept
{
    const std::size_t behind = skipType(m_at + 1);
    return behind != 0 && behind < m_tokens.size() &&
           m_tokens[behind].kind == TokenKind::ParenClose &&
           startsOperand(behind + 1 - m_at, inSelector);
}

Term Parser::typeHint(bool selector)
{
    Depth depth{*this};
    if (tooDeep())
        return nullTerm();
    const std::uint32_t begin = here();
    advance();
    Term out;
    out.kind = TermKind::TypeHint;
    out.type = keep(type());
    expect(TokenKind::ParenClose, "')'");
    out.items = one(operand(selector));
    out.range = since(begin);
    return out;
}

Term Parser::cast(bool selector)
{
    Depth depth{*this};
    if (tooDeep())
        return nullTerm();
    const std::uint32_t begin = here();
    advance();
    advance();
    Term out;
    out.kind = TermKind::Cast;
    out.items = one(selector ? sum(true) : operand(false));
    expect(Keyword::As);
    out.type = keep(nativeType());
    expect(TokenKind::ParenClose, "')'");
    out.range = since(begin);
    return out;
}

Term Parser::call(bool selector)
{
    const std::uint32_t begin = here();
    Term out;
    if (selector && at(Keyword::Count) && atNext(2, TokenKind::Star) &&
        atNext(3, TokenKind::ParenClose)) {
        m_at += 4;
        out.kind = TermKind::CountStar;
        out.range = since(begin);
        return out;
    }
    const bool special = at(Keyword::WriteTime) || at(Keyword::MaxWriteTime) || at(Keyword::Ttl);
    if (selector && special && atNext(1, TokenKind::ParenOpen)) {
        out.kind = at(Keyword::WriteTime)      ? TermKind::WriteTime
                   : at(Keyword::MaxWriteTime) ? TermKind::MaxWriteTime
                                               : TermKind::Ttl;
        advance();
        advance();
        if (isName(peek()))
            out.items = one(withModifiers(columnTerm()));
        else
            unexpected("a column name");
        expect(TokenKind::ParenClose, "')'");
        out.range = since(begin);
        return out;
    }
    const QualifiedName called = functionName();
    out = bracketed(TermKind::Function, TokenKind::ParenClose, selector);
    out.text = called.name;
    out.keyspace = called.keyspace;
    out.range = since(begin);
    return out;
}

Term Parser::columnTerm()
{
    Term out;
    out.kind = TermKind::Column;
    out.range = peek().range;
    out.text = name("a column name");
    return out;
}

Term Parser::withModifiers(Term receiver)
{
    int count = 0;
    while (at(TokenKind::Dot) || at(TokenKind::BracketOpen)) {
        if (++count > 100) {
            complain(peek().range, "nested more than 100 deep");
            return receiver;
        }
        if (at(TokenKind::BracketOpen)) {
            receiver = subscript(receiver);
            continue;
        }
        advance();
        Term out;
        out.kind = TermKind::Field;
        out.items = one(receiver);
        out.text = name("the name of a field");
        out.range = since(receiver.range.begin);
        receiver = out;
    }
    return receiver;
}

Term Parser::subscript(const Term& receiver)
{
    advance();
    Term from = nullTerm();
    Term to = nullTerm();
    bool slice = false;
    if (!at(TokenKind::Range))
        from = term();
    if (accept(TokenKind::Range)) {
        slice = true;
        to = nullTerm();
        if (!at(TokenKind::BracketClose))
            to = term();
        else if (from.range.empty())
            unexpected("a value");
    }
    expect(TokenKind::BracketClose, "']'");
    Term out;
    out.kind = slice ? TermKind::Slice : TermKind::Element;
    ArenaVector<Term> items{m_arena};
    items.push(receiver);
    items.push(from);
    if (slice)
        items.push(to);
    out.items = items.span();
    out.range = since(receiver.range.begin);
    return out;
}

const Term* Parser::intValue()
{
    if (at(TokenKind::Integer)) {
        const Term* out = keep(literal(peek()));
        advance();
        return out;
    }
    if (at(TokenKind::Question) || at(TokenKind::Colon))
        return keep(marker());
    unexpected("an integer or a bind marker");
    return keep(nullTerm());
}

} // namespace engine::cql
