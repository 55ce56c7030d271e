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

} // namespace engine::cql
