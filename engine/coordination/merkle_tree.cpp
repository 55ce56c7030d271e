#include "engine/coordination/merkle_tree.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/ring/token_ranges.h"

#include <algorithm>
#include <bit>

namespace engine::coordination {

MerkleTree::MerkleTree(std::vector<MerkleHash> leaves)
    : m_leafCount(leaves.size()),
      m_width(std::bit_ceil(std::max<std::size_t>(leaves.size(), 1))),
      m_nodes(2 * m_width)
{
    std::copy(leaves.begin(), leaves.end(), m_nodes.begin() + static_cast<std::ptrdiff_t>(m_width));
    for (std::size_t i = m_width - 1; i >= 1; --i) {
        Bytes both;
        for (const MerkleHash* child : {&m_nodes[2 * i], &m_nodes[2 * i + 1]})
            both.append(reinterpret_cast<const char*>(child->data()), child->size());
        m_nodes[i] = md5(both);
    }
}

std::vector<std::size_t> MerkleTree::difference(const MerkleTree& a, const MerkleTree& b)
{
    ENGINE_ASSERT(a.m_leafCount == b.m_leafCount, "only trees over the same ranges compare");
    std::vector<std::size_t> differing;
    std::vector<std::size_t> open{1};
    while (!open.empty()) {
        const std::size_t node = open.back();
        open.pop_back();
        if (a.m_nodes[node] == b.m_nodes[node])
            continue;
        if (node >= a.m_width) {
            differing.push_back(node - a.m_width);
            continue;
        }
        open.push_back(2 * node + 1);
        open.push_back(2 * node);
    }
    return differing;
}

std::vector<ring::TokenRange> splitRanges(const std::vector<ring::TokenRange>& ranges,
                                          std::size_t leaves)
{
    std::vector<ring::TokenRange> plain;
    for (const ring::TokenRange& range : ranges) {
        const auto unwrapped = ring::unwrapped(range);
        plain.insert(plain.end(), unwrapped.begin(), unwrapped.end());
    }
    std::sort(plain.begin(), plain.end());
    const auto widthOf = [](const ring::TokenRange& r) {
        return static_cast<std::uint64_t>(r.end.value) - static_cast<std::uint64_t>(r.start.value);
    };
    unsigned __int128 total = 0;
    for (const ring::TokenRange& range : plain)
        total += widthOf(range);
    std::vector<ring::TokenRange> pieces;
    for (const ring::TokenRange& range : plain) {
        const std::uint64_t width = widthOf(range);
        auto parts = static_cast<std::uint64_t>(
            (static_cast<unsigned __int128>(width) * leaves + total - 1) / total);
        parts = std::clamp<std::uint64_t>(parts, 1, width);
        const std::uint64_t step = width / parts;
        ring::Token start = range.start;
        for (std::uint64_t i = 1; i <= parts; ++i) {
            const ring::Token end = i == parts
                                        ? range.end
                                        : ring::Token{static_cast<std::int64_t>(
                                              static_cast<std::uint64_t>(start.value) + step)};
            pieces.push_back({start, end});
            start = end;
        }
    }
    return pieces;
}

} // namespace engine::coordination
