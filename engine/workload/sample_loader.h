#pragma once

#include "engine/base/result.h"
#include "engine/client/session.h"
#include "engine/workload/hotel_sample.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace engine::workload {

struct SampleLoadOptions {
    HotelSampleSize size = HotelSampleSize::small();
    std::string replication; ///< CQL map for both keyspaces
    protocol::Consistency consistency = protocol::Consistency::Quorum;
    std::uint32_t requestsInFlight = 256;
};

struct SampleLoadProgress {
    std::uint64_t rowsDone = 0;
    std::uint64_t rowsTotal = 0;
    std::string step; ///< "CREATE TABLE hotel.hotels", or empty while rows load
};

/// Creates the sample's keyspaces and loads its rows through a driver session.
///
/// Blocks the calling thread, which must not be the client thread; `progress` is called on it
/// about ten times a second. Ends with Cancelled soon after `cancelled` became true. A request
/// that fails is sent again up to three times (the rows are idempotent), so a node may be killed
/// meanwhile.
[[nodiscard]] Result<void>
loadHotelSample(client::Session& session, const SampleLoadOptions& options,
                const std::function<void(const SampleLoadProgress&)>& progress,
                const std::atomic<bool>& cancelled);

} // namespace engine::workload
