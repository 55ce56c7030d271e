#include "engine/workload/sample_loader.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace engine::workload {

namespace {

constexpr int kTriesMax = 4;
constexpr auto kProgressInterval = std::chrono::milliseconds{100};
constexpr auto kDdlTimeout = std::chrono::seconds{30};

/// What the loading thread and the callbacks on the client thread share. It outlives both: every
/// callback holds it.
struct LoadState {
    struct Failed {
        SampleRow row;
        int tries;
    };
    std::mutex mutex;
    std::condition_variable changed;
    std::uint32_t inFlight = 0;
    std::uint64_t done = 0;
    std::deque<Failed> again;
    std::optional<Error> fatal;
};

/// Sends one statement and waits for its answer.
Result<void> runStatement(client::Session& session, const std::string& cql)
{
    struct Answer {
        std::mutex mutex;
        std::condition_variable came;
        std::optional<Result<client::ResultPagePtr>> result;
    };
    const auto answer = std::make_shared<Answer>();
    client::RequestOptions options;
    options.timeout = kDdlTimeout;
    options.consistency = protocol::Consistency::One;
    session.execute(cql, {}, options, [answer](Result<client::ResultPagePtr> result) {
        const std::lock_guard lock(answer->mutex);
        answer->result = std::move(result);
        answer->came.notify_all();
    });
    std::unique_lock lock(answer->mutex);
    answer->came.wait(lock, [&] { return answer->result.has_value(); });
    if (!*answer->result)
        return answer->result->error().within(cql.substr(0, cql.find('(')));
    return ok();
}

Result<client::PreparedPtr> prepareStatement(client::Session& session, const std::string& cql)
{
    struct Answer {
        std::mutex mutex;
        std::condition_variable came;
        std::optional<Result<client::PreparedPtr>> result;
    };
    const auto answer = std::make_shared<Answer>();
    session.prepare(cql, {}, [answer](Result<client::PreparedPtr> result) {
        const std::lock_guard lock(answer->mutex);
        answer->result = std::move(result);
        answer->came.notify_all();
    });
    std::unique_lock lock(answer->mutex);
    answer->came.wait(lock, [&] { return answer->result.has_value(); });
    return std::move(*answer->result);
}

class Loader {
public:
    Loader(client::Session& session, const SampleLoadOptions& options)
        : m_session(session), m_options(options), m_sample(options.size)
    {
    }

    Result<void> run(const std::function<void(const SampleLoadProgress&)>& progress,
                     const std::atomic<bool>& cancelled)
    {
        SampleLoadProgress shown;
        shown.rowsTotal = m_sample.rowCount();
        for (const auto& cql : HotelSample::schema(m_options.replication)) {
            shown.step = cql.substr(0, cql.find('('));
            progress(shown);
            if (cancelled)
                return Error{ErrorCode::Cancelled, "loading the sample was cancelled"};
            RW_TRY(runStatement(m_session, cql));
        }
        shown.step.clear();
        for (const auto& cql : HotelSample::inserts()) {
            RW_ASSIGN(auto prepared, prepareStatement(m_session, cql));
            m_prepared.push_back(std::move(prepared));
        }
        return loadRows(shown, progress, cancelled);
    }

private:
    Result<void> loadRows(SampleLoadProgress& shown,
                          const std::function<void(const SampleLoadProgress&)>& progress,
                          const std::atomic<bool>& cancelled)
    {
        bool more = true;
        auto next = std::chrono::steady_clock::now();
        std::unique_lock lock(m_state->mutex);
        while (!cancelled && !m_state->fatal) {
            if (const auto now = std::chrono::steady_clock::now(); now >= next) {
                next = now + kProgressInterval;
                shown.rowsDone = m_state->done;
                lock.unlock();
                progress(shown);
                lock.lock();
            }
            if (m_state->inFlight >= m_options.requestsInFlight) {
                m_state->changed.wait_for(lock, kProgressInterval);
                continue;
            }
            SampleRow row;
            int tries = 1;
            if (!m_state->again.empty()) {
                row = std::move(m_state->again.front().row);
                tries = m_state->again.front().tries + 1;
                m_state->again.pop_front();
            } else if (more) {
                more = m_sample.next(row);
                if (!more)
                    continue;
            } else if (m_state->inFlight > 0) {
                m_state->changed.wait_for(lock, kProgressInterval);
                continue;
            } else {
                break;
            }
            ++m_state->inFlight;
            lock.unlock();
            send(std::move(row), tries);
            lock.lock();
        }
        // Callbacks only touch the shared state, but the session must outlive its requests.
        m_state->changed.wait(lock, [this] { return m_state->inFlight == 0; });
        if (m_state->fatal)
            return *m_state->fatal;
        if (cancelled)
            return Error{ErrorCode::Cancelled, "loading the sample was cancelled"};
        shown.rowsDone = m_state->done;
        lock.unlock();
        progress(shown);
        return ok();
    }

    void send(SampleRow row, int tries)
    {
        std::vector<client::BoundValue> values;
        for (const auto& value : row.values)
            values.push_back(client::BoundValue::of(value));
        client::RequestOptions options;
        options.consistency = m_options.consistency;
        options.idempotent = true;
        const auto prepared = m_prepared[row.statement];
        m_session.execute(prepared, std::move(values), options,
                          [state = m_state, row = std::move(row),
                           tries](Result<client::ResultPagePtr> result) mutable {
                              const std::lock_guard lock(state->mutex);
                              --state->inFlight;
                              if (result)
                                  ++state->done;
                              else if (tries < kTriesMax)
                                  state->again.push_back({std::move(row), tries});
                              else if (!state->fatal)
                                  state->fatal = result.error().within("loading the sample");
                              state->changed.notify_all();
                          });
    }

    client::Session& m_session;
    SampleLoadOptions m_options;
    HotelSample m_sample;
    std::vector<client::PreparedPtr> m_prepared;
    std::shared_ptr<LoadState> m_state = std::make_shared<LoadState>();
};

} // namespace

Result<void> loadHotelSample(client::Session& session, const SampleLoadOptions& options,
                             const std::function<void(const SampleLoadProgress&)>& progress,
                             const std::atomic<bool>& cancelled)
{
    return Loader(session, options).run(progress, cancelled);
}

} // namespace engine::workload
