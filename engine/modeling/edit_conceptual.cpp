#include "engine/modeling/edit.h"
#include "engine/modeling/edit_support.h"

#include <charconv>
#include <cmath>

namespace engine::modeling {

using namespace editing;

namespace {

Result<std::string> freeName(const Model& model, std::string_view wanted)
{
    RW_ASSIGN(std::string name, cleanName(wanted));
    if (freeTypeName(model, name) != name)
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("There is an entity or relationship type {} already.", name)};
    return name;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> splitAt(std::string_view text, char mark)
{
    std::vector<std::string_view> pieces;
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
        pieces.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    pieces.push_back(text);
    return pieces;
}

std::optional<double> positiveNumber(std::string_view text)
{
    text = trimmed(text);
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !(value > 0) ||
        !std::isfinite(value))
        return std::nullopt;
    return value;
}

bool hasName(const std::vector<Attribute>& attributes, std::string_view name)
{
    return std::ranges::find(attributes, name, &Attribute::name) != attributes.end();
}

} // namespace

Result<Model> addEntity(const Model& before, std::string_view name, Point centre)
{
    RW_ASSIGN(std::string free, freeName(before, name));
    Model model = before;
    EntityType entity;
    entity.id = model.newId();
    entity.name = std::move(free);
    model.positions[entity.id] = centre;
    model.entities.push_back(std::move(entity));
    return model;
}

Result<Model> addRelationship(const Model& before, std::string_view name,
                              const std::vector<ElementId>& entities, Point centre)
{
    RW_ASSIGN(std::string free, freeName(before, name));
    if (entities.size() < 2)
        return Error{ErrorCode::Invalid, "A relationship type connects two entity types or more."};
    Model model = before;
    RelationshipType relationship;
    relationship.id = model.newId();
    relationship.name = std::move(free);
    for (const ElementId entity : entities) {
        if (!findEntity(model, entity))
            return gone();
        Participation end;
        end.entity = entity;
        end.cardinality = relationship.ends.empty() ? Cardinality::One : Cardinality::Many;
        const bool again = std::ranges::find(relationship.ends, entity, &Participation::entity) !=
                           relationship.ends.end();
        if (again)
            end.role = fmt::format("role {}", relationship.ends.size() + 1);
        relationship.ends.push_back(std::move(end));
    }
    model.positions[relationship.id] = centre;
    model.relationships.push_back(std::move(relationship));
    return model;
}

Result<Model> connect(const Model& before, ElementId relationship, ElementId entity)
{
    Model model = before;
    RelationshipType* found = find(model.relationships, relationship);
    if (!found || !findEntity(model, entity))
        return gone();
    Participation end;
    end.entity = entity;
    if (std::ranges::find(found->ends, entity, &Participation::entity) != found->ends.end())
        end.role = fmt::format("role {}", found->ends.size() + 1);
    found->ends.push_back(std::move(end));
    return model;
}

Result<Model> addAttribute(const Model& before, ElementId owner, std::string_view name)
{
    RW_ASSIGN(std::string clean, cleanName(name));
    Model model = before;
    std::vector<Attribute>* list = nullptr;
    std::string ownerName;
    if (EntityType* entity = find(model.entities, owner)) {
        list = &entity->attributes;
        ownerName = entity->name;
    } else if (RelationshipType* relationship = find(model.relationships, owner)) {
        list = &relationship->attributes;
        ownerName = relationship->name;
    } else if (const AttributePlace whole = attributeIn(model, owner)) {
        if (findAttribute(model, owner).composite)
            return Error{ErrorCode::Invalid, "A part of an attribute has no parts of its own."};
        (*whole).kind = AttributeKind::Composite;
        list = &(*whole).parts;
        ownerName = (*whole).name;
    }
    if (!list)
        return gone();
    if (hasName(*list, clean))
        return Error{ErrorCode::AlreadyExists,
                     fmt::format("{} has an attribute {} already.", ownerName, clean)};
    Attribute attribute;
    attribute.id = model.newId();
    attribute.name = std::move(clean);
    list->push_back(std::move(attribute));
    return model;
}

Result<Model> addSubtype(const Model& before, ElementId supertype, ElementId subtype)
{
    if (supertype == subtype)
        return Error{ErrorCode::Invalid, "An entity type is no subtype of itself."};
    Model model = before;
    if (!findEntity(model, supertype) || !findEntity(model, subtype))
        return gone();
    // Up from the supertype: the subtype must not be there.
    std::vector<ElementId> above{supertype};
    for (std::size_t i = 0; i < above.size(); ++i)
        for (const Hierarchy& h : model.hierarchies)
            if (std::ranges::find(h.subtypes, above[i]) != h.subtypes.end() &&
                std::ranges::find(above, h.supertype) == above.end())
                above.push_back(h.supertype);
    if (std::ranges::find(above, subtype) != above.end())
        return Error{ErrorCode::Invalid,
                     fmt::format("{} is above {} already: a hierarchy has no circles.",
                                 elementName(before, subtype), elementName(before, supertype))};
    const auto found = std::ranges::find(model.hierarchies, supertype, &Hierarchy::supertype);
    if (found != model.hierarchies.end()) {
        if (std::ranges::find(found->subtypes, subtype) == found->subtypes.end())
            found->subtypes.push_back(subtype);
        return model;
    }
    Hierarchy hierarchy;
    hierarchy.id = model.newId();
    hierarchy.supertype = supertype;
    hierarchy.subtypes.push_back(subtype);
    model.hierarchies.push_back(std::move(hierarchy));
    return model;
}

Result<Model> setAttribute(const Model& before, const Attribute& attribute)
{
    Model model = before;
    const AttributePlace found = attributeIn(model, attribute.id);
    if (!found)
        return gone();
    std::vector<ElementId> parts;
    for (const Attribute& part : (*found).parts)
        parts.push_back(part.id);
    if (attribute.kind != AttributeKind::Composite && !parts.empty()) {
        RW_ASSIGN(model, remove(model, parts));
    }
    Attribute& target = *attributeIn(model, attribute.id);
    target.kind = attribute.kind;
    target.key = attribute.key;
    target.type = attribute.type.empty() ? "text" : attribute.type;
    target.comment = attribute.comment;
    return model;
}

Result<Model> setEntity(const Model& before, const EntityType& entity)
{
    Model model = before;
    EntityType* found = find(model.entities, entity.id);
    if (!found)
        return gone();
    if (entity.instances && !(*entity.instances >= 0))
        return Error{ErrorCode::Invalid, "The number of instances is not below zero."};
    found->weak = entity.weak;
    found->instances = entity.instances;
    found->comment = entity.comment;
    return model;
}

Result<Model> setRelationship(const Model& before, const RelationshipType& relationship)
{
    Model model = before;
    RelationshipType* found = find(model.relationships, relationship.id);
    if (!found)
        return gone();
    if (relationship.ends.size() < 2)
        return Error{ErrorCode::Invalid, "A relationship type connects two entity types or more."};
    for (const Participation& end : relationship.ends)
        if (!findEntity(model, end.entity))
            return gone();
    found->identifying = relationship.identifying;
    found->ends = relationship.ends;
    found->comment = relationship.comment;
    return model;
}

Result<Model> setCardinalities(const Model& before, ElementId relationship, std::string_view words)
{
    Model model = before;
    RelationshipType* found = find(model.relationships, relationship);
    if (!found)
        return gone();
    const std::vector<std::string_view> pieces = splitAt(words, ':');
    const Error unread{ErrorCode::Invalid,
                       fmt::format("“{}” is not understood: give one end for each entity type, as "
                                   "in 1:n, n:m or 1:n 100..410 (average..largest).",
                                   words)};
    if (pieces.size() != found->ends.size())
        return unread;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        Participation& end = found->ends[i];
        const std::string_view piece = trimmed(pieces[i]);
        const std::string_view mark = piece.substr(0, 1);
        const std::string_view counts = piece.empty() ? piece : trimmed(piece.substr(1));
        if (mark != "1" && mark != "n" && mark != "m" && mark != "p" && mark != "q")
            return unread;
        end.cardinality = mark == "1" ? Cardinality::One : Cardinality::Many;
        if (counts.empty())
            continue;
        const std::size_t dots = counts.find("..");
        const auto average = positiveNumber(counts.substr(0, dots));
        const auto maximum =
            dots == std::string_view::npos ? average : positiveNumber(counts.substr(dots + 2));
        if (!average || !maximum || *maximum < *average)
            return unread;
        end.average = average;
        end.maximum = maximum;
    }
    return model;
}

Result<Model> setHierarchy(const Model& before, const Hierarchy& hierarchy)
{
    Model model = before;
    Hierarchy* found = find(model.hierarchies, hierarchy.id);
    if (!found)
        return gone();
    found->disjoint = hierarchy.disjoint;
    found->covering = hierarchy.covering;
    return model;
}

Result<Model> reorderAttribute(const Model& before, ElementId attribute, int to)
{
    Model model = before;
    const AttributePlace found = attributeIn(model, attribute);
    if (!found)
        return gone();
    Attribute moved = std::move(*found);
    found.list->erase(found.list->begin() + static_cast<std::ptrdiff_t>(found.index));
    const auto at = std::clamp<std::ptrdiff_t>(to, 0, std::ssize(*found.list));
    found.list->insert(found.list->begin() + at, std::move(moved));
    return model;
}

} // namespace engine::modeling
