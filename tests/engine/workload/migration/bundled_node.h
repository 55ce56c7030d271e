#pragma once

#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/launcher.h"

#include <QTemporaryDir>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tests {

/// A bundled cluster of one node: its own processes, sockets and files. Ends with the object.
class BundledNode {
public:
    /// Starts it; asserts that it does.
    BundledNode();
    ~BundledNode();
    BundledNode(const BundledNode&) = delete;

    [[nodiscard]] engine::client::Session& session() { return *m_session; }
    /// Runs statements one by one; asserts that they succeed.
    void run(const std::string& script);
    /// The rows of a statement as CQL literals, "null" for null.
    [[nodiscard]] std::vector<std::vector<std::string>> rows(const std::string& cql);
    /// The driver's schema, once it has that table.
    [[nodiscard]] engine::schema::SchemaPtr schemaWith(const std::string& keyspace,
                                                       const std::string& table);

private:
    struct Listener final : engine::client::SessionListener {
        std::mutex mutex;
        std::condition_variable changed;
        bool connected = false;
        engine::client::SchemaInfoPtr schema;

        void onState(const engine::client::SessionState& state) override;
        void onTopology(const engine::client::TopologyPtr&) override {}
        void onSchema(const engine::client::SchemaInfoPtr& now) override;
    };

    QTemporaryDir m_folder;
    std::unique_ptr<engine::launcher::HostConnection> m_host;
    engine::SystemClock m_clock;
    engine::client::ClientThread m_thread;
    Listener m_listener;
    std::unique_ptr<engine::client::Session> m_session;
};

} // namespace tests
