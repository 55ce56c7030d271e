#pragma once

#include "engine/query/binding.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::query {

/// A native function of one signature: pure except for now() and uuid(). `system` is its keyspace.
struct ScalarFunction {
    std::string name;
    std::vector<cql::TypePtr> arguments;
    cql::TypePtr result;
    /// Arguments may be null. Not called with nulls unless `takesNull`.
    std::function<Result<MaybeValue>(std::span<const MaybeValue>, BindContext&)> call;
    bool takesNull = false;
};
using ScalarFunctionPtr = std::shared_ptr<const ScalarFunction>;

/// All signatures of native functions of this (lower-case) name; empty if there is none. The types
/// of generic ones (token, to_json, from_json, collection functions) follow from `argumentTypes`
/// (nullptr: unknown), `table` and `receiver` (nullptr: unknown).
[[nodiscard]] std::vector<ScalarFunctionPtr>
nativeFunctions(std::string_view name, std::span<const cql::TypePtr> argumentTypes,
                const schema::Table* table, const cql::TypePtr& receiver);

/// CAST(x AS type): nullptr if there is no such conversion (CastFcts).
[[nodiscard]] ScalarFunctionPtr castFunction(const cql::TypePtr& from, const cql::TypePtr& to);

/// a + b and its like: nullptr if the operation is not defined for these types (OperationFcts).
[[nodiscard]] ScalarFunctionPtr operationFunction(char op, const cql::TypePtr& left,
                                                  const cql::TypePtr& right);
[[nodiscard]] ScalarFunctionPtr negationFunction(const cql::TypePtr& type);

enum class AggregateKind : std::uint8_t { None, CountRows, Count, Min, Max, Sum, Avg };
/// None if the name is no aggregate's.
[[nodiscard]] AggregateKind aggregateKind(std::string_view name) noexcept;

/// The running state of one aggregate over one group.
class AggregateState {
public:
    AggregateState(AggregateKind kind, cql::TypePtr type) : m_kind(kind), m_type(std::move(type)) {}
    void add(const MaybeValue& value);
    /// The result; of type resultType().
    [[nodiscard]] MaybeValue result(Arena& arena) const;
    [[nodiscard]] static cql::TypePtr resultType(AggregateKind kind, const cql::TypePtr& argument);
    /// Whether the aggregate is defined for arguments of this type.
    [[nodiscard]] static bool accepts(AggregateKind kind, const cql::TypePtr& argument);

private:
    AggregateKind m_kind;
    cql::TypePtr m_type;
    std::int64_t m_count = 0;
    bool m_hasValue = false;
    Bytes m_extreme;
    __int128 m_sum = 0;
    double m_realSum = 0;
};

} // namespace engine::query
