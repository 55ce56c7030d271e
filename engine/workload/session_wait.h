#pragma once

#include "engine/client/session.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

/// Waiting for a session's answers on a thread that may block: internal to workload.
namespace engine::workload {

/// One answer that comes on the client thread.
template <class T>
class Awaited {
public:
    void set(Result<T> result)
    {
        const std::lock_guard lock(m_mutex);
        m_result = std::move(result);
        m_came.notify_all();
    }
    Result<T> wait()
    {
        std::unique_lock lock(m_mutex);
        m_came.wait(lock, [this] { return m_result.has_value(); });
        return std::move(*m_result);
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_came;
    std::optional<Result<T>> m_result;
};

[[nodiscard]] inline Result<client::ResultPagePtr>
executeAndWait(client::Session& session, const std::string& cql, client::RequestOptions options)
{
    const auto answer = std::make_shared<Awaited<client::ResultPagePtr>>();
    session.execute(cql, {}, options, [answer](Result<client::ResultPagePtr> result) {
        answer->set(std::move(result));
    });
    return answer->wait();
}

[[nodiscard]] inline Result<client::ResultPagePtr>
executeAndWait(client::Session& session, client::PreparedPtr statement,
               std::vector<client::BoundValue> values, const client::RequestOptions& options)
{
    const auto answer = std::make_shared<Awaited<client::ResultPagePtr>>();
    session.execute(
        std::move(statement), std::move(values), options,
        [answer](Result<client::ResultPagePtr> result) { answer->set(std::move(result)); });
    return answer->wait();
}

[[nodiscard]] inline Result<client::PreparedPtr> prepareAndWait(client::Session& session,
                                                                const std::string& cql)
{
    const auto answer = std::make_shared<Awaited<client::PreparedPtr>>();
    session.prepare(
        cql, {}, [answer](Result<client::PreparedPtr> result) { answer->set(std::move(result)); });
    return answer->wait();
}

} // namespace engine::workload
