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
    Bytes firstPartitionKey; ///< empty in BTI
    Bytes lastPartitionKey;
    std::unique_ptr<const TrieIndex> trie; ///< BTI has it instead of summary and index
    std::unique_ptr<const ChunkFile> data;
    std::unique_ptr<const ChunkFile> index; ///< nullptr in BTI
    std::uint64_t bytesOnDisk = 0;
    std::int64_t firstToken = 0;
    std::int64_t lastToken = 0;

    [[nodiscard]] ByteView firstKey() const noexcept
    {
        return trie ? trie->firstKey() : firstPartitionKey;
    }
    [[nodiscard]] ByteView lastKey() const noexcept
    {
        return trie ? trie->lastKey() : lastPartitionKey;
    }
    /// nullptr in BTI. Any thread; a Reader may replace it by a thinner one at any time.
    [[nodiscard]] std::shared_ptr<const Summary> summary() const
    {
        return std::atomic_load(&currentSummary);
    }
    void setSummary(Summary next) const
    {
        std::atomic_store(&currentSummary, std::make_shared<const Summary>(std::move(next)));
    }
    mutable std::shared_ptr<const Summary> currentSummary; ///< only through the two above
    /// Bounds of the covered clusterings, views into statistics.
    std::vector<ByteView> minClustering;
    std::vector<ByteView> maxClustering;
};

/// Derives the rest of `files` from statistics and keys, which are set.
void completeFiles(ReaderFiles& files);

/// The parts of a Reader that cursors use.
struct ReaderAccess {
    static const ReaderFiles& files(const Reader& reader) { return *reader.m_files; }
    static const RowDecoder& decoder(const Reader& reader) { return *reader.m_decoder; }
    /// A Reader of files that the caller has opened.
    [[nodiscard]] static Result<ReaderPtr> make(std::shared_ptr<const ReaderFiles> files,
                                                schema::TablePtr table);
};

/// Of Index.db, of which a lookup needs about one summary interval.
inline constexpr std::uint32_t kIndexChunkBytes = 4096;

/// How Data.db is cut into chunks.
struct DataLayout {
    std::optional<CompressionInfo> compression;
    std::vector<std::uint32_t> checksums; ///< of uncompressed chunks
    std::uint32_t chunkLength = 65536;    ///< as CRC.db has it when there is none
};
/// From CompressionInfo.db or CRC.db. `storedLength`: of Data.db. Corrupt names the file.
[[nodiscard]] Result<DataLayout> loadDataLayout(Disk& disk, const Descriptor& descriptor,
                                                std::uint64_t storedLength);
/// Opens Index.db of a BIG table; Partitions.db and Rows.db of a BTI one.
[[nodiscard]] Result<void> openIndexFile(Disk& disk, std::uint64_t cacheId, ReaderFiles& files);
[[nodiscard]] Result<void> loadTrie(Disk& disk, ReaderFiles& files);

/// One entry of Index.db, with views into the cursor that read it.
struct IndexEntry {
    ByteView key;
    std::uint64_t dataOffset = 0;
    ByteView payload;
};

/// "<file>, offset <n>[, partition key 0x…]: <what>"
[[nodiscard]] Error corruptAt(const ChunkFile& file, std::uint64_t offset, ByteView key,
                              const std::string& what);

/// CRC-32 of a whole file, as Digest.crc32 has it of Data.db. Owner thread or pool.
[[nodiscard]] Result<std::uint32_t> fileChecksum(Disk& disk, const std::string& path);

} // namespace engine::sstable
