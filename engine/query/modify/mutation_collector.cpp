#include "engine/query/modify/mutation_collector.h"

#include <algorithm>

namespace engine::query {

namespace {
constexpr std::size_t kSearched = 16;
} // namespace

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
    const bool isOneTable =
        std::all_of(m_builders.begin(), m_builders.end(), [this](const auto& builder) {
            return builder.table() == m_builders.front().table();
        });
    rows::Mutations mutations;
    mutations.reserve(m_builders.size());
    if (isOneTable) { // then each is of a key of its own
        for (rows::PartitionBuilder& builder : m_builders) {
            rows::Mutation& mutation = mutations.emplace_back();
            mutation.keyspace = builder.table()->keyspace();
            mutation.updates.push_back(std::move(builder).build());
        }
        return mutations;
    }
    std::map<std::pair<std::string, Bytes>, std::size_t> places;
    for (rows::PartitionBuilder& builder : m_builders) {
        const std::string& keyspace = builder.table()->keyspace();
        const auto [at, isNew] =
            places.try_emplace({keyspace, Bytes{builder.key()}}, mutations.size());
        if (isNew)
            mutations.emplace_back().keyspace = keyspace;
        mutations[at->second].updates.push_back(std::move(builder).build());
    }
    return mutations;
}

} // namespace engine::query
