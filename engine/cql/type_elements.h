#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/cql/type.h"

#include <optional>
#include <span>
#include <vector>

namespace engine::cql {

/// An element of a serialized value; none is null.
using Element = std::optional<ByteView>;

/// The elements of a serialized list or set, the keys and values of a map (alternating), the fields
/// of a tuple or user type (missing ones at the end are null), the elements of a vector; views of
/// `value`. Invalid with Cassandra's sentence if `value` is malformed. Requires one of those kinds.
[[nodiscard]] Result<std::vector<Element>> splitValue(const Type& type, ByteView value);

/// The other way round: joins already serialized elements. For sets and maps the caller has sorted
/// them. Requires as many elements as the type has where it fixes them.
[[nodiscard]] Bytes joinValue(const Type& type, std::span<const Element> elements);

/// Whether values of `type` hold a set or a map at any depth: the same value can then be written
/// in several orders.
[[nodiscard]] bool holdsSortedElements(const Type& type) noexcept;

/// The one form in which a value is stored and compared: every set and map in it, at any depth, in
/// the order of its elements or keys and without repetition (of equal keys the last wins). None if
/// `value` has that form already. Clients send sets and maps in any order (MultiElements.Value and
/// filterSortAndValidateElements). Requires a value that validate() accepts.
[[nodiscard]] std::optional<Bytes> normalizeValue(const Type& type, ByteView value);

} // namespace engine::cql
