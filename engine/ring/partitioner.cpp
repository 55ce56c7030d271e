#include "engine/ring/partitioner.h"

#include "engine/base/hash.h"
#include "engine/ring/token.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace engine::ring {

namespace {

/// Non-negative decimal numbers of any length without leading zeros.
int compareDecimalTexts(std::string_view a, std::string_view b)
{
    if (a.size() != b.size())
        return a.size() < b.size() ? -1 : 1;
    return a.compare(b);
}

class Murmur3Partitioner final : public Partitioner {
public:
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.dht.Murmur3Partitioner";
    }
    std::string tokenText(ByteView key) const override
    {
        return std::to_string(murmur3Token(key).value);
    }
    int compareTokenTexts(std::string_view a, std::string_view b) const override
    {
        std::int64_t x = 0;
        std::int64_t y = 0;
        std::from_chars(a.data(), a.data() + a.size(), x);
        std::from_chars(b.data(), b.data() + b.size(), y);
        return x < y ? -1 : x > y ? 1 : 0;
    }
};

class RandomPartitioner final : public Partitioner {
public:
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.dht.RandomPartitioner";
    }
    std::string tokenText(ByteView key) const override
    {
        if (key.empty())
            return "-1";
        // MD5 as a signed 128-bit number, its absolute value.
        const auto hash = md5(key);
        unsigned __int128 number = 0;
        for (const std::uint8_t byte : hash)
            number = number << 8 | byte;
        if (hash[0] & 0x80)
            number = ~number + 1;
        if (number == 0)
            return "0";
        std::string text;
        while (number != 0) {
            text.push_back(static_cast<char>('0' + static_cast<int>(number % 10)));
            number /= 10;
        }
        std::reverse(text.begin(), text.end());
        return text;
    }
    int compareTokenTexts(std::string_view a, std::string_view b) const override
    {
        // Only the minimum, -1, is negative.
        const bool aLow = a.starts_with('-');
        const bool bLow = b.starts_with('-');
        if (aLow || bLow)
            return static_cast<int>(bLow) - static_cast<int>(aLow);
        return compareDecimalTexts(a, b);
    }
};

class ByteOrderedPartitioner final : public Partitioner {
public:
    std::string_view className() const noexcept override
    {
        return "org.apache.cassandra.dht.ByteOrderedPartitioner";
    }
    std::string tokenText(ByteView key) const override { return "0x" + toHex(key); }
    int compareTokenTexts(std::string_view a, std::string_view b) const override
    {
        return a.compare(b); // lower-case hexadecimal of whole bytes keeps the order of bytes
    }
};

const std::array<const Partitioner*, 3>& allPartitioners()
{
    static const Murmur3Partitioner murmur3;
    static const RandomPartitioner random;
    static const ByteOrderedPartitioner byteOrdered;
    static const std::array<const Partitioner*, 3> all{&murmur3, &random, &byteOrdered};
    return all;
}

} // namespace

Result<const Partitioner*> Partitioner::byName(std::string_view className)
{
    for (const Partitioner* partitioner : allPartitioners()) {
        const auto full = partitioner->className();
        if (className == full || className == full.substr(full.rfind('.') + 1))
            return partitioner;
    }
    return Error{
        ErrorCode::Invalid,
        fmt::format("Unknown partitioner '{}'; use Murmur3Partitioner, RandomPartitioner or "
                    "ByteOrderedPartitioner.",
                    className)};
}

const Partitioner& Partitioner::murmur3()
{
    return *allPartitioners()[0];
}

} // namespace engine::ring
