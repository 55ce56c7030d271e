#pragma once

#include "engine/base/bytes.h"
#include "engine/sstable/compression.h"

#include <cstdint>

namespace engine::storage {

/// The parts of the commit log's form that writing needs; see commit_log.h.
inline constexpr std::uint32_t kLogVersion = 1;
inline constexpr std::uint32_t kLogVersionCompressed = 2;
inline constexpr std::uint32_t kLogVersionRecycled = 3;
inline constexpr std::size_t kLogFileHeadBytes = 20;
inline constexpr std::size_t kCompressedLogFileHeadBytes = 24;
inline constexpr std::size_t kLogSectionOverhead = 20;
inline constexpr std::size_t kLogRecordOverhead = 12;

enum class LogRecordKind : std::uint8_t { Mutation = 0, SyncMarker = 1 };

void writeLogFileHead(std::int64_t id, Bytes& out, std::uint32_t version = kLogVersion);
void writeCompressedLogFileHead(std::int64_t id, sstable::Compressor compressor, Bytes& out);
/// Appends a section: `records` (which begin at `logicalOffset` of the uncompressed form)
/// compressed, to stand at `fileOffset` of segment `id`.
Result<void> writeLogSection(const sstable::CompressionParams& params, std::int64_t id,
                             std::uint64_t fileOffset, std::uint64_t logicalOffset,
                             ByteView records, Bytes& out);
/// Reserves the head of a record; what is appended then is its payload.
[[nodiscard]] std::size_t beginLogRecord(Bytes& out);
/// Completes the record that begins at `start` of `out` and at `offset` of segment `id`.
void endLogRecord(Bytes& out, std::size_t start, std::int64_t id, std::uint64_t offset);

} // namespace engine::storage
