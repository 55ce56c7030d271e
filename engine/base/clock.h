#pragma once

#include "engine/base/time.h"

namespace engine {

/// Time for code outside the nodes (client, admin, launcher, workload), which takes one in its
/// constructor so that tests can turn it by hand.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual MonoTime now() const = 0;
    [[nodiscard]] virtual WallTime wallNow() const = 0;
};

/// The kernel's clocks. Any thread.
class SystemClock final : public Clock {
public:
    [[nodiscard]] MonoTime now() const override;
    [[nodiscard]] WallTime wallNow() const override;
};

} // namespace engine
