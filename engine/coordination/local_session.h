#pragma once

#include "engine/base/inet.h"
#include "engine/base/time.h"
#include "engine/base/uuid.h"
#include "engine/ring/token.h"
#include "engine/rows/partition.h"
#include "engine/schema/table.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::coordination {

/// How far a session of incremental repair is (ConsistentSession.State). On the wire and in
/// system.repairs; never renumber.
enum class RepairState : std::uint8_t {
    Preparing = 0,        ///< the data is being set apart
    Prepared = 1,         ///< it is set apart
    Repairing = 2,        ///< it is compared and exchanged
    FinalizePromised = 3, ///< this replica has all of it, durably, and leaves the rest to others
    Finalized = 4,        ///< it is repaired
    Failed = 5,           ///< it is unrepaired again
};
[[nodiscard]] std::string_view repairStateName(RepairState state) noexcept; ///< "PREPARING" …

/// A session of incremental repair as one of its replicas knows it: a row of system.repairs.
struct LocalSession {
    Uuid id; ///< a timeuuid
    InetEndpoint coordinator;
    std::vector<InetEndpoint> participants; ///< with the coordinator
    std::vector<schema::TableId> tables;
    std::vector<ring::TokenRange> ranges; ///< those that this replica has
    std::int64_t repairedAt = 0;          ///< milliseconds since 1970
    std::int64_t startedAt = 0;           ///< seconds since 1970
    std::int64_t lastUpdate = 0;          ///< seconds since 1970
    RepairState state = RepairState::Preparing;
    MonoTime changedAt{};   ///< in this run; not stored: the wall clock may step
    WriteTimestamp written; ///< of the row; grows with each save, whatever the clock does

    [[nodiscard]] bool isCompleted() const noexcept
    {
        return state == RepairState::Finalized || state == RepairState::Failed;
    }
    /// Whether all that `earlier` repaired has been repaired again.
    [[nodiscard]] bool supersedes(const LocalSession& earlier) const;
};

/// The session as a row of system.repairs, in Cassandra's encoding.
[[nodiscard]] rows::Mutation repairSessionRow(const LocalSession& session);
/// Removes the row.
[[nodiscard]] rows::Mutation repairSessionRemoval(const LocalSession& session);
/// nullopt if the row makes no sense.
[[nodiscard]] std::optional<LocalSession> repairSessionOf(const rows::Partition& row);
[[nodiscard]] const schema::TablePtr& repairSessionTable();

/// PREPARE_CONSISTENT_REQ: the session but for its state and times.
[[nodiscard]] Bytes encodeSession(const LocalSession& session);
/// Corrupt if the bytes make no sense.
[[nodiscard]] Result<LocalSession> decodeSession(ByteView bytes);

inline constexpr std::size_t kSessionIdBytes = 16; ///< a UUID's, and a table's id

void writeTokenRange(ByteWriter& out, const ring::TokenRange& range);
[[nodiscard]] ring::TokenRange readTokenRange(ByteReader& in);
inline constexpr std::size_t kTokenRangeBytes = 16;

} // namespace engine::coordination
