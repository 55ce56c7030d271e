#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace engine {

using Duration = std::chrono::nanoseconds;

/// A moment of the monotonic clock of one process or one simulated node. For timeouts and
/// durations; has no meaning outside the process.
struct MonoTime {
    Duration sinceStart{};

    friend auto operator<=>(const MonoTime&, const MonoTime&) = default;
    friend MonoTime operator+(MonoTime a, Duration d) { return {a.sinceStart + d}; }
    friend MonoTime operator-(MonoTime a, Duration d) { return {a.sinceStart - d}; }
    friend Duration operator-(MonoTime a, MonoTime b) { return a.sinceStart - b.sinceStart; }
};

/// A moment of the wall clock: microseconds since 1970-01-01 UTC. It may step backward.
struct WallTime {
    std::chrono::microseconds sinceEpoch{};

    [[nodiscard]] std::int64_t micros() const noexcept { return sinceEpoch.count(); }
    [[nodiscard]] std::int64_t millis() const noexcept { return sinceEpoch.count() / 1000; }
    [[nodiscard]] std::int64_t seconds() const noexcept { return sinceEpoch.count() / 1'000'000; }

    friend auto operator<=>(const WallTime&, const WallTime&) = default;
    friend WallTime operator+(WallTime a, std::chrono::microseconds d)
    {
        return {a.sinceEpoch + d};
    }
};

/// The timestamp of a cell, row or deletion: microseconds by convention, but whatever the client
/// says. The greatest wins in reconciliation.
struct WriteTimestamp {
    std::int64_t micros = kNone;

    /// Cassandra's LivenessInfo.NO_TIMESTAMP.
    static constexpr std::int64_t kNone = INT64_MIN;
    [[nodiscard]] bool isNone() const noexcept { return micros == kNone; }

    friend auto operator<=>(const WriteTimestamp&, const WriteTimestamp&) = default;
};

} // namespace engine
