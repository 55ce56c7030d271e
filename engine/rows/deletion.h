#pragma once

#include "engine/base/time.h"

#include <cstdint>

namespace engine::rows {

/// Seconds since 1970, 64 bits in memory; SSTable versions cap it when writing.
using LocalDeletionTime = std::int64_t;
/// "Not deleted", "does not expire" (Cell.NO_DELETION_TIME).
inline constexpr LocalDeletionTime kNoDeletionTime = INT64_MAX;
inline constexpr std::int32_t kNoTtl = 0;
/// LivenessInfo.EXPIRED_LIVENESS_TTL: the row marker of a view row that is known to be dead.
inline constexpr std::int32_t kExpiredLivenessTtl = INT32_MAX;

/// A deletion of a partition, range, row or collection: shadows everything written at or before
/// `markedForDeleteAt`.
struct DeletionTime {
    WriteTimestamp markedForDeleteAt{WriteTimestamp::kNone};
    LocalDeletionTime localDeletionTime = kNoDeletionTime;

    [[nodiscard]] bool isLive() const noexcept { return markedForDeleteAt.isNone(); }
    [[nodiscard]] bool deletes(WriteTimestamp timestamp) const noexcept
    {
        return !isLive() && timestamp <= markedForDeleteAt;
    }
    /// Cassandra's order: by timestamp, then by local deletion time.
    [[nodiscard]] bool supersedes(const DeletionTime& other) const noexcept
    {
        return markedForDeleteAt != other.markedForDeleteAt
                   ? markedForDeleteAt > other.markedForDeleteAt
                   : !isLive() && localDeletionTime > other.localDeletionTime;
    }
    friend bool operator==(const DeletionTime&, const DeletionTime&) = default;
};

/// The row marker that an INSERT writes: makes a row exist even without cells.
struct Liveness {
    WriteTimestamp timestamp{WriteTimestamp::kNone};
    std::int32_t ttl = kNoTtl; ///< seconds
    LocalDeletionTime expiresAt = kNoDeletionTime;

    [[nodiscard]] bool isEmpty() const noexcept { return timestamp.isNone(); }
    [[nodiscard]] bool isExpiring() const noexcept { return ttl != kNoTtl; }
    [[nodiscard]] bool isLive(std::int64_t nowSeconds) const noexcept
    {
        return !isEmpty() && ttl != kExpiredLivenessTtl &&
               (!isExpiring() || nowSeconds < expiresAt);
    }
    friend bool operator==(const Liveness&, const Liveness&) = default;
};

} // namespace engine::rows
