#pragma once

#include "engine/coordination/repair.h"
#include "engine/node/node_beans.h"

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace engine::node {

/// StorageService's repair operations: repairAsync gives a command number at once, the repair runs
/// as a task, getParentRepairStatus tells what became of it, and every step is a notification of
/// type "progress" with Cassandra's user data (type, progressCount, total). Node thread only.
class RepairBean {
public:
    using Notify = std::function<void(const boost::json::object&)>;

    explicit RepairBean(const BeanContext& context) : m_context(context) {}
    void addOperations(MBean& bean);
    void setNotify(Notify notify) { m_notify = std::move(notify); }

private:
    /// ProgressEventType of org.apache.cassandra.utils.progress; the ordinals travel.
    enum class Event : std::int32_t {
        Start = 0,
        Progress = 1,
        Error = 2,
        Abort = 3,
        Success = 4,
        Complete = 5
    };
    struct Command {
        std::string state = "IN_PROGRESS";
        std::vector<std::string> messages;
    };

    static Task<boost::json::value> start(RepairBean* self, boost::json::array arguments);
    static Task<boost::json::value> status(RepairBean* self, boost::json::array arguments);
    static Task<boost::json::value> cancel(RepairBean* self);
    static Task<void> run(RepairBean* self, std::int32_t command,
                          coordination::RepairOptions options);
    void tell(std::int32_t command, Event event, std::uint32_t done, std::uint32_t total,
              const std::string& message);

    const BeanContext& m_context;
    Notify m_notify;
    std::map<std::int32_t, Command> m_commands;
    std::int32_t m_commandLast = 0;
};

} // namespace engine::node
