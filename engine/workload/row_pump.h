#pragma once

#include "engine/workload/sample_loader.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

/// Sending many rows through a session: internal to workload.
namespace engine::workload {

/// Rows on their way to a cluster: so many requests in flight, and again what failed.
template <class Row>
class RowPump {
public:
    using Answered = std::function<void(Result<client::ResultPagePtr>)>;
    /// The next row to send; false: there are no more.
    using Next = std::function<bool(Row&)>;
    /// Starts the request of a row; calls `answered` once, on any thread.
    using Send = std::function<void(const Row&, Answered answered)>;

    struct Words {
        const char* doing;     ///< "loading the sample": where an error happened
        const char* cancelled; ///< the sentence of a load that was cancelled
    };

    RowPump(std::uint32_t requestsInFlight, Words words)
        : m_requestsInFlight(requestsInFlight), m_words(words)
    {
    }

    /// Blocks until all rows are there, one failed for the fourth time, or `cancelled`; no request
    /// is under way then. `progress` is called with `shown` about ten times a second.
    Result<void> run(const Next& next, const Send& send, SampleLoadProgress shown,
                     const std::function<void(const SampleLoadProgress&)>& progress,
                     const std::atomic<bool>& cancelled)
    {
        auto tell = std::chrono::steady_clock::now();
        std::unique_lock lock(m_state->mutex);
        while (!cancelled && !m_state->fatal) {
            if (const auto now = std::chrono::steady_clock::now(); now >= tell) {
                tell = now + kInterval;
                shown.rowsDone = m_state->done;
                lock.unlock();
                progress(shown);
                lock.lock();
            }
            Attempt attempt;
            if (m_state->inFlight >= m_requestsInFlight || !take(attempt, next)) {
                if (m_state->inFlight == 0)
                    break;
                m_state->changed.wait_for(lock, kInterval);
                continue;
            }
            ++m_state->inFlight;
            lock.unlock();
            start(std::move(attempt), send);
            lock.lock();
        }
        // Callbacks only touch the shared state, but the session must outlive its requests.
        m_state->changed.wait(lock, [this] { return m_state->inFlight == 0; });
        if (m_state->fatal)
            return *m_state->fatal;
        if (cancelled)
            return Error{ErrorCode::Cancelled, m_words.cancelled};
        shown.rowsDone = m_state->done;
        lock.unlock();
        progress(shown);
        return ok();
    }

private:
    static constexpr int kTriesMax = 4;
    static constexpr std::chrono::milliseconds kInterval{100};

    struct Attempt {
        Row row;
        int tries = 0; ///< before this one
    };
    /// What the loading thread and the callbacks on the client thread share. It outlives both:
    /// every callback holds it.
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::uint32_t inFlight = 0;
        std::uint64_t done = 0;
        std::deque<Attempt> again;
        std::optional<Error> fatal;
    };

    /// What failed goes first.
    bool take(Attempt& to, const Next& next)
    {
        if (m_state->again.empty())
            return m_more = m_more && next(to.row);
        to = std::move(m_state->again.front());
        m_state->again.pop_front();
        return true;
    }

    void start(Attempt attempt, const Send& send)
    {
        auto kept = std::make_shared<Attempt>(std::move(attempt));
        send(kept->row,
             [state = m_state, kept, doing = m_words.doing](Result<client::ResultPagePtr> result) {
                 const std::lock_guard lock(state->mutex);
                 --state->inFlight;
                 if (result)
                     ++state->done;
                 else if (++kept->tries < kTriesMax)
                     state->again.push_back(std::move(*kept));
                 else if (!state->fatal)
                     state->fatal = result.error().within(doing);
                 state->changed.notify_all();
             });
    }

    std::uint32_t m_requestsInFlight;
    Words m_words;
    bool m_more = true;
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace engine::workload
