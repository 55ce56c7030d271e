#pragma once

#include "engine/base/disk.h"
#include "engine/schema/table.h"
#include "engine/sstable/descriptor.h"
#include "engine/sstable/salvage.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

namespace engine::sstable {

struct VerifyOptions {
    /// False: only what is known without reading rows: checksums of Data.db and Statistics.db, the
    /// form of the other components.
    bool rows = true;
    bool checkValues = false; ///< values must be ones that their types allow
    /// Partitions of tokens that this denies are problems; empty: all are welcome.
    std::function<bool(std::int64_t token)> owns;
    const std::atomic<bool>* cancelled = nullptr; ///< set to end with Cancelled
};

struct Verification {
    std::vector<TableProblem> problems; ///< empty: the SSTable is fine
    std::uint64_t partitions = 0;       ///< that can be read, cut ones too
    std::uint64_t partitionsLost = 0;
    std::uint64_t partitionsCut = 0;
    std::uint64_t rows = 0;
};

/// Checks every component of an SSTable against its checksums, its form and the others: Data.db
/// chunk by chunk and row by row, Index.db and Partitions.db against the partitions that are there,
/// row indexes against the rows, Summary.db and Filter.db by making them anew, TOC.txt against the
/// folder. `table` nullptr: as the header describes it. Blocks.
///
/// What no check can tell: bits that change nothing for a reader: in the options that
/// CompressionInfo.db repeats, in the interval and chunk length that Summary.db and CRC.db of small
/// tables name without need, in what BTI's files hold beyond the way to partitions. Fails only
/// with Cancelled.
[[nodiscard]] Result<Verification> verifyTable(Disk& disk, const Descriptor& descriptor,
                                               const schema::TablePtr& table,
                                               const VerifyOptions& options);

} // namespace engine::sstable
