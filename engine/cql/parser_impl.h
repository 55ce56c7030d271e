#pragma once

// Internal to engine/cql: included by parser*.cpp and syntax_tree.cpp only.

#include "engine/base/arena.h"
#include "engine/cql/keyword_table.h"
#include "engine/cql/statements.h"
#include "engine/cql/syntax_tree.h"
#include "engine/cql/token.h"

#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace engine::cql {

/// A vector in an arena: grows by copying, gives nothing back.
template <class T>
class ArenaVector {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    explicit ArenaVector(Arena& arena) noexcept : m_arena(&arena) {}

    void push(const T& value)
    {
        if (m_size == m_capacity) {
            const std::size_t capacity = m_capacity == 0 ? 4 : m_capacity * 2;
            auto* to = static_cast<T*>(m_arena->allocate(sizeof(T) * capacity, alignof(T)));
            if (m_size > 0)
                std::memcpy(static_cast<void*>(to), m_data, sizeof(T) * m_size);
            m_data = to;
            m_capacity = capacity;
        }
        ::new (m_data + m_size++) T(value);
    }
    [[nodiscard]] std::size_t size() const noexcept { return m_size; }
    [[nodiscard]] bool empty() const noexcept { return m_size == 0; }
    [[nodiscard]] T& operator[](std::size_t i) noexcept { return m_data[i]; }
    [[nodiscard]] std::span<const T> span() const noexcept { return {m_data, m_size}; }

private:
    Arena* m_arena;
    T* m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

/// What the parser tells the tree: nodes open and close between tokens.
struct ParseEvent {
    bool opens;
    NodeKind kind;
    std::uint32_t token; ///< index of the next token without trivia
};

/// Where the events and all errors go; the sink of the editor. Without one the parser is strict:
/// it stops at the first error, which is what the server wants.
struct ResilientSink {
    std::vector<ParseEvent> events;
    std::vector<SyntaxError> errors;
};

/// Recursive descent over CQL's grammar, one method a rule of Parser.g.
///
/// Strict: after the first error every token reads as End, so all loops end and the caller looks
/// at failed(). Resilient: errors are recorded, at most one a token, and rules go on as if what is
/// missing were there; lists and statements skip to the next token they know.
class Parser {
public:
    Parser(std::string_view source, std::span<const Token> tokens, Arena& arena,
           ResilientSink* sink)
        : m_source(source), m_tokens(tokens), m_arena(arena), m_sink(sink), m_markers(arena)
    {
    }

    [[nodiscard]] bool failed() const noexcept { return m_failed; }
    [[nodiscard]] const SyntaxError& error() const noexcept { return m_error; }

    /// One statement and the ';'s behind it, to the end of the text (strict).
    const Statement* wholeStatement();
    /// Statements to the end of the text (resilient). One entry a statement; never null.
    std::vector<const Statement*> script();
    const ParsedType* wholeType();
    const Term* wholeTerm();

private:
    // ---- tokens
    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const noexcept
    {
        const std::size_t at = m_at + ahead;
        return m_tokens[at < m_tokens.size() ? at : m_tokens.size() - 1];
    }
    [[nodiscard]] bool at(TokenKind kind) const noexcept { return peek().kind == kind; }
    [[nodiscard]] bool at(Keyword keyword) const noexcept
    {
        return peek().kind == TokenKind::Word && peek().keyword == keyword;
    }
    [[nodiscard]] bool atNext(std::size_t ahead, TokenKind kind) const noexcept
    {
        return peek(ahead).kind == kind;
    }
    [[nodiscard]] bool atNext(std::size_t ahead, Keyword keyword) const noexcept
    {
        return peek(ahead).kind == TokenKind::Word && peek(ahead).keyword == keyword;
    }
    void advance() noexcept
    {
        if (m_at + 1 < m_tokens.size())
            ++m_at;
    }
    template <class What>
    bool accept(What what) noexcept
    {
        if (!at(what))
            return false;
        advance();
        return true;
    }
    bool accept(Keyword first, Keyword second) noexcept
    {
        if (!at(first) || !atNext(1, second))
            return false;
        advance();
        advance();
        return true;
    }
    bool expect(TokenKind kind, std::string_view text);
    bool expect(Keyword keyword);
    bool expectEither(Keyword first, Keyword second);
    [[nodiscard]] std::string_view text(const Token& token) const noexcept
    {
        return token.textIn(m_source);
    }
    [[nodiscard]] std::uint32_t here() const noexcept { return peek().range.begin; }
    [[nodiscard]] SourceRange since(std::uint32_t begin) const noexcept
    {
        const std::uint32_t end = m_at > 0 ? m_tokens[m_at - 1].range.end : begin;
        return {begin, end < begin ? begin : end};
    }

    // ---- errors and recovery
    /// "expected `what`", at the next token.
    void unexpected(std::string_view what, std::string expected = {});
    void complain(SyntaxError error);
    /// A sentence of its own about `range`.
    void complain(SourceRange range, std::string message)
    {
        complain({range, std::move(message), false, {}});
    }
    [[nodiscard]] bool resilient() const noexcept { return m_sink != nullptr; }
    /// Resilient: skips, as an Error node, to the next token that can go on from inside of a list.
    void skipInList(TokenKind close);
    void skipStatement();
    [[nodiscard]] bool startsClause(const Token& token) const noexcept;
    /// Guards recursion; false (with an error) when too deep.
    struct Depth {
        explicit Depth(Parser& parser) : m_parser(parser) { ++m_parser.m_depth; }
        ~Depth() { --m_parser.m_depth; }
        Parser& m_parser;
    };
    bool tooDeep();

    struct Node {
        Node(Parser& parser, NodeKind kind) : m_parser(parser), m_kind(kind)
        {
            if (parser.m_sink != nullptr)
                parser.event(true, kind);
        }
        ~Node()
        {
            if (m_parser.m_sink != nullptr)
                m_parser.event(false, m_kind);
        }
        Node(const Node&) = delete;
        Node& operator=(const Node&) = delete;
        Parser& m_parser;
        NodeKind m_kind;
    };
    void event(bool opens, NodeKind kind);

    /// item (',' item)*, without the brackets. `parse` reads one item and appends it.
    template <class Parse>
    void list(TokenKind close, Parse parse)
    {
        Node node{*this, NodeKind::List};
        do {
            const std::size_t before = m_at;
            parse();
            if (resilient() && (m_at == before || !(at(TokenKind::Comma) || at(close))))
                skipInList(close);
        } while (accept(TokenKind::Comma));
    }
    template <class T>
    const T* keep(const T& value)
    {
        return ::new (m_arena.allocate(sizeof(T), alignof(T))) T(value);
    }
    template <class T>
    const Statement* finish(T& statement, std::uint32_t begin)
    {
        statement.range = since(begin);
        return keep(statement);
    }

    // ---- names
    [[nodiscard]] static bool isName(const Token& token) noexcept;
    [[nodiscard]] static bool isFunctionName(const Token& token) noexcept;
    /// What the name means; consumes it. Empty after an error.
    std::string_view name(std::string_view what);
    std::string_view columnName(); ///< cident: "" is allowed
    std::string_view nameOf(const Token& token);
    std::string_view stringOf(const Token& token);
    std::string_view string(std::string_view what);
    QualifiedName qualifiedName(std::string_view what);
    QualifiedName typeName();
    QualifiedName functionName();
    std::string_view plainFunctionName();
    std::string_view roleName();
    std::string_view userName(std::string_view complaint);
    std::string_view lower(std::string_view word);

    // ---- types and terms
    ParsedType type();
    ParsedType typeBody();
    ParsedType nativeType();
    /// The index behind a type that starts at token index `from`, or 0. Consumes nothing.
    std::size_t skipType(std::size_t from, int depth = 0) const noexcept;
    /// Whether '(' type ')' and the start of an operand stand here.
    bool atTypeHint(bool inSelector) const noexcept;
    bool startsOperand(std::size_t ahead, bool inSelector) const noexcept;
    std::span<const ParsedType> typeList(TokenKind close);

    Term term();
    Term sum(bool selector);
    Term product(bool selector);
    Term signedOperand(bool selector);
    Term operand(bool selector);
    Term literal(const Token& token);
    Term marker();
    Term nullTerm() const noexcept;
    Term bracketed(TermKind kind, TokenKind close, bool selector);
    Term braces(bool selector);
    Term udtLiteral();
    Term parenthesised(bool selector);
    Term typeHint(bool selector);
    Term cast(bool selector);
    Term call(bool selector);
    Term columnTerm();
    Term withModifiers(Term receiver);
    Term modified(const Term& receiver, bool selector)
    {
        return selector ? withModifiers(receiver) : receiver;
    }
    Term subscript(const Term& receiver);
    Term binary(const Term& left, bool selector, Term (Parser::*next)(bool));
    std::span<const Term> one(const Term& item);
    std::span<const Term> two(const Term& first, const Term& second);
    const Term* intValue();
    bool atCall() const noexcept;

    // ---- statements
    const Statement* statement();
    const Statement* dispatch();
    const Statement* createStatement();
    const Statement* alterStatement();
    const Statement* dropStatement();
    bool ifNotExists();
    bool ifExists();

    const Statement* select();
    bool selectorsFollowWord() const noexcept;
    std::span<const Selector> selectors();
    Ordering ordering();
    std::span<const Relation> where();
    void relation(ArenaVector<Relation>& out);
    void tupleRelation(Relation& out);
    bool comparison(Operator& op);
    const Term* inValues(bool tuples);
    bool atNameTuple() const noexcept;
    std::span<const std::string_view> nameTuple(bool column);

    const Statement* insert();
    const Statement* insertJson(std::uint32_t begin, const QualifiedName& table);
    void usingClause(UsingClause& out, bool ttlAllowed);
    const Statement* update();
    void assignment(ArenaVector<Assignment>& out);
    void setColumn(Assignment& out);
    void addAssignment(ArenaVector<Assignment>& out, const Assignment& assignment);
    void conditions(bool& ifExists, std::span<const Condition>& out);
    Condition condition();
    const Statement* deleteStatement();
    const Statement* batch();
    const Statement* truncate();
    const Statement* use();

    enum class PropertySet : std::uint8_t { Keyspace, Table, View, Index };
    const Statement* createKeyspace(std::uint32_t begin);
    const Statement* alterKeyspace(std::uint32_t begin);
    const Statement* createTable(std::uint32_t begin);
    void tableColumn(ArenaVector<ColumnDefinition>& columns, ArenaVector<PrimaryKey>& keys);
    PrimaryKey primaryKey();
    void tableOptions(PropertySet set, bool& compact, std::span<const ClusteringOrdering>& order,
                      std::span<const Property>& properties);
    const ColumnMask* columnMask();
    ColumnDefinition addedColumn();
    std::span<const ClusteringOrdering> clusteringOrder();
    void property(ArenaVector<Property>& out, PropertySet set);
    std::span<const Property> properties(PropertySet set);
    std::span<const Property::Entry> propertyMap();
    void checkProperty(const Property& property, PropertySet set);
    const Statement* alterTable(std::uint32_t begin);
    void alterColumn(ParsedAlterTable& out);
    void dropColumns(ParsedAlterTable& out);
    std::span<const Rename> renames();
    const Statement* createType(std::uint32_t begin);
    const Statement* alterType(std::uint32_t begin);
    const Statement* createIndex(std::uint32_t begin);
    IndexTarget indexTarget();
    const Statement* createView(std::uint32_t begin);
    const Statement* alterView(std::uint32_t begin);
    const Statement* createFunction(std::uint32_t begin, bool orReplace);
    const Statement* createAggregate(std::uint32_t begin, bool orReplace);
    const Statement* dropFunction(std::uint32_t begin, StatementKind kind);
    const Statement* createTrigger(std::uint32_t begin);
    const Statement* dropTrigger(std::uint32_t begin);
    const Statement* drop(std::uint32_t begin, StatementKind kind);

    const Statement* role(std::uint32_t begin, bool create, bool user);
    void roleOption(RoleOptions& out);
    void passwordOption(RoleOptions& out, bool equals);
    std::span<const std::string_view> stringSet();
    const Statement* dropRole(std::uint32_t begin, bool user);
    const Statement* identity(std::uint32_t begin, StatementKind kind);
    const Statement* grantOrRevoke(StatementKind permissions, StatementKind role);
    bool atPermissions() const noexcept;
    void permissionsOrAll(ParsedPermissions& out);
    const Resource* resource();
    Resource resourceBody();
    const Statement* listStatement();
    const Statement* describe();

    std::string_view m_source;
    std::span<const Token> m_tokens; ///< without trivia, End last
    Arena& m_arena;
    ResilientSink* m_sink;
    std::size_t m_at = 0;
    ArenaVector<BindMarker> m_markers;
    int m_depth = 0;
    bool m_failed = false;
    bool m_inBatch = false;
    std::size_t m_errorAt = SIZE_MAX; ///< the token of the last error
    SyntaxError m_error;
};

} // namespace engine::cql
