#include "engine/storage/store_impl.h"

namespace engine::storage {

namespace {

std::uint64_t summaryBytesOf(const LiveTables& tables)
{
    std::uint64_t total = 0;
    for (const auto& table : tables)
        total += table->summaryBytes();
    return total;
}

void chooseLargest(const LiveTables& tables, std::uint64_t keysMax, sstable::ReaderPtr& largest)
{
    for (const auto& table : tables) {
        const bool may = table->summaryEntries() > 1 &&
                         table->summaryEntries() * keysMax >= 2 * table->estimatedPartitions();
        if (may && (largest == nullptr || table->summaryBytes() > largest->summaryBytes()))
            largest = table;
    }
}

} // namespace

/// Keeps the index summaries of all tables within index_summary_capacity: the largest give every
/// second entry (Cassandra's IndexSummaryRedistribution, which goes by reads, too, and gives back
/// what it took; here an SSTable has all of its summary again when it is compacted or opened anew).
/// What a compaction shows before its end has copies, which count, and which give first: they are
/// gone soon, while what a live SSTable gives it has given for good.
void LocalStore::Impl::noteSummaries()
{
    std::uint64_t live = 0;
    std::uint64_t early = 0;
    for (const auto& [id, state] : tables) {
        live += summaryBytesOf(*state->live);
        early += summaryBytesOf(state->earlyTables());
    }
    liveSummaryBytes = live;
    storeMetrics.indexSummaryBytes = live + early;
    if (live + early <= options.indexSummaryBytes || std::exchange(isSampling, true))
        return;
    runtime.spawn(Priority::Background, "sample summaries", sampleSummaries());
}

/// The SSTable with the largest summary of which an entry may go on to stand for twice as many keys
/// (max_index_interval); nullptr if there is none, or only live ones and they alone do not take too
/// much.
sstable::ReaderPtr LocalStore::Impl::summaryToSample() const
{
    sstable::ReaderPtr early;
    sstable::ReaderPtr live;
    for (const auto& [id, state] : tables) {
        const auto keysMax = static_cast<std::uint64_t>(state->table->params().maxIndexInterval);
        chooseLargest(state->earlyTables(), keysMax, early);
        chooseLargest(*state->live, keysMax, live);
    }
    if (early != nullptr)
        return early;
    return liveSummaryBytes > options.indexSummaryBytes ? live : nullptr;
}

Task<void> LocalStore::Impl::sampleSummaries()
{
    while (storeMetrics.indexSummaryBytes > options.indexSummaryBytes) {
        const auto table = summaryToSample();
        if (table == nullptr)
            break;
        // On the pool: a summary may have hundreds of thousands of entries.
        auto halving = runtime.onPool("sample summary", [table]() -> Result<void> {
            table->halveSummary();
            return ok();
        });
        RW_CO_TRY(co_await halving);
        noteSummaries();
    }
    isSampling = false;
    co_return ok();
}

} // namespace engine::storage
