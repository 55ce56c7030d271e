#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace engine::ring {

/// How a cluster maps partition keys to tokens, for all that Cassandra has. Tokens are given as
/// the text that `token()` and nodetool print: decimal, or 0x… for ByteOrderedPartitioner.
/// Stateless; any thread.
class Partitioner {
public:
    virtual ~Partitioner() = default;
    /// "org.apache.cassandra.dht.Murmur3Partitioner"
    [[nodiscard]] virtual std::string_view className() const noexcept = 0;
    [[nodiscard]] virtual std::string tokenText(ByteView key) const = 0;
    /// Orders two token texts on the ring: negative, zero, positive.
    [[nodiscard]] virtual int compareTokenTexts(std::string_view a, std::string_view b) const = 0;

    /// By full or short class name; Invalid names what there is.
    [[nodiscard]] static Result<const Partitioner*> byName(std::string_view className);
    [[nodiscard]] static const Partitioner& murmur3();
};

} // namespace engine::ring
