#pragma once

#include "engine/base/uuid.h"
#include "engine/membership/gossiper.h"

#include <map>
#include <vector>

namespace engine::membership {

/// A node's schema as rows, for schema_sync: the node implements it over system_schema
/// (engine/system/schema_rows.h). The bytes are rows::writeMutation of each, behind a count, or
/// whatever both ends agree on: schema_sync only carries them.
class SchemaRows {
public:
    virtual ~SchemaRows() = default;
    [[nodiscard]] virtual Uuid version() const = 0;
    /// Whether the node has no rows yet: it then asks at once.
    [[nodiscard]] virtual bool isEmpty() const = 0;
    /// All rows of the schema.
    [[nodiscard]] virtual Task<Bytes> all() = 0;
    /// Merges rows of another node, durably, and makes the result current.
    [[nodiscard]] virtual Task<void> merge(Bytes rows) = 0;
};

/// Brings all nodes to one schema: gossips the version, pushes rows when they change here, pulls
/// all rows from a node whose version differs, and waits for agreement (MigrationCoordinator).
/// Node thread only; end its tasks before destroying it.
class SchemaSync final : public MembershipListener {
public:
    SchemaSync(Runtime& runtime, messaging::MessagingService& messaging, Gossiper& gossiper,
               SchemaRows& rows, EventSink& events);
    ~SchemaSync() override;

    /// After a local change was made durable and current: tells the version and sends the rows
    /// that changed to every live node.
    void announce(Bytes changedRows);
    /// After the version changed otherwise (start, merge).
    void announceVersion();

    /// Whether every live node has this node's version.
    [[nodiscard]] bool agreed() const;
    /// Ends when agreed() or after `patience`; true if agreed.
    [[nodiscard]] Task<bool> waitForAgreement(Duration patience);
    /// Versions and who has them, as `nodetool describecluster`; unreachable ones under a zero
    /// version.
    [[nodiscard]] std::map<Uuid, std::vector<InetEndpoint>> versions() const;

    void onStateChanged(const InetEndpoint& endpoint, ApplicationState state,
                        const std::string& value) override;
    void onEndpointUp(const InetEndpoint& endpoint) override;

private:
    void considerPull(const InetEndpoint& endpoint);
    Task<void> pullFrom(InetEndpoint endpoint);
    Task<void> answerPull(messaging::ReplyTo to);
    Task<void> takePush(messaging::ReplyTo to, Bytes rows);
    [[nodiscard]] bool differs(const InetEndpoint& endpoint) const;

    Runtime& m_runtime;
    messaging::MessagingService& m_messaging;
    Gossiper& m_gossiper;
    SchemaRows& m_rows;
    EventSink& m_events;
    std::set<InetEndpoint> m_pulling;
    Uuid m_announced;
};

} // namespace engine::membership
