#include "tests/support/memory_coordinator.h"

#include "engine/ring/token.h"
#include "engine/rows/counter_context.h"
#include "engine/rows/filter.h"

#include <algorithm>

namespace tests {

using namespace engine;
using rows::Partition;

namespace {

std::int64_t tokenOf(ByteView key)
{
    return ring::murmur3Token(key).value;
}

bool isBefore(const rows::PartitionBound& bound, std::int64_t token, const Bytes& key, bool isStart)
{
    // Whether the partition lies outside of the bound.
    if (isStart) {
        if (token != bound.token)
            return token < bound.token;
        if (bound.key)
            return bound.inclusive ? key < *bound.key : key <= *bound.key;
        return !bound.inclusive;
    }
    if (token != bound.token)
        return token > bound.token;
    if (bound.key)
        return bound.inclusive ? key > *bound.key : key >= *bound.key;
    return !bound.inclusive;
}

} // namespace

void MemoryCoordinator::apply(Partition update)
{
    ++writes;
    if (m_versions.empty() || m_versions.back() != update.table())
        m_versions.push_back(update.table());
    Partitions& partitions = m_tables[update.table()->id()];
    const Position at{tokenOf(update.key()), Bytes{update.key()}};
    const auto existing = partitions.find(at);
    if (existing == partitions.end()) {
        partitions.emplace(at, std::move(update));
        return;
    }
    const Partition* versions[] = {&existing->second, &update};
    Partition merged = rows::mergePartitions(update.table(), update.key(), versions, m_nowSeconds);
    existing->second = merged.clone();
}

void MemoryCoordinator::addCounters(Partition update)
{
    const Position at{tokenOf(update.key()), Bytes{update.key()}};
    Partitions& partitions = m_tables[update.table()->id()];
    const auto existing = partitions.find(at);
    const Bytes id(16, 'n');
    const auto lead = [&](rows::Row& row, const rows::Row* old) {
        auto cells = update.arena().copyArray<rows::Cell>(row.cells);
        for (rows::Cell& cell : cells) {
            if (cell.isTombstone())
                continue;
            std::int64_t total = loadBigEndian<std::int64_t>(cell.value.data());
            std::int64_t clock = 1;
            if (old != nullptr) {
                for (const rows::Cell& before : old->cells) {
                    if (before.column->name == cell.column->name && !before.isTombstone()) {
                        // Counters wrap around.
                        __builtin_add_overflow(total, rows::counterTotal(before.value), &total);
                        clock = rows::findCounterShard(before.value, id)->clock + 1;
                    }
                }
            }
            cell.value = update.arena().copy(rows::makeGlobalCounterContext(id, clock, total));
        }
        row.cells = cells;
    };
    const auto oldRow = [&](const rows::Row& row) -> const rows::Row* {
        if (existing == partitions.end())
            return nullptr;
        for (const rows::Unfiltered& unfiltered : existing->second.unfiltereds) {
            if (unfiltered.kind == rows::Unfiltered::Kind::Row &&
                rows::compareClustering(*update.table(), unfiltered.row.clustering.values,
                                        row.clustering.values) == 0)
                return &unfiltered.row;
        }
        return nullptr;
    };
    lead(update.staticRow, existing == partitions.end() ? nullptr : &existing->second.staticRow);
    for (rows::Unfiltered& unfiltered : update.unfiltereds) {
        if (unfiltered.kind == rows::Unfiltered::Kind::Row)
            lead(unfiltered.row, oldRow(unfiltered.row));
    }
    apply(std::move(update));
}

Result<std::shared_ptr<coordination::Decision>>
MemoryCoordinator::startWrite(const rows::Mutation& mutation, const coordination::RequestOptions&)
{
    if (startsWrite)
        return startsWrite();
    for (const Partition& update : mutation.updates)
        apply(update.clone());
    const auto written = std::make_shared<HeldWrite>(m_runtime);
    written->decide(ok());
    return written;
}

Task<void> MemoryCoordinator::write(rows::Mutations mutations, coordination::RequestOptions)
{
    for (rows::Mutation& mutation : mutations) {
        for (Partition& update : mutation.updates)
            apply(std::move(update));
    }
    co_return ok();
}

Task<void> MemoryCoordinator::writeLogged(rows::Mutations mutations,
                                          coordination::RequestOptions options)
{
    ++loggedBatches;
    auto writing = write(std::move(mutations), std::move(options));
    co_return co_await writing;
}

Task<void> MemoryCoordinator::writeCounters(rows::Mutations mutations, coordination::RequestOptions)
{
    for (rows::Mutation& mutation : mutations) {
        for (Partition& update : mutation.updates)
            addCounters(std::move(update));
    }
    co_return ok();
}

Task<coordination::ReadOutcome> MemoryCoordinator::read(rows::ReadCommand command,
                                                        coordination::RequestOptions)
{
    ++reads;
    rowsOfLargestRead = std::max(rowsOfLargestRead, command.limits.rows);
    coordination::ReadOutcome outcome;
    const Partitions& partitions = m_tables[command.table->id()];
    rows::LimitCounter counter{command.limits, command.nowSeconds};
    bool isFirst = true;
    for (const auto& [at, stored] : partitions) {
        if (counter.isDone())
            break;
        if (command.key) {
            if (at.second != ByteView{*command.key})
                continue;
        } else if (isBefore(command.range.start, at.first, at.second, true) ||
                   (command.range.end &&
                    isBefore(*command.range.end, at.first, at.second, false))) {
            continue;
        }
        // A partition that is resumed in is the one that the range starts at.
        const bool resume = isFirst && command.resumeAfter.has_value();
        isFirst = false;
        const Partition* versions[] = {&stored};
        Partition merged =
            rows::mergePartitions(command.table, at.second, versions, command.nowSeconds);
        rows::purgeForClient(merged, command.nowSeconds);
        rows::applyCommand(merged, command, resume, counter);
        if (!merged.isEmpty())
            outcome.partitions.push_back(std::move(merged));
    }
    outcome.limited = counter.isDone();
    co_return outcome;
}

Task<void> MemoryCoordinator::truncate(schema::TablePtr table, coordination::RequestOptions)
{
    m_tables.erase(table->id());
    co_return ok();
}

const Partition* MemoryCoordinator::partition(const schema::Table& table, ByteView key) const
{
    const auto partitions = m_tables.find(table.id());
    if (partitions == m_tables.end())
        return nullptr;
    const auto at = partitions->second.find({tokenOf(key), Bytes{key}});
    return at == partitions->second.end() ? nullptr : &at->second;
}

} // namespace tests
