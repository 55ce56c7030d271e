#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

/// What completion and diagnostics want to know about a table.
struct KnownColumn {
    enum class Kind : std::uint8_t { PartitionKey, Clustering, Static, Regular };
    std::string name;
    std::string type; ///< as CQL writes it
    Kind kind = Kind::Regular;
    bool indexed = false;
};
struct KnownTable {
    std::string keyspace;
    std::string name;
    bool isView = false;
    std::vector<KnownColumn> columns; ///< partition key and clustering first, in key order
};
struct KnownFunction {
    std::string keyspace;
    std::string name;
    std::string signature; ///< "avg_price(list<decimal>) → decimal"
};

/// The schema as an editor sees it; implemented by the caller (over the live schema of a session).
/// Names are as stored, without quotes. Called on the thread of the completion or diagnostics call.
class SchemaProvider {
public:
    virtual ~SchemaProvider() = default;

    /// The keyspace of USE, or empty.
    [[nodiscard]] virtual std::string currentKeyspace() const = 0;
    [[nodiscard]] virtual std::vector<std::string> keyspaces() const = 0;
    /// Tables and views of a keyspace, without columns if that is cheaper.
    [[nodiscard]] virtual std::vector<KnownTable> tables(std::string_view keyspace) const = 0;
    [[nodiscard]] virtual std::optional<KnownTable> table(std::string_view keyspace,
                                                          std::string_view name) const = 0;
    /// Names of user types.
    [[nodiscard]] virtual std::vector<std::string> types(std::string_view keyspace) const = 0;
    /// User-defined functions and aggregates; native ones are known to completion itself.
    [[nodiscard]] virtual std::vector<KnownFunction> functions(std::string_view keyspace) const = 0;
};

} // namespace engine::cql
