#include "engine/messaging/timer_wheel.h"

#include <algorithm>

namespace engine::messaging {

void TimerWheel::add(std::uint64_t id, MonoTime deadline)
{
    put({id, deadline});
}

void TimerWheel::put(const Entry& entry)
{
    // One tick later than the deadline's own, so that the deadline has passed when it comes.
    const std::uint64_t tick = std::max(tickOf(entry.deadline) + 1, m_at + 1);
    m_slots[tick % kSlots].push_back(entry);
    ++m_size;
}

} // namespace engine::messaging
