#include "engine/workload/instances.h"

#include "engine/workload/model_values.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace engine::workload {

using modeling::Cardinality;
using modeling::ElementId;

namespace {

constexpr double kInstancesUnknown = 1000;
constexpr double kManyUnknown = 5;
constexpr int kCountDepthMax = 20;

const modeling::Participation* endOf(const modeling::RelationshipType& relationship,
                                     Cardinality cardinality)
{
    const auto end =
        std::ranges::find(relationship.ends, cardinality, &modeling::Participation::cardinality);
    return end == relationship.ends.end() ? nullptr : &*end;
}

/// One end "1", the other "n".
bool isOneToMany(const modeling::RelationshipType& relationship)
{
    return relationship.ends.size() == 2 && endOf(relationship, Cardinality::One) &&
           endOf(relationship, Cardinality::Many);
}

bool isOneToOne(const modeling::RelationshipType& relationship)
{
    return relationship.ends.size() == 2 && !endOf(relationship, Cardinality::Many);
}

} // namespace

Instances::Instances(const modeling::Model& model) : m_model(model)
{
    for (const auto& relationship : model.relationships)
        addRelationship(relationship);
    for (const auto& hierarchy : model.hierarchies) {
        for (const ElementId subtype : hierarchy.subtypes)
            m_links[subtype].push_back({hierarchy.supertype, LinkKind::Contiguous});
    }
    limit(1e15);
}

void Instances::limit(double most)
{
    for (const auto& entity : m_model.entities)
        m_counts[entity.id] = std::max(1.0, std::floor(rawCount(entity.id, most, 0)));
    for (const auto& relationship : m_model.relationships)
        m_counts[relationship.id] = std::max(1.0, std::floor(rawCount(relationship.id, most, 0)));
}

double Instances::entityCount(const modeling::EntityType& entity, double most, int depth) const
{
    const auto owner = m_owner.find(entity.id);
    if (owner != m_owner.end() && entity.instances) {
        const double all = rawCount(owner->second, 1e15, depth + 1);
        return rawCount(owner->second, most, depth + 1) * *entity.instances / std::max(1.0, all);
    }
    if (entity.instances)
        return std::min(most, *entity.instances);
    for (const auto& relationship : m_model.relationships) {
        if (!isOneToMany(relationship))
            continue;
        const auto* many = endOf(relationship, Cardinality::Many);
        const auto* one = endOf(relationship, Cardinality::One);
        if (many->entity != entity.id || one->entity == entity.id)
            continue;
        const double owned =
            rawCount(one->entity, most, depth + 1) * many->average.value_or(kManyUnknown);
        return owner != m_owner.end() ? owned : std::min(most, owned);
    }
    return std::min(most, kInstancesUnknown);
}

double Instances::rawCount(ElementId type, double most, int depth) const
{
    if (depth > kCountDepthMax)
        return kInstancesUnknown;
    if (const auto* entity = modeling::findEntity(m_model, type))
        return entityCount(*entity, most, depth);
    const auto* relationship = modeling::findRelationship(m_model, type);
    if (!relationship || relationship->ends.empty())
        return 1;
    if (isOneToMany(*relationship))
        return rawCount(endOf(*relationship, Cardinality::Many)->entity, most, depth + 1);
    const double first = rawCount(relationship->ends[0].entity, most, depth + 1);
    if (isOneToOne(*relationship) || relationship->ends.size() < 2)
        return first;
    const auto& second = relationship->ends[1];
    return first * std::min(second.average.value_or(kManyUnknown),
                            rawCount(second.entity, most, depth + 1));
}

void Instances::addRelationship(const modeling::RelationshipType& relationship)
{
    const ElementId id = relationship.id;
    if (isOneToMany(relationship)) {
        const ElementId many = endOf(relationship, Cardinality::Many)->entity;
        const ElementId one = endOf(relationship, Cardinality::One)->entity;
        const auto* entity = modeling::findEntity(m_model, many);
        const bool owns = relationship.identifying || (entity && entity->weak);
        m_links[id].push_back({many, LinkKind::Same});
        m_links[many].push_back({id, LinkKind::Same});
        if (many == one)
            return; // of itself: whose parent is whose is left open
        m_links[many].push_back({one, owns ? LinkKind::Contiguous : LinkKind::Drawn});
        if (owns)
            m_owner[many] = one;
        return;
    }
    for (std::size_t i = 0; i < relationship.ends.size(); ++i) {
        const ElementId end = relationship.ends[i].entity;
        const bool one = isOneToOne(relationship);
        m_links[id].push_back({end, one      ? LinkKind::Contiguous
                                    : i == 0 ? LinkKind::PairFirst
                                             : LinkKind::PairSecond});
        if (one && i == 0)
            m_links[end].push_back({id, LinkKind::Same});
    }
}

std::uint64_t Instances::count(ElementId type) const
{
    const auto found = m_counts.find(type);
    return found == m_counts.end() ? 0 : static_cast<std::uint64_t>(found->second);
}

std::uint64_t Instances::apply(const Link& link, ElementId from, std::uint64_t number) const
{
    const std::uint64_t fromCount = std::max<std::uint64_t>(1, count(from));
    const std::uint64_t toCount = std::max<std::uint64_t>(1, count(link.to));
    switch (link.kind) {
    case LinkKind::Same:
        return std::min(number, toCount - 1);
    case LinkKind::Contiguous:
    case LinkKind::PairFirst:
        return static_cast<std::uint64_t>(static_cast<double>(number) *
                                          static_cast<double>(toCount) /
                                          static_cast<double>(fromCount));
    case LinkKind::Drawn: {
        // Squaring makes some more popular than others, and all of them possible.
        const double unit =
            static_cast<double>(drawn(static_cast<std::uint64_t>(link.to), number) >> 11) /
            9007199254740992.0;
        return std::min(toCount - 1, static_cast<std::uint64_t>(unit * std::sqrt(unit) *
                                                                static_cast<double>(toCount)));
    }
    case LinkKind::PairSecond: {
        // Consecutive ones from a drawn start: no pair twice within one first.
        const Link first = m_links.at(from)[0];
        const std::uint64_t one = apply(first, from, number);
        return (drawn(static_cast<std::uint64_t>(link.to), one) + number) % toCount;
    }
    }
    return 0;
}

const std::optional<Instances::Steps>& Instances::path(ElementId from, ElementId to) const
{
    const auto known = m_paths.find({from, to});
    if (known != m_paths.end())
        return known->second;
    return m_paths.emplace(std::pair{from, to}, findPath(from, to)).first->second;
}

std::optional<Instances::Steps> Instances::findPath(ElementId from, ElementId to) const
{
    std::map<ElementId, Steps> found{{from, {}}};
    std::deque<ElementId> open{from};
    while (!open.empty()) {
        const ElementId at = open.front();
        open.pop_front();
        if (at == to)
            return found[at];
        const auto links = m_links.find(at);
        if (links == m_links.end())
            continue;
        for (const Link& link : links->second) {
            if (found.contains(link.to))
                continue;
            Steps steps = found[at];
            steps.emplace_back(at, link);
            found[link.to] = std::move(steps);
            open.push_back(link.to);
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> Instances::follow(ElementId from, std::uint64_t number,
                                               ElementId to) const
{
    const auto& steps = path(from, to);
    if (!steps)
        return std::nullopt;
    for (const auto& [at, link] : *steps)
        number = apply(link, at, number);
    return number;
}

std::uint64_t Instances::ordinal(ElementId type, std::uint64_t number) const
{
    const auto owner = m_owner.find(type);
    if (owner == m_owner.end())
        return number;
    const double owners = static_cast<double>(count(owner->second));
    const double mine = static_cast<double>(count(type));
    const double at = std::floor(static_cast<double>(number) * owners / mine);
    return number - static_cast<std::uint64_t>(std::ceil(at * mine / owners));
}

ElementId Instances::driver(const std::vector<ElementId>& types) const
{
    ElementId best{};
    for (const auto& [candidate, instances] : m_counts) {
        const bool reaches = std::ranges::all_of(
            types, [&, from = candidate](ElementId type) { return path(from, type).has_value(); });
        if (!reaches || (best != ElementId::None && m_counts.at(best) < instances))
            continue;
        const bool owns = std::ranges::count(types, candidate) > 0;
        if (best == ElementId::None || instances < m_counts.at(best) || owns)
            best = candidate;
    }
    return best;
}

} // namespace engine::workload
