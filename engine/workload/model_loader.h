#pragma once

#include "engine/client/session.h"
#include "engine/modeling/measurement.h"
#include "engine/workload/sample_loader.h"

namespace engine::workload {

struct ModelLoadOptions {
    std::uint64_t seed = 20240611;
    std::uint64_t rows = 100'000; ///< of all tables together, about
    double bytes = 1e9;           ///< of all tables together, about, one copy
    bool createSchema = true;     ///< CREATE … IF NOT EXISTS before the rows
    protocol::Consistency consistency = protocol::Consistency::Quorum;
    std::uint32_t requestsInFlight = 256;
};

/// Creates the model's schema and loads generated rows (model_data.h) through a driver session;
/// blocks, tells progress and is cancelled as loadHotelSample().
[[nodiscard]] Result<void>
loadModelData(client::Session& session, const modeling::ModelPtr& model,
              const ModelLoadOptions& options,
              const std::function<void(const SampleLoadProgress&)>& progress,
              const std::atomic<bool>& cancelled);

/// Reads up to `rows` rows of the table, measures their columns into `to`, and if it has no rows
/// yet, rows a partition. Blocks the calling
/// thread, which must not be the client thread.
[[nodiscard]] Result<void> sampleColumns(client::Session& session, const modeling::Model& model,
                                         modeling::ElementId table, std::uint32_t rows,
                                         modeling::TableMeasurement& to);

} // namespace engine::workload
