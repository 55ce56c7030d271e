#include "engine/simulation/cluster/scenario.h"

#include "engine/simulation/cluster/checkers.h"
#include "engine/simulation/cluster/simulated_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace engine::simulation {

namespace {

using namespace std::chrono_literals;
using protocol::Consistency;

constexpr std::uint32_t kKeyCount = 12;
/// Longer than a blocked connection lives, so that what was under way is lost for good.
constexpr Duration kLongPartition = 20s;

enum class Story : std::uint8_t { Partition, PowerLoss, ClockSteps, StaleReplica, Mixture };

constexpr std::array<const char*, 5> kStoryNames{"partition", "power loss", "clock steps",
                                                 "stale replica", "mixture"};

/// One run: the cluster, the dice, and the first thing that went wrong.
class Scenario {
public:
    explicit Scenario(const ScenarioOptions& options)
        : m_random(SeededRandom{options.seed * 2 + 1}),
          m_story(static_cast<Story>(options.seed % kStoryNames.size())),
          m_sync(chooseSync()),
          m_cluster(clusterOptions(options))
    {
        if (options.observer)
            m_cluster.world().setObserver(options.observer);
    }

    ScenarioOutcome run()
    {
        const auto told = tell();
        return outcomeOf(kStoryNames[static_cast<std::size_t>(m_story)], told, m_cluster);
    }

private:
    storage::CommitLogSync chooseSync()
    {
        if (m_story == Story::PowerLoss || m_story == Story::Mixture)
            return static_cast<storage::CommitLogSync>(m_random.below(3));
        return m_random.below(2) == 0 ? storage::CommitLogSync::Batch
                                      : storage::CommitLogSync::Group;
    }

    SimulatedClusterOptions clusterOptions(const ScenarioOptions& options) const
    {
        SimulatedClusterOptions cluster;
        cluster.nodeCount = options.nodeCount;
        cluster.seed = options.seed;
        cluster.commitLogSync = m_sync;
        cluster.hintedHandoff = m_story != Story::StaleReplica;
        cluster.fsync = options.switches.fsync;
        cluster.switches = options.switches.coordination;
        return cluster;
    }

    [[nodiscard]] NodeIndex anyNode() { return m_cluster.anyNode(m_random); }
    [[nodiscard]] std::uint32_t anyKey()
    {
        return static_cast<std::uint32_t>(m_random.below(kKeyCount));
    }
    [[nodiscard]] Duration upTo(Duration max) { return anyDuration(m_random, max); }
    [[nodiscard]] NodeIndex anyUpNode() { return m_cluster.anyUpNode(m_random); }

    void load(std::uint32_t operations, Duration between)
    {
        for (std::uint32_t i = 0; i < operations; ++i) {
            if (m_random.below(3) != 0)
                m_cluster.beginWrite(anyUpNode(), anyKey());
            else
                m_cluster.beginRead(anyUpNode(), anyKey());
            m_cluster.world().runFor(upTo(between));
        }
    }

    Result<void> tell()
    {
        RW_TRY(m_cluster.start());
        for (std::uint32_t key = 0; key < kKeyCount; ++key)
            m_cluster.beginWrite(anyNode(), key);
        m_cluster.world().runFor(200ms);
        switch (m_story) {
        case Story::Partition:
            RW_TRY(tellPartition());
            break;
        case Story::PowerLoss:
            RW_TRY(tellPowerLoss());
            break;
        case Story::ClockSteps:
            RW_TRY(tellClockSteps());
            break;
        case Story::StaleReplica:
            RW_TRY(tellStaleReplica());
            break;
        case Story::Mixture:
            RW_TRY(tellMixture());
            break;
        }
        return checkAtTheEnd();
    }

    Result<void> tellPartition()
    {
        std::vector<NodeIndex> minority{anyNode()};
        if (m_cluster.nodeCount() > 3 && m_random.below(2) == 0)
            minority.push_back((minority[0] + 1) % m_cluster.nodeCount());
        m_cluster.isolate(minority);
        load(40, 100ms);
        m_cluster.world().runFor(kLongPartition);
        load(15, 50ms);
        m_cluster.finishOperations();
        m_cluster.heal();
        RW_TRY(m_cluster.settle());
        // Whoever wrote is still there, so hints alone must have done it.
        if (const auto wrong = checkAllReplicasCurrent(m_cluster, kKeyCount))
            return Error{ErrorCode::Corrupt, *wrong};
        return ok();
    }

    Result<void> tellPowerLoss()
    {
        for (int round = 0; round < 2; ++round) {
            load(25, 20ms);
            const bool isSynced = m_sync != storage::CommitLogSync::Periodic;
            // Under periodic sync what a minority lost is still on the others.
            const std::uint32_t victims = isSynced ? m_cluster.nodeCount() : 1;
            const NodeIndex first = anyNode();
            for (std::uint32_t i = 0; i < victims; ++i) {
                m_cluster.crash((first + i) % m_cluster.nodeCount());
                if (m_random.below(2) == 0)
                    m_cluster.world().runFor(upTo(5ms));
            }
            m_cluster.world().runFor(upTo(2s));
            m_cluster.restartAll();
            RW_TRY(m_cluster.settle());
            // A second victim must not be lost before the first has what it missed.
            if (!isSynced)
                RW_TRY(m_cluster.repairAll());
            for (std::uint32_t key = 0; key < kKeyCount; ++key)
                m_cluster.beginRead(anyNode(), key);
            m_cluster.finishOperations();
        }
        return ok();
    }

    Result<void> tellClockSteps()
    {
        for (int round = 0; round < 4; ++round) {
            const NodeIndex node = anyNode();
            const auto by = std::chrono::duration_cast<std::chrono::microseconds>(upTo(2h)) - 1h;
            m_cluster.world().stepClock(node, by);
            m_cluster.world().setClockDrift(anyNode(),
                                            static_cast<std::int64_t>(m_random.below(2000)) - 1000);
            // Clients stay with one coordinator, as those who wait for their own writes do.
            for (int i = 0; i < 6; ++i)
                (void)m_cluster.write(node, anyKey());
            load(8, 20ms);
            if (m_random.below(2) == 0 && m_cluster.isUp(node)) {
                m_cluster.crash(node, m_random.below(2) == 0 ? SimulatedRuntime::Death::Process
                                                             : SimulatedRuntime::Death::Machine);
                m_cluster.world().runFor(upTo(3s));
                m_cluster.restart(node);
                RW_TRY(m_cluster.settle());
                (void)m_cluster.write(node, anyKey());
            }
        }
        m_cluster.finishOperations();
        return ok();
    }

    Result<void> tellStaleReplica()
    {
        m_cluster.finishOperations();
        for (int round = 0; round < 2; ++round) {
            const std::uint32_t key = anyKey();
            auto replicas = m_cluster.replicasOf(key);
            std::rotate(replicas.begin(),
                        replicas.begin() +
                            static_cast<std::ptrdiff_t>(m_random.below(replicas.size())),
                        replicas.end());
            const NodeIndex lonely = replicas[0];
            m_cluster.isolate({lonely});
            if (m_random.below(2) == 0) {
                // All but `lonely` get the write. A read through it must notice by the digests.
                (void)m_cluster.write(replicas[1], key);
                m_cluster.world().runFor(kLongPartition);
                m_cluster.heal();
                RW_TRY(m_cluster.settle());
                (void)m_cluster.read(lonely, key);
            } else {
                // Only `lonely` gets it; the write fails. Once a read has shown it, it must stay.
                (void)m_cluster.write(lonely, key);
                m_cluster.world().runFor(kLongPartition);
                m_cluster.heal();
                RW_TRY(m_cluster.settle());
                (void)m_cluster.read(lonely, key);
                m_cluster.isolate({lonely});
                m_cluster.world().runFor(kLongPartition);
                (void)m_cluster.read(replicas[1], key);
                m_cluster.heal();
                RW_TRY(m_cluster.settle());
            }
            (void)m_cluster.read(anyNode(), key);
        }
        return ok();
    }

    Result<void> tellMixture()
    {
        auto& world = m_cluster.world();
        for (int round = 0; round < 3; ++round) {
            auto& link = world.fabric().defaultCondition();
            link.delayChance = m_random.unit() * 0.05;
            link.breakChance = m_random.unit() * 0.01;
            const NodeIndex victim = anyNode();
            const auto fault = m_random.below(4);
            if (fault == 0)
                m_cluster.isolate({victim});
            else if (fault == 1)
                m_cluster.crash(victim);
            else if (fault == 2)
                m_cluster.crash(victim, SimulatedRuntime::Death::Process);
            else
                world.fabric().setBlocked(victim, (victim + 1) % m_cluster.nodeCount(),
                                          true); // one way
            if (m_random.below(2) == 0)
                world.stepClock(anyNode(),
                                std::chrono::duration_cast<std::chrono::microseconds>(upTo(2h)) -
                                    1h);
            load(25, 60ms);
            world.runFor(upTo(kLongPartition));
            load(10, 40ms);
            m_cluster.heal();
            m_cluster.restartAll();
            RW_TRY(m_cluster.settle());
            world.fabric().defaultCondition() = LinkCondition{};
            if (m_sync == storage::CommitLogSync::Periodic)
                RW_TRY(m_cluster.repairAll());
        }
        world.fabric().defaultCondition() = LinkCondition{};
        m_cluster.finishOperations();
        return ok();
    }

    Result<void> checkAtTheEnd()
    {
        m_cluster.finishOperations();
        m_cluster.heal();
        m_cluster.restartAll();
        RW_TRY(m_cluster.settle());
        for (std::uint32_t key = 0; key < kKeyCount; ++key) {
            const auto read = m_cluster.read(anyNode(), key);
            if (!read->succeeded)
                return Error{
                    ErrorCode::Unavailable,
                    fmt::format("with all nodes up, reading key {} through node {} failed: {}", key,
                                read->coordinator, read->error)};
        }
        for (const auto& wrong :
             {checkQuorumReads(m_cluster.history()), checkTimestampOrder(m_cluster.history())})
            if (wrong)
                return Error{ErrorCode::Corrupt, *wrong};
        RW_TRY(m_cluster.repairAll());
        if (const auto wrong = checkReplicasEqual(m_cluster, kKeyCount))
            return Error{ErrorCode::Corrupt, *wrong};
        return ok();
    }

    SeededRandom m_random;
    Story m_story;
    storage::CommitLogSync m_sync;
    SimulatedCluster m_cluster;
};

} // namespace

Duration anyDuration(SeededRandom& random, Duration most)
{
    return Duration{
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(most.count()) + 1))};
}

ScenarioOutcome outcomeOf(std::string story, const Result<void>& told, SimulatedCluster& cluster)
{
    ScenarioOutcome outcome;
    outcome.story = std::move(story);
    outcome.passed = told.has_value();
    if (!told)
        outcome.failure = told.error().detail();
    outcome.eventHash = cluster.world().eventHash();
    outcome.eventCount = cluster.world().eventCount();
    outcome.virtualTime = cluster.world().now();
    outcome.history = cluster.history();
    for (const auto& operation : cluster.history())
        if (operation->succeeded)
            ++(operation->isWrite ? outcome.writesAcknowledged : outcome.readsAnswered);
    return outcome;
}

ScenarioOutcome runScenario(const ScenarioOptions& options)
{
    return Scenario{options}.run();
}

} // namespace engine::simulation
