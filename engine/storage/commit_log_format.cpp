#include "engine/storage/commit_log_format.h"

#include "engine/base/hash.h"
#include "engine/storage/commit_log.h"

#include <algorithm>
#include <charconv>

namespace engine::storage {

namespace {

constexpr std::string_view kLogNamePrefix = "CommitLog-1-";
constexpr std::string_view kLogNameSuffix = ".log";

std::uint32_t headChecksum(std::int64_t id, std::uint64_t offset, std::uint32_t size) noexcept
{
    char raw[20];
    storeBigEndian(raw, id);
    storeBigEndian(raw + 8, offset);
    storeBigEndian(raw + 16, size);
    return crc32({raw, sizeof(raw)});
}

/// The payload's size if a whole record starts at `offset`.
std::optional<std::uint32_t> recordAt(ByteView bytes, std::int64_t id,
                                      std::uint64_t offset) noexcept
{
    if (offset + kLogRecordOverhead > bytes.size())
        return std::nullopt;
    const char* const at = bytes.data() + offset;
    const auto size = loadBigEndian<std::uint32_t>(at);
    if (size > bytes.size() - offset - kLogRecordOverhead)
        return std::nullopt;
    if (loadBigEndian<std::uint32_t>(at + 4) != headChecksum(id, offset, size))
        return std::nullopt;
    if (loadBigEndian<std::uint32_t>(at + 8 + size) != crc32({at + 8, size}))
        return std::nullopt;
    return size;
}

} // namespace

void writeLogFileHead(std::int64_t id, Bytes& out)
{
    const std::size_t start = out.size();
    ByteWriter writer{out};
    writer.raw("RWCL");
    writer.u32(kLogVersion);
    writer.i64(id);
    writer.u32(crc32(ByteView{out}.substr(start)));
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
    // A file that ends within its head, or whose head was torn, never had an acknowledged record:
    // the head is written together with the first one.
    if (bytes.size() < kLogFileHeadBytes || bytes.substr(0, 4) != "RWCL" ||
        loadBigEndian<std::uint32_t>(bytes.data() + 16) != crc32(bytes.substr(0, 16)) ||
        loadBigEndian<std::int64_t>(bytes.data() + 8) != id) {
        const bool blank =
            std::all_of(bytes.begin(), bytes.begin() + std::min(bytes.size(), kLogFileHeadBytes),
                        [](char c) { return c == '\0'; });
        if (bytes.size() >= kLogFileHeadBytes && !blank && !ignoreErrors)
            return Error{ErrorCode::Corrupt,
                         "the commit log file " + path +
                             " does not begin as one: move it away to start without what it holds"};
        contents.bytesLost = bytes.size();
        return contents;
    }
    if (const auto version = loadBigEndian<std::uint32_t>(bytes.data() + 4); version > kLogVersion)
        return Error{ErrorCode::VersionTooNew,
                     "the commit log file " + path + " has version " + std::to_string(version) +
                         "; this program reads up to version " + std::to_string(kLogVersion)};
    std::uint64_t syncedTo = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> holes;
    std::uint64_t at = kLogFileHeadBytes;
    while (at < bytes.size()) {
        const auto size = recordAt(bytes, id, at);
        if (!size) {
            const std::uint64_t from = at;
            do
                ++at;
            while (at < bytes.size() && !recordAt(bytes, id, at));
            holes.emplace_back(from, at);
            continue;
        }
        const ByteView payload = bytes.substr(at + 8, *size);
        at += *size + kLogRecordOverhead;
        if (payload.empty())
            continue;
        if (payload[0] == static_cast<char>(LogRecordKind::Mutation)) {
            contents.records.push_back({{id, static_cast<std::int32_t>(at)}, payload.substr(1)});
        } else if (payload.size() == 5) {
            syncedTo =
                std::max<std::uint64_t>(syncedTo, loadBigEndian<std::uint32_t>(payload.data() + 1));
        }
    }
    for (const auto& [from, to] : holes) {
        if (from < syncedTo && !ignoreErrors)
            return Error{ErrorCode::Corrupt,
                         "the commit log file " + path + " is damaged at offset " +
                             std::to_string(from) +
                             ", where it had reached the disk: move it away, or start once with "
                             "ignore_commitlog_errors, to go on without what cannot be read"};
        contents.bytesLost += to - from;
    }
    return contents;
}

} // namespace engine::storage
