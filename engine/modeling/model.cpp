#include "engine/modeling/model.h"

#include <algorithm>

namespace engine::modeling {

namespace {

template <class Element>
const Element* findIn(const std::vector<Element>& elements, ElementId id)
{
    const auto found = std::ranges::find(elements, id, &Element::id);
    return found == elements.end() ? nullptr : &*found;
}

/// Sets `owner.attribute` (and `composite`) if `id` is among `attributes` or their parts.
bool findAmong(const std::vector<Attribute>& attributes, ElementId id, AttributeOwner& owner)
{
    for (const Attribute& attribute : attributes) {
        if (attribute.id == id) {
            owner.attribute = &attribute;
            return true;
        }
        if (const Attribute* part = findIn(attribute.parts, id)) {
            owner.attribute = part;
            owner.composite = &attribute;
            return true;
        }
    }
    return false;
}

} // namespace

const EntityType* findEntity(const Model& model, ElementId id)
{
    return findIn(model.entities, id);
}

const RelationshipType* findRelationship(const Model& model, ElementId id)
{
    return findIn(model.relationships, id);
}

const Query* findQuery(const Model& model, ElementId id)
{
    return findIn(model.queries, id);
}

bool isCounterTable(const ModelTable& table)
{
    return std::ranges::any_of(table.columns,
                               [](const TableColumn& column) { return column.type == "counter"; });
}

const ModelTable* findTable(const Model& model, ElementId id)
{
    return findIn(model.tables, id);
}

const ModelTable* findTable(const Model& model, std::string_view keyspace, std::string_view name)
{
    const auto found = std::ranges::find_if(model.tables, [&](const ModelTable& table) {
        return table.keyspace == keyspace && table.name == name;
    });
    return found == model.tables.end() ? nullptr : &*found;
}

AttributeOwner findAttribute(const Model& model, ElementId id)
{
    AttributeOwner owner;
    if (id == ElementId::None)
        return owner;
    for (const EntityType& entity : model.entities) {
        if (findAmong(entity.attributes, id, owner)) {
            owner.entity = &entity;
            return owner;
        }
    }
    for (const RelationshipType& relationship : model.relationships) {
        if (findAmong(relationship.attributes, id, owner)) {
            owner.relationship = &relationship;
            return owner;
        }
    }
    return owner;
}

std::string attributePath(const Model& model, ElementId id)
{
    const AttributeOwner owner = findAttribute(model, id);
    if (!owner.attribute)
        return {};
    std::string path = (owner.entity ? owner.entity->name : owner.relationship->name) + ".";
    if (owner.composite)
        path += owner.composite->name + ".";
    return path + owner.attribute->name;
}

namespace {

ElementId attributeNamed(const std::vector<Attribute>& attributes, std::string_view path)
{
    for (const Attribute& attribute : attributes) {
        if (attribute.name == path)
            return attribute.id;
        if (path.size() > attribute.name.size() && path.starts_with(attribute.name) &&
            path[attribute.name.size()] == '.') {
            const ElementId part =
                attributeNamed(attribute.parts, path.substr(attribute.name.size() + 1));
            if (part != ElementId::None)
                return part;
        }
    }
    return ElementId::None;
}

template <class Owner>
ElementId attributeOfOwners(const std::vector<Owner>& owners, std::string_view path)
{
    for (const Owner& owner : owners) {
        if (path.size() > owner.name.size() && path.starts_with(owner.name) &&
            path[owner.name.size()] == '.') {
            const ElementId found =
                attributeNamed(owner.attributes, path.substr(owner.name.size() + 1));
            if (found != ElementId::None)
                return found;
        }
    }
    return ElementId::None;
}

} // namespace

ElementId attributeByPath(const Model& model, std::string_view path)
{
    const ElementId ofEntity = attributeOfOwners(model.entities, path);
    return ofEntity != ElementId::None ? ofEntity : attributeOfOwners(model.relationships, path);
}

std::string elementName(const Model& model, ElementId id)
{
    if (const EntityType* entity = findEntity(model, id))
        return entity->name;
    if (const RelationshipType* relationship = findRelationship(model, id))
        return relationship->name;
    if (const Query* query = findQuery(model, id))
        return query->label;
    if (const ModelTable* table = findTable(model, id))
        return table->keyspace + "." + table->name;
    if (const Screen* screen = findIn(model.screens, id))
        return screen->name;
    if (const UserType* type = findIn(model.types, id))
        return type->keyspace + "." + type->name;
    if (const ModelKeyspace* keyspace = findIn(model.keyspaces, id))
        return keyspace->name;
    return attributePath(model, id);
}

} // namespace engine::modeling
