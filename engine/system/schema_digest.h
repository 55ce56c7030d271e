#pragma once

#include "engine/base/uuid.h"
#include "engine/rows/partition.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

namespace engine::system {

/// The schema version as a sum over what lives in system_schema's rows, kept so that a change of
/// one table costs that table and not all of them: equal on two nodes exactly when their live rows
/// are (SchemaKeyspace.calculateSchemaDigest). Tombstones do not count, as nodes purge them at
/// different times; nor do the local system keyspaces. A value.
///
/// Each row's MD5 is taken together with its table and key, so rows may be combined in any order.
class SchemaDigest {
public:
    /// Takes in rows of schemaTables(). None of them may be in already.
    void add(std::span<const rows::Partition> partitions);
    /// Takes out all rows of one table or view.
    void forget(const std::string& keyspace, const std::string& table);

    [[nodiscard]] Uuid version() const;

private:
    struct Sum {
        std::uint64_t high = 0;
        std::uint64_t low = 0;
        void combine(const Sum& other) noexcept
        {
            high ^= other.high;
            low ^= other.low;
        }
    };
    static Sum sumOf(const rows::Partition& partition, const rows::Row& row);

    /// By keyspace and table or view; the second is empty for a keyspace's other rows.
    std::map<std::pair<std::string, std::string>, Sum> m_parts;
    Sum m_all;
};

} // namespace engine::system
