#include "engine/storage/commit_log_format.h"

#include "engine/base/hash.h"
#include "engine/storage/commit_log.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace engine::storage {

namespace {

constexpr std::string_view kLogNamePrefix = "CommitLog-1-";
constexpr std::string_view kSpareNamePrefix = "CommitLog-spare-";
constexpr std::string_view kLogNameSuffix = ".log";

std::uint32_t headChecksum(std::int64_t id, std::uint64_t offset, std::uint32_t size) noexcept
{
    char raw[20];
    storeBigEndian(raw, id);
    storeBigEndian(raw + 8, offset);
    storeBigEndian(raw + 16, size);
    return crc32({raw, sizeof(raw)});
}

/// A stretch of the uncompressed form: the whole of it, or one section.
struct LogStretch {
    ByteView bytes;
    std::uint64_t offset = 0; ///< of the first byte
};

/// The payload's size if a whole record starts at `at` of the stretch.
std::optional<std::uint32_t> recordAt(const LogStretch& stretch, std::int64_t id,
                                      std::uint64_t at) noexcept
{
    if (at + kLogRecordOverhead > stretch.bytes.size())
        return std::nullopt;
    const char* const head = stretch.bytes.data() + at;
    const auto size = loadBigEndian<std::uint32_t>(head);
    if (size > stretch.bytes.size() - at - kLogRecordOverhead)
        return std::nullopt;
    if (loadBigEndian<std::uint32_t>(head + 4) != headChecksum(id, stretch.offset + at, size))
        return std::nullopt;
    if (loadBigEndian<std::uint32_t>(head + 8 + size) != crc32({head + 8, size}))
        return std::nullopt;
    return size;
}

struct LogSection {
    std::uint32_t stored = 0;
    std::uint32_t size = 0;
    std::uint32_t offset = 0; ///< of its records, uncompressed
    ByteView bytes;
};

/// A compressor that makes more of it is not believed, nor used (kept uncompressed instead), so
/// that a file's length bounds the memory that reading it takes.
constexpr std::uint64_t kExpansionMax = 1000;

std::uint32_t sectionChecksum(std::int64_t id, std::uint64_t fileOffset, const char* head) noexcept
{
    char raw[28];
    storeBigEndian(raw, id);
    storeBigEndian(raw + 8, fileOffset);
    std::memcpy(raw + 16, head, 12);
    return crc32({raw, sizeof(raw)});
}

/// The section that starts at `at` of the file, if it is whole.
std::optional<LogSection> sectionAt(ByteView file, std::int64_t id, std::uint64_t at) noexcept
{
    if (at + kLogSectionOverhead > file.size())
        return std::nullopt;
    const char* const head = file.data() + at;
    LogSection section;
    section.stored = loadBigEndian<std::uint32_t>(head);
    if (section.stored > file.size() - at - kLogSectionOverhead)
        return std::nullopt;
    if (loadBigEndian<std::uint32_t>(head + 12) != sectionChecksum(id, at, head))
        return std::nullopt;
    section.size = loadBigEndian<std::uint32_t>(head + 4);
    section.offset = loadBigEndian<std::uint32_t>(head + 8);
    section.bytes = file.substr(at + 16, section.stored);
    if (loadBigEndian<std::uint32_t>(head + 16 + section.stored) != crc32(section.bytes) ||
        section.size > kExpansionMax * section.stored)
        return std::nullopt;
    return section;
}

/// Goes through a segment and collects its records and what is missing between them.
class LogSegmentReader {
public:
    /// `isRecycled`: what lies behind the last record may be another segment's.
    LogSegmentReader(std::int64_t id, bool isRecycled, CommitLogSegmentContents& contents)
        : m_id(id), m_isRecycled(isRecycled), m_contents(contents)
    {
    }

    void readStretch(const LogStretch& stretch)
    {
        std::uint64_t at = 0;
        while (at < stretch.bytes.size()) {
            const auto size = recordAt(stretch, m_id, at);
            if (!size) {
                const std::uint64_t from = at;
                do
                    ++at;
                while (at < stretch.bytes.size() && !recordAt(stretch, m_id, at));
                const bool isLost = !m_isRecycled || at < stretch.bytes.size();
                addHole(stretch.offset + from, isLost ? at - from : 0);
                continue;
            }
            const ByteView payload = stretch.bytes.substr(at + 8, *size);
            at += *size + kLogRecordOverhead;
            take(payload, stretch.offset + at);
        }
    }

    void readSections(ByteView file, sstable::Compressor compressor)
    {
        std::uint64_t at = kCompressedLogFileHeadBytes;
        std::uint64_t logical = kLogFileHeadBytes; ///< what has been read reaches up to here
        while (at < file.size()) {
            const auto section = sectionAt(file, m_id, at);
            if (!section || !readSection(*section, compressor)) {
                const std::uint64_t from = at;
                do
                    ++at;
                while (at < file.size() && !sectionAt(file, m_id, at));
                addHole(logical, at - from);
                continue;
            }
            at += section->stored + kLogSectionOverhead;
            logical = std::uint64_t{section->offset} + section->size;
        }
    }

    /// The offset of the first hole in what is known to have been synced.
    [[nodiscard]] std::optional<std::uint64_t> damage() const
    {
        const auto at = std::find_if(m_holes.begin(), m_holes.end(),
                                     [this](std::uint64_t hole) { return hole < m_syncedTo; });
        return at == m_holes.end() ? std::nullopt : std::optional{*at};
    }

private:
    bool readSection(const LogSection& section, sstable::Compressor compressor)
    {
        if (section.size == section.stored) {
            readStretch({section.bytes, section.offset});
            return true;
        }
        Bytes expanded(section.size, '\0');
        if (!sstable::decompress(compressor, section.bytes, expanded.data(), expanded.size()))
            return false;
        readStretch({m_contents.expanded.emplace_back(std::move(expanded)), section.offset});
        return true;
    }
    void take(ByteView payload, std::uint64_t end)
    {
        if (payload.empty())
            return;
        if (payload[0] == static_cast<char>(LogRecordKind::Mutation))
            m_contents.records.push_back(
                {{m_id, static_cast<std::int32_t>(end)}, payload.substr(1)});
        else if (payload.size() == 5)
            m_syncedTo = std::max<std::uint64_t>(m_syncedTo,
                                                 loadBigEndian<std::uint32_t>(payload.data() + 1));
    }
    void addHole(std::uint64_t offset, std::uint64_t bytes)
    {
        m_holes.push_back(offset);
        m_contents.bytesLost += bytes;
    }

    std::int64_t m_id;
    bool m_isRecycled;
    CommitLogSegmentContents& m_contents;
    std::uint64_t m_syncedTo = 0;
    std::vector<std::uint64_t> m_holes;
};

struct LogFileHead {
    std::uint32_t version;
    std::int64_t id;
};

/// Whether the file begins as a segment does. A version that is not known is not looked into.
std::optional<LogFileHead> headOf(ByteView bytes) noexcept
{
    if (bytes.size() < kLogFileHeadBytes || bytes.substr(0, 4) != "RWCL")
        return std::nullopt;
    const auto version = loadBigEndian<std::uint32_t>(bytes.data() + 4);
    const std::size_t head =
        version == kLogVersionCompressed ? kCompressedLogFileHeadBytes : kLogFileHeadBytes;
    if (bytes.size() < head ||
        loadBigEndian<std::uint32_t>(bytes.data() + head - 4) != crc32(bytes.substr(0, head - 4)))
        return std::nullopt;
    return LogFileHead{version, loadBigEndian<std::int64_t>(bytes.data() + 8)};
}

} // namespace

void writeLogFileHead(std::int64_t id, Bytes& out, std::uint32_t version)
{
    const std::size_t start = out.size();
    ByteWriter writer{out};
    writer.raw("RWCL");
    writer.u32(version);
    writer.i64(id);
    writer.u32(crc32(ByteView{out}.substr(start)));
}

void writeCompressedLogFileHead(std::int64_t id, sstable::Compressor compressor, Bytes& out)
{
    const std::size_t start = out.size();
    ByteWriter writer{out};
    writer.raw("RWCL");
    writer.u32(kLogVersionCompressed);
    writer.i64(id);
    writer.u8(static_cast<std::uint8_t>(compressor));
    out.append(3, '\0');
    const std::uint32_t checksum = crc32(ByteView{out}.substr(start));
    ByteWriter{out}.u32(checksum);
}

Result<void> writeLogSection(const sstable::CompressionParams& params, std::int64_t id,
                             std::uint64_t fileOffset, std::uint64_t logicalOffset,
                             ByteView records, Bytes& out)
{
    const std::size_t start = out.size();
    out.append(16, '\0');
    RW_TRY(sstable::compress(params, records, out));
    std::size_t stored = out.size() - start - 16;
    if (stored >= records.size() || records.size() > kExpansionMax * stored) {
        out.resize(start + 16);
        out.append(records);
        stored = records.size();
    }
    char* const head = out.data() + start;
    storeBigEndian(head, static_cast<std::uint32_t>(stored));
    storeBigEndian(head + 4, static_cast<std::uint32_t>(records.size()));
    storeBigEndian(head + 8, static_cast<std::uint32_t>(logicalOffset));
    storeBigEndian(head + 12, sectionChecksum(id, fileOffset, head));
    const std::uint32_t checksum = crc32({head + 16, stored});
    ByteWriter{out}.u32(checksum);
    return ok();
}

std::size_t beginLogRecord(Bytes& out)
{
    const std::size_t start = out.size();
    out.append(8, '\0');
    return start;
}

void endLogRecord(Bytes& out, std::size_t start, std::int64_t id, std::uint64_t offset)
{
    const std::size_t size = out.size() - start - 8;
    storeBigEndian(out.data() + start, static_cast<std::uint32_t>(size));
    storeBigEndian(out.data() + start + 4,
                   headChecksum(id, offset, static_cast<std::uint32_t>(size)));
    const std::uint32_t checksum = crc32(ByteView{out}.substr(start + 8, size));
    ByteWriter{out}.u32(checksum);
}

std::string commitLogFileName(std::int64_t id)
{
    return std::string{kLogNamePrefix} + std::to_string(id) + std::string{kLogNameSuffix};
}

std::string spareLogFileName(std::int64_t id)
{
    return std::string{kSpareNamePrefix} + std::to_string(id) + std::string{kLogNameSuffix};
}

Result<void> removeSpareLogFiles(Disk& disk, const std::string& folder)
{
    RW_ASSIGN(const auto entries, disk.list(folder));
    for (const DirectoryEntry& entry : entries)
        if (!entry.isDirectory && entry.name.starts_with(kSpareNamePrefix))
            RW_TRY(disk.remove(folder + "/" + entry.name));
    return ok();
}

Result<std::vector<std::int64_t>> listCommitLog(Disk& disk, const std::string& folder)
{
    std::vector<std::int64_t> ids;
    if (!disk.exists(folder))
        return ids;
    RW_ASSIGN(const auto entries, disk.list(folder));
    for (const DirectoryEntry& entry : entries) {
        std::string_view name = entry.name;
        if (entry.isDirectory || !name.starts_with(kLogNamePrefix) ||
            !name.ends_with(kLogNameSuffix))
            continue;
        name.remove_prefix(kLogNamePrefix.size());
        name.remove_suffix(kLogNameSuffix.size());
        std::int64_t id = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error == std::errc{} && end == name.data() + name.size())
            ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

Result<CommitLogSegmentContents> readCommitLogSegment(const std::string& path, std::int64_t id,
                                                      ByteView bytes, bool ignoreErrors)
{
    CommitLogSegmentContents contents;
    const auto head = headOf(bytes);
    // A recycled file that a crash left with its new name, before its first record or (without
    // power) with that never on the disk.
    if (head && head->id < id)
        return contents;
    if (!head || head->id != id) {
        // A file that ends within its head, or whose head was torn, never had an acknowledged
        // record: the head is written together with the first one.
        const bool blank =
            std::all_of(bytes.begin(), bytes.begin() + std::min(bytes.size(), kLogFileHeadBytes),
                        [](char c) { return c == '\0'; });
        if (bytes.size() >= kCompressedLogFileHeadBytes && !blank && !ignoreErrors)
            return Error{ErrorCode::Corrupt,
                         "the commit log file " + path +
                             " does not begin as one: move it away to start without what it holds"};
        contents.bytesLost = bytes.size();
        return contents;
    }
    if (head->version > kLogVersionRecycled)
        return Error{ErrorCode::VersionTooNew, "the commit log file " + path + " has version " +
                                                   std::to_string(head->version) +
                                                   "; this program reads up to version " +
                                                   std::to_string(kLogVersionRecycled)};
    LogSegmentReader reader{id, head->version == kLogVersionRecycled, contents};
    if (head->version == kLogVersionCompressed)
        reader.readSections(bytes, static_cast<sstable::Compressor>(bytes[16]));
    else
        reader.readStretch({bytes.substr(kLogFileHeadBytes), kLogFileHeadBytes});
    if (const auto at = reader.damage(); at && !ignoreErrors)
        return Error{ErrorCode::Corrupt,
                     "the commit log file " + path + " is damaged at offset " +
                         std::to_string(*at) +
                         ", where it had reached the disk: move it away, or start once with "
                         "ignore_commitlog_errors, to go on without what cannot be read"};
    return contents;
}

} // namespace engine::storage
