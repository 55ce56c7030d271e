#pragma once

#include "engine/base/bytes.h"
#include "engine/base/hash.h"

#include <compare>
#include <cstdint>

namespace engine::ring {

/// A position on the Murmur3 ring. Nodes of this engine use Murmur3Partitioner only; the other
/// partitioners of partitioner.h exist for what remote clusters may use.
struct Token {
    std::int64_t value = 0;

    /// "Before the first token" (Murmur3Partitioner.MINIMUM): no key and no node has it.
    [[nodiscard]] static constexpr Token minimum() noexcept { return {INT64_MIN}; }
    [[nodiscard]] static constexpr Token maximum() noexcept { return {INT64_MAX}; }

    friend auto operator<=>(const Token&, const Token&) = default;
};

/// The token of a serialized partition key (Murmur3Partitioner.getToken). Hot path.
[[nodiscard]] inline Token murmur3Token(ByteView key) noexcept
{
    // An empty key sits before everything, as in Cassandra.
    if (key.empty())
        return Token::minimum();
    const auto hash = static_cast<std::int64_t>(murmur3(key)[0]);
    // The smallest value marks "before the first token", so a key that hashes to it moves to the
    // far end of the ring.
    return hash == INT64_MIN ? Token::maximum() : Token{hash};
}

/// Tokens after `start` up to and including `end`, going clockwise; it wraps if start >= end.
/// start == end is the whole ring.
struct TokenRange {
    Token start;
    Token end;

    [[nodiscard]] bool contains(Token token) const noexcept
    {
        if (start < end)
            return start < token && token <= end;
        return token > start || token <= end;
    }
    friend auto operator<=>(const TokenRange&, const TokenRange&) = default;
};

} // namespace engine::ring
