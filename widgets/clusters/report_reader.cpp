#include "widgets/clusters/report_reader.h"
#include "widgets/studio/text.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace clusters {

namespace {

using engine::InetAddress;
using namespace studio;

/// "455.8 KiB" as Cassandra formats sizes.
std::optional<qint64> bytesOf(const std::string& load)
{
    static constexpr std::pair<const char*, double> kUnits[] = {{"bytes", 1},
                                                                {"KiB", 1024.0},
                                                                {"MiB", 1048576.0},
                                                                {"GiB", 1073741824.0},
                                                                {"TiB", 1099511627776.0}};
    const auto space = load.find(' ');
    if (space == std::string::npos)
        return std::nullopt;
    double number = 0;
    if (std::from_chars(load.data(), load.data() + space, number).ec != std::errc{})
        return std::nullopt;
    for (const auto& [unit, factor] : kUnits) {
        if (load.compare(space + 1, std::string::npos, unit) == 0)
            return static_cast<qint64>(number * factor);
    }
    return std::nullopt;
}

ProcessState processOf(engine::launcher::ProcessState state)
{
    switch (state) {
    case engine::launcher::ProcessState::Paused:
        return ProcessState::Paused;
    case engine::launcher::ProcessState::Stopped:
    case engine::launcher::ProcessState::Failed:
        return ProcessState::Stopped;
    default:
        return ProcessState::Running;
    }
}

NodeMode modeOf(char mode)
{
    switch (mode) {
    case 'J':
        return NodeMode::Joining;
    case 'L':
        return NodeMode::Leaving;
    case 'M':
        return NodeMode::Moving;
    default:
        return NodeMode::Normal;
    }
}

/// The rows by address while they are put together from several witnesses.
class Rows {
public:
    NodeRow& at(const InetAddress& address)
    {
        auto& row = m_rows[address];
        if (row.address.isEmpty())
            row.address = text(address.toString());
        return row;
    }
    std::map<InetAddress, NodeRow>& all() { return m_rows; }

private:
    std::map<InetAddress, NodeRow> m_rows;
};

void addProcesses(Rows& rows, const engine::launcher::ClusterStatus& status)
{
    for (const auto& node : status.nodes) {
        auto& row = rows.at(node.spec.address);
        row.name = text(node.spec.name);
        row.cqlPort = node.spec.cqlPort;
        row.adminPort = node.spec.adminPort;
        row.datacenter = text(node.spec.datacenter);
        row.rack = text(node.spec.rack);
        row.process = processOf(node.state);
        row.pid = node.pid;
        if (node.pid > 0) {
            row.memoryBytes = static_cast<qint64>(node.memoryBytes);
            row.uptime = node.uptime;
        }
        if (row.process == ProcessState::Stopped && row.liveness == Liveness::Unknown)
            row.liveness = Liveness::Down;
    }
}

void addDriver(Rows& rows, const engine::client::Topology& driver)
{
    // What the cluster said last counts while somebody is there who would say otherwise.
    const bool isHeard = std::any_of(driver.nodes.begin(), driver.nodes.end(),
                                     [](const auto& node) { return node.isConnected; });
    for (const auto& node : driver.nodes) {
        const auto& address =
            node.broadcast.port != 0 ? node.broadcast.address : node.address.address;
        auto& row = rows.at(address);
        row.cqlPort = node.address.port;
        row.hostId = text(node.hostId.toString());
        row.datacenter = text(node.datacenter);
        row.rack = text(node.rack);
        row.releaseVersion = text(node.releaseVersion);
        row.schemaVersion = text(node.schemaVersion.toString());
        row.tokenCount = static_cast<int>(node.tokens.size());
        if (row.liveness == Liveness::Unknown && isHeard)
            row.liveness = node.isUp ? Liveness::Up : Liveness::Down;
    }
}

void addRing(Rows& rows, const engine::admin::RingReport& ring)
{
    for (const auto& node : ring.nodes) {
        auto& row = rows.at(node.endpoint.address);
        row.liveness = node.up ? Liveness::Up : Liveness::Down;
        row.mode = modeOf(node.mode);
        if (!node.hostId.empty())
            row.hostId = text(node.hostId);
        row.owns = node.owns;
        row.loadBytes = bytesOf(node.load);
    }
}

void addGossip(Rows& rows, const ClusterReport& report)
{
    for (const auto& observer : report.observers) {
        for (const auto& endpoint : observer.gossip.endpoints) {
            auto& row = rows.at(endpoint.endpoint.address);
            row.generation = std::max(row.generation, static_cast<qint64>(endpoint.generation));
            row.phiThreshold = observer.gossip.phiThreshold;
            if (endpoint.endpoint != observer.endpoint && endpoint.phi)
                row.phi = std::max(row.phi.value_or(0), *endpoint.phi);
            row.socketClosed = row.socketClosed || endpoint.socketClosed;
            for (const auto& state : endpoint.states) {
                if (state.name == "DC" && row.datacenter.isEmpty())
                    row.datacenter = text(state.value);
                else if (state.name == "RACK" && row.rack.isEmpty())
                    row.rack = text(state.value);
                else if (state.name == "SCHEMA")
                    row.schemaVersion = text(state.value);
                else if (state.name == "RELEASE_VERSION")
                    row.releaseVersion = text(state.value);
            }
        }
    }
}

} // namespace

ClusterTopology toTopology(const ClusterReport& report, const engine::client::Topology* driver)
{
    Rows rows;
    if (report.processes)
        addProcesses(rows, *report.processes);
    if (report.ring)
        addRing(rows, *report.ring);
    if (driver != nullptr)
        addDriver(rows, *driver);
    addGossip(rows, report);

    ClusterTopology topology;
    std::map<InetAddress, int> indexes;
    for (auto& [address, row] : rows.all()) {
        row.number = static_cast<int>(topology.nodes.size()) + 1;
        if (row.name.isEmpty())
            row.name = report.processes ? QStringLiteral("n%1").arg(row.number) : row.address;
        indexes[address] = row.number - 1;
        topology.nodes.push_back(std::move(row));
    }
    if (report.ring) {
        topology.clusterName = text(report.ring->clusterName);
        topology.partitioner = text(report.ring->partitioner);
        for (const auto& [token, endpoint] : report.ring->tokens)
            topology.ring.push_back({token, indexes[endpoint.address]});
    } else if (driver != nullptr) {
        topology.clusterName = text(driver->clusterName);
        topology.partitioner = text(driver->partitioner);
        for (const auto& node : driver->nodes) {
            const auto& address =
                node.broadcast.port != 0 ? node.broadcast.address : node.address.address;
            for (const auto& token : node.tokens) {
                qint64 number = 0;
                if (std::from_chars(token.data(), token.data() + token.size(), number).ec ==
                    std::errc{})
                    topology.ring.push_back({number, indexes[address]});
            }
        }
        std::sort(topology.ring.begin(), topology.ring.end(),
                  [](const auto& a, const auto& b) { return a.token < b.token; });
    }
    std::vector<int> counts(topology.nodes.size());
    for (const auto& vnode : topology.ring)
        ++counts[static_cast<std::size_t>(vnode.node)];
    for (std::size_t i = 0; i < counts.size(); ++i)
        topology.nodes[i].tokenCount = counts[i];
    return topology;
}

GossipState toGossip(const ClusterReport& report, const ClusterTopology& topology)
{
    const auto indexOf = [&](const engine::InetEndpoint& endpoint) {
        const QString address = text(endpoint.address.toString());
        for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
            if (topology.nodes[i].address == address)
                return static_cast<int>(i);
        }
        return -1;
    };
    GossipState state;
    for (const auto& observer : report.observers) {
        state.phiThreshold = observer.gossip.phiThreshold;
        const int from = indexOf(observer.endpoint);
        for (const auto& endpoint : observer.gossip.endpoints) {
            EndpointView view;
            view.observer = from;
            view.subject = indexOf(endpoint.endpoint);
            if (view.observer < 0 || view.subject < 0)
                continue;
            view.alive = endpoint.alive;
            if (!view.isSelf())
                view.phi = endpoint.phi;
            view.generation = endpoint.generation;
            view.version = static_cast<int>(endpoint.heartbeat);
            for (const auto& each : endpoint.states)
                view.states.push_back(
                    {text(each.name), text(each.value), static_cast<int>(each.version)});
            view.intervalsMs = endpoint.intervalsMs;
            state.views.push_back(std::move(view));
        }
    }
    return state;
}

} // namespace clusters
