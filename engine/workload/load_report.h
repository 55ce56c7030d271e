#pragma once

#include "engine/workload/cluster_measure.h"
#include "engine/workload/model_data.h"

#include <string>
#include <vector>

namespace engine::workload {

/// What `ringwright model load` and `measure` tell in the end.
struct LoadReport {
    std::string model;
    std::string contact;
    std::string cluster;
    std::vector<ModelDataTable> loaded; ///< empty: only measured
    std::uint64_t rows = 0;
    std::uint64_t seed = 0;
    double seconds = 0;
    std::vector<MeasuredTable> measured;
    std::string calibratedFile; ///< empty: none was written

    /// A table without figures, or more than a quarter off the estimate for as many rows.
    [[nodiscard]] bool hasFindings() const;
};

[[nodiscard]] std::string reportText(const LoadReport& report);
/// One line; documented in engine/modeling/JSON.md.
[[nodiscard]] std::string reportJson(const modeling::Model& model, const LoadReport& report);

} // namespace engine::workload
