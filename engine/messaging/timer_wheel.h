#pragma once

#include "engine/base/time.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace engine::messaging {

/// Deadlines of many ids in one hashed wheel: adding is O(1), and whoever is done early is not
/// removed but found gone when its slot comes round. Keeps order within a slot, so expiry is
/// deterministic. Never early, late by less than kTick. Holds no timer: the owner calls advance()
/// when nextDue() says, so that nothing ticks while nothing is due.
class TimerWheel {
public:
    static constexpr Duration kTick = std::chrono::milliseconds{10};

    explicit TimerWheel(MonoTime now) : m_slots(kSlots), m_at(tickOf(now)) {}

    /// Returns when advance() is to be called for it, unless it was to be called before anyway.
    MonoTime add(std::uint64_t id, MonoTime deadline);
    /// Calls `expired(id)` for every entry whose deadline is not after `now`. `expired` may add.
    template <class Expired>
    void advance(MonoTime now, Expired expired)
    {
        const std::uint64_t target = tickOf(now);
        // After a long pause one round over all slots sees every entry.
        if (target - m_at > kSlots)
            m_at = target - kSlots;
        while (m_at < target) {
            ++m_at;
            auto due = std::exchange(m_slots[m_at % kSlots], {});
            m_size -= due.size();
            for (const Entry& entry : due) {
                if (entry.deadline <= now)
                    expired(entry.id);
                else
                    put(entry);
            }
        }
    }
    [[nodiscard]] bool empty() const noexcept { return m_size == 0; }
    /// When advance() has an entry to look at next; nothing if there is none.
    [[nodiscard]] std::optional<MonoTime> nextDue() const noexcept;

private:
    struct Entry {
        std::uint64_t id;
        MonoTime deadline;
    };
    static constexpr std::uint64_t kSlots = 1024;
    static std::uint64_t tickOf(MonoTime time) noexcept
    {
        return static_cast<std::uint64_t>(time.sinceStart / kTick);
    }
    static MonoTime timeOf(std::uint64_t tick) noexcept
    {
        return MonoTime{kTick * static_cast<std::int64_t>(tick)};
    }
    std::uint64_t put(const Entry& entry);

    std::vector<std::vector<Entry>> m_slots;
    std::uint64_t m_at;
    std::size_t m_size = 0;
};

} // namespace engine::messaging
