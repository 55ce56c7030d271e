#include "engine/cql/parser_impl.h"

namespace engine::cql {

const Statement* Parser::createType(std::uint32_t begin)
{
    ParsedCreateType out{};
    out.kind = StatementKind::CreateType;
    advance();
    out.ifNotExists = ifNotExists();
    out.type = typeName();
    ArenaVector<FieldDefinition> fields{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        bool first = true;
        list(TokenKind::ParenClose, [&] {
            if (!first && (at(TokenKind::Comma) || at(TokenKind::ParenClose)))
                return;
            first = false;
            Node node{*this, NodeKind::Definition};
            FieldDefinition made;
            made.name = name("the name of a field");
            made.type = type();
            fields.push(made);
        });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.fields = fields.span();
    return finish(out, begin);
}

const Statement* Parser::alterType(std::uint32_t begin)
{
    using Action = ParsedAlterType::Action;
    ParsedAlterType out{};
    out.kind = StatementKind::AlterType;
    advance();
    out.ifExists = ifExists();
    out.type = typeName();
    if (accept(Keyword::Rename)) {
        out.action = Action::RenameFields;
        out.ifFieldExists = ifExists();
        out.renames = renames();
        return finish(out, begin);
    }
    FieldDefinition made;
    if (accept(Keyword::Alter)) {
        out.action = Action::AlterField;
        made.name = name("the name of a field");
        expect(Keyword::Type);
        made.type = type();
    } else if (accept(Keyword::Add)) {
        out.action = Action::AddField;
        out.ifFieldExists = ifNotExists();
        made.name = name("the name of a field");
        made.type = type();
    } else {
        unexpected("ALTER, ADD or RENAME");
    }
    out.fields = {keep(made), 1};
    return finish(out, begin);
}

const Statement* Parser::createIndex(std::uint32_t begin)
{
    ParsedCreateIndex out{};
    out.kind = StatementKind::CreateIndex;
    out.custom = accept(Keyword::Custom);
    expect(Keyword::Index);
    out.ifNotExists = ifNotExists();
    if (!at(Keyword::On))
        out.name = name("the name of the index");
    expect(Keyword::On);
    out.table = qualifiedName("a table name");
    ArenaVector<IndexTarget> targets{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        if (!at(TokenKind::ParenClose))
            list(TokenKind::ParenClose, [&] { targets.push(indexTarget()); });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.targets = targets.span();
    if (accept(Keyword::Using))
        out.className = string("the class of the index as a string");
    if (accept(Keyword::With))
        out.properties = properties(PropertySet::Index);
    return finish(out, begin);
}

IndexTarget Parser::indexTarget()
{
    using Kind = IndexTarget::Kind;
    IndexTarget out;
    if (atNext(1, TokenKind::ParenOpen)) {
        out.kind = at(Keyword::Values)    ? Kind::Values
                   : at(Keyword::Keys)    ? Kind::Keys
                   : at(Keyword::Entries) ? Kind::Entries
                   : at(Keyword::Full)    ? Kind::Full
                                          : Kind::Simple;
        if (out.kind != Kind::Simple) {
            advance();
            advance();
            out.column = columnName();
            expect(TokenKind::ParenClose, "')'");
            return out;
        }
    }
    out.column = columnName();
    return out;
}

const Statement* Parser::createFunction(std::uint32_t begin, bool orReplace)
{
    ParsedCreateFunction out{};
    out.kind = StatementKind::CreateFunction;
    out.orReplace = orReplace;
    advance();
    out.ifNotExists = ifNotExists();
    out.function = functionName();
    ArenaVector<FunctionArgument> arguments{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        if (!at(TokenKind::ParenClose)) {
            list(TokenKind::ParenClose, [&] {
                FunctionArgument made;
                made.name = name("the name of an argument");
                made.type = type();
                arguments.push(made);
            });
        }
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.arguments = arguments.span();
    if (accept(Keyword::Called))
        out.calledOnNullInput = true;
    else if (expect(Keyword::Returns))
        expect(Keyword::Null);
    expect(Keyword::On);
    expect(Keyword::Null);
    expect(Keyword::Input);
    expect(Keyword::Returns);
    out.returns = type();
    expect(Keyword::Language);
    if (at(TokenKind::Word) && peek().keyword == Keyword::None) {
        out.language = lower(text(peek()));
        advance();
    } else {
        unexpected("the name of a language");
    }
    expect(Keyword::As);
    out.body = string("the body as a string");
    return finish(out, begin);
}

const Statement* Parser::createAggregate(std::uint32_t begin, bool orReplace)
{
    ParsedCreateAggregate out{};
    out.kind = StatementKind::CreateAggregate;
    out.orReplace = orReplace;
    advance();
    out.ifNotExists = ifNotExists();
    out.function = functionName();
    ArenaVector<FunctionArgument> arguments{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        if (!at(TokenKind::ParenClose))
            list(TokenKind::ParenClose, [&] { arguments.push({{}, type()}); });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.arguments = arguments.span();
    expect(Keyword::SFunc);
    out.stateFunction = plainFunctionName();
    expect(Keyword::SType);
    out.stateType = type();
    if (accept(Keyword::FinalFunc))
        out.finalFunction = plainFunctionName();
    if (accept(Keyword::InitCond))
        out.initialCondition = keep(term());
    return finish(out, begin);
}

const Statement* Parser::dropFunction(std::uint32_t begin, StatementKind kind)
{
    ParsedDropFunction out{};
    out.kind = kind;
    advance();
    out.ifExists = ifExists();
    out.function = functionName();
    if (accept(TokenKind::ParenOpen)) {
        out.argumentsGiven = true;
        if (!at(TokenKind::ParenClose))
            out.arguments = typeList(TokenKind::ParenClose);
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    return finish(out, begin);
}

const Statement* Parser::createTrigger(std::uint32_t begin)
{
    ParsedCreateTrigger out{};
    out.kind = StatementKind::CreateTrigger;
    advance();
    out.ifNotExists = ifNotExists();
    out.name = name("the name of the trigger");
    expect(Keyword::On);
    out.table = qualifiedName("a table name");
    expect(Keyword::Using);
    out.className = string("the class of the trigger as a string");
    return finish(out, begin);
}

const Statement* Parser::dropTrigger(std::uint32_t begin)
{
    ParsedDropTrigger out{};
    out.kind = StatementKind::DropTrigger;
    advance();
    out.ifExists = ifExists();
    out.name = name("the name of the trigger");
    expect(Keyword::On);
    out.table = qualifiedName("a table name");
    return finish(out, begin);
}

const Statement* Parser::drop(std::uint32_t begin, StatementKind kind)
{
    ParsedDrop out{};
    out.kind = kind;
    advance();
    if (kind == StatementKind::DropView)
        expect(Keyword::View);
    out.ifExists = ifExists();
    if (kind == StatementKind::DropKeyspace) {
        Node node{*this, NodeKind::Name};
        out.name.range = peek().range;
        out.name.name = name("a keyspace name");
    } else if (kind == StatementKind::DropType) {
        out.name = typeName();
    } else {
        out.name =
            qualifiedName(kind == StatementKind::DropIndex ? "an index name" : "a table name");
    }
    return finish(out, begin);
}

} // namespace engine::cql
