#include "engine/coordination/reconciliation.h"

#include "engine/ring/token.h"
#include "engine/rows/filter.h"

#include <algorithm>
#include <optional>

namespace engine::coordination {

namespace {

/// Keys in the order of a range read.
struct KeyOrder {
    bool operator()(const std::pair<ring::Token, ByteView>& a,
                    const std::pair<ring::Token, ByteView>& b) const
    {
        return a.first != b.first ? a.first < b.first : a.second < b.second;
    }
};
using PlacedKey = std::pair<ring::Token, ByteView>;

bool resumesIn(const rows::ReadCommand& command, ByteView key)
{
    if (!command.resumeAfter)
        return false;
    return command.key || (command.range.start.key && *command.range.start.key == key);
}

/// Where an answer or a result ends: the last partition's last row in reading order; no row: only
/// its static row or deletion was reached.
struct EndPlace {
    PlacedKey key;
    std::optional<std::span<const ByteView>> clustering;
};

std::optional<EndPlace> endOf(const rows::Partitions& partitions, bool reversed)
{
    if (partitions.empty())
        return std::nullopt;
    const rows::Partition& last = partitions.back();
    EndPlace place{{ring::murmur3Token(last.key()), last.key()}, std::nullopt};
    const auto take = [&](const rows::Unfiltered& unfiltered) {
        if (unfiltered.kind != rows::Unfiltered::Kind::Row)
            return false;
        place.clustering = unfiltered.row.clustering.values;
        return true;
    };
    if (reversed) {
        for (const auto& unfiltered : last.unfiltereds)
            if (take(unfiltered))
                break;
    } else {
        for (auto at = last.unfiltereds.rbegin(); at != last.unfiltereds.rend(); ++at)
            if (take(*at))
                break;
    }
    return place;
}

/// Whether an answer that ends at `answer` reaches as far as `result`.
bool reaches(const schema::Table& table, const EndPlace& answer, const EndPlace& result,
             bool reversed)
{
    if (answer.key != result.key)
        return KeyOrder{}(result.key, answer.key);
    if (!result.clustering)
        return true;
    if (!answer.clustering)
        return false;
    const int order = rows::compareClustering(table, *answer.clustering, *result.clustering);
    return reversed ? order <= 0 : order >= 0;
}

/// Purges and applies the client's limits; partitions without anything to see are left out.
void addToOutcome(const rows::ReadCommand& command, rows::Partition partition,
                  rows::LimitCounter& counter, ReadOutcome& outcome)
{
    rows::purgeForClient(partition, command.nowSeconds);
    if (partition.isEmpty())
        return;
    rows::applyCommand(partition, command, resumesIn(command, partition.key()), counter);
    if (!partition.isEmpty())
        outcome.partitions.push_back(std::move(partition));
}

} // namespace

ReadOutcome finishSingle(const rows::ReadCommand& command, storage::LocalRead data)
{
    ReadOutcome outcome;
    rows::LimitCounter counter(command.limits, command.nowSeconds);
    for (rows::Partition& partition : data.partitions) {
        addToOutcome(command, std::move(partition), counter, outcome);
        if (counter.isDone())
            break;
    }
    outcome.limited = data.limited || counter.isDone();
    return outcome;
}

ReadOutcome finishLocal(const rows::ReadCommand& command, rows::Partition partition)
{
    ReadOutcome outcome;
    rows::purgeForClient(partition, command.nowSeconds);
    if (partition.isEmpty())
        return outcome;
    // What is left is live, so each row counts.
    std::size_t count = partition.unfiltereds.size();
    if (count == 0 && rows::staticRowCounts(command, command.resumeAfter.has_value()))
        count = 1;
    outcome.limited = count >= command.limits.rows;
    outcome.partitions.push_back(std::move(partition));
    return outcome;
}

Reconciled reconcileAnswers(const rows::ReadCommand& command,
                            std::vector<ReadRound::Answer>& answers)
{
    std::map<PlacedKey, std::vector<const rows::Partition*>, KeyOrder> versions;
    for (std::size_t i = 0; i < answers.size(); ++i)
        for (const rows::Partition& partition : answers[i].response.data.partitions) {
            auto& row = versions[{ring::murmur3Token(partition.key()), partition.key()}];
            row.resize(answers.size(), nullptr);
            row[i] = &partition;
        }

    Reconciled reconciled;
    rows::LimitCounter counter(command.limits, command.nowSeconds);
    for (const auto& [key, row] : versions) {
        std::vector<const rows::Partition*> present;
        for (const rows::Partition* version : row)
            if (version != nullptr)
                present.push_back(version);
        rows::Partition merged =
            rows::mergePartitions(command.table, key.second, present, command.nowSeconds);
        const auto digest = rows::digest(merged);
        for (std::size_t i = 0; i < row.size(); ++i)
            if (!merged.isEmpty() && (row[i] == nullptr || rows::digest(*row[i]) != digest))
                reconciled.repairs[answers[i].from].push_back(merged.clone());
        if (!counter.isDone())
            addToOutcome(command, std::move(merged), counter, reconciled.outcome);
    }

    const bool full = counter.isDone();
    bool anyLimited = false;
    const bool reversed = command.clustering.reversed;
    const auto resultEnd = endOf(reconciled.outcome.partitions, reversed);
    for (const ReadRound::Answer& answer : answers) {
        if (!answer.response.data.limited)
            continue;
        anyLimited = true;
        const auto end = endOf(answer.response.data.partitions, reversed);
        if (!full || !end || !resultEnd || !reaches(*command.table, *end, *resultEnd, reversed))
            reconciled.isShort = true;
    }
    reconciled.outcome.limited = full || anyLimited;
    return reconciled;
}

} // namespace engine::coordination
