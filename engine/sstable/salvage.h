#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/index_cursor.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/reader_files.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Reading SSTables that may be damaged: what verify and scrub share. Everything here blocks.
namespace engine::sstable {

/// Something that is wrong with an SSTable.
struct TableProblem {
    Component component = Component::Data; ///< the one to blame
    std::string detail;                    ///< file, offset and partition as far as they are known
};

/// One stretch of a partition that can be read.
struct SalvagedStretch {
    std::optional<std::uint32_t> block; ///< of the row index, where it begins; none: at the start
    std::uint64_t count = 0;            ///< unfiltereds that can be read from there on
};

/// A partition, or what is left of one.
struct SalvagedPartition {
    PartitionEntry entry;
    Bytes key;
    std::int64_t token = 0;
    bool isWhole = true;
    bool hasHeader = true; ///< false: deletion comes from the row index, the static row is lost
    std::vector<SalvagedStretch> stretches;
    std::optional<Error> badValue; ///< the first value that its type forbids, if that was asked
    std::uint64_t rows = 0;
    std::uint64_t end = 0; ///< in Data.db, where a whole one ends
};

struct SalvageOptions {
    bool checkValues = false; ///< rows with a cell that its type does not allow count as damaged
};

/// An SSTable opened as far as it can be.
///
/// Needs Data.db and the header in Statistics.db. A lone wrong bit in Statistics.db is found by the
/// checksums, CompressionInfo.db is made anew from the checksums in Data.db; filter, summary,
/// digest, TOC are not needed, Index.db or Partitions.db only to go on behind a damaged place.
class Salvage {
public:
    /// `table` nullptr: as the header describes it. Problems of all components that are looked at
    /// are appended to `problems`. Fails when no row can be read at all.
    [[nodiscard]] static Result<Salvage> open(Disk& disk, const Descriptor& descriptor,
                                              const schema::TablePtr& table,
                                              std::vector<TableProblem>& problems);

    [[nodiscard]] const ReaderPtr& reader() const noexcept { return m_reader; }
    /// Whether Data.db is exactly what Digest.crc32 says.
    [[nodiscard]] bool digestIsRight() const noexcept { return m_digestIsRight; }
    /// The chunks of Data.db that cannot be read, ascending.
    [[nodiscard]] const std::vector<std::uint64_t>& badChunks() const noexcept
    {
        return m_badChunks;
    }

    using OnPartition = std::function<Result<void>(const SalvagedPartition&)>;
    /// Goes through all partitions in token order, with what is left of damaged ones; calls
    /// `onPartition` for each of which something can be read. Problems of Data.db, Index.db and
    /// Partitions.db are appended; partitions that are lost or cut are among them, named by key
    /// where the index knows it.
    [[nodiscard]] Result<void> walk(const SalvageOptions& options,
                                    std::vector<TableProblem>& problems,
                                    const OnPartition& onPartition);

    using OnUnfiltered = std::function<Result<void>(const rows::Unfiltered&)>;
    using OnHeader =
        std::function<Result<void>(const rows::DeletionTime& deletion, const rows::Row& staticRow)>;
    /// Reads a partition again that walk() has found. Range deletions that are open where a stretch
    /// ends are closed behind its last row.
    [[nodiscard]] Result<void> replay(const SalvagedPartition& partition,
                                      const SalvageOptions& options, const OnHeader& onHeader,
                                      const OnUnfiltered& onUnfiltered);

    [[nodiscard]] std::uint64_t partitionsLost() const noexcept { return m_lost; }
    [[nodiscard]] std::uint64_t partitionsCut() const noexcept { return m_cut; }

private:
    struct Start;
    class Starts;
    Salvage() = default;
    [[nodiscard]] Result<void> openData(Disk& disk, ReaderFiles& files,
                                        std::vector<TableProblem>& problems);
    [[nodiscard]] Result<SalvagedPartition> probe(const PartitionEntry& entry, ByteView key,
                                                  const SalvageOptions& options,
                                                  std::optional<Error>& damage);
    [[nodiscard]] bool probeStretch(PartitionCursor& cursor, const SalvageOptions& options,
                                    SalvagedStretch& stretch, SalvagedPartition& partition,
                                    std::optional<Error>& damage) const;

    ReaderPtr m_reader;
    DirectChunkSource m_source;
    bool m_digestIsRight = false;
    std::vector<std::uint64_t> m_badChunks;
    std::uint64_t m_lost = 0;
    std::uint64_t m_cut = 0;
};

/// Statistics.db with at most one wrong bit, which the checksums tell. Corrupt otherwise.
[[nodiscard]] Result<Statistics> repairStatistics(const VersionTraits& version, ByteView bytes);

/// CompressionInfo.db made from Data.db alone: where chunks end is told by the checksum behind
/// each, their lengths by the compressed form. Corrupt when Data.db is damaged, too.
[[nodiscard]] Result<CompressionInfo> rebuildCompressionInfo(ByteView data);

} // namespace engine::sstable
