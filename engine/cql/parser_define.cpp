#include "engine/cql/parser_impl.h"

namespace engine::cql {

const Statement* Parser::createKeyspace(std::uint32_t begin)
{
    ParsedCreateKeyspace out{};
    out.kind = StatementKind::CreateKeyspace;
    advance();
    out.ifNotExists = ifNotExists();
    out.keyspace = name("a keyspace name");
    expect(Keyword::With);
    out.properties = properties(PropertySet::Keyspace);
    return finish(out, begin);
}

const Statement* Parser::alterKeyspace(std::uint32_t begin)
{
    ParsedAlterKeyspace out{};
    out.kind = StatementKind::AlterKeyspace;
    advance();
    out.ifExists = ifExists();
    out.keyspace = name("a keyspace name");
    expect(Keyword::With);
    out.properties = properties(PropertySet::Keyspace);
    return finish(out, begin);
}

const Statement* Parser::createTable(std::uint32_t begin)
{
    ParsedCreateTable out{};
    out.kind = StatementKind::CreateTable;
    advance();
    out.ifNotExists = ifNotExists();
    out.table = qualifiedName("a table name");
    ArenaVector<ColumnDefinition> columns{m_arena};
    ArenaVector<PrimaryKey> keys{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        bool first = true;
        list(TokenKind::ParenClose, [&] {
            // Commas may be doubled and stand before ')', but not at the start.
            if (first || !(at(TokenKind::Comma) || at(TokenKind::ParenClose)))
                tableColumn(columns, keys);
            first = false;
        });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.columns = columns.span();
    out.primaryKeys = keys.span();
    tableOptions(PropertySet::Table, out.compactStorage, out.clusteringOrder, out.properties);
    return finish(out, begin);
}

void Parser::tableColumn(ArenaVector<ColumnDefinition>& columns, ArenaVector<PrimaryKey>& keys)
{
    Node node{*this, NodeKind::Definition};
    if (at(Keyword::Primary)) {
        keys.push(primaryKey());
        return;
    }
    ColumnDefinition made = addedColumn();
    if (accept(Keyword::Primary)) {
        expect(Keyword::Key);
        made.isPrimaryKey = true;
    }
    columns.push(made);
}

ColumnDefinition Parser::addedColumn()
{
    ColumnDefinition made;
    made.range = peek().range;
    made.name = name("a column name");
    made.type = type();
    made.isStatic = accept(Keyword::Static);
    if (at(Keyword::Masked))
        made.mask = columnMask();
    return made;
}

PrimaryKey Parser::primaryKey()
{
    Node node{*this, NodeKind::Clause};
    PrimaryKey out;
    expect(Keyword::Primary);
    expect(Keyword::Key);
    if (!expect(TokenKind::ParenOpen, "'('"))
        return out;
    if (at(TokenKind::ParenOpen))
        out.partitionKey = nameTuple(false);
    else
        out.partitionKey = {keep(name("a column name")), 1};
    ArenaVector<std::string_view> clustering{m_arena};
    while (accept(TokenKind::Comma))
        clustering.push(name("a column name"));
    out.clustering = clustering.span();
    expect(TokenKind::ParenClose, "',' or ')'");
    return out;
}

const ColumnMask* Parser::columnMask()
{
    ColumnMask out;
    advance();
    expect(Keyword::With);
    // DEFAULT is a name too: only "DEFAULT(" calls a function of that name.
    if (at(Keyword::Default) && !atNext(1, TokenKind::ParenOpen)) {
        advance();
        out.function.keyspace = "system";
        out.function.name = "mask_default";
        return keep(out);
    }
    out.function = functionName();
    ArenaVector<Term> arguments{m_arena};
    if (expect(TokenKind::ParenOpen, "'('")) {
        if (!at(TokenKind::ParenClose))
            list(TokenKind::ParenClose, [&] { arguments.push(term()); });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    out.arguments = arguments.span();
    return keep(out);
}

void Parser::tableOptions(PropertySet set, bool& compact,
                          std::span<const ClusteringOrdering>& order,
                          std::span<const Property>& properties)
{
    if (!at(Keyword::With))
        return;
    Node node{*this, NodeKind::Clause};
    advance();
    ArenaVector<Property> all{m_arena};
    do {
        if (at(Keyword::Compact) && atNext(1, Keyword::Storage)) {
            if (set == PropertySet::View)
                complain(peek().range,
                         "COMPACT STORAGE tables are not allowed starting with version 4.0");
            advance();
            advance();
            compact = true;
        } else if (at(Keyword::Clustering) && atNext(1, Keyword::Order)) {
            order = clusteringOrder();
        } else {
            property(all, set);
        }
    } while (accept(Keyword::And));
    properties = all.span();
}

std::span<const ClusteringOrdering> Parser::clusteringOrder()
{
    Node node{*this, NodeKind::Property};
    ArenaVector<ClusteringOrdering> out{m_arena};
    advance();
    advance();
    expect(Keyword::By);
    if (expect(TokenKind::ParenOpen, "'('")) {
        list(TokenKind::ParenClose, [&] {
            ClusteringOrdering made;
            made.column = name("a column name");
            made.descending = at(Keyword::Desc);
            expectEither(Keyword::Asc, Keyword::Desc);
            out.push(made);
        });
        expect(TokenKind::ParenClose, "',' or ')'");
    }
    return out.span();
}

const Statement* Parser::alterTable(std::uint32_t begin)
{
    using Action = ParsedAlterTable::Action;
    ParsedAlterTable out{};
    out.kind = StatementKind::AlterTable;
    advance();
    out.ifExists = ifExists();
    out.table = qualifiedName("a table name");
    if (at(Keyword::Alter)) {
        alterColumn(out);
    } else if (accept(Keyword::Add)) {
        out.action = Action::Add;
        out.ifColumnExists = ifNotExists();
        ArenaVector<ColumnDefinition> columns{m_arena};
        if (accept(TokenKind::ParenOpen)) {
            list(TokenKind::ParenClose, [&] { columns.push(addedColumn()); });
            expect(TokenKind::ParenClose, "',' or ')'");
        } else {
            columns.push(addedColumn());
        }
        out.columns = columns.span();
    } else if (at(Keyword::Drop)) {
        dropColumns(out);
    } else if (accept(Keyword::Rename)) {
        out.action = Action::Rename;
        out.ifColumnExists = ifExists();
        out.renames = renames();
    } else if (accept(Keyword::With)) {
        out.action = Action::With;
        out.properties = properties(PropertySet::Table);
    } else {
        unexpected("ALTER, ADD, DROP, RENAME or WITH");
    }
    return finish(out, begin);
}

void Parser::alterColumn(ParsedAlterTable& out)
{
    using Action = ParsedAlterTable::Action;
    advance();
    out.ifColumnExists = ifExists();
    ColumnDefinition made;
    made.range = peek().range;
    made.name = columnName();
    if (accept(Keyword::Type)) {
        out.action = Action::AlterType;
        made.type = type();
    } else if (at(Keyword::Masked)) {
        out.action = Action::Mask;
        made.mask = columnMask();
    } else if (accept(Keyword::Drop)) {
        out.action = Action::DropMask;
        expect(Keyword::Masked);
    } else {
        unexpected("TYPE, MASKED WITH or DROP MASKED");
    }
    out.columns = {keep(made), 1};
}

void Parser::dropColumns(ParsedAlterTable& out)
{
    advance();
    if (accept(Keyword::Compact, Keyword::Storage)) {
        out.action = ParsedAlterTable::Action::DropCompactStorage;
        return;
    }
    out.action = ParsedAlterTable::Action::Drop;
    out.ifColumnExists = ifExists();
    if (at(TokenKind::ParenOpen))
        out.dropped = nameTuple(false);
    else
        out.dropped = {keep(name("a column name")), 1};
    if (accept(Keyword::Using)) {
        expect(Keyword::Timestamp);
        if (at(TokenKind::Integer))
            out.dropTimestamp = intValue();
        else
            unexpected("an integer", "INTEGER");
    }
}

std::span<const Rename> Parser::renames()
{
    ArenaVector<Rename> out{m_arena};
    do {
        Rename made;
        made.from = name("a name");
        expect(Keyword::To);
        made.to = name("a name");
        out.push(made);
    } while (accept(Keyword::And));
    return out.span();
}

const Statement* Parser::createView(std::uint32_t begin)
{
    ParsedCreateView out{};
    out.kind = StatementKind::CreateView;
    advance();
    expect(Keyword::View);
    out.ifNotExists = ifNotExists();
    out.view = qualifiedName("a view name");
    expect(Keyword::As);
    expect(Keyword::Select);
    out.selectors = selectors();
    expect(Keyword::From);
    out.base = qualifiedName("a table name");
    if (at(Keyword::Where))
        out.where = where();
    out.primaryKey = primaryKey();
    bool compact = false;
    tableOptions(PropertySet::View, compact, out.clusteringOrder, out.properties);
    return finish(out, begin);
}

const Statement* Parser::alterView(std::uint32_t begin)
{
    ParsedAlterView out{};
    out.kind = StatementKind::AlterView;
    advance();
    expect(Keyword::View);
    out.ifExists = ifExists();
    out.view = qualifiedName("a view name");
    expect(Keyword::With);
    out.properties = properties(PropertySet::View);
    return finish(out, begin);
}

} // namespace engine::cql
