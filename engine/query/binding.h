#pragma once

#include "engine/base/arena.h"
#include "engine/base/runtime.h"
#include "engine/base/time.h"
#include "engine/cql/term.h"
#include "engine/protocol/requests.h"
#include "engine/protocol/responses.h"
#include "engine/schema/schema.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What preparing and executing a statement share. Internal to engine/query.
namespace engine::query {

[[nodiscard]] Error invalidRequest(std::string text);

/// A value of an expression: none is null.
using MaybeValue = std::optional<ByteView>;

/// While a statement is prepared: where its names are looked up and what its bind markers are.
struct PrepareContext {
    const schema::Schema& schema;
    std::string_view text;  ///< of the statement, for messages
    schema::TablePtr table; ///< nullptr where there is none
    std::vector<std::optional<protocol::ColumnSpec>> markers;

    [[nodiscard]] std::string textOf(cql::SourceRange range) const
    {
        return std::string{text.substr(range.begin, range.end - range.begin)};
    }
    void setMarker(std::uint16_t position, std::string name, cql::TypePtr type);
};

/// Makes timeuuids that never repeat: one a node, shared by its requests.
struct TimeUuidClock {
    std::uint64_t lastTicks = 0;
    std::uint64_t node = 0;

    /// The first of `count` ticks that nobody has had.
    [[nodiscard]] std::uint64_t take(std::uint64_t count, WallTime now)
    {
        const std::uint64_t first = std::max(lastTicks + 1, Uuid::ticksOf(now));
        lastTicks = first + count - 1;
        return first;
    }
};

/// While a statement is executed: bound values by position, the request's clocks and memory.
struct BindContext {
    std::span<const protocol::Value> values;
    Arena& arena; ///< of the request
    Runtime& runtime;
    std::int64_t nowSeconds = 0;
    std::int64_t timestampMicros = 0;    ///< for writes without one of their own
    std::optional<Error> timestampError; ///< why there is none
    TimeUuidClock* timeUuids = nullptr;

    [[nodiscard]] std::uint64_t takeTicks(std::uint64_t count) const
    {
        return timeUuids->take(count, runtime.wallNow());
    }
    [[nodiscard]] Uuid timeUuidOf(std::uint64_t ticks) const
    {
        return Uuid::timeUuid(ticks, timeUuids->node);
    }
    [[nodiscard]] Uuid nextTimeUuid() const { return timeUuidOf(takeTicks(1)); }
};

/// Bytes of a number, big-endian, in the request's memory.
template <class T>
[[nodiscard]] inline ByteView putNumber(Arena& arena, T value)
{
    char* to = static_cast<char*>(arena.allocate(sizeof(T), 1));
    storeBigEndian(to, value);
    return {to, sizeof(T)};
}

} // namespace engine::query
