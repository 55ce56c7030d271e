#pragma once

#include "engine/modeling/measurement.h"

#include <optional>
#include <string>

namespace engine::workload {

/// One table of a model as a cluster has it, beside the estimate.
struct MeasuredTable {
    modeling::ElementId table{};
    std::string name;    ///< "hotel.hotels"
    std::string problem; ///< why there are no figures, one sentence; else empty
    modeling::TableMeasurement measurement;
    std::optional<modeling::SizeComparison> comparison;
    std::optional<modeling::SizeComparison> calibrated; ///< the same after calibrating
};

} // namespace engine::workload
