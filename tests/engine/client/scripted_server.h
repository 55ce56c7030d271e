#pragma once

#include "engine/base/real_runtime.h"
#include "engine/node/cql_server.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tests {

/// Our own native server on a thread of its own, with answers that a test writes down: a cluster
/// of one node with a small schema. All strings are text columns unless they say otherwise.
class ScriptedServer final : public engine::node::RequestHandler {
public:
    explicit ScriptedServer(engine::node::ServerAuthenticator* authenticator = nullptr,
                            std::uint16_t port = 0);
    ~ScriptedServer() override;

    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const;
    /// Closes all connections and the port, as a killed node.
    void stop();
    void push(const engine::protocol::Event& event);

    /// What to do with a QUERY or EXECUTE of this text, on the server's thread.
    using Answer = std::function<void(engine::node::ServerRequestPtr)>;
    void on(const std::string& cql, Answer answer);
    /// Forgets prepared statements, as a node that restarted.
    void forgetPrepared();
    [[nodiscard]] int count(const std::string& cql);

    void handle(engine::node::ServerRequestPtr request) override;

    struct Column {
        const char* name;
        engine::cql::TypePtr type;
    };
    static void rows(const engine::node::ServerRequestPtr& request,
                     const std::vector<Column>& columns,
                     const std::vector<std::vector<std::optional<engine::Bytes>>>& rows,
                     std::optional<engine::Bytes> pagingState = {});

private:
    void run(const std::string& cql, engine::node::ServerRequestPtr request);
    void onServerThread(std::function<void()> step);

    std::unique_ptr<engine::RealRuntime> m_runtime;
    std::mutex m_mutex;
    std::map<std::string, Answer> m_answers;
    std::map<std::string, int> m_counts;
    std::map<engine::Bytes, std::string> m_prepared; ///< server thread only
    std::unique_ptr<engine::node::CqlServer> m_server;
    std::thread m_thread;
};

} // namespace tests
