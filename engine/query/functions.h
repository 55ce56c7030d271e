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

/// abs, exp, log, log10 and round of a number; empty where they are not defined.
[[nodiscard]] std::vector<ScalarFunctionPtr> mathFunctions(std::string_view name,
                                                           const cql::TypePtr& argument);
/// collection_min, _max, _sum and _avg of a list or set (CollectionFcts).
[[nodiscard]] std::vector<ScalarFunctionPtr> collectionAggregates(std::string_view name,
                                                                  const cql::TypePtr& argument);
/// mask_default, mask_null, mask_replace, mask_inner, mask_outer, mask_hash for values of a type.
[[nodiscard]] std::vector<ScalarFunctionPtr> maskFunctions(std::string_view name,
                                                           const cql::TypePtr& type);

/// similarity_cosine and its like, whose arguments are vectors of one dimension that literals and
/// markers take from each other (VectorFcts). `types`: of the call's arguments; nullptr: unknown.
[[nodiscard]] Result<ScalarFunctionPtr> similarityFunction(const cql::Term& call,
                                                           std::span<const cql::TypePtr> types);

/// The type of a literal by itself; nullptr where it has none (Constants.Literal).
[[nodiscard]] cql::TypePtr typeOfLiteral(const cql::Term& term);
/// Whether a value of one type is as it stands one of the other: everything is a blob, an int a
/// varint, a bigint a timestamp (AbstractType.isValueCompatibleWith).
[[nodiscard]] bool isValueCompatible(const cql::Type& from, const cql::Type& to);

/// CAST(x AS type): nullptr if there is no such conversion (CastFcts).
[[nodiscard]] ScalarFunctionPtr castFunction(const cql::TypePtr& from, const cql::TypePtr& to);

/// a + b and its like: nullptr if the operation is not defined for these types (OperationFcts).
[[nodiscard]] ScalarFunctionPtr operationFunction(char op, const cql::TypePtr& left,
                                                  const cql::TypePtr& right);
/// FunctionFailure as Cassandra answers it when an operation cannot be done with these values.
[[nodiscard]] Error operationFailed(char op, cql::TypeKind left, cql::TypeKind right,
                                    const std::string& reason);
/// timestamp ± duration and date ± duration, by the calendar in UTC; nullptr for anything else.
[[nodiscard]] ScalarFunctionPtr temporalOperationFunction(char op, const cql::TypePtr& left,
                                                          const cql::TypePtr& right);
[[nodiscard]] ScalarFunctionPtr negationFunction(const cql::TypePtr& type);

enum class AggregateKind : std::uint8_t { None, CountRows, Count, Min, Max, Sum, Avg };
/// None if the name is no aggregate's.
[[nodiscard]] AggregateKind aggregateKind(std::string_view name) noexcept;

/// The running state of one aggregate over one group.
class AggregateState {
public:
    AggregateState(AggregateKind kind, cql::TypePtr type) : m_kind(kind), m_type(std::move(type)) {}
    [[nodiscard]] Result<void> add(const MaybeValue& value);
    /// The result; of type resultType().
    [[nodiscard]] Result<MaybeValue> result(Arena& arena) const;
    [[nodiscard]] static cql::TypePtr resultType(AggregateKind kind, const cql::TypePtr& argument);
    /// Whether the aggregate is defined for arguments of this type.
    [[nodiscard]] static bool accepts(AggregateKind kind, const cql::TypePtr& argument);

private:
    [[nodiscard]] Result<void> addNumber(ByteView value);

    AggregateKind m_kind;
    cql::TypePtr m_type;
    std::int64_t m_count = 0;
    bool m_hasValue = false;
    Bytes m_bytes;      ///< the extreme, or the sum of varints and decimals
    __int128 m_sum = 0; ///< of whole numbers of fixed size
    double m_realSum = 0;
    double m_compensation = 0;
    double m_simpleSum = 0;
};

} // namespace engine::query
