#pragma once

#include "engine/base/trace.h"
#include "engine/coordination/context.h"
#include "engine/coordination/write_path.h"

#include <map>
#include <memory>
#include <string>

namespace engine::coordination {

/// What system_traces.sessions tells of a request beside its times.
struct TracedRequest {
    std::string command = "QUERY";
    std::string request; ///< "Execute CQL3 query", …
    InetAddress client;
    std::map<std::string, std::string> parameters; ///< "query", "consistency_level", …
};

/// Begins and ends the traces of requests that clients send to this node, and writes them into
/// system_traces (tracing/Tracing, TraceKeyspace): session and events in one mutation, at ANY,
/// with a time to live of a day, once every replica that was asked has answered or a second has
/// passed. What comes later is added when it is there. Whoever finds the session's duration
/// therefore finds all that the answered replicas did. Node thread only.
class TraceService {
public:
    TraceService(Context& context, WritePath& writes);
    ~TraceService();

    /// Begins a trace; give it to the request's RequestOptions, and to end() after its answer.
    [[nodiscard]] std::shared_ptr<TraceSession> begin(TracedRequest request);
    /// The request has been answered: writes the trace soon, in the background.
    void end(const std::shared_ptr<TraceSession>& session);

    /// Which share of the requests that do not ask for it is traced as well
    /// (nodetool settraceprobability). Requires 0 <= probability <= 1.
    void setProbability(double probability) noexcept { m_probability = probability; }
    [[nodiscard]] double probability() const noexcept { return m_probability; }
    [[nodiscard]] bool mayChoose() const noexcept { return m_probability > 0; }
    /// Rolls the dice for one request; false without asking for entropy if the probability is 0.
    [[nodiscard]] bool choosesByChance()
    {
        return mayChoose() && m_context.runtime.random().unit() < m_probability;
    }
    /// Traces that have not been written whole.
    [[nodiscard]] std::size_t openCount() const noexcept { return m_open.size(); }

private:
    struct Open {
        std::shared_ptr<TraceSession> session;
        TracedRequest request;
        WallTime startedAt;
        Duration duration{};
        bool hasEnded = false;
        bool isSessionWritten = false;
    };
    void write(const Uuid& id, bool isLast);
    [[nodiscard]] Result<rows::Mutation> makeMutation(Open& open);
    Task<void> writeLater(rows::Mutation mutation);

    Context& m_context;
    WritePath& m_writes;
    std::map<Uuid, Open> m_open;
    double m_probability = 0;
    std::shared_ptr<bool> m_isHere;
};

} // namespace engine::coordination
