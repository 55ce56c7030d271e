#include "engine/base/hash.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <bit>

namespace engine {

namespace {

constexpr std::uint64_t kC1 = 0x87c37b91114253d5ULL;
constexpr std::uint64_t kC2 = 0x4cf5ad432745937fULL;

std::uint64_t finalMix(std::uint64_t k) noexcept
{
    k ^= k >> 33;
    k *= 0xff51afd7ed558ccdULL;
    k ^= k >> 33;
    k *= 0xc4ceb9fe1a85ec53ULL;
    k ^= k >> 33;
    return k;
}

std::uint64_t littleEndian64(const char* from) noexcept
{
    std::uint64_t value;
    std::memcpy(&value, from, sizeof(value));
    return value;
}

template <std::size_t size>
std::array<std::uint8_t, size> digest(const EVP_MD* algorithm, ByteView bytes)
{
    std::array<std::uint8_t, size> out{};
    unsigned length = 0;
    EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, algorithm, nullptr);
    return out;
}

} // namespace

std::array<std::uint64_t, 2> murmur3(ByteView bytes, std::uint64_t seed) noexcept
{
    std::uint64_t h1 = seed;
    std::uint64_t h2 = seed;
    const std::size_t blocks = bytes.size() / 16;
    for (std::size_t i = 0; i < blocks; ++i) {
        std::uint64_t k1 = littleEndian64(bytes.data() + i * 16);
        std::uint64_t k2 = littleEndian64(bytes.data() + i * 16 + 8);
        k1 *= kC1;
        k1 = std::rotl(k1, 31);
        k1 *= kC2;
        h1 ^= k1;
        h1 = std::rotl(h1, 27);
        h1 += h2;
        h1 = h1 * 5 + 0x52dce729;
        k2 *= kC2;
        k2 = std::rotl(k2, 33);
        k2 *= kC1;
        h2 ^= k2;
        h2 = std::rotl(h2, 31);
        h2 += h1;
        h2 = h2 * 5 + 0x38495ab5;
    }
    // Cassandra widens each tail byte as Java does, with its sign.
    const char* tail = bytes.data() + blocks * 16;
    const std::size_t left = bytes.size() & 15;
    std::uint64_t k1 = 0;
    std::uint64_t k2 = 0;
    for (std::size_t i = left; i > 8; --i)
        k2 ^= static_cast<std::uint64_t>(
                  static_cast<std::int64_t>(static_cast<signed char>(tail[i - 1])))
              << (8 * (i - 9));
    if (left > 8) {
        k2 *= kC2;
        k2 = std::rotl(k2, 33);
        k2 *= kC1;
        h2 ^= k2;
    }
    for (std::size_t i = left < 8 ? left : 8; i > 0; --i)
        k1 ^= static_cast<std::uint64_t>(
                  static_cast<std::int64_t>(static_cast<signed char>(tail[i - 1])))
              << (8 * (i - 1));
    if (left > 0) {
        k1 *= kC1;
        k1 = std::rotl(k1, 31);
        k1 *= kC2;
        h1 ^= k1;
    }
    h1 ^= bytes.size();
    h2 ^= bytes.size();
    h1 += h2;
    h2 += h1;
    h1 = finalMix(h1);
    h2 = finalMix(h2);
    h1 += h2;
    h2 += h1;
    return {h1, h2};
}

std::uint32_t crc32(ByteView bytes, std::uint32_t seed) noexcept
{
    // A null address means something else to the library.
    return bytes.empty() ? seed : ::libdeflate_crc32(seed, bytes.data(), bytes.size());
}

std::uint32_t adler32(ByteView bytes, std::uint32_t seed) noexcept
{
    return bytes.empty() ? seed : ::libdeflate_adler32(seed, bytes.data(), bytes.size());
}

std::array<std::uint8_t, 16> md5(ByteView bytes)
{
    return digest<16>(EVP_md5(), bytes);
}

std::array<std::uint8_t, 32> sha256(ByteView bytes)
{
    return digest<32>(EVP_sha256(), bytes);
}

std::array<std::uint8_t, 32> hmacSha256(ByteView key, ByteView bytes)
{
    std::array<std::uint8_t, 32> out{};
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &length);
    return out;
}

} // namespace engine
