#pragma once

#include "engine/base/events.h"
#include "engine/messaging/messaging_service.h"
#include "engine/node/mbeans.h"

namespace engine::node {

/// The name of faultBean(). Not Cassandra's: nothing there is like it.
inline constexpr const char* kFaultBeanName = "net.ringwright:type=Faults";

/// The managed object behind the fault hooks, there only with --fault-hooks: attribute Links,
/// operations cutLinks, slowLinks and healLinks, each on the links with the named internode
/// endpoints (none named: with all other nodes). What is set says so as a `fault` event.
/// `messaging` and `events` outlive it. Node thread only.
[[nodiscard]] MBean faultBean(messaging::MessagingService& messaging, EventSink& events);

} // namespace engine::node
