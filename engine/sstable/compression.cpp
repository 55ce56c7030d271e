#include "engine/sstable/compression.h"

#include <lz4.h>
#include <lz4hc.h>
#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <charconv>
#include <cmath>
#include <cstdlib>

namespace engine::sstable {

namespace {

struct CompressorName {
    Compressor compressor;
    std::string_view name;
};
constexpr CompressorName kCompressorNames[] = {
    {Compressor::Lz4, "LZ4Compressor"},         {Compressor::Snappy, "SnappyCompressor"},
    {Compressor::Deflate, "DeflateCompressor"}, {Compressor::Zstd, "ZstdCompressor"},
    {Compressor::Noop, "NoopCompressor"},
};

constexpr std::size_t kLz4PrefixBytes = 4;
/// No chunk that Cassandra can write is longer (chunk_length_in_kb is limited by a Java array).
constexpr std::uint32_t kChunkLengthMax = 1U << 30;

const CompressorName* findCompressor(std::string_view className)
{
    constexpr std::string_view kPackage = "org.apache.cassandra.io.compress.";
    if (className.starts_with(kPackage))
        className.remove_prefix(kPackage.size());
    for (const auto& known : kCompressorNames) {
        if (known.name == className)
            return &known;
    }
    return nullptr;
}

Error compressionCorrupt(const char* what)
{
    return Error{ErrorCode::Corrupt, what};
}

template <class T>
bool parseNumber(std::string_view text, T& value)
{
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && at == text.data() + text.size();
}

Error invalidOption(std::string_view name, std::string_view value)
{
    return Error{ErrorCode::ConfigError,
                 "Invalid compression option '" + std::string{name} + "': " + std::string{value}};
}

/// chunk_length_in_kb as Cassandra takes it: "16", also with a unit ("16KiB" under
/// `chunk_length`).
Result<std::uint32_t> parseChunkLength(std::string_view name, std::string_view text)
{
    std::uint64_t factor = 1024;
    if (text.ends_with("KiB"))
        text.remove_suffix(3);
    else if (text.ends_with("MiB")) {
        text.remove_suffix(3);
        factor = 1024 * 1024;
    }
    std::uint64_t value = 0;
    if (!parseNumber(text, value) || value == 0 || value > kChunkLengthMax / factor)
        return invalidOption(name, text);
    const std::uint64_t bytes = value * factor;
    if ((bytes & (bytes - 1)) != 0)
        return Error{ErrorCode::ConfigError, std::string{name} + " must be a power of 2"};
    return static_cast<std::uint32_t>(bytes);
}

Result<void> understand(CompressionParams& params, const std::string& name,
                        const std::string& value)
{
    if (name == "compression_level") {
        if (!parseNumber(value, params.level))
            return invalidOption(name, value);
    } else if (name == "lz4_compressor_type") {
        if (value != "fast" && value != "high")
            return invalidOption(name, value);
        params.lz4High = value == "high";
    } else if (name == "lz4_high_compressor_level") {
        if (!parseNumber(value, params.level) || params.level < 1 || params.level > 17)
            return invalidOption(name, value);
    } else {
        return Error{ErrorCode::ConfigError, "Unknown compression options: '" + name + "'"};
    }
    params.options.emplace_back(name, value);
    return ok();
}

Result<void> compressDeflate(ByteView from, Bytes& to)
{
    const std::size_t at = to.size();
    uLongf size = ::compressBound(from.size());
    to.resize(at + size);
    const int status = ::compress2(reinterpret_cast<Bytef*>(to.data() + at), &size,
                                   reinterpret_cast<const Bytef*>(from.data()), from.size(),
                                   Z_DEFAULT_COMPRESSION);
    if (status != Z_OK)
        return Error{ErrorCode::ServerError, "zlib could not compress a chunk"};
    to.resize(at + size);
    return ok();
}

Result<void> compressLz4(const CompressionParams& params, ByteView from, Bytes& to)
{
    const std::size_t at = to.size();
    const int bound = LZ4_compressBound(static_cast<int>(from.size()));
    to.resize(at + kLz4PrefixBytes + static_cast<std::size_t>(bound));
    const auto length = static_cast<std::uint32_t>(from.size());
    std::memcpy(to.data() + at, &length, sizeof(length)); // little-endian, as our platform
    char* out = to.data() + at + kLz4PrefixBytes;
    const auto size = static_cast<int>(from.size());
    const int written =
        params.lz4High ? LZ4_compress_HC(from.data(), out, size, bound,
                                         params.level == 0 ? LZ4HC_CLEVEL_DEFAULT : params.level)
                       : LZ4_compress_default(from.data(), out, size, bound);
    if (written <= 0 && size > 0)
        return Error{ErrorCode::ServerError, "LZ4 could not compress a chunk"};
    to.resize(at + kLz4PrefixBytes + static_cast<std::size_t>(written));
    return ok();
}

Result<void> decompressLz4(ByteView from, char* to, std::size_t size)
{
    if (from.size() < kLz4PrefixBytes)
        return compressionCorrupt("an LZ4 chunk is shorter than its length field");
    std::uint32_t length = 0;
    std::memcpy(&length, from.data(), sizeof(length));
    if (length != size)
        return compressionCorrupt("an LZ4 chunk has another length than the table's chunks");
    from.remove_prefix(kLz4PrefixBytes);
    const int got =
        LZ4_decompress_safe(from.data(), to, static_cast<int>(from.size()), static_cast<int>(size));
    if (got < 0 || static_cast<std::size_t>(got) != size)
        return compressionCorrupt("an LZ4 chunk cannot be decompressed");
    return ok();
}

} // namespace

Result<CompressionParams> CompressionParams::fromOptions(const schema::StringMap& options)
{
    CompressionParams params;
    const auto enabled = options.find("enabled");
    const auto className = options.find("class") != options.end()
                               ? options.find("class")
                               : options.find("sstable_compression");
    const bool off = enabled != options.end() && enabled->second == "false";
    if (off || className == options.end() || className->second.empty()) {
        params.compressor = Compressor::None;
        return params;
    }
    const auto* known = findCompressor(className->second);
    if (known == nullptr)
        return Error{ErrorCode::ConfigError,
                     "Could not create Compression for type " + className->second};
    params.compressor = known->compressor;
    double ratio = 0;
    for (const auto& [name, value] : options) {
        if (name == "class" || name == "sstable_compression" || name == "enabled")
            continue;
        if (name == "chunk_length_in_kb" || name == "chunk_length_kb" || name == "chunk_length") {
            RW_ASSIGN(params.chunkLength, parseChunkLength(name, value));
        } else if (name == "min_compress_ratio") {
            char* end = nullptr;
            ratio = std::strtod(value.c_str(), &end);
            if (end == value.c_str() || *end != '\0' || !(ratio == 0 || ratio >= 1))
                return invalidOption(name, value);
        } else if (name != "crc_check_chance") {
            RW_TRY(understand(params, name, value));
        }
    }
    if (ratio > 0)
        params.compressedLengthMax =
            static_cast<std::uint32_t>(std::ceil(static_cast<double>(params.chunkLength) / ratio));
    return params;
}

std::string_view CompressionParams::className() const noexcept
{
    for (const auto& known : kCompressorNames) {
        if (known.compressor == compressor)
            return known.name;
    }
    return {};
}

Result<void> compress(const CompressionParams& params, ByteView from, Bytes& to)
{
    switch (params.compressor) {
    case Compressor::None:
    case Compressor::Noop:
        to.append(from);
        return ok();
    case Compressor::Lz4:
        return compressLz4(params, from, to);
    case Compressor::Snappy: {
        const std::size_t at = to.size();
        std::size_t size = snappy::MaxCompressedLength(from.size());
        to.resize(at + size);
        snappy::RawCompress(from.data(), from.size(), to.data() + at, &size);
        to.resize(at + size);
        return ok();
    }
    case Compressor::Deflate:
        return compressDeflate(from, to);
    case Compressor::Zstd: {
        const std::size_t at = to.size();
        to.resize(at + ZSTD_compressBound(from.size()));
        const std::size_t size = ZSTD_compress(to.data() + at, to.size() - at, from.data(),
                                               from.size(), params.level == 0 ? 3 : params.level);
        if (ZSTD_isError(size) != 0U)
            return Error{ErrorCode::ServerError, "Zstd could not compress a chunk"};
        to.resize(at + size);
        return ok();
    }
    }
    return ok();
}

Result<void> decompress(Compressor compressor, ByteView from, char* to, std::size_t size)
{
    switch (compressor) {
    case Compressor::None:
    case Compressor::Noop:
        if (from.size() != size)
            return compressionCorrupt("a chunk that is not compressed has the wrong length");
        std::memcpy(to, from.data(), size);
        return ok();
    case Compressor::Lz4:
        return decompressLz4(from, to, size);
    case Compressor::Snappy: {
        std::size_t length = 0;
        if (!snappy::GetUncompressedLength(from.data(), from.size(), &length) || length != size ||
            !snappy::RawUncompress(from.data(), from.size(), to))
            return compressionCorrupt("a Snappy chunk cannot be decompressed");
        return ok();
    }
    case Compressor::Deflate: {
        auto length = static_cast<uLongf>(size);
        if (::uncompress(reinterpret_cast<Bytef*>(to), &length,
                         reinterpret_cast<const Bytef*>(from.data()), from.size()) != Z_OK ||
            length != size)
            return compressionCorrupt("a Deflate chunk cannot be decompressed");
        return ok();
    }
    case Compressor::Zstd:
        if (ZSTD_decompress(to, size, from.data(), from.size()) != size)
            return compressionCorrupt("a Zstd chunk cannot be decompressed");
        return ok();
    }
    return ok();
}

Bytes CompressionInfo::encode() const
{
    Bytes out;
    ByteWriter writer{out};
    writer.bytes16(params.className());
    writer.u32(static_cast<std::uint32_t>(params.options.size()));
    for (const auto& [name, value] : params.options) {
        writer.bytes16(name);
        writer.bytes16(value);
    }
    writer.u32(params.chunkLength);
    writer.u32(params.compressedLengthMax);
    writer.u64(dataLength);
    writer.u32(static_cast<std::uint32_t>(chunkOffsets.size()));
    for (const std::uint64_t offset : chunkOffsets)
        writer.u64(offset);
    return out;
}

Result<CompressionInfo> CompressionInfo::decode(ByteView bytes, std::uint64_t fileLength)
{
    CompressionInfo info;
    ByteReader in{bytes};
    const ByteView className = in.bytes16();
    const auto* known = findCompressor(className);
    if (known == nullptr)
        return Error{ErrorCode::Corrupt,
                     "the compressor '" + std::string{className} + "' is not supported"};
    info.params.compressor = known->compressor;
    const std::uint32_t optionCount = in.u32();
    for (std::uint32_t i = 0; i < optionCount && in.ok(); ++i) {
        std::string name{in.bytes16()};
        info.params.options.emplace_back(std::move(name), std::string{in.bytes16()});
    }
    info.params.chunkLength = in.u32();
    info.params.compressedLengthMax = in.u32();
    info.dataLength = in.u64();
    const std::uint32_t chunks = in.u32();
    if (!in.ok() || chunks > in.remaining() / 8)
        return compressionCorrupt("the file ends too early");
    const std::uint32_t length = info.params.chunkLength;
    if (length == 0 || length > kChunkLengthMax || (length & (length - 1)) != 0)
        return compressionCorrupt("the chunk length is not a power of two");
    // Cassandra's compaction may leave an empty chunk at the end.
    if (info.dataLength > std::uint64_t{chunks} * length)
        return compressionCorrupt("the data length does not fit the number of chunks");
    info.chunkOffsets.reserve(chunks);
    std::uint64_t previous = 0;
    for (std::uint32_t i = 0; i < chunks; ++i) {
        const std::uint64_t offset = in.u64();
        // Each chunk is followed by its 4-byte checksum.
        if ((i == 0 ? offset != 0 : offset < previous + 4) || offset + 4 > fileLength)
            return compressionCorrupt("the chunk offsets are not ascending within Data.db");
        info.chunkOffsets.push_back(offset);
        previous = offset;
    }
    return info;
}

} // namespace engine::sstable
