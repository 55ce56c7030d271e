#include "tests/engine/modeling/instances.h"
#include "tests/engine/modeling/random_model.h"

#include <algorithm>
#include <set>

using namespace engine::modeling;

namespace tests {

namespace {

/// The supertype of an entity type, or None.
ElementId superOf(const Model& model, ElementId entity)
{
    for (const Hierarchy& hierarchy : model.hierarchies) {
        if (std::ranges::find(hierarchy.subtypes, entity) != hierarchy.subtypes.end())
            return hierarchy.supertype;
    }
    return ElementId::None;
}

const RelationshipType* identifyingOf(const Model& model, const EntityType& entity)
{
    for (const RelationshipType& relationship : model.relationships) {
        if (entity.weak && relationship.identifying &&
            std::ranges::find(relationship.ends, entity.id, &Participation::entity) !=
                relationship.ends.end())
            return &relationship;
    }
    return nullptr;
}

void fillValues(Instance& instance, const std::vector<Attribute>& attributes, Dice& dice)
{
    for (const Attribute& attribute : attributes) {
        std::vector<std::string>& values = instance.values[attribute.id];
        // Few values, so that they are often equal.
        if (attribute.kind == AttributeKind::MultiValued) {
            for (const char* value : {"x", "y", "z"}) {
                if (dice.oneIn(2))
                    values.emplace_back(value);
            }
            continue;
        }
        std::string whole = std::to_string(dice.below(2));
        for (const Attribute& part : attribute.parts) {
            instance.values[part.id] = {std::to_string(dice.below(2))};
            whole += instance.values[part.id][0];
        }
        if (!attribute.parts.empty())
            whole = whole.substr(1);
        values = {whole};
    }
}

std::string identity(const Instance& instance, const std::vector<Attribute>& attributes)
{
    std::string text;
    for (const Attribute& attribute : attributes) {
        if (attribute.key)
            text += instance.values.at(attribute.id)[0] + "|";
    }
    return text;
}

} // namespace

World::World(const Model& model, std::uint64_t seed) : m_model(model)
{
    Dice dice(seed);
    // Entity types stand after their owners and supertypes.
    for (const EntityType& entity : model.entities) {
        std::vector<Instance>& instances = m_instances[entity.id];
        const ElementId super = superOf(model, entity.id);
        const RelationshipType* identifying = identifyingOf(model, entity);
        const std::size_t owners =
            identifying ? m_instances[identifying->ends[0].entity].size() : 1;
        std::set<std::string> seen;
        for (int tries = 0; tries < 9 && instances.size() < 4; ++tries) {
            Instance instance;
            fillValues(instance, entity.attributes, dice);
            std::string id = identity(instance, entity.attributes);
            if (super != ElementId::None) {
                if (m_instances[super].empty())
                    break;
                instance.super = dice.below(m_instances[super].size());
                id = std::to_string(instance.super);
            } else if (identifying) {
                if (owners == 0)
                    break;
                const std::size_t owner = dice.below(owners);
                id += "@" + std::to_string(owner);
                if (!seen.insert(id).second)
                    continue;
                Instance link;
                fillValues(link, identifying->attributes, dice);
                link.ends = {owner, instances.size()};
                m_instances[identifying->id].push_back(std::move(link));
                instances.push_back(std::move(instance));
                continue;
            } else {
                // A strong type's key has more values than its attributes.
                for (const Attribute& attribute : entity.attributes) {
                    if (attribute.key)
                        instance.values[attribute.id] = {std::to_string(dice.below(4))};
                }
                id = identity(instance, entity.attributes);
            }
            if (seen.insert(id).second)
                instances.push_back(std::move(instance));
        }
    }
    for (const RelationshipType& relationship : model.relationships) {
        if (relationship.identifying)
            continue;
        std::vector<Instance>& instances = m_instances[relationship.id];
        std::set<std::string> seen;
        for (int tries = 0; tries < 10 && instances.size() < 7; ++tries) {
            Instance instance;
            fillValues(instance, relationship.attributes, dice);
            bool empty = false;
            for (const Participation& end : relationship.ends) {
                empty = empty || m_instances[end.entity].empty();
                instance.ends.push_back(empty ? 0 : dice.below(m_instances[end.entity].size()));
            }
            if (empty)
                break;
            // For each end "1": the others have one of it. Together they have each other once.
            const std::string own = identity(instance, relationship.attributes);
            std::vector<std::string> claims;
            for (std::size_t i = 0; i <= relationship.ends.size(); ++i) {
                if (i < relationship.ends.size() &&
                    relationship.ends[i].cardinality != Cardinality::One)
                    continue;
                std::string claim = std::to_string(i) + ":" + own;
                for (std::size_t j = 0; j < relationship.ends.size(); ++j)
                    claim += j == i ? ",-" : "," + std::to_string(instance.ends[j]);
                claims.push_back(std::move(claim));
            }
            if (std::ranges::any_of(claims, [&](const std::string& c) { return seen.contains(c); }))
                continue;
            seen.insert(claims.begin(), claims.end());
            instances.push_back(std::move(instance));
        }
    }
}

namespace {

/// All ways to choose one instance of each type so that relationships and hierarchies hold.
class Joiner {
public:
    Joiner(const Model& model, const std::map<ElementId, std::vector<Instance>>& instances,
           const std::vector<ElementId>& path)
        : m_model(model), m_instances(instances), m_path(path)
    {
    }

    template <class Visit>
    void each(Visit visit)
    {
        m_chosen.clear();
        choose(0, visit);
    }

private:
    template <class Visit>
    void choose(std::size_t at, Visit& visit)
    {
        if (at == m_path.size()) {
            visit(m_chosen);
            return;
        }
        const std::vector<Instance>& instances = m_instances.at(m_path[at]);
        for (std::size_t i = 0; i < instances.size(); ++i) {
            m_chosen[m_path[at]] = i;
            if (fits(m_path[at]))
                choose(at + 1, visit);
            m_chosen.erase(m_path[at]);
        }
    }
    bool fits(ElementId type) const
    {
        for (const auto& [other, chosen] : m_chosen) {
            (void)chosen;
            if (!relationshipFits(other))
                return false;
            const ElementId super = superOf(m_model, other);
            if (super != ElementId::None && m_chosen.contains(super) &&
                m_instances.at(other)[m_chosen.at(other)].super != m_chosen.at(super))
                return false;
        }
        (void)type;
        return true;
    }
    bool relationshipFits(ElementId type) const
    {
        const RelationshipType* relationship = findRelationship(m_model, type);
        if (!relationship)
            return true;
        const Instance& instance = m_instances.at(type)[m_chosen.at(type)];
        for (std::size_t i = 0; i < relationship->ends.size(); ++i) {
            const auto end = m_chosen.find(relationship->ends[i].entity);
            if (end != m_chosen.end() && end->second != instance.ends[i])
                return false;
        }
        return true;
    }

    const Model& m_model;
    const std::map<ElementId, std::vector<Instance>>& m_instances;
    const std::vector<ElementId>& m_path;
    std::map<ElementId, std::size_t> m_chosen;
};

} // namespace

std::vector<World::Row> World::rows(const ModelTable& table, const std::vector<ElementId>& path,
                                    ElementId finds) const
{
    std::vector<Row> rows;
    for (const ElementId type : path) {
        if (!m_instances.contains(type) || m_instances.at(type).empty())
            return rows;
    }
    Joiner(m_model, m_instances, path).each([&](const std::map<ElementId, std::size_t>& chosen) {
        std::vector<Row> made{{chosen.at(finds), {}}};
        for (const TableColumn& column : table.columns) {
            const AttributeOwner owner = findAttribute(m_model, column.attribute);
            std::vector<std::string> values{"bucket"};
            if (owner.attribute) {
                const ElementId type = owner.entity ? owner.entity->id : owner.relationship->id;
                values = m_instances.at(type)[chosen.at(type)].values.at(column.attribute);
            }
            const bool multi =
                owner.attribute && owner.attribute->kind == AttributeKind::MultiValued;
            if (multi && column.type.find('<') != std::string::npos &&
                !column.type.starts_with("frozen<")) {
                std::string whole;
                for (const std::string& value : values)
                    whole += value;
                values = {"{" + whole + "}"};
            }
            // One row for each element.
            std::vector<Row> more;
            for (const Row& row : made) {
                for (const std::string& value : values) {
                    more.push_back(row);
                    more.back().values.push_back(value);
                }
            }
            made = std::move(more);
        }
        rows.insert(rows.end(), made.begin(), made.end());
    });
    return rows;
}

} // namespace tests
