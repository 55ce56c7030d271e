#include "engine/modeling/mapping_graph.h"

#include <algorithm>

namespace engine::modeling {

// ---- ModelIndex -------------------------------------------------------------------------------

ModelIndex::Slot& ModelIndex::made(ElementId id)
{
    const auto at = static_cast<std::size_t>(id);
    if (at >= m_slots.size())
        m_slots.resize(at + 1);
    return m_slots[at];
}

void ModelIndex::own(const std::vector<Attribute>& attributes, ElementId owner)
{
    for (const Attribute& attribute : attributes) {
        made(attribute.id).attribute = {&attribute, nullptr, owner};
        for (const Attribute& part : attribute.parts)
            made(part.id).attribute = {&part, &attribute, owner};
    }
}

ModelIndex::ModelIndex(const Model& model) : m_model(model)
{
    m_slots.resize(std::size_t{model.lastId} + 1);
    for (const EntityType& entity : model.entities) {
        made(entity.id).entity = &entity;
        own(entity.attributes, entity.id);
    }
    for (const RelationshipType& relationship : model.relationships) {
        made(relationship.id).relationship = &relationship;
        own(relationship.attributes, relationship.id);
        std::vector<ElementId> seen;
        for (const Participation& end : relationship.ends) {
            if (!entity(end.entity) || std::ranges::find(seen, end.entity) != seen.end())
                continue;
            seen.push_back(end.entity);
            made(end.entity).neighbours.push_back(relationship.id);
            made(relationship.id).neighbours.push_back(end.entity);
            if (relationship.identifying && entity(end.entity)->weak &&
                !made(end.entity).identifying)
                made(end.entity).identifying = &relationship;
        }
    }
    for (const Hierarchy& hierarchy : model.hierarchies) {
        for (const ElementId subtype : hierarchy.subtypes) {
            if (!entity(subtype) || !entity(hierarchy.supertype) || subtype == hierarchy.supertype)
                continue;
            made(subtype).neighbours.push_back(hierarchy.supertype);
            made(hierarchy.supertype).neighbours.push_back(subtype);
            if (made(subtype).supertype == ElementId::None)
                made(subtype).supertype = hierarchy.supertype;
        }
    }
    for (const Query& query : model.queries)
        made(query.id).query = &query;
    if (!m_slots.empty())
        m_slots[0] = {};
}

const std::vector<Attribute>& ModelIndex::attributesOf(ElementId type) const
{
    static const std::vector<Attribute> kNone;
    if (const EntityType* found = entity(type))
        return found->attributes;
    if (const RelationshipType* found = relationship(type))
        return found->attributes;
    return kNone;
}

std::string ModelIndex::nameOf(ElementId type) const
{
    if (const EntityType* found = entity(type))
        return found->name;
    if (const RelationshipType* found = relationship(type))
        return found->name;
    return {};
}

// ---- QueryGraph: the path ---------------------------------------------------------------------

bool QueryGraph::onPath(ElementId type) const
{
    const auto at = static_cast<std::size_t>(type);
    return at < m_onPath.size() && m_onPath[at];
}

/// A weak entity type is nothing without its owner, a subtype nothing without its supertype, and a
/// relationship always has all its ends.
void QueryGraph::addImplied(std::size_t from)
{
    const auto add = [&](ElementId type) {
        if (onPath(type) || (!m_index->entity(type) && !m_index->relationship(type)))
            return;
        m_onPath[static_cast<std::size_t>(type)] = true;
        m_path.push_back(type);
    };
    for (std::size_t at = from; at < m_path.size(); ++at) {
        const ElementId type = m_path[at];
        if (const RelationshipType* identifying = m_index->identifying(type)) {
            add(identifying->id);
            for (const Participation& end : identifying->ends)
                add(end.entity);
        }
        if (const RelationshipType* relationship = m_index->relationship(type)) {
            for (const Participation& end : relationship->ends)
                add(end.entity);
        }
        add(m_index->supertype(type));
    }
}

/// Adds the shortest way from the path to `target`; among equals the one that comes first in the
/// model. False if there is none.
bool QueryGraph::reach(ElementId target)
{
    if (onPath(target))
        return true;
    std::vector<ElementId> from(m_index->size());
    std::vector<std::uint32_t> distance(m_index->size(), ~0U);
    std::vector<std::uint32_t> ways(m_index->size());
    std::vector<ElementId> other(m_index->size()); ///< a second one that is as near
    std::vector<ElementId> queue = m_path;
    for (const ElementId type : m_path) {
        distance[static_cast<std::size_t>(type)] = 0;
        ways[static_cast<std::size_t>(type)] = 1;
    }
    for (std::size_t head = 0; head < queue.size(); ++head) {
        const ElementId type = queue[head];
        const auto at = static_cast<std::size_t>(type);
        if (type == target)
            break;
        for (const ElementId next : m_index->neighbours(type)) {
            const auto to = static_cast<std::size_t>(next);
            if (distance[to] == ~0U) {
                distance[to] = distance[at] + 1;
                from[to] = type;
                ways[to] = ways[at];
                queue.push_back(next);
            } else if (distance[to] == distance[at] + 1) {
                ways[to] += ways[at];
                if (other[to] == ElementId::None)
                    other[to] = type;
            }
        }
    }
    if (distance[static_cast<std::size_t>(target)] == ~0U)
        return false;
    const std::size_t before = m_path.size();
    for (ElementId type = target; !onPath(type); type = from[static_cast<std::size_t>(type)]) {
        const auto at = static_cast<std::size_t>(type);
        if (other[at] != ElementId::None && m_ambiguity.empty())
            m_ambiguity = m_index->nameOf(type) + " is reached by " + m_index->nameOf(from[at]) +
                          " and as well by " + m_index->nameOf(other[at]);
        m_onPath[at] = true;
        m_path.push_back(type);
    }
    std::reverse(m_path.begin() + static_cast<std::ptrdiff_t>(before), m_path.end());
    addImplied(before);
    return true;
}

Result<void> QueryGraph::connect(const Query& query)
{
    const std::string label = query.label.empty() ? "The query" : query.label;
    if (!m_index->entity(query.finds) && !m_index->relationship(query.finds))
        return Error{ErrorCode::Invalid,
                     label + " does not say what it finds: choose an entity or relationship type."};
    m_onPath.resize(m_index->size());
    m_onPath[static_cast<std::size_t>(query.finds)] = true;
    m_path.push_back(query.finds);
    addImplied(0);
    const auto require = [&](ElementId type) -> Result<void> {
        if (reach(type))
            return ok();
        return Error{ErrorCode::Invalid, label + " finds " + m_index->nameOf(query.finds) +
                                             ", but no relationship leads from there to " +
                                             m_index->nameOf(type) +
                                             ": connect them in the conceptual model."};
    };
    for (const ElementId type : query.via) {
        if (m_index->relationship(type))
            RW_TRY(require(type));
    }
    const auto requireOwner = [&](ElementId attribute) -> Result<void> {
        const ModelIndex::Owned& owned = m_index->attribute(attribute);
        if (!owned.attribute)
            return Error{ErrorCode::Invalid, label + " names an attribute that is not there."};
        return require(owned.owner);
    };
    for (const auto* list : {&query.equality, &query.range, &query.returns}) {
        for (const ElementId attribute : *list)
            RW_TRY(requireOwner(attribute));
    }
    for (const Ordering& ordering : query.order)
        RW_TRY(requireOwner(ordering.attribute));
    for (const ElementId type : m_path) {
        const RelationshipType* relationship = m_index->relationship(type);
        if (!relationship || m_recursive)
            continue;
        for (std::size_t a = 0; a < relationship->ends.size(); ++a) {
            for (std::size_t b = a + 1; b < relationship->ends.size(); ++b) {
                if (relationship->ends[a].entity != relationship->ends[b].entity ||
                    !m_index->entity(relationship->ends[a].entity))
                    continue;
                m_recursive = relationship;
                m_recursiveEntity = relationship->ends[a].entity;
                const bool second =
                    !query.givenRole.empty() && relationship->ends[b].role == query.givenRole;
                m_givenEnd = second ? b : a;
            }
        }
    }
    if (m_recursive) {
        const std::size_t before = m_path.size();
        (void)reach(m_recursiveEntity);
        addImplied(before);
    }
    return ok();
}

// ---- QueryGraph: terms and what determines them -----------------------------------------------

std::size_t QueryGraph::number(const Term& term)
{
    const auto found = std::ranges::find(m_terms, term);
    if (found != m_terms.end())
        return static_cast<std::size_t>(found - m_terms.begin());
    m_terms.push_back(term);
    return m_terms.size() - 1;
}

Term QueryGraph::searchTerm(ElementId attribute, bool equality) const
{
    const ModelIndex::Owned& owned = m_index->attribute(attribute);
    return {attribute, equality && m_recursive && owned.owner == m_recursiveEntity,
            owned.attribute && owned.attribute->kind == AttributeKind::MultiValued};
}

void QueryGraph::keyInto(ElementId type, bool given, std::vector<std::size_t>& out, int depth)
{
    if (depth > 16)
        return; // weak entity types in a circle
    const auto add = [&](std::size_t term) {
        if (std::ranges::find(out, term) == out.end())
            out.push_back(term);
    };
    if (const RelationshipType* relationship = m_index->relationship(type)) {
        // The other ends determine an end "1": one of these can go, and only one.
        const auto one =
            std::ranges::find(relationship->ends, Cardinality::One, &Participation::cardinality);
        const auto left = static_cast<std::size_t>(one - relationship->ends.begin());
        for (std::size_t i = 0; i < relationship->ends.size(); ++i) {
            if (i != left || relationship->ends.size() == 1)
                keyInto(relationship->ends[i].entity,
                        relationship == m_recursive && i == m_givenEnd, out, depth + 1);
        }
        for (const Attribute& attribute : relationship->attributes) {
            if (attribute.key)
                add(number({.attribute = attribute.id}));
        }
        return;
    }
    const EntityType* entity = m_index->entity(type);
    if (!entity)
        return;
    if (const RelationshipType* identifying = m_index->identifying(type)) {
        for (const Participation& end : identifying->ends) {
            if (end.entity != type)
                keyInto(end.entity, false, out, depth + 1);
        }
    }
    const std::size_t before = out.size();
    for (const Attribute& attribute : entity->attributes) {
        if (attribute.key)
            add(number({.attribute = attribute.id,
                        .given = given && type == m_recursiveEntity,
                        .element = attribute.kind == AttributeKind::MultiValued}));
    }
    if (out.size() == before && m_index->supertype(type) != ElementId::None)
        keyInto(m_index->supertype(type), given, out, depth + 1);
}

std::vector<std::size_t> QueryGraph::keyOf(ElementId type, bool given)
{
    std::vector<std::size_t> key;
    keyInto(type, given, key, 0);
    return key;
}

void QueryGraph::ownAttributes(ElementId type, bool given, std::vector<std::size_t>& out)
{
    for (const Attribute& attribute : m_index->attributesOf(type)) {
        const std::size_t whole = number({.attribute = attribute.id, .given = given});
        out.push_back(whole);
        std::vector<std::size_t> parts;
        for (const Attribute& part : attribute.parts)
            parts.push_back(number({.attribute = part.id, .given = given}));
        if (!parts.empty() && attribute.kind != AttributeKind::MultiValued) {
            determines({whole}, parts);
            determines(parts, {whole});
        }
    }
}

void QueryGraph::determines(std::vector<std::size_t> left, std::vector<std::size_t> right)
{
    m_dependencies.push_back({std::move(left), std::move(right)});
}

void QueryGraph::dependenciesOf(const RelationshipType& relationship)
{
    std::vector<std::size_t> attributes;
    std::vector<std::size_t> own;
    ownAttributes(relationship.id, false, attributes);
    for (const Attribute& attribute : relationship.attributes) {
        if (attribute.key)
            own.push_back(number({.attribute = attribute.id}));
    }
    const auto keyOfEnd = [&](std::size_t i) {
        return keyOf(relationship.ends[i].entity, &relationship == m_recursive && i == m_givenEnd);
    };
    bool some = false;
    const auto others = [&](std::size_t but) {
        std::vector<std::size_t> left = own;
        for (std::size_t j = 0; j < relationship.ends.size(); ++j) {
            if (j == but)
                continue;
            const auto key = keyOfEnd(j);
            left.insert(left.end(), key.begin(), key.end());
        }
        return left;
    };
    for (std::size_t i = 0; i < relationship.ends.size(); ++i) {
        if (relationship.ends[i].cardinality != Cardinality::One)
            continue;
        some = true;
        std::vector<std::size_t> right = attributes;
        const auto key = keyOfEnd(i);
        right.insert(right.end(), key.begin(), key.end());
        if (auto left = others(i); !left.empty())
            determines(std::move(left), std::move(right));
    }
    if (!some) {
        if (auto left = others(relationship.ends.size()); !left.empty())
            determines(std::move(left), std::move(attributes));
    }
}

void QueryGraph::dependencies()
{
    for (const ElementId type : m_path) {
        if (const RelationshipType* relationship = m_index->relationship(type)) {
            dependenciesOf(*relationship);
            continue;
        }
        for (const bool given : {false, true}) {
            if (given && type != m_recursiveEntity)
                continue;
            std::vector<std::size_t> attributes;
            ownAttributes(type, given, attributes);
            if (auto key = keyOf(type, given); !key.empty())
                determines(std::move(key), std::move(attributes));
            // A subtype with a key of its own has two.
            if (const ElementId super = m_index->supertype(type); super != ElementId::None) {
                const auto own = keyOf(type, given);
                const auto inherited = keyOf(super, given);
                if (!own.empty() && !inherited.empty() && own != inherited) {
                    determines(own, inherited);
                    determines(inherited, own);
                }
            }
        }
    }
}

TermSet QueryGraph::closure(const std::vector<std::size_t>& terms) const
{
    TermSet set(m_terms.size());
    for (const std::size_t term : terms)
        set.add(term);
    std::vector<bool> used(m_dependencies.size());
    for (bool more = true; more;) {
        more = false;
        for (std::size_t i = 0; i < m_dependencies.size(); ++i) {
            if (used[i] || !set.hasAll(m_dependencies[i].left))
                continue;
            used[i] = true;
            more = true;
            for (const std::size_t term : m_dependencies[i].right)
                set.add(term);
        }
    }
    return set;
}

Result<QueryGraph> QueryGraph::make(const ModelIndex& index, const Query& query)
{
    QueryGraph graph(index);
    RW_TRY(graph.connect(query));
    graph.dependencies();
    return graph;
}

} // namespace engine::modeling
