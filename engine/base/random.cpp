#include "engine/base/random.h"

#include <bit>

namespace engine {

std::uint64_t Random::below(std::uint64_t bound)
{
    // Lemire's multiplication; the bias of at most bound / 2^64 is of no consequence here.
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
}

double Random::unit()
{
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

void Random::fill(char* to, std::size_t size)
{
    while (size > 0) {
        const std::uint64_t value = next();
        const std::size_t count = size < sizeof(value) ? size : sizeof(value);
        std::memcpy(to, &value, count);
        to += count;
        size -= count;
    }
}

SeededRandom::SeededRandom(std::uint64_t seed)
{
    // splitmix64, as the authors of xoshiro advise for seeding.
    for (auto& word : m_state) {
        seed += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = seed;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        word = z ^ (z >> 31);
    }
}

std::uint64_t SeededRandom::next()
{
    const std::uint64_t result = std::rotl(m_state[1] * 5, 7) * 9;
    const std::uint64_t t = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= t;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

} // namespace engine
