#include "engine/query/modify/mutation_collector.h"

namespace engine::query {

rows::PartitionBuilder& MutationCollector::of(const schema::TablePtr& table, ByteView key)
{
    // Newest first: batches mostly go on where they were.
    for (auto at = m_entries.rbegin(); at != m_entries.rend(); ++at) {
        if (at->table == table && at->key == key)
            return at->builder;
    }
    m_entries.push_back({table, Bytes{key}, rows::PartitionBuilder{table, key}});
    return m_entries.back().builder;
}

std::vector<rows::Mutation> MutationCollector::build() &&
{
    std::vector<rows::Mutation> mutations;
    mutations.reserve(m_entries.size());
    for (Entry& entry : m_entries) {
        rows::Mutation* mutation = nullptr;
        for (rows::Mutation& existing : mutations) {
            if (existing.keyspace == entry.table->keyspace() && existing.key() == entry.key) {
                mutation = &existing;
                break;
            }
        }
        if (mutation == nullptr) {
            mutations.emplace_back();
            mutation = &mutations.back();
            mutation->keyspace = entry.table->keyspace();
        }
        mutation->updates.push_back(std::move(entry.builder).build());
    }
    return mutations;
}

} // namespace engine::query
