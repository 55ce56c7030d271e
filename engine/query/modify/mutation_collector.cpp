#include "engine/query/modify/mutation_collector.h"

namespace engine::query {

namespace {
constexpr std::size_t kEntriesSearched = 16;
}

rows::PartitionBuilder& MutationCollector::of(const schema::TablePtr& table, ByteView key)
{
    if (m_entries.size() <= kEntriesSearched) {
        // Newest first: batches mostly go on where they were.
        for (auto at = m_entries.rbegin(); at != m_entries.rend(); ++at) {
            if (at->table == table && at->key == key)
                return at->builder;
        }
    } else {
        for (std::size_t i = m_places.size(); i < m_entries.size(); ++i)
            m_places.emplace(std::pair{m_entries[i].table.get(), Bytes{m_entries[i].key}}, i);
        const auto at = m_places.find({table.get(), Bytes{key}});
        if (at != m_places.end())
            return m_entries[at->second].builder;
    }
    m_entries.push_back(Entry{table, RecycledBytes{key}, rows::PartitionBuilder{table, key}});
    return m_entries.back().builder;
}

rows::Mutations MutationCollector::build() &&
{
    rows::Mutations mutations;
    mutations.reserve(m_entries.size());
    std::map<std::pair<std::string, Bytes>, std::size_t> places;
    for (Entry& entry : m_entries) {
        std::size_t place = mutations.size();
        if (m_entries.size() > 1)
            place = places.try_emplace({entry.table->keyspace(), Bytes{entry.key}}, place)
                        .first->second;
        if (place == mutations.size()) {
            mutations.emplace_back();
            mutations.back().keyspace = entry.table->keyspace();
        }
        mutations[place].updates.push_back(std::move(entry.builder).build());
    }
    return mutations;
}

} // namespace engine::query
