#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/coordinator.h"
#include "engine/coordination/reconciliation.h"
#include "engine/messaging/timer_wheel.h"

#include <map>
#include <memory>
#include <vector>

namespace engine::coordination {

class FanOut;

struct ReadCounters {
    std::uint64_t reads = 0;
    std::uint64_t localReads = 0;   ///< answered here alone
    std::uint64_t mismatches = 0;   ///< digests differed
    std::uint64_t repairsSent = 0;  ///< mutations of read repair
    std::uint64_t speculations = 0; ///< further replicas asked because one was slow
    std::uint64_t shortReads = 0;   ///< rounds repeated with a greater limit
};

/// Reads from as many replicas as the consistency level wants (StorageProxy.read, DigestResolver,
/// BlockingReadRepair), and answers what other nodes ask (READ_REQ, RANGE_REQ). Node thread only.
class ReadPath {
public:
    explicit ReadPath(Context& context);
    ~ReadPath();

    [[nodiscard]] Task<ReadOutcome> read(rows::ReadCommand command, RequestOptions options);
    [[nodiscard]] const ReadCounters& counters() const noexcept { return m_counters; }

private:
    struct Ask {
        rows::ReadCommand command; ///< as the client asked
        Replicas contacts;         ///< the first `blockFor` are asked, the rest may be
        std::int32_t blockFor = 1;
        protocol::Consistency consistency = protocol::Consistency::One;
        MonoTime deadline;
    };

    /// Whom a read may ask, in the order to do so.
    [[nodiscard]] static Replicas contactsFor(const Replicas& replicas, const Needed& needed);
    static void noteContacts(TraceSession& trace, const Replicas& contacts, std::int32_t needed,
                             protocol::Consistency consistency);
    Task<ReadOutcome> readRange(rows::ReadCommand command, KeyspaceReplicasPtr map,
                                RequestOptions options, MonoTime deadline);
    Task<ReadOutcome> readFrom(Ask ask);
    Task<ReadOutcome> readHere(rows::ReadCommand command);
    Task<ReadOutcome> readAndRepair(Ask ask, std::vector<InetEndpoint> targets);
    Task<void> repair(std::map<InetEndpoint, rows::Partitions> repairs, Ask ask);
    /// While the ring changes, what a replica lacked goes to the pending replicas as well.
    [[nodiscard]] Result<void> repairPending(const rows::Mutation& mutation, const Bytes& bytes,
                                             const Ask& ask, FanOut& group);

    /// Sends one round; `digests`: all but the first answer with a digest.
    std::shared_ptr<ReadRound> startRound(const rows::ReadCommand& command,
                                          const std::vector<InetEndpoint>& targets, bool digests,
                                          protocol::Consistency consistency, std::int32_t blockFor,
                                          MonoTime deadline, messaging::MessageId* id = nullptr);
    void askReplica(const std::shared_ptr<ReadRound>& round, messaging::MessageId id,
                    const InetEndpoint& target, const rows::ReadCommand& command, bool digestOnly,
                    MonoTime deadline);
    Task<void> answerLocally(std::shared_ptr<ReadRound> round, rows::ReadCommand command,
                             bool digestOnly);
    void onRead(const messaging::Envelope& message);
    Task<void> answerRead(messaging::ReplyTo to, ReadRequest request);

    [[nodiscard]] std::optional<Duration> speculationDelay(const schema::Table& table) const;
    void scheduleSpeculation(std::shared_ptr<ReadRound> round, messaging::MessageId id,
                             InetEndpoint spare, rows::ReadCommand command, MonoTime deadline,
                             Duration delay);
    void armWheel();
    void noteLatency(Duration latency);

    struct Speculation {
        std::weak_ptr<ReadRound> round;
        messaging::MessageId id = 0;
        InetEndpoint spare;
        rows::ReadCommand command;
        MonoTime deadline;
    };

    Context& m_context;
    ReadCounters m_counters;
    messaging::TimerWheel m_wheel;
    std::map<std::uint64_t, Speculation> m_speculations;
    std::uint64_t m_nextSpeculation = 1;
    bool m_wheelArmed = false;
    double m_latencyNanos = 0; ///< moving average of single-partition reads
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
