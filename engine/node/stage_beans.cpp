#include "engine/node/bean_values.h"

#include <fmt/format.h>

#include <algorithm>

namespace engine::node {

namespace json = boost::json;

namespace {

/// Verbs are numbered below this.
constexpr std::uint16_t kVerbNumbers = 1024;

/// Nodes have no threads a stage; its name makes the figures comparable with Cassandra's.
struct StageFigure {
    const char* name;
    const char* attribute;
    std::int64_t (*read)(const query::ThreadPoolRow&);
};
constexpr StageFigure kStageFigures[] = {
    {"ActiveTasks", "Value",
     [](const query::ThreadPoolRow& p) -> std::int64_t { return p.active; }},
    {"PendingTasks", "Value",
     [](const query::ThreadPoolRow& p) -> std::int64_t { return p.pending; }},
    {"CompletedTasks", "Value",
     [](const query::ThreadPoolRow& p) -> std::int64_t { return p.completed; }},
    {"CurrentlyBlockedTasks", "Count",
     [](const query::ThreadPoolRow& p) -> std::int64_t { return p.blocked; }},
    {"TotalBlockedTasks", "Count",
     [](const query::ThreadPoolRow& p) -> std::int64_t { return p.blockedAllTime; }},
};

} // namespace

std::vector<MBean> stageBeans(const BeanContext& c)
{
    std::vector<MBean> beans;
    for (const auto& pool : c.threadPools()) {
        const std::string path = pool.name.ends_with("Stage") ? "request" : "internal";
        for (const StageFigure& figure : kStageFigures) {
            auto bean = MBean::named(fmt::format(
                "org.apache.cassandra.metrics:type=ThreadPools,path={},scope={},name={}", path,
                pool.name, figure.name));
            bean.attribute(figure.attribute, "long",
                           [&c, name = pool.name, read = figure.read]() -> Result<json::value> {
                               const auto now = c.threadPools();
                               const auto at =
                                   std::find_if(now.begin(), now.end(),
                                                [&](const auto& one) { return one.name == name; });
                               return json::value(at == now.end() ? 0 : read(*at));
                           });
            beans.push_back(std::move(bean));
        }
    }
    for (std::uint16_t number = 0; number < kVerbNumbers; ++number) {
        if (!messaging::isKnownVerb(number))
            continue;
        const auto verb = static_cast<messaging::Verb>(number);
        auto bean = MBean::named(
            fmt::format("org.apache.cassandra.metrics:type=DroppedMessage,scope={},name=Dropped",
                        messaging::verbName(verb)));
        bean.attribute("Count", "long", [&c, verb]() -> Result<json::value> {
            const auto& dropped = c.messaging->counters().droppedByVerb;
            const auto at = dropped.find(verb);
            return json::value(at == dropped.end() ? 0 : at->second);
        });
        beans.push_back(std::move(bean));
    }
    return beans;
}

} // namespace engine::node
