#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/local_session.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::coordination {

/// This node's part, as a replica, in sessions of incremental repair (LocalSessions): sets data
/// apart, takes in what it lacks, promises, and in the end makes the data repaired or unrepaired
/// again. Every state is a row of system.repairs, so that a restart knows what was promised.
///
/// Who decides: the coordinator, by making its own row FINALIZED durable, after all replicas have
/// promised, before it tells anybody. So a coordinator that restarts without that row has failed
/// the session; a replica that has not promised may fail it by itself, as a restart does; one that
/// has promised asks. Whatever comes of it is safe: a session is only ever finalized when all of
/// its data are on all of its replicas.
///
/// Node thread only; end its tasks before destroying it.
class LocalSessions {
public:
    explicit LocalSessions(Context& context);
    ~LocalSessions();

    /// Loads system.repairs, fails what a restart has interrupted, and decides what is set apart
    /// for sessions that have ended or that nobody knows. Once, before messages come.
    [[nodiscard]] Task<void> start();
    void stop();

    // What messages of a coordinator cause, for the coordinator itself:

    /// Ends when the session's data here are set apart. Fails, as the session then does, if another
    /// session has some of them.
    [[nodiscard]] Task<void> prepare(LocalSession session);
    /// Adds data that this replica lacks. Invalid if the session does not wait for any.
    [[nodiscard]] Task<void> take(Uuid id, schema::TableId table, rows::Partitions partitions);
    /// Ends when the promise is durable. Invalid if the session has failed here.
    [[nodiscard]] Task<void> promise(Uuid id);
    /// Makes the session's data repaired. Ends when that is decided, durably, and done as far as it
    /// can be done now. Invalid unless promised.
    [[nodiscard]] Task<void> finalize(Uuid id);
    /// Makes the session's data unrepaired again. Nothing happens to one that has ended.
    [[nodiscard]] Task<void> fail(Uuid id, std::string reason);

    /// Invalid, with the reason, if the session's data are not set apart here (any more).
    [[nodiscard]] Result<void> checkIsRepairing(const Uuid& id);
    /// nodetool repair_admin cancel: fails it here and at its other replicas. NotFound; Invalid on
    /// another node than its coordinator unless forced, and when it has ended.
    [[nodiscard]] Task<void> cancel(Uuid id, bool force);
    /// nodetool repair_admin cleanup: what is set apart for a session that has ended, or that is
    /// not known, becomes what its end says. Happens by itself; this is for where it failed.
    [[nodiscard]] Task<void> settle(Uuid id);
    /// nullptr if it is not known. Good until the next change.
    [[nodiscard]] const LocalSession* find(const Uuid& id) const;
    /// By id.
    [[nodiscard]] const std::map<Uuid, LocalSession>& all() const noexcept { return m_sessions; }

private:
    void addHandlers();
    void answer(messaging::ReplyTo to, Task<void> task);
    static Task<void> answerWhenDone(LocalSessions* self, messaging::ReplyTo to, Task<void> task);
    void onPrepare(const messaging::Envelope& message);
    void onData(const messaging::Envelope& message);
    void onStatus(const messaging::Envelope& message);
    Task<void> load();
    Task<void> setState(Uuid id, RepairState state);
    Task<void> save(LocalSession* session, bool isDurable);
    Task<void> remove(Uuid id);
    Task<void> settleEnded();
    void lookAfterLater();
    Task<void> lookAfter();
    Task<void> lookAfterOne(Uuid id);
    Task<void> askOthers(Uuid id);
    void tell();
    [[nodiscard]] bool mayBeRemoved(const LocalSession& session) const;
    [[nodiscard]] std::int64_t nowSeconds() const { return m_context.runtime.wallNow().seconds(); }

    Context& m_context;
    std::map<Uuid, LocalSession> m_sessions;
    std::map<Uuid, std::string> m_reasons;           ///< of failures, in this run
    std::map<Uuid, std::set<InetEndpoint>> m_untold; ///< who is to hear of a failure once it is up
    std::set<Uuid> m_unclear;                        ///< promised before a restart
    bool m_isArmed = false;
    bool m_isStopped = false;
    std::shared_ptr<bool> m_isHere;
};

/// What STATUS_RSP says.
struct RepairStatus {
    RepairState state = RepairState::Failed;
    std::string reason; ///< of a failure, if it is known
};
/// Asks a replica how far it is. Timeout.
[[nodiscard]] Task<RepairStatus> askRepairStatus(Context* context, InetEndpoint replica, Uuid id,
                                                 Duration timeout);

/// REPAIR_DATA_REQ: partitions for a replica that lacks them, in blocks of encodeData().
[[nodiscard]] Bytes beginRepairData(const Uuid& session, const schema::TableId& table);
void addRepairData(Bytes& message, ByteView block);

} // namespace engine::coordination
