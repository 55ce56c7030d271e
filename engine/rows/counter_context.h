#pragma once

#include "engine/base/arena.h"
#include "engine/base/bytes.h"

#include <cstdint>
#include <optional>

namespace engine::rows {

/// Cassandra's counter context (org.apache.cassandra.db.context.CounterContext): the value of a
/// counter cell in storage. A header (16-bit number of its elements, then 16-bit elements: index
/// of a local shard, or index - 32768 of a global one), then shards of 32 bytes sorted by id:
/// counter id (16), clock (8), count (8). New shards are global; the other two kinds come from
/// old SSTables.
///
/// The delta of a counter update that has not reached its leader replica is 8 bare bytes.

struct CounterShard {
    ByteView id; ///< 16 bytes: the host id of the replica that wrote it
    std::int64_t clock = 0;
    std::int64_t count = 0;
};

/// Whether `value` has the shape of a context: header and a whole number of shards.
[[nodiscard]] bool isCounterContext(ByteView value) noexcept;
/// The counter's value: the sum of all shards. A bare delta is its own total; other bytes are 0.
[[nodiscard]] std::int64_t counterTotal(ByteView context) noexcept;
/// The shard of `id` if the context has one.
[[nodiscard]] std::optional<CounterShard> findCounterShard(ByteView context, ByteView id) noexcept;
/// A context with one global shard. Requires: `id` has 16 bytes.
[[nodiscard]] Bytes makeGlobalCounterContext(ByteView id, std::int64_t clock, std::int64_t count);
/// The shards of both; of one id the global beats local beats remote, then the greater clock
/// wins, then the greater count; two local ones add up. Two bare deltas are summed. The result
/// is one of the inputs where it can be, else lives in `arena`.
[[nodiscard]] ByteView mergeCounterContexts(ByteView a, ByteView b, Arena& arena);

} // namespace engine::rows
