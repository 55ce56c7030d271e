// Connections to the nodes, and which of them carries a request.
#include "engine/client/session_impl.h"

#include <algorithm>

namespace engine::client {

using namespace protocol;

void Session::Impl::updatePools()
{
    // Nodes that left.
    for (auto at = m_pools.begin(); at != m_pools.end();) {
        if (topology->find(at->first) != nullptr) {
            ++at;
            continue;
        }
        for (const auto& link : at->second.links)
            link->close(Error{ErrorCode::ConnectionLost, "the node left the cluster"});
        at = m_pools.erase(at);
    }
    for (const NodeInfo& node : topology->nodes) {
        if (node.datacenter == m_datacenter)
            openLinks(node.address);
    }
}

void Session::Impl::openLinks(const InetEndpoint& address)
{
    NodePool& pool = m_pools[address];
    if (pool.waits && pool.failures > 0)
        return;
    while (!m_closed && pool.links.size() < m_options.connectionsPerNode) {
        auto holder = std::make_shared<std::weak_ptr<Link>>();
        Link::Callbacks callbacks;
        callbacks.ready = [weak = weak_from_this(), address, holder](Result<void> outcome) {
            const auto self = weak.lock();
            if (!self || self->m_closed)
                return;
            NodePool& mine = self->m_pools[address];
            std::erase_if(mine.links,
                          [&](const auto& link) { return !outcome && link == holder->lock(); });
            if (!outcome) {
                self->poolLinkFailed(address, outcome.error());
                return;
            }
            mine.failures = 0;
            mine.error.reset();
            self->later({}, [weak] {
                if (const auto again = weak.lock(); again && !again->m_closed) {
                    again->markConnected();
                    again->drainQueue();
                }
            });
        };
        callbacks.lost = [weak = weak_from_this(), address, holder](const Error& error) {
            const auto self = weak.lock();
            if (!self || self->m_closed)
                return;
            NodePool& mine = self->m_pools[address];
            std::erase_if(mine.links, [&](const auto& link) { return link == holder->lock(); });
            self->poolLinkFailed(address, error);
            self->markConnected();
        };
        auto link = Link::open(m_io, {address, address.toString()}, connectionOptions(),
                               m_options.tls, m_options.connectTimeout, std::move(callbacks));
        *holder = link;
        // Kept while it connects, too; readyLink() looks whether it is ready.
        pool.links.push_back(std::move(link));
    }
}

void Session::Impl::poolLinkFailed(const InetEndpoint& address, const Error& error)
{
    NodePool& pool = m_pools[address];
    pool.error = error;
    ++pool.failures;
    // Requests that only this node shall coordinate learn it now.
    for (auto at = m_queue.begin(); at != m_queue.end();) {
        const PendingPtr request = *at;
        if (request->options.coordinator == address) {
            at = m_queue.erase(at);
            later({}, [this, request, error] { complete(request, error); });
        } else {
            ++at;
        }
    }
    if (pool.waits || !topology || topology->find(address) == nullptr)
        return;
    pool.waits = true;
    const auto delay = std::chrono::seconds{
        std::min<std::int64_t>(30, std::int64_t{1} << std::min(pool.failures - 1, 5U))};
    later(delay, [this, address] {
        const auto at = m_pools.find(address);
        if (at == m_pools.end())
            return;
        at->second.waits = false;
        openLinks(address);
    });
}

void Session::Impl::markConnected()
{
    if (!topology)
        return;
    bool differs = false;
    for (const NodeInfo& node : topology->nodes)
        differs = differs || node.isConnected != (readyLink(node.address) != nullptr);
    if (differs)
        publishTopology(*topology);
}

std::shared_ptr<Link> Session::Impl::readyLink(const InetEndpoint& address)
{
    std::shared_ptr<Link> best;
    if (const auto at = m_pools.find(address); at != m_pools.end()) {
        for (const auto& link : at->second.links) {
            if (link->isReady() && (!best || link->inFlight() < best->inFlight()))
                best = link;
        }
    }
    if (!best && m_control && m_control->isReady() && m_control->address() == address)
        best = m_control;
    return best;
}

std::shared_ptr<Link> Session::Impl::freeLink(const InetEndpoint& address)
{
    auto link = readyLink(address);
    return link && link->takesRequests() ? link : nullptr;
}

std::shared_ptr<Link> Session::Impl::chooseLink(const PendingRequest& request)
{
    if (!topology)
        return nullptr;
    if (request.options.coordinator)
        return freeLink(*request.options.coordinator);
    if (request.kind == PendingRequest::Kind::Execute && request.prepared) {
        for (const InetEndpoint& replica : m_router.replicas(*request.prepared, request.values)) {
            const NodeInfo* node = topology->find(replica);
            if (node == nullptr || node->datacenter != m_datacenter ||
                request.tried.count(replica) != 0)
                continue;
            if (auto link = freeLink(replica))
                return link;
        }
    }
    // In turn over the local nodes, then over the others.
    const std::size_t count = topology->nodes.size();
    ++m_turn;
    for (const bool local : {true, false}) {
        for (std::size_t i = 0; i < count; ++i) {
            const NodeInfo& node = topology->nodes[(m_turn + i) % count];
            if ((node.datacenter == m_datacenter) != local ||
                request.tried.count(node.address) != 0)
                continue;
            if (auto link = freeLink(node.address))
                return link;
        }
    }
    return nullptr;
}

} // namespace engine::client
