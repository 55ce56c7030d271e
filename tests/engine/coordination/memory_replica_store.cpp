#include "tests/engine/coordination/memory_replica_store.h"

#include "engine/ring/token.h"
#include "engine/rows/filter.h"

#include <algorithm>

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

void mergeInto(MemoryData::Table& table, const rows::Partition& update)
{
    const MemoryData::Position at{ring::murmur3Token(update.key()).value, Bytes{update.key()}};
    const auto existing = table.find(at);
    if (existing == table.end()) {
        table.emplace(at, update.clone());
        return;
    }
    const rows::Partition* versions[] = {&existing->second, &update};
    existing->second = rows::mergePartitions(update.table(), update.key(), versions, 0).clone();
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

void MemoryReplicaStore::put(const rows::Mutation& mutation)
{
    for (const rows::Partition& update : mutation.updates) {
        mergeInto(m_data.tables[update.table()->id()], update);
        mergeInto(m_data.unrepaired[update.table()->id()], update);
    }
}

bool MemoryReplicaStore::tryApply(const rows::Mutation& mutation, const sstable::KeyHash&,
                                  storage::WriteDone& done)
{
    if (failWrites) {
        done(Error{ErrorCode::Io, "the test fails writes"});
        return true;
    }
    ++writes;
    put(mutation);
    done(ok());
    return true;
}

Task<void> MemoryReplicaStore::apply(rows::Mutation mutation)
{
    Result<void> outcome = ok();
    storage::WriteDone done = [&outcome](Result<void> result) { outcome = std::move(result); };
    (void)tryApply(mutation, {}, done);
    co_return outcome;
}

std::optional<Result<rows::Partition>> MemoryReplicaStore::tryRead(const rows::ReadCommand& command)
{
    if (failReads)
        return Error{ErrorCode::Io, "the test fails reads"};
    auto data = readNow(command, m_data.tables[command.table->id()]);
    if (data.partitions.empty())
        return rows::Partition(command.table, *command.key);
    return std::move(data.partitions.front());
}

namespace {

/// Whoever awaits it stays where it is until the node ends.
struct Never {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    [[nodiscard]] Result<void> await_resume() const { return ok(); }
};

} // namespace

Task<storage::LocalRead> MemoryReplicaStore::read(rows::ReadCommand command, Priority)
{
    if (failReads)
        co_return Error{ErrorCode::Io, "the test fails reads"};
    if (stallReads) {
        ++stalled;
        Never never;
        RW_CO_TRY(co_await never);
    }
    co_return readNow(command, m_data.tables[command.table->id()]);
}

storage::LocalRead MemoryReplicaStore::readNow(const rows::ReadCommand& command,
                                               const MemoryData::Table& from)
{
    ++reads;
    storage::LocalRead result;
    rows::LimitCounter counter(command.limits, command.nowSeconds);
    for (const auto& [at, stored] : from) {
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
    m_data.unrepaired.erase(table);
    m_data.repaired.erase(table);
    for (auto& [session, tables] : m_data.pending)
        tables.erase(table);
    co_return ok();
}

Task<void> MemoryReplicaStore::sync()
{
    co_return ok();
}

Task<void> MemoryReplicaStore::anticompact(
    schema::TableId table, std::vector<std::pair<std::int64_t, std::int64_t>> ranges, Uuid session)
{
    if (failAnticompaction)
        co_return Error{ErrorCode::DiskFull, "the test fails anticompaction"};
    const auto isWanted = [&ranges](std::int64_t token) {
        return std::any_of(ranges.begin(), ranges.end(), [token](const auto& range) {
            return ring::TokenRange{{range.first}, {range.second}}.contains({token});
        });
    };
    for (const auto& [other, tables] : m_data.pending) {
        const auto held = tables.find(table);
        if (other != session && held != tables.end() &&
            std::any_of(held->second.begin(), held->second.end(),
                        [&](const auto& each) { return isWanted(each.first.first); }))
            co_return Error{ErrorCode::Invalid, "another session holds some of it"};
    }
    auto& from = m_data.unrepaired[table];
    for (auto at = from.begin(); at != from.end();) {
        if (isWanted(at->first.first)) {
            mergeInto(m_data.pending[session][table], at->second);
            at = from.erase(at);
        } else {
            ++at;
        }
    }
    co_return ok();
}

Task<void> MemoryReplicaStore::addPending(schema::TableId table, rows::Partitions partitions,
                                          Uuid session)
{
    if (failPending)
        co_return Error{ErrorCode::DiskFull, "the test fails data of a session"};
    for (const rows::Partition& partition : partitions) {
        mergeInto(m_data.tables[table], partition);
        mergeInto(m_data.pending[session][table], partition);
    }
    co_return ok();
}

Task<storage::LocalRead> MemoryReplicaStore::readPending(rows::ReadCommand command, Uuid session)
{
    if (!m_data.pending.contains(session))
        co_return storage::LocalRead{};
    if (stallReads) {
        ++stalled;
        Never never;
        RW_CO_TRY(co_await never);
    }
    co_return readNow(command, m_data.pending[session][command.table->id()]);
}

Task<void> MemoryReplicaStore::endRepair(Uuid session, std::int64_t repairedAt)
{
    for (const auto& [table, partitions] : m_data.pending[session]) {
        auto& to = repairedAt != 0 ? m_data.repaired[table] : m_data.unrepaired[table];
        for (const auto& [at, partition] : partitions)
            mergeInto(to, partition);
    }
    m_data.pending.erase(session);
    co_return ok();
}

std::set<Uuid> MemoryReplicaStore::pendingRepairs() const
{
    std::set<Uuid> sessions;
    for (const auto& [session, tables] : m_data.pending)
        sessions.insert(session);
    return sessions;
}

} // namespace tests
