#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/schema/table.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine::sstable {

/// Cassandra's ICompressor implementations.
enum class Compressor : std::uint8_t { None, Lz4, Snappy, Deflate, Zstd, Noop };

/// The `compression` option of a table, understood.
struct CompressionParams {
    Compressor compressor = Compressor::Lz4;       ///< None: the table is not compressed
    std::uint32_t chunkLength = 16384;             ///< bytes, a power of two
    std::uint32_t compressedLengthMax = INT32_MAX; ///< a chunk that gets larger is stored as it is
    int level = 0;                                 ///< of Zstd or LZ4 high; 0: the default
    bool lz4High = false;
    /// Options other than chunk length and min_compress_ratio, as CompressionInfo.db stores them.
    std::vector<std::pair<std::string, std::string>> options;

    /// Invalid with a sentence for a class or option that does not exist.
    [[nodiscard]] static Result<CompressionParams> fromOptions(const schema::StringMap& options);
    /// "LZ4Compressor", as CompressionInfo.db has it.
    [[nodiscard]] std::string_view className() const noexcept;
};

/// Appends the compressed form of `from` to `to` (LZ4: with the 4-byte little-endian length of
/// the uncompressed data in front, as Cassandra's LZ4Compressor).
[[nodiscard]] Result<void> compress(const CompressionParams& params, ByteView from, Bytes& to);
/// Fills `to` (exactly `size` bytes). Corrupt if `from` is not the compressed form of so many.
[[nodiscard]] Result<void> decompress(Compressor compressor, ByteView from, char* to,
                                      std::size_t size);

/// CompressionInfo.db: how Data.db is compressed and where each chunk starts.
struct CompressionInfo {
    CompressionParams params;
    std::uint64_t dataLength = 0;            ///< uncompressed
    std::vector<std::uint64_t> chunkOffsets; ///< in the compressed file

    [[nodiscard]] Bytes encode() const;
    /// `fileLength`: of Data.db; offsets beyond it are Corrupt.
    [[nodiscard]] static Result<CompressionInfo> decode(ByteView bytes, std::uint64_t fileLength);
};

} // namespace engine::sstable
