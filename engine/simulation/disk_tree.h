#pragma once

#include "engine/base/bytes.h"
#include "engine/base/random.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace engine::simulation {

enum class CrashMode : std::uint8_t;

/// The content of one simulated file with an undo log of what was written since the last sync.
class Inode {
public:
    explicit Inode(std::shared_ptr<std::uint64_t> usedBytes) : m_usedBytes(std::move(usedBytes)) {}
    ~Inode() { *m_usedBytes -= m_content.size(); }
    Inode(const Inode&) = delete;

    [[nodiscard]] const Bytes& content() const noexcept { return m_content; }
    void write(std::uint64_t offset, ByteView bytes);
    void truncate(std::uint64_t size);
    void flipBit(std::uint64_t offset, unsigned bit);
    void sync();
    /// What is unsynced now is never made durable by a later sync.
    void syncFailed();
    void crash(CrashMode mode, Random& random);

private:
    struct Change {
        std::uint64_t offset = 0;
        Bytes before; ///< what stood there, as far as the file reached
        Bytes after;
        bool isTruncate = false;
        bool isLost = false; ///< a sync of it has failed
    };
    void resize(std::uint64_t size);
    void put(std::uint64_t offset, ByteView bytes);

    std::shared_ptr<std::uint64_t> m_usedBytes;
    Bytes m_content;
    std::uint64_t m_syncedSize = 0;
    std::vector<Change> m_unsynced;
};
using InodePtr = std::shared_ptr<Inode>;

/// The names of a simulated disk, as the processes see them and as they would be after a crash.
/// A folder is an entry without inode. Paths have no trailing slash.
class DiskTree {
public:
    struct Entry {
        InodePtr inode; ///< null: a folder
        [[nodiscard]] bool isDirectory() const noexcept { return inode == nullptr; }
    };
    using Entries = std::map<std::string, Entry>;
    /// Names that appear, change (a value) or vanish (nullopt) together or not at all.
    using Change = std::vector<std::pair<std::string, std::optional<Entry>>>;

    DiskTree();
    [[nodiscard]] const Entry* find(const std::string& path) const;
    [[nodiscard]] const Entries& entries() const noexcept { return m_current; }
    /// The entries below a folder, at any depth.
    [[nodiscard]] std::pair<Entries::const_iterator, Entries::const_iterator>
    below(const std::string& path) const;
    void apply(Change change);
    void syncDirectory(const std::string& path);
    void crash(CrashMode mode, Random& random);

    [[nodiscard]] static std::string parentOf(const std::string& path);

private:
    static void applyTo(Entries& entries, const Change& change);

    Entries m_current;
    Entries m_durable;
    std::vector<Change> m_pending;
};

} // namespace engine::simulation
