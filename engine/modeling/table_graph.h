#pragma once

#include "engine/modeling/mapping_graph.h"
#include "engine/modeling/pair_check.h"

/// A table seen from the conceptual model: which term each column is, and what determines what.
/// Private to this folder's .cpp files.
namespace engine::modeling {

struct TableGraph {
    QueryGraph graph;
    ElementId finds{};
    std::vector<std::optional<std::size_t>> terms; ///< of each column; nullopt: not in the model
    std::vector<bool> nested;                      ///< many values in one row

    [[nodiscard]] std::vector<std::size_t> termsOf(const ModelTable& table, ColumnRole role) const;
    [[nodiscard]] std::vector<std::size_t> primaryKey(const ModelTable& table) const;
};

/// Fails if none of its columns has an attribute, or no path connects them.
[[nodiscard]] Result<TableGraph> tableGraph(const ModelIndex& index, const ModelTable& table);

/// A believable value for a column, as CQL writes it; another for another `variant`.
[[nodiscard]] std::string sampleValue(const std::string& name, const std::string& type,
                                      unsigned variant);

} // namespace engine::modeling
