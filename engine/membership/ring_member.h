#pragma once

#include "engine/ring/ring_state.h"

#include <cstdint>
#include <string_view>

namespace engine::membership {

/// Where a node stands between joining and leaving. A change of the ring has two steps, so that
/// at no moment one coordinator reads from a replica that another no longer writes to:
///
/// - Joining, Leaving: writes go to the replicas of the ring without the change and of the ring
///   with it, reads to the ring without it. Data is streamed meanwhile.
/// - JoiningRead, LeavingRead: writes as before, reads go to the ring with the change.
/// - Normal, or gone: both go to the ring with the change.
///
/// All members confirm each step before the next begins (coordination/ring_change.h).
/// On disk and on the wire; never renumber.
enum class MemberPhase : std::uint8_t {
    Normal = 0,
    Joining = 1,
    JoiningRead = 2,
    Leaving = 3,
    LeavingRead = 4,
    Gone = 5,
};

/// "NORMAL", "JOINING", …
[[nodiscard]] std::string_view memberPhaseName(MemberPhase phase) noexcept;

/// One member of the ring, or of the ring to be. A value.
struct RingMember {
    ring::RingNode node;
    MemberPhase phase = MemberPhase::Normal;
    /// Being taken out by others (nodetool removenode): what the node itself says is ignored.
    bool isBeingRemoved = false;
    friend bool operator==(const RingMember&, const RingMember&) = default;
};

} // namespace engine::membership
