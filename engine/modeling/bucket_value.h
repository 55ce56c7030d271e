#pragma once

#include "engine/base/bytes.h"
#include "engine/cql/type.h"
#include "engine/modeling/buckets.h"

namespace engine::modeling {

/// The value of a bucket column, serialized, for a serialized value of the column that it is made
/// of (`of` is that one's type): a year as int, "2026-Q3", "2026-07" and "2026-W29" (ISO 8601) as
/// text, a day as date, an hour as timestamp; hash buckets as int, the value's Murmur3 token (what
/// token() of Cassandra gives for it as a whole partition key) modulo the count. Empty for an
/// empty value of a time bucket. Pure.
[[nodiscard]] Bytes valueOfBucket(const Bucket& bucket, const cql::Type& of, ByteView value);

} // namespace engine::modeling
