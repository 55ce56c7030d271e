#include "tests/engine/workload/migration/bundled_node.h"

#include "engine/base/assert.h"
#include "engine/cql/script.h"
#include "engine/workload/session_wait.h"

using namespace engine;

namespace tests {

namespace {

constexpr auto kPatience = std::chrono::seconds{30};

} // namespace

void BundledNode::Listener::onState(const client::SessionState& state)
{
    const std::lock_guard lock(mutex);
    connected = state.phase == client::SessionState::Phase::Connected;
    changed.notify_all();
}

void BundledNode::Listener::onSchema(const client::SchemaInfoPtr& now)
{
    const std::lock_guard lock(mutex);
    schema = now;
    changed.notify_all();
}

BundledNode::BundledNode()
{
    const launcher::ClusterFolder folder{m_folder.path().toStdString(), "migration"};
    const auto spec = folder.create(launcher::ClusterRequest::withNodes("migration", 1));
    ENGINE_ASSERT(spec, "the cluster's folder is made");
    auto host = launcher::HostConnection::open(folder, RINGWRIGHT_BIN "/ringwright-cluster", true);
    ENGINE_ASSERT(host, "the host starts");
    m_host = std::move(*host);
    const auto started = m_host->startAll({}, kPatience);
    ENGINE_ASSERT(started && started->state == "ready", "the node starts");
    client::SessionOptions options;
    options.contactPoints = {spec->nodes[0].address.toString() + ":" +
                             std::to_string(spec->nodes[0].cqlPort)};
    m_session = std::make_unique<client::Session>(m_thread, m_clock, options, m_listener);
    std::unique_lock lock(m_listener.mutex);
    const bool connected = m_listener.changed.wait_for(
        lock, kPatience, [this] { return m_listener.connected && m_listener.schema; });
    ENGINE_ASSERT(connected, "the driver connects");
}

BundledNode::~BundledNode()
{
    m_session->close();
    [[maybe_unused]] const auto stopped = m_host->stopAll();
}

void BundledNode::run(const std::string& script)
{
    for (const cql::ScriptStatement& statement : cql::splitStatements(script)) {
        const std::string text{statement.textIn(script)};
        const auto answer = workload::executeAndWait(*m_session, text, {});
        if (!answer)
            qFatal("%s: %s", text.c_str(), answer.error().detail().c_str());
    }
}

std::vector<std::vector<std::string>> BundledNode::rows(const std::string& cql)
{
    const auto page = workload::executeAndWait(*m_session, cql, {});
    if (!page)
        qFatal("%s: %s", cql.c_str(), page.error().detail().c_str());
    std::vector<std::vector<std::string>> all;
    auto reader = (*page)->rows();
    std::vector<std::optional<ByteView>> row;
    while (reader.next(row)) {
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < row.size(); ++i)
            texts.push_back(row[i] ? (*(*page)->columns)[i].type->toCqlLiteral(*row[i]) : "null");
        all.push_back(std::move(texts));
    }
    return all;
}

schema::SchemaPtr BundledNode::schemaWith(const std::string& keyspace, const std::string& table)
{
    std::unique_lock lock(m_listener.mutex);
    const bool there = m_listener.changed.wait_for(lock, kPatience, [&] {
        return m_listener.schema->schema->table(keyspace, table) != nullptr;
    });
    ENGINE_ASSERT(there, "the driver sees the table");
    return m_listener.schema->schema;
}

} // namespace tests
