#pragma once

#include "engine/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::workspace {

class Database;

/// How a saved connection reaches its cluster. Written to the file; never renumber.
enum class ConnectionKind : std::uint8_t { Bundled = 0, Simulated = 1, Remote = 2 };

/// A saved connection. Secrets are not here: `secretReference` names an entry of the keychain.
struct Connection {
    std::int64_t id = 0; ///< 0: not stored yet
    std::string name;
    ConnectionKind kind = ConnectionKind::Bundled;
    std::string cluster;                    ///< bundled: the cluster's name
    std::vector<std::string> contactPoints; ///< remote: "host:port"
    std::string localDatacenter;
    std::string user;
    std::string secretReference;
    bool tls = false;
    std::string settings;                  ///< further settings of the view, as JSON; opaque here
    std::chrono::milliseconds lastUsed{0}; ///< since 1970; 0: never
};

/// One editor tab as it was left.
struct Tab {
    std::int64_t id = 0;         ///< 0: not stored yet
    std::int64_t connection = 0; ///< 0: none
    int position = 0;
    std::string title;
    std::string text;
    std::int64_t caret = 0; ///< byte offset
    std::int64_t anchor = 0;
    std::string keyspace;
    std::uint16_t consistency = 0x0001;       ///< protocol code
    std::uint16_t serialConsistency = 0x0008; ///< protocol code
    std::int32_t pageSize = 100;
    bool tracing = false;
    std::string file; ///< where it was opened from, if anywhere
};

/// One statement that was run.
struct HistoryEntry {
    std::int64_t id = 0;
    std::int64_t connection = 0;
    std::chrono::milliseconds at{0}; ///< since 1970
    std::string keyspace;
    std::string statement;
    std::optional<std::int64_t> rows; ///< none: not a query
    std::chrono::microseconds duration{0};
    std::string node;  ///< coordinator
    std::string error; ///< empty: it went well
};

struct HistoryFilter {
    std::optional<std::int64_t> connection;
    std::string words; ///< every word must occur in statement or error, in any case of letters
    bool errorsOnly = false;
    int limit = 200;
    std::int64_t before = 0; ///< only entries with smaller ids, for paging; 0: from the newest
};

/// One line of a task's log.
struct TaskLogEntry {
    std::int64_t id = 0;
    std::string task; ///< id of the task, chosen by the caller
    std::chrono::milliseconds at{0};
    std::string text;
};
/// A long job as the task view lists it.
struct TaskRecord {
    std::string task;
    std::string title;
    std::chrono::milliseconds started{0};
    std::chrono::milliseconds ended{0}; ///< 0: not over
    std::string outcome;                ///< "done", "cancelled", or an error's sentence
};

/// The studio's one file: connections, tabs, history, settings, task log, in SQLite.
///
/// One Workspace a file: open() takes a lock that a second studio sees. One thread at a time. Every
/// writing call is in the file when it returns, so SIGKILL afterwards loses nothing; a power cut
/// may lose the last moments but never damages the file (WAL, synchronous NORMAL).
/// Errors: Io, DiskFull, Corrupt with the path; VersionTooNew if a newer Ringwright wrote the file;
/// AddressInUse (with the owner's process id) if another studio has it open.
class Workspace {
public:
    /// Opens or creates the file. An older version is migrated after a copy "<file>.v<n>.bak".
    [[nodiscard]] static Result<std::unique_ptr<Workspace>> open(const std::filesystem::path& file);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    [[nodiscard]] const std::filesystem::path& file() const noexcept;
    /// For the parts that have classes of their own (ModelHistory).
    [[nodiscard]] Database& database() noexcept;

    /// By name.
    [[nodiscard]] Result<std::vector<Connection>> connections() const;
    /// Stores and returns the id; inserts if `id` is 0. Names are unique: AlreadyExists.
    [[nodiscard]] Result<std::int64_t> saveConnection(const Connection& connection);
    /// Its history goes too; tabs stay without connection.
    [[nodiscard]] Result<void> removeConnection(std::int64_t id);
    [[nodiscard]] Result<void> touchConnection(std::int64_t id, std::chrono::milliseconds at);

    /// By position.
    [[nodiscard]] Result<std::vector<Tab>> tabs() const;
    [[nodiscard]] Result<std::int64_t> saveTab(const Tab& tab);
    /// The cheap form for every pause in typing.
    [[nodiscard]] Result<void> saveTabText(std::int64_t id, std::string_view text,
                                           std::int64_t caret, std::int64_t anchor);
    [[nodiscard]] Result<void> removeTab(std::int64_t id);

    [[nodiscard]] Result<std::int64_t> addHistory(const HistoryEntry& entry);
    /// Newest first.
    [[nodiscard]] Result<std::vector<HistoryEntry>> history(const HistoryFilter& filter) const;
    [[nodiscard]] Result<void> clearHistory(std::optional<std::int64_t> connection);

    /// Settings and window geometry: bytes under a name.
    [[nodiscard]] Result<std::optional<std::string>> setting(std::string_view name) const;
    [[nodiscard]] Result<void> setSetting(std::string_view name, std::string_view value);
    [[nodiscard]] Result<void> removeSetting(std::string_view name);

    [[nodiscard]] Result<void> saveTask(const TaskRecord& task);
    [[nodiscard]] Result<void> addTaskLog(std::string_view task, std::chrono::milliseconds at,
                                          std::string_view text);
    /// Newest first.
    [[nodiscard]] Result<std::vector<TaskRecord>> tasks(int limit = 100) const;
    /// In order of time.
    [[nodiscard]] Result<std::vector<TaskLogEntry>> taskLog(std::string_view task) const;

private:
    struct Impl;
    explicit Workspace(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace engine::workspace
