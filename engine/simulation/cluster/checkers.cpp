#include "engine/simulation/cluster/checkers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace engine::simulation {

namespace {

bool isQuorumSuccess(const ClientOperation& operation)
{
    return operation.succeeded && operation.consistency == protocol::Consistency::Quorum;
}

std::string describeRead(const ClientOperation& read)
{
    return fmt::format("the QUORUM read of key {} through node {} at {:.3f} s", read.key,
                       read.coordinator, static_cast<double>(read.begun.count()) / 1e9);
}

} // namespace

std::optional<std::string> checkQuorumReads(const std::vector<ClientOperationPtr>& history)
{
    for (const auto& read : history) {
        if (read->isWrite || !isQuorumSuccess(*read))
            continue;
        for (const auto& before : history) {
            if (before->key != read->key || !isQuorumSuccess(*before) ||
                before->ended > read->begun || !before->timestamp)
                continue;
            // If it was acknowledged before, the write itself binds this read.
            if (!before->isWrite && before->replicas != read->replicas)
                continue;
            if (!read->timestamp || *read->timestamp < *before->timestamp)
                return fmt::format(
                    "{} found timestamp {}, but {} {} through node {} was {} before",
                    describeRead(*read),
                    read->timestamp ? std::to_string(*read->timestamp) : std::string{"none"},
                    before->isWrite ? "the write with" : "a read of", *before->timestamp,
                    before->coordinator, before->isWrite ? "acknowledged" : "answered");
        }
        if (!read->timestamp)
            continue;
        const bool isWritten = std::any_of(history.begin(), history.end(), [&](const auto& write) {
            return write->isWrite && write->key == read->key && write->value == read->value &&
                   write->timestamp == read->timestamp && write->begun <= read->ended;
        });
        if (!isWritten)
            return describeRead(*read) + " found a value that nobody wrote";
    }
    return std::nullopt;
}

std::optional<std::string> checkTimestampOrder(const std::vector<ClientOperationPtr>& history)
{
    std::map<NodeIndex, std::int64_t> newest;
    for (const auto& write : history) {
        if (!write->isWrite || !write->timestamp)
            continue;
        const auto [last, isFirst] = newest.try_emplace(write->coordinator, INT64_MIN);
        if (!isFirst && *write->timestamp <= last->second)
            return fmt::format("node {} gave the timestamp {} to a write after it had given {}",
                               write->coordinator, *write->timestamp, last->second);
        last->second = *write->timestamp;
    }
    return std::nullopt;
}

std::optional<std::string> checkAllReplicasCurrent(SimulatedCluster& cluster,
                                                   std::uint32_t keyCount)
{
    for (std::uint32_t key = 0; key < keyCount; ++key) {
        std::optional<std::int64_t> newest;
        for (const auto& write : cluster.history())
            if (write->isWrite && write->key == key && write->succeeded)
                newest = std::max(newest.value_or(INT64_MIN), *write->timestamp);
        if (!newest)
            continue;
        for (const NodeIndex replica : cluster.replicasOf(key)) {
            const auto stored = cluster.storedOn(replica, key);
            if (!stored)
                return fmt::format("node {} cannot read key {}: {}", replica, key,
                                   stored.error().detail());
            if (!stored->timestamp || *stored->timestamp < *newest)
                return fmt::format("hints did not bring the write {} of key {} to node {}", *newest,
                                   key, replica);
        }
    }
    return std::nullopt;
}

std::optional<std::string> checkReplicasEqual(SimulatedCluster& cluster, std::uint32_t keyCount)
{
    for (std::uint32_t key = 0; key < keyCount; ++key) {
        std::optional<Bytes> expected;
        for (const NodeIndex replica : cluster.replicasOf(key)) {
            const auto stored = cluster.storedOn(replica, key);
            if (!stored)
                return fmt::format("node {} cannot read key {}: {}", replica, key,
                                   stored.error().detail());
            if (expected && *expected != stored->digest)
                return fmt::format(
                    "after repair node {} holds something else of key {} than the others", replica,
                    key);
            expected = stored->digest;
        }
    }
    return std::nullopt;
}

std::optional<std::string> checkRepairedIsEverywhere(SimulatedCluster& cluster,
                                                     std::uint32_t keyCount)
{
    for (std::uint32_t key = 0; key < keyCount; ++key) {
        const auto replicas = cluster.replicasOf(key);
        for (const NodeIndex replica : replicas) {
            const auto repaired = cluster.repairedOn(replica, key);
            if (!repaired)
                return fmt::format("node {} cannot read what it has repaired of key {}: {}",
                                   replica, key, repaired.error().detail());
            if (!*repaired)
                continue;
            for (const NodeIndex other : replicas) {
                const auto stored = cluster.storedOn(other, key);
                if (!stored || !stored->timestamp || *stored->timestamp < **repaired)
                    return fmt::format("node {} has marked the write {} of key {} as repaired, "
                                       "which node {} lacks",
                                       replica, **repaired, key, other);
            }
        }
    }
    return std::nullopt;
}

} // namespace engine::simulation
