#pragma once

#include "engine/base/inet.h"
#include "engine/base/time.h"

#include <deque>
#include <map>
#include <vector>

namespace engine::membership {

/// The phi accrual failure detector (Hayashibara et al., 2004) with the exponential simplification
/// and the constants of Cassandra's FailureDetector: phi = (now - last arrival) / mean interval /
/// ln 10, a window of 1000 intervals that starts with 2 s, intervals over 2 s left out. After the
/// node itself paused for over 5 s it convicts nobody for another 5 s. Pure: time comes in.
class FailureDetector {
public:
    explicit FailureDetector(double convictThreshold = 8.0) : m_threshold(convictThreshold) {}

    static constexpr Duration kInitialInterval = std::chrono::seconds{2};
    static constexpr Duration kIntervalMax = std::chrono::seconds{2};
    static constexpr Duration kLocalPauseMax = std::chrono::seconds{5};
    static constexpr std::size_t kWindowSize = 1000;

    /// A sign of life has arrived.
    void report(const InetEndpoint& endpoint, MonoTime now);
    void remove(const InetEndpoint& endpoint) { m_windows.erase(endpoint); }

    /// Once a round, before endpoints are judged: notices pauses of the node itself.
    void beginRound(MonoTime now);
    /// Whether the endpoint is to be marked down now.
    [[nodiscard]] bool convicts(const InetEndpoint& endpoint, MonoTime now) const;

    /// 0 for an endpoint without arrivals.
    [[nodiscard]] double phi(const InetEndpoint& endpoint, MonoTime now) const;
    [[nodiscard]] double convictThreshold() const noexcept { return m_threshold; }
    void setConvictThreshold(double threshold) noexcept { m_threshold = threshold; }

    /// One row of `nodetool failuredetector` and the studio's gossip view.
    struct Inspection {
        InetEndpoint endpoint;
        double phi = 0;
        Duration mean{};
        Duration sinceLast{};
        std::vector<Duration> intervals; ///< the latest, oldest first, at most `intervalsMax`
    };
    [[nodiscard]] std::vector<Inspection> inspect(MonoTime now,
                                                  std::size_t intervalsMax = 30) const;

private:
    struct Window {
        std::deque<Duration> intervals;
        Duration sum{};
        MonoTime last{};
        [[nodiscard]] double meanNanos() const;
    };
    static double phiOf(const Window& window, MonoTime now);

    std::map<InetEndpoint, Window> m_windows;
    double m_threshold;
    MonoTime m_lastRound{};
    MonoTime m_lastPause{};
    bool m_started = false;
    bool m_paused = false;
};

} // namespace engine::membership
