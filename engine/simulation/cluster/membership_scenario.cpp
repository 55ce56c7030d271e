#include "engine/simulation/cluster/membership_scenario.h"

#include "engine/coordination/coordinator_service.h"
#include "engine/coordination/ring_change.h"
#include "engine/membership/ring_view.h"
#include "engine/simulation/cluster/checkers.h"
#include "engine/simulation/cluster/simulated_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace engine::simulation {

namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kRingKeyCount = 40;
constexpr std::uint32_t kNodesMax = 7;
constexpr Duration kChangeLimit = 5min;
constexpr Duration kFaultsMax = 12s;

enum class Change : std::uint8_t { Join, Leave, Remove };
constexpr std::array<const char*, 3> kChangeNames{"join", "leave", "remove"};

using Ending = std::shared_ptr<std::optional<Result<void>>>;

Task<void> noteEnding(Task<void> task, Ending ending)
{
    auto ended = co_await task;
    ending->emplace(std::move(ended));
    co_return ok();
}

class MembershipScenario {
public:
    explicit MembershipScenario(const ScenarioOptions& options)
        : m_random(SeededRandom{options.seed * 2 + 1}), m_cluster(clusterOptions(options))
    {
        if (options.observer)
            m_cluster.world().setObserver(options.observer);
    }

    ScenarioOutcome run()
    {
        const auto told = tell();
        return outcomeOf(m_story, told, m_cluster);
    }

private:
    SimulatedClusterOptions clusterOptions(const ScenarioOptions& options)
    {
        SimulatedClusterOptions cluster;
        cluster.nodeCount = 3 + static_cast<std::uint32_t>(m_random.below(2));
        cluster.seed = options.seed;
        cluster.commitLogSync =
            m_random.below(2) == 0 ? storage::CommitLogSync::Batch : storage::CommitLogSync::Group;
        // Without hints nothing makes good what a write did not reach.
        cluster.hintedHandoff = m_random.below(2) == 0;
        cluster.fsync = options.switches.fsync;
        cluster.switches = options.switches.coordination;
        return cluster;
    }

    [[nodiscard]] Duration upTo(Duration max) { return anyDuration(m_random, max); }
    [[nodiscard]] std::optional<NodeIndex> anyServing(std::optional<NodeIndex> except = {})
    {
        std::vector<NodeIndex> serving;
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i)
            if (m_cluster.isServing(i) && except != i)
                serving.push_back(i);
        if (serving.empty())
            return std::nullopt;
        return serving[m_random.below(serving.size())];
    }

    Result<void> tell()
    {
        RW_TRY(m_cluster.start());
        for (std::uint32_t key = 0; key < kRingKeyCount; ++key) {
            m_cluster.beginWrite(*anyServing(), key);
            m_cluster.world().runFor(2ms);
        }
        m_cluster.world().runFor(500ms);
        const auto changes = 2 + m_random.below(2);
        for (std::uint64_t i = 0; i < changes; ++i) {
            const Change change = chooseChange();
            m_story += (m_story.empty() ? "" : ", ") +
                       std::string{kChangeNames[static_cast<std::size_t>(change)]};
            RW_TRY(make(change));
            for (std::uint32_t key = 0; key < kRingKeyCount; key += 3)
                beginOperation(key);
            m_cluster.world().runFor(200ms);
        }
        return checkAtTheEnd();
    }

    Change chooseChange()
    {
        std::uint32_t members = 0;
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i)
            members += m_cluster.isGone(i) ? 0 : 1;
        // Three replicas want three nodes, and QUORUM two of them while one is dead.
        if (members <= 3)
            return Change::Join;
        if (m_cluster.nodeCount() >= kNodesMax)
            return m_random.below(2) == 0 ? Change::Leave : Change::Remove;
        return static_cast<Change>(m_random.below(3));
    }

    Result<void> make(Change change)
    {
        m_subject.reset();
        m_ending.reset();
        if (change == Change::Join) {
            m_subject = m_cluster.addNode();
        } else {
            m_subject = anyServing();
            if (change == Change::Remove)
                m_cluster.crash(*m_subject);
        }
        planFaults(change);
        const Duration begun = m_cluster.world().now();
        const Duration healAt = begun + kFaultsMax;
        bool isHealed = false;
        while (!isDone(change)) {
            const Duration now = m_cluster.world().now();
            if (now > begun + kChangeLimit)
                return Error{ErrorCode::Timeout,
                             fmt::format("{} of node {} does not come to an end: {}",
                                         kChangeNames[static_cast<std::size_t>(change)], *m_subject,
                                         m_last)};
            if (!isHealed && now > healAt) {
                isHealed = true;
                m_cluster.healLinks();
            }
            doFault();
            cutOffDuringChange();
            restartOthers(change, isHealed);
            drive(change);
            // Most of a change is waiting; what matters happens while the ring is in two forms.
            const bool isDense = isChanging();
            for (std::uint64_t left = isDense ? 3 : m_random.below(2); left > 0; --left)
                beginOperation(static_cast<std::uint32_t>(m_random.below(kRingKeyCount)));
            m_cluster.world().runFor(upTo(isDense ? 10ms : 80ms));
        }
        m_cutOffUntil.reset();
        m_cluster.healLinks();
        m_faults.clear();
        if (change != Change::Join) {
            if (m_cluster.isRunning(*m_subject))
                m_cluster.crash(*m_subject, SimulatedRuntime::Death::Process);
            m_cluster.setGone(*m_subject);
        }
        restartOthers(change, true);
        return m_cluster.settle();
    }

    void beginOperation(std::uint32_t key)
    {
        const auto coordinator = anyServing();
        if (!coordinator)
            return;
        if (m_random.below(2) == 0)
            m_cluster.beginWrite(*coordinator, key);
        else
            m_cluster.beginRead(*coordinator, key);
    }

    // ---- the change ----

    bool isDone(Change change)
    {
        if (change == Change::Join)
            return m_cluster.isUp(*m_subject);
        if (change == Change::Leave) {
            if (m_cluster.hasLeft(*m_subject))
                return true;
        }
        if (change == Change::Leave)
            return false;
        // Removed: nobody who is up has it in the ring.
        bool anyUp = false;
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i) {
            if (!m_cluster.isUp(i))
                continue;
            anyUp = true;
            if (m_cluster.knowsMember(i, *m_subject))
                return false;
        }
        return anyUp;
    }

    void drive(Change change)
    {
        if (m_ending && *m_ending && !**m_ending)
            m_last = (**m_ending).error().detail();
        const bool isOpen = m_ending && !*m_ending && m_leader && m_cluster.isRunning(*m_leader) &&
                            m_leaderLife == m_cluster.lifeOf(*m_leader);
        if (change == Change::Join || isOpen)
            return;
        const auto leader = change == Change::Leave ? m_subject : anyServing(*m_subject);
        if (!leader || !m_cluster.isUp(*leader) || m_random.below(4) != 0)
            return;
        m_leader = leader;
        m_leaderLife = m_cluster.lifeOf(*leader);
        m_ending = std::make_shared<std::optional<Result<void>>>();
        auto& node = m_cluster.node(*leader);
        node.runtime().spawn(Priority::Request, "ring change",
                             noteEnding(change == Change::Leave
                                            ? node.decommission(false)
                                            : node.coordinator().ringChange().removeNode(
                                                  m_cluster.hostIdOf(*m_subject)),
                                        m_ending));
    }

    // ---- what goes wrong ----

    struct Fault {
        Duration at{};
        int kind = 0;
        bool onSubject = false;
    };

    void planFaults(Change change)
    {
        m_faults.clear();
        const auto count = m_random.below(4);
        for (std::uint64_t i = 0; i < count; ++i) {
            Fault fault;
            fault.at = m_cluster.world().now() + upTo(kFaultsMax);
            fault.kind = static_cast<int>(m_random.below(6));
            fault.onSubject = change != Change::Remove && m_random.below(2) == 0;
            m_faults.push_back(fault);
        }
        std::sort(m_faults.begin(), m_faults.end(),
                  [](const Fault& a, const Fault& b) { return a.at < b.at; });
    }

    void doFault()
    {
        if (m_faults.empty() || m_faults.front().at > m_cluster.world().now())
            return;
        const Fault fault = m_faults.front();
        m_faults.erase(m_faults.begin());
        const auto victim = fault.onSubject ? m_subject : anyServing(m_subject);
        if (!victim)
            return;
        auto& fabric = m_cluster.world().fabric();
        switch (fault.kind) {
        case 0:
        case 1:
            if (m_cluster.isRunning(*victim))
                m_cluster.crash(*victim, fault.kind == 0 ? SimulatedRuntime::Death::Process
                                                         : SimulatedRuntime::Death::Machine);
            break;
        case 2:
            m_cluster.isolate({*victim});
            break;
        case 3:
            fabric.setBlocked(*victim, (*victim + 1) % m_cluster.nodeCount(), true);
            break;
        case 4:
            fabric.defaultCondition().delayChance = m_random.unit() * 0.1;
            fabric.defaultCondition().breakChance = m_random.unit() * 0.01;
            break;
        default:
            m_cluster.heal();
            break;
        }
    }

    /// Whether any node sees the ring in two forms.
    bool isChanging()
    {
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i)
            if (m_cluster.isServing(i) && !m_cluster.node(i).ring().otherRings().empty())
                return true;
        return false;
    }

    /// One member misses what is written for a while in the middle of a change, too short to be
    /// taken for dead.
    void cutOffDuringChange()
    {
        const Duration now = m_cluster.world().now();
        if (m_cutOffUntil) {
            if (now > *m_cutOffUntil && m_cutOffUntil->count() != 0) {
                m_cluster.heal();
                m_cutOffUntil = Duration::zero(); // once a change
            }
            return;
        }
        if (!isChanging() || m_random.below(6) != 0)
            return;
        if (const auto victim = anyServing(m_subject)) {
            m_cluster.isolate({*victim});
            m_cutOffUntil = now + upTo(3s);
        }
    }

    void restartOthers(Change change, bool now)
    {
        for (NodeIndex i = 0; i < m_cluster.nodeCount(); ++i) {
            if (m_cluster.isRunning(i) || m_cluster.isGone(i))
                continue;
            if (i == m_subject && (change == Change::Remove || m_cluster.hasLeft(i)))
                continue;
            if (now || m_random.below(12) == 0)
                m_cluster.restart(i);
        }
    }

    Result<void> checkAtTheEnd()
    {
        m_cluster.world().runUntil(
            [this] {
                return std::all_of(m_cluster.history().begin(), m_cluster.history().end(),
                                   [this](const auto& operation) {
                                       return operation->hasEnded ||
                                              operation->begun + 30s < m_cluster.world().now();
                                   });
            },
            31s);
        RW_TRY(m_cluster.settle());
        for (std::uint32_t key = 0; key < kRingKeyCount; ++key) {
            const auto read = m_cluster.read(*anyServing(), key);
            if (!read->succeeded)
                return Error{ErrorCode::Unavailable,
                             fmt::format("with all nodes up, reading key {} through node {} "
                                         "failed: {}",
                                         key, read->coordinator, read->error)};
        }
        for (const auto& wrong :
             {checkQuorumReads(m_cluster.history()), checkTimestampOrder(m_cluster.history())})
            if (wrong)
                return Error{ErrorCode::Corrupt, *wrong};
        RW_TRY(m_cluster.repairAll());
        if (const auto wrong = checkReplicasEqual(m_cluster, kRingKeyCount))
            return Error{ErrorCode::Corrupt, *wrong};
        return ok();
    }

    SeededRandom m_random;
    SimulatedCluster m_cluster;
    std::string m_story;
    std::optional<NodeIndex> m_subject; ///< who joins, leaves or is removed
    std::optional<NodeIndex> m_leader;  ///< who was told to
    std::uint64_t m_leaderLife = 0;
    Ending m_ending;
    std::string m_last = "nothing was refused";
    std::vector<Fault> m_faults;
    std::optional<Duration> m_cutOffUntil; ///< zero: it is over
};

} // namespace

ScenarioOutcome runMembershipScenario(const ScenarioOptions& options)
{
    return MembershipScenario{options}.run();
}

} // namespace engine::simulation
