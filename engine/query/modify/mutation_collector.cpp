#include "engine/query/modify/mutation_collector.h"

namespace engine::query {

namespace {
constexpr std::size_t kSearched = 16;
}

rows::PartitionBuilder& MutationCollector::of(const schema::TablePtr& table, ByteView key)
{
    if (m_builders.size() <= kSearched) {
        // Newest first: batches mostly go on where they were.
        for (auto at = m_builders.rbegin(); at != m_builders.rend(); ++at) {
            if (at->table() == table && at->key() == key)
                return *at;
        }
    } else {
        for (std::size_t i = m_places.size(); i < m_builders.size(); ++i)
            m_places.emplace(std::pair{m_builders[i].table().get(), Bytes{m_builders[i].key()}}, i);
        const auto at = m_places.find({table.get(), Bytes{key}});
        if (at != m_places.end())
            return m_builders[at->second];
    }
    return m_builders.emplace_back(table, key);
}

rows::Mutations MutationCollector::build() &&
{
    rows::Mutations mutations;
    mutations.reserve(m_builders.size());
    std::map<std::pair<std::string, Bytes>, std::size_t> places;
    for (rows::PartitionBuilder& builder : m_builders) {
        const std::string& keyspace = builder.table()->keyspace();
        std::size_t place = mutations.size();
        if (m_builders.size() > 1)
            place = places.try_emplace({keyspace, Bytes{builder.key()}}, place).first->second;
        if (place == mutations.size()) {
            mutations.emplace_back();
            mutations.back().keyspace = keyspace;
        }
        mutations[place].updates.push_back(std::move(builder).build());
    }
    return mutations;
}

} // namespace engine::query
