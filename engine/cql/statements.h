#pragma once

#include "engine/cql/term.h"

#include <cstdint>
#include <span>
#include <string_view>

/// Statements as CQL text said them: not resolved against a schema, defaults not filled in. All
/// of it lives in the Arena that was given to parseStatement() and views it or the text.
/// Pointers are null and spans empty where the text had nothing, unless said otherwise.
namespace engine::cql {

enum class StatementKind : std::uint8_t {
    Select,
    Insert,
    InsertJson,
    Update,
    Delete,
    Batch,
    Truncate,
    Use,
    CreateKeyspace,
    AlterKeyspace,
    DropKeyspace,
    CreateTable,
    AlterTable,
    DropTable,
    CreateType,
    AlterType,
    DropType,
    CreateIndex,
    DropIndex,
    CreateView,
    AlterView,
    DropView,
    CreateFunction,
    DropFunction,
    CreateAggregate,
    DropAggregate,
    CreateTrigger,
    DropTrigger,
    CreateRole, ///< and CREATE USER
    AlterRole,  ///< and ALTER USER
    DropRole,   ///< and DROP USER
    AddIdentity,
    DropIdentity,
    GrantPermissions,
    RevokePermissions,
    ListPermissions,
    GrantRole,
    RevokeRole,
    ListRoles, ///< and LIST USERS
    Describe,
};
/// "SELECT", "CREATE TABLE", …: for messages.
[[nodiscard]] std::string_view statementName(StatementKind kind) noexcept;

struct Statement {
    StatementKind kind;
    SourceRange range;
    /// In the order of the text; of the whole batch for a statement inside of a batch.
    std::span<const BindMarker> markers;

    /// Requires that `kind` is T's.
    template <class T>
    [[nodiscard]] const T& as() const noexcept
    {
        return static_cast<const T&>(*this);
    }
};

// ---- WHERE and IF ------------------------------------------------------------------------------

enum class Operator : std::uint8_t {
    Eq,
    Lt,
    Lte,
    Gt,
    Gte,
    Neq,
    In,
    Contains,
    ContainsKey,
    IsNotNull,
    Like,
};
/// "=", "<", "CONTAINS KEY", …
[[nodiscard]] std::string_view operatorText(Operator op) noexcept;

struct Relation {
    enum class Kind : std::uint8_t {
        Column,     ///< names[0] op value
        Token,      ///< token(names…) op value
        Tuple,      ///< (names…) op value
        MapElement, ///< names[0][key] op value
        Expression, ///< expr(names[0], value): a custom index expression
    };
    Kind kind = Kind::Column;
    Operator op = Operator::Eq;
    std::span<const std::string_view> names;
    const Term* key = nullptr;
    /// For In: a Marker, or a Tuple whose items are the alternatives (possibly none). Null for
    /// IsNotNull. Never null otherwise.
    const Term* value = nullptr;
    SourceRange range;
};

/// One condition of IF.
struct Condition {
    std::string_view column;
    const Term* element = nullptr; ///< column[element]
    std::string_view field;        ///< column.field
    Operator op = Operator::Eq;
    const Term* value = nullptr; ///< as in Relation
    SourceRange range;
};

// ---- SELECT ------------------------------------------------------------------------------------

struct Selector {
    Term term;
    std::string_view alias;
};

struct Ordering {
    std::string_view column;
    const Term* ann = nullptr; ///< ORDER BY column ANN OF ann
    bool descending = false;
    SourceRange range;
};

struct ParsedSelect : Statement {
    QualifiedName table;
    bool json = false;
    bool distinct = false;
    bool allowFiltering = false;
    std::span<const Selector> selectors; ///< empty: *
    std::span<const Relation> where;
    std::span<const Term> groupBy;
    std::span<const Ordering> orderBy;
    const Term* perPartitionLimit = nullptr; ///< Integer or Marker
    const Term* limit = nullptr;             ///< Integer or Marker
};

// ---- modifications -----------------------------------------------------------------------------

struct UsingClause {
    const Term* timestamp = nullptr; ///< Integer or Marker
    const Term* ttl = nullptr;       ///< Integer or Marker
};

struct ParsedInsert : Statement {
    QualifiedName table;
    std::span<const std::string_view> columns;
    std::span<const SourceRange> columnRanges;
    std::span<const Term> values; ///< may differ in number from `columns`: an Invalid error
    bool ifNotExists = false;
    UsingClause usings;
};

struct ParsedInsertJson : Statement {
    QualifiedName table;
    Term value; ///< String or Marker
    bool defaultUnset = false;
    bool ifNotExists = false;
    UsingClause usings;
};

struct Assignment {
    enum class Kind : std::uint8_t {
        Set,        ///< column = value
        Add,        ///< column = column + value, column += value
        Subtract,   ///< column = column - value, column -= value; also "c = c -3" as Add of -3
        Prepend,    ///< column = value + column
        SetElement, ///< column[key] = value
        SetField,   ///< column.field = value
    };
    Kind kind = Kind::Set;
    std::string_view column;
    std::string_view field;
    const Term* key = nullptr;
    const Term* value = nullptr; ///< never null
    SourceRange range;           ///< of the column's name
};

struct ParsedUpdate : Statement {
    QualifiedName table;
    UsingClause usings;
    std::span<const Assignment> assignments;
    std::span<const Relation> where;
    bool ifExists = false;
    std::span<const Condition> conditions;
};

struct Deletion {
    std::string_view column;
    std::string_view field;        ///< column.field
    const Term* element = nullptr; ///< column[element]
    SourceRange range;
};

struct ParsedDelete : Statement {
    QualifiedName table;
    UsingClause usings;                  ///< only timestamp
    std::span<const Deletion> deletions; ///< empty: whole rows
    std::span<const Relation> where;
    bool ifExists = false;
    std::span<const Condition> conditions;
};

struct ParsedBatch : Statement {
    enum class Type : std::uint8_t { Logged, Unlogged, Counter };
    Type type = Type::Logged;
    UsingClause usings;
    std::span<const Statement* const> statements; ///< Insert, InsertJson, Update, Delete
};

struct ParsedTruncate : Statement {
    QualifiedName table;
};

struct ParsedUse : Statement {
    std::string_view keyspace;
};

// ---- definitions -------------------------------------------------------------------------------

/// name = value of a WITH clause. Names are lower-cased. Names unknown to Cassandra 5.0 and values
/// of the wrong form are syntax errors there and here.
struct Property {
    struct Entry {
        std::string_view key;
        std::string_view value;
    };
    std::string_view name;
    bool isMap = false;
    std::string_view value;         ///< as text, without quotes
    std::span<const Entry> entries; ///< isMap; keys are unique
    SourceRange range;
};

struct ParsedCreateKeyspace : Statement {
    std::string_view keyspace;
    bool ifNotExists = false;
    std::span<const Property> properties;
};
struct ParsedAlterKeyspace : Statement {
    std::string_view keyspace;
    bool ifExists = false;
    std::span<const Property> properties;
};
/// DROP KEYSPACE, TABLE, TYPE, INDEX, MATERIALIZED VIEW; `name.name` is the keyspace for the first.
struct ParsedDrop : Statement {
    QualifiedName name;
    bool ifExists = false;
};

/// MASKED WITH function(arguments…); DEFAULT is mask_default without arguments.
struct ColumnMask {
    QualifiedName function;
    std::span<const Term> arguments;
};

struct ColumnDefinition {
    std::string_view name;
    ParsedType type;
    bool isStatic = false;
    bool isPrimaryKey = false; ///< "… PRIMARY KEY" after the column
    const ColumnMask* mask = nullptr;
    SourceRange range; ///< of the name
};

struct PrimaryKey {
    std::span<const std::string_view> partitionKey;
    std::span<const std::string_view> clustering;
};

struct ClusteringOrdering {
    std::string_view column;
    bool descending = false;
};

struct ParsedCreateTable : Statement {
    QualifiedName table;
    bool ifNotExists = false;
    std::span<const ColumnDefinition> columns;
    /// From each PRIMARY KEY (…) clause; together with ColumnDefinition::isPrimaryKey there must
    /// be exactly one, else an Invalid error.
    std::span<const PrimaryKey> primaryKeys;
    bool compactStorage = false;
    std::span<const ClusteringOrdering> clusteringOrder;
    std::span<const Property> properties;
};

struct Rename {
    std::string_view from;
    std::string_view to;
};

struct ParsedAlterTable : Statement {
    enum class Action : std::uint8_t {
        AlterType, ///< ALTER columns[0].name TYPE columns[0].type: always Invalid since 3.10
        Mask,      ///< ALTER columns[0].name MASKED WITH columns[0].mask
        DropMask,  ///< ALTER columns[0].name DROP MASKED
        Add,       ///< columns
        Drop,      ///< dropped
        DropCompactStorage,
        Rename, ///< renames
        With,   ///< properties
    };
    QualifiedName table;
    bool ifExists = false;
    Action action = Action::With;
    bool ifColumnExists = false; ///< IF [NOT] EXISTS behind ALTER, ADD, DROP, RENAME
    std::span<const ColumnDefinition> columns;
    std::span<const std::string_view> dropped;
    const Term* dropTimestamp = nullptr; ///< DROP … USING TIMESTAMP
    std::span<const Rename> renames;
    std::span<const Property> properties;
};

struct FieldDefinition {
    std::string_view name;
    ParsedType type;
};

struct ParsedCreateType : Statement {
    QualifiedName type;
    bool ifNotExists = false;
    std::span<const FieldDefinition> fields;
};

struct ParsedAlterType : Statement {
    enum class Action : std::uint8_t { AlterField, AddField, RenameFields };
    QualifiedName type;
    bool ifExists = false;
    Action action = Action::AddField;
    bool ifFieldExists = false;              ///< IF [NOT] EXISTS of the field
    std::span<const FieldDefinition> fields; ///< one, for AlterField and AddField
    std::span<const Rename> renames;
};

struct IndexTarget {
    enum class Kind : std::uint8_t { Simple, Values, Keys, Entries, Full };
    Kind kind = Kind::Simple;
    std::string_view column;
};

struct ParsedCreateIndex : Statement {
    std::string_view name; ///< empty: to be made up
    QualifiedName table;
    bool ifNotExists = false;
    bool custom = false;
    std::span<const IndexTarget> targets;
    std::string_view className;           ///< USING '…'
    std::span<const Property> properties; ///< only "options"
};

struct ParsedCreateView : Statement {
    QualifiedName view;
    QualifiedName base;
    bool ifNotExists = false;
    std::span<const Selector> selectors; ///< empty: *
    std::span<const Relation> where;
    PrimaryKey primaryKey;
    std::span<const ClusteringOrdering> clusteringOrder;
    std::span<const Property> properties;
};
struct ParsedAlterView : Statement {
    QualifiedName view;
    bool ifExists = false;
    std::span<const Property> properties;
};

struct FunctionArgument {
    std::string_view name; ///< empty for aggregates
    ParsedType type;
};

struct ParsedCreateFunction : Statement {
    QualifiedName function;
    bool orReplace = false;
    bool ifNotExists = false;
    bool calledOnNullInput = false;
    std::span<const FunctionArgument> arguments;
    ParsedType returns;
    std::string_view language; ///< lower case
    std::string_view body;
};
struct ParsedCreateAggregate : Statement {
    QualifiedName function;
    bool orReplace = false;
    bool ifNotExists = false;
    std::span<const FunctionArgument> arguments;
    std::string_view stateFunction;
    ParsedType stateType;
    std::string_view finalFunction;
    const Term* initialCondition = nullptr;
};
/// DROP FUNCTION, DROP AGGREGATE
struct ParsedDropFunction : Statement {
    QualifiedName function;
    bool ifExists = false;
    bool argumentsGiven = false;
    std::span<const ParsedType> arguments;
};

struct ParsedCreateTrigger : Statement {
    std::string_view name;
    QualifiedName table;
    bool ifNotExists = false;
    std::string_view className;
};
struct ParsedDropTrigger : Statement {
    std::string_view name;
    QualifiedName table;
    bool ifExists = false;
};

// ---- roles and permissions ---------------------------------------------------------------------

/// Options of CREATE and ALTER ROLE and USER.
struct RoleOptions {
    enum class Flag : std::uint8_t { Unset, False, True };
    Flag superuser = Flag::Unset;
    Flag login = Flag::Unset;
    bool hasPassword = false;
    bool hasHashedPassword = false;
    std::string_view password;
    std::string_view hashedPassword;
    bool hasOptions = false;
    std::span<const Property::Entry> options;
    bool accessToAllDatacenters = false;
    std::span<const std::string_view> datacenters;
    bool accessFromAllCidrs = false;
    std::span<const std::string_view> cidrs;
};

/// CREATE and ALTER ROLE; CREATE and ALTER USER come as their role equivalents (isUser).
struct ParsedRole : Statement {
    std::string_view role;
    bool isUser = false;
    bool ifCondition = false; ///< IF NOT EXISTS, IF EXISTS
    RoleOptions options;
};
struct ParsedDropRole : Statement {
    std::string_view role;
    bool isUser = false;
    bool ifExists = false;
};
struct ParsedIdentity : Statement {
    std::string_view identity;
    std::string_view role; ///< ADD only
    bool ifCondition = false;
};

enum class Permission : std::uint8_t {
    Create,
    Alter,
    Drop,
    Select,
    Modify,
    Authorize,
    Describe,
    Execute,
    Unmask,
    SelectMasked,
};

struct Resource {
    enum class Kind : std::uint8_t {
        AllKeyspaces,
        Keyspace,  ///< name.keyspace
        Table,     ///< name
        AllTables, ///< ALL TABLES IN KEYSPACE name.keyspace
        AllRoles,
        Role, ///< name.name
        AllFunctions,
        FunctionsIn, ///< ALL FUNCTIONS IN KEYSPACE name.keyspace
        Function,    ///< name and arguments
        AllMbeans,
        Mbean,        ///< name.name
        MbeanPattern, ///< name.name
    };
    Kind kind = Kind::AllKeyspaces;
    QualifiedName name;
    std::span<const ParsedType> arguments;
};

/// GRANT, REVOKE and LIST of permissions.
struct ParsedPermissions : Statement {
    bool all = false; ///< ALL [PERMISSIONS]
    std::span<const Permission> permissions;
    const Resource* resource = nullptr; ///< null only for LIST
    std::string_view role;              ///< empty only for LIST
    bool recursive = true;              ///< LIST without NORECURSIVE
};
struct ParsedGrantRole : Statement { ///< and REVOKE
    std::string_view role;
    std::string_view grantee;
};
struct ParsedListRoles : Statement {
    bool users = false;    ///< LIST USERS
    std::string_view role; ///< OF role
    bool recursive = true;
};

struct ParsedDescribe : Statement {
    enum class What : std::uint8_t {
        Cluster,
        Schema,
        FullSchema,
        Keyspaces,
        Keyspace,     ///< name.keyspace, empty: the current one
        OnlyKeyspace, ///< the keyspace without what is in it
        Tables,
        Table,
        Index,
        View,
        Types,
        Type,
        Functions,
        Function,
        Aggregates,
        Aggregate,
        Any, ///< DESCRIBE name: keyspace, table, view or index, whichever is called so
    };
    What what = What::Any;
    QualifiedName name;
    bool withInternals = false;
};

} // namespace engine::cql
