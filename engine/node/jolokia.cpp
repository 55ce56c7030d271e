#include "engine/node/mbeans.h"

#include <boost/json.hpp>

#include <algorithm>
#include <deque>

namespace engine::node {

namespace json = boost::json;

namespace {

constexpr std::size_t kNotificationsMax = 100;
constexpr std::size_t kNotificationClientsMax = 64;

std::string stringField(const json::object& request, std::string_view key)
{
    const auto* value = request.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

Result<ObjectName> nameOf(const json::object& request)
{
    auto name = ObjectName::parse(stringField(request, "mbean"));
    if (!name)
        return javaError("javax.management.MalformedObjectNameException", 400,
                         name.error().detail());
    return name;
}

/// Jolokia's inner paths: "used", or "a/b" with '!' escaping. A step into what is no object or
/// has no such key is an error as the agent's.
Result<json::value> followPath(json::value value, const std::string& path)
{
    std::size_t at = 0;
    while (at < path.size()) {
        std::string step;
        while (at < path.size() && path[at] != '/') {
            if (path[at] == '!' && at + 1 < path.size())
                ++at;
            step += path[at++];
        }
        ++at;
        if (auto* object = value.if_object(); object != nullptr && object->contains(step)) {
            json::value inner = object->at(step);
            value = std::move(inner);
        } else {
            return javaError("javax.management.AttributeNotFoundException", 404,
                             "Invalid path '" + path + "'");
        }
    }
    return value;
}

/// "takeSnapshot" of "takeSnapshot(java.lang.String)".
std::string_view operationName(std::string_view signature)
{
    return signature.substr(0, signature.find('('));
}

std::string_view operationArguments(std::string_view signature)
{
    const auto open = signature.find('(');
    return open == std::string_view::npos ? std::string_view{} : signature.substr(open);
}

Result<const MBean::Operation*> findOperation(const MBean& bean, const std::string& wanted)
{
    if (const auto exact = bean.operations.find(wanted); exact != bean.operations.end())
        return &exact->second;
    const MBean::Operation* only = nullptr;
    std::string signatures;
    for (const auto& [signature, operation] : bean.operations) {
        if (operationName(signature) != operationName(wanted))
            continue;
        signatures += (signatures.empty() ? "" : ",") + std::string(operationArguments(signature));
        only = &operation;
    }
    if (only == nullptr)
        return javaError("java.lang.IllegalArgumentException", 400,
                         "No operation " + std::string(operationName(wanted)) + " found on MBean " +
                             bean.name.canonical());
    if (signatures.find("),(") != std::string::npos && wanted.find('(') == std::string::npos)
        return javaError("java.lang.IllegalArgumentException", 400,
                         "Operation " + wanted + " on MBean " + bean.name.canonical() +
                             " is overloaded. Signatures found: " + signatures +
                             ". Use a signature when specifying the operation.");
    if (wanted.find('(') != std::string::npos)
        return javaError("java.lang.IllegalArgumentException", 400,
                         "No operation " + wanted + " on MBean " + bean.name.canonical() +
                             " exists. Known signatures: " + signatures);
    return only;
}

} // namespace

/// Notification clients in pull mode, bounded in number and in what they may leave unread.
struct Jolokia::Subscribers {
    struct Subscription {
        std::string bean;
        std::deque<json::object> waiting;
        std::int64_t dropped = 0;
    };
    struct Client {
        std::map<std::string, Subscription> byHandle;
        std::int64_t handleLast = 0;
    };
    std::map<std::string, Client> clients;
    std::int64_t clientLast = 0;
    std::int64_t sequence = 0;
};

Jolokia::Jolokia(MBeanRegistry& registry, Identity identity)
    : m_registry(registry),
      m_identity(std::move(identity)),
      m_subscribers(std::make_unique<Subscribers>())
{
    addNotificationStore();
}

Jolokia::~Jolokia() = default;

Task<json::value> Jolokia::handle(json::value request, bool allowChanges)
{
    if (!request.is_array()) {
        auto handling = handleOne(std::move(request), allowChanges);
        co_return co_await handling;
    }
    json::array answers;
    for (auto& each : request.get_array()) {
        auto one = handleOne(std::move(each), allowChanges);
        auto answer = co_await one;
        if (!answer)
            co_return answer.error();
        answers.push_back(std::move(*answer));
    }
    co_return json::value(std::move(answers));
}

Task<json::value> Jolokia::handleOne(json::value request, bool allowChanges)
{
    Result<json::value> outcome =
        javaError("java.lang.IllegalArgumentException", 400, "the request is not a JSON object");
    json::object echo;
    if (request.is_object()) {
        echo = request.get_object();
        echo.erase("config");
        if (const auto name = ObjectName::parse(stringField(echo, "mbean")))
            echo["mbean"] = name->canonical();
        const json::object body = request.get_object();
        const std::string type = stringField(body, "type");
        if ((type == "exec" || type == "write") && !allowChanges) {
            outcome = javaError("java.lang.SecurityException", 403,
                                type + " needs a POST with Content-Type application/json");
        } else if (type == "exec") {
            auto running = exec(body);
            outcome = co_await running;
        } else if (type == "read") {
            outcome = read(body);
        } else if (type == "write") {
            outcome = write(body);
        } else if (type == "list") {
            outcome = list(body);
        } else if (type == "search") {
            outcome = search(body);
        } else if (type == "version") {
            outcome = version();
        } else if (type == "notification") {
            outcome = notification(body);
        } else {
            outcome = javaError("java.lang.UnsupportedOperationException", 500,
                                "No type with name '" + type + "' exists");
        }
    }
    json::object answer{{"request", std::move(echo)}};
    if (outcome) {
        answer["value"] = std::move(*outcome);
        answer["status"] = 200;
        answer["timestamp"] = m_identity.nowSeconds();
        co_return json::value(std::move(answer));
    }
    const auto* java = outcome.error().extra<JavaException>();
    answer["error_type"] = java != nullptr ? java->type : "java.lang.RuntimeException";
    answer["error"] = java != nullptr ? outcome.error().detail()
                                      : "java.lang.RuntimeException : " + outcome.error().detail();
    answer["status"] = java != nullptr ? java->status : 500;
    co_return json::value(std::move(answer));
}

Result<json::value> Jolokia::readAttributes(const MBean& bean, const json::object& request)
{
    const auto* wanted = request.if_contains("attribute");
    const auto one = [&](const std::string& name) -> Result<json::value> {
        const auto attribute = bean.attributes.find(name);
        if (attribute == bean.attributes.end())
            return javaError("javax.management.AttributeNotFoundException", 404,
                             "No such attribute: " + name);
        return attribute->second.read();
    };
    if (wanted != nullptr && wanted->is_string())
        return one(std::string(wanted->as_string()));
    json::object values;
    if (wanted != nullptr && wanted->is_array()) {
        for (const auto& each : wanted->as_array()) {
            if (!each.is_string())
                continue;
            RW_ASSIGN(values[each.as_string()], one(std::string(each.as_string())));
        }
        return json::value(std::move(values));
    }
    for (const auto& [name, attribute] : bean.attributes) {
        // One attribute that fails must not hide the others; the agent puts its error in place.
        auto value = attribute.read();
        values[name] = value ? std::move(*value) : json::value("ERROR: " + value.error().detail());
    }
    return json::value(std::move(values));
}

Result<json::value> Jolokia::read(const json::object& request)
{
    RW_ASSIGN(const ObjectName name, nameOf(request));
    if (name.isPattern()) {
        json::object all;
        for (const MBeanPtr& bean : m_registry.matching(name)) {
            // With a pattern, beans that lack an attribute are left out, not an error.
            if (auto values = readAttributes(*bean, request)) {
                const auto* wanted = request.if_contains("attribute");
                if (wanted != nullptr && wanted->is_string())
                    all[bean->name.canonical()] =
                        json::object{{wanted->as_string(), std::move(*values)}};
                else
                    all[bean->name.canonical()] = std::move(*values);
            }
        }
        if (all.empty())
            return javaError("javax.management.InstanceNotFoundException", 404,
                             "No MBean with pattern " + name.canonical() +
                                 " found for reading attributes");
        return json::value(std::move(all));
    }
    const MBeanPtr bean = m_registry.find(name);
    if (bean == nullptr)
        return javaError("javax.management.InstanceNotFoundException", 404, name.canonical());
    RW_ASSIGN(json::value value, readAttributes(*bean, request));
    return followPath(std::move(value), stringField(request, "path"));
}

Result<json::value> Jolokia::write(const json::object& request)
{
    RW_ASSIGN(const ObjectName name, nameOf(request));
    const MBeanPtr bean = m_registry.find(name);
    if (bean == nullptr)
        return javaError("javax.management.InstanceNotFoundException", 404, name.canonical());
    const std::string wanted = stringField(request, "attribute");
    const auto attribute = bean->attributes.find(wanted);
    if (attribute == bean->attributes.end() || !attribute->second.write)
        return javaError("javax.management.AttributeNotFoundException", 404,
                         "No such writable attribute: " + wanted);
    RW_ASSIGN(json::value before, attribute->second.read());
    const auto* value = request.if_contains("value");
    RW_TRY(attribute->second.write(value != nullptr ? *value : json::value()));
    return before;
}

Task<json::value> Jolokia::exec(json::object request)
{
    const auto name = nameOf(request);
    if (!name)
        co_return name.error();
    const MBeanPtr bean = m_registry.find(*name);
    if (bean == nullptr)
        co_return javaError("javax.management.InstanceNotFoundException", 404, name->canonical());
    const auto operation = findOperation(*bean, stringField(request, "operation"));
    if (!operation)
        co_return operation.error();
    json::array arguments;
    if (const auto* given = request.if_contains("arguments"); given != nullptr && given->is_array())
        arguments = given->as_array();
    auto running = (*operation)->invoke(std::move(arguments));
    co_return co_await running;
}

Result<json::value> Jolokia::list(const json::object& request)
{
    json::object domains;
    for (const MBeanPtr& bean : m_registry.matching(*ObjectName::parse("*:*"))) {
        json::object attributes;
        for (const auto& [name, attribute] : bean->attributes)
            attributes[name] = json::object{{"rw", static_cast<bool>(attribute.write)},
                                            {"type", attribute.type},
                                            {"desc", name}};
        json::object operations;
        for (const auto& [signature, operation] : bean->operations) {
            json::array arguments;
            std::string_view types = operationArguments(signature);
            types = types.size() > 2 ? types.substr(1, types.size() - 2) : std::string_view{};
            for (int i = 0; !types.empty(); ++i) {
                const auto comma = types.find(',');
                arguments.push_back(json::object{{"name", "p" + std::to_string(i)},
                                                 {"type", types.substr(0, comma)},
                                                 {"desc", ""}});
                types =
                    comma == std::string_view::npos ? std::string_view{} : types.substr(comma + 1);
            }
            json::object one{{"args", std::move(arguments)},
                             {"ret", operation.returns},
                             {"desc", operationName(signature)}};
            auto& slot = operations[operationName(signature)];
            if (slot.is_null())
                slot = std::move(one);
            else if (slot.is_object())
                slot = json::array{slot, std::move(one)};
            else
                slot.as_array().push_back(std::move(one));
        }
        const std::string canonical = bean->name.canonical();
        auto& domain = domains[bean->name.domain()];
        if (domain.is_null())
            domain.emplace_object();
        domain.as_object()[canonical.substr(canonical.find(':') + 1)] =
            json::object{{"attr", std::move(attributes)},
                         {"op", std::move(operations)},
                         {"class", "ringwright"},
                         {"desc", ""}};
    }
    return followPath(std::move(domains), stringField(request, "path"));
}

Result<json::value> Jolokia::search(const json::object& request)
{
    RW_ASSIGN(const ObjectName pattern, nameOf(request));
    json::array names;
    for (const MBeanPtr& bean : m_registry.matching(pattern))
        names.emplace_back(bean->name.canonical());
    return json::value(std::move(names));
}

Result<json::value> Jolokia::version()
{
    return json::value{{"agent", "2.1.2"},
                       {"protocol", "8.0"},
                       {"details",
                        {{"agent_version", "2.1.2"},
                         {"agent_id", m_identity.agentId},
                         {"secured", true},
                         {"url", m_identity.url}}},
                       {"id", m_identity.agentId},
                       {"config", {{"agentContext", "/jolokia"}, {"agentId", m_identity.agentId}}},
                       {"info", {{"proxy", json::object{}}, {"jmx", json::object{}}}}};
}

Result<json::value> Jolokia::notification(const json::object& request)
{
    const std::string command = stringField(request, "command");
    auto& clients = m_subscribers->clients;
    if (command == "register") {
        if (clients.size() >= kNotificationClientsMax)
            clients.erase(clients.begin());
        const std::string id =
            m_identity.agentId + "-client-" + std::to_string(++m_subscribers->clientLast);
        clients[id];
        return json::value{
            {"backend",
             {{"pull",
               {{"maxEntries", kNotificationsMax},
                {"store", "jolokia:type=NotificationStore,agent=" + m_identity.agentId}}}}},
            {"id", id}};
    }
    const auto client = clients.find(stringField(request, "client"));
    if (client == clients.end())
        return javaError("java.lang.IllegalArgumentException", 400,
                         "No client '" + stringField(request, "client") + "' is registered");
    if (command == "add") {
        if (stringField(request, "mode") != "pull")
            return javaError("java.lang.IllegalArgumentException", 400,
                             "No backend of type '" + stringField(request, "mode") +
                                 "' registered");
        RW_ASSIGN(const ObjectName name, nameOf(request));
        if (m_registry.find(name) == nullptr)
            return javaError("javax.management.InstanceNotFoundException", 404, name.canonical());
        const std::string handle = std::to_string(++client->second.handleLast);
        client->second.byHandle[handle].bean = name.canonical();
        return json::value(handle);
    }
    if (command == "remove") {
        client->second.byHandle.erase(stringField(request, "handle"));
        return json::value();
    }
    if (command == "unregister") {
        clients.erase(client);
        return json::value();
    }
    if (command == "ping")
        return json::value();
    return javaError("java.lang.IllegalArgumentException", 400,
                     "No command '" + command + "' exists for notifications");
}

void Jolokia::addNotificationStore()
{
    auto bean = MBean::named("jolokia:agent=" + m_identity.agentId + ",type=NotificationStore");
    // pull(client, handle): everything since the last pull, or null. Named function: a coroutine
    // lambda must not capture.
    struct Pull {
        static Task<json::value> run(Jolokia* self, json::array arguments)
        {
            if (arguments.size() != 2 || !arguments[0].is_string() || !arguments[1].is_string())
                co_return javaError("java.lang.IllegalArgumentException", 400,
                                    "pull wants a client and a handle");
            const auto client =
                self->m_subscribers->clients.find(std::string(arguments[0].as_string()));
            if (client == self->m_subscribers->clients.end())
                co_return json::value();
            const auto found = client->second.byHandle.find(std::string(arguments[1].as_string()));
            if (found == client->second.byHandle.end() || found->second.waiting.empty())
                co_return json::value();
            json::array notifications;
            for (auto& each : found->second.waiting)
                notifications.push_back(std::move(each));
            found->second.waiting.clear();
            const std::int64_t dropped = std::exchange(found->second.dropped, 0);
            co_return json::value{{"dropped", dropped},
                                  {"handle", found->first},
                                  {"handback", nullptr},
                                  {"notifications", std::move(notifications)}};
        }
    };
    bean.operation("pull(java.lang.String,java.lang.String)",
                   "org.jolokia.server.core.service.notification.NotificationResult",
                   [this](json::array arguments) { return Pull::run(this, std::move(arguments)); });
    m_registry.add(std::move(bean));
}

void Jolokia::notify(const ObjectName& bean, const json::object& notification)
{
    const std::string name = bean.canonical();
    for (auto& [id, client] : m_subscribers->clients) {
        for (auto& [handle, subscription] : client.byHandle) {
            if (subscription.bean != name)
                continue;
            if (subscription.waiting.size() >= kNotificationsMax) {
                subscription.waiting.pop_front();
                ++subscription.dropped;
            }
            json::object copy = notification;
            copy["sequenceNumber"] = m_subscribers->sequence;
            subscription.waiting.push_back(std::move(copy));
        }
    }
    ++m_subscribers->sequence;
}

Result<json::value> Jolokia::requestOfPath(std::string_view path)
{
    std::vector<std::string> steps;
    std::string step;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '!' && i + 1 < path.size()) {
            step += path[++i];
        } else if (path[i] == '/') {
            steps.push_back(std::exchange(step, {}));
        } else {
            step += path[i];
        }
    }
    if (!step.empty())
        steps.push_back(step);
    if (steps.empty())
        return json::value{{"type", "version"}};
    json::object request{{"type", steps[0]}};
    if (steps[0] == "list") {
        std::string inner;
        for (std::size_t i = 1; i < steps.size(); ++i)
            inner += (i > 1 ? "/" : "") + steps[i];
        if (!inner.empty())
            request["path"] = inner;
        return json::value(std::move(request));
    }
    if (steps.size() > 1)
        request["mbean"] = steps[1];
    if (steps[0] == "read" && steps.size() > 2)
        request["attribute"] = steps[2];
    if (steps[0] == "read" && steps.size() > 3)
        request["path"] = steps[3];
    if (steps[0] == "exec" && steps.size() > 2) {
        request["operation"] = steps[2];
        json::array arguments;
        for (std::size_t i = 3; i < steps.size(); ++i)
            arguments.emplace_back(steps[i]);
        request["arguments"] = std::move(arguments);
    }
    return json::value(std::move(request));
}

} // namespace engine::node
