#pragma once

#include "engine/base/bytes.h"
#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/sstable/compression.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace engine::sstable {

/// The uncompressed bytes of one chunk. Immutable; shared between caches, cursors and threads.
struct Chunk {
    std::uint64_t offset = 0;       ///< in the uncompressed file
    std::unique_ptr<char[]> memory; ///< not zeroed before it is filled, as a string would be
    ByteView bytes;                 ///< of it
    bool mayGrow = false;           ///< the end of a file that is being written: not for a cache
};
using ChunkPtr = std::shared_ptr<const Chunk>;

/// Data.db or Index.db of one table, seen as uncompressed bytes in chunks of equal length (the
/// last may be shorter). Checksums are verified where the file has them. Immutable; any thread.
class ChunkFile {
public:
    struct Spec {
        std::string path;
        std::unique_ptr<File> file;
        std::uint64_t id = 0;     ///< for caches: unique among the open files of a process
        std::uint64_t length = 0; ///< uncompressed
        /// Of a file that is being written: how far it is there, while what is to be seen of it
        /// ends at `length`. 0: it is complete.
        std::uint64_t writtenLength = 0;
        std::uint64_t storedLength = 0; ///< of the file itself
        std::uint32_t chunkLength = 65536;
        std::optional<CompressionInfo> compression; ///< none: stored as it is
        std::vector<std::uint32_t> checksums; ///< of uncompressed chunks, from CRC.db; may be empty
    };
    explicit ChunkFile(Spec spec) : m_spec(std::move(spec)) {}

    [[nodiscard]] std::uint64_t id() const noexcept { return m_spec.id; }
    [[nodiscard]] const std::string& path() const noexcept { return m_spec.path; }
    [[nodiscard]] std::uint64_t length() const noexcept { return m_spec.length; }
    [[nodiscard]] std::uint32_t chunkLength() const noexcept { return m_spec.chunkLength; }
    /// Memory for where chunks begin, or for their checksums.
    [[nodiscard]] std::uint64_t chunkTableBytes() const noexcept
    {
        const std::size_t offsets =
            m_spec.compression ? m_spec.compression->chunkOffsets.size() : 0;
        return offsets * sizeof(std::uint64_t) + m_spec.checksums.size() * sizeof(std::uint32_t);
    }

    /// Reads, verifies and decompresses a chunk. May block. Corrupt or Io, naming file and offset.
    /// Requires: `index` * chunkLength() < length().
    [[nodiscard]] Result<ChunkPtr> read(std::uint64_t index) const { return load(index, true); }
    /// The same; nullptr when the disk would have to be waited for.
    [[nodiscard]] Result<ChunkPtr> tryRead(std::uint64_t index) const { return load(index, false); }

private:
    [[nodiscard]] Result<ChunkPtr> load(std::uint64_t index, bool mayBlock) const;

    Spec m_spec;
};

/// Where cursors get their chunks from: the seam at which `storage` puts its chunk cache and
/// decides whether a read may block. One caller at a time unless the implementation says more.
class ChunkSource {
public:
    virtual ~ChunkSource() = default;
    /// Chunk `index` of `file`; nullptr: it is not in memory and this source may not block. The
    /// cursor then answers Step::NotInMemory, and the same call works once the chunk is there, or
    /// with another source on the pool.
    [[nodiscard]] virtual Result<ChunkPtr> chunk(const ChunkFile& file, std::uint64_t index) = 0;
};

/// Reads each chunk from its file, without a cache. For compaction, tools and tests.
class DirectChunkSource final : public ChunkSource {
public:
    explicit DirectChunkSource(bool mayBlock = true) : m_mayBlock(mayBlock) {}
    [[nodiscard]] Result<ChunkPtr> chunk(const ChunkFile& file, std::uint64_t index) override
    {
        return m_mayBlock ? file.read(index) : file.tryRead(index);
    }

private:
    bool m_mayBlock;
};

} // namespace engine::sstable
