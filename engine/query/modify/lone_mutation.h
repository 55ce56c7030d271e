#pragma once

#include "engine/rows/merge.h"
#include "engine/rows/partition.h"

namespace engine::query {

/// A mutation of one row of one partition, for a write that needs it no longer than a call: its
/// memory serves one write after another, and it may refer to what the request holds. To many
/// rows a rows::PartitionBuilder is what this is to one: nothing is to be sorted, and no other
/// deletion to be applied.
class LoneMutation {
public:
    LoneMutation() { m_mutation.updates.emplace_back(nullptr, ByteView{}); }

    [[nodiscard]] Arena& arena() noexcept { return partition().arena(); }
    /// First of all. `key` is in arena(), or the request's.
    void begin(const schema::TablePtr& table, ByteView key)
    {
        if (partition().table() != table)
            m_mutation.keyspace = table->keyspace();
        partition().become(table, key);
    }
    void addRow(const rows::Row& row)
    {
        const rows::Row built = this->built(row);
        if (!built.isEmpty())
            partition().unfiltereds.emplace_back().row = built;
    }
    void addStaticRow(const rows::Row& row) { partition().staticRow = built(row); }

    [[nodiscard]] const rows::Mutation& mutation() const noexcept { return m_mutation; }
    void clear() noexcept { partition().clear(); }

private:
    [[nodiscard]] rows::Partition& partition() noexcept { return m_mutation.updates.front(); }
    /// Without what its own deletions shadow.
    [[nodiscard]] rows::Row built(const rows::Row& row)
    {
        return row.deletesNothing() ? row : rows::mergeRows({&row, 1}, {}, arena());
    }

    rows::Mutation m_mutation;
};

} // namespace engine::query
