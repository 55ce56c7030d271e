#include "engine/base/real_pool.h"

#include <csignal>

namespace engine {

RealPool::RealPool(Runtime& runtime, unsigned threads) : m_runtime(runtime)
{
    // Signals belong to the main thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    m_threads.emplace_back([this] { commitLogLoop(); });
    for (unsigned i = 0; i < threads; ++i)
        m_threads.emplace_back([this] { workLoop(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

RealPool::~RealPool()
{
    stop();
}

void RealPool::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return;
        m_stopping = true;
    }
    m_wake.notify_all();
    m_wakeCommitLog.notify_all();
    for (auto& thread : m_threads)
        thread.join();
    m_jobs.clear();
    m_commitLogJobs.clear();
    m_waitingInLane.clear();
}

void RealPool::submit(Label label, Callback work, Callback done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return; // whoever submitted it destroys it
        m_jobs.push_back({label, std::move(work), std::move(done), kNoLane});
    }
    m_wake.notify_one();
}

void RealPool::submitToLane(std::uint32_t lane, Label label, Callback work, Callback done)
{
    Job job{label, std::move(work), std::move(done), lane};
    if (lane == kCommitLogLane) {
        {
            const std::lock_guard lock(m_mutex);
            if (m_stopping)
                return;
            m_commitLogJobs.push_back(std::move(job));
        }
        m_wakeCommitLog.notify_one();
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping)
            return;
        auto [waiting, first] = m_waitingInLane.try_emplace(lane);
        if (!first) {
            waiting->second.push_back(std::move(job));
            return;
        }
        m_jobs.push_back(std::move(job));
    }
    m_wake.notify_one();
}

void RealPool::finish(Job& job)
{
    m_runtime.post(Priority::Request, job.label, std::move(job.done));
}

void RealPool::workLoop()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_stopping || !m_jobs.empty(); });
        if (m_stopping)
            return;
        Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job.work();
        finish(job);
        lock.lock();
        if (job.lane == kNoLane)
            continue;
        auto waiting = m_waitingInLane.find(job.lane);
        if (waiting == m_waitingInLane.end())
            continue;
        if (waiting->second.empty()) {
            m_waitingInLane.erase(waiting);
        } else {
            m_jobs.push_back(std::move(waiting->second.front()));
            waiting->second.pop_front();
        }
    }
}

void RealPool::commitLogLoop()
{
    std::vector<Job> taken;
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wakeCommitLog.wait(lock, [this] { return m_stopping || !m_commitLogJobs.empty(); });
        if (m_stopping)
            return;
        taken.swap(m_commitLogJobs);
        lock.unlock();
        for (Job& job : taken) {
            job.work();
            finish(job);
        }
        taken.clear();
        lock.lock();
    }
}

} // namespace engine
