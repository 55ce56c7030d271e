#pragma once

#include "engine/base/bytes.h"

#include <cstdint>

namespace engine {

/// A source of entropy. The real one is the kernel's and fit for secrets; the simulated one
/// follows from the seed. Node thread only.
class Random {
public:
    virtual ~Random() = default;
    virtual std::uint64_t next() = 0;

    /// Uniform in [0, bound). Requires bound > 0.
    std::uint64_t below(std::uint64_t bound);
    /// Uniform in [0, 1).
    double unit();
    void fill(char* to, std::size_t size);
};

/// A small deterministic generator (xoshiro256**) for simulation, sample data and tests; never
/// for secrets. The same seed gives the same numbers on every machine and build.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed);
    std::uint64_t next() override;

private:
    std::uint64_t m_state[4];
};

} // namespace engine
