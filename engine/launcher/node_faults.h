#pragma once

#include "engine/admin/jolokia_client.h"

#include <chrono>
#include <vector>

namespace engine::launcher {

/// What is wrong, on purpose, with links of a node.
struct LinkFaultReport {
    std::string peer; ///< internode endpoint; "*": all others
    bool isCut = false;
    std::chrono::milliseconds delay{}; ///< each way
};

/// Faults of a bundled node's links, through its admin endpoint. A cut link loses every message in
/// both directions while the sockets stay open, as a switch that drops packets does; a slow one
/// delays each. They hold until healed or until the node ends. `peers`: internode endpoints; none:
/// all other nodes. All block for one request. NotFound if the node runs without --fault-hooks.
[[nodiscard]] Result<void> cutLinks(const admin::JolokiaAddress& node,
                                    const std::vector<InetEndpoint>& peers);
[[nodiscard]] Result<void> slowLinks(const admin::JolokiaAddress& node,
                                     std::chrono::milliseconds delay,
                                     const std::vector<InetEndpoint>& peers);
[[nodiscard]] Result<void> healLinks(const admin::JolokiaAddress& node);
[[nodiscard]] Result<std::vector<LinkFaultReport>> linkFaults(const admin::JolokiaAddress& node);

} // namespace engine::launcher
