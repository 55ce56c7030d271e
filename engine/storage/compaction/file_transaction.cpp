#include "engine/storage/compaction/file_transaction.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"

#include <algorithm>

namespace engine::storage {

namespace {

constexpr std::string_view kTransactionPrefix = "ringwright-txn-";
constexpr std::string_view kAddWord = "add ";
constexpr std::string_view kRemoveWord = "remove ";
constexpr std::string_view kCommitWord = "commit";

std::string withChecksum(const std::string& line)
{
    char crc[4];
    storeBigEndian(crc, crc32(line));
    return line + " " + toHex(ByteView{crc, 4}) + "\n";
}

/// The line without its checksum; nullopt if it is torn or damaged.
std::optional<std::string> checkedLine(std::string_view line)
{
    const std::size_t space = line.rfind(' ');
    if (space == std::string_view::npos)
        return std::nullopt;
    std::string text{line.substr(0, space)};
    if (withChecksum(text) != std::string{line} + "\n")
        return std::nullopt;
    return text;
}

struct LoggedTransaction {
    std::vector<sstable::Descriptor> added;
    std::vector<sstable::Descriptor> obsolete;
    bool committed = false;
};

std::string loggedName(const std::string& folder, const sstable::Descriptor& descriptor)
{
    return descriptor.folder == folder ? descriptor.name()
                                       : descriptor.folder + "/" + descriptor.name();
}

std::optional<sstable::ComponentFile> parseLogged(const std::string& folder, std::string_view word)
{
    const std::size_t slash = word.rfind('/');
    const std::string name = std::string{word.substr(slash + 1)} + "-Data.db"; // npos + 1 is 0
    return sstable::parseFileName(
        slash == std::string_view::npos ? folder : std::string{word.substr(0, slash)}, name);
}

LoggedTransaction parseTransaction(const std::string& folder, std::string_view bytes)
{
    LoggedTransaction logged;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        // What follows a torn line was never answered for.
        const auto line = checkedLine(bytes.substr(0, end));
        if (!line || end == std::string_view::npos)
            break;
        bytes.remove_prefix(end + 1);
        const bool adds = line->starts_with(kAddWord);
        if (*line == kCommitWord) {
            logged.committed = true;
        } else if (adds || line->starts_with(kRemoveWord)) {
            const std::string word = line->substr((adds ? kAddWord : kRemoveWord).size());
            if (const auto file = parseLogged(folder, word))
                (adds ? logged.added : logged.obsolete).push_back(file->descriptor);
        }
    }
    return logged;
}

} // namespace

FileTransaction::FileTransaction(Disk& disk, std::string folder, std::string id)
    : m_disk(disk),
      m_folder(std::move(folder)),
      m_path(m_folder + "/" + std::string{kTransactionPrefix} + id)
{
}

FileTransaction::~FileTransaction()
{
    if (!m_committed)
        undo();
}

void FileTransaction::undo()
{
    if (m_file == nullptr)
        return;
    m_file.reset();
    // A commit that failed may be on the disk all the same: its word has to go before its tables
    // do.
    if (m_triedToCommit && (!m_disk.remove(m_path) || !m_disk.syncDirectory(m_folder)))
        return;
    bool clean = true;
    for (const auto& descriptor : m_added)
        clean = sstable::removeTable(m_disk, descriptor).has_value() && clean;
    // What could not be removed now is removed by the next start, as the file says.
    if (clean && !m_triedToCommit)
        (void)m_disk.remove(m_path);
}

Result<void> FileTransaction::writeLines(const std::vector<std::string>& lines)
{
    const bool isNew = m_file == nullptr;
    if (isNew) {
        RW_ASSIGN(m_file, m_disk.open(m_path, OpenMode::CreateNew));
    }
    std::string bytes;
    for (const std::string& line : lines)
        bytes += withChecksum(line);
    RW_TRY(m_file->append(bytes));
    RW_TRY(m_file->sync());
    return isNew ? m_disk.syncDirectory(m_folder) : ok();
}

Result<void> FileTransaction::add(const sstable::Descriptor& descriptor)
{
    m_added.push_back(descriptor);
    return writeLines({std::string{kAddWord} + loggedName(m_folder, descriptor)});
}

void FileTransaction::forget(const sstable::Descriptor& descriptor)
{
    std::erase(m_added, descriptor);
}

Result<void> FileTransaction::commit(std::vector<sstable::Descriptor> obsolete)
{
    ENGINE_ASSERT(!m_committed, "a transaction is committed once");
    std::vector<std::string> lines;
    for (const auto& descriptor : obsolete)
        lines.push_back(std::string{kRemoveWord} + loggedName(m_folder, descriptor));
    lines.emplace_back(kCommitWord);
    m_triedToCommit = true;
    RW_TRY(writeLines(lines));
    m_obsolete = std::move(obsolete);
    m_committed = true;
    return ok();
}

Result<void> FileTransaction::finish()
{
    ENGINE_ASSERT(m_committed, "finish() comes after commit()");
    for (const auto& descriptor : m_obsolete)
        RW_TRY(sstable::removeTable(m_disk, descriptor));
    m_file.reset();
    RW_TRY(m_disk.remove(m_path));
    return m_disk.syncDirectory(m_folder);
}

Result<std::set<sstable::Descriptor>> FileTransaction::uncommitted(Disk& disk,
                                                                   const std::string& folder)
{
    RW_ASSIGN(const auto entries, disk.list(folder));
    std::set<sstable::Descriptor> added;
    for (const DirectoryEntry& entry : entries) {
        if (entry.isDirectory || !entry.name.starts_with(kTransactionPrefix))
            continue;
        const auto bytes = disk.readAll(folder + "/" + entry.name);
        if (!bytes && bytes.error().code() == ErrorCode::NotFound)
            continue; // it has ended meanwhile
        if (!bytes)
            return bytes.error();
        const LoggedTransaction logged = parseTransaction(folder, *bytes);
        if (!logged.committed)
            added.insert(logged.added.begin(), logged.added.end());
    }
    return added;
}

Result<std::size_t> FileTransaction::recover(Disk& disk, const std::string& folder)
{
    RW_ASSIGN(const auto entries, disk.list(folder));
    std::size_t count = 0;
    for (const DirectoryEntry& entry : entries) {
        if (entry.isDirectory || !entry.name.starts_with(kTransactionPrefix))
            continue;
        const std::string path = folder + "/" + entry.name;
        RW_ASSIGN(const Bytes bytes, disk.readAll(path));
        const LoggedTransaction logged = parseTransaction(folder, bytes);
        for (const auto& descriptor : logged.committed ? logged.obsolete : logged.added) {
            // The other folder may have been on a disk that is gone.
            if (descriptor.folder != folder && !disk.exists(descriptor.folder))
                continue;
            RW_TRY(sstable::removeTable(disk, descriptor));
            RW_TRY(disk.syncDirectory(descriptor.folder));
        }
        RW_TRY(disk.syncDirectory(folder));
        RW_TRY(disk.remove(path));
        ++count;
    }
    return count;
}

} // namespace engine::storage
