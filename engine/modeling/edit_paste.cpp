#include "engine/modeling/edit.h"
#include "engine/modeling/edit_support.h"

namespace engine::modeling {

using namespace editing;

namespace {

/// New ids for the elements of a piece, each once.
class Renaming {
public:
    explicit Renaming(Model& target) : m_target(target) {}

    ElementId give(ElementId old)
    {
        const ElementId fresh = m_target.newId();
        m_new[old] = fresh;
        return fresh;
    }
    /// None if the piece does not have it.
    [[nodiscard]] ElementId of(ElementId old) const
    {
        const auto found = m_new.find(old);
        return found == m_new.end() ? ElementId::None : found->second;
    }
    void translate(ElementId& id) const { id = of(id); }
    void translate(std::vector<ElementId>& ids) const
    {
        for (ElementId& id : ids)
            translate(id);
    }
    void attributes(std::vector<Attribute>& attributes)
    {
        for (Attribute& attribute : attributes) {
            attribute.id = give(attribute.id);
            this->attributes(attribute.parts);
        }
    }
    [[nodiscard]] const std::map<ElementId, ElementId>& all() const { return m_new; }

private:
    Model& m_target;
    std::map<ElementId, ElementId> m_new;
};

void pasteConceptual(Model& model, const Model& piece, Renaming& ids)
{
    for (EntityType entity : piece.entities) {
        entity.id = ids.give(entity.id);
        entity.name = freeTypeName(model, entity.name);
        ids.attributes(entity.attributes);
        model.entities.push_back(std::move(entity));
    }
    for (RelationshipType relationship : piece.relationships) {
        relationship.id = ids.give(relationship.id);
        relationship.name = freeTypeName(model, relationship.name);
        for (Participation& end : relationship.ends)
            ids.translate(end.entity);
        ids.attributes(relationship.attributes);
        model.relationships.push_back(std::move(relationship));
    }
    for (Hierarchy hierarchy : piece.hierarchies) {
        hierarchy.id = ids.give(hierarchy.id);
        ids.translate(hierarchy.supertype);
        ids.translate(hierarchy.subtypes);
        model.hierarchies.push_back(std::move(hierarchy));
    }
}

Result<void> pasteWorkflow(Model& model, const Model& piece, Renaming& ids)
{
    for (const Screen& screen : piece.screens) {
        RW_ASSIGN(model, addScreen(model, screen.name, {}));
        model.positions.erase(model.screens.back().id);
        ids.give(screen.id);
        model.screens.back().id = ids.of(screen.id);
        model.screens.back().comment = screen.comment;
    }
    for (const Query& query : piece.queries) {
        RW_ASSIGN(model, addQuery(model, query.question, ElementId::None, ElementId::None));
        Query copy = query;
        copy.label = model.queries.back().label;
        copy.id = ids.give(query.id);
        for (std::vector<ElementId>* list :
             {&copy.equality, &copy.range, &copy.returns, &copy.via, &copy.partitionKey})
            ids.translate(*list);
        for (Ordering& order : copy.order)
            ids.translate(order.attribute);
        for (ElementId* one : {&copy.finds, &copy.from, &copy.to})
            ids.translate(*one);
        model.queries.back() = std::move(copy);
    }
    return ok();
}

void pasteTables(Model& model, const Model& piece, Renaming& ids)
{
    for (ModelKeyspace keyspace : piece.keyspaces)
        if (std::ranges::find(model.keyspaces, keyspace.name, &ModelKeyspace::name) ==
            model.keyspaces.end()) {
            keyspace.id = ids.give(keyspace.id);
            model.keyspaces.push_back(std::move(keyspace));
        }
    for (UserType type : piece.types) {
        const auto same = [&type](const UserType& other) {
            return other.keyspace == type.keyspace && other.name == type.name;
        };
        if (std::ranges::any_of(model.types, same))
            continue;
        type.id = ids.give(type.id);
        ids.translate(type.attribute);
        model.types.push_back(std::move(type));
    }
    for (const ModelTable& table : piece.tables)
        ids.give(table.id);
    for (ModelTable table : piece.tables) {
        ids.translate(table.id);
        table.name = freeTableName(model, table.keyspace, table.name);
        ids.translate(table.queries);
        ids.translate(table.viewOf);
        for (TableColumn& column : table.columns) {
            column.id = ids.give(column.id);
            ids.translate(column.attribute);
        }
        for (TableIndex& index : table.indexes) {
            index.id = ids.give(index.id);
            index.name = fmt::format("{}_{}", table.name, index.name);
        }
        table.edited = true;
        model.tables.push_back(std::move(table));
    }
}

} // namespace

Result<Model> paste(const Model& before, const Model& piece, Point offset)
{
    Model model = before;
    Renaming ids(model);
    pasteConceptual(model, piece, ids);
    RW_TRY(pasteWorkflow(model, piece, ids));
    pasteTables(model, piece, ids);
    for (Note note : piece.notes) {
        note.id = ids.give(note.id);
        model.notes.push_back(std::move(note));
    }
    for (const auto& [old, fresh] : ids.all())
        if (const auto at = piece.positions.find(old); at != piece.positions.end())
            model.positions[fresh] = {at->second.x + offset.x, at->second.y + offset.y};
    return model;
}

} // namespace engine::modeling
