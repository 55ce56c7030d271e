#pragma once

#include "engine/sstable/bloom_filter.h"
#include "engine/sstable/chunks.h"
#include "engine/sstable/reader.h"
#include "engine/sstable/row_codec.h"
#include "engine/sstable/summary.h"
#include "engine/sstable/trie_index.h"

namespace engine::sstable {

/// What all Readers of one SSTable share, whatever version of the table they read it as.
struct ReaderFiles {
    Descriptor descriptor;
    const VersionTraits* version = nullptr;
    Statistics statistics;
    BloomFilter filter;
    Summary summary;
    std::unique_ptr<const TrieIndex> trie; ///< BTI has it instead of summary and index
    std::unique_ptr<const ChunkFile> data;
    std::unique_ptr<const ChunkFile> index; ///< nullptr in BTI
    std::uint64_t bytesOnDisk = 0;
    std::int64_t firstToken = 0;
    std::int64_t lastToken = 0;

    [[nodiscard]] ByteView firstKey() const noexcept
    {
        return trie ? trie->firstKey() : summary.firstKey();
    }
    [[nodiscard]] ByteView lastKey() const noexcept
    {
        return trie ? trie->lastKey() : summary.lastKey();
    }
    /// Bounds of the covered clusterings, views into statistics.
    std::vector<ByteView> minClustering;
    std::vector<ByteView> maxClustering;
};

/// The parts of a Reader that cursors use.
struct ReaderAccess {
    static const ReaderFiles& files(const Reader& reader) { return *reader.m_files; }
    static const RowDecoder& decoder(const Reader& reader) { return *reader.m_decoder; }
};

/// One entry of Index.db, with views into the cursor that read it.
struct IndexEntry {
    ByteView key;
    std::uint64_t dataOffset = 0;
    ByteView payload;
};

/// "<file>, offset <n>[, partition key 0x…]: <what>"
[[nodiscard]] Error corruptAt(const ChunkFile& file, std::uint64_t offset, ByteView key,
                              const std::string& what);

} // namespace engine::sstable
