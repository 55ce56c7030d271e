#include "engine/membership/failure_detector.h"

#include <cmath>

namespace engine::membership {

double FailureDetector::Window::meanNanos() const
{
    return static_cast<double>(sum.count()) / static_cast<double>(intervals.size());
}

void FailureDetector::report(const InetEndpoint& endpoint, MonoTime now)
{
    const auto [at, isNew] = m_windows.try_emplace(endpoint);
    Window& window = at->second;
    // The first interval is a guess on the high side: being late with a conviction is corrected
    // by waiting, convicting early makes nodes flap.
    const Duration interval = isNew ? kInitialInterval : now - window.last;
    window.last = now;
    if (interval > kIntervalMax)
        return;
    if (window.intervals.size() == kWindowSize) {
        window.sum -= window.intervals.front();
        window.intervals.pop_front();
    }
    window.intervals.push_back(interval);
    window.sum += interval;
}

void FailureDetector::beginRound(MonoTime now)
{
    if (m_started && now - m_lastRound > kLocalPauseMax) {
        m_paused = true;
        m_lastPause = now;
    } else if (m_paused && now - m_lastPause >= kLocalPauseMax) {
        m_paused = false;
    }
    m_started = true;
    m_lastRound = now;
}

bool FailureDetector::convicts(const InetEndpoint& endpoint, MonoTime now) const
{
    return !m_paused && phi(endpoint, now) > m_threshold;
}

double FailureDetector::phi(const InetEndpoint& endpoint, MonoTime now) const
{
    const auto at = m_windows.find(endpoint);
    return at == m_windows.end() ? 0.0 : phiOf(at->second, now);
}

double FailureDetector::phiOf(const Window& window, MonoTime now)
{
    static const double kPhiFactor = 1.0 / std::log(10.0);
    return kPhiFactor * static_cast<double>((now - window.last).count()) / window.meanNanos();
}

std::vector<FailureDetector::Inspection> FailureDetector::inspect(MonoTime now,
                                                                  std::size_t intervalsMax) const
{
    std::vector<Inspection> all;
    for (const auto& [endpoint, window] : m_windows) {
        Inspection row;
        row.endpoint = endpoint;
        row.phi = phiOf(window, now);
        row.mean = Duration{static_cast<std::int64_t>(window.meanNanos())};
        row.sinceLast = now - window.last;
        const std::size_t from =
            window.intervals.size() > intervalsMax ? window.intervals.size() - intervalsMax : 0;
        row.intervals.assign(window.intervals.begin() + static_cast<std::ptrdiff_t>(from),
                             window.intervals.end());
        all.push_back(std::move(row));
    }
    return all;
}

} // namespace engine::membership
