#include "engine/sstable/file_writer.h"

#include "engine/base/hash.h"

#include <algorithm>

namespace engine::sstable {

namespace {

/// The chunk size of CRC.db (ChecksumWriter over SequentialWriter's buffer).
constexpr std::uint32_t kPlainChunkBytes = 65536;

} // namespace

Result<void> BufferedFile::append(ByteView bytes)
{
    m_buffer.append(bytes);
    return m_buffer.size() < kBufferBytes ? ok() : flush();
}

Result<void> BufferedFile::flush()
{
    if (m_failure)
        return *m_failure;
    if (m_buffer.empty())
        return ok();
    if (auto done = m_file->append(m_buffer); !done) {
        m_failure = done.error().within(m_path);
        return *m_failure;
    }
    m_crc = crc32(m_buffer, m_crc);
    m_written += m_buffer.size();
    m_buffer.clear();
    return ok();
}

Result<void> BufferedFile::finish(bool sync)
{
    RW_TRY(flush());
    if (sync) {
        if (auto done = m_file->sync(); !done)
            return done.error().within(m_path);
    }
    return ok();
}

DataFileWriter::DataFileWriter(BufferedFile file, CompressionParams params)
    : m_file(std::move(file)),
      m_chunkLength(params.compressor == Compressor::None ? kPlainChunkBytes : params.chunkLength)
{
    m_info.params = std::move(params);
    m_chunk.reserve(m_chunkLength);
}

Result<void> DataFileWriter::append(ByteView bytes)
{
    while (!bytes.empty()) {
        const std::size_t part =
            std::min<std::size_t>(bytes.size(), m_chunkLength - m_chunk.size());
        m_chunk.append(bytes.substr(0, part));
        bytes.remove_prefix(part);
        if (m_chunk.size() == m_chunkLength)
            RW_TRY(writeChunk());
    }
    return ok();
}

Result<void> DataFileWriter::writeChunk()
{
    m_position += m_chunk.size();
    if (!isCompressed()) {
        m_checksums.push_back(crc32(m_chunk));
        RW_TRY(m_file.append(m_chunk));
        m_chunk.clear();
        return ok();
    }
    m_info.chunkOffsets.push_back(m_file.position());
    m_compressed.clear();
    RW_TRY(compress(m_info.params, m_chunk, m_compressed));
    if (m_compressed.size() >= m_info.params.compressedLengthMax) {
        // A reader tells stored chunks by their length, so a short last one is padded.
        m_compressed = m_chunk;
        if (m_compressed.size() < m_info.params.compressedLengthMax)
            m_compressed.resize(m_info.params.compressedLengthMax, '\0');
    }
    RW_TRY(m_file.append(m_compressed));
    char crc[4];
    storeBigEndian(crc, crc32(m_compressed));
    RW_TRY(m_file.append({crc, sizeof(crc)}));
    m_chunk.clear();
    return ok();
}

Result<ChunkFile::Spec> DataFileWriter::openChunks()
{
    RW_TRY(m_file.flush());
    ChunkFile::Spec spec;
    spec.writtenLength = m_position;
    spec.storedLength = m_file.position();
    spec.chunkLength = m_chunkLength;
    spec.checksums = m_checksums;
    if (isCompressed()) {
        spec.compression = m_info;
        spec.compression->dataLength = m_position;
    }
    return spec;
}

Result<void> DataFileWriter::finish(bool sync)
{
    if (!m_chunk.empty())
        RW_TRY(writeChunk());
    m_info.dataLength = m_position;
    return m_file.finish(sync);
}

Bytes DataFileWriter::sideFile() const
{
    if (isCompressed())
        return m_info.encode();
    Bytes out;
    ByteWriter writer{out};
    writer.u32(kPlainChunkBytes);
    for (const std::uint32_t checksum : m_checksums)
        writer.u32(checksum);
    return out;
}

} // namespace engine::sstable
