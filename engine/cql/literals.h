#pragma once

#include "engine/base/result.h"
#include "engine/cql/term.h"
#include "engine/cql/type.h"

#include <functional>
#include <optional>
#include <string_view>

/// Values of CQL text in their serialized form.
namespace engine::cql {

/// Serializes a literal or a collection, tuple, user type or vector of literals as a value of
/// `type`; for a multi-cell type in the form of its frozen one. Null gives no value.
///
/// `column` is the name that error messages use. Fails with Invalid and Cassandra's sentence
/// ("Invalid STRING constant (x) for \"k\" of type int"). Bind markers, function calls and
/// arithmetic are not literals: they fail with Invalid, so callers look for them first.
[[nodiscard]] Result<std::optional<Bytes>> serializeLiteral(const Term& term, const Type& type,
                                                            std::string_view column = "");

/// Evaluates terms that are no literals: a bind marker's bytes, a function's result. Called with
/// the term and the type that its place has; no value is null.
using TermEvaluator =
    std::function<Result<std::optional<Bytes>>(const Term& term, const TypePtr& type)>;
/// The same for terms that contain markers, functions, casts and arithmetic, which go to `evaluate`
/// wherever they stand. Requires `type` to be owned by a TypePtr.
[[nodiscard]] Result<std::optional<Bytes>> serializeTerm(const Term& term, const TypePtr& type,
                                                         std::string_view column,
                                                         const TermEvaluator& evaluate);

/// Whether `term` holds no marker, function call, operation, cast or column anywhere.
[[nodiscard]] bool isConstant(const Term& term) noexcept;

/// `term` as Cassandra shows it in messages and names of result columns (Term.Raw.getText).
[[nodiscard]] std::string termText(const Term& term);

/// Whether a literal of this kind could be a value of `type` (Cassandra's testAssignment).
[[nodiscard]] bool isAssignable(const Term& term, const Type& type) noexcept;

/// Serializes a JSON value (INSERT JSON, from_json()) as a value of `type`; JSON null gives none.
/// `json` is one JSON text. Fails with Invalid and Cassandra's sentence.
[[nodiscard]] Result<std::optional<Bytes>> serializeJson(std::string_view json, const Type& type);

/// The fields of a JSON object in order, for INSERT JSON: names as columns mean them (lower-cased
/// unless written with inner double quotes), values as JSON text.
struct JsonField {
    std::string name;
    std::string value;
};
[[nodiscard]] Result<std::vector<JsonField>> splitJsonObject(std::string_view json);

} // namespace engine::cql
