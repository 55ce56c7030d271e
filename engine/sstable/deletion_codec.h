#pragma once

#include "engine/base/bytes.h"
#include "engine/rows/deletion.h"
#include "engine/sstable/version.h"

namespace engine::sstable {

/// A local deletion time as the version stores it in 32 bits: none is its greatest value, what it
/// cannot hold is capped.
[[nodiscard]] std::uint32_t storedDeletionTime(const VersionTraits& version,
                                               rows::LocalDeletionTime time) noexcept;
[[nodiscard]] rows::LocalDeletionTime loadedDeletionTime(const VersionTraits& version,
                                                         std::uint32_t stored) noexcept;

/// Of partition headers and row index blocks: 12 bytes; since `oa` one byte for none.
void encodeDeletion(const VersionTraits& version, ByteWriter& out,
                    const rows::DeletionTime& deletion);
[[nodiscard]] rows::DeletionTime decodeDeletion(const VersionTraits& version,
                                                ByteReader& in) noexcept;

} // namespace engine::sstable
