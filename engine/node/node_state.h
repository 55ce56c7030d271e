#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/base/uuid.h"
#include "engine/membership/ring_member.h"
#include "engine/ring/ring_state.h"

#include <cstdint>
#include <string>
#include <vector>

namespace engine::node {

/// What a node remembers of itself and of the ring between its lives (Cassandra's system.local and
/// system.peers): a small file of its own, replaced as a whole, so that it can be read before the
/// store is open. A value.
struct NodeState {
    std::string clusterName;
    Uuid hostId;                 ///< zero: the node has never started
    std::int32_t generation = 0; ///< of the last start
    std::vector<ring::Token> tokens;
    /// How far this node is in joining or leaving.
    membership::MemberPhase phase = membership::MemberPhase::Normal;
    std::vector<membership::RingMember> peers; ///< the other members
    std::vector<Uuid> removed;                 ///< hosts that were removed or have left

    [[nodiscard]] bool isNew() const noexcept { return hostId.isZero(); }
};

/// Magic, version, fields, CRC-32. A newer version is VersionTooNew.
[[nodiscard]] Bytes encodeNodeState(const NodeState& state);
/// Corrupt or VersionTooNew name `file` and the way out.
[[nodiscard]] Result<NodeState> decodeNodeState(ByteView bytes, const std::string& file);

/// A missing file is a new node. Blocks: run it on the pool.
[[nodiscard]] Result<NodeState> loadNodeState(Disk& disk, const std::string& folder);
[[nodiscard]] Result<void> saveNodeState(Disk& disk, const std::string& folder,
                                         const NodeState& state);

} // namespace engine::node
