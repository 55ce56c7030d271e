#pragma once

#include "engine/base/result.h"
#include "engine/schema/table.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace engine::schema {

/// The properties after WITH, as text: a literal's text without quotes, or a map of such.
/// Checks what each reader asks for, in Cassandra's words (PropertyDefinitions).
class Properties {
public:
    using Value = std::variant<std::string, StringMap>;

    /// SyntaxError if `name` was given before.
    [[nodiscard]] Result<void> add(std::string name, Value value);
    [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name) != nullptr; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_values.empty(); }
    /// SyntaxError for the first name that is not among `allowed`.
    [[nodiscard]] Result<void> checkNames(std::span<const std::string_view> allowed) const;

    /// Each leaves `out` alone if the property is absent, and is a SyntaxError if it is not of
    /// that kind.
    [[nodiscard]] Result<void> text(std::string_view name, std::string& out) const;
    [[nodiscard]] Result<void> map(std::string_view name, StringMap& out) const;
    [[nodiscard]] Result<void> integer(std::string_view name, std::int32_t& out) const;
    [[nodiscard]] Result<void> real(std::string_view name, double& out) const;
    [[nodiscard]] Result<void> boolean(std::string_view name, bool& out) const;

private:
    [[nodiscard]] const Value* find(std::string_view name) const noexcept;
    std::vector<std::pair<std::string, Value>> m_values;
};

/// Applies table properties to `params` and checks the outcome (TableAttributes, TableParams
/// .validate). SyntaxError for unknown or ill-typed ones, ConfigError for bad values.
/// `isNew`: options that were not given get the defaults that depend on others.
[[nodiscard]] Result<TableParams> applyTableOptions(const Properties& properties,
                                                    const TableParams& params, bool isNew);

/// Completes and checks the maps of compaction and compression (CompactionParams.fromMap,
/// CompressionParams.fromMap).
[[nodiscard]] Result<StringMap> completeCompaction(const StringMap& given);
[[nodiscard]] Result<StringMap> completeCompression(const StringMap& given);
/// The canonical text of a speculative_retry or additional_write_policy: "99p", "MAX(99p,5ms)".
[[nodiscard]] Result<std::string> canonicalSpeculativeRetry(std::string_view text,
                                                            std::string_view option);

/// "name = value" for each option in the order in which DESCRIBE writes them.
[[nodiscard]] std::vector<std::string> paramsAsCql(const TableParams& params, bool isView);

} // namespace engine::schema
