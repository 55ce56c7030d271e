#pragma once

#include "engine/base/network.h"
#include "engine/base/random.h"
#include "engine/simulation/simulated_world.h"

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace engine::simulation {

class SimulatedNetwork;

/// What one direction between two machines is like.
struct LinkCondition {
    Duration latencyMin = std::chrono::microseconds{80};
    Duration latencyMax = std::chrono::microseconds{600};
    double breakChance = 0; ///< that a message breaks its connection instead of arriving
    double delayChance = 0; ///< that a message waits up to `delayMax` more (a retransmission)
    Duration delayMax = std::chrono::milliseconds{250};
    std::uint64_t bytesPerSecond = 1'000'000'000;
};

/// The wires between the machines of a world.
///
/// A connection carries one channel from one node to another, like the real network's: opened
/// when something is to be sent, in order, at most once. Channels overtake each other. A blocked
/// direction holds data back; unblocked within `stallMax`, it arrives late; else the connection
/// breaks on both sides, and what was under way is lost.
class NetworkFabric {
public:
    explicit NetworkFabric(SimulatedWorld& world);
    ~NetworkFabric();

    /// What a direction is like without a condition of its own.
    [[nodiscard]] LinkCondition& defaultCondition() noexcept { return m_default; }
    void setCondition(NodeIndex from, NodeIndex to, LinkCondition condition);
    [[nodiscard]] const LinkCondition& condition(NodeIndex from, NodeIndex to) const;

    /// Blocks or opens one direction.
    void setBlocked(NodeIndex from, NodeIndex to, bool blocked);
    /// Blocks both directions between every node of `a` and every one of `b`.
    void partition(const std::vector<NodeIndex>& a, const std::vector<NodeIndex>& b);
    /// Opens everything.
    void heal();
    [[nodiscard]] bool isBlocked(NodeIndex from, NodeIndex to) const
    {
        return m_blocked.contains({from, to});
    }
    void setStallMax(Duration stallMax) noexcept { m_stallMax = stallMax; }

    [[nodiscard]] std::uint64_t messagesDelivered() const noexcept { return m_delivered; }

private:
    friend class SimulatedNetwork;
    struct Side;
    struct Connection;
    using ConnectionPtr = std::shared_ptr<Connection>;

    void connect(SimulatedNetwork& from, const InetEndpoint& to, Channel channel);
    void accept(const ConnectionPtr& connection);
    void advance(const ConnectionPtr& connection, bool connecting, Bytes received);
    void flush(const ConnectionPtr& connection);
    void transmit(const ConnectionPtr& connection, bool forward, std::size_t bytes, Label label,
                  Callback arrive);
    void arrive(const ConnectionPtr& connection, bool forward, Label label, Callback arrive);
    void openStalled();
    /// One side is done with the connection; `tellPeer`: the other learns of it.
    void close(const ConnectionPtr& connection, bool connecting, bool tellOwner, bool tellPeer);
    void closeSide(const ConnectionPtr& connection, bool connecting, bool tellOwner);
    void dropAll(SimulatedNetwork& network, bool tellPeers);
    [[nodiscard]] Duration latency(NodeIndex from, NodeIndex to, std::size_t bytes);

    SimulatedWorld& m_world;
    SeededRandom m_random;
    LinkCondition m_default;
    std::map<std::pair<NodeIndex, NodeIndex>, LinkCondition> m_conditions;
    std::set<std::pair<NodeIndex, NodeIndex>>
        m_blocked; ///< nothing passes: data waits, as TCP's does
    std::map<InetEndpoint, SimulatedNetwork*> m_listeners;
    std::map<std::uint64_t, ConnectionPtr> m_connections; ///< by age
    std::uint64_t m_nextConnection = 1;
    std::uint64_t m_delivered = 0;
    Duration m_stallMax = std::chrono::seconds{15};
};

/// One node's end of the fabric.
class SimulatedNetwork final : public Network {
public:
    SimulatedNetwork(SimulatedRuntime& runtime, NetworkFabric& fabric);
    ~SimulatedNetwork() override;

    Result<void> listen(const InetEndpoint& local, NetworkReceiver& receiver) override;
    void send(const InetEndpoint& to, Channel channel, Bytes message) override;
    void disconnect(const InetEndpoint& peer) override;
    void stop() override;

    /// The process is gone; `peersLearn`: its kernel closes the connections.
    void die(bool peersLearn);

private:
    friend class NetworkFabric;
    struct Outbound {
        std::deque<Bytes> waiting;
        std::size_t waitingBytes = 0;
        NetworkFabric::ConnectionPtr connection;
        std::optional<Duration> retryAt; ///< after a failure, not before
        Duration retryDelay = std::chrono::milliseconds{50};
    };
    using OutboundKey = std::pair<InetEndpoint, Channel>;
    void linkUp(const InetEndpoint& peer);
    void linkDown(const InetEndpoint& peer);

    SimulatedRuntime& m_runtime;
    NetworkFabric& m_fabric;
    InetEndpoint m_local;
    NetworkReceiver* m_receiver = nullptr;
    std::map<OutboundKey, Outbound> m_outbound;
    std::map<InetEndpoint, int> m_links;
    bool m_dead = false;
};

} // namespace engine::simulation
