#pragma once

#include "engine/base/runtime.h"
#include "engine/node/request_handler.h"
#include "engine/schema/schema_change.h"

#include <memory>

namespace engine::query {
class QueryProcessor;
}
namespace engine::coordination {
class TraceService;
}

namespace engine::node {

struct QueryHandlerSettings {
    Duration requestTimeout = std::chrono::seconds(10); ///< each request's deadline
    /// Traces requests that ask for it, and some others by chance; nullptr: none is traced.
    coordination::TraceService* tracing = nullptr;
};

/// Executes requests of the native protocol with the QueryProcessor and writes its results and
/// errors to the wire. A request whose task never suspends is answered before handle() returns.
/// A prepared write of one row has no task and is started from where it arrived: it is answered by
/// what tells its outcome.
class QueryHandler final : public RequestHandler {
public:
    /// References outlive it.
    QueryHandler(Runtime& runtime, query::QueryProcessor& processor,
                 QueryHandlerSettings settings = {});
    /// Ends what is in flight without an answer.
    ~QueryHandler() override;

    void handle(ServerRequestPtr request) override;
    [[nodiscard]] bool handleAtOnce(ServerConnection& connection, std::int16_t stream,
                                    ByteView message, MonoTime received) override;
    /// Requests that have not ended.
    [[nodiscard]] std::size_t inFlight() const noexcept;

private:
    struct Impl;
    struct Slot;
    class WriteEnd;
    std::unique_ptr<Impl> m_impl;
};

/// The wire form of a schema change.
[[nodiscard]] protocol::SchemaChange toWire(const schema::ChangeDescription& change);

} // namespace engine::node
