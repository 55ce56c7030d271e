#pragma once

#include "engine/base/bytes.h"

#include <array>
#include <cstdint>

namespace engine::sstable {

/// A partition key with its hash, computed once: the token (Murmur3Partitioner) and the bloom
/// filter's two numbers come from the same murmur3. A view of the key.
struct KeyHash {
    ByteView key;
    std::array<std::uint64_t, 2> hash{};
    std::int64_t token = 0;

    [[nodiscard]] static KeyHash of(ByteView key) noexcept;

    /// The order of partitions in a table: by token, then by key bytes.
    [[nodiscard]] static int compare(std::int64_t aToken, ByteView a, std::int64_t bToken,
                                     ByteView b) noexcept
    {
        if (aToken != bToken)
            return aToken < bToken ? -1 : 1;
        return a.compare(b);
    }
};

} // namespace engine::sstable
