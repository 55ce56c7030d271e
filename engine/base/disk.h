#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine {

enum class OpenMode {
    Read,      ///< must exist
    CreateNew, ///< must not exist; written by append and writeAt
    Append,    ///< created if missing; append continues at the end
};

/// An open file. Reads are safe from any thread at once; writes from one thread at a time.
/// What is written is durable only after sync() has succeeded. A failed sync means that the
/// written data may be lost: never retry it (the kernel has dropped the dirty pages).
class File {
public:
    virtual ~File() = default;

    /// Reads up to `size` bytes at `offset` into `to`; fewer only at the end of the file.
    virtual Result<std::size_t> readAt(std::uint64_t offset, char* to, std::size_t size) = 0;
    /// The same if the bytes are in memory, else nullopt: the caller then reads on the pool.
    virtual Result<std::optional<std::size_t>> tryReadAt(std::uint64_t offset, char* to,
                                                         std::size_t size) = 0;
    virtual Result<void> append(ByteView bytes) = 0;
    virtual Result<void> writeAt(std::uint64_t offset, ByteView bytes) = 0;
    virtual Result<void> truncate(std::uint64_t size) = 0;
    virtual Result<void> sync() = 0;
    [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
};

struct DiskSpace {
    std::uint64_t totalBytes = 0;
    std::uint64_t availableBytes = 0;
    std::uint64_t fileSystem = 0; ///< the same for all folders that share this space
};

struct DirectoryEntry {
    std::string name;
    bool isDirectory = false;
    std::uint64_t size = 0;
};

/// The file system as a node sees it. Calls block: run what may take long on the Pool.
/// Thread-safe. Paths are absolute. Errors are Io, DiskFull, NotFound and carry a DiskFailure with
/// the path. A created, renamed or removed name is durable only after syncDirectory().
class Disk {
public:
    virtual ~Disk() = default;

    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    /// Removes a folder and all below it; a missing one is success.
    virtual Result<void> removeAll(const std::string& path) = 0;
    /// Replaces `to` atomically.
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> link(const std::string& from, const std::string& to) = 0;
    virtual Result<void> createDirectories(const std::string& path) = 0;
    virtual Result<void> syncDirectory(const std::string& path) = 0;
    /// Sorted by name, so that nothing depends on the file system's order.
    virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    virtual Result<DiskSpace> space(const std::string& path) = 0;

    /// The whole file.
    Result<Bytes> readAll(const std::string& path);
    /// Writes `bytes` beside `path`, syncs, renames over it, syncs the folder: the file holds
    /// either the old or the new content, whatever happens.
    Result<void> replaceFile(const std::string& path, ByteView bytes);
};

} // namespace engine
