#pragma once

#include "engine/schema/schema.h"

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The rows of system_schema as plain values, between schema objects and rows::Partition. Internal
/// to engine/system, except for the client, which reads them from a remote cluster.
namespace engine::system::detail {

/// The tables in schemaTables() order.
enum class Of : std::uint8_t {
    Keyspaces,
    Tables,
    Columns,
    DroppedColumns,
    Triggers,
    Views,
    Types,
    Functions,
    Aggregates,
    Indexes,
};
inline constexpr std::array<const char*, 10> kSchemaTableNames{
    "keyspaces", "tables", "columns",   "dropped_columns", "triggers",
    "views",     "types",  "functions", "aggregates",      "indexes"};

struct RowKey {
    Of table;
    std::vector<Bytes> clustering;
    friend auto operator<=>(const RowKey&, const RowKey&) = default;
};
/// Column name to serialized value; absent: null.
using RowValues = std::map<std::string, Bytes>;
using KeyspaceRows = std::map<RowKey, RowValues>;

/// Tables that `other`, if given, shares are left out: their rows are the same.
[[nodiscard]] KeyspaceRows rowsOf(const schema::Keyspace& keyspace,
                                  const schema::Keyspace* other = nullptr);
/// The keyspace that these rows say; see schemaFromRows() for `previous`, which may be nullptr.
[[nodiscard]] Result<schema::Keyspace> keyspaceFromRows(const std::string& name,
                                                        const KeyspaceRows& rows,
                                                        const schema::SchemaPtr& previous);

[[nodiscard]] Bytes encodeInt(std::int32_t value);
[[nodiscard]] Bytes encodeLong(std::int64_t value);
[[nodiscard]] Bytes encodeDouble(double value);
[[nodiscard]] Bytes encodeBool(bool value);
[[nodiscard]] Bytes encodeList(const std::vector<std::string>& values);
[[nodiscard]] Bytes encodeMap(const std::map<std::string, std::string>& values);

/// Readers: Corrupt if the bytes are not of that form.
[[nodiscard]] Result<std::vector<std::string>> decodeList(ByteView value);
[[nodiscard]] Result<schema::StringMap> decodeMap(ByteView value);

} // namespace engine::system::detail
