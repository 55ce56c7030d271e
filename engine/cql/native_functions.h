#pragma once

#include <span>
#include <string_view>

namespace engine::cql {

/// A function that every Cassandra 5.0 has; for completion and help.
struct NativeFunction {
    std::string_view name;
    std::string_view signature; ///< "to_date(timestamp | timeuuid) → date"
    bool isAggregate = false;
};
[[nodiscard]] std::span<const NativeFunction> nativeFunctions() noexcept;

} // namespace engine::cql
