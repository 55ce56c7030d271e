#pragma once

#include "engine/base/callback.h"
#include "engine/base/inet.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/client/cluster_info.h"
#include "engine/client/result_page.h"
#include "engine/protocol/consistency.h"
#include "engine/protocol/version.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {
class Clock;
}

namespace engine::client {

/// The thread that all sessions of a program share: starts with the object and is joined by its
/// destructor, which must not run on it and after which no callback comes any more.
class ClientThread {
public:
    ClientThread();
    ~ClientThread();
    ClientThread(const ClientThread&) = delete;

    /// Runs `step` on the thread. Any thread may call it.
    void post(Callback step);

    struct Impl; ///< client's own .cpp files only
    [[nodiscard]] Impl& impl() noexcept { return *m_impl; }

private:
    std::unique_ptr<Impl> m_impl;
};

struct Credentials {
    std::string user;
    std::string password;
};

struct TlsOptions {
    std::string caFile;          ///< PEM; empty: the system's
    std::string certificateFile; ///< PEM; empty: none is shown
    std::string keyFile;
    bool verifyPeer = true; ///< chain and host name
};

struct SessionOptions {
    /// "host", "host:port", "127.0.0.1", "[::1]:9042"; tried in this order.
    std::vector<std::string> contactPoints;
    std::uint16_t portDefault = 9042;
    std::optional<Credentials> credentials;
    std::optional<TlsOptions> tls;
    /// Nodes of other datacenters are used only when none of this one answers. Empty: that of the
    /// node that answered first.
    std::string localDatacenter;
    protocol::ProtocolVersion versionMax = protocol::kProtocolVersionMax;
    protocol::Compression compression =
        protocol::Compression::Lz4; ///< None where the node has it not
    std::string applicationName = "Ringwright";
    Duration connectTimeout = std::chrono::seconds(5); ///< for each stage of each attempt
    std::uint32_t connectionsPerNode = 1;
    /// Reads the schema and keeps it current. Without, schema() stays empty.
    bool wantsSchema = true;
};

/// How far an attempt to connect came; a failure carries it as ConnectFailure.
enum class ConnectStage : std::uint8_t { Resolve, Tcp, Tls, Protocol, Auth, Schema };
/// "TCP", "authentication", …: for logs. The studio translates the enum itself.
[[nodiscard]] const char* connectStageName(ConnectStage stage) noexcept;

/// The extra of an error of connecting.
struct ConnectFailure final : ErrorExtra {
    ConnectStage stage = ConnectStage::Tcp;
    std::string node; ///< the contact point or address as text
};

/// Where a session stands. A value.
struct SessionState {
    enum class Phase : std::uint8_t {
        Connecting,   ///< the first time; `error` says why the last attempt failed
        Connected,    ///< requests are served
        Reconnecting, ///< was connected; tries again at growing intervals, 1, 2, 4 … 30 s
        Closed,
    };
    Phase phase = Phase::Connecting;
    std::optional<Error> error; ///< of the last attempt, with ConnectFailure
    Duration retryIn{};         ///< until the next attempt, when waiting
    InetEndpoint controlNode;   ///< while Connected
    protocol::ProtocolVersion version = protocol::kProtocolVersionMax;
};

/// What a session tells. All calls come on the client thread; they must be quick and may call
/// the session. The listener outlives the session, or close() came back first.
class SessionListener {
public:
    virtual ~SessionListener() = default;
    virtual void onState(const SessionState& state) = 0;
    /// A node came, went, was marked up or down, or its description changed.
    virtual void onTopology(const TopologyPtr& topology) = 0;
    virtual void onSchema(const SchemaInfoPtr& schema) = 0;
};

/// A value bound to a marker: serialized bytes, or null, or (v4 and later) left unset.
struct BoundValue {
    enum class Kind : std::uint8_t { Bytes, Null, Unset };
    Kind kind = Kind::Null;
    Bytes bytes;

    [[nodiscard]] static BoundValue of(Bytes bytes) { return {Kind::Bytes, std::move(bytes)}; }
    [[nodiscard]] static BoundValue null() { return {}; }
    [[nodiscard]] static BoundValue unset() { return {Kind::Unset, {}}; }
};

/// A statement that a session has prepared: valid for its life on every node (a node that forgot
/// it is asked to prepare it again). Immutable; any thread.
struct PreparedStatement {
    std::string cql;
    std::string keyspace; ///< it was prepared with; empty: none
    Bytes id;
    protocol::PreparedMetadata markers;
    protocol::ColumnSpecsPtr resultColumns; ///< nullptr: no rows, or not known beforehand
};
using PreparedPtr = std::shared_ptr<const PreparedStatement>;

struct RequestOptions {
    protocol::Consistency consistency = protocol::Consistency::LocalOne;
    std::optional<protocol::Consistency> serialConsistency;
    std::int32_t pageSize = 5000;     ///< rows; 0: all at once
    std::optional<Bytes> pagingState; ///< to go on after a page
    bool tracing = false;
    Duration timeout = std::chrono::seconds(12); ///< then the callback gets Timeout
    /// The node that shall coordinate; unset: by token, else in turn.
    std::optional<InetEndpoint> coordinator;
    std::string keyspace;                  ///< v5: for names without one; empty: the session's
    std::optional<std::int64_t> timestamp; ///< microseconds, for writes
    /// Sent to another node when the connection breaks before the answer, or it says Overloaded,
    /// IsBootstrapping. Reads are; writes only if they may run twice.
    bool idempotent = false;
};

/// Stops a request: its callback gets Cancelled, at once; what the cluster does is not undone.
/// Copyable, any thread; after the answer it does nothing.
class RequestHandle {
public:
    RequestHandle() = default;
    void cancel();

    struct State; ///< client's own .cpp files only
    explicit RequestHandle(std::weak_ptr<State> state) : m_state(std::move(state)) {}

private:
    std::weak_ptr<State> m_state;
};

/// One thing that a node did for a traced request.
struct TraceEvent {
    WallTime at;           ///< by the clock of `source`, to 0.1 µs of which the µs are kept
    Duration sinceStart{}; ///< since the request began, or arrived, at `source`
    std::string source;    ///< address of the node
    std::string activity;
    std::string thread;
};
/// What system_traces knows of one request: sessions and events with its id.
struct Trace {
    Uuid id;
    std::string client; ///< address
    std::string coordinator;
    std::string request;
    WallTime startedAt;
    Duration duration{}; ///< zero: the coordinator has not written the end
    std::map<std::string, std::string> parameters; ///< "query", "consistency_level", …
    std::vector<TraceEvent> events;                ///< by `at`, over all nodes
};

using ResultCallback = UniqueFunction<void(Result<ResultPagePtr>)>;

/// A CQL session with one cluster, bundled or Apache Cassandra: finds its nodes from the contact
/// points, keeps connections to them, routes requests by token, follows topology and schema, and
/// reconnects by itself.
///
/// Every method may be called from any thread and returns at once. Every callback comes exactly
/// once, on the client thread (never inside the call); a session that is closed answers
/// ShuttingDown. Errors of the cluster have the code and extra fields of the protocol
/// (engine/protocol/error_extras.h); ours are Timeout, Cancelled, ConnectionLost,
/// ConnectionRefused.
class Session {
public:
    /// Starts to connect. `thread`, `clock` and `listener` outlive the session.
    Session(ClientThread& thread, Clock& clock, SessionOptions options, SessionListener& listener);
    /// Closes; see close().
    ~Session();
    Session(const Session&) = delete;

    /// Sends a statement as text. Values, if any, go to its `?` markers.
    RequestHandle execute(std::string cql, std::vector<BoundValue> values, RequestOptions options,
                          ResultCallback done);
    /// Executes a prepared statement; prepares it again where a node does not know it.
    RequestHandle execute(PreparedPtr statement, std::vector<BoundValue> values,
                          RequestOptions options, ResultCallback done);
    RequestHandle prepare(std::string cql, std::string keyspace,
                          UniqueFunction<void(Result<PreparedPtr>)> done);
    struct BatchStatement {
        PreparedPtr prepared; ///< or `cql`
        std::string cql;
        std::vector<BoundValue> values;
    };
    RequestHandle executeBatch(protocol::BatchType type, std::vector<BatchStatement> statements,
                               RequestOptions options, ResultCallback done);
    /// Reads a trace from system_traces: `tracingId` comes with the answer to a request that was
    /// sent with tracing on (ResultPage). The coordinator writes a trace after its answer, once
    /// the replicas have told their part: this looks every 100 ms, up to 2 s, for the session's
    /// duration, which our nodes write together with all events. NotFound if it never appears;
    /// `duration` zero if Apache Cassandra had not ended the session by then.
    void readTrace(Uuid tracingId, UniqueFunction<void(Result<Trace>)> done);

    /// The pictures of the moment; nullptr before the first. Any thread.
    [[nodiscard]] SessionState state() const;
    [[nodiscard]] TopologyPtr topology() const;
    [[nodiscard]] SchemaInfoPtr schema() const;

    /// Tries to connect now instead of when the interval ends.
    void reconnectNow();
    /// Reads nodes and schema again, without waiting for an event.
    void refresh();
    /// Ends all connections; requests in flight get ShuttingDown. After it returns the listener
    /// is not called any more, so it must not be called on the client thread.
    void close();

private:
    class Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace engine::client
