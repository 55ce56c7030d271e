#include "engine/storage/saved_caches.h"

#include "engine/base/hash.h"

namespace engine::storage {

namespace {

constexpr ByteView kKeyMagic = "RWKC";
constexpr ByteView kRowMagic = "RWRC";
constexpr std::uint16_t kSavedVersion = 1;
constexpr std::size_t kFrameBytes = 4 + 2 + 4;

void endFile(Bytes& file)
{
    const std::uint32_t checksum = crc32(file);
    ByteWriter{file}.u32(checksum);
}

/// What stands between version and checksum.
Result<ByteView> contentsOf(ByteView bytes, ByteView magic, const std::string& file)
{
    const Error damaged{ErrorCode::Corrupt,
                        file + " is damaged: the cache starts empty and is saved anew"};
    if (bytes.size() < kFrameBytes || bytes.substr(0, 4) != magic)
        return damaged;
    if (loadBigEndian<std::uint16_t>(bytes.data() + 4) > kSavedVersion)
        return Error{ErrorCode::VersionTooNew,
                     file + " was written by a newer version of this program: the cache starts "
                            "empty"};
    const ByteView body = bytes.substr(0, bytes.size() - 4);
    if (crc32(body) != loadBigEndian<std::uint32_t>(bytes.data() + body.size()))
        return damaged;
    return body.substr(6);
}

Error unreadable(const std::string& file)
{
    return Error{ErrorCode::Corrupt, file + " cannot be understood: the cache starts empty"};
}

void putEntry(ByteWriter& out, const SavedKeyCache::Entry& entry)
{
    out.u64(entry.hash[0]);
    out.u64(entry.hash[1]);
    out.unsignedVint(entry.at.dataOffset);
    // What was learned from rows is learned again.
    const bool indexed = entry.at.rowIndex && !entry.at.rowIndex->isLearned;
    const sstable::RowIndex* index = indexed ? entry.at.rowIndex.get() : nullptr;
    out.u8(index != nullptr ? 1 : 0);
    if (index == nullptr)
        return;
    out.i64(index->partitionDeletion.markedForDeleteAt.micros);
    out.i64(index->partitionDeletion.localDeletionTime);
    out.unsignedVint(index->headerLength);
    out.unsignedVint(index->blockCount);
    out.bytesVint(index->blocks);
}

SavedKeyCache::Entry takeEntry(ByteReader& in)
{
    SavedKeyCache::Entry entry;
    entry.hash[0] = in.u64();
    entry.hash[1] = in.u64();
    entry.at.dataOffset = in.unsignedVint();
    if (in.u8() == 0)
        return entry;
    auto index = std::make_shared<sstable::RowIndex>();
    index->partitionDeletion.markedForDeleteAt = {in.i64()};
    index->partitionDeletion.localDeletionTime = in.i64();
    index->headerLength = in.unsignedVint();
    index->blockCount = static_cast<std::uint32_t>(in.unsignedVint());
    index->blocks = Bytes{in.bytesVint()};
    entry.at.rowIndex = std::move(index);
    return entry;
}

} // namespace

bool SavedKeyCache::Table::isOf(const sstable::Reader& reader) const
{
    return generation == reader.descriptor().generation && dataBytes == reader.dataBytes() &&
           firstToken == reader.firstToken() && lastToken == reader.lastToken() &&
           maxTimestamp == reader.stats().maxTimestamp;
}

Bytes encodeKeyCache(const SavedKeyCache& cache)
{
    Bytes file;
    ByteWriter out{file};
    out.raw(kKeyMagic);
    out.u16(kSavedVersion);
    out.unsignedVint(cache.tables.size());
    for (const SavedKeyCache::Table& table : cache.tables) {
        out.raw(table.id.value.view());
        out.bytesVint(table.generation);
        out.u64(table.dataBytes);
        out.i64(table.firstToken);
        out.i64(table.lastToken);
        out.i64(table.maxTimestamp);
        out.unsignedVint(table.entries.size());
        for (const SavedKeyCache::Entry& entry : table.entries)
            putEntry(out, entry);
    }
    endFile(file);
    return file;
}

Bytes encodeRowCache(const SavedRowCache& cache)
{
    Bytes file;
    ByteWriter out{file};
    out.raw(kRowMagic);
    out.u16(kSavedVersion);
    out.unsignedVint(cache.size());
    for (const auto& [table, key] : cache) {
        out.raw(table.value.view());
        out.bytesVint(key);
    }
    endFile(file);
    return file;
}

Result<SavedKeyCache> decodeKeyCache(ByteView bytes, const std::string& file)
{
    RW_ASSIGN(const ByteView contents, contentsOf(bytes, kKeyMagic, file));
    ByteReader in{contents};
    SavedKeyCache cache;
    const std::uint64_t tables = in.unsignedVint();
    for (std::uint64_t i = 0; i < tables && in.ok(); ++i) {
        SavedKeyCache::Table table;
        if (const ByteView id = in.raw(16); in.ok())
            table.id = {Uuid::fromBytes(id)};
        table.generation = std::string{in.bytesVint()};
        table.dataBytes = in.u64();
        table.firstToken = in.i64();
        table.lastToken = in.i64();
        table.maxTimestamp = in.i64();
        const std::uint64_t entries = in.unsignedVint();
        for (std::uint64_t j = 0; j < entries && in.ok(); ++j) {
            table.entries.push_back(takeEntry(in));
            if (table.entries.back().at.dataOffset >= table.dataBytes)
                in.fail();
        }
        cache.tables.push_back(std::move(table));
    }
    if (!in.ok() || !in.atEnd())
        return unreadable(file);
    return cache;
}

Result<SavedRowCache> decodeRowCache(ByteView bytes, const std::string& file)
{
    RW_ASSIGN(const ByteView contents, contentsOf(bytes, kRowMagic, file));
    ByteReader in{contents};
    SavedRowCache cache;
    const std::uint64_t count = in.unsignedVint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        const ByteView id = in.raw(16);
        const ByteView key = in.bytesVint();
        if (in.ok())
            cache.emplace_back(schema::TableId{Uuid::fromBytes(id)}, Bytes{key});
    }
    if (!in.ok() || !in.atEnd())
        return unreadable(file);
    return cache;
}

} // namespace engine::storage
