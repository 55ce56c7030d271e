#pragma once

#include "engine/base/runtime.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace engine {

/// Threads that run pool work and post its end back to the node thread. Lane 0 has a thread of
/// its own (the commit log must not wait for a flush); other lanes run on the shared threads, one
/// job of a lane at a time.
class RealPool final : public Pool {
public:
    RealPool(Runtime& runtime, unsigned threads);
    ~RealPool() override; ///< finishes the work that runs, drops what is queued

    void submit(Label label, Callback work, Callback done) override;
    void submitToLane(std::uint32_t lane, Label label, Callback work, Callback done) override;
    /// Drops what is queued and joins. After it nothing is posted any more.
    void stop();

private:
    struct Job {
        Label label;
        Callback work;
        Callback done;
        std::uint32_t lane;
    };
    static constexpr std::uint32_t kNoLane = UINT32_MAX;
    static constexpr std::uint32_t kCommitLogLane = 0;

    void workLoop();
    void commitLogLoop();
    void finish(Job& job);

    Runtime& m_runtime;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_wakeCommitLog;
    std::deque<Job> m_jobs;
    std::vector<Job> m_commitLogJobs;
    std::map<std::uint32_t, std::deque<Job>> m_waitingInLane; ///< behind the lane's running job
    bool m_stopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace engine
