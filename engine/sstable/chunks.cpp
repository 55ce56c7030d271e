#include "engine/sstable/chunks.h"

#include "engine/base/hash.h"

#include <algorithm>

namespace engine::sstable {

namespace {

constexpr std::size_t kChunkCrcBytes = 4;

} // namespace

Result<ChunkPtr> ChunkFile::load(std::uint64_t index, bool mayBlock) const
{
    const std::uint64_t offset = index * m_spec.chunkLength;
    const auto corrupt = [&](std::uint64_t at, const std::string& what) {
        return Error{ErrorCode::Corrupt,
                     m_spec.path + ", offset " + std::to_string(at) + ": " + what};
    };
    const std::uint64_t end = std::max(m_spec.length, m_spec.writtenLength);
    if (offset >= end)
        return corrupt(offset, "the file has only " + std::to_string(end) + " bytes");
    const std::uint64_t length = std::min<std::uint64_t>(m_spec.chunkLength, end - offset);

    std::uint64_t at = offset;
    std::uint64_t stored = length;
    if (m_spec.compression) {
        const auto& offsets = m_spec.compression->chunkOffsets;
        at = offsets[index];
        stored = (index + 1 < offsets.size() ? offsets[index + 1] : m_spec.storedLength) - at;
    }
    auto chunk = std::make_shared<Chunk>();
    chunk->offset = offset;
    chunk->mayGrow = m_spec.writtenLength != 0 && length < m_spec.chunkLength;
    auto memory = std::make_unique_for_overwrite<char[]>(stored);
    const ByteView raw{memory.get(), stored};
    std::size_t got = 0;
    if (mayBlock) {
        RW_ASSIGN(got, m_spec.file->readAt(at, memory.get(), stored));
    } else {
        RW_ASSIGN(const auto now, m_spec.file->tryReadAt(at, memory.get(), stored));
        // A short answer may also mean that only a part is in memory.
        if (!now || *now < stored)
            return ChunkPtr{};
        got = *now;
    }
    if (got != stored)
        return corrupt(at, "the file ends too early");
    if (!m_spec.compression) {
        if (index < m_spec.checksums.size() && crc32(raw) != m_spec.checksums[index])
            return corrupt(at, "the checksum of the chunk is wrong");
        chunk->memory = std::move(memory);
        chunk->bytes = raw;
        return ChunkPtr{std::move(chunk)};
    }

    const ByteView body = raw.substr(0, raw.size() - kChunkCrcBytes);
    if (crc32(body) != loadBigEndian<std::uint32_t>(raw.data() + body.size()))
        return corrupt(at, "the checksum of the chunk is wrong");
    const auto& params = m_spec.compression->params;
    if (body.size() >= params.compressedLengthMax) {
        // Stored as it is, the last chunk perhaps padded.
        if (body.size() != std::max<std::uint64_t>(length, params.compressedLengthMax))
            return corrupt(at, "a chunk that is not compressed has the wrong length");
        chunk->memory = std::move(memory);
        chunk->bytes = body.substr(0, length);
        return ChunkPtr{std::move(chunk)};
    }
    chunk->memory = std::make_unique_for_overwrite<char[]>(length);
    if (auto done = decompress(params.compressor, body, chunk->memory.get(), length); !done)
        return corrupt(at, done.error().detail());
    chunk->bytes = {chunk->memory.get(), length};
    return ChunkPtr{std::move(chunk)};
}

} // namespace engine::sstable
