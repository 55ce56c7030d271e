#pragma once

#include "engine/modeling/model.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// A small world that obeys a conceptual model, and what a query sees of it: the brute-force
/// judge of mapped tables. Knows nothing of keys and dependencies beyond making instances.
namespace tests {

struct Instance {
    std::map<engine::modeling::ElementId, std::vector<std::string>> values; ///< one; several of a
                                                                            ///< multi-valued one
    std::vector<std::size_t> ends; ///< of a relationship: instances of its ends
    std::size_t super = 0;         ///< of a subtype: instance of the supertype
};

class World {
public:
    World(const engine::modeling::Model& model, std::uint64_t seed);

    struct Row {
        std::size_t found = 0;           ///< which instance of what the query finds
        std::vector<std::string> values; ///< of the table's columns
    };
    /// Every row that the table has for this world: the types of `path` joined, each once.
    [[nodiscard]] std::vector<Row> rows(const engine::modeling::ModelTable& table,
                                        const std::vector<engine::modeling::ElementId>& path,
                                        engine::modeling::ElementId finds) const;

private:
    const engine::modeling::Model& m_model;
    std::map<engine::modeling::ElementId, std::vector<Instance>> m_instances;
};

} // namespace tests
