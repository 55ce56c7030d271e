#include "engine/node/repair_bean.h"

#include "engine/node/bean_values.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;

namespace {
constexpr std::size_t kCommandsKept = 64;
}

void RepairBean::addOperations(MBean& bean)
{
    bean.operation("repairAsync(java.lang.String,java.util.Map)", "int",
                   [this](json::array arguments) { return start(this, std::move(arguments)); });
    bean.operation("getParentRepairStatus(int)", "java.util.List",
                   [this](json::array arguments) { return status(this, std::move(arguments)); });
    bean.operation("forceTerminateAllRepairSessions()", "void",
                   [this](json::array) { return cancel(this); });
}

Task<json::value> RepairBean::start(RepairBean* self, json::array arguments)
{
    coordination::RepairOptions options;
    options.keyspace = stringOf(arguments, 0);
    const auto keyspace = self->m_context.schema.current()->keyspace(options.keyspace);
    if (!keyspace)
        co_return javaError("java.lang.IllegalArgumentException", 400,
                            "Keyspace [" + options.keyspace + "] does not exist.");
    if (arguments.size() > 1 && arguments[1].is_object()) {
        const auto& wire = arguments[1].as_object();
        const auto text = [&](const char* key) {
            const auto* value = wire.if_contains(key);
            return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                          : std::string();
        };
        options.primaryRangeOnly = text("primaryRange") == "true";
        options.incremental = text("incremental") == "true";
        std::string names = text("columnFamilies");
        while (!names.empty()) {
            const auto comma = names.find(',');
            options.tables.push_back(names.substr(0, comma));
            names = comma == std::string::npos ? std::string() : names.substr(comma + 1);
        }
    }
    const auto strategy = ring::ReplicationStrategy::make(keyspace->name, keyspace->replication);
    if (strategy && (*strategy)->replicationFactor() < 2)
        co_return json::value(0); // as Cassandra: nothing to repair
    const std::int32_t command = ++self->m_commandLast;
    self->m_commands[command];
    while (self->m_commands.size() > kCommandsKept)
        self->m_commands.erase(self->m_commands.begin());
    self->tell(command, Event::Start, 0, 100,
               fmt::format("Starting repair command #{}, repairing keyspace {}", command,
                           options.keyspace));
    self->m_context.runtime.spawn(Priority::Background, "repair",
                                  run(self, command, std::move(options)));
    co_return json::value(command);
}

Task<void> RepairBean::run(RepairBean* self, std::int32_t command,
                           coordination::RepairOptions options)
{
    const std::string keyspace = options.keyspace;
    auto repairing = self->m_context.coordinator.repairs().repair(
        std::move(options), [self, command](const coordination::RepairProgress& p) {
            self->tell(command, Event::Progress, p.done, p.total, p.sentence);
        });
    auto outcome = co_await repairing;
    auto& record = self->m_commands[command];
    if (outcome) {
        record.state = "COMPLETED";
        const std::string message =
            fmt::format("Repair completed successfully: {} ranges compared, {} differed, {} "
                        "partitions received, {} sent",
                        outcome->rangesCompared, outcome->rangesDiffering,
                        outcome->partitionsPulled, outcome->partitionsPushed);
        record.messages = {message};
        self->tell(command, Event::Success, 1, 1, message);
    } else {
        record.state = "FAILED";
        record.messages = {outcome.error().detail(),
                           fmt::format("Repair command #{} finished with error", command)};
        self->tell(command, Event::Error, 1, 1, outcome.error().detail());
    }
    self->tell(command, Event::Complete, 1, 1, fmt::format("Repair command #{} finished", command));
    co_return ok();
}

Task<json::value> RepairBean::status(RepairBean* self, json::array arguments)
{
    boost::system::error_code error;
    const auto number = arguments.empty() ? 0 : arguments[0].to_number<std::int32_t>(error);
    const auto found = self->m_commands.find(number);
    if (found == self->m_commands.end())
        co_return json::value();
    json::array words{json::value(found->second.state)};
    for (const auto& message : found->second.messages)
        words.emplace_back(message);
    co_return json::value(std::move(words));
}

Task<json::value> RepairBean::cancel(RepairBean* self)
{
    self->m_context.coordinator.repairs().cancelAll();
    co_return json::value();
}

void RepairBean::tell(std::int32_t command, Event event, std::uint32_t done, std::uint32_t total,
                      const std::string& message)
{
    if (!m_notify)
        return;
    m_notify(
        {{"timeStamp", m_context.runtime.wallNow().millis()},
         {"userData",
          {{"type", static_cast<std::int32_t>(event)}, {"progressCount", done}, {"total", total}}},
         {"source", "repair:" + std::to_string(command)},
         {"message", message},
         {"type", "progress"}});
}

} // namespace engine::node
