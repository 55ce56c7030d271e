#pragma once

#include "engine/coordination/context.h"

#include <functional>
#include <string>
#include <vector>

namespace engine::coordination {

/// A range of a keyspace that this node must fetch, and from whom: every one of the sources.
struct StreamPiece {
    std::string keyspace;
    ring::TokenRange range; ///< does not wrap
    std::vector<InetEndpoint> sources;
};

struct StreamPlan {
    std::vector<StreamPiece> pieces;
    /// Ranges whose every replica is dead: nothing of them is left to fetch.
    std::uint32_t rangesLost = 0;
};

/// What `gainer` must fetch when the ring changes from `before` to `after`: each range that it
/// becomes a replica of, from the replica that it displaces if that is alive (which keeps what
/// any two quorums have in common, as Cassandra's consistent range movement), else from so many
/// of the old replicas that every quorum has one of them. Neighbouring ranges with the same sources
/// are one. Unavailable if too few are alive; Invalid if a keyspace's replication cannot be read.
[[nodiscard]] Result<StreamPlan>
planStreams(const schema::Schema& schema, const ring::RingStatePtr& before,
            const ring::RingStatePtr& after, const InetEndpoint& gainer,
            const std::function<bool(const InetEndpoint&)>& isAlive);

struct StreamProgress {
    std::uint64_t piecesDone = 0; ///< tables × ranges × sources
    std::uint64_t piecesTotal = 0;
    std::uint64_t partitions = 0;
    std::uint64_t bytes = 0;
};

/// Fetches ranges of tables from other nodes as mutations, and serves them: the streaming of
/// nodes that join and leave. The receiver asks for chunk after chunk (STREAM_REQ, a read of a
/// range with a bound on rows that follows the size of the answers), applies each to its store
/// before it asks for the next, so that the slower side sets the pace; what is applied twice
/// changes nothing, so an interrupted fetch goes on where it was or starts again. At the end the
/// tables are flushed: what has been streamed is on disk. Node thread only; end its tasks before
/// destroying it.
class Streaming {
public:
    /// `flush`: makes a table's data durable.
    Streaming(Context& context, std::function<Task<void>(schema::TableId)> flush);

    using OnProgress = std::function<void(const StreamProgress&)>;
    /// Fetches everything of a plan. A source that does not answer is asked again for a while,
    /// then Timeout names it: plan again, as another node may have taken its place.
    [[nodiscard]] Task<StreamProgress> fetch(StreamPlan plan, OnProgress progress = {});
    void stop() noexcept { m_stopped = true; }

private:
    struct Position;
    Task<void> fetchPiece(schema::TablePtr table, StreamPiece piece, InetEndpoint source,
                          StreamProgress* progress);
    Task<void> applyAll(schema::TablePtr table, rows::Partitions partitions);
    Task<void> applySlowly(rows::Mutation mutation, std::function<void(bool)> done);
    void onStream(const messaging::Envelope& message);
    Task<void> readAndAnswer(messaging::ReplyTo to, rows::ReadCommand command);

    Context& m_context;
    std::function<Task<void>(schema::TableId)> m_flush;
    bool m_stopped = false;
};

} // namespace engine::coordination
