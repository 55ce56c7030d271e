#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/cql/type.h"
#include "engine/schema/table.h"
#include "engine/sstable/encoding_stats.h"

#include <string>
#include <vector>

namespace engine::sstable {

/// The header part of Statistics.db: what is needed to decode rows without the schema
/// (SerializationHeader.Component). Types are kept as Cassandra's class names and as parsed.
struct SerializationHeader {
    struct Column {
        std::string name;
        cql::TypePtr type;
        std::string className; ///< as stored
    };
    struct KeyColumn {
        cql::TypePtr type;
        bool reversed = false;
        std::string className;
    };

    EncodingStats stats;
    std::vector<cql::TypePtr> keyTypes; ///< the components of the partition key
    std::string keyClassName;           ///< CompositeType(…) when there are several
    std::vector<KeyColumn> clustering;
    std::vector<Column> statics; ///< in the order of schema::compareColumns
    std::vector<Column> regulars;

    /// The header for writing all of `table`'s columns.
    [[nodiscard]] static SerializationHeader forTable(const schema::Table& table,
                                                      const EncodingStats& stats);

    void encode(ByteWriter& out) const;
    [[nodiscard]] static Result<SerializationHeader> decode(ByteReader& in);

    /// A table made from the header alone, for tools: key columns are named after
    /// `partitionKeyNames` and `clusteringNames` where given, else "key", "key2", "column1", ….
    [[nodiscard]] Result<schema::TablePtr>
    toTable(const std::string& keyspace, const std::string& name,
            const std::vector<std::string>& partitionKeyNames = {},
            const std::vector<std::string>& clusteringNames = {}) const;
};

} // namespace engine::sstable
