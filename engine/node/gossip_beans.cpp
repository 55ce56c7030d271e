#include "engine/node/bean_values.h"

namespace engine::node {

namespace json = boost::json;
using membership::ApplicationState;
using membership::EndpointView;

namespace {

using Value = Result<json::value>;
constexpr const char* kSnitchClass = "org.apache.cassandra.locator.GossipingPropertyFileSnitch";

/// An endpoint as Java prints an InetAddress that it has not resolved.
std::string slashed(const InetEndpoint& endpoint, bool withPort)
{
    return "/" + endpointText(endpoint, withPort);
}

/// One endpoint's lines of `nodetool gossipinfo`.
std::string stateLines(const EndpointView& view)
{
    std::string text = "  generation:" + std::to_string(view.state.heartBeat.generation) +
                       "\n  heartbeat:" + std::to_string(view.state.heartBeat.version) + "\n";
    for (const auto& [state, value] : view.state.values) {
        text += "  " + std::string(membership::applicationStateName(state)) + ":" +
                std::to_string(value.version) + ":";
        text += state == ApplicationState::Tokens ? "<hidden>" : value.value;
        text += "\n";
    }
    return text;
}

std::string allStates(const BeanContext& context, bool withPort)
{
    std::string text;
    for (const auto& view : context.gossiper.view())
        text += slashed(view.endpoint, withPort) + "\n" + stateLines(view);
    return text;
}

json::value simpleStates(const BeanContext& context, bool withPort)
{
    json::object states;
    for (const auto& view : context.gossiper.view())
        states[slashed(view.endpoint, withPort)] = view.isLocal || view.state.alive ? "UP" : "DOWN";
    return states;
}

json::value phiValues(const BeanContext& context, bool withPort)
{
    json::object values;
    for (const auto& view : context.gossiper.view()) {
        if (!view.isLocal)
            values[slashed(view.endpoint, withPort)] =
                json::object{{"Endpoint", slashed(view.endpoint, withPort)}, {"PHI", view.phi}};
    }
    return values;
}

json::value intervals(const BeanContext& context)
{
    json::object all;
    for (const auto& each : context.gossiper.failureDetector().inspect(context.runtime.now())) {
        json::array milliseconds;
        for (const Duration interval : each.intervals)
            milliseconds.emplace_back(std::chrono::duration<double, std::milli>(interval).count());
        all[slashed(each.endpoint, true)] = std::move(milliseconds);
    }
    return all;
}

json::value closedSockets(const BeanContext& context)
{
    json::array all;
    for (const auto& view : context.gossiper.view()) {
        if (view.socketClosed)
            all.emplace_back(endpointText(view.endpoint, true));
    }
    return all;
}

std::int64_t countAlive(const BeanContext& context, bool alive)
{
    std::int64_t count = 0;
    for (const auto& view : context.gossiper.view())
        count += (view.isLocal || view.state.alive) == alive ? 1 : 0;
    return count;
}

Result<EndpointView> viewOf(const BeanContext& context, const std::string& address)
{
    for (const auto& view : context.gossiper.view()) {
        if (endpointText(view.endpoint, false) == address ||
            endpointText(view.endpoint, true) == address)
            return view;
    }
    return javaError("java.net.UnknownHostException", 500,
                     address + " is not an endpoint that gossip knows");
}

struct FailureDetectorCalls {
    static Task<json::value> endpointState(const BeanContext* context, json::array arguments)
    {
        const auto view = viewOf(*context, stringOf(arguments, 0));
        if (!view)
            co_return view.error();
        co_return json::value(stateLines(*view));
    }
    static Task<json::value> generation(const BeanContext* context, json::array arguments)
    {
        const auto view = viewOf(*context, stringOf(arguments, 0));
        if (!view)
            co_return view.error();
        co_return json::value(view->state.heartBeat.generation);
    }
    static Task<json::value> downtime(const BeanContext* context, json::array arguments)
    {
        const auto view = viewOf(*context, stringOf(arguments, 0));
        if (!view)
            co_return view.error();
        co_return json::value(std::chrono::duration_cast<std::chrono::milliseconds>(
                                  context->gossiper.downtime(view->endpoint))
                                  .count());
    }
    static Task<json::value> assassinate(const BeanContext* context, json::array arguments)
    {
        const auto view = viewOf(*context, stringOf(arguments, 0));
        if (!view)
            co_return view.error();
        context->gossiper.assassinate(view->endpoint);
        co_return json::value();
    }
    static Task<json::value> place(const BeanContext* context, json::array arguments,
                                   ApplicationState state)
    {
        if (arguments.empty()) {
            const auto& snitch = context->ring.snitch();
            co_return json::value(state == ApplicationState::Dc ? snitch.datacenter : snitch.rack);
        }
        const auto view = viewOf(*context, stringOf(arguments, 0));
        if (!view)
            co_return view.error();
        const auto* value = view->state.find(state);
        co_return json::value(value != nullptr ? *value : "");
    }
};

} // namespace

MBean failureDetectorBean(const BeanContext& c)
{
    auto bean = MBean::named("org.apache.cassandra.net:type=FailureDetector");
    for (const bool port : {false, true}) {
        const std::string suffix = port ? "WithPort" : "";
        bean.attribute("AllEndpointStates" + suffix, "java.lang.String",
                       [&c, port]() -> Value { return json::value(allStates(c, port)); });
        bean.attribute("SimpleStates" + suffix, "java.util.Map",
                       [&c, port]() -> Value { return simpleStates(c, port); });
        bean.attribute("PhiValues" + suffix, "javax.management.openmbean.TabularData",
                       [&c, port]() -> Value { return phiValues(c, port); });
    }
    bean.attribute("UpEndpointCount", "int",
                   [&c]() -> Value { return json::value(countAlive(c, true)); });
    bean.attribute("DownEndpointCount", "int",
                   [&c]() -> Value { return json::value(countAlive(c, false)); });
    bean.attribute(
        "PhiConvictThreshold", "double",
        [&c]() -> Value { return json::value(c.gossiper.failureDetector().convictThreshold()); },
        [&c](const json::value& value) -> Result<void> {
            boost::system::error_code error;
            const double threshold = value.to_number<double>(error);
            if (error || threshold < 5 || threshold > 16)
                return javaError("java.lang.IllegalArgumentException", 400,
                                 "phi_convict_threshold is 5 to 16");
            c.gossiper.failureDetector().setConvictThreshold(threshold);
            return ok();
        });
    // Cassandra's agent has nothing like these two; the gossip view draws its intervals from them.
    bean.attribute("RingwrightIntervalsMs", "java.util.Map",
                   [&c]() -> Value { return intervals(c); });
    bean.attribute("RingwrightSocketClosed", "java.util.List",
                   [&c]() -> Value { return closedSockets(c); });
    bean.operation("getEndpointState(java.lang.String)", "java.lang.String",
                   [&c](json::array arguments) {
                       return FailureDetectorCalls::endpointState(&c, std::move(arguments));
                   });
    return bean;
}

MBean gossiperBean(const BeanContext& c)
{
    auto bean = MBean::named("org.apache.cassandra.net:type=Gossiper");
    bean.attribute("ReleaseVersionsWithPort", "java.util.Map", [&c]() -> Value {
        std::map<std::string, std::vector<std::string>> versions;
        for (const auto& view : c.gossiper.view()) {
            const auto* version = view.state.find(ApplicationState::ReleaseVersion);
            versions[version != nullptr ? *version : "unknown"].push_back(
                endpointText(view.endpoint, true));
        }
        json::object all;
        for (const auto& [version, endpoints] : versions)
            all[version] = textArray(endpoints);
        return json::value(std::move(all));
    });
    bean.operation("getEndpointDowntime(java.lang.String)", "long", [&c](json::array arguments) {
        return FailureDetectorCalls::downtime(&c, std::move(arguments));
    });
    bean.operation("getCurrentGenerationNumber(java.lang.String)", "int",
                   [&c](json::array arguments) {
                       return FailureDetectorCalls::generation(&c, std::move(arguments));
                   });
    bean.operation("assassinateEndpoint(java.lang.String)", "void", [&c](json::array arguments) {
        return FailureDetectorCalls::assassinate(&c, std::move(arguments));
    });
    return bean;
}

MBean snitchBean(const BeanContext& c)
{
    auto bean = MBean::named("org.apache.cassandra.db:type=EndpointSnitchInfo");
    bean.attribute("SnitchName", "java.lang.String",
                   []() -> Value { return json::value(kSnitchClass); });
    bean.attribute("Datacenter", "java.lang.String",
                   [&c]() -> Value { return json::value(c.ring.snitch().datacenter); });
    bean.attribute("Rack", "java.lang.String",
                   [&c]() -> Value { return json::value(c.ring.snitch().rack); });
    bean.operation(
        "getDatacenter(java.lang.String)", "java.lang.String", [&c](json::array arguments) {
            return FailureDetectorCalls::place(&c, std::move(arguments), ApplicationState::Dc);
        });
    bean.operation("getRack(java.lang.String)", "java.lang.String", [&c](json::array arguments) {
        return FailureDetectorCalls::place(&c, std::move(arguments), ApplicationState::Rack);
    });
    return bean;
}

} // namespace engine::node
