#pragma once

#ifndef Q_MOC_RUN // moc needs none of it
#include "engine/membership/ring_view.h"
#include "engine/membership/schema_sync.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"

namespace tests {

inline engine::InetEndpoint gossipEndpoint(std::uint32_t index)
{
    return *engine::InetEndpoint::parse(
        "127.0." + std::to_string(index / 200) + "." + std::to_string(index % 200 + 1), 7000);
}

/// A node that only gossips. The first one is the seed of all.
struct GossipNode {
    GossipNode(engine::simulation::SimulatedWorld& world, std::uint32_t nodeIndex,
               std::int32_t generation = 1)
        : index(nodeIndex),
          disk(nodeIndex),
          runtime(world, nodeIndex, disk),
          messaging(runtime, events, {gossipEndpoint(nodeIndex), "gossip", "s"}),
          gossiper(runtime, messaging, events, {"gossip", "p", {gossipEndpoint(0)}, generation}),
          ring(gossiper, {gossipEndpoint(nodeIndex), "dc1", "r1"})
    {
        (void)messaging.start();
    }
    void start()
    {
        using engine::membership::ApplicationState;
        const engine::ring::Token token{static_cast<std::int64_t>(index) * 1000};
        gossiper.start(
            {{ApplicationState::Dc, "dc1"},
             {ApplicationState::Rack, "r1"},
             {ApplicationState::HostId, engine::Uuid::fromHalves(1, index + 1).toString()},
             {ApplicationState::Tokens, engine::membership::encodeTokens({token})},
             {ApplicationState::StatusWithPort, engine::membership::status::normal(token)}});
    }
    ~GossipNode() { runtime.kill(engine::simulation::SimulatedRuntime::Death::Process); }

    std::uint32_t index;
    engine::simulation::SimulatedDisk disk;
    engine::simulation::SimulatedRuntime runtime;
    engine::NullEventSink events;
    engine::messaging::MessagingService messaging;
    engine::membership::Gossiper gossiper;
    engine::membership::RingView ring;
};

/// Nodes 0 … count-1, started, in one world.
inline std::vector<std::unique_ptr<GossipNode>>
startGossip(engine::simulation::SimulatedWorld& world, std::uint32_t count)
{
    std::vector<std::unique_ptr<GossipNode>> nodes;
    for (std::uint32_t i = 0; i < count; ++i) {
        nodes.push_back(std::make_unique<GossipNode>(world, i));
        nodes.back()->start();
    }
    return nodes;
}

inline bool allSeeAll(const std::vector<std::unique_ptr<GossipNode>>& nodes)
{
    for (const auto& node : nodes)
        if (node && (node->gossiper.live().size() != nodes.size() - 1 ||
                     node->ring.ring()->nodes().size() != nodes.size()))
            return false;
    return true;
}

} // namespace tests
#endif // Q_MOC_RUN
