#include "engine/admin/jolokia_client.h"
#include "engine/admin/node_admin.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <thread>

namespace engine::admin {

namespace {

namespace json = boost::json;

constexpr const char* kStorageService = "org.apache.cassandra.db:type=StorageService";
constexpr const char* kFailureDetector = "org.apache.cassandra.net:type=FailureDetector";
constexpr std::uint16_t kStoragePort = 7000;
constexpr auto kRepairPoll = std::chrono::milliseconds{200};
constexpr int kRepairPollFailuresMax = 50;

/// "/127.0.0.23:7000" or "127.0.0.21/127.0.0.21:7000": Java prints a host name before the slash.
Result<InetEndpoint> endpointOf(std::string_view text)
{
    if (const auto slash = text.rfind('/'); slash != std::string_view::npos)
        text.remove_prefix(slash + 1);
    return InetEndpoint::parse(text, kStoragePort);
}

std::string textOf(const json::value& object, std::string_view key)
{
    const auto* map = object.if_object();
    const auto* value = map != nullptr ? map->if_contains(key) : nullptr;
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

template <class Each>
void eachMember(const json::value& object, std::string_view key, Each each)
{
    const auto* map = object.if_object();
    const auto* inner = map != nullptr ? map->if_contains(key) : nullptr;
    if (inner == nullptr || !inner->is_object())
        return;
    for (const auto& member : inner->as_object())
        each(std::string_view(member.key()), member.value());
}

std::vector<InetEndpoint> endpointsOf(const json::value& object, std::string_view key)
{
    std::vector<InetEndpoint> all;
    const auto* map = object.if_object();
    const auto* list = map != nullptr ? map->if_contains(key) : nullptr;
    if (list == nullptr || !list->is_array())
        return all;
    for (const auto& each : list->as_array()) {
        if (!each.is_string())
            continue;
        if (auto endpoint = endpointOf(each.as_string()))
            all.push_back(*endpoint);
    }
    return all;
}

std::optional<double> numberOf(const json::value& value)
{
    boost::system::error_code error;
    const double number = value.to_number<double>(error);
    return error ? std::nullopt : std::optional(number);
}

/// Of a histogram as Cassandra's beans give it: counts of buckets that grow by a fifth, each taken
/// at its upper end (EstimatedHistogram.newOffsets).
double meanOfBuckets(const json::value& counts)
{
    if (!counts.is_array())
        return 0;
    double sum = 0;
    double all = 0;
    double limit = 1;
    for (const auto& each : counts.as_array()) {
        const double count = numberOf(each).value_or(0);
        sum += count * limit;
        all += count;
        const double next = std::floor(limit * 1.2 + 0.5);
        limit = next == limit ? limit + 1 : next;
    }
    return all > 0 ? sum / all : 0;
}

json::object execRequest(const char* bean, std::string_view signature, json::array arguments)
{
    return {{"type", "exec"},
            {"mbean", bean},
            {"operation", signature},
            {"arguments", std::move(arguments)}};
}

class JolokiaAdmin final : public NodeAdmin {
public:
    JolokiaAdmin(const JolokiaAddress& address, std::chrono::milliseconds timeout)
        : m_address(address), m_client(address, timeout)
    {
    }

    Result<RingReport> ring(const std::string& keyspace) override;
    Result<GossipReport> gossip() override;
    Result<void> flush(const std::string& keyspace, const std::vector<std::string>& tables) override
    {
        return lasting(execRequest(kStorageService,
                                   "forceKeyspaceFlush(java.lang.String,[Ljava.lang.String;)",
                                   {keyspace, json::value_from(tables)}));
    }
    Result<void> compact(const std::string& keyspace,
                         const std::vector<std::string>& tables) override
    {
        return lasting(
            execRequest(kStorageService,
                        "forceKeyspaceCompaction(boolean,java.lang.String,[Ljava.lang.String;)",
                        {false, keyspace, json::value_from(tables)}));
    }
    Result<void> snapshot(const std::string& tag,
                          const std::vector<std::string>& keyspaces) override
    {
        return lasting(execRequest(
            kStorageService, "takeSnapshot(java.lang.String,java.util.Map,[Ljava.lang.String;)",
            {tag, json::object{}, json::value_from(keyspaces)}));
    }
    Result<void> clearSnapshot(const std::string& tag) override
    {
        return lasting(execRequest(
            kStorageService, "clearSnapshot(java.util.Map,java.lang.String,[Ljava.lang.String;)",
            {json::object{}, tag, json::array{}}));
    }
    Result<void> drain() override { return lasting(execRequest(kStorageService, "drain()", {})); }
    Result<std::vector<SnapshotRow>> snapshots() override;
    Result<void> repair(const RepairOptions& options,
                        const std::function<bool(const RepairProgress&)>& progress) override;
    Result<PartitionReport> partitions(const std::string& keyspace,
                                       const std::string& table) override;
    Result<std::vector<std::string>> keyspaces() override;

private:
    /// On a connection of its own without timeout: it ends when the work has.
    Result<void> lasting(const json::object& request)
    {
        JolokiaClient own(m_address, std::chrono::milliseconds{0});
        RW_TRY(own.ask(request));
        return ok();
    }
    std::optional<RepairProgress> pullNotifications(const std::string& client,
                                                    const std::string& handle,
                                                    const std::string& store, int command);

    JolokiaAddress m_address;
    JolokiaClient m_client;
};

Result<RingReport> JolokiaAdmin::ring(const std::string& keyspace)
{
    const json::value attributes{"ClusterName",
                                 "PartitionerName",
                                 "ReleaseVersion",
                                 "OperationMode",
                                 "SchemaVersion",
                                 "LiveNodesWithPort",
                                 "UnreachableNodesWithPort",
                                 "JoiningNodesWithPort",
                                 "LeavingNodesWithPort",
                                 "MovingNodesWithPort",
                                 "LoadMapWithPort",
                                 "EndpointWithPortToHostId",
                                 "TokenToEndpointWithPortMap",
                                 "OwnershipWithPort"};
    json::array requests{
        json::object{{"type", "read"}, {"mbean", kStorageService}, {"attribute", attributes}},
        json::object{
            {"type", "read"}, {"mbean", "java.lang:type=Runtime"}, {"attribute", "Uptime"}},
        json::object{{"type", "read"},
                     {"mbean", "java.lang:type=Memory"},
                     {"attribute", "HeapMemoryUsage"},
                     {"path", "used"}}};
    if (!keyspace.empty())
        requests.push_back(execRequest(kStorageService,
                                       "effectiveOwnershipWithPort(java.lang.String)", {keyspace}));
    RW_ASSIGN(const auto answers, m_client.askAll(requests));
    if (!answers[0])
        return answers[0].error();
    const json::value& storage = *answers[0];

    RingReport report;
    report.clusterName = textOf(storage, "ClusterName");
    report.partitioner = textOf(storage, "PartitionerName");
    report.releaseVersion = textOf(storage, "ReleaseVersion");
    report.operationMode = textOf(storage, "OperationMode");
    report.schemaVersion = textOf(storage, "SchemaVersion");
    if (answers[1])
        report.uptime =
            std::chrono::milliseconds{static_cast<std::int64_t>(numberOf(*answers[1]).value_or(0))};
    if (answers[2])
        report.memoryBytes = static_cast<std::uint64_t>(numberOf(*answers[2]).value_or(0));

    std::map<InetEndpoint, RingReport::Node> nodes;
    const auto node = [&](const InetEndpoint& endpoint) -> RingReport::Node& {
        auto& found = nodes[endpoint];
        found.endpoint = endpoint;
        return found;
    };
    for (const auto& endpoint : endpointsOf(storage, "LiveNodesWithPort"))
        node(endpoint).up = true;
    for (const auto& endpoint : endpointsOf(storage, "UnreachableNodesWithPort"))
        node(endpoint).up = false;
    for (const auto& endpoint : endpointsOf(storage, "JoiningNodesWithPort"))
        node(endpoint).mode = 'J';
    for (const auto& endpoint : endpointsOf(storage, "LeavingNodesWithPort"))
        node(endpoint).mode = 'L';
    for (const auto& endpoint : endpointsOf(storage, "MovingNodesWithPort"))
        node(endpoint).mode = 'M';
    const auto forEndpoint = [&](std::string_view key, auto set) {
        eachMember(storage, key, [&](std::string_view name, const json::value& value) {
            if (const auto endpoint = endpointOf(name))
                set(node(*endpoint), value);
        });
    };
    forEndpoint("LoadMapWithPort", [](RingReport::Node& n, const json::value& v) {
        n.load = v.is_string() ? std::string(v.as_string()) : "";
    });
    forEndpoint("EndpointWithPortToHostId", [](RingReport::Node& n, const json::value& v) {
        n.hostId = v.is_string() ? std::string(v.as_string()) : "";
    });
    const bool effective = answers.size() > 3 && answers[3];
    const json::value& ownership =
        effective ? *answers[3] : storage.as_object().at("OwnershipWithPort");
    eachMember(json::value{{"o", ownership}}, "o",
               [&](std::string_view name, const json::value& value) {
                   if (const auto endpoint = endpointOf(name))
                       node(*endpoint).owns = numberOf(value);
               });
    eachMember(storage, "TokenToEndpointWithPortMap",
               [&](std::string_view name, const json::value& value) {
                   std::int64_t token = 0;
                   const auto parsed =
                       std::from_chars(name.data(), name.data() + name.size(), token);
                   if (parsed.ec == std::errc{} && value.is_string()) {
                       if (const auto endpoint = endpointOf(value.as_string()))
                           report.tokens[token] = *endpoint;
                   }
               });
    for (auto& [endpoint, each] : nodes)
        report.nodes.push_back(std::move(each));
    return report;
}

Result<GossipReport> JolokiaAdmin::gossip()
{
    RW_ASSIGN(const json::value answer,
              m_client.ask({{"type", "read"}, {"mbean", kFailureDetector}}));
    GossipReport report;
    report.endpoints = parseEndpointStates(textOf(answer, "AllEndpointStatesWithPort"));
    if (answer.is_object() && answer.as_object().contains("PhiConvictThreshold"))
        report.phiThreshold = numberOf(answer.as_object().at("PhiConvictThreshold")).value_or(8);
    const auto find = [&](std::string_view name) -> EndpointReport* {
        const auto endpoint = endpointOf(name);
        if (!endpoint)
            return nullptr;
        const auto found =
            std::find_if(report.endpoints.begin(), report.endpoints.end(),
                         [&](const EndpointReport& e) { return e.endpoint == *endpoint; });
        return found == report.endpoints.end() ? nullptr : &*found;
    };
    eachMember(answer, "SimpleStatesWithPort",
               [&](std::string_view name, const json::value& value) {
                   if (auto* endpoint = find(name))
                       endpoint->alive = value.is_string() && value.as_string() == "UP";
               });
    eachMember(answer, "PhiValuesWithPort", [&](std::string_view name, const json::value& value) {
        auto* endpoint = find(name);
        if (endpoint != nullptr && value.is_object() && value.as_object().contains("PHI"))
            endpoint->phi = numberOf(value.as_object().at("PHI"));
    });
    // Ours adds what only it can know; the Java agent has no such attributes.
    eachMember(
        answer, "RingwrightIntervalsMs", [&](std::string_view name, const json::value& value) {
            auto* endpoint = find(name);
            if (endpoint == nullptr || !value.is_array())
                return;
            for (const auto& interval : value.as_array())
                endpoint->intervalsMs.push_back(static_cast<float>(numberOf(interval).value_or(0)));
        });
    for (const auto& closed : endpointsOf(answer, "RingwrightSocketClosed")) {
        if (auto* endpoint = find(closed.toString()))
            endpoint->socketClosed = true;
    }
    return report;
}

namespace {

/// The rows in the text that Java makes of a tag's table; its members stand in alphabetical order.
void addSnapshotRows(std::string_view text, std::vector<SnapshotRow>& rows)
{
    constexpr std::array<std::string_view, 8> kMembers{"contents={Column family name=",
                                                       ", Creation time=",
                                                       ", Ephemeral=",
                                                       ", Expiration time=",
                                                       ", Keyspace name=",
                                                       ", Size on disk=",
                                                       ", Snapshot name=",
                                                       ", True size="};
    std::array<std::string, kMembers.size()> values;
    std::size_t at = text.find(kMembers.front());
    while (at != std::string_view::npos) {
        for (std::size_t i = 0; i < kMembers.size(); ++i) {
            const std::size_t begin = at + kMembers[i].size();
            at = text.find(i + 1 < kMembers.size() ? kMembers[i + 1] : "})", begin);
            if (at == std::string_view::npos)
                return;
            values[i] = text.substr(begin, at - begin);
        }
        rows.push_back({values[6], values[4], values[0], values[7], values[5], values[1],
                        values[3] == "null" ? std::string{} : values[3]});
        at = text.find(kMembers.front(), at);
    }
}

} // namespace

Result<std::vector<SnapshotRow>> JolokiaAdmin::snapshots()
{
    // With snapshots that do not expire the Java agent breaks off its JSON, so it is asked for the
    // tags alone, each with its table as text (fixtures: jolokia/operations/snapshots.json).
    RW_ASSIGN(const json::value answer,
              m_client.ask({{"type", "exec"},
                            {"mbean", kStorageService},
                            {"operation", "getSnapshotDetails(java.util.Map)"},
                            {"arguments", json::array{json::object{}}},
                            {"config", {{"maxDepth", 1}}}}));
    std::vector<SnapshotRow> rows;
    std::vector<const json::value*> pending{&answer};
    while (!pending.empty()) {
        const json::value* value = pending.back();
        pending.pop_back();
        if (value->is_string())
            addSnapshotRows(std::string_view(value->as_string()), rows);
        if (!value->is_object())
            continue;
        if (value->as_object().contains("Snapshot name")) {
            rows.push_back({textOf(*value, "Snapshot name"), textOf(*value, "Keyspace name"),
                            textOf(*value, "Column family name"), textOf(*value, "True size"),
                            textOf(*value, "Size on disk"), textOf(*value, "Creation time"),
                            textOf(*value, "Expiration time")});
            continue;
        }
        for (const auto& member : value->as_object())
            pending.push_back(&member.value());
    }
    std::sort(rows.begin(), rows.end(), [](const SnapshotRow& a, const SnapshotRow& b) {
        return std::tie(a.name, a.keyspace, a.table) < std::tie(b.name, b.keyspace, b.table);
    });
    return rows;
}

Result<std::vector<std::string>> JolokiaAdmin::keyspaces()
{
    RW_ASSIGN(const json::value answer, m_client.ask({{"type", "read"},
                                                      {"mbean", kStorageService},
                                                      {"attribute", "NonSystemKeyspaces"}}));
    std::vector<std::string> names;
    if (answer.is_array()) {
        for (const auto& each : answer.as_array()) {
            if (each.is_string())
                names.emplace_back(each.as_string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<PartitionReport> JolokiaAdmin::partitions(const std::string& keyspace,
                                                 const std::string& table)
{
    static constexpr const char* kNames[] = {"EstimatedPartitionCount", "MeanPartitionSize",
                                             "MaxPartitionSize", "CompressionRatio",
                                             "EstimatedColumnCountHistogram"};
    json::array requests;
    for (const char* name : kNames)
        requests.push_back(
            json::object{{"type", "read"},
                         {"mbean", "org.apache.cassandra.metrics:type=Table,keyspace=" + keyspace +
                                       ",scope=" + table + ",name=" + name},
                         {"attribute", "Value"}});
    RW_ASSIGN(const auto answers, m_client.askAll(requests));
    for (const auto& answer : answers)
        RW_TRY(answer);
    const auto figure = [&](std::size_t at) { return numberOf(*answers[at]).value_or(0); };
    PartitionReport report;
    report.partitions = figure(0);
    // The mean of a histogram whose buckets grow by a fifth, each taken at its upper end: halfway
    // down to the lower end is right on average.
    report.meanBytes = figure(1) * (1 + 1 / 1.2) / 2;
    report.maximumBytes = figure(2);
    if (figure(3) > 0)
        report.compressionRatio = figure(3);
    report.meanCells = meanOfBuckets(*answers[4]) * (1 + 1 / 1.2) / 2;
    return report;
}

std::optional<RepairProgress> JolokiaAdmin::pullNotifications(const std::string& client,
                                                              const std::string& handle,
                                                              const std::string& store, int command)
{
    const auto pulled = m_client.ask(execRequest(store.c_str(), "pull", {client, handle}));
    if (!pulled || !pulled->is_object())
        return std::nullopt;
    std::optional<RepairProgress> latest;
    const auto* list = pulled->as_object().if_contains("notifications");
    if (list == nullptr || !list->is_array())
        return std::nullopt;
    for (const auto& each : list->as_array()) {
        if (textOf(each, "source") != "repair:" + std::to_string(command))
            continue;
        RepairProgress progress;
        progress.message = textOf(each, "message");
        if (const auto* data = each.as_object().if_contains("userData");
            data != nullptr && data->is_object()) {
            if (data->as_object().contains("progressCount"))
                progress.done =
                    static_cast<int>(numberOf(data->as_object().at("progressCount")).value_or(0));
            if (data->as_object().contains("total"))
                progress.total =
                    static_cast<int>(numberOf(data->as_object().at("total")).value_or(0));
        }
        latest = progress;
    }
    return latest;
}

Result<void> JolokiaAdmin::repair(const RepairOptions& options,
                                  const std::function<bool(const RepairProgress&)>& progress)
{
    // Notifications first, so that none is missed; they only colour the bar, the status decides.
    std::string client;
    std::string handle;
    std::string store;
    if (const auto registered = m_client.ask({{"type", "notification"}, {"command", "register"}});
        registered && registered->is_object()) {
        client = textOf(*registered, "id");
        try {
            store = json::value_to<std::string>(registered->at("backend").at("pull").at("store"));
        } catch (const std::exception&) {
            client.clear();
        }
    }
    if (!client.empty()) {
        if (const auto added = m_client.ask({{"type", "notification"},
                                             {"command", "add"},
                                             {"client", client},
                                             {"mode", "pull"},
                                             {"mbean", kStorageService}});
            added && added->is_string())
            handle = std::string(added->as_string());
    }
    json::object wire{{"parallelism", options.parallelism},
                      {"incremental", options.incremental ? "true" : "false"},
                      {"primaryRange", options.primaryRange ? "true" : "false"}};
    std::string tables;
    for (const auto& table : options.tables)
        tables += (tables.empty() ? "" : ",") + table;
    if (!tables.empty())
        wire["columnFamilies"] = tables;
    RW_ASSIGN(const json::value started,
              m_client.exec(kStorageService, "repairAsync(java.lang.String,java.util.Map)",
                            {options.keyspace, std::move(wire)}));
    const int command = static_cast<int>(numberOf(started).value_or(0));
    if (command == 0)
        return ok(); // nothing to repair: the keyspace has one replica

    Result<void> outcome = ok();
    RepairProgress shown;
    for (int failures = 0;;) {
        std::this_thread::sleep_for(kRepairPoll);
        if (!handle.empty()) {
            if (auto latest = pullNotifications(client, handle, store, command))
                shown = *latest;
        }
        const auto status = m_client.exec(kStorageService, "getParentRepairStatus(int)", {command});
        if (!status) {
            shown.state = RepairProgress::State::Unknown;
            shown.message = status.error().detail();
            if (++failures > kRepairPollFailuresMax) {
                outcome = Error{ErrorCode::ConnectionLost,
                                "what became of the repair is unknown: " + status.error().detail()};
                break;
            }
        } else if (status->is_array() && !status->as_array().empty()) {
            failures = 0;
            const auto& words = status->as_array();
            const std::string state = json::value_to<std::string>(words.front());
            shown.state = state == "COMPLETED" ? RepairProgress::State::Completed
                          : state == "FAILED"  ? RepairProgress::State::Failed
                                               : RepairProgress::State::Running;
            if (words.size() > 1 && words[1].is_string() &&
                shown.state != RepairProgress::State::Running)
                shown.message = std::string(words[1].as_string());
        }
        const bool goOn = progress(shown);
        if (shown.state == RepairProgress::State::Completed)
            break;
        if (shown.state == RepairProgress::State::Failed) {
            outcome = Error{ErrorCode::Invalid, "the repair failed: " + shown.message};
            break;
        }
        if (!goOn) {
            (void)m_client.exec(kStorageService, "forceTerminateAllRepairSessions()", {});
            outcome = Error{ErrorCode::Cancelled, "the repair was cancelled"};
            break;
        }
    }
    if (!client.empty())
        (void)m_client.ask(
            {{"type", "notification"}, {"command", "unregister"}, {"client", client}});
    return outcome;
}

} // namespace

std::vector<EndpointReport> parseEndpointStates(const std::string& text)
{
    std::vector<EndpointReport> all;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = text.find('\n', at);
        if (end == std::string::npos)
            end = text.size();
        std::string_view line(text.data() + at, end - at);
        at = end + 1;
        if (!line.starts_with("  ")) {
            if (const auto endpoint = endpointOf(line)) {
                all.emplace_back();
                all.back().endpoint = *endpoint;
            }
            continue;
        }
        if (all.empty())
            continue;
        line.remove_prefix(2);
        const auto colon = line.find(':');
        const std::string_view name = line.substr(0, colon);
        const std::string_view rest =
            colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
        const auto number = [](std::string_view digits) {
            std::int64_t value = 0;
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
            return value;
        };
        if (name == "generation") {
            all.back().generation = number(rest);
        } else if (name == "heartbeat") {
            all.back().heartbeat = number(rest);
        } else if (name == "TOKENS") {
            // gossipinfo prints "TOKENS:27:<hidden>"; nothing to learn.
            all.back().states.push_back({"TOKENS", number(rest), "<hidden>"});
        } else {
            const auto second = rest.find(':');
            const std::string_view value =
                second == std::string_view::npos ? std::string_view{} : rest.substr(second + 1);
            all.back().states.push_back({std::string(name), number(rest), std::string(value)});
        }
    }
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.endpoint < b.endpoint; });
    return all;
}

std::unique_ptr<NodeAdmin> makeJolokiaAdmin(const JolokiaAddress& address,
                                            std::chrono::milliseconds timeout)
{
    return std::make_unique<JolokiaAdmin>(address, timeout);
}

} // namespace engine::admin
