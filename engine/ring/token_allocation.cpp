#include "engine/ring/token_allocation.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <map>
#include <set>

namespace engine::ring {

namespace {

using Wide = unsigned __int128;
constexpr Wide kWholeRing = Wide{1} << 64;

Token tokenAtOffset(Wide offset)
{
    return Token{static_cast<std::int64_t>(static_cast<std::uint64_t>(offset) +
                                           static_cast<std::uint64_t>(INT64_MIN))};
}

/// Takes the token, or the next free one; never the ring's minimum, which no node may own.
Token takeFreeToken(Token token, std::set<Token>& taken)
{
    while (token == Token::minimum() || !taken.insert(token).second)
        token.value = static_cast<std::int64_t>(static_cast<std::uint64_t>(token.value) + 1);
    return token;
}

} // namespace

std::vector<std::vector<Token>> allocateTokens(const std::vector<NodePlace>& nodes)
{
    std::map<std::string, std::map<std::string, std::vector<std::size_t>>> places;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        ENGINE_ASSERT(nodes[i].tokenCount > 0, "a node without tokens owns nothing");
        places[nodes[i].datacenter][nodes[i].rack].push_back(i);
    }

    std::vector<std::vector<Token>> tokens(nodes.size());
    std::set<Token> taken;
    std::size_t datacenterAt = 0;
    for (const auto& [datacenter, racks] : places) {
        std::size_t rackAt = 0;
        for (const auto& [rack, members] : racks) {
            // Whose turn each token of the rack is: nodes with more tokens come round longer.
            std::vector<std::size_t> turns;
            for (std::uint32_t round = 0, left = 1; left != 0; ++round) {
                left = 0;
                for (const std::size_t member : members)
                    if (round < nodes[member].tokenCount) {
                        turns.push_back(member);
                        left = 1;
                    }
            }
            const Wide count = turns.size();
            const Wide racksOfDc = racks.size();
            const Wide datacenters = places.size();
            // (turn + (rack + datacenter / datacenters) / racks + 1/2 of the finest step) / count
            const Wide parts = count * racksOfDc * datacenters * 2;
            for (std::size_t turn = 0; turn < turns.size(); ++turn) {
                const Wide part =
                    ((turn * racksOfDc + rackAt) * datacenters + datacenterAt) * 2 + 1;
                const Token token = tokenAtOffset(kWholeRing / parts * part);
                tokens[turns[turn]].push_back(takeFreeToken(token, taken));
            }
            ++rackAt;
        }
        ++datacenterAt;
    }
    for (auto& own : tokens)
        std::sort(own.begin(), own.end());
    return tokens;
}

std::vector<Token> allocateTokensForJoining(const RingState& ring, const NodePlace& node)
{
    ENGINE_ASSERT(node.tokenCount > 0, "a node without tokens owns nothing");
    std::set<Token> taken;
    std::set<Token> peers; // whose ranges are halved
    const auto* datacenter = ring.datacenter(node.datacenter);
    const bool rackKnown = datacenter != nullptr && datacenter->racks.contains(node.rack);
    for (const TokenOwner& owner : ring.tokens()) {
        taken.insert(owner.token);
        const RingNode& other = ring.node(owner.node);
        if (other.datacenter == node.datacenter && (!rackKnown || other.rack == node.rack))
            peers.insert(owner.token);
    }

    std::vector<Token> tokens;
    while (tokens.size() < node.tokenCount) {
        if (peers.empty()) {
            const Token first = takeFreeToken(Token{0}, taken);
            peers.insert(first);
            tokens.push_back(first);
            continue;
        }
        // The widest range between neighbours; the first of equals, so that the choice is stable.
        Token start = *peers.rbegin();
        Token widestStart = start;
        std::uint64_t widest = 0;
        for (const Token end : peers) {
            // A lone token's range is the whole ring: one less fits.
            const std::uint64_t width = peers.size() == 1
                                            ? UINT64_MAX
                                            : static_cast<std::uint64_t>(end.value) -
                                                  static_cast<std::uint64_t>(start.value);
            if (width > widest) {
                widest = width;
                widestStart = start;
            }
            start = end;
        }
        const Token middle{static_cast<std::int64_t>(static_cast<std::uint64_t>(widestStart.value) +
                                                     widest / 2 + 1)};
        const Token token = takeFreeToken(middle, taken);
        peers.insert(token);
        tokens.push_back(token);
    }
    std::sort(tokens.begin(), tokens.end());
    return tokens;
}

} // namespace engine::ring
