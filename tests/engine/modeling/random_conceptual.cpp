#include "tests/engine/modeling/random_model.h"

#include <algorithm>
#include <array>

using namespace engine::modeling;

namespace tests {

namespace {

class ConceptualDice {
public:
    explicit ConceptualDice(std::uint64_t seed) : m_dice(seed) {}
    Model make();

private:
    ElementId attribute(std::vector<Attribute>& to, const std::string& name, bool key)
    {
        static const std::array<const char*, 5> kTypes{"text", "int", "date", "uuid", "timestamp"};
        Attribute made{.id = m_model.newId(),
                       .name = name,
                       .key = key,
                       .type = kTypes[m_dice.below(kTypes.size())]};
        if (!key && m_dice.oneIn(5)) {
            made.kind = AttributeKind::MultiValued;
        } else if (!key && m_dice.oneIn(6)) {
            made.kind = AttributeKind::Composite;
            for (const char* part : {"street", "city"}) {
                made.parts.push_back({.id = m_model.newId(), .name = part});
                m_attributes.push_back(made.parts.back().id);
            }
        }
        m_attributes.push_back(made.id);
        to.push_back(std::move(made));
        return to.back().id;
    }
    void entity(std::size_t number);
    void relationship(std::vector<ElementId> ends, bool identifying);
    void query(std::size_t number);

    Dice m_dice;
    Model m_model;
    std::vector<ElementId> m_attributes;
    int m_relationships = 0;
};

void ConceptualDice::relationship(std::vector<ElementId> ends, bool identifying)
{
    RelationshipType made{.id = m_model.newId(),
                          .name = "r" + std::to_string(++m_relationships),
                          .identifying = identifying};
    bool one = false;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const Cardinality cardinality = identifying
                                            ? (i == 0 ? Cardinality::One : Cardinality::Many)
                                            : static_cast<Cardinality>(m_dice.below(2));
        one = one || cardinality == Cardinality::One;
        made.ends.push_back({.entity = ends[i], .cardinality = cardinality});
    }
    if (m_dice.oneIn(3))
        attribute(made.attributes, "since", false);
    if (!one && m_dice.oneIn(3))
        attribute(made.attributes, "at", true);
    m_model.relationships.push_back(std::move(made));
}

void ConceptualDice::entity(std::size_t number)
{
    EntityType made{.id = m_model.newId(), .name = "E" + std::to_string(number)};
    const ElementId id = made.id;
    const ElementId before =
        number == 0 ? ElementId::None : m_model.entities[m_dice.below(number)].id;
    const bool weak = number > 0 && m_dice.oneIn(4);
    const bool subtype = number > 0 && !weak && m_dice.oneIn(6);
    made.weak = weak;
    if (!subtype) {
        attribute(made.attributes, "id", true);
        if (m_dice.oneIn(4))
            attribute(made.attributes, "code", true);
    }
    for (std::size_t i = 1 + m_dice.below(3); i > 0; --i)
        attribute(made.attributes, "a" + std::to_string(i), false);
    m_model.entities.push_back(std::move(made));
    if (subtype)
        m_model.hierarchies.push_back(
            {.id = m_model.newId(), .supertype = before, .subtypes = {id}});
    else if (number > 0)
        relationship({before, id}, weak);
}

void ConceptualDice::query(std::size_t number)
{
    Query made{.id = m_model.newId(), .label = "Q" + std::to_string(number)};
    made.finds = m_dice.oneIn(5) && !m_model.relationships.empty()
                     ? m_model.relationships[m_dice.below(m_model.relationships.size())].id
                     : m_model.entities[m_dice.below(m_model.entities.size())].id;
    const auto any = [&] { return m_attributes[m_dice.below(m_attributes.size())]; };
    for (std::size_t i = 1 + m_dice.below(3); i > 0; --i)
        made.equality.push_back(any());
    if (m_dice.oneIn(3))
        made.range.push_back(any());
    if (m_dice.oneIn(3))
        made.order.push_back(
            {.attribute = made.range.empty() || m_dice.oneIn(3) ? any() : made.range[0],
             .descending = m_dice.oneIn(2)});
    if (m_dice.oneIn(2)) {
        for (std::size_t i = 1 + m_dice.below(4); i > 0; --i)
            made.returns.push_back(any());
    }
    if (made.equality.size() > 1 && m_dice.oneIn(3))
        made.partitionKey = {made.equality[m_dice.below(made.equality.size())]};
    m_model.queries.push_back(std::move(made));
}

Model ConceptualDice::make()
{
    m_model.name = "random";
    m_model.keyspaces.push_back({.id = m_model.newId(), .name = "ks"});
    const std::size_t entities = 2 + m_dice.below(4);
    for (std::size_t i = 0; i < entities; ++i)
        entity(i);
    // Another way between two, and one relationship of three.
    if (m_dice.oneIn(2)) {
        const std::size_t a = m_dice.below(entities);
        relationship({m_model.entities[a].id, m_model.entities[(a + 1) % entities].id}, false);
    }
    if (entities > 2 && m_dice.oneIn(3))
        relationship({m_model.entities[0].id, m_model.entities[1].id, m_model.entities[2].id},
                     false);
    for (std::size_t i = 1 + m_dice.below(5); i > 0; --i)
        query(i);
    return std::move(m_model);
}

} // namespace

Model randomConceptualModel(std::uint64_t seed)
{
    return ConceptualDice(seed).make();
}

} // namespace tests
