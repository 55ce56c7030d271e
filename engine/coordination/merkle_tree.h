#pragma once

#include "engine/ring/token.h"

#include <array>
#include <cstdint>
#include <vector>

namespace engine::coordination {

using MerkleHash = std::array<std::uint8_t, 16>;

/// A binary tree of hashes over a row of leaves, each the hash of the data in one token range:
/// two replicas hold the same exactly where their trees are equal (Merkle, 1988; utils/MerkleTree).
class MerkleTree {
public:
    explicit MerkleTree(std::vector<MerkleHash> leaves);

    [[nodiscard]] std::size_t leafCount() const noexcept { return m_leafCount; }
    [[nodiscard]] const MerkleHash& root() const { return m_nodes[1]; }
    /// Indexes of the leaves that differ, ascending. Descends only where inner hashes differ.
    /// Requires equal leaf counts.
    [[nodiscard]] static std::vector<std::size_t> difference(const MerkleTree& a,
                                                             const MerkleTree& b);

private:
    std::size_t m_leafCount;
    std::size_t m_width;             ///< leaves rounded up to a power of two
    std::vector<MerkleHash> m_nodes; ///< heap order, root at 1
};

/// Cuts ranges, all together, into about `leaves` pieces of equal width; a piece never wraps.
[[nodiscard]] std::vector<ring::TokenRange> splitRanges(const std::vector<ring::TokenRange>& ranges,
                                                        std::size_t leaves);

} // namespace engine::coordination
