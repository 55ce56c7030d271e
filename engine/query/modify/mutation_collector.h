#pragma once

#include "engine/rows/partition.h"

#include <boost/container/small_vector.hpp>

#include <map>
#include <utility>

namespace engine::query {

/// Gathers what the statements of one request write, one builder a partition and table.
class MutationCollector {
public:
    /// The builder for this partition; valid until the next call.
    [[nodiscard]] rows::PartitionBuilder& of(const schema::TablePtr& table, ByteView key);
    /// One mutation for each keyspace and key, in order of first use.
    [[nodiscard]] rows::Mutations build() &&;
    [[nodiscard]] bool isEmpty() const noexcept { return m_builders.empty(); }
    /// Partitions written to, of all tables.
    [[nodiscard]] std::size_t partitionCount() const noexcept { return m_builders.size(); }

private:
    /// Most requests write to one partition.
    boost::container::small_vector<rows::PartitionBuilder, 1,
                                   RecyclingAllocator<rows::PartitionBuilder>>
        m_builders;
    /// Places of builders by table and key, once they are many; looked up only.
    std::map<std::pair<const schema::Table*, Bytes>, std::size_t> m_places;
};

} // namespace engine::query
