#include "tests/engine/coordination/memory_replica_store.h"

#include "engine/ring/token.h"
#include "engine/rows/filter.h"

namespace tests {

using namespace engine;

namespace {

/// Whether a partition lies before (start) or after (end) a bound.
bool isOutside(const rows::PartitionBound& bound, const MemoryData::Position& at, bool isStart)
{
    if (at.first != bound.token)
        return isStart ? at.first < bound.token : at.first > bound.token;
    if (!bound.key)
        return !bound.inclusive;
    const int order = at.second.compare(*bound.key);
    if (order == 0)
        return !bound.inclusive;
    return isStart ? order < 0 : order > 0;
}

} // namespace

const rows::Partition* MemoryData::find(const schema::Table& table, ByteView key) const
{
    const auto partitions = tables.find(table.id());
    if (partitions == tables.end())
        return nullptr;
    const auto at = partitions->second.find({ring::murmur3Token(key).value, Bytes{key}});
    return at == partitions->second.end() ? nullptr : &at->second;
}

bool MemoryReplicaStore::tryApply(const rows::Mutation& mutation, storage::WriteDone done)
{
    if (failWrites) {
        done(Error{ErrorCode::Io, "the test fails writes"});
        return true;
    }
    ++writes;
    for (const rows::Partition& update : mutation.updates) {
        auto& partitions = m_data.tables[update.table()->id()];
        const MemoryData::Position at{ring::murmur3Token(update.key()).value, Bytes{update.key()}};
        const auto existing = partitions.find(at);
        if (existing == partitions.end()) {
            partitions.emplace(at, update.clone());
            continue;
        }
        const rows::Partition* versions[] = {&existing->second, &update};
        existing->second = rows::mergePartitions(update.table(), update.key(), versions, 0).clone();
    }
    done(ok());
    return true;
}

Task<void> MemoryReplicaStore::apply(rows::Mutation mutation)
{
    Result<void> outcome = ok();
    (void)tryApply(mutation, [&outcome](Result<void> result) { outcome = std::move(result); });
    co_return outcome;
}

std::optional<Result<rows::Partition>> MemoryReplicaStore::tryRead(const rows::ReadCommand& command)
{
    if (failReads)
        return Error{ErrorCode::Io, "the test fails reads"};
    auto data = readNow(command);
    if (data.partitions.empty())
        return rows::Partition(command.table, *command.key);
    return std::move(data.partitions.front());
}

Task<storage::LocalRead> MemoryReplicaStore::read(rows::ReadCommand command, Priority)
{
    if (failReads)
        co_return Error{ErrorCode::Io, "the test fails reads"};
    co_return readNow(command);
}

storage::LocalRead MemoryReplicaStore::readNow(const rows::ReadCommand& command)
{
    ++reads;
    storage::LocalRead result;
    rows::LimitCounter counter(command.limits, command.nowSeconds);
    for (const auto& [at, stored] : m_data.tables[command.table->id()]) {
        if (command.key ? at.second != ByteView{*command.key}
                        : isOutside(command.range.start, at, true) ||
                              (command.range.end && isOutside(*command.range.end, at, false)))
            continue;
        if (counter.isDone())
            break;
        rows::Partition partition = stored.clone();
        const bool resume =
            command.resumeAfter &&
            (command.key || (command.range.start.key && *command.range.start.key == at.second));
        Arena arena;
        rows::keepSlices(partition, rows::slicesOf(command, resume, arena));
        rows::applyLimits(partition, command, resume, counter);
        if (!partition.isEmpty())
            result.partitions.push_back(partition.clone());
    }
    result.limited = counter.isDone();
    return result;
}

Task<void> MemoryReplicaStore::truncate(schema::TableId table)
{
    m_data.tables.erase(table);
    co_return ok();
}

} // namespace tests
