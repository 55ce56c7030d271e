#include "engine/simulation/simulated_disk.h"

#include "engine/base/assert.h"
#include "engine/base/disk_failure.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace engine::simulation {

namespace {

Error diskNotFound(const std::string& path)
{
    return diskFailure(ErrorCode::NotFound, "there is no file " + path, path);
}

std::string withoutTrailingSlash(const std::string& path)
{
    std::string plain = path;
    while (!plain.empty() && plain.back() == '/')
        plain.pop_back();
    return plain;
}

} // namespace

class SimulatedFile final : public File {
public:
    SimulatedFile(SimulatedDisk& disk, std::string path, InodePtr inode, bool isWritable)
        : m_disk(disk),
          m_path(std::move(path)),
          m_inode(std::move(inode)),
          m_epoch(disk.m_epoch),
          m_isWritable(isWritable)
    {
    }

    Result<std::size_t> readAt(std::uint64_t offset, char* to, std::size_t size) override
    {
        RW_TRY(admit(DiskOperation::Read));
        const Bytes& content = m_inode->content();
        if (offset >= content.size())
            return std::size_t{0};
        const std::size_t count = std::min<std::uint64_t>(size, content.size() - offset);
        if (m_disk.m_faults.bitRot > 0 && count > 0 &&
            m_disk.m_random.unit() < m_disk.m_faults.bitRot)
            m_inode->flipBit(offset + m_disk.m_random.below(count),
                             static_cast<unsigned>(m_disk.m_random.below(8)));
        std::memcpy(to, content.data() + offset, count);
        return count;
    }
    Result<std::optional<std::size_t>> tryReadAt(std::uint64_t offset, char* to,
                                                 std::size_t size) override
    {
        if (m_disk.m_faults.notCached > 0 && m_disk.m_random.unit() < m_disk.m_faults.notCached)
            return std::optional<std::size_t>{};
        RW_ASSIGN(const std::size_t count, readAt(offset, to, size));
        return std::optional<std::size_t>{count};
    }
    Result<void> append(ByteView bytes) override
    {
        return writeAt(m_inode->content().size(), bytes);
    }
    Result<void> writeAt(std::uint64_t offset, ByteView bytes) override
    {
        const std::uint64_t size = m_inode->content().size();
        const std::uint64_t end = offset + bytes.size();
        RW_TRY(admit(DiskOperation::Write, end > size ? end - size : 0));
        m_inode->write(offset, bytes);
        return ok();
    }
    Result<void> truncate(std::uint64_t size) override
    {
        RW_TRY(admit(DiskOperation::Write));
        m_inode->truncate(size);
        return ok();
    }
    Result<void> sync() override
    {
        const auto admitted = admit(DiskOperation::Sync);
        if (!admitted) {
            m_inode->syncFailed();
            return admitted.error();
        }
        if (!m_disk.m_faults.ignoreSync)
            m_inode->sync();
        return ok();
    }
    [[nodiscard]] Result<std::uint64_t> size() const override
    {
        return static_cast<std::uint64_t>(m_inode->content().size());
    }

private:
    Result<void> admit(DiskOperation operation, std::uint64_t grows = 0)
    {
        if (m_epoch != m_disk.m_epoch)
            return diskFailure(ErrorCode::Io,
                               "the machine lost power while " + m_path + " was open", m_path);
        if (operation == DiskOperation::Write && !m_isWritable)
            return diskFailure(ErrorCode::Io, m_path + " is open for reading only", m_path);
        return m_disk.admit(operation, m_path, grows);
    }

    SimulatedDisk& m_disk;
    std::string m_path;
    InodePtr m_inode;
    std::uint64_t m_epoch;
    bool m_isWritable;
};

SimulatedDisk::SimulatedDisk(std::uint64_t seed)
    : m_random(seed), m_usedBytes(std::make_shared<std::uint64_t>(0))
{
}

SimulatedDisk::~SimulatedDisk() = default;

Result<void> SimulatedDisk::admit(DiskOperation operation, const std::string& path,
                                  std::uint64_t grows)
{
    ++m_counts[operation];
    if (isPoweredOff())
        return diskFailure(ErrorCode::Io, "the power is off: " + path, path);
    if (operation != DiskOperation::Read)
        ++m_mutations;
    for (auto it = m_planned.begin(); it != m_planned.end(); ++it) {
        if (it->operation != operation || path.find(it->part) == std::string::npos)
            continue;
        const Error planned = std::exchange(it->error, {});
        m_planned.erase(it);
        if (planned.extra<DiskFailure>() != nullptr)
            return planned.within(path);
        return diskFailure(planned.code(), path + ": " + planned.detail(), path);
    }
    double chance = 0;
    if (operation == DiskOperation::Read)
        chance = m_faults.readError;
    else if (operation == DiskOperation::Write)
        chance = m_faults.writeError;
    else if (operation == DiskOperation::Sync)
        chance = m_faults.syncError;
    if (chance > 0 && m_random.unit() < chance)
        return diskFailure(ErrorCode::Io, "input/output error on " + path, path);
    if (grows > 0 && *m_usedBytes + grows > m_faults.capacityBytes)
        return diskFailure(ErrorCode::DiskFull, "no space is left for " + path, path);
    return ok();
}

Result<std::unique_ptr<File>> SimulatedDisk::open(const std::string& path, OpenMode mode)
{
    const auto* entry = m_tree.find(path);
    if (entry != nullptr && entry->isDirectory())
        return diskFailure(ErrorCode::Io, path + " is a folder", path);
    if (mode == OpenMode::CreateNew && entry != nullptr)
        return diskFailure(ErrorCode::Io, "the file " + path + " exists already", path);
    if (entry != nullptr) {
        if (isPoweredOff())
            return diskFailure(ErrorCode::Io, "the power is off: " + path, path);
        return std::unique_ptr<File>{
            std::make_unique<SimulatedFile>(*this, path, entry->inode, mode != OpenMode::Read)};
    }
    if (mode == OpenMode::Read)
        return diskNotFound(path);
    const auto* parent = m_tree.find(DiskTree::parentOf(path));
    if (parent == nullptr || !parent->isDirectory())
        return diskFailure(ErrorCode::NotFound, "there is no folder " + DiskTree::parentOf(path),
                           path);
    RW_TRY(admit(DiskOperation::Name, path));
    auto inode = std::make_shared<Inode>(m_usedBytes);
    m_tree.apply({{path, DiskTree::Entry{inode}}});
    return std::unique_ptr<File>{std::make_unique<SimulatedFile>(*this, path, inode, true)};
}

Result<void> SimulatedDisk::remove(const std::string& path)
{
    const auto* entry = m_tree.find(path);
    if (entry == nullptr)
        return diskNotFound(path);
    const auto [first, last] = m_tree.below(path);
    if (entry->isDirectory() && first != last)
        return diskFailure(ErrorCode::Io, "the folder " + path + " is not empty", path);
    RW_TRY(admit(DiskOperation::Name, path));
    m_tree.apply({{path, std::nullopt}});
    return ok();
}

Result<void> SimulatedDisk::removeAll(const std::string& given)
{
    const std::string path = withoutTrailingSlash(given);
    if (m_tree.find(path) == nullptr)
        return ok();
    // Deepest first, one by one, as rm does: a crash may leave part of it.
    std::vector<std::string> names{path};
    const auto [first, last] = m_tree.below(path);
    for (auto it = first; it != last; ++it)
        names.push_back(it->first);
    for (auto it = names.rbegin(); it != names.rend(); ++it) {
        RW_TRY(admit(DiskOperation::Name, *it));
        m_tree.apply({{*it, std::nullopt}});
    }
    return ok();
}

Result<void> SimulatedDisk::rename(const std::string& from, const std::string& to)
{
    const auto* entry = m_tree.find(from);
    if (entry == nullptr)
        return diskNotFound(from);
    if (m_tree.find(DiskTree::parentOf(to)) == nullptr)
        return diskFailure(ErrorCode::NotFound, "there is no folder " + DiskTree::parentOf(to), to);
    if (const auto* target = m_tree.find(to); target != nullptr && target->isDirectory())
        return diskFailure(ErrorCode::Io, "the folder " + to + " exists already", to);
    RW_TRY(admit(DiskOperation::Name, from));
    DiskTree::Change change{{from, std::nullopt}, {to, *entry}};
    const auto [first, last] = m_tree.below(from);
    for (auto it = first; it != last; ++it) {
        change.emplace_back(it->first, std::nullopt);
        change.emplace_back(to + it->first.substr(from.size()), it->second);
    }
    m_tree.apply(std::move(change));
    return ok();
}

Result<void> SimulatedDisk::link(const std::string& from, const std::string& to)
{
    const auto* entry = m_tree.find(from);
    if (entry == nullptr || entry->isDirectory())
        return diskNotFound(from);
    if (m_tree.find(to) != nullptr)
        return diskFailure(ErrorCode::Io, "the file " + to + " exists already", to);
    if (m_tree.find(DiskTree::parentOf(to)) == nullptr)
        return diskFailure(ErrorCode::NotFound, "there is no folder " + DiskTree::parentOf(to), to);
    RW_TRY(admit(DiskOperation::Name, to));
    m_tree.apply({{to, *entry}});
    return ok();
}

Result<void> SimulatedDisk::createDirectories(const std::string& given)
{
    const std::string path = withoutTrailingSlash(given);
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string prefix = path.substr(0, end);
        const auto* entry = m_tree.find(prefix);
        if (entry != nullptr && !entry->isDirectory())
            return diskFailure(ErrorCode::Io, prefix + " is a file, not a folder", prefix);
        if (entry == nullptr) {
            RW_TRY(admit(DiskOperation::Name, prefix));
            m_tree.apply({{prefix, DiskTree::Entry{}}});
        }
        if (end == std::string::npos)
            return ok();
    }
}

Result<void> SimulatedDisk::syncDirectory(const std::string& given)
{
    const std::string path = withoutTrailingSlash(given);
    const auto* entry = m_tree.find(path);
    if (entry == nullptr || !entry->isDirectory())
        return diskFailure(ErrorCode::NotFound, "there is no folder " + path, path);
    RW_TRY(admit(DiskOperation::SyncDirectory, path));
    if (!m_faults.ignoreSync)
        m_tree.syncDirectory(path);
    return ok();
}

Result<std::vector<DirectoryEntry>> SimulatedDisk::list(const std::string& given)
{
    const std::string path = withoutTrailingSlash(given);
    const auto* entry = m_tree.find(path);
    if (entry == nullptr || !entry->isDirectory())
        return diskFailure(ErrorCode::NotFound, "there is no folder " + path, path);
    std::vector<DirectoryEntry> found;
    const auto [first, last] = m_tree.below(path);
    for (auto it = first; it != last; ++it) {
        std::string name = it->first.substr(path.size() + 1);
        if (name.find('/') != std::string::npos)
            continue;
        const auto& inode = it->second.inode;
        found.push_back({std::move(name), inode == nullptr, inode ? inode->content().size() : 0});
    }
    std::sort(found.begin(), found.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return found;
}

bool SimulatedDisk::exists(const std::string& path)
{
    return m_tree.find(withoutTrailingSlash(path)) != nullptr;
}

Result<DiskSpace> SimulatedDisk::space(const std::string& path)
{
    if (!exists(path))
        return diskFailure(ErrorCode::NotFound, "there is no folder " + path, path);
    const std::uint64_t used = std::min(*m_usedBytes, m_faults.capacityBytes);
    return DiskSpace{m_faults.capacityBytes, m_faults.capacityBytes - used};
}

void SimulatedDisk::crash(CrashMode mode)
{
    ++m_epoch;
    m_powerOffAt = UINT64_MAX;
    m_planned.clear();
    m_tree.crash(mode, m_random);
}

std::uint64_t SimulatedDisk::count(DiskOperation operation) const
{
    const auto found = m_counts.find(operation);
    return found == m_counts.end() ? 0 : found->second;
}

void SimulatedDisk::failNext(DiskOperation operation, std::string part, Error error)
{
    m_planned.push_back({operation, std::move(part), std::move(error)});
}

void SimulatedDisk::flipBit(const std::string& path, std::uint64_t offset, unsigned bit)
{
    const auto* entry = m_tree.find(path);
    ENGINE_ASSERT(entry != nullptr && entry->inode != nullptr, "the file to damage exists");
    ENGINE_ASSERT(offset < entry->inode->content().size(), "the byte to damage exists");
    entry->inode->flipBit(offset, bit);
}

std::map<std::string, std::uint64_t> SimulatedDisk::files() const
{
    std::map<std::string, std::uint64_t> all;
    for (const auto& [path, entry] : m_tree.entries())
        if (entry.inode)
            all.emplace(path, entry.inode->content().size());
    return all;
}

} // namespace engine::simulation
