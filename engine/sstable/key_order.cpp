#include "engine/sstable/key_order.h"

#include "engine/base/hash.h"

namespace engine::sstable {

KeyHash KeyHash::of(ByteView key) noexcept
{
    KeyHash result;
    result.key = key;
    result.hash = murmur3(key);
    // The smallest token stands for "before all keys", so Murmur3Partitioner moves a key that
    // hashes to it to the other end; the empty key has that smallest token itself.
    const auto token = static_cast<std::int64_t>(result.hash[0]);
    if (key.empty())
        result.token = INT64_MIN;
    else
        result.token = token == INT64_MIN ? INT64_MAX : token;
    return result;
}

} // namespace engine::sstable
