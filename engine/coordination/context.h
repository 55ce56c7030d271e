#pragma once

#include "engine/base/events.h"
#include "engine/base/runtime.h"
#include "engine/coordination/coordination_options.h"
#include "engine/coordination/replica_plan.h"
#include "engine/coordination/replica_store.h"
#include "engine/messaging/messaging_service.h"

#include <algorithm>

namespace engine::coordination {

/// What the parts of coordination share: references to their surroundings. All outlive them.
struct Context {
    Runtime& runtime;
    EventSink& events;
    messaging::MessagingService& messaging;
    ReplicaStore& store;
    ReplicaPlanner& planner;
    const CoordinationOptions& options;

    [[nodiscard]] const std::string& localDatacenter() const { return planner.snitch().datacenter; }
    [[nodiscard]] bool isAlive(const InetEndpoint& endpoint) const
    {
        return planner.gossiper().isAlive(endpoint);
    }
    /// `timeout` from now, or `wanted` if that is set and earlier.
    [[nodiscard]] MonoTime deadline(MonoTime wanted, Duration timeout) const
    {
        return deadline(runtime.now(), wanted, timeout);
    }
    [[nodiscard]] static MonoTime deadline(MonoTime now, MonoTime wanted, Duration timeout)
    {
        return wanted == MonoTime{} ? now + timeout : std::min(wanted, now + timeout);
    }
};

} // namespace engine::coordination
