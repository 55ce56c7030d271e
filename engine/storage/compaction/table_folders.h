#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine::storage {

/// The share of the ring that a token falls into, from 0, if the ring is cut into `count` equal
/// ones.
[[nodiscard]] inline std::uint32_t ringShareOf(std::int64_t token, std::uint32_t count) noexcept
{
    const auto place = static_cast<std::uint64_t>(token) + (1ULL << 63);
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint32_t>((Wide{place} * count) >> 64);
}

/// The folders of one table, one in each data folder, and which of them gets what: the ring is cut
/// into as many equal shares as there are data folders, so that all of a partition lies in one of
/// them, and a disk that is lost takes no deletion with it whose data stay (Cassandra's
/// DiskBoundaryManager, which cuts the node's own ranges instead). What lies elsewhere, because the
/// list of folders was another one or an SSTable came from outside, is read there all the same,
/// and compaction brings it to its place. A value.
struct TableFolders {
    TableFolders() = default;
    TableFolders(std::string only) : all{only}, ofShare{std::move(only)} {} // NOLINT: a list of one

    std::vector<std::string> all;     ///< where SSTables may lie
    std::vector<std::string> ofShare; ///< where new ones go, by share of the ring; not empty

    [[nodiscard]] bool isSpread() const noexcept { return ofShare.size() > 1; }
    [[nodiscard]] const std::string& of(std::int64_t token) const noexcept
    {
        return ofShare[ringShareOf(token, static_cast<std::uint32_t>(ofShare.size()))];
    }
    /// For what there is once a table: a snapshot's manifest.
    [[nodiscard]] const std::string& first() const noexcept { return ofShare.front(); }
    [[nodiscard]] bool contains(const std::string& folder) const
    {
        return std::find(all.begin(), all.end(), folder) != all.end();
    }
};

} // namespace engine::storage
