// The control connection: finding a node, reading who else there is and the schema, following both.
#include "engine/client/session_impl.h"

#include "engine/protocol/error_extras.h"

#include <algorithm>

namespace engine::client {

using namespace protocol;

namespace {

constexpr Duration kEventsSettle = std::chrono::milliseconds{200};
constexpr Duration kSystemTimeout = std::chrono::seconds{10};

Duration backoff(std::uint32_t failures)
{
    // 1, 2, 4 … 30 s
    return std::chrono::seconds{
        std::min<std::int64_t>(30, std::int64_t{1} << std::min(failures - 1, 5U))};
}

/// "host", "host:port", "[::1]:9042", "::1".
std::pair<std::string, std::string> splitContactPoint(const std::string& text,
                                                      std::uint16_t portDefault)
{
    const std::string standard = std::to_string(portDefault);
    if (!text.empty() && text.front() == '[') {
        const std::size_t close = text.find(']');
        const std::string host = text.substr(1, close == std::string::npos ? close : close - 1);
        if (close != std::string::npos && close + 1 < text.size() && text[close + 1] == ':')
            return {host, text.substr(close + 2)};
        return {host, standard};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || text.find(':', colon + 1) != std::string::npos)
        return {text, standard};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

std::vector<NamedRow> namedRows(const RowsResult& rows)
{
    std::vector<NamedRow> named;
    if (!rows.metadata.columns)
        return named;
    const ColumnSpecs& columns = *rows.metadata.columns;
    RowsReader reader{rows.content, columns.size(), rows.rowCount};
    std::vector<std::optional<ByteView>> values;
    while (reader.next(values)) {
        NamedRow row;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (values[i])
                row.emplace(columns[i].name, *values[i]);
        }
        named.push_back(std::move(row));
    }
    return named;
}

NodeInfo describeNode(const NamedRow& row)
{
    NodeInfo node;
    node.hostId = uuidOf(row, "host_id");
    node.datacenter = textOf(row, "data_center");
    node.rack = textOf(row, "rack");
    node.releaseVersion = textOf(row, "release_version");
    node.schemaVersion = uuidOf(row, "schema_version");
    node.tokens = textsOf(row, "tokens");
    return node;
}

} // namespace

ConnectionOptions Session::Impl::connectionOptions() const
{
    return {m_version, m_options.compression, m_options.credentials, m_options.applicationName};
}

void Session::Impl::start()
{
    publish({});
    connectControl();
}

void Session::Impl::connectControl()
{
    if (m_closed)
        return;
    m_retryTimer.cancel();
    m_candidate = 0;
    m_candidates.clear();
    // After a loss the nodes that are known come first: they need no name server.
    if (topology) {
        for (const NodeInfo& node : topology->nodes)
            m_candidates.push_back({node.address, node.address.toString()});
        // Those that are believed to be up, and of these the local ones, first.
        std::stable_sort(
            m_candidates.begin(), m_candidates.end(), [&](const auto& a, const auto& b) {
                const auto rank = [&](const Link::Target& target) {
                    const NodeInfo* node = topology->find(target.address);
                    return (node->isUp ? 0 : 2) + (node->datacenter == m_datacenter ? 0 : 1);
                };
                return rank(a) < rank(b);
            });
    }
    resolveContactPoints();
}

void Session::Impl::resolveContactPoints()
{
    auto left = std::make_shared<std::size_t>(m_options.contactPoints.size());
    if (*left == 0) {
        m_lastError = connectError(ConnectStage::Resolve, "session", ErrorCode::Invalid,
                                   "no contact point was given");
        tryCandidate();
        return;
    }
    for (const std::string& point : m_options.contactPoints) {
        const auto [host, port] = splitContactPoint(point, m_options.portDefault);
        resolveName(m_io, host, port, [weak = weak_from_this(), left, point](auto found) {
            const auto self = weak.lock();
            if (!self || self->m_closed)
                return;
            if (!found)
                self->m_lastError = connectError(ConnectStage::Resolve, point, found.error().code(),
                                                 found.error().detail());
            else
                self->addCandidates(*found, point);
            if (--*left == 0)
                self->tryCandidate();
        });
    }
}

void Session::Impl::addCandidates(const std::vector<InetEndpoint>& addresses,
                                  const std::string& name)
{
    for (const InetEndpoint& address : addresses) {
        const bool known = std::any_of(m_candidates.begin(), m_candidates.end(),
                                       [&](const auto& other) { return other.address == address; });
        if (!known)
            m_candidates.push_back({address, name});
    }
}

void Session::Impl::tryCandidate()
{
    if (m_closed || m_control)
        return;
    if (m_candidate >= m_candidates.size()) {
        allCandidatesFailed();
        return;
    }
    const Link::Target target = m_candidates[m_candidate];
    Link::Callbacks callbacks;
    callbacks.ready = [weak = weak_from_this()](Result<void> outcome) {
        const auto self = weak.lock();
        if (!self || self->m_closed)
            return;
        if (outcome)
            self->controlReady();
        else
            self->controlFailed(outcome.error());
    };
    callbacks.event = [weak = weak_from_this()](const Event& event) {
        if (const auto self = weak.lock(); self && !self->m_closed)
            self->onEvent(event);
    };
    callbacks.lost = [weak = weak_from_this()](const Error& error) {
        if (const auto self = weak.lock(); self && !self->m_closed)
            self->controlLost(error);
    };
    m_control = Link::open(m_io, target, connectionOptions(), m_options.tls,
                           m_options.connectTimeout, std::move(callbacks));
}

void Session::Impl::controlFailed(const Error& error)
{
    m_control.reset();
    m_lastError = error;
    const auto* failure = error.extra<ConnectFailure>();
    const bool isProtocol = failure != nullptr && failure->stage == ConnectStage::Protocol &&
                            error.code() == ErrorCode::ProtocolError;
    if (isProtocol && m_version > kProtocolVersionMin &&
        error.detail().find("protocol version") != std::string::npos) {
        m_version = static_cast<ProtocolVersion>(static_cast<int>(m_version) - 1);
    } else {
        ++m_candidate;
    }
    later({}, [this] { tryCandidate(); });
}

void Session::Impl::allCandidatesFailed()
{
    ++m_rounds;
    SessionState next = state;
    next.phase =
        m_wasConnected ? SessionState::Phase::Reconnecting : SessionState::Phase::Connecting;
    next.error = m_lastError;
    next.retryIn = backoff(m_rounds);
    publish(next);
    m_retryTimer.start(next.retryIn, [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->connectControl();
    });
}

void Session::Impl::reconnectNow()
{
    if (m_closed || m_control)
        return;
    connectControl();
}

void Session::Impl::controlReady()
{
    loadNodes();
}

void Session::Impl::controlLost(const Error& error)
{
    m_control.reset();
    m_loadingNodes = false;
    m_lastError = error;
    m_rounds = 0;
    SessionState next = state;
    next.phase =
        m_wasConnected ? SessionState::Phase::Reconnecting : SessionState::Phase::Connecting;
    next.error = error;
    next.retryIn = {};
    publish(next);
    connectControl();
}

void Session::Impl::controlQuery(std::string cql, RowsCallback done)
{
    queryOn(m_control, std::move(cql), std::move(done));
}

void Session::Impl::queryOn(const std::shared_ptr<Link>& link, std::string cql, RowsCallback done)
{
    if (!link) {
        done(Error{ErrorCode::ConnectionLost, "the control connection is gone"});
        return;
    }
    QueryRequest query;
    query.query = cql;
    auto shared = std::make_shared<RowsCallback>(std::move(done));
    const auto sent = link->send(query, false, [shared, cql](Result<Reply> reply) {
        if (!reply)
            (*shared)(reply.error().within(cql));
        else if (const auto* rows = std::get_if<RowsResult>(&reply->response))
            (*shared)(namedRows(*rows));
        else
            (*shared)(Error{ErrorCode::ServerError, cql + " was answered without rows"});
    });
    if (!sent)
        (*shared)(Error{ErrorCode::ConnectionLost, "the control connection takes no request"});
}

void Session::Impl::loadNodes()
{
    if (m_loadingNodes)
        return;
    m_loadingNodes = true;
    const auto control = m_control;
    later(kSystemTimeout, [this, control, number = ++m_loadNumber] {
        if (!m_loadingNodes || m_loadNumber != number || m_control != control)
            return;
        const Error error{ErrorCode::Timeout,
                          control->address().toString() + " did not tell its nodes in time"};
        control->close(error);
        controlLost(error);
    });
    const auto self = shared_from_this();
    controlQuery("SELECT * FROM system.local", [self,
                                                control](Result<std::vector<NamedRow>> local) {
        if (self->m_closed || self->m_control != control)
            return;
        if (!local || local->empty()) {
            const std::string why = local ? "system.local is empty" : local.error().detail();
            control->close(Error{ErrorCode::ServerError, why});
            self->m_loadingNodes = false;
            self->controlFailed(connectError(ConnectStage::Schema, control->address().toString(),
                                             ErrorCode::ServerError, why));
            return;
        }
        const NamedRow& row = local->front();
        Topology head;
        head.clusterName = textOf(row, "cluster_name");
        head.partitioner = textOf(row, "partitioner");
        head.releaseVersion = textOf(row, "release_version");
        NodeInfo own = describeNode(row);
        own.address = control->address();
        if (const auto broadcast = inetOf(row, "broadcast_address"))
            own.broadcast = {*broadcast, static_cast<std::uint16_t>(intOf(row, "broadcast_port"))};
        // peers_v2 came with Cassandra 4.0.
        self->controlQuery(
            "SELECT * FROM system.peers_v2",
            [self, control, own, head](Result<std::vector<NamedRow>> peers) mutable {
                const auto take = [self, own, head](const std::vector<NamedRow>& rows, bool v2) {
                    std::vector<NodeInfo> nodes{own};
                    for (const NamedRow& peer : rows) {
                        NodeInfo node = describeNode(peer);
                        const auto internode = inetOf(peer, "peer");
                        auto native = inetOf(peer, v2 ? "native_address" : "rpc_address");
                        if (!native || node.tokens.empty())
                            continue; // a node that has not joined yet
                        const InetAddress any{.size = native->size};
                        if (*native == any && internode)
                            native = internode;
                        const std::int64_t port =
                            v2 ? intOf(peer, "native_port") : own.address.port;
                        node.address = {*native, static_cast<std::uint16_t>(port)};
                        if (internode)
                            node.broadcast = {*internode,
                                              static_cast<std::uint16_t>(intOf(peer, "peer_port"))};
                        nodes.push_back(std::move(node));
                    }
                    self->nodesLoaded(std::move(nodes), head);
                };
                if (self->m_closed || self->m_control != control)
                    return;
                if (peers) {
                    take(*peers, true);
                    return;
                }
                self->controlQuery("SELECT * FROM system.peers",
                                   [self, control, take](Result<std::vector<NamedRow>> old) {
                                       if (!self->m_closed && self->m_control == control)
                                           take(old ? *old : std::vector<NamedRow>{}, false);
                                   });
            });
    });
}

void Session::Impl::nodesLoaded(std::vector<NodeInfo> nodes, Topology head)
{
    m_loadingNodes = false;
    for (NodeInfo& node : nodes) {
        if (const NodeInfo* before = topology ? topology->find(node.address) : nullptr)
            node.isUp = before->isUp;
    }
    if (NodeInfo& own = nodes.front(); m_control && own.address == m_control->address())
        own.isUp = true;
    if (m_datacenter.empty())
        m_datacenter = m_options.localDatacenter.empty() ? nodes.front().datacenter
                                                         : m_options.localDatacenter;
    std::sort(nodes.begin(), nodes.end(),
              [](const NodeInfo& a, const NodeInfo& b) { return a.address < b.address; });
    head.nodes = std::move(nodes);
    publishTopology(std::move(head));

    const bool isNew = state.phase != SessionState::Phase::Connected;
    if (isNew) {
        m_wasConnected = true;
        m_rounds = 0;
        SessionState next;
        next.phase = SessionState::Phase::Connected;
        next.controlNode = m_control->address();
        next.version = m_version;
        publish(next);
        registerForEvents();
    }
    updatePools();
    drainQueue();
    if (isNew && m_options.wantsSchema)
        loadSchema();
}

void Session::Impl::registerForEvents()
{
    RegisterRequest request;
    for (const EventType type :
         {EventType::TopologyChange, EventType::StatusChange, EventType::SchemaChange})
        request.events.emplace_back(eventTypeName(type));
    (void)m_control->send(request, false, [](Result<Reply>) {});
}

void Session::Impl::onEvent(const Event& event)
{
    if (std::holds_alternative<SchemaChange>(event)) {
        loadSchemaSoon();
        return;
    }
    const auto* status = std::get_if<StatusChange>(&event);
    if (status == nullptr) {
        loadNodesSoon();
        return;
    }
    if (!topology)
        return;
    Topology next = *topology;
    const auto node = std::find_if(next.nodes.begin(), next.nodes.end(), [&](const NodeInfo& one) {
        return one.address == status->node;
    });
    if (node == next.nodes.end()) {
        loadNodesSoon();
        return;
    }
    node->isUp = status->change == StatusChange::Change::Up;
    const bool isUp = node->isUp;
    publishTopology(std::move(next));
    if (isUp) {
        NodePool& pool = m_pools[status->node];
        pool.failures = 0;
        openLinks(status->node);
    }
}

void Session::Impl::loadNodesSoon()
{
    if (std::exchange(m_nodesSoon, true))
        return;
    later(kEventsSettle, [this] {
        m_nodesSoon = false;
        if (m_control && m_control->isReady())
            loadNodes();
    });
}

void Session::Impl::loadSchemaSoon()
{
    if (!m_options.wantsSchema || std::exchange(m_schemaSoon, true))
        return;
    later(kEventsSettle, [this] {
        m_schemaSoon = false;
        if (m_control && m_control->isReady())
            loadSchema();
    });
}

void Session::Impl::refresh()
{
    loadNodesSoon();
    loadSchemaSoon();
}

void Session::Impl::loadSchema()
{
    struct Load {
        std::vector<std::vector<NamedRow>> answers;
        std::size_t left = 0;
        std::optional<Error> failure;
    };
    const auto& queries = schemaQueries();
    auto load = std::make_shared<Load>();
    load->answers.resize(queries.size());
    load->left = queries.size();
    const auto control = m_control;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        controlQuery(textOf(queries[i]), [self = shared_from_this(), load, i, control,
                                          optional = queries[i].isOptional](
                                             Result<std::vector<NamedRow>> rows) {
            if (rows)
                load->answers[i] = std::move(*rows);
            else if (!optional)
                load->failure = rows.error();
            if (--load->left > 0 || self->m_closed || self->m_control != control)
                return;
            if (load->failure) {
                SessionState next = self->state;
                next.error = connectError(ConnectStage::Schema, control->address().toString(),
                                          load->failure->code(), load->failure->detail());
                self->publish(next);
                return;
            }
            self->publishSchema(
                readSchema(load->answers, self->schema ? self->schema->schema : nullptr));
        });
    }
}

void Session::Impl::publish(SessionState next)
{
    {
        const std::lock_guard lock(mutex);
        state = next;
    }
    if (m_listener != nullptr)
        m_listener->onState(next);
}

void Session::Impl::publishTopology(Topology next)
{
    for (NodeInfo& node : next.nodes)
        node.isConnected = readyLink(node.address) != nullptr;
    auto shared = std::make_shared<const Topology>(std::move(next));
    {
        const std::lock_guard lock(mutex);
        topology = shared;
    }
    m_router.setTopology(*shared);
    if (m_listener != nullptr)
        m_listener->onTopology(shared);
}

void Session::Impl::publishSchema(SchemaInfoPtr next)
{
    {
        const std::lock_guard lock(mutex);
        schema = next;
    }
    m_router.setSchema(next->schema);
    if (m_listener != nullptr)
        m_listener->onSchema(next);
}

} // namespace engine::client
