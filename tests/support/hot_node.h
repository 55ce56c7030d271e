#pragma once

#include "engine/base/real_runtime.h"
#include "engine/node/node.h"
#include "engine/node/query_handler.h"
#include "engine/node/server_connection.h"
#include "engine/query/query_processor.h"

#include <memory>
#include <string>
#include <vector>

namespace tests {

/// One whole node on a temporary folder with real files and threads, asked through a
/// ServerConnection without a socket: what a request costs between its bytes and its answer's.
/// Protocol v4, no compression.
class HotNode final : public engine::node::ConnectionTransport {
public:
    /// Starts the node; asserts that it does.
    HotNode();
    ~HotNode() override;

    /// Executes a statement; asserts that it succeeds.
    void query(std::string_view text);
    /// Its id.
    [[nodiscard]] engine::Bytes prepare(std::string_view text);
    /// Flushes and compacts everything: reads meet one SSTable.
    void compact(std::string_view keyspace, std::string_view table);

    /// The bytes of an EXECUTE.
    [[nodiscard]] engine::Bytes execute(const engine::Bytes& id,
                                        const std::vector<engine::Bytes>& values) const;
    /// Sends requests (execute()) at once and waits until all are answered. The answers' bytes.
    const engine::Bytes& send(engine::ByteView requests);

private:
    void wake() override;
    [[nodiscard]] engine::MonoTime now() const override { return m_runtime->now(); }
    void run(engine::Task<void> task);
    engine::Task<void> stopAfter(engine::Task<void> task);
    engine::protocol::Response ask(const engine::protocol::Request& request);

    std::string m_folder;
    std::unique_ptr<engine::RealRuntime> m_runtime;
    std::unique_ptr<engine::node::Node> m_node;
    std::unique_ptr<engine::query::QueryProcessor> m_queries;
    std::unique_ptr<engine::node::QueryHandler> m_handler;
    engine::node::ConnectionSettings m_settings;
    std::shared_ptr<engine::node::ServerConnection> m_connection;
    engine::Bytes m_output;
    bool m_isWoken = false;
};

} // namespace tests
