#pragma once

#include "engine/base/random.h"
#include "engine/cql/type.h"

/// Random types and serialized values of every CQL type.
namespace random_tables {

/// A type that a regular column may have: native, collection, tuple, vector or user type (of
/// keyspace ks), nested, frozen or not.
[[nodiscard]] engine::cql::TypePtr anyColumnType(engine::Random& random);
/// A native type that orders values: for keys, clusterings and within sets.
[[nodiscard]] engine::cql::TypePtr anyKeyType(engine::Random& random);
/// A well-formed value of a type other than counter. `few`: one of a dozen, so that they collide.
[[nodiscard]] engine::Bytes anyValue(engine::Random& random, const engine::cql::Type& type,
                                     bool few);
/// What a counter cell holds: up to three shards.
[[nodiscard]] engine::Bytes anyCounter(engine::Random& random);

} // namespace random_tables
