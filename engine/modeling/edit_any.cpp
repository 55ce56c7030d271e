#include "engine/modeling/edit.h"
#include "engine/modeling/edit_support.h"

#include <set>

namespace engine::modeling {

using namespace editing;

namespace {

/// Replaces `from` by `to` where it stands as a whole word in a type or a target.
std::string withWord(const std::string& text, const std::string& from, const std::string& to)
{
    const auto inWord = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const bool starts = text.compare(i, from.size(), from) == 0 &&
                            (i == 0 || !inWord(text[i - 1])) &&
                            (i + from.size() == text.size() || !inWord(text[i + from.size()]));
        if (starts) {
            out += to;
            i += from.size();
        } else {
            out += text[i++];
        }
    }
    return out;
}

Result<void> renameColumn(ModelTable& table, TableColumn& column, const std::string& name)
{
    for (const TableColumn& other : table.columns)
        if (other.id != column.id && other.name == name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("{} has a column {} already.", table.name, name)};
    const std::string old = column.name;
    column.name = name;
    for (TableIndex& index : table.indexes)
        index.target = withWord(index.target, old, name);
    for (TableColumn& other : table.columns)
        other.bucketOf = withWord(other.bucketOf, old, name);
    return ok();
}

Result<void> renameAttribute(Model& model, ElementId id, const std::string& name)
{
    const AttributePlace found = attributeIn(model, id);
    for (const Attribute& other : *found.list)
        if (other.id != id && other.name == name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is an attribute {} already.", name)};
    const std::string old = (*found).name;
    (*found).name = name;
    for (ModelTable& table : model.tables)
        for (TableColumn& column : table.columns)
            if (column.attribute == id && column.name == columnName(old)) {
                // A table that has the new name already keeps the old one.
                (void)renameColumn(table, column, columnName(name));
            }
    return ok();
}

Result<void> renameType(Model& model, UserType& type, const std::string& name)
{
    for (const UserType& other : model.types)
        if (other.id != type.id && other.keyspace == type.keyspace && other.name == name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is a type {}.{} already.", type.keyspace, name)};
    const std::string old = type.name;
    type.name = name;
    for (ModelTable& table : model.tables)
        if (table.keyspace == type.keyspace)
            for (TableColumn& column : table.columns)
                column.type = withWord(column.type, old, name);
    for (UserType& other : model.types)
        if (other.keyspace == type.keyspace)
            for (TypeField& field : other.fields)
                field.type = withWord(field.type, old, name);
    return ok();
}

Result<void> renameKeyspace(Model& model, ModelKeyspace& keyspace, const std::string& name)
{
    for (const ModelKeyspace& other : model.keyspaces)
        if (other.id != keyspace.id && other.name == name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is a keyspace {} already.", name)};
    const std::string old = keyspace.name;
    keyspace.name = name;
    for (ModelTable& table : model.tables)
        if (table.keyspace == old)
            table.keyspace = name;
    for (UserType& type : model.types)
        if (type.keyspace == old)
            type.keyspace = name;
    return ok();
}

Result<bool> renameElsewhere(Model& model, ElementId id, const std::string& name)
{
    if (const ColumnPlace column = columnIn(model, id)) {
        RW_TRY(renameColumn(*column.table, *column.column, name));
        column.table->edited = true;
        return true;
    }
    if (attributeIn(model, id)) {
        RW_TRY(renameAttribute(model, id, name));
        return true;
    }
    if (UserType* type = find(model.types, id)) {
        RW_TRY(renameType(model, *type, name));
        return true;
    }
    if (ModelKeyspace* keyspace = find(model.keyspaces, id)) {
        RW_TRY(renameKeyspace(model, *keyspace, name));
        return true;
    }
    return false;
}

void removeAttributes(Model& model, const std::set<ElementId>& ids)
{
    const auto gone = [&ids](const Attribute& attribute) { return ids.contains(attribute.id); };
    const auto from = [&gone](std::vector<Attribute>& attributes) {
        std::erase_if(attributes, gone);
        for (Attribute& attribute : attributes) {
            const bool had = !attribute.parts.empty();
            std::erase_if(attribute.parts, gone);
            if (had && attribute.parts.empty())
                attribute.kind = AttributeKind::Simple;
        }
    };
    for (EntityType& entity : model.entities)
        from(entity.attributes);
    for (RelationshipType& relationship : model.relationships)
        from(relationship.attributes);
}

/// Adds attributes and their parts.
void insertAttributes(std::set<ElementId>& ids, const std::vector<Attribute>& attributes)
{
    for (const Attribute& attribute : attributes) {
        ids.insert(attribute.id);
        insertAttributes(ids, attribute.parts);
    }
}

/// What goes along with `ids`.
std::set<ElementId> closure(const Model& model, const std::vector<ElementId>& named)
{
    std::set<ElementId> ids(named.begin(), named.end());
    for (const EntityType& entity : model.entities) {
        if (ids.contains(entity.id))
            insertAttributes(ids, entity.attributes);
        for (const Attribute& attribute : entity.attributes)
            if (ids.contains(attribute.id))
                insertAttributes(ids, attribute.parts);
    }
    for (const RelationshipType& relationship : model.relationships) {
        std::size_t left = 0;
        for (const Participation& end : relationship.ends)
            left += ids.contains(end.entity) ? 0 : 1;
        if (left < 2)
            ids.insert(relationship.id);
        if (ids.contains(relationship.id))
            insertAttributes(ids, relationship.attributes);
    }
    for (bool more = true; more;) {
        more = false;
        for (const ModelTable& table : model.tables)
            if (table.viewOf != ElementId::None && ids.contains(table.viewOf))
                more = ids.insert(table.id).second || more;
    }
    return ids;
}

Result<void> removeColumns(ModelTable& table, const std::set<ElementId>& ids)
{
    std::vector<std::string> names;
    for (const TableColumn& column : table.columns)
        if (ids.contains(column.id))
            names.push_back(column.name);
    std::erase_if(table.indexes, [&](const TableIndex& index) { return ids.contains(index.id); });
    if (names.empty())
        return ok();
    std::erase_if(table.columns, [&](const TableColumn& c) { return ids.contains(c.id); });
    if (std::ranges::find(table.columns, ColumnRole::PartitionKey, &TableColumn::role) ==
        table.columns.end())
        return Error{ErrorCode::Invalid,
                     fmt::format("{} needs a partition key: remove the table, or make another "
                                 "column K first.",
                                 table.name)};
    std::erase_if(table.indexes, [&](const TableIndex& index) {
        return std::ranges::any_of(names, [&](const std::string& name) {
            return index.target == name || index.target.ends_with("(" + name + ")");
        });
    });
    const bool clustered = std::ranges::find(table.columns, ColumnRole::Clustering,
                                             &TableColumn::role) != table.columns.end();
    for (TableColumn& column : table.columns)
        if (!clustered && column.role == ColumnRole::Static)
            column.role = ColumnRole::Regular;
    sortByRole(table);
    table.edited = true;
    return ok();
}

void forget(Query& query, const std::set<ElementId>& ids)
{
    const auto isGone = [&ids](ElementId id) { return ids.contains(id); };
    std::erase_if(query.equality, isGone);
    std::erase_if(query.range, isGone);
    std::erase_if(query.returns, isGone);
    std::erase_if(query.via, isGone);
    std::erase_if(query.partitionKey, isGone);
    std::erase_if(query.order, [&](const Ordering& order) { return isGone(order.attribute); });
    for (ElementId* one : {&query.finds, &query.from, &query.to})
        if (isGone(*one))
            *one = ElementId::None;
}

} // namespace

Result<Model> rename(const Model& before, ElementId id, std::string_view wanted)
{
    Model model = before;
    if (Note* note = find(model.notes, id)) {
        note->text = wanted;
        return model;
    }
    RW_ASSIGN(const std::string name, cleanName(wanted));
    if (Query* query = find(model.queries, id)) {
        query->question = name;
        return model;
    }
    if (Screen* screen = find(model.screens, id)) {
        for (const Screen& other : model.screens)
            if (other.id != id && other.name == name)
                return Error{ErrorCode::AlreadyExists,
                             fmt::format("There is a screen {} already.", name)};
        screen->name = name;
        return model;
    }
    EntityType* entity = find(model.entities, id);
    RelationshipType* relationship = find(model.relationships, id);
    if (entity || relationship) {
        std::string& old = entity ? entity->name : relationship->name;
        if (old != name && freeTypeName(model, name) != name)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is an entity or relationship type {} already.", name)};
        old = name;
        return model;
    }
    if (ModelTable* table = find(model.tables, id)) {
        const ModelTable* other = findTable(model, table->keyspace, name);
        if (other && other->id != id)
            return Error{ErrorCode::AlreadyExists,
                         fmt::format("There is a table {}.{} already.", table->keyspace, name)};
        // A query that wants its table to be called so goes on wanting that.
        for (Query& query : model.queries)
            if (query.tableName == table->name &&
                std::ranges::find(table->queries, query.id) != table->queries.end())
                query.tableName = name;
        table->name = name;
        return model;
    }
    RW_ASSIGN(const bool done, renameElsewhere(model, id, name));
    if (!done)
        return gone();
    return model;
}

Result<Model> remove(const Model& before, const std::vector<ElementId>& named)
{
    const std::set<ElementId> ids = closure(before, named);
    const auto isGone = [&ids](const auto& element) { return ids.contains(element.id); };
    Model model = before;
    for (const ModelKeyspace& keyspace : model.keyspaces)
        if (isGone(keyspace))
            for (const ModelTable& table : model.tables)
                if (table.keyspace == keyspace.name && !isGone(table))
                    return Error{ErrorCode::Invalid,
                                 fmt::format("Keyspace {} still has the table {}.", keyspace.name,
                                             table.name)};
    std::erase_if(model.entities, isGone);
    std::erase_if(model.relationships, isGone);
    removeAttributes(model, ids);
    for (RelationshipType& relationship : model.relationships)
        std::erase_if(relationship.ends,
                      [&](const Participation& end) { return ids.contains(end.entity); });
    for (Hierarchy& hierarchy : model.hierarchies)
        std::erase_if(hierarchy.subtypes, [&](ElementId id) { return ids.contains(id); });
    std::erase_if(model.hierarchies, [&](const Hierarchy& hierarchy) {
        return isGone(hierarchy) || ids.contains(hierarchy.supertype) || hierarchy.subtypes.empty();
    });
    std::erase_if(model.screens, isGone);
    std::erase_if(model.queries, isGone);
    for (Query& query : model.queries)
        forget(query, ids);
    std::erase_if(model.tables, isGone);
    for (ModelTable& table : model.tables) {
        RW_TRY(removeColumns(table, ids));
        std::erase_if(table.queries, [&](ElementId id) { return ids.contains(id); });
        for (TableColumn& column : table.columns)
            if (ids.contains(column.attribute))
                column.attribute = ElementId::None;
    }
    std::erase_if(model.types, isGone);
    for (UserType& type : model.types)
        if (ids.contains(type.attribute))
            type.attribute = ElementId::None;
    std::erase_if(model.keyspaces, isGone);
    std::erase_if(model.notes, isGone);
    std::erase_if(model.positions, [&](const auto& each) { return ids.contains(each.first); });
    return model;
}

Model fragment(const Model& model, const std::vector<ElementId>& named)
{
    const std::set<ElementId> wanted(named.begin(), named.end());
    const auto isOther = [&wanted](const auto& element) { return !wanted.contains(element.id); };
    Model piece = model;
    std::erase_if(piece.entities, isOther);
    std::erase_if(piece.relationships, [&](const RelationshipType& relationship) {
        return isOther(relationship) ||
               std::ranges::any_of(relationship.ends, [&](const Participation& end) {
                   return !wanted.contains(end.entity);
               });
    });
    std::erase_if(piece.hierarchies, [&](const Hierarchy& h) {
        return !wanted.contains(h.supertype) ||
               !std::ranges::all_of(h.subtypes, [&](ElementId id) { return wanted.contains(id); });
    });
    std::erase_if(piece.screens, isOther);
    std::erase_if(piece.queries, isOther);
    std::erase_if(piece.tables, isOther);
    std::erase_if(piece.types, isOther);
    std::erase_if(piece.notes, isOther);
    std::set<std::string> spaces;
    for (ModelTable& table : piece.tables)
        spaces.insert(table.keyspace);
    for (UserType& type : piece.types)
        spaces.insert(type.keyspace);
    std::erase_if(piece.keyspaces,
                  [&](const ModelKeyspace& keyspace) { return !spaces.contains(keyspace.name); });
    // What a query or table names and does not come along is left out.
    const auto attributeGone = [&piece](ElementId id) {
        return findAttribute(piece, id).attribute == nullptr;
    };
    std::set<ElementId> lost;
    for (const EntityType& entity : model.entities)
        if (!wanted.contains(entity.id))
            lost.insert(entity.id);
    for (const RelationshipType& relationship : model.relationships)
        if (!findRelationship(piece, relationship.id))
            lost.insert(relationship.id);
    for (const Screen& screen : model.screens)
        if (!wanted.contains(screen.id))
            lost.insert(screen.id);
    for (Query& query : piece.queries) {
        forget(query, lost);
        std::erase_if(query.equality, attributeGone);
        std::erase_if(query.range, attributeGone);
        std::erase_if(query.returns, attributeGone);
        std::erase_if(query.partitionKey, attributeGone);
        std::erase_if(query.order, [&](const Ordering& o) { return attributeGone(o.attribute); });
    }
    for (ModelTable& table : piece.tables) {
        std::erase_if(table.queries, [&](ElementId id) { return !findQuery(piece, id); });
        if (!wanted.contains(table.viewOf))
            table.viewOf = ElementId::None;
        for (TableColumn& column : table.columns)
            if (attributeGone(column.attribute))
                column.attribute = ElementId::None;
    }
    for (UserType& type : piece.types)
        if (attributeGone(type.attribute))
            type.attribute = ElementId::None;
    return piece;
}

} // namespace engine::modeling
