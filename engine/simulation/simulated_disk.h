#pragma once

#include "engine/base/disk.h"
#include "engine/base/random.h"
#include "engine/simulation/disk_tree.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace engine::simulation {

/// What the disk does wrong, as probabilities an operation. All zero but notCached: a good disk.
struct DiskFaults {
    double readError = 0;    ///< EIO
    double writeError = 0;   ///< EIO, nothing written
    double syncError = 0;    ///< EIO; what was unsynced may or may not survive a crash
    double bitRot = 0;       ///< a read flips one stored bit, for good
    double notCached = 0.25; ///< tryReadAt says that the bytes are not in memory
    std::uint64_t capacityBytes = 1ULL << 40;
    /// Test-only: sync() and syncDirectory() answer success and do nothing.
    bool ignoreSync = false;
};

/// What a crash does to writes that were not synced.
enum class CrashMode : std::uint8_t {
    Seeded,    ///< one of the others for each file, by the seed
    DropAll,   ///< none survives
    KeepAll,   ///< all survive (the kernel had written them in time)
    Torn,      ///< a prefix survives, the last write of it in part
    Reordered, ///< each 512-byte piece survives or not by itself
};

/// Operations, for planned faults and counters.
enum class DiskOperation : std::uint8_t { Read, Write, Sync, SyncDirectory, Name };

/// An in-memory file system with the durability that POSIX promises and no more:
///
/// - what was written survives crash() for certain only after sync();
/// - a name that was created, linked, renamed or removed survives for certain only after
///   syncDirectory() of its folder, which also makes the folder itself and those above durable;
///   a rename survives as a whole or not at all;
/// - a failed sync leaves the data readable but no later sync makes it durable.
///
/// A crash makes all open files stale: their operations answer Io. Single-threaded. Keeps its
/// content as long as it lives; give it to the next SimulatedRuntime to restart a node.
class SimulatedDisk final : public Disk {
public:
    explicit SimulatedDisk(std::uint64_t seed);
    ~SimulatedDisk() override;

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<void> remove(const std::string& path) override;
    Result<void> removeAll(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> link(const std::string& from, const std::string& to) override;
    Result<void> createDirectories(const std::string& path) override;
    Result<void> syncDirectory(const std::string& path) override;
    Result<std::vector<DirectoryEntry>> list(const std::string& path) override;
    [[nodiscard]] bool exists(const std::string& path) override;
    Result<DiskSpace> space(const std::string& path) override;

    // ---- what tests do to it ----

    [[nodiscard]] DiskFaults& faults() noexcept { return m_faults; }
    /// The power fails: unsynced writes and names survive as `mode` says.
    void crash(CrashMode mode = CrashMode::Seeded);
    /// After `count` more writes, syncs and name changes the power is off: every operation answers
    /// Io until crash(). For tests that crash at each point of a sequence.
    void powerOffAfter(std::uint64_t count) { m_powerOffAt = m_mutations + count; }
    [[nodiscard]] bool isPoweredOff() const noexcept { return m_mutations >= m_powerOffAt; }
    /// Writes, syncs and name changes so far.
    [[nodiscard]] std::uint64_t mutations() const noexcept { return m_mutations; }
    [[nodiscard]] std::uint64_t count(DiskOperation operation) const;
    /// The next operation of this kind on a path that contains `part` fails so.
    void failNext(DiskOperation operation, std::string part, Error error);
    /// Flips one bit of a file, durably. Requires that it exists and is longer than `offset`.
    void flipBit(const std::string& path, std::uint64_t offset, unsigned bit);
    /// Every file with its size, by path: for assertions.
    [[nodiscard]] std::map<std::string, std::uint64_t> files() const;
    [[nodiscard]] std::uint64_t usedBytes() const noexcept { return *m_usedBytes; }

private:
    friend class SimulatedFile;
    struct PlannedFault {
        DiskOperation operation;
        std::string part;
        Error error;
    };
    Result<void> admit(DiskOperation operation, const std::string& path, std::uint64_t grows = 0);

    SeededRandom m_random;
    DiskFaults m_faults;
    DiskTree m_tree;
    std::vector<PlannedFault> m_planned;
    std::map<DiskOperation, std::uint64_t> m_counts;
    std::uint64_t m_mutations = 0;
    std::uint64_t m_powerOffAt = UINT64_MAX;
    std::uint64_t m_epoch = 0;
    std::shared_ptr<std::uint64_t> m_usedBytes;
};

} // namespace engine::simulation
