#pragma once

#include "engine/admin/jolokia_client.h"
#include "engine/admin/node_admin.h"

#include <boost/json/fwd.hpp>

#include <chrono>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// What the commands of nodetool.h share; for their files only.
namespace engine::launcher::tool {

inline constexpr const char* kStorage = "org.apache.cassandra.db:type=StorageService";
inline constexpr auto kQuick = std::chrono::seconds{20};

/// One run: who is asked, the arguments, and where the text goes.
struct Tool {
    const admin::JolokiaAddress& node;
    std::vector<std::string> arguments; ///< without options
    std::map<std::string, std::string> options;
    std::ostream& out;

    [[nodiscard]] std::unique_ptr<admin::NodeAdmin> admin() const
    {
        return admin::makeJolokiaAdmin(node, kQuick);
    }
    [[nodiscard]] std::string argument(std::size_t index) const
    {
        return index < arguments.size() ? arguments[index] : std::string{};
    }
    [[nodiscard]] std::vector<std::string> from(std::size_t index) const
    {
        return index < arguments.size()
                   ? std::vector<std::string>(
                         arguments.begin() + static_cast<std::ptrdiff_t>(index), arguments.end())
                   : std::vector<std::string>{};
    }
    [[nodiscard]] bool has(const std::string& option) const { return options.contains(option); }
    /// Ends when the work has: no timeout.
    [[nodiscard]] Result<boost::json::value>
    call(const std::string& signature, boost::json::array given, const char* bean = kStorage) const;
    [[nodiscard]] Result<boost::json::value> attribute(const std::string& name,
                                                       const std::string& bean = kStorage) const;
    /// All attributes of all beans whose name matches, by name.
    [[nodiscard]] Result<boost::json::object> matching(const std::string& pattern) const;
};

/// A value without quotes around text.
[[nodiscard]] std::string plain(const boost::json::value& value);

[[nodiscard]] Result<void> statusCommand(const Tool& tool);
[[nodiscard]] Result<void> ringCommand(const Tool& tool);
/// A line of infoCommand(): "KeyCache" or "RowCache", in the words of nodetool.
[[nodiscard]] Result<std::string> cacheLine(const Tool& tool, const std::string& scope);
/// "KeyCache" or "RowCache".
[[nodiscard]] Result<void> invalidateCacheCommand(const Tool& tool, const char* cache);
[[nodiscard]] Result<void> setCacheCapacityCommand(const Tool& tool);
[[nodiscard]] Result<void> setCacheKeysToSaveCommand(const Tool& tool);
[[nodiscard]] Result<void> infoCommand(const Tool& tool);
[[nodiscard]] Result<void> describeCommand(const Tool& tool);
[[nodiscard]] Result<void> gossipCommand(const Tool& tool);
[[nodiscard]] Result<void> tableStatsCommand(const Tool& tool);
[[nodiscard]] Result<void> compactionStatsCommand(const Tool& tool);
[[nodiscard]] Result<void> tableHistogramsCommand(const Tool& tool);
[[nodiscard]] Result<void> poolStatsCommand(const Tool& tool);
[[nodiscard]] Result<void> verifyCommand(const Tool& tool);
[[nodiscard]] Result<void> scrubCommand(const Tool& tool);
[[nodiscard]] Result<void> garbageCollectCommand(const Tool& tool);
[[nodiscard]] Result<void> upgradeCommand(const Tool& tool);
[[nodiscard]] Result<void> relocateCommand(const Tool& tool);
[[nodiscard]] Result<void> importCommand(const Tool& tool);
[[nodiscard]] Result<void> refreshCommand(const Tool& tool);
[[nodiscard]] Result<void> repairAdminCommand(const Tool& tool);

} // namespace engine::launcher::tool
