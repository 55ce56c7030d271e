#pragma once

#include "engine/cql/type.h"
#include "engine/modeling/model.h"

/// Types of columns and the bytes of their values: internal to sizing.
namespace engine::modeling {

/// What `text` means in that keyspace of the model, user types resolved. Invalid with the server's
/// sentence.
[[nodiscard]] Result<cql::TypePtr> typeOf(const Model& model, const std::string& keyspace,
                                          std::string_view text);

/// Elements of a collection, if nothing says more.
inline constexpr double kDefaultElements = 4;

/// A value's serialized bytes in two parts: what no average can change (numbers, lengths, nulls),
/// and what grows with it (text, blobs, varints).
struct ValueBytes {
    double fixed = 0;
    double variable = 0;

    [[nodiscard]] double total() const noexcept { return fixed + variable; }
    /// By what to multiply the variable part to get `bytes` in all; 1 if nothing is variable.
    [[nodiscard]] double scaleFor(double bytes) const noexcept;
};
/// By default, of a value of `type` (frozen form). Collections inside have kDefaultElements.
[[nodiscard]] ValueBytes valueBytes(const cql::Type& type);
/// Of one element: a list's or set's value, a map's key and value; of the type itself otherwise.
[[nodiscard]] ValueBytes elementBytes(const cql::Type& type);

} // namespace engine::modeling
