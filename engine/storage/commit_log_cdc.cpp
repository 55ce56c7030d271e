#include "engine/storage/commit_log_cdc.h"

#include "engine/storage/commit_log_file.h"

#include <algorithm>

namespace engine::storage {

namespace {

struct CdcFolder {
    std::uint64_t bytes = 0;
    std::vector<DirectoryEntry> files;
};

Result<CdcFolder> listCdc(Disk& disk, const std::string& folder)
{
    CdcFolder found;
    if (!disk.exists(folder))
        return found;
    RW_ASSIGN(found.files, disk.list(folder));
    for (const DirectoryEntry& entry : found.files)
        found.bytes += entry.size;
    return found;
}

/// Bytes in the folder, after the oldest complete segments have made room for it to be at most
/// `bytesMax`.
Result<std::uint64_t> shrinkCdc(Disk& disk, const std::string& folder, std::uint64_t bytesMax)
{
    RW_ASSIGN(CdcFolder found, listCdc(disk, folder));
    std::sort(found.files.begin(), found.files.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) {
                  return std::pair{a.name.size(), a.name} < std::pair{b.name.size(), b.name};
              });
    for (const DirectoryEntry& entry : found.files) {
        if (found.bytes <= bytesMax)
            break;
        const std::string index = folder + "/" + cdcIndexName(entry.name);
        if (!entry.name.ends_with(".log") || !disk.exists(index))
            continue;
        RW_ASSIGN(const Bytes text, disk.readAll(index));
        if (text.find("COMPLETED") == Bytes::npos)
            continue;
        RW_TRY(disk.remove(folder + "/" + entry.name));
        RW_TRY(disk.remove(index));
        found.bytes -= std::min(found.bytes, entry.size + text.size());
    }
    return found.bytes;
}

} // namespace

CdcSpace::CdcSpace(Runtime& runtime, const StoreOptions& options)
    : m_runtime(runtime),
      m_folder(options.cdcRawFolder),
      m_bytesMax(options.cdcTotalBytes),
      m_blocks(options.cdcBlocksWrites),
      m_interval(options.cdcCheckInterval)
{
}

Result<void> CdcSpace::admit()
{
    if (!m_lookedAt)
        look();
    if (bytes() <= m_bytesMax)
        return ok();
    if (m_runtime.now() >= *m_lookedAt + m_interval)
        look();
    if (!m_blocks)
        return ok();
    return Error{ErrorCode::CdcWriteFailure,
                 "the change data capture logs in " + m_folder + " take " +
                     std::to_string(bytes()) + " of the " + std::to_string(m_bytesMax) +
                     " bytes that cdc_total_space allows: consume and remove some, then tables "
                     "with cdc = true can be written again"};
}

void CdcSpace::look()
{
    if (m_isLooking)
        return;
    m_isLooking = true;
    m_lookedAt = m_runtime.now();
    const auto bytes = std::make_shared<Result<std::uint64_t>>(m_bytes);
    m_runtime.pool().submit(
        "cdc space",
        [&disk = m_runtime.disk(), bytes, folder = m_folder,
         bytesMax = m_blocks ? UINT64_MAX : m_bytesMax] {
            *bytes = shrinkCdc(disk, folder, bytesMax);
        },
        [self = shared_from_this(), bytes, grown = m_grown] {
            self->m_isLooking = false;
            if (self->m_isClosed)
                return;
            if (*bytes) {
                self->m_bytes = **bytes;
                self->m_grown -= grown;
            } else
                self->m_runtime.log().warn("storage", bytes->error().detail());
        });
}

void CdcSpace::forget(const std::string& segmentName)
{
    m_runtime.pool().submit(
        "cdc link",
        [&disk = m_runtime.disk(), path = m_folder + "/" + segmentName] {
            (void)disk.remove(path); // gone already if its reader took it away
        },
        [self = shared_from_this()] {});
}

Result<void> settleCdcSegment(Disk& disk, const std::string& cdcFolder,
                              const std::string& segmentName, bool holdsCdc, std::uint64_t bytes)
{
    const std::string path = cdcFolder + "/" + segmentName;
    if (!disk.exists(path))
        return ok();
    if (holdsCdc)
        return writeCdcIndex(disk, cdcFolder + "/" + cdcIndexName(segmentName), bytes, true);
    return disk.remove(path);
}

} // namespace engine::storage
