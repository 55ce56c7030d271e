#include "engine/membership/schema_sync.h"

#include <fmt/format.h>

namespace engine::membership {

using messaging::Envelope;
using messaging::MessagingService;
using messaging::Verb;

namespace {
constexpr Duration kSchemaPullTimeout = std::chrono::seconds{10};
/// A push is on its way as a rule: pulling waits for it a little.
constexpr Duration kPushPatience = std::chrono::milliseconds{300};
constexpr Duration kSchemaRetryDelay = std::chrono::seconds{1};
constexpr Duration kAgreementPoll = std::chrono::milliseconds{20};
} // namespace

SchemaSync::SchemaSync(Runtime& runtime, messaging::MessagingService& messaging, Gossiper& gossiper,
                       SchemaRows& rows, EventSink& events)
    : m_runtime(runtime),
      m_messaging(messaging),
      m_gossiper(gossiper),
      m_rows(rows),
      m_events(events)
{
    m_messaging.setHandler(Verb::SchemaPullReq, [this](const Envelope& m) {
        m_runtime.spawn(Priority::Request, "schema pull", answerPull(MessagingService::replyTo(m)));
    });
    m_messaging.setHandler(Verb::SchemaPushReq, [this](const Envelope& m) {
        m_runtime.spawn(Priority::Request, "schema push",
                        takePush(MessagingService::replyTo(m), Bytes{m.payload}));
    });
    m_messaging.setHandler(Verb::SchemaVersionReq, [this](const Envelope& m) {
        m_messaging.respond(MessagingService::replyTo(m), m_rows.version().view());
    });
    gossiper.addListener(*this);
}

SchemaSync::~SchemaSync() = default;

void SchemaSync::announce(Bytes changedRows)
{
    for (const InetEndpoint& endpoint : m_gossiper.live())
        m_messaging.send(endpoint, Verb::SchemaPushReq, changedRows);
    announceVersion();
}

void SchemaSync::announceVersion()
{
    const Uuid version = m_rows.version();
    if (version != m_announced && m_events.wants(EventKind::Schema))
        m_events.emit(EventKind::Schema, "version",
                      fmt::format(R"({{"version":"{}"}})", version.toString()), {});
    m_announced = version;
    m_gossiper.setLocalState(ApplicationState::Schema, version.toString());
}

bool SchemaSync::differs(const InetEndpoint& endpoint) const
{
    const EndpointState* state = m_gossiper.find(endpoint);
    const std::string* version = state == nullptr ? nullptr : state->find(ApplicationState::Schema);
    return version != nullptr && *version != m_rows.version().toString();
}

bool SchemaSync::agreed() const
{
    for (const InetEndpoint& endpoint : m_gossiper.live()) {
        const EndpointState* state = m_gossiper.find(endpoint);
        if (state == nullptr || state->find(ApplicationState::Schema) == nullptr ||
            differs(endpoint))
            return false;
    }
    return true;
}

Task<bool> SchemaSync::waitForAgreement(Duration patience)
{
    const MonoTime until = m_runtime.now() + patience;
    while (!agreed()) {
        if (m_runtime.now() >= until)
            co_return false;
        auto sleeping = m_runtime.sleep(kAgreementPoll, "schema agreement");
        RW_CO_TRY(co_await sleeping);
    }
    co_return true;
}

std::map<Uuid, std::vector<InetEndpoint>> SchemaSync::versions() const
{
    std::map<Uuid, std::vector<InetEndpoint>> all;
    all[m_rows.version()].push_back(m_gossiper.local());
    for (const auto& [endpoint, state] : m_gossiper.states()) {
        if (endpoint == m_gossiper.local() || state.isGone())
            continue;
        const std::string* text = state.find(ApplicationState::Schema);
        const auto version =
            text == nullptr || !state.alive ? Result<Uuid>{Uuid{}} : Uuid::parse(*text);
        all[version ? *version : Uuid{}].push_back(endpoint);
    }
    return all;
}

void SchemaSync::onStateChanged(const InetEndpoint& endpoint, ApplicationState state,
                                const std::string&)
{
    if (state == ApplicationState::Schema)
        considerPull(endpoint);
}

void SchemaSync::onEndpointUp(const InetEndpoint& endpoint)
{
    considerPull(endpoint);
}

void SchemaSync::considerPull(const InetEndpoint& endpoint)
{
    if (endpoint == m_gossiper.local() || !m_gossiper.isAlive(endpoint) || !differs(endpoint) ||
        !m_pulling.insert(endpoint).second)
        return;
    m_runtime.spawn(Priority::Request, "schema pull", pullFrom(endpoint));
}

Task<void> SchemaSync::pullFrom(InetEndpoint endpoint)
{
    if (!m_rows.isEmpty()) {
        auto sleeping = m_runtime.sleep(kPushPatience, "schema pull");
        RW_CO_TRY(co_await sleeping);
    }
    // Both sides may have rows that the other lacks; each pulls, so after both rounds they agree.
    while (m_gossiper.isAlive(endpoint) && differs(endpoint)) {
        auto asking = m_messaging.call(endpoint, Verb::SchemaPullReq, {}, kSchemaPullTimeout);
        auto rows = co_await asking;
        if (rows) {
            auto merging = m_rows.merge(std::move(*rows));
            auto merged = co_await merging;
            if (!merged)
                m_runtime.log().warn("schema",
                                     fmt::format("Rows of schema from {} could not be merged: {}",
                                                 endpoint.toString(), merged.error().detail()));
            announceVersion();
        }
        if (!differs(endpoint))
            break;
        auto sleeping = m_runtime.sleep(kSchemaRetryDelay, "schema pull");
        RW_CO_TRY(co_await sleeping);
    }
    m_pulling.erase(endpoint);
    co_return ok();
}

Task<void> SchemaSync::answerPull(messaging::ReplyTo to)
{
    auto reading = m_rows.all();
    auto rows = co_await reading;
    if (rows)
        m_messaging.respond(to, *rows);
    else
        m_messaging.respondFailure(to, protocol::FailureReason::Unknown);
    co_return ok();
}

Task<void> SchemaSync::takePush(messaging::ReplyTo, Bytes rows)
{
    auto merging = m_rows.merge(std::move(rows));
    RW_CO_TRY(co_await merging);
    announceVersion();
    co_return ok();
}

} // namespace engine::membership
