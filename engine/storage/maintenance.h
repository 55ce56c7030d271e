#pragma once

#include "engine/sstable/salvage.h"
#include "engine/sstable/verify.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What LocalStore's operations on whole SSTables are asked and answer.
namespace engine::storage {

/// Tokens as ring::ReplicaMap gives them: (first, second], crossing the ring's end if
/// first >= second.
using OwnedRanges = std::vector<std::pair<std::int64_t, std::int64_t>>;

struct VerifyRequest {
    bool rows = true;                 ///< every row; false: checksums and components only
    std::optional<OwnedRanges> owned; ///< partitions of other tokens are problems
};

struct ScrubRequest {
    bool snapshotFirst = true; ///< keeps the files as they were in snapshots/pre-scrub-<millis>
    /// False: a counter table with damage stays as it is, because counting again what is lost would
    /// count twice.
    bool skipCorrupted = false;
    bool checkValues = true; ///< leaves out rows with values that their types forbid
};

/// What was found in one SSTable.
struct TableFinding {
    std::string sstable; ///< "nb-7-big"
    std::vector<sstable::TableProblem> problems;
    std::uint64_t partitions = 0;
    std::uint64_t partitionsLost = 0;
    std::uint64_t partitionsCut = 0;
};

struct ImportRequest {
    std::vector<std::string> folders; ///< absolute; SSTables of any version that is read
    bool resetLevel = true;           ///< into level 0
    bool clearRepaired = true;
    bool verify = true;
    bool verifyRows = false;          ///< every row (extended verification)
    std::optional<OwnedRanges> owned; ///< SSTables with other tokens are refused
    bool copy = false;                ///< false: the files go from their folder
};

struct ImportReport {
    std::uint64_t sstables = 0;
    std::uint64_t bytes = 0;
    /// Folders of which nothing was taken in, each with the reason.
    std::vector<std::pair<std::string, std::string>> failed;
};

/// Brings the files of one SSTable into a folder under another number, as an SSTable that no commit
/// log of this node knows. Blocks. The new one counts once its TOC.txt is there.
[[nodiscard]] Result<void> adoptTable(Disk& disk, const sstable::Descriptor& from,
                                      const sstable::Descriptor& to, const ImportRequest& request);

} // namespace engine::storage
