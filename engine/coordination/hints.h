#pragma once

#include "engine/coordination/context.h"
#include "engine/coordination/record_log.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace engine::coordination {

struct HintCounters {
    std::uint64_t stored = 0;
    std::uint64_t dispatched = 0;
    std::uint64_t failed = 0;  ///< attempts that will be repeated
    std::uint64_t expired = 0; ///< older than the window or the tables' gc_grace_seconds
};

/// Writes that a replica missed, kept on disk until it is back (hints/HintsService): one or more
/// files a target under hints_directory, appended and synced in groups, sent again when the
/// target is up, with a throttle, and removed once it has acknowledged them all. Node thread only;
/// end its tasks before destroying it.
class HintService final : public membership::MembershipListener {
public:
    explicit HintService(Context& context);
    ~HintService() override;

    /// Finds the hints left from before a restart. Once, before the first store().
    [[nodiscard]] Task<void> start();
    void stop() { m_stopped = true; }

    /// Keeps `mutation` (rows::writeMutation) for a replica, unless it has been down for longer
    /// than max_hint_window or hints are off. Durable a moment later.
    void store(const Uuid& hostId, const InetEndpoint& endpoint,
               std::shared_ptr<const Bytes> mutation);
    /// The same, and ends when the hint is durable: what ANY waits for.
    [[nodiscard]] Task<void> storeDurably(Uuid hostId, InetEndpoint endpoint,
                                          std::shared_ptr<const Bytes> mutation);

    /// Hints by target that are not yet delivered, and bytes (nodetool listpendinghints).
    struct Pending {
        Uuid hostId;
        std::uint64_t files = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] std::vector<Pending> pending() const;
    [[nodiscard]] bool isDispatching() const noexcept { return !m_dispatching.empty(); }
    [[nodiscard]] const HintCounters& counters() const noexcept { return m_counters; }
    /// Removes all hints (nodetool truncatehints), or those for one host.
    [[nodiscard]] Task<void> truncate(Uuid hostId = {});
    void setPaused(bool paused) noexcept { m_paused = paused; }

    void onEndpointUp(const InetEndpoint& endpoint) override;

private:
    struct Target {
        std::unique_ptr<RecordLog> open;                 ///< being appended to
        std::vector<std::unique_ptr<RecordLog>> closing; ///< full, perhaps still being written
        std::vector<std::string> files;                  ///< closed, oldest first
        std::uint64_t closedBytes = 0;
    };
    [[nodiscard]] bool accepts(const InetEndpoint& endpoint) const;
    [[nodiscard]] RecordLog& logFor(const Uuid& hostId);
    [[nodiscard]] static Bytes encodeHint(WallTime now, ByteView mutation);
    void considerDispatch(const Uuid& hostId);
    void scheduleSweep();
    Task<void> dispatch(Uuid hostId);
    /// Hints for a node that has left the ring are nobody's: those who took over its ranges were
    /// written to as well.
    Task<void> discard(Uuid hostId);
    Task<bool> sendFile(Uuid hostId, InetEndpoint endpoint, std::string path);
    [[nodiscard]] std::optional<InetEndpoint> endpointOf(const Uuid& hostId) const;
    [[nodiscard]] bool isTooOld(ByteView hint) const;
    void emitHint(std::string_view name, const InetEndpoint& target, std::uint64_t count);

    Context& m_context;
    std::map<Uuid, Target> m_targets;
    std::set<Uuid> m_dispatching;
    HintCounters m_counters;
    std::uint64_t m_nextFile = 1;
    bool m_stopped = false;
    bool m_paused = false;
    bool m_sweepArmed = false;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
