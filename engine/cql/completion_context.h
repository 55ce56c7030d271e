#pragma once

// Internal to engine/cql: what completion.cpp asks of the text around the caret.

#include "engine/cql/keyword_table.h"
#include "engine/cql/term.h"

#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

/// What may stand at the caret.
enum class Place : std::uint8_t {
    Nothing,
    StatementStart,
    Keyspace,
    Table,
    TableInKeyspace,
    SelectItem,
    AfterSelectItem,
    AfterSelectTable,
    WhereColumn,
    WhereOperator,
    Value,
    AfterRelation,
    OrderColumn,
    AfterOrderColumn,
    GroupColumn,
    AfterInsertTable,
    InsertColumn,
    AfterInsertColumns,
    AfterInsertValues,
    Using,
    AfterUpdateTable,
    SetColumn,
    AfterSet,
    Type,
    CreateWhat,
    DropWhat,
    AlterWhat,
    AlterTableAction,
    Column,
    TableOption,
    KeyspaceOption,
    DescribeWhat,
    Keywords,
};

struct CompletionContext {
    Place place = Place::Nothing;
    Keyword verb = Keyword::None;
    SourceRange replace;   ///< the word being typed, up to the caret
    std::string prefix;    ///< its text, unquoted
    std::string qualifier; ///< TableInKeyspace: the name before the dot
    bool inSelectClause = false;
    std::string tableKeyspace; ///< of the statement's table; empty: not written
    std::string table;
    std::vector<std::string> named; ///< columns that WHERE or the column list has already
    std::string valueColumn;        ///< Value: the column it is compared with
};

[[nodiscard]] CompletionContext findCompletionContext(std::string_view text, std::size_t caret);

} // namespace engine::cql
