#include "engine/modeling/edit_cql.h"

#include "engine/modeling/edit_support.h"
#include "engine/modeling/import.h"

namespace engine::modeling {

namespace {

void keepColumn(TableColumn& column, const TableColumn& before)
{
    const bool sameRole = column.role == before.role && column.descending == before.descending;
    column.id = before.id;
    column.attribute = before.attribute;
    column.bucketOf = before.bucketOf;
    column.sizing = before.sizing;
    column.comment = before.comment;
    column.rule = sameRole ? before.rule : MappingRule::User;
    column.reason = sameRole ? before.reason : std::string();
}

/// Whether the two say the same, whatever their ids.
bool sameDesign(const ModelTable& a, const ModelTable& b)
{
    if (a.columns.size() != b.columns.size() || a.options != b.options)
        return false;
    for (std::size_t i = 0; i < a.columns.size(); ++i)
        if (a.columns[i].name != b.columns[i].name || a.columns[i].type != b.columns[i].type ||
            a.columns[i].role != b.columns[i].role ||
            a.columns[i].descending != b.columns[i].descending)
            return false;
    return true;
}

void keepTable(Model& model, ModelTable& table, const ModelTable& before)
{
    table.id = before.id;
    table.queries = before.queries;
    table.sizing = before.sizing;
    table.comment = before.comment;
    for (TableColumn& column : table.columns) {
        const auto old = std::ranges::find(before.columns, column.name, &TableColumn::name);
        if (old != before.columns.end())
            keepColumn(column, *old);
        else
            column.id = model.newId();
    }
    for (TableIndex& index : table.indexes) {
        const auto old = std::ranges::find(before.indexes, index.name, &TableIndex::name);
        index.id = old != before.indexes.end() ? old->id : model.newId();
    }
    table.edited = before.edited || !sameDesign(table, before);
}

} // namespace

Result<Model> withCql(const Model& before, std::string_view script)
{
    RW_ASSIGN(Model parsed, modelOfCql(script));
    Model model = before;
    model.keyspaces.clear();
    model.types.clear();
    model.tables.clear();
    std::map<ElementId, ElementId> fresh; // of tables: views name them
    for (ModelKeyspace keyspace : parsed.keyspaces) {
        const auto old = std::ranges::find(before.keyspaces, keyspace.name, &ModelKeyspace::name);
        keyspace.id = old != before.keyspaces.end() ? old->id : model.newId();
        model.keyspaces.push_back(std::move(keyspace));
    }
    for (UserType type : parsed.types) {
        const auto old = std::ranges::find_if(before.types, [&](const UserType& each) {
            return each.keyspace == type.keyspace && each.name == type.name;
        });
        type.id = old != before.types.end() ? old->id : model.newId();
        type.attribute = old != before.types.end() ? old->attribute : ElementId::None;
        model.types.push_back(std::move(type));
    }
    // In the order that the model had, then what is new.
    std::ranges::stable_sort(parsed.tables, {}, [&](const ModelTable& table) {
        const ModelTable* old = findTable(before, table.keyspace, table.name);
        return old ? static_cast<std::size_t>(old - before.tables.data()) : before.tables.size();
    });
    for (ModelTable table : parsed.tables) {
        const ElementId was = table.id;
        if (const ModelTable* old = findTable(before, table.keyspace, table.name)) {
            keepTable(model, table, *old);
        } else {
            table.id = model.newId();
            for (TableColumn& column : table.columns)
                column.id = model.newId();
            for (TableIndex& index : table.indexes)
                index.id = model.newId();
            table.edited = true;
        }
        fresh[was] = table.id;
        model.tables.push_back(std::move(table));
    }
    for (ModelTable& table : model.tables)
        if (table.viewOf != ElementId::None)
            table.viewOf = fresh[table.viewOf];
    std::erase_if(model.positions, [&](const auto& each) {
        const bool wasThere =
            findTable(before, each.first) ||
            std::ranges::find(before.types, each.first, &UserType::id) != before.types.end();
        const bool isThere =
            findTable(model, each.first) ||
            std::ranges::find(model.types, each.first, &UserType::id) != model.types.end();
        return wasThere && !isThere;
    });
    return model;
}

} // namespace engine::modeling
