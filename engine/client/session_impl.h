#pragma once

#include "engine/base/clock.h"
#include "engine/client/client_thread.h"
#include "engine/client/link.h"
#include "engine/client/router.h"
#include "engine/client/schema_reader.h"
#include "engine/client/session.h"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace engine::client {

struct RequestHandle::State {
    std::function<void()> cancel; ///< any thread
};

/// A request from the call to its callback.
struct PendingRequest {
    std::uint64_t id = 0;
    std::shared_ptr<RequestHandle::State> state;
    enum class Kind : std::uint8_t { Text, Execute, Batch, Prepare } kind = Kind::Text;
    std::string cql;
    PreparedPtr prepared;
    std::vector<BoundValue> values;
    protocol::BatchType batchType = protocol::BatchType::Logged;
    std::vector<Session::BatchStatement> batch;
    RequestOptions options;
    ResultCallback done;
    UniqueFunction<void(Result<PreparedPtr>)> prepareDone;

    MonoTime started{};
    MonoTime deadline{};
    std::shared_ptr<Link> link; ///< while an answer is awaited
    std::int16_t stream = -1;
    int attempts = 0;
    std::set<InetEndpoint> tried;
};
using PendingPtr = std::shared_ptr<PendingRequest>;

/// Connections to one node.
struct NodePool {
    std::vector<std::shared_ptr<Link>> links; ///< those that connect, too
    std::uint32_t failures = 0;
    bool waits = false; ///< for its next attempt
    std::optional<Error> error;
};

/// The session on the client thread. Every method is for that thread unless it says otherwise.
class Session::Impl : public std::enable_shared_from_this<Session::Impl> {
public:
    Impl(ClientThread& thread, Clock& clock, SessionOptions options, SessionListener& listener);

    void start();
    void closeNow();
    void reconnectNow();
    void refresh();
    /// Any thread.
    [[nodiscard]] std::uint64_t takeId() noexcept { return m_nextId++; }
    void submit(PendingPtr request);
    void cancel(std::uint64_t id);
    void readTrace(const Uuid& id, UniqueFunction<void(Result<Trace>)> done);

    ClientThread& thread;
    Clock& clock;

    mutable std::mutex mutex; ///< guards the three snapshots, which any thread reads
    SessionState state;
    TopologyPtr topology;
    SchemaInfoPtr schema;

private:
    // session_control.cpp
    void connectControl();
    void resolveContactPoints();
    void addCandidates(const std::vector<InetEndpoint>& addresses, const std::string& name);
    void tryCandidate();
    void controlFailed(const Error& error);
    void controlReady();
    void controlLost(const Error& error);
    void allCandidatesFailed();
    void loadNodes();
    void nodesLoaded(std::vector<NodeInfo> nodes, Topology head);
    void registerForEvents();
    void onEvent(const protocol::Event& event);
    void loadSchema();
    void loadNodesSoon();
    void loadSchemaSoon();
    void publish(SessionState next);
    void publishTopology(Topology next);
    void publishSchema(SchemaInfoPtr next);
    using RowsCallback = UniqueFunction<void(Result<std::vector<NamedRow>>)>;
    void controlQuery(std::string cql, RowsCallback done);
    void queryOn(const std::shared_ptr<Link>& link, std::string cql, RowsCallback done);
    [[nodiscard]] ConnectionOptions connectionOptions() const;

    // session_pools.cpp
    void updatePools();
    void openLinks(const InetEndpoint& address);
    void poolLinkFailed(const InetEndpoint& address, const Error& error);
    void markConnected();
    [[nodiscard]] std::shared_ptr<Link> readyLink(const InetEndpoint& address);
    [[nodiscard]] std::shared_ptr<Link> freeLink(const InetEndpoint& address);
    [[nodiscard]] std::shared_ptr<Link> chooseLink(const PendingRequest& request);

    // session_requests.cpp
    void drainQueue();
    void drainSoon();
    [[nodiscard]] bool dispatch(const PendingPtr& request);
    void sendOn(const std::shared_ptr<Link>& link, const PendingPtr& request);
    void sendNow(const std::shared_ptr<Link>& link, const PendingPtr& request);
    void answered(const PendingPtr& request, Result<Reply> reply);
    void failed(const PendingPtr& request, const Error& error);
    [[nodiscard]] bool prepareAgain(const PendingPtr& request, const Error& error);
    [[nodiscard]] bool maySendAgain(const PendingRequest& request, const Error& error) const;
    void finish(const PendingPtr& request, Result<Reply> reply);
    void complete(const PendingPtr& request, Result<ResultPagePtr> page);
    void completePrepare(const PendingPtr& request, Result<PreparedPtr> prepared);
    [[nodiscard]] std::string keyspaceOf(const PendingRequest& request) const;
    void awaitAgreement(const PendingPtr& request, ResultPagePtr page);
    void armSweep();
    void sweep();
    void later(Duration delay, std::function<void()> step);

    SessionOptions m_options;
    SessionListener* m_listener;
    boost::asio::io_context& m_io;
    LoopTimer m_retryTimer;
    LoopTimer m_sweepTimer;
    bool m_closed = false;

    std::shared_ptr<Link> m_control;
    std::vector<Link::Target> m_candidates;
    std::size_t m_candidate = 0;
    std::optional<Error> m_lastError;
    std::uint32_t m_rounds = 0; ///< of all candidates without success
    bool m_wasConnected = false;
    protocol::ProtocolVersion m_version;
    std::string m_datacenter;
    bool m_loadingNodes = false;
    std::uint32_t m_loadNumber = 0;
    bool m_nodesSoon = false;
    bool m_schemaSoon = false;

    std::map<InetEndpoint, NodePool> m_pools;
    Router m_router;
    std::uint32_t m_turn = 0;

    std::atomic<std::uint64_t> m_nextId{1};
    std::map<std::uint64_t, PendingPtr> m_pending; ///< everything without an answer
    std::deque<PendingPtr> m_queue;                ///< what waits for a connection
    bool m_drainSoon = false;
    bool m_sweeping = false;
    std::string m_keyspace;                                    ///< of the last USE
    std::map<Bytes, std::pair<PreparedPtr, Bytes>> m_prepared; ///< by id, with result metadata id
};

} // namespace engine::client
