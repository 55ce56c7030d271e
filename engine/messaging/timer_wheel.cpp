#include "engine/messaging/timer_wheel.h"

#include <algorithm>

namespace engine::messaging {

MonoTime TimerWheel::add(std::uint64_t id, MonoTime deadline)
{
    return timeOf(put({id, deadline}));
}

std::uint64_t TimerWheel::put(const Entry& entry)
{
    // One tick later than the deadline's own, so that the deadline has passed when it comes.
    const std::uint64_t tick = std::max(tickOf(entry.deadline) + 1, m_at + 1);
    m_slots[tick % kSlots].push_back(entry);
    ++m_size;
    return tick;
}

std::optional<MonoTime> TimerWheel::nextDue() const noexcept
{
    if (empty())
        return std::nullopt;
    std::uint64_t tick = m_at + 1;
    while (m_slots[tick % kSlots].empty())
        ++tick;
    return timeOf(tick);
}

} // namespace engine::messaging
