#pragma once

#include "engine/base/disk.h"
#include "engine/sstable/version.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::sstable {

/// The files of one SSTable.
enum class Component : std::uint8_t {
    Data,
    Index,
    Filter,
    Statistics,
    Summary,
    CompressionInfo,
    Crc,
    Digest,
    Toc,
    Partitions, ///< of BTI, instead of Index and Summary
    Rows,
};

/// As it stands in a file name: "Data.db", "Digest.crc32", "TOC.txt", …
[[nodiscard]] std::string_view componentName(Component component) noexcept;

/// Which SSTable: a folder and the parts of the file names `<version>-<generation>-<format>-…`,
/// as in Cassandra's Descriptor. A value.
struct Descriptor {
    std::string folder; ///< absolute, without slash at the end
    std::string version{kCurrentVersion};
    std::string generation = "1"; ///< a number, or Cassandra's time-ordered base-36 identifier
    std::string format = "big";

    /// A new BIG one; `version` is one that Writer makes.
    [[nodiscard]] static Descriptor make(std::string folder, std::uint64_t generation,
                                         std::string_view version = kCurrentVersion);

    /// "nb-1-big"
    [[nodiscard]] std::string name() const;
    /// "/folder/nb-1-big-Data.db"
    [[nodiscard]] std::string path(Component component) const;
    /// The generation if it is a number.
    [[nodiscard]] std::optional<std::uint64_t> number() const;

    friend auto operator<=>(const Descriptor&, const Descriptor&) = default;
};

struct ComponentFile {
    Descriptor descriptor;
    std::string component; ///< "Data.db", or one that we do not know, as "SAI+aa+…"
};

/// Reads a file name; nullopt if it is not one of an SSTable.
[[nodiscard]] std::optional<ComponentFile> parseFileName(const std::string& folder,
                                                         std::string_view fileName);

/// The complete SSTables in a folder, by generation number. A table is complete when it has its
/// TOC.txt, which the writer makes last.
[[nodiscard]] Result<std::vector<Descriptor>> listTables(Disk& disk, const std::string& folder);
/// The files of tables without TOC.txt: left over by a crash while writing or removing.
[[nodiscard]] Result<std::vector<std::string>> listLeftovers(Disk& disk, const std::string& folder);
/// The component names that TOC.txt lists.
[[nodiscard]] Result<std::vector<std::string>> readToc(Disk& disk, const Descriptor& descriptor);
/// Removes all files of a table, TOC.txt first, so that a crash leaves only leftovers.
[[nodiscard]] Result<void> removeTable(Disk& disk, const Descriptor& descriptor);

} // namespace engine::sstable
