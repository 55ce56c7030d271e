#pragma once

#include "engine/base/time.h"

#include <compare>
#include <cstdint>

namespace engine::messaging {

/// A moment of the hybrid logical clock: wall microseconds shifted left by 12, and a counter in
/// the low bits (Kulkarni et al., "Logical Physical Clocks", 2014). Events of a cluster sort
/// causally by it.
struct HybridTime {
    std::uint64_t value = 0;
    friend auto operator<=>(const HybridTime&, const HybridTime&) = default;
};

/// One node's hybrid clock: never goes backward, and jumps ahead of every message that arrives.
/// Node thread only.
class HybridClock {
public:
    /// A moment after all earlier ones of this node and all it has heard of.
    HybridTime tick(WallTime wall) noexcept
    {
        const std::uint64_t physical = fromWall(wall);
        m_last.value = physical > m_last.value ? physical : m_last.value + 1;
        return m_last;
    }
    void observe(HybridTime heard) noexcept
    {
        if (heard > m_last)
            m_last = heard;
    }
    [[nodiscard]] HybridTime last() const noexcept { return m_last; }

private:
    static std::uint64_t fromWall(WallTime wall) noexcept
    {
        return static_cast<std::uint64_t>(wall.micros()) << 12;
    }
    HybridTime m_last;
};

} // namespace engine::messaging
