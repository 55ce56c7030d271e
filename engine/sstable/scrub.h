#pragma once

#include "engine/sstable/salvage.h"
#include "engine/sstable/writer.h"

#include <atomic>
#include <optional>

namespace engine::sstable {

struct ScrubOptions {
    Descriptor to;           ///< the new SSTable; nothing of this name exists
    schema::TablePtr table;  ///< that it is written as; nullptr: as the header describes it
    bool checkValues = true; ///< rows with values that their types do not allow are left out
    std::optional<Uuid> originatingHost;
    const std::atomic<bool>* cancelled = nullptr; ///< set to end with Cancelled
};

struct ScrubResult {
    std::vector<TableProblem> problems; ///< of the old SSTable; empty: it was fine
    std::optional<WrittenTable> made;   ///< none: nothing could be read
    std::uint64_t partitions = 0;       ///< written, cut ones too
    std::uint64_t partitionsLost = 0;
    std::uint64_t partitionsCut = 0; ///< of which rows are lost
    std::uint64_t rows = 0;
};

/// Writes an SSTable anew with everything of it that can still be read, with all components new:
/// whole partitions, and of damaged ones the rows before the damage and, by the row index, those
/// behind it. Level and time of repair stay. The old files are not touched. Blocks.
/// Corrupt when no row can be read at all; Cancelled.
[[nodiscard]] Result<ScrubResult> scrubTable(Disk& disk, const Descriptor& from,
                                             const ScrubOptions& options);

} // namespace engine::sstable
