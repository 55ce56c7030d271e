#include "engine/base/uuid.h"

#include "engine/base/hash.h"
#include "engine/base/random.h"

#include <algorithm>

namespace engine {

namespace {

/// 100 ns ticks between 1582-10-15 and 1970-01-01.
constexpr std::int64_t kTicksBeforeUnixEpoch = 0x01b21dd213814000;

} // namespace

Result<Uuid> Uuid::parse(std::string_view text)
{
    const Error bad{ErrorCode::Invalid, "'" + std::string(text.substr(0, 64)) + "' is not a uuid"};
    if (text.size() != 36)
        return bad;
    std::string hex;
    hex.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-')
                return bad;
        } else {
            hex.push_back(text[i]);
        }
    }
    Bytes raw;
    if (!fromHex(hex, raw))
        return bad;
    return fromBytes(raw);
}

Uuid Uuid::fromBytes(ByteView raw)
{
    Uuid uuid;
    std::memcpy(uuid.bytes.data(), raw.data(), uuid.bytes.size());
    return uuid;
}

Uuid Uuid::fromHalves(std::uint64_t high, std::uint64_t low)
{
    Uuid uuid;
    storeBigEndian(reinterpret_cast<char*>(uuid.bytes.data()), high);
    storeBigEndian(reinterpret_cast<char*>(uuid.bytes.data()) + 8, low);
    return uuid;
}

Uuid Uuid::random(Random& random)
{
    const std::uint64_t high = (random.next() & ~0xf000ULL) | 0x4000ULL;
    const std::uint64_t low = (random.next() & ~(3ULL << 62)) | (1ULL << 63);
    return fromHalves(high, low);
}

Uuid Uuid::nameFromBytes(ByteView bytes)
{
    const auto digest = md5(bytes);
    Uuid uuid;
    std::copy(digest.begin(), digest.end(), uuid.bytes.begin());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x30);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

Uuid Uuid::timeUuid(std::uint64_t ticks, std::uint64_t clockSeqAndNode)
{
    const std::uint64_t high =
        (ticks << 32) | ((ticks >> 16) & 0xffff0000ULL) | 0x1000ULL | ((ticks >> 48) & 0x0fffULL);
    const std::uint64_t low = (clockSeqAndNode & ~(3ULL << 62)) | (1ULL << 63);
    return fromHalves(high, low);
}

std::uint64_t Uuid::ticksOf(WallTime time)
{
    return static_cast<std::uint64_t>(time.micros() * 10 + kTicksBeforeUnixEpoch);
}

std::string Uuid::toString() const
{
    std::string hex = toHex(view());
    for (const std::size_t at : {8U, 13U, 18U, 23U})
        hex.insert(at, 1, '-');
    return hex;
}

std::uint64_t Uuid::high() const noexcept
{
    return loadBigEndian<std::uint64_t>(reinterpret_cast<const char*>(bytes.data()));
}

std::uint64_t Uuid::low() const noexcept
{
    return loadBigEndian<std::uint64_t>(reinterpret_cast<const char*>(bytes.data()) + 8);
}

std::uint64_t Uuid::ticks() const noexcept
{
    const std::uint64_t h = high();
    return (h >> 32) | ((h & 0xffff0000ULL) << 16) | ((h & 0x0fffULL) << 48);
}

std::int64_t Uuid::unixMillis() const noexcept
{
    return (static_cast<std::int64_t>(ticks()) - kTicksBeforeUnixEpoch) / 10000;
}

} // namespace engine
