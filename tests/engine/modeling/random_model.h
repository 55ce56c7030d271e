#pragma once

#include "engine/modeling/model.h"

#include <cstdint>
#include <random>
#include <string>

/// Random models for property tests. The same seed gives the same model everywhere.
namespace tests {

/// splitmix64: small, and the same on every platform, unlike the distributions of <random>.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    /// 0 … below-1
    std::size_t below(std::size_t below) { return below ? next() % below : 0; }
    bool oneIn(std::size_t n) { return below(n) == 0; }

private:
    std::uint64_t m_state;
};

/// Every field of every kind of element filled now and then, with names and texts that are hard on
/// a file format. Ids count up in the order in which a file is read.
engine::modeling::Model randomDocument(std::uint64_t seed);

/// A conceptual model with queries that make sense: entity types with keys, weak ones,
/// relationships of all kinds, hierarchies; queries along paths.
engine::modeling::Model randomConceptualModel(std::uint64_t seed);

} // namespace tests
