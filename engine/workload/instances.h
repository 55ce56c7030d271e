#pragma once

#include "engine/modeling/model.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace engine::workload {

/// The numbered instances of a conceptual model, and which belongs to which: internal to
/// model_data. Instance numbers run from 0; all follows from the model and the counts alone.
class Instances {
public:
    explicit Instances(const modeling::Model& model);

    /// No entity type has more than `most` instances but for weak ones, which keep their number
    /// for each owner; relationships follow.
    void limit(double most);
    [[nodiscard]] std::uint64_t count(modeling::ElementId type) const;

    /// The instance of `to` that instance `number` of `from` belongs to; none if there is not
    /// exactly one by the cardinalities.
    [[nodiscard]] std::optional<std::uint64_t>
    follow(modeling::ElementId from, std::uint64_t number, modeling::ElementId to) const;
    /// Of a weak entity type: its place among those of its owner; else `number` itself.
    [[nodiscard]] std::uint64_t ordinal(modeling::ElementId type, std::uint64_t number) const;

    /// The type with the fewest instances from which all of `types` can be followed; None if there
    /// is none.
    [[nodiscard]] modeling::ElementId driver(const std::vector<modeling::ElementId>& types) const;

private:
    enum class LinkKind : std::uint8_t { Same, Contiguous, Drawn, PairFirst, PairSecond };
    struct Link {
        modeling::ElementId to{};
        LinkKind kind = LinkKind::Same;
    };
    [[nodiscard]] double rawCount(modeling::ElementId type, double most, int depth) const;
    [[nodiscard]] double entityCount(const modeling::EntityType& entity, double most,
                                     int depth) const;
    [[nodiscard]] std::uint64_t apply(const Link& link, modeling::ElementId from,
                                      std::uint64_t number) const;
    using Steps = std::vector<std::pair<modeling::ElementId, Link>>;
    /// Steps from one type to another; nullopt if there is no way. Remembered.
    [[nodiscard]] const std::optional<Steps>& path(modeling::ElementId from,
                                                   modeling::ElementId to) const;
    [[nodiscard]] std::optional<Steps> findPath(modeling::ElementId from,
                                                modeling::ElementId to) const;
    void addRelationship(const modeling::RelationshipType& relationship);

    const modeling::Model& m_model;
    std::map<modeling::ElementId, double> m_counts;
    std::map<modeling::ElementId, std::vector<Link>> m_links;
    std::map<modeling::ElementId, modeling::ElementId> m_owner; ///< of weak entity types
    mutable std::map<std::pair<modeling::ElementId, modeling::ElementId>, std::optional<Steps>>
        m_paths;
};

} // namespace engine::workload
