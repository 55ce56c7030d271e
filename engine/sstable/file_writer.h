#pragma once

#include "engine/base/disk.h"
#include "engine/base/result.h"
#include "engine/sstable/chunks.h"
#include "engine/sstable/compression.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::sstable {

/// Appends to one file through a buffer, with a running CRC-32 of all that reached the file.
class BufferedFile {
public:
    BufferedFile(std::string path, std::unique_ptr<File> file)
        : m_path(std::move(path)), m_file(std::move(file))
    {
    }

    [[nodiscard]] Result<void> append(ByteView bytes);
    /// After a failure it fails for good: what the file has by then is not known.
    [[nodiscard]] Result<void> flush();
    /// flush(), then fsync if asked.
    [[nodiscard]] Result<void> finish(bool sync);
    /// Bytes appended.
    [[nodiscard]] std::uint64_t position() const noexcept { return m_written + m_buffer.size(); }
    /// Of all bytes; right after flush().
    [[nodiscard]] std::uint32_t checksum() const noexcept { return m_crc; }

private:
    static constexpr std::size_t kBufferBytes = 256 * 1024;
    std::string m_path;
    std::unique_ptr<File> m_file;
    Bytes m_buffer;
    std::uint64_t m_written = 0;
    std::uint32_t m_crc = 0;
    std::optional<Error> m_failure;
};

/// Data.db while it is written: cut into chunks, compressed or with checksums beside it.
class DataFileWriter {
public:
    DataFileWriter(BufferedFile file, CompressionParams params);

    [[nodiscard]] Result<void> append(ByteView bytes);
    /// Uncompressed bytes so far.
    [[nodiscard]] std::uint64_t position() const noexcept { return m_position + m_chunk.size(); }
    /// Uncompressed bytes in chunks that are complete.
    [[nodiscard]] std::uint64_t chunkedBytes() const noexcept { return m_position; }
    /// How a reader is to see the complete chunks of the file, which it sends to the kernel first.
    /// The caller names path, id and length.
    [[nodiscard]] Result<ChunkFile::Spec> openChunks();
    /// What of memory openChunks() copies.
    [[nodiscard]] std::uint64_t chunkTableBytes() const noexcept
    {
        return m_info.chunkOffsets.size() * sizeof(std::uint64_t) +
               m_checksums.size() * sizeof(std::uint32_t);
    }
    [[nodiscard]] Result<void> finish(bool sync);

    // After finish():
    [[nodiscard]] std::uint32_t checksum() const noexcept { return m_file.checksum(); }
    [[nodiscard]] std::uint64_t storedBytes() const noexcept { return m_file.position(); }
    [[nodiscard]] bool isCompressed() const noexcept
    {
        return m_info.params.compressor != Compressor::None;
    }
    /// CompressionInfo.db, or CRC.db for a table that is not compressed.
    [[nodiscard]] Bytes sideFile() const;

private:
    [[nodiscard]] Result<void> writeChunk();

    BufferedFile m_file;
    CompressionInfo m_info;
    std::uint32_t m_chunkLength;
    Bytes m_chunk;
    Bytes m_compressed;
    std::vector<std::uint32_t> m_checksums;
    std::uint64_t m_position = 0;
};

} // namespace engine::sstable
