#include "engine/storage/commit_log_file.h"

#include "engine/storage/commit_log.h"
#include "engine/storage/commit_log_format.h"

namespace engine::storage {

LogBatch::Part& LogBatch::part(std::int64_t segment, std::uint64_t offset)
{
    if (used > 0 && parts[used - 1].segment == segment)
        return parts[used - 1];
    if (used == parts.size())
        parts.emplace_back();
    Part& added = parts[used++];
    added.segment = segment;
    added.offset = offset;
    added.holdsCdc = false;
    added.stored = 0;
    added.isRecycled = false;
    added.bytes.clear();
    return added;
}

void LogBatch::clear()
{
    used = 0;
    waiters.clear();
    result = ok();
    mayGoOn = false;
}

std::size_t LogBatch::memory() const noexcept
{
    std::size_t bytes = 0;
    for (const Part& part : parts)
        bytes += part.bytes.capacity();
    return bytes;
}

LogFile::LogFile(Disk& disk, LogFileOptions options) : m_disk(disk), m_options(std::move(options))
{
}

void LogFile::write(LogBatch& batch)
{
    batch.mayGoOn = false;
    batch.result = writeParts(batch);
    if (batch.result && m_options.syncsEachWrite)
        batch.result = syncLogFiles(m_disk, {m_current});
    if (batch.result || m_current.file == nullptr)
        return;
    // What was written before the failure is still to be synced in its time.
    m_current.isEnded = true;
    if (!m_options.syncsEachWrite && !m_current.syncsNoMore)
        m_behind.push_back(m_current);
    m_current = {};
}

bool LogFile::isPlainAppend(const LogBatch& batch, std::size_t most) const noexcept
{
    return m_current.file != nullptr && batch.used == 1 &&
           batch.parts[0].segment == m_current.segment && batch.parts[0].bytes.size() <= most &&
           !m_options.syncsEachWrite &&
           m_options.compression.compressor == sstable::Compressor::None;
}

Result<void> LogFile::writeParts(LogBatch& batch)
{
    const bool compresses = m_options.compression.compressor != sstable::Compressor::None;
    for (std::size_t i = 0; i < batch.used; ++i) {
        LogBatch::Part& part = batch.parts[i];
        const std::uint64_t before = part.segment == m_current.segment ? m_current.bytes : 0;
        if (m_current.file == nullptr || m_current.segment != part.segment) {
            RW_TRY(close());
            auto opened = open(part.segment);
            if (!opened) {
                batch.mayGoOn = true; // nothing was written to it
                return opened;
            }
        }
        if (part.offset == 0 && m_current.isRecycled) {
            Bytes head;
            writeLogFileHead(part.segment, head, kLogVersionRecycled);
            part.bytes.replace(0, head.size(), head);
            part.isRecycled = true;
        }
        ByteView bytes = part.bytes;
        if (compresses) {
            m_section.clear();
            if (part.offset == 0) {
                writeCompressedLogFileHead(part.segment, m_options.compression.compressor,
                                           m_section);
                bytes.remove_prefix(kLogFileHeadBytes);
            }
            if (!bytes.empty())
                RW_TRY(writeLogSection(
                    m_options.compression, part.segment, m_current.bytes + m_section.size(),
                    std::max<std::uint64_t>(part.offset, kLogFileHeadBytes), bytes, m_section));
            bytes = m_section;
        }
        if (auto written = m_current.file->writeAt(m_current.bytes, bytes); !written) {
            batch.mayGoOn = written.error().code() == ErrorCode::DiskFull;
            return written;
        }
        m_current.bytes += bytes.size();
        part.stored = m_current.bytes - before;
        if (part.holdsCdc && m_current.cdcIndex.empty() && !m_options.cdcFolder.empty())
            m_current.cdcIndex =
                m_options.cdcFolder + "/" + cdcIndexName(commitLogFileName(part.segment));
    }
    return ok();
}

Result<void> LogFile::close()
{
    if (m_current.file == nullptr)
        return ok();
    m_current.isEnded = true;
    UnsyncedLogFile ended = std::exchange(m_current, {});
    if (ended.isRecycled)
        (void)ended.file->truncate(ended.bytes); // what is left behind it harms nobody
    if (m_options.syncsEachWrite)
        return syncLogFiles(m_disk, {std::move(ended)});
    if (!ended.syncsNoMore)
        m_behind.push_back(std::move(ended)); // the periodic sync takes it
    return ok();
}

Result<void> LogFile::open(std::int64_t segment)
{
    RW_TRY(m_disk.createDirectories(m_options.folder));
    const std::string name = commitLogFileName(segment);
    const std::string path = m_options.folder + "/" + name;
    RW_ASSIGN(UnsyncedLogFile made, make(path));
    made.segment = segment;
    RW_TRY(m_disk.syncDirectory(m_options.folder));
    if (!m_options.cdcFolder.empty()) {
        RW_TRY(m_disk.createDirectories(m_options.cdcFolder));
        RW_TRY(m_disk.link(path, m_options.cdcFolder + "/" + name));
        RW_TRY(m_disk.syncDirectory(m_options.cdcFolder));
    }
    m_current = std::move(made);
    return ok();
}

Result<UnsyncedLogFile> LogFile::make(const std::string& path)
{
    UnsyncedLogFile made;
    if (!m_spares.empty()) {
        const std::string spare = std::move(m_spares.back());
        m_spares.pop_back();
        made.isRecycled = m_disk.rename(spare, path).has_value();
    }
    RW_ASSIGN(made.file,
              m_disk.open(path, made.isRecycled ? OpenMode::Append : OpenMode::CreateNew));
    return made;
}

Result<void> LogFile::discard(std::int64_t segment)
{
    const std::string path = m_options.folder + "/" + commitLogFileName(segment);
    if (m_spares.size() < m_options.sparesMax) {
        const std::string spare = m_options.folder + "/" + spareLogFileName(segment);
        if (m_disk.rename(path, spare)) {
            m_spares.push_back(spare);
            return ok();
        }
    }
    auto removed = m_disk.remove(path);
    // A segment that a full disk let nobody begin has no file.
    if (!removed && removed.error().code() == ErrorCode::NotFound)
        return ok();
    return removed;
}

std::vector<UnsyncedLogFile> LogFile::takeUnsynced()
{
    auto files = std::exchange(m_behind, {});
    if (m_current.file != nullptr && !m_current.syncsNoMore)
        files.push_back(m_current);
    return files;
}

Result<void> syncLogFiles(Disk& disk, const std::vector<UnsyncedLogFile>& files)
{
    Result<void> result = ok();
    for (const UnsyncedLogFile& each : files) {
        auto synced = each.file->sync();
        // An index that could not be written now is written by the next sync, or the next start.
        if (synced && !each.cdcIndex.empty())
            (void)writeCdcIndex(disk, each.cdcIndex, each.bytes, each.isEnded);
        if (!synced && result)
            result = std::move(synced);
    }
    return result;
}

std::string cdcIndexName(const std::string& segmentName)
{
    return segmentName.substr(0, segmentName.rfind('.')) + "_cdc.idx";
}

Result<void> writeCdcIndex(Disk& disk, const std::string& path, std::uint64_t bytes, bool isEnded)
{
    RW_ASSIGN(const auto file, disk.open(path, OpenMode::Append));
    // The number never gets fewer digits, so that it may be written over the one before.
    return file->writeAt(0, std::to_string(bytes) + (isEnded ? "\nCOMPLETED\n" : ""));
}

} // namespace engine::storage
