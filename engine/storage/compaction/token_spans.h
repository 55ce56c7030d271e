#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace engine::storage {

/// Tokens after `after` up to `upTo`; from -2^63 on if they are equal (all) or cross the ring's
/// end.
struct TokenSpan {
    std::int64_t after = 0;
    std::int64_t upTo = 0;
    [[nodiscard]] bool contains(std::int64_t token) const noexcept
    {
        return after < upTo ? token > after && token <= upTo : token > after || token <= upTo;
    }
    friend bool operator==(const TokenSpan&, const TokenSpan&) = default;
};

/// Ascending spans that neither touch nor cross the ring's end. -2^63 is the token of no key.
using TokenSpans = std::vector<TokenSpan>;

/// The same tokens as `ranges` of (first, second], which may overlap and cross the ring's end.
[[nodiscard]] TokenSpans
disjointSpans(const std::vector<std::pair<std::int64_t, std::int64_t>>& ranges);
/// All other tokens.
[[nodiscard]] TokenSpans tokensOutside(const TokenSpans& spans);
/// Whether all tokens from `first` to `last` are within one span.
[[nodiscard]] bool covers(const TokenSpans& spans, std::int64_t first, std::int64_t last) noexcept;
/// Whether any of them is in a span.
[[nodiscard]] bool touches(const TokenSpans& spans, std::int64_t first, std::int64_t last) noexcept;

} // namespace engine::storage
