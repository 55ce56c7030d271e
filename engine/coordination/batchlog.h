#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/record_log.h"
#include "engine/coordination/write_path.h"

#include <map>
#include <memory>
#include <vector>

namespace engine::coordination {

/// Logged batches (BatchlogManager): before its mutations go out, a batch is kept on two other
/// nodes of the datacenter, in a file; when all mutations have their consistency, it is removed
/// there. A batch that stays, as its coordinator died or timed out, is written again by whoever
/// keeps it, until each replica has it or a hint of it. Node thread only; end its tasks before
/// destroying it.
class Batchlog {
public:
    Batchlog(Context& context, WritePath& writes);
    ~Batchlog();

    /// Finds the batches left from before a restart. Once, before the first write.
    [[nodiscard]] Task<void> start();
    void stop() { m_stopped = true; }

    [[nodiscard]] Task<void> write(rows::Mutations mutations, RequestOptions options);

    [[nodiscard]] std::size_t kept() const noexcept { return m_kept.size(); }
    [[nodiscard]] std::uint64_t replayed() const noexcept { return m_replayed; }

private:
    struct Kept {
        Bytes mutations;
        MonoTime since;
        bool isOld = false; ///< from before a restart
    };
    void onStore(const messaging::Envelope& message);
    void onRemove(const messaging::Envelope& message);
    Task<void> storeAndAnswer(messaging::ReplyTo to, Uuid id, Bytes mutations);
    Task<void> keep(Uuid id, Bytes mutations);
    void removeHere(const Uuid& id);
    void scheduleReplay();
    Task<void> replay();
    Task<void> replayOne(Uuid id, Bytes mutations);
    [[nodiscard]] std::vector<InetEndpoint> keepers() const;
    [[nodiscard]] RecordLog& log();

    Context& m_context;
    WritePath& m_writes;
    std::map<Uuid, Kept> m_kept;
    std::unique_ptr<RecordLog> m_log;
    std::vector<std::string> m_oldFiles;
    std::uint64_t m_nextFile = 1;
    std::uint64_t m_replayed = 0;
    bool m_stopped = false;
    bool m_replaying = false;
    bool m_replayArmed = false;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
