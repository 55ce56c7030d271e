#include "engine/cql/parser.h"

#include "engine/cql/cassandra_words.h"
#include "engine/cql/parser_impl.h"

#include <fmt/format.h>

namespace engine::cql {

namespace {

constexpr std::string_view kStatementNames[] = {"SELECT",
                                                "INSERT",
                                                "INSERT JSON",
                                                "UPDATE",
                                                "DELETE",
                                                "BATCH",
                                                "TRUNCATE",
                                                "USE",
                                                "CREATE KEYSPACE",
                                                "ALTER KEYSPACE",
                                                "DROP KEYSPACE",
                                                "CREATE TABLE",
                                                "ALTER TABLE",
                                                "DROP TABLE",
                                                "CREATE TYPE",
                                                "ALTER TYPE",
                                                "DROP TYPE",
                                                "CREATE INDEX",
                                                "DROP INDEX",
                                                "CREATE MATERIALIZED VIEW",
                                                "ALTER MATERIALIZED VIEW",
                                                "DROP MATERIALIZED VIEW",
                                                "CREATE FUNCTION",
                                                "DROP FUNCTION",
                                                "CREATE AGGREGATE",
                                                "DROP AGGREGATE",
                                                "CREATE TRIGGER",
                                                "DROP TRIGGER",
                                                "CREATE ROLE",
                                                "ALTER ROLE",
                                                "DROP ROLE",
                                                "ADD IDENTITY",
                                                "DROP IDENTITY",
                                                "GRANT",
                                                "REVOKE",
                                                "LIST PERMISSIONS",
                                                "GRANT ROLE",
                                                "REVOKE ROLE",
                                                "LIST ROLES",
                                                "DESCRIBE"};
static_assert(std::size(kStatementNames) == static_cast<std::size_t>(StatementKind::Describe) + 1);

/// Line from 1 and column from 0, in characters, of a byte offset.
void locate(std::string_view text, SyntaxErrorPlace& place)
{
    for (std::size_t i = 0; i < place.range.begin && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++place.line;
            place.column = 0;
        } else if ((text[i] & 0xc0) != 0x80) {
            ++place.column;
        }
    }
}

Error syntaxError(std::string_view text, const SyntaxError& error)
{
    auto place = std::make_shared<SyntaxErrorPlace>();
    place->range = error.range;
    locate(text, *place);
    place->inCassandrasWords = inCassandrasWords(text, error);
    std::string sentence = fmt::format("line {}:{} {}", place->line, place->column, error.message);
    return {ErrorCode::SyntaxError, std::move(sentence), std::move(place)};
}

template <class T>
Result<const T*> parseWhole(std::string_view text, Arena& arena, const T* (Parser::*rule)())
{
    if (text.size() >= UINT32_MAX)
        return Error{ErrorCode::SyntaxError, "a statement has at most 4 GiB"};
    Parser parser{text, tokenize(text, arena, false), arena, nullptr};
    const T* out = (parser.*rule)();
    if (parser.failed())
        return syntaxError(text, parser.error());
    return out;
}

} // namespace

std::string_view statementName(StatementKind kind) noexcept
{
    return kStatementNames[static_cast<std::size_t>(kind)];
}

std::string_view operatorText(Operator op) noexcept
{
    switch (op) {
    case Operator::Eq:
        return "=";
    case Operator::Lt:
        return "<";
    case Operator::Lte:
        return "<=";
    case Operator::Gt:
        return ">";
    case Operator::Gte:
        return ">=";
    case Operator::Neq:
        return "!=";
    case Operator::In:
        return "IN";
    case Operator::Contains:
        return "CONTAINS";
    case Operator::ContainsKey:
        return "CONTAINS KEY";
    case Operator::IsNotNull:
        return "IS NOT";
    case Operator::Like:
        return "LIKE";
    }
    return "?";
}

Result<const Statement*> parseStatement(std::string_view text, Arena& arena)
{
    return parseWhole<Statement>(text, arena, &Parser::wholeStatement);
}

Result<const ParsedType*> parseType(std::string_view text, Arena& arena)
{
    return parseWhole<ParsedType>(text, arena, &Parser::wholeType);
}

Result<const Term*> parseTerm(std::string_view text, Arena& arena)
{
    return parseWhole<Term>(text, arena, &Parser::wholeTerm);
}

const Statement* Parser::wholeStatement()
{
    const Statement* out = statement();
    while (accept(TokenKind::Semicolon)) {
    }
    if (!at(TokenKind::End))
        unexpected("the end of the statement");
    return out;
}

const ParsedType* Parser::wholeType()
{
    const ParsedType* out = keep(type());
    if (!at(TokenKind::End))
        unexpected("the end of the type");
    return out;
}

const Term* Parser::wholeTerm()
{
    const Term* out = keep(term());
    if (!at(TokenKind::End))
        unexpected("the end of the value");
    return out;
}

std::vector<const Statement*> Parser::script()
{
    std::vector<const Statement*> out;
    Node script{*this, NodeKind::Script};
    while (!at(TokenKind::End)) {
        if (accept(TokenKind::Semicolon))
            continue;
        {
            Node node{*this, NodeKind::Statement};
            if (const Statement* made = statement())
                out.push_back(made);
            if (!at(TokenKind::Semicolon) && !at(TokenKind::End)) {
                unexpected("';' or the end of the statement");
                skipStatement();
            }
        }
        m_markers = ArenaVector<BindMarker>{m_arena};
    }
    return out;
}

const Statement* Parser::statement()
{
    m_markers = ArenaVector<BindMarker>{m_arena};
    const Statement* out = dispatch();
    if (out == nullptr || m_markers.empty())
        return out;
    // The statement was made here a moment ago: it is const for its readers only.
    const_cast<Statement*>(out)->markers = m_markers.span();
    if (out->kind == StatementKind::Batch) {
        for (const Statement* inner : out->as<ParsedBatch>().statements)
            const_cast<Statement*>(inner)->markers = m_markers.span();
    }
    return out;
}

const Statement* Parser::dispatch()
{
    const std::uint32_t begin = here();
    const Keyword keyword = at(TokenKind::Word) ? peek().keyword : Keyword::None;
    switch (keyword) {
    case Keyword::Select:
        return select();
    case Keyword::Insert:
        return insert();
    case Keyword::Update:
        return update();
    case Keyword::Delete:
        return deleteStatement();
    case Keyword::Begin:
        return batch();
    case Keyword::Use:
        return use();
    case Keyword::Truncate:
        return truncate();
    case Keyword::Create:
        return createStatement();
    case Keyword::Alter:
        return alterStatement();
    case Keyword::Drop:
        return dropStatement();
    case Keyword::Grant:
        return grantOrRevoke(StatementKind::GrantPermissions, StatementKind::GrantRole);
    case Keyword::Revoke:
        return grantOrRevoke(StatementKind::RevokePermissions, StatementKind::RevokeRole);
    case Keyword::List:
        return listStatement();
    case Keyword::Describe:
    case Keyword::Desc:
        return describe();
    case Keyword::Add:
        advance();
        return identity(begin, StatementKind::AddIdentity);
    default:
        unexpected("a statement");
        return nullptr;
    }
}

const Statement* Parser::createStatement()
{
    const std::uint32_t begin = here();
    advance();
    const bool orReplace = accept(Keyword::Or);
    if (orReplace)
        expect(Keyword::Replace);
    const Keyword keyword = at(TokenKind::Word) ? peek().keyword : Keyword::None;
    if (orReplace && keyword != Keyword::Function && keyword != Keyword::Aggregate) {
        unexpected("FUNCTION or AGGREGATE");
        return nullptr;
    }
    switch (keyword) {
    case Keyword::Keyspace:
    case Keyword::Schema:
        return createKeyspace(begin);
    case Keyword::Table:
    case Keyword::ColumnFamily:
        return createTable(begin);
    case Keyword::Type:
        return createType(begin);
    case Keyword::Custom:
    case Keyword::Index:
        return createIndex(begin);
    case Keyword::Materialized:
        return createView(begin);
    case Keyword::Function:
        return createFunction(begin, orReplace);
    case Keyword::Aggregate:
        return createAggregate(begin, orReplace);
    case Keyword::Trigger:
        return createTrigger(begin);
    case Keyword::Role:
        return role(begin, true, false);
    case Keyword::User:
        return role(begin, true, true);
    default:
        unexpected("KEYSPACE, TABLE, TYPE, INDEX, MATERIALIZED VIEW, FUNCTION, AGGREGATE, TRIGGER, "
                   "ROLE or USER");
        return nullptr;
    }
}

const Statement* Parser::alterStatement()
{
    const std::uint32_t begin = here();
    advance();
    const Keyword keyword = at(TokenKind::Word) ? peek().keyword : Keyword::None;
    switch (keyword) {
    case Keyword::Keyspace:
    case Keyword::Schema:
        return alterKeyspace(begin);
    case Keyword::Table:
    case Keyword::ColumnFamily:
        return alterTable(begin);
    case Keyword::Type:
        return alterType(begin);
    case Keyword::Materialized:
        return alterView(begin);
    case Keyword::Role:
        return role(begin, false, false);
    case Keyword::User:
        return role(begin, false, true);
    default:
        unexpected("KEYSPACE, TABLE, TYPE, MATERIALIZED VIEW, ROLE or USER");
        return nullptr;
    }
}

const Statement* Parser::dropStatement()
{
    const std::uint32_t begin = here();
    advance();
    const Keyword keyword = at(TokenKind::Word) ? peek().keyword : Keyword::None;
    switch (keyword) {
    case Keyword::Keyspace:
    case Keyword::Schema:
        return drop(begin, StatementKind::DropKeyspace);
    case Keyword::Table:
    case Keyword::ColumnFamily:
        return drop(begin, StatementKind::DropTable);
    case Keyword::Type:
        return drop(begin, StatementKind::DropType);
    case Keyword::Index:
        return drop(begin, StatementKind::DropIndex);
    case Keyword::Materialized:
        return drop(begin, StatementKind::DropView);
    case Keyword::Function:
        return dropFunction(begin, StatementKind::DropFunction);
    case Keyword::Aggregate:
        return dropFunction(begin, StatementKind::DropAggregate);
    case Keyword::Trigger:
        return dropTrigger(begin);
    case Keyword::Role:
        return dropRole(begin, false);
    case Keyword::User:
        return dropRole(begin, true);
    case Keyword::Identity:
        return identity(begin, StatementKind::DropIdentity);
    default:
        unexpected("KEYSPACE, TABLE, TYPE, INDEX, MATERIALIZED VIEW, FUNCTION, AGGREGATE, TRIGGER, "
                   "ROLE, USER or IDENTITY");
        return nullptr;
    }
}

} // namespace engine::cql
