#include "engine/simulation/disk_tree.h"

#include "engine/base/assert.h"
#include "engine/simulation/simulated_disk.h"

#include <algorithm>

namespace engine::simulation {

namespace {

constexpr std::uint64_t kSectorBytes = 512;

/// The modes that Seeded chooses from.
CrashMode chooseMode(CrashMode mode, Random& random)
{
    if (mode != CrashMode::Seeded)
        return mode;
    constexpr CrashMode kChoices[] = {CrashMode::DropAll, CrashMode::KeepAll, CrashMode::Torn,
                                      CrashMode::Reordered};
    return kChoices[random.below(4)];
}

} // namespace

void Inode::resize(std::uint64_t size)
{
    *m_usedBytes += size;
    *m_usedBytes -= m_content.size();
    m_content.resize(size, '\0');
}

void Inode::put(std::uint64_t offset, ByteView bytes)
{
    if (offset + bytes.size() > m_content.size())
        resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), m_content.begin() + static_cast<std::ptrdiff_t>(offset));
}

void Inode::write(std::uint64_t offset, ByteView bytes)
{
    Change change;
    change.offset = offset;
    if (offset < m_content.size())
        change.before = m_content.substr(offset, bytes.size());
    change.after = bytes;
    put(offset, bytes);
    m_unsynced.push_back(std::move(change));
}

void Inode::truncate(std::uint64_t size)
{
    Change change;
    change.isTruncate = true;
    change.offset = size;
    if (size < m_content.size())
        change.before = m_content.substr(size);
    resize(size);
    m_unsynced.push_back(std::move(change));
}

void Inode::flipBit(std::uint64_t offset, unsigned bit)
{
    m_content[offset] = static_cast<char>(m_content[offset] ^ (1 << bit));
}

void Inode::sync()
{
    std::erase_if(m_unsynced, [](const Change& change) { return !change.isLost; });
    m_syncedSize = m_content.size();
}

void Inode::syncFailed()
{
    for (auto& change : m_unsynced)
        change.isLost = true;
}

void Inode::crash(CrashMode mode, Random& random)
{
    mode = chooseMode(mode, random);
    for (auto it = m_unsynced.rbegin(); it != m_unsynced.rend(); ++it)
        // What lay beyond the end of the file reads as zero.
        put(it->offset,
            it->before +
                Bytes(it->after.size() - std::min(it->after.size(), it->before.size()), '\0'));
    resize(m_syncedSize);
    const std::uint64_t kept = mode == CrashMode::Torn ? random.below(m_unsynced.size() + 1) : 0;
    for (std::size_t i = 0; i < m_unsynced.size(); ++i) {
        const Change& change = m_unsynced[i];
        const bool isWhole = mode == CrashMode::KeepAll || (mode == CrashMode::Torn && i < kept);
        if (change.isTruncate) {
            if (isWhole || (mode == CrashMode::Reordered && random.below(2) == 0))
                resize(change.offset);
        } else if (isWhole) {
            put(change.offset, change.after);
        } else if (mode == CrashMode::Torn && i == kept) {
            put(change.offset,
                ByteView{change.after}.substr(0, random.below(change.after.size() + 1)));
        } else if (mode == CrashMode::Reordered) {
            const std::uint64_t end = change.offset + change.after.size();
            for (std::uint64_t at = change.offset; at < end;) {
                const std::uint64_t next = std::min(end, (at / kSectorBytes + 1) * kSectorBytes);
                if (random.below(2) == 0)
                    put(at, ByteView{change.after}.substr(at - change.offset, next - at));
                at = next;
            }
        }
    }
    m_unsynced.clear();
    m_syncedSize = m_content.size();
}

DiskTree::DiskTree()
{
    m_current[""] = Entry{}; // the root
    m_durable = m_current;
}

std::string DiskTree::parentOf(const std::string& path)
{
    return path.substr(0, path.rfind('/'));
}

const DiskTree::Entry* DiskTree::find(const std::string& path) const
{
    const auto found = m_current.find(path);
    return found == m_current.end() ? nullptr : &found->second;
}

std::pair<DiskTree::Entries::const_iterator, DiskTree::Entries::const_iterator>
DiskTree::below(const std::string& path) const
{
    // '0' follows '/', so every path below `path` sorts between the two.
    return {m_current.lower_bound(path + "/"), m_current.lower_bound(path + "0")};
}

void DiskTree::applyTo(Entries& entries, const Change& change)
{
    for (const auto& [path, entry] : change) {
        if (entry)
            entries[path] = *entry;
        else
            entries.erase(path);
    }
}

void DiskTree::apply(Change change)
{
    applyTo(m_current, change);
    m_pending.push_back(std::move(change));
}

void DiskTree::syncDirectory(const std::string& path)
{
    std::erase_if(m_pending, [&](const Change& change) {
        const bool isDurable = std::any_of(change.begin(), change.end(), [&](const auto& name) {
            const auto& changed = name.first;
            const bool isAbove = path == changed || path.starts_with(changed + "/");
            return parentOf(changed) == path ||
                   (isAbove && name.second && name.second->isDirectory());
        });
        if (isDurable)
            applyTo(m_durable, change);
        return isDurable;
    });
}

void DiskTree::crash(CrashMode mode, Random& random)
{
    // Of each folder's changes a prefix survives, as with a journal a folder; a change of two
    // folders survives only if both got so far.
    std::map<std::string, bool> isCut;
    for (const Change& change : m_pending) {
        bool survives = mode != CrashMode::DropAll;
        for (const auto& name : change) {
            bool& cut = isCut[parentOf(name.first)];
            if (mode != CrashMode::KeepAll && !cut)
                cut = random.below(4) == 0;
            survives = survives && !cut;
        }
        if (survives) {
            applyTo(m_durable, change);
        } else {
            for (const auto& name : change)
                isCut[parentOf(name.first)] = true;
        }
    }
    m_pending.clear();
    // What lies in a folder that is not there is gone. Parents sort before their children.
    for (auto it = m_durable.begin(); it != m_durable.end();) {
        const bool isOrphan = !it->first.empty() && !m_durable.contains(parentOf(it->first));
        it = isOrphan ? m_durable.erase(it) : std::next(it);
    }
    m_current = m_durable;
    // One inode may have several names.
    std::map<const Inode*, bool> seen;
    for (const auto& [path, entry] : m_current)
        if (entry.inode && seen.emplace(entry.inode.get(), true).second)
            entry.inode->crash(mode, random);
}

} // namespace engine::simulation
