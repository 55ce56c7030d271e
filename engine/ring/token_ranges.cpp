#include "engine/ring/token_ranges.h"

namespace engine::ring {

std::vector<TokenRange> unwrapped(const TokenRange& range)
{
    if (range.start < range.end)
        return {range};
    std::vector<TokenRange> pieces;
    if (range.start != Token::maximum())
        pieces.push_back({range.start, Token::maximum()});
    if (range.end != Token::minimum())
        pieces.push_back({Token::minimum(), range.end});
    return pieces;
}

} // namespace engine::ring
