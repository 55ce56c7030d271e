#include "engine/base/clock.h"

namespace engine {

MonoTime SystemClock::now() const
{
    return {
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

WallTime SystemClock::wallNow() const
{
    return {std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now().time_since_epoch())};
}

} // namespace engine
