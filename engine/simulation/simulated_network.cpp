#include "engine/simulation/simulated_network.h"

#include "engine/base/assert.h"
#include "engine/simulation/simulated_runtime.h"

#include <algorithm>
#include <string>

namespace engine::simulation {

namespace {
constexpr std::size_t kQueuedBytesMax = 16 << 20;
constexpr Duration kRetryDelayMin = std::chrono::milliseconds{50};
constexpr Duration kRetryDelayMax = std::chrono::milliseconds{1000};
constexpr std::size_t kControlBytes = 64;
} // namespace

/// What one node knows of a connection.
struct NetworkFabric::Side {
    SimulatedNetwork* network = nullptr; ///< null: gone, or not there yet
    NodeIndex node = 0;
    std::unique_ptr<Handshake> handshake;
    InetEndpoint peer;
    bool isUp = false;
};

struct NetworkFabric::Connection {
    std::uint64_t id = 0;
    InetEndpoint to;
    Channel channel = Channel::Small;
    Side connecting;
    Side accepting;
    bool isAccepted = false;
    struct Direction {
        Duration lastArrival{};
        std::deque<std::pair<Label, Callback>> stalled;
        std::uint64_t stallCount = 0; ///< how often it began to stall
    };
    Direction forward;
    Direction backward;

    Side& side(bool isConnecting) { return isConnecting ? connecting : accepting; }
    Direction& direction(bool isForward) { return isForward ? forward : backward; }
};

NetworkFabric::NetworkFabric(SimulatedWorld& world)
    : m_world(world), m_random(world.randomFor("network"))
{
}

NetworkFabric::~NetworkFabric() = default;

const LinkCondition& NetworkFabric::condition(NodeIndex from, NodeIndex to) const
{
    const auto found = m_conditions.find({from, to});
    return found == m_conditions.end() ? m_default : found->second;
}

void NetworkFabric::setCondition(NodeIndex from, NodeIndex to, LinkCondition condition)
{
    m_conditions[{from, to}] = condition;
}

void NetworkFabric::setBlocked(NodeIndex from, NodeIndex to, bool blocked)
{
    if (blocked) {
        m_blocked.emplace(from, to);
    } else {
        m_blocked.erase({from, to});
        openStalled();
    }
}

void NetworkFabric::partition(const std::vector<NodeIndex>& a, const std::vector<NodeIndex>& b)
{
    m_world.record(WorldEvent::kWorld, "network", "partition");
    for (const NodeIndex one : a) {
        for (const NodeIndex other : b) {
            setBlocked(one, other, true);
            setBlocked(other, one, true);
        }
    }
}

void NetworkFabric::heal()
{
    m_world.record(WorldEvent::kWorld, "network", "heal");
    m_blocked.clear();
    openStalled();
}

Duration NetworkFabric::latency(NodeIndex from, NodeIndex to, std::size_t bytes)
{
    const LinkCondition& link = condition(from, to);
    const auto span = static_cast<std::uint64_t>((link.latencyMax - link.latencyMin).count()) + 1;
    Duration delay = link.latencyMin + Duration{static_cast<std::int64_t>(m_random.below(span))};
    delay += Duration{static_cast<std::int64_t>(bytes * 1'000'000'000ULL / link.bytesPerSecond)};
    if (link.delayChance > 0 && m_random.unit() < link.delayChance)
        delay += Duration{static_cast<std::int64_t>(
            m_random.below(static_cast<std::uint64_t>(link.delayMax.count()) + 1))};
    return delay;
}

void NetworkFabric::transmit(const ConnectionPtr& connection, bool forward, std::size_t bytes,
                             Label label, Callback arrived)
{
    auto& direction = connection->direction(forward);
    const NodeIndex from = connection->side(forward).node;
    const NodeIndex to = connection->side(!forward).node;
    const Duration at =
        std::max(m_world.now() + latency(from, to, bytes), direction.lastArrival + Duration{1});
    direction.lastArrival = at;
    m_world.schedule(at - m_world.now(), SimulatedWorld::EventKind::Network, nullptr, to, label,
                     [this, connection, forward, label, arrived = std::move(arrived)]() mutable {
                         arrive(connection, forward, label, std::move(arrived));
                     });
}

void NetworkFabric::arrive(const ConnectionPtr& connection, bool forward, Label label,
                           Callback arrived)
{
    if (!m_connections.contains(connection->id))
        return;
    auto& direction = connection->direction(forward);
    if (!isBlocked(connection->side(forward).node, connection->side(!forward).node) &&
        direction.stalled.empty()) {
        arrived();
        return;
    }
    direction.stalled.emplace_back(label, std::move(arrived));
    if (direction.stalled.size() > 1)
        return;
    // The sender's kernel gives up when nothing was acknowledged for so long.
    m_world.schedule(m_stallMax, SimulatedWorld::EventKind::Action, nullptr, WorldEvent::kWorld,
                     "connection timeout",
                     [this, connection, forward, stall = ++direction.stallCount] {
                         const auto& stalled = connection->direction(forward);
                         if (stalled.stallCount != stall || stalled.stalled.empty())
                             return;
                         closeSide(connection, true, true);
                         closeSide(connection, false, true);
                     });
}

void NetworkFabric::openStalled()
{
    const auto connections = m_connections;
    for (const auto& [id, connection] : connections) {
        for (const bool forward : {true, false}) {
            auto& direction = connection->direction(forward);
            const NodeIndex from = connection->side(forward).node;
            const NodeIndex to = connection->side(!forward).node;
            if (direction.stalled.empty() || isBlocked(from, to))
                continue;
            // The next retransmission brings it through, up to 200 ms later.
            const Duration delay{static_cast<std::int64_t>(m_random.below(200'000'000))};
            auto stalled = std::exchange(direction.stalled, {});
            ++direction.stallCount;
            Duration at = std::max(m_world.now() + delay, direction.lastArrival);
            for (auto& [label, arrived] : stalled) {
                at += std::chrono::microseconds{1};
                m_world.schedule(at - m_world.now(), SimulatedWorld::EventKind::Network, nullptr,
                                 to, label,
                                 [this, connection = connection, forward, label = label,
                                  arrived = std::move(arrived)]() mutable {
                                     arrive(connection, forward, label, std::move(arrived));
                                 });
            }
            direction.lastArrival = at;
        }
    }
}

void NetworkFabric::connect(SimulatedNetwork& from, const InetEndpoint& to, Channel channel)
{
    auto connection = std::make_shared<Connection>();
    connection->id = m_nextConnection++;
    connection->to = to;
    connection->channel = channel;
    connection->connecting.network = &from;
    connection->connecting.node = from.m_runtime.node();
    const auto listener = m_listeners.find(to);
    // Nobody there: the machine (whichever it is) refuses.
    connection->accepting.node = listener == m_listeners.end() ? connection->connecting.node
                                                               : listener->second->m_runtime.node();
    m_connections.emplace(connection->id, connection);
    from.m_outbound[{to, channel}].connection = connection;
    transmit(connection, true, kControlBytes, "connect",
             [this, connection] { accept(connection); });
}

void NetworkFabric::accept(const ConnectionPtr& connection)
{
    const auto listener = m_listeners.find(connection->to);
    if (listener == m_listeners.end()) {
        transmit(connection, false, kControlBytes, "refused",
                 [this, connection] { closeSide(connection, true, true); });
        return;
    }
    connection->isAccepted = true;
    connection->accepting.network = listener->second;
    connection->accepting.node = listener->second->m_runtime.node();
    transmit(connection, false, kControlBytes, "accepted",
             [this, connection] { advance(connection, true, {}); });
}

void NetworkFabric::advance(const ConnectionPtr& connection, bool connecting, Bytes received)
{
    auto* network = connection->side(connecting).network;
    if (network == nullptr)
        return;
    network->m_runtime.post(
        Priority::Gossip, "handshake",
        [this, connection, connecting, received = std::move(received)] {
            Side& side = connection->side(connecting);
            if (side.network == nullptr || side.network->m_receiver == nullptr)
                return;
            if (!side.handshake)
                side.handshake = side.network->m_receiver->newHandshake(connecting);
            auto answer = side.handshake->advance(received);
            if (!answer) {
                side.network->m_runtime.log().info("network", "no connection with " +
                                                                  connection->to.toString() + ": " +
                                                                  answer.error().detail());
                close(connection, connecting, true, true);
                return;
            }
            if (!answer->empty()) {
                const std::size_t bytes = answer->size();
                transmit(connection, connecting, bytes, "handshake",
                         [this, connection, connecting, sent = std::move(*answer)]() mutable {
                             advance(connection, !connecting, std::move(sent));
                         });
            }
            if (side.handshake->done() && !side.isUp) {
                side.isUp = true;
                side.peer = side.handshake->peer();
                side.network->linkUp(side.peer);
                if (connecting)
                    flush(connection);
            }
        });
}

void NetworkFabric::flush(const ConnectionPtr& connection)
{
    Side& sender = connection->connecting;
    if (sender.network == nullptr || !sender.isUp)
        return;
    auto& outbound = sender.network->m_outbound[{connection->to, connection->channel}];
    outbound.retryDelay = kRetryDelayMin;
    auto messages = std::exchange(outbound.waiting, {});
    outbound.waitingBytes = 0;
    for (Bytes& message : messages) {
        const LinkCondition& link = condition(sender.node, connection->accepting.node);
        if (link.breakChance > 0 && m_random.unit() < link.breakChance) {
            close(connection, true, true, true);
            return;
        }
        const std::size_t bytes = message.size();
        transmit(connection, true, bytes, "message",
                 [this, connection, message = std::move(message)]() mutable {
                     auto* network = connection->accepting.network;
                     if (network == nullptr)
                         return;
                     const auto priority = connection->channel == Channel::Urgent
                                               ? Priority::Gossip
                                               : Priority::Request;
                     network->m_runtime.post(
                         priority, "deliver",
                         [this, connection, message = std::move(message)]() mutable {
                             Side& side = connection->accepting;
                             if (side.network == nullptr || !side.isUp)
                                 return;
                             ++m_delivered;
                             side.network->m_receiver->onMessage(side.peer, std::move(message));
                         });
                 });
    }
}

void NetworkFabric::close(const ConnectionPtr& connection, bool connecting, bool tellOwner,
                          bool tellPeer)
{
    if (tellPeer && m_connections.contains(connection->id)) {
        // Sent before the side goes, after all that it sent: a TCP connection ends in order.
        transmit(connection, connecting, kControlBytes, "closed",
                 [this, connection, connecting] { closeSide(connection, !connecting, true); });
    }
    closeSide(connection, connecting, tellOwner);
}

void NetworkFabric::closeSide(const ConnectionPtr& connection, bool connecting, bool tellOwner)
{
    Side& side = connection->side(connecting);
    auto* network = std::exchange(side.network, nullptr);
    const bool wasUp = std::exchange(side.isUp, false);
    const Side& other = connection->side(!connecting);
    std::deque<std::pair<Label, Callback>> lost[2];
    if (other.network == nullptr) {
        m_connections.erase(connection->id);
        // What waits in the connection holds the connection: one would keep the other for ever.
        lost[0] = std::exchange(connection->forward.stalled, {});
        lost[1] = std::exchange(connection->backward.stalled, {});
    }
    if (network == nullptr)
        return;
    if (connecting) {
        auto& outbound = network->m_outbound[{connection->to, connection->channel}];
        if (outbound.connection == connection) {
            outbound.connection = nullptr;
            outbound.waiting.clear();
            outbound.waitingBytes = 0;
            outbound.retryAt = m_world.now() + outbound.retryDelay;
            outbound.retryDelay = std::min(outbound.retryDelay * 2, kRetryDelayMax);
        }
    }
    if (wasUp && tellOwner) {
        network->m_runtime.post(Priority::Gossip, "disconnected",
                                [network, peer = side.peer] { network->linkDown(peer); });
    } else if (wasUp) {
        --network->m_links[side.peer];
    }
}

void NetworkFabric::dropAll(SimulatedNetwork& network, bool tellPeers)
{
    const auto connections = m_connections;
    for (const auto& [id, connection] : connections) {
        for (const bool connecting : {true, false}) {
            if (connection->side(connecting).network != &network)
                continue;
            close(connection, connecting, false, tellPeers);
            if (!tellPeers) {
                // Silence. The peer's kernel gives up some time later.
                m_world.schedule(m_stallMax, SimulatedWorld::EventKind::Action, nullptr,
                                 WorldEvent::kWorld, "connection timeout",
                                 [this, connection = connection, connecting] {
                                     closeSide(connection, !connecting, true);
                                 });
            }
        }
    }
}

SimulatedNetwork::SimulatedNetwork(SimulatedRuntime& runtime, NetworkFabric& fabric)
    : m_runtime(runtime), m_fabric(fabric)
{
}

SimulatedNetwork::~SimulatedNetwork()
{
    die(true);
}

Result<void> SimulatedNetwork::listen(const InetEndpoint& local, NetworkReceiver& receiver)
{
    if (!m_fabric.m_listeners.emplace(local, this).second)
        return Error{ErrorCode::AddressInUse, "another node listens on " + local.toString()};
    m_local = local;
    m_receiver = &receiver;
    m_dead = false;
    // A machine that is back answers leftovers of its earlier life with a reset.
    const auto connections = m_fabric.m_connections;
    for (const auto& [id, connection] : connections) {
        for (const bool connecting : {true, false}) {
            const auto& side = connection->side(connecting);
            if (side.node == m_runtime.node() && side.network == nullptr &&
                (connecting || connection->isAccepted))
                m_fabric.transmit(connection, connecting, kControlBytes, "reset",
                                  [fabric = &m_fabric, connection = connection, connecting] {
                                      fabric->closeSide(connection, !connecting, true);
                                  });
        }
    }
    return ok();
}

void SimulatedNetwork::send(const InetEndpoint& to, Channel channel, Bytes message)
{
    if (m_dead || m_receiver == nullptr)
        return;
    auto& outbound = m_outbound[{to, channel}];
    if (outbound.waitingBytes + message.size() > kQueuedBytesMax)
        return;
    outbound.waitingBytes += message.size();
    outbound.waiting.push_back(std::move(message));
    if (const auto connection = outbound.connection) {
        m_fabric.flush(connection); // which may close it, and then resets outbound.connection
        return;
    }
    if (outbound.retryAt && m_fabric.m_world.now() < *outbound.retryAt) {
        if (outbound.waiting.size() > 1)
            return; // a timer waits already
        m_runtime.after(*outbound.retryAt - m_fabric.m_world.now(), "reconnect",
                        [this, to, channel] {
                            auto& again = m_outbound[{to, channel}];
                            if (!again.connection && !again.waiting.empty())
                                m_fabric.connect(*this, to, channel);
                        });
        return;
    }
    m_fabric.connect(*this, to, channel);
}

void SimulatedNetwork::disconnect(const InetEndpoint& peer)
{
    const auto connections = m_fabric.m_connections;
    for (const auto& [id, connection] : connections) {
        if (connection->connecting.network == this && connection->to == peer)
            m_fabric.close(connection, true, true, true);
        else if (connection->accepting.network == this && connection->accepting.isUp &&
                 connection->accepting.peer == peer)
            m_fabric.close(connection, false, true, true);
    }
    for (auto& [key, outbound] : m_outbound) {
        if (key.first == peer) {
            outbound.waiting.clear();
            outbound.waitingBytes = 0;
        }
    }
}

void SimulatedNetwork::stop()
{
    die(true);
}

void SimulatedNetwork::die(bool peersLearn)
{
    if (std::exchange(m_dead, true))
        return;
    m_fabric.dropAll(*this, peersLearn);
    if (const auto found = m_fabric.m_listeners.find(m_local);
        found != m_fabric.m_listeners.end() && found->second == this)
        m_fabric.m_listeners.erase(found);
    m_receiver = nullptr;
}

void SimulatedNetwork::linkUp(const InetEndpoint& peer)
{
    if (++m_links[peer] == 1)
        m_receiver->onConnected(peer);
}

void SimulatedNetwork::linkDown(const InetEndpoint& peer)
{
    if (--m_links[peer] == 0 && m_receiver != nullptr)
        m_receiver->onDisconnected(peer);
}

} // namespace engine::simulation
