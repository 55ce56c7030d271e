#include "engine/modeling/mapping_rules.h"

#include <array>

namespace engine::modeling {

namespace {

std::string_view withoutFrozen(std::string_view type)
{
    if (type.starts_with("frozen<") && type.ends_with(">"))
        return type.substr(7, type.size() - 8);
    return type;
}

} // namespace

bool isCollectionType(std::string_view type)
{
    type = withoutFrozen(type);
    return type.starts_with("list<") || type.starts_with("set<") || type.starts_with("map<");
}

std::string collectionElement(std::string_view type)
{
    type = withoutFrozen(type);
    if (!isCollectionType(type) || !type.ends_with(">"))
        return {};
    const std::size_t open = type.find('<');
    type = type.substr(open + 1, type.size() - open - 2);
    int depth = 0;
    for (std::size_t i = 0; i < type.size(); ++i) {
        depth += type[i] == '<' ? 1 : type[i] == '>' ? -1 : 0;
        if (type[i] == ',' && depth == 0)
            return std::string(type.substr(0, i));
    }
    return std::string(type);
}

namespace {

std::string frozenIfCollection(const std::string& type)
{
    return isCollectionType(type) && !type.starts_with("frozen<") ? "frozen<" + type + ">" : type;
}

std::string plainTypeName(const std::string& type)
{
    return type.empty() ? "text" : type;
}

/// The user type of a composite attribute: one that the model has, or a fresh one.
std::string userTypeOf(const ModelIndex& index, const Attribute& attribute, TermTypes& types)
{
    std::vector<TypeField> fields;
    for (const Attribute& part : attribute.parts) {
        if (part.kind == AttributeKind::Derived)
            continue;
        std::string type = plainTypeName(part.type);
        if (part.kind == AttributeKind::MultiValued && !isCollectionType(type))
            type = "set<" + type + ">";
        std::string name = snakeName(part.name);
        fields.push_back({name.empty() ? "field" : name, frozenIfCollection(type)});
    }
    std::string name = singularName(snakeName(attribute.name));
    if (name.empty())
        name = "type";
    const std::array<const std::vector<UserType>*, 2> known{&index.model().types, &types.fresh};
    const auto taken = [&](const std::string& wanted) -> const UserType* {
        for (const auto* list : known) {
            for (const UserType& type : *list) {
                if (type.keyspace == types.keyspace && type.name == wanted)
                    return &type;
            }
        }
        return nullptr;
    };
    for (const auto* list : known) {
        for (const UserType& type : *list) {
            if (type.keyspace == types.keyspace && type.attribute == attribute.id)
                return type.name;
        }
    }
    const UserType* same = taken(name);
    if (same && same->fields == fields)
        return name;
    if (same) {
        const ElementId owner = index.attribute(attribute.id).owner;
        name = snakeName(index.nameOf(owner)) + "_" + name;
        for (int suffix = 2; taken(name) && taken(name)->fields != fields; ++suffix)
            name += "_" + std::to_string(suffix);
        if (taken(name))
            return name;
    }
    types.fresh.push_back({.id = ElementId{++types.lastId},
                           .keyspace = types.keyspace,
                           .name = name,
                           .fields = std::move(fields),
                           .attribute = attribute.id});
    return name;
}

} // namespace

std::string termType(const ModelIndex& index, const Term& term, TermTypes& types)
{
    const Attribute* attribute = index.attribute(term.attribute).attribute;
    if (!attribute)
        return "text";
    const std::string type = plainTypeName(attribute->type);
    const bool composite = !attribute->parts.empty();
    if (attribute->kind == AttributeKind::MultiValued) {
        const std::string element = composite
                                        ? "frozen<" + userTypeOf(index, *attribute, types) + ">"
                                        : (isCollectionType(type) ? collectionElement(type) : type);
        if (term.element)
            return element;
        return isCollectionType(type) && !composite ? type
                                                    : "set<" + frozenIfCollection(element) + ">";
    }
    if (attribute->kind == AttributeKind::Composite && composite)
        return "frozen<" + userTypeOf(index, *attribute, types) + ">";
    return type;
}

} // namespace engine::modeling
