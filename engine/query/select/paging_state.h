#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine::query {

/// Where a page ended: our own format, opaque to clients (paging states do not travel between
/// Cassandra versions either).
struct PagingState {
    Bytes key;                                    ///< of the last partition that gave a row
    std::optional<std::vector<Bytes>> clustering; ///< of its last row; none: the partition is done
    std::uint32_t remaining = UINT32_MAX;         ///< rows left of LIMIT
    std::uint32_t remainingInPartition = UINT32_MAX;
};

[[nodiscard]] Bytes encodePagingState(const PagingState& state);
/// ProtocolError if it is not one of ours.
[[nodiscard]] Result<PagingState> decodePagingState(ByteView bytes);

} // namespace engine::query
