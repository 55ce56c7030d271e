#pragma once

#include "engine/schema/table.h"
#include "engine/storage/key_cache.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace engine::storage {

/// What a start after this one needs to know again of the key cache: entries by SSTable, and what
/// tells that the SSTable is still the one they were of.
struct SavedKeyCache {
    struct Entry {
        std::array<std::uint64_t, 2> hash{};
        sstable::PartitionEntry at;
    };
    struct Table {
        schema::TableId id;
        std::string generation;
        std::uint64_t dataBytes = 0;
        std::int64_t firstToken = 0;
        std::int64_t lastToken = 0;
        std::int64_t maxTimestamp = 0;
        std::vector<Entry> entries;

        [[nodiscard]] bool isOf(const sstable::Reader& reader) const;
    };
    std::vector<Table> tables;
};

/// The keys of the row cache, the one used last first; their rows are read again.
using SavedRowCache = std::vector<std::pair<schema::TableId, Bytes>>;

/// Files of our own form in saved_caches_directory: magic, version, contents, CRC-32.
inline constexpr const char* kSavedKeyCacheFile = "KeyCache.saved";
inline constexpr const char* kSavedRowCacheFile = "RowCache.saved";

[[nodiscard]] Bytes encodeKeyCache(const SavedKeyCache& cache);
[[nodiscard]] Bytes encodeRowCache(const SavedRowCache& cache);
/// Corrupt if damaged, VersionTooNew; `file` for the sentence. A cache that cannot be read is
/// only slower: the caller warns and goes on without.
[[nodiscard]] Result<SavedKeyCache> decodeKeyCache(ByteView bytes, const std::string& file);
[[nodiscard]] Result<SavedRowCache> decodeRowCache(ByteView bytes, const std::string& file);

} // namespace engine::storage
