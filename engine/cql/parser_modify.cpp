#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

bool Parser::ifNotExists()
{
    if (!accept(Keyword::If))
        return false;
    expect(Keyword::Not);
    expect(Keyword::Exists);
    return true;
}

bool Parser::ifExists()
{
    if (!accept(Keyword::If))
        return false;
    expect(Keyword::Exists);
    return true;
}

const Statement* Parser::insert()
{
    const std::uint32_t begin = here();
    ParsedInsert out{};
    out.kind = StatementKind::Insert;
    advance();
    {
        Node node{*this, NodeKind::Clause};
        expect(Keyword::Into);
        out.table = qualifiedName("a table name");
    }
    if (at(Keyword::Json))
        return insertJson(begin, out.table);
    ArenaVector<std::string_view> columns{m_arena};
    ArenaVector<SourceRange> ranges{m_arena};
    if (expect(TokenKind::ParenOpen, "'(' or JSON")) {
        list(TokenKind::ParenClose, [&] {
            ranges.push(peek().range);
            columns.push(columnName());
        });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.columns = columns.span();
    out.columnRanges = ranges.span();
    {
        Node node{*this, NodeKind::Clause};
        expect(Keyword::Values);
        ArenaVector<Term> values{m_arena};
        if (expect(TokenKind::ParenOpen, "'('")) {
            list(TokenKind::ParenClose, [&] { values.push(term()); });
            expect(TokenKind::ParenClose, "',' or ')'");
        }
        out.values = values.span();
    }
    out.ifNotExists = ifNotExists();
    usingClause(out.usings, true);
    return finish(out, begin);
}

const Statement* Parser::insertJson(std::uint32_t begin, const QualifiedName& table)
{
    ParsedInsertJson out{};
    out.kind = StatementKind::InsertJson;
    out.table = table;
    advance();
    if (at(TokenKind::Question) || at(TokenKind::Colon)) {
        out.value = marker();
    } else if (at(TokenKind::String) || at(TokenKind::DollarString)) {
        out.value = literal(peek());
        advance();
    } else {
        unexpected("a JSON string or a bind marker");
    }
    if (accept(Keyword::Default)) {
        out.defaultUnset = at(Keyword::Unset);
        expectEither(Keyword::Null, Keyword::Unset);
    }
    out.ifNotExists = ifNotExists();
    usingClause(out.usings, true);
    return finish(out, begin);
}

void Parser::usingClause(UsingClause& out, bool ttlAllowed)
{
    if (!at(Keyword::Using))
        return;
    Node node{*this, NodeKind::Clause};
    advance();
    do {
        if (accept(Keyword::Timestamp))
            out.timestamp = intValue();
        else if (ttlAllowed && accept(Keyword::Ttl))
            out.ttl = intValue();
        else
            unexpected(ttlAllowed ? "TIMESTAMP or TTL" : "TIMESTAMP");
    } while (ttlAllowed && accept(Keyword::And));
}

const Statement* Parser::update()
{
    const std::uint32_t begin = here();
    ParsedUpdate out{};
    out.kind = StatementKind::Update;
    advance();
    out.table = qualifiedName("a table name");
    usingClause(out.usings, true);
    {
        Node node{*this, NodeKind::Clause};
        expect(Keyword::Set);
        ArenaVector<Assignment> all{m_arena};
        list(TokenKind::End, [&] { assignment(all); });
        out.assignments = all.span();
    }
    if (at(Keyword::Where))
        out.where = where();
    else
        expect(Keyword::Where);
    conditions(out.ifExists, out.conditions);
    return finish(out, begin);
}

void Parser::addAssignment(ArenaVector<Assignment>& out, const Assignment& made)
{
    using Kind = Assignment::Kind;
    const auto setsPart = [](const Assignment& a) {
        return a.kind == Kind::SetElement || a.kind == Kind::SetField;
    };
    for (std::size_t i = 0; i < out.size(); ++i) {
        // Only settings of different elements or fields of one column go together.
        if (out[i].column == made.column && !(setsPart(out[i]) && out[i].kind == made.kind))
            complain(made.range,
                     fmt::format("Multiple incompatible setting of column {}", made.column));
    }
    out.push(made);
}

void Parser::assignment(ArenaVector<Assignment>& out)
{
    Node node{*this, NodeKind::Relation};
    Assignment made;
    made.range = peek().range;
    made.column = columnName();
    if (accept(TokenKind::Equal)) {
        setColumn(made);
    } else if (at(TokenKind::PlusEqual) || at(TokenKind::MinusEqual)) {
        made.kind = at(TokenKind::PlusEqual) ? Assignment::Kind::Add : Assignment::Kind::Subtract;
        advance();
        made.value = keep(term());
    } else if (accept(TokenKind::BracketOpen)) {
        made.kind = Assignment::Kind::SetElement;
        made.key = keep(term());
        expect(TokenKind::BracketClose, "']'");
        expect(TokenKind::Equal, "'='");
        made.value = keep(term());
    } else if (accept(TokenKind::Dot)) {
        made.kind = Assignment::Kind::SetField;
        made.field = name("the name of a field");
        expect(TokenKind::Equal, "'='");
        made.value = keep(term());
    } else {
        unexpected("'=', '+=', '-=', '[' or '.'");
        made.value = keep(nullTerm());
    }
    addAssignment(out, made);
}

void Parser::setColumn(Assignment& out)
{
    const Token token = peek();
    const bool column = isName(token) || token.kind == TokenKind::EmptyQuotedName;
    if (column && (atNext(1, TokenKind::Plus) || atNext(1, TokenKind::Minus))) {
        const bool add = atNext(1, TokenKind::Plus);
        const std::string_view source = columnName();
        if (source != out.column)
            complain(token.range,
                     fmt::format("Only expressions of the form X = X {}<value> are supported.",
                                 add ? "+" : "-"));
        advance();
        out.kind = add ? Assignment::Kind::Add : Assignment::Kind::Subtract;
        out.value = keep(term());
        return;
    }
    if (column && atNext(1, TokenKind::Integer)) {
        // "c = c -3": the lexer takes the minus for the number's.
        const bool negative = text(peek(1))[0] == '-';
        const std::string_view source = columnName();
        if (source != out.column)
            complain(token.range,
                     fmt::format("Only expressions of the form X = X {} <value> are supported.",
                                 negative ? "-" : "+"));
        out.kind = Assignment::Kind::Add;
        out.value = intValue();
        return;
    }
    out.value = keep(term());
    if (at(TokenKind::Plus)) {
        advance();
        const Token behind = peek();
        if (columnName() != out.column)
            complain(behind.range, "Only expressions of the form X = <value> + X are supported.");
        out.kind = Assignment::Kind::Prepend;
    }
}

const Statement* Parser::deleteStatement()
{
    const std::uint32_t begin = here();
    ParsedDelete out{};
    out.kind = StatementKind::Delete;
    advance();
    if (!at(Keyword::From)) {
        Node node{*this, NodeKind::Clause};
        ArenaVector<Deletion> all{m_arena};
        list(TokenKind::End, [&] {
            Deletion made;
            made.range = peek().range;
            made.column = columnName();
            if (accept(TokenKind::BracketOpen)) {
                made.element = keep(term());
                expect(TokenKind::BracketClose, "']'");
            } else if (accept(TokenKind::Dot)) {
                made.field = name("the name of a field");
            }
            all.push(made);
        });
        out.deletions = all.span();
    }
    {
        Node node{*this, NodeKind::Clause};
        expect(Keyword::From);
        out.table = qualifiedName("a table name");
    }
    usingClause(out.usings, false);
    if (at(Keyword::Where))
        out.where = where();
    else
        expect(Keyword::Where);
    conditions(out.ifExists, out.conditions);
    return finish(out, begin);
}

const Statement* Parser::batch()
{
    const std::uint32_t begin = here();
    ParsedBatch out{};
    out.kind = StatementKind::Batch;
    advance();
    if (accept(Keyword::Unlogged))
        out.type = ParsedBatch::Type::Unlogged;
    else if (accept(Keyword::Counter))
        out.type = ParsedBatch::Type::Counter;
    expect(Keyword::Batch);
    usingClause(out.usings, true);
    ArenaVector<const Statement*> statements{m_arena};
    m_inBatch = true;
    while (at(Keyword::Insert) || at(Keyword::Update) || at(Keyword::Delete)) {
        {
            Node node{*this, NodeKind::Statement};
            const Statement* made = at(Keyword::Insert)   ? insert()
                                    : at(Keyword::Update) ? update()
                                                          : deleteStatement();
            statements.push(made);
        }
        if (resilient() && !at(TokenKind::Semicolon) && !at(Keyword::Apply) &&
            !at(Keyword::Insert) && !at(Keyword::Update) && !at(Keyword::Delete)) {
            unexpected("';', another statement or APPLY BATCH");
            skipStatement();
        }
        accept(TokenKind::Semicolon);
    }
    m_inBatch = false;
    out.statements = statements.span();
    expect(Keyword::Apply);
    expect(Keyword::Batch);
    return finish(out, begin);
}

const Statement* Parser::truncate()
{
    const std::uint32_t begin = here();
    ParsedTruncate out{};
    out.kind = StatementKind::Truncate;
    advance();
    if (!accept(Keyword::Table))
        accept(Keyword::ColumnFamily);
    out.table = qualifiedName("a table name");
    return finish(out, begin);
}

const Statement* Parser::use()
{
    const std::uint32_t begin = here();
    ParsedUse out{};
    out.kind = StatementKind::Use;
    advance();
    Node node{*this, NodeKind::Name};
    out.keyspace = name("a keyspace name");
    return finish(out, begin);
}

} // namespace engine::cql
