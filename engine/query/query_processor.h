#pragma once

#include "engine/base/runtime.h"
#include "engine/base/task.h"
#include "engine/coordination/coordinator.h"
#include "engine/protocol/requests.h"
#include "engine/protocol/responses.h"
#include "engine/schema/schema_owner.h"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace engine::query {

class VirtualTables;
class PreparedStatement;
using PreparedStatementPtr = std::shared_ptr<const PreparedStatement>;

/// What a request brings besides the statement. Views: whoever calls keeps what they point to
/// (frame, arena, connection) until the task has ended.
struct RequestContext {
    protocol::QueryOptions options;
    /// The keyspace of the connection (USE); `options.keyspace` of v5 goes before it.
    std::string_view keyspace;
    MonoTime deadline{};
    std::optional<WallTime> now;         ///< when it came; else the clock is asked
    std::shared_ptr<TraceSession> trace; ///< nullptr: the request is not traced
    /// The processor's: what must live as long as the request, the statement for one.
    std::shared_ptr<const void> keeps;
};

/// Rows as the wire has them: encodeRowsHeader(metadata, rowCount), then `content`.
struct Rows {
    protocol::RowsMetadata metadata; ///< columns always set; the wire drops them if told to skip
    std::int32_t rowCount = 0;
    RecycledBytes content; ///< each value with its 32-bit length, row by row
};

/// What a statement answers.
struct QueryResult {
    std::variant<protocol::VoidResult, Rows, protocol::SetKeyspaceResult, protocol::SchemaChange>
        value;
    std::vector<std::string> warnings;
};

/// A write that is on its way.
struct StartedWrite {
    std::shared_ptr<coordination::Decision> outcome;
    std::vector<std::string> warnings;
};

class ModificationStatement;

/// Numbers and switches that cassandra.yaml has, with its defaults.
struct QuerySettings {
    std::size_t preparedStatementsMax = 4096;
    /// Datacenters that CREATE KEYSPACE may name and spreads replication_factor over. The node
    /// must set it: without, NetworkTopologyStrategy can name none.
    std::function<std::set<std::string>()> datacenters;
    /// Strictly increasing write timestamps, also across restarts of the node, of what the wall
    /// clock says; empty (tests): the wall clock, increasing within this processor.
    std::function<Result<WriteTimestamp>(WallTime now)> writeTimestamps;
    /// A batch over several partitions with more bytes is answered with a warning, refused.
    std::size_t batchBytesWarn = 5 * 1024;
    std::size_t batchBytesFail = 50 * 1024;
    /// An unlogged batch over more partitions is answered with a warning.
    std::size_t unloggedPartitionsWarn = 10;
    /// Asked before what a client writes goes to its replicas: refuses it, or adds warnings to the
    /// answer. Empty (tests): nothing is refused.
    std::function<Result<void>(std::span<const rows::Mutation>, std::vector<std::string>& warnings)>
        guardWrite;
    /// For DESCRIBE CLUSTER.
    std::string clusterName = "Test Cluster";
    std::string snitchName = "SimpleSnitch";
};

/// Prepares and executes CQL: the only way from the native protocol into the node.
///
/// A statement's text is parsed (cql) into what it says, prepared against the schema into what it
/// means, then executed by its verb (select/, modify/, schema/). Prepared statements hold their
/// table; each is checked with one pointer comparison against the current schema before it runs,
/// and prepared again when its table changed.
///
/// Node thread only. Outlives its tasks.
class QueryProcessor {
public:
    /// All references outlive it. `virtualTables` may be nullptr.
    QueryProcessor(Runtime& runtime, coordination::Coordinator& coordinator,
                   schema::SchemaOwner& schemaOwner, VirtualTables* virtualTables,
                   QuerySettings settings = {});
    ~QueryProcessor();
    QueryProcessor(const QueryProcessor&) = delete;

    /// QUERY. Fails with SyntaxError, Invalid, … in Cassandra's words.
    [[nodiscard]] Task<QueryResult> query(std::string_view text, RequestContext context);

    /// PREPARE. The id is the MD5 of keyspace and text as Cassandra's (QueryProcessor
    /// .computeId), so that it is the same on every node; preparing again gives the same id.
    [[nodiscard]] Result<protocol::PreparedResult> prepare(std::string_view text,
                                                           std::string_view keyspace);

    /// EXECUTE. Unprepared (with UnpreparedExtra) if the id is unknown. `resultMetadataId` is
    /// what the client believes (v5, empty before): if the columns are others now, the result
    /// has metadata.newMetadataId set.
    [[nodiscard]] Task<QueryResult> execute(ByteView id, ByteView resultMetadataId,
                                            RequestContext context);

    /// The prepared statement of an id if it writes one row and reads nothing before, as most
    /// writes do; nullptr: execute() it. Good until the next call.
    [[nodiscard]] const ModificationStatement* singleRowWrite(ByteView id);
    /// EXECUTE for such a statement, with values by position and without a task. Needs neither
    /// the request nor the statement once it has returned.
    [[nodiscard]] Result<StartedWrite> startWrite(const ModificationStatement& statement,
                                                  const RequestContext& context);

    /// BATCH.
    [[nodiscard]] Task<QueryResult> batch(protocol::BatchRequest request, RequestContext context);

    /// The statement that was prepared under an id; empty if there is none.
    [[nodiscard]] std::string preparedText(ByteView id) const;

    /// For system_views and tests.
    [[nodiscard]] std::size_t preparedCount() const noexcept;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace engine::query
