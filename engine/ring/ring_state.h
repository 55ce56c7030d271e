#pragma once

#include "engine/base/inet.h"
#include "engine/base/uuid.h"
#include "engine/ring/token.h"

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::ring {

/// Position of a node in RingState::nodes(); valid for that RingState only.
using NodeIndex = std::uint32_t;

/// One member of the ring as others know it.
struct RingNode {
    InetEndpoint endpoint;
    Uuid hostId;
    std::string datacenter = "datacenter1";
    std::string rack = "rack1";
    std::vector<Token> tokens; ///< sorted by RingState
    friend bool operator==(const RingNode&, const RingNode&) = default;
};

struct TokenOwner {
    Token token;
    NodeIndex node = 0;
};

/// Who owns which tokens where: an immutable picture of the ring, shared by value of the pointer.
/// Every change of membership makes a new one. Any thread. Nodes are sorted by endpoint; if two
/// claim one token, the one with the greater endpoint owns it.
class RingState {
public:
    explicit RingState(std::vector<RingNode> nodes);

    [[nodiscard]] std::span<const RingNode> nodes() const noexcept { return m_nodes; }
    [[nodiscard]] const RingNode& node(NodeIndex index) const { return m_nodes[index]; }
    [[nodiscard]] std::optional<NodeIndex> find(const InetEndpoint& endpoint) const;
    /// All tokens of the ring, ascending.
    [[nodiscard]] std::span<const TokenOwner> tokens() const noexcept { return m_tokens; }
    /// Where the walk for a token starts: the first ring token that is not below it, else the
    /// first of all. Requires a token in the ring.
    [[nodiscard]] std::size_t firstTokenIndex(Token token) const;
    /// The range that ends at the index's token.
    [[nodiscard]] TokenRange rangeEndingAt(std::size_t tokenIndex) const;

    struct Datacenter {
        std::vector<NodeIndex> nodes; ///< that own tokens
        std::map<std::string, std::vector<NodeIndex>> racks;
    };
    /// By name; only nodes that own tokens.
    [[nodiscard]] const std::map<std::string, Datacenter>& datacenters() const noexcept
    {
        return m_datacenters;
    }
    [[nodiscard]] const Datacenter* datacenter(const std::string& name) const;

private:
    std::vector<RingNode> m_nodes;
    std::vector<TokenOwner> m_tokens;
    std::map<std::string, Datacenter> m_datacenters;
};

using RingStatePtr = std::shared_ptr<const RingState>;

} // namespace engine::ring
