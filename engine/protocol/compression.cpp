#include "engine/protocol/compression.h"

#include <lz4.h>
#include <snappy-c.h>

namespace engine::protocol {

namespace {

/// An LZ4 block cannot expand further (255 bytes a length byte); what claims more is damaged.
constexpr std::size_t kLz4ExpansionMax = 255;

Error compressionDamaged(const char* name)
{
    return Error{ErrorCode::ProtocolError,
                 std::string("Error while decompressing the frame: damaged ") + name + " data"};
}

} // namespace

void compressLz4Block(ByteView plain, Bytes& out)
{
    const int size = static_cast<int>(plain.size());
    out.resize(static_cast<std::size_t>(LZ4_compressBound(size)));
    const int written =
        LZ4_compress_default(plain.data(), out.data(), size, static_cast<int>(out.size()));
    out.resize(static_cast<std::size_t>(written));
}

Result<void> decompressLz4Block(ByteView block, std::size_t plainBytes, Bytes& out)
{
    if (plainBytes / kLz4ExpansionMax > block.size())
        return compressionDamaged("LZ4");
    out.resize(plainBytes);
    const int read = LZ4_decompress_safe(block.data(), out.data(), static_cast<int>(block.size()),
                                         static_cast<int>(plainBytes));
    if (read < 0 || static_cast<std::size_t>(read) != plainBytes)
        return compressionDamaged("LZ4");
    return ok();
}

void compressBody(Compression compression, ByteView plain, Bytes& out)
{
    const std::size_t start = out.size();
    if (compression == Compression::Lz4) {
        const int size = static_cast<int>(plain.size());
        out.resize(start + 4 + static_cast<std::size_t>(LZ4_compressBound(size)));
        storeBigEndian(out.data() + start, size);
        const int written = LZ4_compress_default(plain.data(), out.data() + start + 4, size,
                                                 static_cast<int>(out.size() - start - 4));
        out.resize(start + 4 + static_cast<std::size_t>(written));
        return;
    }
    std::size_t written = snappy_max_compressed_length(plain.size());
    out.resize(start + written);
    snappy_compress(plain.data(), plain.size(), out.data() + start, &written);
    out.resize(start + written);
}

Result<void> decompressBody(Compression compression, ByteView compressed, std::size_t bytesMax,
                            Bytes& out)
{
    if (compression == Compression::Lz4) {
        ByteReader in{compressed};
        const std::uint32_t plainBytes = in.u32();
        if (!in.ok())
            return compressionDamaged("LZ4");
        if (plainBytes > bytesMax)
            return Error{ErrorCode::ProtocolError,
                         "Request is too big: length " + std::to_string(plainBytes) +
                             " exceeds maximum allowed length " + std::to_string(bytesMax) + "."};
        if (plainBytes == 0) {
            out.clear();
            return ok();
        }
        return decompressLz4Block(in.rest(), plainBytes, out);
    }
    std::size_t plainBytes = 0;
    if (snappy_uncompressed_length(compressed.data(), compressed.size(), &plainBytes) !=
            SNAPPY_OK ||
        plainBytes / 64 > compressed.size()) // a copy of 64 bytes takes at least one
        return compressionDamaged("Snappy");
    if (plainBytes > bytesMax)
        return Error{ErrorCode::ProtocolError,
                     "Request is too big: length " + std::to_string(plainBytes) +
                         " exceeds maximum allowed length " + std::to_string(bytesMax) + "."};
    out.resize(plainBytes);
    if (snappy_uncompress(compressed.data(), compressed.size(), out.data(), &plainBytes) !=
        SNAPPY_OK)
        return compressionDamaged("Snappy");
    out.resize(plainBytes);
    return ok();
}

} // namespace engine::protocol
