#include "engine/launcher/node_faults.h"

#include <boost/json.hpp>

namespace engine::launcher {

namespace json = boost::json;

namespace {

constexpr const char* kFaultBean = "net.ringwright:type=Faults";
constexpr auto kFaultTimeout = std::chrono::seconds{10};

json::array peerNames(const std::vector<InetEndpoint>& peers)
{
    json::array names;
    for (const InetEndpoint& peer : peers)
        names.emplace_back(peer.toString());
    return names;
}

Error explained(const Error& error)
{
    if (error.code() != ErrorCode::NotFound)
        return error;
    return Error{ErrorCode::NotFound,
                 "the node runs without fault hooks; start it with ringwright-node --fault-hooks"};
}

Result<void> setFault(const admin::JolokiaAddress& node, const char* signature, json::array given)
{
    admin::JolokiaClient client(node, kFaultTimeout);
    if (const auto set = client.exec(kFaultBean, signature, std::move(given)); !set)
        return explained(set.error());
    return ok();
}

} // namespace

Result<void> cutLinks(const admin::JolokiaAddress& node, const std::vector<InetEndpoint>& peers)
{
    return setFault(node, "cutLinks([Ljava.lang.String;)", {peerNames(peers)});
}

Result<void> slowLinks(const admin::JolokiaAddress& node, std::chrono::milliseconds delay,
                       const std::vector<InetEndpoint>& peers)
{
    return setFault(node, "slowLinks(long,[Ljava.lang.String;)", {delay.count(), peerNames(peers)});
}

Result<void> healLinks(const admin::JolokiaAddress& node)
{
    return setFault(node, "healLinks()", {});
}

Result<std::vector<LinkFaultReport>> linkFaults(const admin::JolokiaAddress& node)
{
    admin::JolokiaClient client(node, kFaultTimeout);
    const auto read = client.ask({{"type", "read"}, {"mbean", kFaultBean}, {"attribute", "Links"}});
    if (!read)
        return explained(read.error());
    std::vector<LinkFaultReport> all;
    const auto* links = read->if_array();
    if (links == nullptr)
        return Error{ErrorCode::Corrupt, "the node's faults are no list"};
    for (const json::value& one : *links) {
        const auto* link = one.if_object();
        const auto* peer = link == nullptr ? nullptr : link->if_contains("peer");
        const auto* cut = link == nullptr ? nullptr : link->if_contains("cut");
        const auto* delay = link == nullptr ? nullptr : link->if_contains("delay_ms");
        if (peer == nullptr || !peer->is_string() || cut == nullptr || !cut->is_bool() ||
            delay == nullptr || !delay->is_int64())
            return Error{ErrorCode::Corrupt, "a fault of the node lacks peer, cut or delay_ms"};
        all.push_back({std::string{peer->as_string()}, cut->as_bool(),
                       std::chrono::milliseconds{delay->as_int64()}});
    }
    return all;
}

} // namespace engine::launcher
