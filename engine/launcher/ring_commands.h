#pragma once

#include "engine/launcher/command_line.h"
#include "engine/launcher/host_protocol.h"

namespace engine::launcher {

/// Prints a cluster's state on standard output, as JSON or for people.
void printStatus(const ClusterStatus& status, bool asJson);

/// `add NAME`: a further node joins the running cluster; ends when it has its data.
[[nodiscard]] Result<void> addNode(const CommandLine& line);
/// `remove NAME/NODE`: the node is decommissioned, or, if it does not run, removed by another.
[[nodiscard]] Result<void> removeNode(const CommandLine& line);
/// `nodetool NAME/NODE COMMAND …`
[[nodiscard]] Result<void> nodetool(const CommandLine& line);
/// `fault NAME/NODE cut|slow MILLISECONDS|heal|show [NODE…]`: see node_faults.h.
[[nodiscard]] Result<void> fault(const CommandLine& line);

} // namespace engine::launcher
