#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

bool Parser::selectorsFollowWord() const noexcept
{
    // JSON and DISTINCT are column names too: "SELECT json, a", "SELECT json FROM".
    const Token& next = peek(1);
    switch (next.kind) {
    case TokenKind::Star:
        return atNext(2, Keyword::From);
    case TokenKind::Comma:
    case TokenKind::Dot:
    case TokenKind::Plus:
    case TokenKind::Slash:
    case TokenKind::Percent:
    case TokenKind::End:
        return false;
    case TokenKind::Word:
        return next.keyword != Keyword::From && next.keyword != Keyword::As;
    default:
        return true;
    }
}

std::span<const Selector> Parser::selectors()
{
    Node node{*this, NodeKind::Clause};
    if (at(TokenKind::Star)) {
        advance();
        return {};
    }
    ArenaVector<Selector> out{m_arena};
    list(TokenKind::End, [&] {
        Selector selector;
        selector.term = sum(true);
        if (accept(Keyword::As))
            selector.alias = name("an alias");
        out.push(selector);
    });
    return out.span();
}

const Statement* Parser::select()
{
    const std::uint32_t begin = here();
    ParsedSelect out{};
    out.kind = StatementKind::Select;
    advance();
    if (at(Keyword::Json) && selectorsFollowWord()) {
        advance();
        out.json = true;
    }
    if (at(Keyword::Distinct) && selectorsFollowWord()) {
        advance();
        out.distinct = true;
    }
    out.selectors = selectors();
    {
        Node node{*this, NodeKind::Clause};
        expect(Keyword::From);
        out.table = qualifiedName("a table name");
    }
    if (at(Keyword::Where))
        out.where = where();
    if (at(Keyword::Group)) {
        Node node{*this, NodeKind::Clause};
        advance();
        expect(Keyword::By);
        ArenaVector<Term> groups{m_arena};
        list(TokenKind::End, [&] { groups.push(sum(true)); });
        out.groupBy = groups.span();
    }
    if (at(Keyword::Order)) {
        Node node{*this, NodeKind::Clause};
        advance();
        expect(Keyword::By);
        ArenaVector<Ordering> orderings{m_arena};
        list(TokenKind::End, [&] { orderings.push(ordering()); });
        out.orderBy = orderings.span();
    }
    if (at(Keyword::Per)) {
        Node node{*this, NodeKind::Clause};
        advance();
        expect(Keyword::Partition);
        expect(Keyword::Limit);
        out.perPartitionLimit = intValue();
    }
    if (at(Keyword::Limit)) {
        Node node{*this, NodeKind::Clause};
        advance();
        out.limit = intValue();
    }
    if (at(Keyword::Allow)) {
        Node node{*this, NodeKind::Clause};
        advance();
        expect(Keyword::Filtering);
        out.allowFiltering = true;
    }
    return finish(out, begin);
}

Ordering Parser::ordering()
{
    const std::uint32_t begin = here();
    Ordering out;
    out.column = columnName();
    if (accept(Keyword::Ann)) {
        expect(Keyword::Of);
        out.ann = keep(term());
    }
    if (accept(Keyword::Desc))
        out.descending = true;
    else
        accept(Keyword::Asc);
    out.range = since(begin);
    return out;
}

std::span<const Relation> Parser::where()
{
    Node node{*this, NodeKind::Clause};
    advance();
    ArenaVector<Relation> out{m_arena};
    do {
        const std::size_t before = m_at;
        relation(out);
        if (resilient() && m_at == before)
            skipInList(TokenKind::End);
    } while (accept(Keyword::And));
    return out.span();
}

bool Parser::comparison(Operator& op)
{
    switch (peek().kind) {
    case TokenKind::Equal:
        op = Operator::Eq;
        break;
    case TokenKind::Less:
        op = Operator::Lt;
        break;
    case TokenKind::LessEqual:
        op = Operator::Lte;
        break;
    case TokenKind::Greater:
        op = Operator::Gt;
        break;
    case TokenKind::GreaterEqual:
        op = Operator::Gte;
        break;
    case TokenKind::NotEqual:
        op = Operator::Neq;
        break;
    default:
        return false;
    }
    advance();
    return true;
}

bool Parser::atNameTuple() const noexcept
{
    const auto isColumn = [this](std::size_t ahead) {
        return isName(peek(ahead)) || peek(ahead).kind == TokenKind::EmptyQuotedName;
    };
    std::size_t ahead = 1;
    while (isColumn(ahead) && atNext(ahead + 1, TokenKind::Comma))
        ahead += 2;
    return isColumn(ahead) && atNext(ahead + 1, TokenKind::ParenClose);
}

std::span<const std::string_view> Parser::nameTuple(bool column)
{
    ArenaVector<std::string_view> out{m_arena};
    expect(TokenKind::ParenOpen, "'('");
    list(TokenKind::ParenClose, [&] { out.push(column ? columnName() : name("a column name")); });
    expect(TokenKind::ParenClose, "',' or ')'");
    return out.span();
}

const Term* Parser::inValues(bool tuples)
{
    if (at(TokenKind::Question) || at(TokenKind::Colon))
        return keep(marker());
    const std::uint32_t begin = here();
    Term out;
    out.kind = TermKind::Tuple;
    ArenaVector<Term> items{m_arena};
    if (expect(TokenKind::ParenOpen, "'(' or a bind marker")) {
        if (!at(TokenKind::ParenClose)) {
            list(TokenKind::ParenClose, [&] {
                if (tuples && !at(TokenKind::ParenOpen) && !at(TokenKind::Question) &&
                    !at(TokenKind::Colon))
                    unexpected("a tuple or a bind marker");
                else
                    items.push(term());
            });
        }
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.items = items.span();
    out.range = since(begin);
    return keep(out);
}

void Parser::tupleRelation(Relation& out)
{
    out.kind = Relation::Kind::Tuple;
    out.names = nameTuple(true);
    if (accept(Keyword::In)) {
        out.op = Operator::In;
        out.value = inValues(true);
        return;
    }
    if (!comparison(out.op)) {
        unexpected("IN or a comparison");
        return;
    }
    if (at(TokenKind::Question) || at(TokenKind::Colon))
        out.value = keep(marker());
    else if (at(TokenKind::ParenOpen))
        out.value = keep(parenthesised(false));
    else
        unexpected("a tuple or a bind marker");
}

void Parser::relation(ArenaVector<Relation>& out)
{
    Node node{*this, NodeKind::Relation};
    Depth depth{*this};
    if (tooDeep())
        return;
    const std::uint32_t begin = here();
    Relation made;
    if (at(TokenKind::ParenOpen) && !atNameTuple()) {
        advance();
        relation(out);
        expect(TokenKind::ParenClose, "')'");
        return;
    }
    if (at(TokenKind::ParenOpen)) {
        tupleRelation(made);
    } else if (accept(Keyword::TokenWord)) {
        made.kind = Relation::Kind::Token;
        made.names = nameTuple(true);
        if (comparison(made.op))
            made.value = keep(term());
        else
            unexpected("a comparison");
    } else if (at(TokenKind::Word) && text(peek()) == "expr" && atNext(1, TokenKind::ParenOpen) &&
               peek().range.end == peek(1).range.begin) {
        // Cassandra's lexer reads "expr(" as one token.
        advance();
        advance();
        made.kind = Relation::Kind::Expression;
        made.names = {keep(name("the name of an index")), 1};
        expect(TokenKind::Comma, "','");
        made.value = keep(term());
        expect(TokenKind::ParenClose, "')'");
    } else {
        made.names = {keep(columnName()), 1};
        if (accept(TokenKind::BracketOpen)) {
            made.kind = Relation::Kind::MapElement;
            made.key = keep(term());
            expect(TokenKind::BracketClose, "']'");
            if (comparison(made.op))
                made.value = keep(term());
            else
                unexpected("a comparison");
        } else if (comparison(made.op)) {
            made.value = keep(term());
        } else if (accept(Keyword::In)) {
            made.op = Operator::In;
            made.value = inValues(false);
        } else if (accept(Keyword::Contains)) {
            made.op = accept(Keyword::Key) ? Operator::ContainsKey : Operator::Contains;
            made.value = keep(term());
        } else if (accept(Keyword::Like)) {
            made.op = Operator::Like;
            made.value = keep(term());
        } else if (accept(Keyword::Is)) {
            made.op = Operator::IsNotNull;
            expect(Keyword::Not);
            expect(Keyword::Null);
        } else {
            unexpected("a comparison, IN, CONTAINS, LIKE or IS NOT NULL");
        }
    }
    made.range = since(begin);
    // Readers may rely on a value; half a relation gets null.
    if (made.value == nullptr && made.op != Operator::IsNotNull)
        made.value = keep(nullTerm());
    out.push(made);
}

void Parser::conditions(bool& ifExists, std::span<const Condition>& out)
{
    if (!at(Keyword::If))
        return;
    Node node{*this, NodeKind::Clause};
    advance();
    if (accept(Keyword::Exists)) {
        ifExists = true;
        return;
    }
    ArenaVector<Condition> all{m_arena};
    do
        all.push(condition());
    while (accept(Keyword::And));
    out = all.span();
}

Condition Parser::condition()
{
    Node node{*this, NodeKind::Relation};
    const std::uint32_t begin = here();
    Condition out;
    out.column = columnName();
    if (accept(TokenKind::BracketOpen)) {
        out.element = keep(term());
        expect(TokenKind::BracketClose, "']'");
    } else if (accept(TokenKind::Dot)) {
        out.field = name("the name of a field");
    }
    const bool plain = out.element == nullptr && out.field.empty();
    if (comparison(out.op)) {
        out.value = keep(term());
    } else if (accept(Keyword::In)) {
        out.op = Operator::In;
        out.value = inValues(false);
    } else if (plain && accept(Keyword::Contains)) {
        out.op = accept(Keyword::Key) ? Operator::ContainsKey : Operator::Contains;
        out.value = keep(term());
    } else {
        unexpected("a comparison or IN");
        out.value = keep(nullTerm());
    }
    out.range = since(begin);
    return out;
}

} // namespace engine::cql
