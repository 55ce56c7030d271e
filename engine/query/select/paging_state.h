#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/rows/read_command.h"

#include <cstdint>
#include <optional>

namespace engine::query {

/// Where a page ended: our own format, opaque to clients (paging states do not travel between
/// Cassandra versions either).
struct PagingState {
    RecycledBytes key; ///< of the last partition that gave a row
    /// Of its last row; none: the partition is done.
    std::optional<rows::ClusteringFilter::Name> clustering;
    std::uint32_t remaining = UINT32_MAX; ///< rows left of LIMIT
    std::uint32_t remainingInPartition = UINT32_MAX;
};

[[nodiscard]] Bytes encodePagingState(const PagingState& state);
/// ProtocolError if it is not one of ours.
[[nodiscard]] Result<PagingState> decodePagingState(ByteView bytes);

} // namespace engine::query
