#include "engine/node/fault_bean.h"

#include "engine/node/bean_values.h"

#include <fmt/format.h>

namespace engine::node {

namespace json = boost::json;
using messaging::LinkFault;

namespace {

/// An answer that comes later than any request waits for is as good as a cut link, which says so.
constexpr std::int64_t kLinkDelayMillisMax = 60'000;

json::object linkValue(const std::string& peer, const LinkFault& fault)
{
    return {
        {"peer", peer},
        {"cut", fault.isCut},
        {"delay_ms", std::chrono::duration_cast<std::chrono::milliseconds>(fault.delay).count()}};
}

json::array linkValues(const messaging::LinkFaults& faults)
{
    json::array all;
    for (const auto& [peer, fault] : faults.byPeer())
        all.push_back(linkValue(peer.toString(), fault));
    if (faults.others())
        all.push_back(linkValue("*", *faults.others()));
    return all;
}

struct FaultCalls {
    static Task<json::value> set(messaging::MessagingService* messaging, EventSink* events,
                                 std::vector<std::string> peers, LinkFault fault)
    {
        std::vector<std::optional<InetEndpoint>> links;
        for (const std::string& text : peers) {
            const auto peer = InetEndpoint::parse(text, messaging->local().port);
            if (!peer)
                co_return javaError("java.lang.IllegalArgumentException", 400,
                                    "'" + text + "' is no internode endpoint");
            if (*peer == messaging->local())
                co_return javaError("java.lang.IllegalArgumentException", 400,
                                    text + " is this node itself; name other nodes");
            links.emplace_back(*peer);
        }
        if (links.empty())
            links.emplace_back(std::nullopt);
        messaging::LinkFaults faults = messaging->linkFaults();
        for (const auto& link : links) {
            faults.set(link, fault);
            if (events->wants(EventKind::Fault))
                events->emit(
                    EventKind::Fault, fault.isCut ? "link_cut" : "link_slow",
                    json::serialize(linkValue(link ? link->toString() : std::string{"*"}, fault)),
                    {});
        }
        messaging->setLinkFaults(std::move(faults));
        co_return json::value();
    }

    static Task<json::value> slow(messaging::MessagingService* messaging, EventSink* events,
                                  json::array arguments)
    {
        const bool isNumber = !arguments.empty() && arguments[0].is_number();
        boost::system::error_code failed;
        const auto millis =
            isNumber ? arguments[0].to_number<std::int64_t>(failed) : std::int64_t{0};
        if (!isNumber || failed || millis < 1 || millis > kLinkDelayMillisMax)
            co_return javaError(
                "java.lang.IllegalArgumentException", 400,
                fmt::format("the delay is from 1 to {} milliseconds", kLinkDelayMillisMax));
        auto setting =
            set(messaging, events, stringsOf(arguments.size() > 1 ? arguments[1] : json::value()),
                LinkFault{false, std::chrono::milliseconds{millis}});
        co_return co_await setting;
    }

    static Task<json::value> heal(messaging::MessagingService* messaging, EventSink* events)
    {
        messaging->setLinkFaults({});
        if (events->wants(EventKind::Fault))
            events->emit(EventKind::Fault, "links_healed", "{}", {});
        co_return json::value();
    }
};

} // namespace

MBean faultBean(messaging::MessagingService& messaging, EventSink& events)
{
    auto* post = &messaging;
    auto* sink = &events;
    MBean bean = MBean::named(kFaultBeanName);
    bean.attribute("Links", "java.util.List",
                   [post]() -> Result<json::value> { return linkValues(post->linkFaults()); });
    bean.operation("cutLinks([Ljava.lang.String;)", "void", [post, sink](json::array arguments) {
        return FaultCalls::set(post, sink,
                               stringsOf(arguments.empty() ? json::value() : arguments[0]),
                               LinkFault{true, {}});
    });
    bean.operation("slowLinks(long,[Ljava.lang.String;)", "void",
                   [post, sink](json::array arguments) {
                       return FaultCalls::slow(post, sink, std::move(arguments));
                   });
    bean.operation("healLinks()", "void",
                   [post, sink](json::array) { return FaultCalls::heal(post, sink); });
    return bean;
}

} // namespace engine::node
