#include "engine/storage/store_impl.h"

namespace engine::storage {

/// Keeps the index summaries of all tables within index_summary_capacity: the largest give every
/// second entry (Cassandra's IndexSummaryRedistribution, which goes by reads, too, and gives back
/// what it took; here an SSTable has all of its summary again when it is compacted or opened anew).
void LocalStore::Impl::noteSummaries()
{
    std::uint64_t total = 0;
    for (const auto& [id, state] : tables) {
        for (const auto& table : *state->live)
            total += table->summaryBytes();
    }
    storeMetrics.indexSummaryBytes = total;
    if (total <= options.indexSummaryBytes || std::exchange(isSampling, true))
        return;
    runtime.spawn(Priority::Background, "sample summaries", sampleSummaries());
}

/// The SSTable with the largest summary of which an entry may go on to stand for twice as many keys
/// (max_index_interval); nullptr if there is none.
sstable::ReaderPtr LocalStore::Impl::summaryToSample() const
{
    sstable::ReaderPtr largest;
    for (const auto& [id, state] : tables) {
        const auto keysMax = static_cast<std::uint64_t>(state->table->params().maxIndexInterval);
        for (const auto& table : *state->live) {
            const bool may = table->summaryEntries() > 1 &&
                             table->summaryEntries() * keysMax >= 2 * table->estimatedPartitions();
            if (may && (largest == nullptr || table->summaryBytes() > largest->summaryBytes()))
                largest = table;
        }
    }
    return largest;
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
