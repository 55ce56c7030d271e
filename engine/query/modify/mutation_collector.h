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
    [[nodiscard]] bool isEmpty() const noexcept { return m_entries.empty(); }
    /// Partitions written to, of all tables.
    [[nodiscard]] std::size_t partitionCount() const noexcept { return m_entries.size(); }

private:
    struct Entry {
        schema::TablePtr table;
        RecycledBytes key;
        rows::PartitionBuilder builder;
    };
    /// Most requests write to one partition.
    boost::container::small_vector<Entry, 1, RecyclingAllocator<Entry>> m_entries;
    /// Places of entries by table and key, once they are many; looked up only.
    std::map<std::pair<const schema::Table*, Bytes>, std::size_t> m_places;
};

} // namespace engine::query
