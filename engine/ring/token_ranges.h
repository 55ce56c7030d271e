#pragma once

#include "engine/ring/token.h"

#include <vector>

namespace engine::ring {

/// `range` as at most two pieces (start, end] with start < end, none of which wraps: the part up
/// to the greatest token comes first, the one from the smallest after it.
///
/// (T, T] is the whole ring, as in TokenRange; so (MIN, MIN] and (MAX, MAX] are both one piece,
/// (MIN, MAX]. A range that starts at the greatest token or ends at the smallest has nothing on
/// that side and no piece for it: to whoever compares bounds an empty (MAX, MAX] would be the
/// whole ring once more.
[[nodiscard]] std::vector<TokenRange> unwrapped(const TokenRange& range);

} // namespace engine::ring
