#pragma once

#include "engine/launcher/cluster_spec.h"

#include <optional>
#include <string>

namespace engine::launcher {

/// Whether a TCP port can be bound on an address now; if not, AddressInUse with a sentence that
/// names the program and pid that listen there when /proc tells ("port 9042 on 127.0.0.1 is in
/// use by java (pid 4711); stop it or …"), or Io when the address does not exist on this machine.
[[nodiscard]] Result<void> checkPortFree(const InetEndpoint& endpoint);
/// All ports of a cluster's nodes; the first failure.
[[nodiscard]] Result<void> checkPortsFree(const ClusterSpec& spec);
/// "java (pid 4711)" for the process that listens on the endpoint, if it can be found.
[[nodiscard]] std::optional<std::string> ownerOfPort(const InetEndpoint& endpoint);

} // namespace engine::launcher
