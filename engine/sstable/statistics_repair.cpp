#include "engine/base/hash.h"
#include "engine/sstable/salvage.h"

#include <array>

namespace engine::sstable {

namespace {

constexpr std::size_t kPartCrcBytes = 4;

/// What each byte does to a CRC-32 register (the reflected polynomial of zlib).
std::array<std::uint32_t, 256> crcSteps()
{
    std::array<std::uint32_t, 256> steps{};
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
        steps[i] = value;
    }
    return steps;
}

/// Rights the one wrong bit among the bytes at `places`, or in the checksum itself. A CRC is
/// linear: each bit changes it by a number of its own, which the difference tells. False: more is
/// wrong.
bool rightOneBit(Bytes& bytes, const std::vector<std::size_t>& places, std::size_t crcAt)
{
    Bytes covered;
    for (const std::size_t at : places)
        covered += bytes[at];
    const std::uint32_t stored = loadBigEndian<std::uint32_t>(bytes.data() + crcAt);
    const std::uint32_t difference = crc32(covered) ^ stored;
    if (difference == 0)
        return true;
    if ((difference & (difference - 1)) == 0) {
        storeBigEndian(bytes.data() + crcAt, stored ^ difference);
        return true;
    }
    const auto steps = crcSteps();
    std::array<std::uint32_t, 8> changes{};
    for (std::size_t bit = 0; bit < 8; ++bit)
        changes[bit] = steps[std::size_t{1} << bit];
    for (std::size_t i = places.size(); i > 0; --i) {
        for (std::size_t bit = 0; bit < 8; ++bit) {
            if (changes[bit] == difference) {
                char& wrong = bytes[places[i - 1]];
                wrong = static_cast<char>(wrong ^ (1 << bit));
                return true;
            }
            changes[bit] = (changes[bit] >> 8) ^ steps[changes[bit] & 0xFF];
        }
    }
    return false;
}

std::vector<std::size_t> range(std::size_t from, std::size_t to)
{
    std::vector<std::size_t> places;
    for (std::size_t at = from; at < to; ++at)
        places.push_back(at);
    return places;
}

} // namespace

Result<Statistics> repairStatistics(const VersionTraits& version, ByteView bytes)
{
    const Error lost{ErrorCode::Corrupt, "more than one bit of it is wrong: the header that tells "
                                         "how rows are stored is lost"};
    constexpr std::size_t kPartsMax = 16;
    Bytes righted{bytes};
    if (righted.size() < 8 || !rightOneBit(righted, range(0, 4), 4))
        return lost;
    const auto parts = loadBigEndian<std::uint32_t>(righted.data());
    const std::size_t tocEnd = 8 + std::size_t{parts} * 8;
    if (parts > kPartsMax || righted.size() < tocEnd + kPartCrcBytes)
        return lost;
    auto head = range(0, 4);
    const auto toc = range(8, tocEnd);
    head.insert(head.end(), toc.begin(), toc.end());
    if (!rightOneBit(righted, head, tocEnd))
        return lost;
    for (std::size_t i = 0; i < parts; ++i) {
        const std::size_t start = loadBigEndian<std::uint32_t>(righted.data() + 12 + i * 8);
        const std::size_t end = i + 1 < parts
                                    ? loadBigEndian<std::uint32_t>(righted.data() + 20 + i * 8)
                                    : righted.size();
        if (end > righted.size() || start + kPartCrcBytes > end ||
            !rightOneBit(righted, range(start, end - kPartCrcBytes), end - kPartCrcBytes))
            return lost;
    }
    auto statistics = Statistics::decode(version, righted);
    return statistics ? std::move(statistics) : lost;
}

} // namespace engine::sstable
