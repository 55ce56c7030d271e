#include "engine/base/hash.h"
#include "engine/sstable/salvage.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <zlib.h>
#include <zstd.h>

namespace engine::sstable {

namespace {

struct FoundChunk {
    std::uint64_t offset = 0;
    ByteView body;
};

/// Each chunk is followed by its checksum: where the checksum of what came so far stands behind
/// it, a chunk ends.
Result<std::vector<FoundChunk>> findChunks(ByteView data)
{
    constexpr std::size_t kChunkMax = 1U << 27;
    std::vector<FoundChunk> chunks;
    for (std::size_t start = 0; start < data.size();) {
        std::uint32_t crc = 0;
        std::size_t end = start;
        bool found = false;
        while (!found && end + 4 < data.size() && end - start < kChunkMax) {
            crc = crc32(data.substr(end, 1), crc);
            ++end;
            found = crc == loadBigEndian<std::uint32_t>(data.data() + end);
        }
        if (!found)
            return Error{ErrorCode::Corrupt, "offset " + std::to_string(start) +
                                                 ": no chunk with a right checksum begins there"};
        chunks.push_back({start, data.substr(start, end - start)});
        start = end + 4;
    }
    return chunks;
}

/// How long the uncompressed form is, tried out where the compressed one does not say it.
bool decompressesTo(Compressor compressor, ByteView body, std::size_t size)
{
    Bytes to(size, '\0');
    return decompress(compressor, body, to.data(), size).has_value();
}

/// The length that a chunk of Deflate has uncompressed; 0: it is none.
std::size_t inflatedLength(ByteView body)
{
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK)
        return 0;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    Bytes buffer(65536, '\0');
    int state = Z_OK;
    std::size_t length = 0;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = static_cast<uInt>(buffer.size());
        state = inflate(&stream, Z_NO_FLUSH);
        length += buffer.size() - stream.avail_out;
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? length : 0;
}

std::size_t uncompressedLength(Compressor compressor, ByteView body)
{
    switch (compressor) {
    case Compressor::Lz4: // a 32-bit little-endian length in front
        return body.size() < 4 ? 0
                               : std::size_t{static_cast<std::uint8_t>(body[0])} |
                                     std::size_t{static_cast<std::uint8_t>(body[1])} << 8 |
                                     std::size_t{static_cast<std::uint8_t>(body[2])} << 16 |
                                     std::size_t{static_cast<std::uint8_t>(body[3])} << 24;
    case Compressor::Snappy: { // a little-endian varint in front
        std::size_t length = 0;
        for (std::size_t i = 0; i < std::min<std::size_t>(5, body.size()); ++i) {
            length |= (std::size_t{static_cast<std::uint8_t>(body[i])} & 127) << (7 * i);
            if (static_cast<std::uint8_t>(body[i]) < 128)
                return length;
        }
        return 0;
    }
    case Compressor::Deflate:
        return inflatedLength(body);
    case Compressor::Zstd:
        // Not known and wrong are huge numbers.
        return static_cast<std::size_t>(ZSTD_getFrameContentSize(body.data(), body.size()));
    default:
        return body.size();
    }
}

/// The uncompressed length of a chunk; nothing if it is not of this compressor.
std::optional<std::size_t> lengthAs(Compressor compressor, ByteView body)
{
    constexpr std::size_t kChunkLengthMax = 1U << 26;
    const std::size_t length = uncompressedLength(compressor, body);
    if (length > kChunkLengthMax || !decompressesTo(compressor, body, length))
        return std::nullopt;
    return length;
}

} // namespace

Result<CompressionInfo> rebuildCompressionInfo(ByteView data)
{
    RW_ASSIGN(const auto chunks, findChunks(data));
    if (chunks.empty())
        return Error{ErrorCode::Corrupt, "the file is empty"};
    CompressionInfo info;
    // Noop is what is left: anything would be its compressed form.
    constexpr Compressor kKnown[] = {Compressor::Lz4, Compressor::Zstd, Compressor::Deflate,
                                     Compressor::Snappy};
    info.params.compressor = Compressor::Noop;
    for (const Compressor each : kKnown) {
        // Single chunks may be stored as they are, so that any other tells.
        const auto fits = [each](const FoundChunk& chunk) {
            return lengthAs(each, chunk.body).value_or(0) > 0;
        };
        if (std::any_of(chunks.begin(), chunks.end(), fits)) {
            info.params.compressor = each;
            break;
        }
    }
    std::vector<std::size_t> lengths;
    std::size_t storedMin = SIZE_MAX;
    for (const auto& chunk : chunks) {
        info.chunkOffsets.push_back(chunk.offset);
        const auto length = lengthAs(info.params.compressor, chunk.body);
        if (!length)
            storedMin = std::min(storedMin, chunk.body.size());
        lengths.push_back(length.value_or(chunk.body.size()));
    }
    if (storedMin != SIZE_MAX)
        info.params.compressedLengthMax = static_cast<std::uint32_t>(storedMin);
    // Cassandra's compaction may leave an empty chunk at the end.
    if (lengths.size() > 1 && lengths.back() == 0)
        lengths.pop_back();
    info.params.chunkLength =
        static_cast<std::uint32_t>(std::bit_ceil(std::max<std::size_t>(lengths.front(), 1024)));
    for (std::size_t i = 0; i + 1 < lengths.size(); ++i) {
        if (lengths[i] != info.params.chunkLength)
            return Error{ErrorCode::Corrupt, "offset " + std::to_string(chunks[i].offset) +
                                                 ": the chunks have different lengths"};
    }
    info.dataLength =
        std::uint64_t{info.params.chunkLength} * (lengths.size() - 1) + lengths.back();
    return info;
}

} // namespace engine::sstable
