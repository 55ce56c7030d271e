#pragma once

#include "engine/base/bytes.h"
#include "engine/cql/type.h"

#include <string>

/// Taking over the values of a column whose type changes.
namespace engine::modeling {

/// What becomes of values that move from one type to another.
enum class ConversionKind : std::uint8_t {
    Same,       ///< the bytes are the same
    Exact,      ///< every value has exactly one counterpart
    Lossy,      ///< every value can be written, but a part of it is gone: `why` says which
    Impossible, ///< some values have no counterpart: `why` says it in a sentence
};

struct Conversion {
    ConversionKind kind = ConversionKind::Same;
    std::string why;
};

/// Judges before anything is read: only conversions that no value can make fail are accepted.
/// Integers widen, float becomes double, integers become decimal, a date its midnight, native
/// values the text that cqlsh shows, timeuuid becomes uuid, anything blob. Collections, tuples and
/// user types convert element by element, user types by the names of their fields. Frozen or not
/// makes no difference: the serialized value is the same. Pure.
[[nodiscard]] Conversion conversionOf(const cql::TypePtr& from, const cql::TypePtr& to);

/// The serialized value in the other type. Requires a possible conversion; Invalid if `value` is no
/// value of `from`.
[[nodiscard]] Result<Bytes> convertValue(const cql::TypePtr& from, const cql::TypePtr& to,
                                         ByteView value);

} // namespace engine::modeling
