#include "engine/modeling/edit.h"
#include "engine/modeling/edit_support.h"

namespace engine::modeling {

using namespace editing;

namespace {

std::ptrdiff_t partitionKeyColumns(const ModelTable& table)
{
    return std::ranges::count(table.columns, ColumnRole::PartitionKey, &TableColumn::role);
}

bool hasClustering(const ModelTable& table)
{
    return std::ranges::find(table.columns, ColumnRole::Clustering, &TableColumn::role) !=
           table.columns.end();
}

/// What the keys of a table must be, whoever edits them.
Result<void> checkRoles(const ModelTable& table)
{
    if (partitionKeyColumns(table) == 0)
        return Error{
            ErrorCode::Invalid,
            fmt::format("{} needs a partition key: make another column K first.", table.name)};
    if (!hasClustering(table))
        for (const TableColumn& column : table.columns)
            if (column.role == ColumnRole::Static)
                return Error{
                    ErrorCode::Invalid,
                    fmt::format("{} is static, which needs a clustering column.", column.name)};
    for (const TableColumn& column : table.columns)
        if (column.type == "counter" && column.role != ColumnRole::Regular &&
            column.role != ColumnRole::Static)
            return Error{ErrorCode::Invalid,
                         fmt::format("{} is a counter, which cannot be in a key.", column.name)};
    return ok();
}

void byHand(ModelTable& table, TableColumn& column)
{
    table.edited = true;
    column.rule = MappingRule::User;
    column.reason.clear();
}

} // namespace

Result<Model> addTable(const Model& before, std::string_view keyspace, std::string_view name,
                       Point centre)
{
    RW_ASSIGN(std::string space, cleanName(keyspace));
    RW_ASSIGN(std::string clean, cleanName(name));
    if (findTable(before, space, clean))
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("There is a table {}.{} already.", space, clean)};
    Model model = before;
    if (std::ranges::find(model.keyspaces, space, &ModelKeyspace::name) == model.keyspaces.end()) {
        ModelKeyspace made;
        made.name = space;
        model.keyspaces.push_back(made);
    }
    ModelTable table;
    table.id = model.newId();
    for (ModelKeyspace& each : model.keyspaces)
        if (each.id == ElementId::None)
            each.id = model.newId();
    table.keyspace = std::move(space);
    table.name = std::move(clean);
    table.edited = true;
    TableColumn key;
    key.id = model.newId();
    key.name = "id";
    key.type = "uuid";
    key.role = ColumnRole::PartitionKey;
    table.columns.push_back(std::move(key));
    model.positions[table.id] = centre;
    model.tables.push_back(std::move(table));
    return model;
}

Result<Model> addColumn(const Model& before, ElementId table, std::string_view name,
                        std::string_view type)
{
    RW_ASSIGN(std::string clean, cleanName(name));
    Model model = before;
    ModelTable* found = find(model.tables, table);
    if (!found)
        return gone();
    if (std::ranges::find(found->columns, clean, &TableColumn::name) != found->columns.end())
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("{} has a column {} already.", found->name, clean)};
    TableColumn column;
    column.id = model.newId();
    column.name = std::move(clean);
    column.type = type;
    found->columns.push_back(std::move(column));
    found->edited = true;
    return model;
}

Result<Model> setRole(const Model& before, ElementId column, ColumnRole role, bool descending)
{
    Model model = before;
    const ColumnPlace found = columnIn(model, column);
    if (!found)
        return gone();
    if (found.column->role == role) {
        found.column->descending = role == ColumnRole::Clustering && descending;
        byHand(*found.table, *found.column);
        return model;
    }
    TableColumn moved = *found.column;
    moved.role = role;
    moved.descending = role == ColumnRole::Clustering && descending;
    byHand(*found.table, moved);
    std::erase_if(found.table->columns, [column](const TableColumn& c) { return c.id == column; });
    found.table->columns.push_back(std::move(moved));
    sortByRole(*found.table);
    RW_TRY(checkRoles(*found.table));
    return model;
}

Result<Model> cycleRole(const Model& before, ElementId column)
{
    const ModelTable* table = tableOfColumn(before, column);
    if (!table)
        return gone();
    const TableColumn& current = *findColumn(before, column);
    switch (current.role) {
    case ColumnRole::PartitionKey:
        return setRole(before, column, ColumnRole::Clustering, false);
    case ColumnRole::Clustering: {
        if (!current.descending)
            return setRole(before, column, ColumnRole::Clustering, true);
        auto asStatic = setRole(before, column, ColumnRole::Static, false);
        return asStatic ? asStatic : setRole(before, column, ColumnRole::Regular, false);
    }
    case ColumnRole::Static:
        return setRole(before, column, ColumnRole::Regular, false);
    case ColumnRole::Regular:
        return setRole(before, column, ColumnRole::PartitionKey, false);
    }
    return before;
}

Result<Model> reorderColumn(const Model& before, ElementId column, int to)
{
    Model model = before;
    const ColumnPlace found = columnIn(model, column);
    if (!found)
        return gone();
    auto& columns = found.table->columns;
    TableColumn moved = *found.column;
    std::erase_if(columns, [column](const TableColumn& c) { return c.id == column; });
    if (columns.empty())
        return before;
    const auto at = std::clamp<std::ptrdiff_t>(to, 0, std::ssize(columns));
    // The role is that of a neighbour, unless both its own sides allow what it was.
    const ColumnRole above =
        at > 0 ? columns[static_cast<std::size_t>(at - 1)].role : ColumnRole::PartitionKey;
    const ColumnRole below =
        at < std::ssize(columns) ? columns[static_cast<std::size_t>(at)].role : ColumnRole::Regular;
    if (moved.role < above || moved.role > below) {
        moved.role = above == ColumnRole::PartitionKey && at == 0 ? below : above;
        if (moved.role != ColumnRole::Clustering)
            moved.descending = false;
    }
    byHand(*found.table, moved);
    columns.insert(columns.begin() + at, std::move(moved));
    RW_TRY(checkRoles(*found.table));
    return model;
}

Result<Model> setColumn(const Model& before, const TableColumn& column)
{
    Model model = before;
    const ColumnPlace found = columnIn(model, column.id);
    if (!found)
        return gone();
    RW_TRY(cleanName(column.type));
    TableColumn changed = column;
    changed.name = found.column->name;
    changed.role = found.column->role;
    // Sizes are no change of the design: generating again need not ask.
    TableColumn sized = *found.column;
    sized.sizing = column.sizing;
    sized.comment = column.comment;
    if (!(sized == changed))
        found.table->edited = true;
    *found.column = std::move(changed);
    RW_TRY(checkRoles(*found.table));
    return model;
}

Result<Model> setTable(const Model& before, const ModelTable& table)
{
    Model model = before;
    ModelTable* found = find(model.tables, table.id);
    if (!found)
        return gone();
    found->comment = table.comment;
    found->options = table.options;
    found->sizing = table.sizing;
    found->queries = table.queries;
    return model;
}

Result<Model> setTableKeyspace(const Model& before, ElementId table, std::string_view keyspace)
{
    Model model = before;
    ModelTable* found = find(model.tables, table);
    if (!found)
        return gone();
    if (std::ranges::find(model.keyspaces, keyspace, &ModelKeyspace::name) == model.keyspaces.end())
        return Error{ErrorCode::NotFound, fmt::format("There is no keyspace {}.", keyspace)};
    if (found->keyspace != keyspace && findTable(model, keyspace, found->name))
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("There is a table {}.{} already.", keyspace, found->name)};
    found->keyspace = keyspace;
    return model;
}

Result<Model> addIndex(const Model& before, ElementId table, ElementId column)
{
    Model model = before;
    const ColumnPlace found = columnIn(model, column);
    if (!found || found.table->id != table)
        return gone();
    if (found.column->role == ColumnRole::PartitionKey && partitionKeyColumns(*found.table) == 1)
        return Error{ErrorCode::Invalid, fmt::format("{} is the partition key: it needs no index.",
                                                     found.column->name)};
    for (const TableIndex& index : found.table->indexes)
        if (index.target == found.column->name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("{} has an index already.", found.column->name)};
    TableIndex index;
    index.id = model.newId();
    index.name = fmt::format("{}_{}_idx", found.table->name, found.column->name);
    index.target = found.column->name;
    found.table->indexes.push_back(std::move(index));
    found.table->edited = true;
    return model;
}

Result<Model> setKeyspace(const Model& before, const ModelKeyspace& keyspace)
{
    Model model = before;
    ModelKeyspace* found = find(model.keyspaces, keyspace.id);
    if (!found)
        return gone();
    found->replication = keyspace.replication;
    found->durableWrites = keyspace.durableWrites;
    return model;
}

Result<Model> addType(const Model& before, std::string_view keyspace, std::string_view name,
                      Point centre)
{
    RW_ASSIGN(std::string clean, cleanName(name));
    Model model = before;
    for (const UserType& other : model.types)
        if (other.keyspace == keyspace && other.name == clean)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is a type {}.{} already.", keyspace, clean)};
    if (std::ranges::find(model.keyspaces, keyspace, &ModelKeyspace::name) == model.keyspaces.end())
        return Error{ErrorCode::NotFound, fmt::format("There is no keyspace {}.", keyspace)};
    UserType type;
    type.id = model.newId();
    type.keyspace = keyspace;
    type.name = std::move(clean);
    type.fields.push_back({"field", "text"});
    model.positions[type.id] = centre;
    model.types.push_back(std::move(type));
    return model;
}

Result<Model> setTypeFields(const Model& before, ElementId type, std::vector<TypeField> fields)
{
    Model model = before;
    UserType* found = find(model.types, type);
    if (!found)
        return gone();
    if (fields.empty())
        return Error{ErrorCode::Invalid, fmt::format("{} needs a field.", found->name)};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        RW_TRY(cleanName(fields[i].name));
        for (std::size_t j = 0; j < i; ++j)
            if (fields[j].name == fields[i].name)
                return Error{ErrorCode::AlreadyExists, fmt::format("{} has a field {} already.",
                                                                   found->name, fields[i].name)};
    }
    found->fields = std::move(fields);
    return model;
}

} // namespace engine::modeling
