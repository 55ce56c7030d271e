#include "widgets/clusters/cluster_poller.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace clusters {

namespace {
constexpr auto kPollInterval = std::chrono::milliseconds{1000};
constexpr auto kQuestionTimeout = std::chrono::milliseconds{800};
} // namespace

struct ClusterPoller::State {
    std::mutex mutex;
    std::condition_variable wake;
    bool stopping = false;
    bool now = false;
    std::chrono::milliseconds interval = kPollInterval;
    std::string keyspace;
    std::vector<engine::admin::JolokiaAddress> nodes;
    std::function<void(ClusterReport)> publish;

    // The poller's thread only.
    std::unique_ptr<engine::launcher::HostConnection> host;
    std::map<engine::InetEndpoint, std::unique_ptr<engine::admin::NodeAdmin>> admins;

    engine::admin::NodeAdmin& adminOf(const engine::admin::JolokiaAddress& address)
    {
        auto& admin = admins[address.endpoint];
        if (!admin)
            admin = engine::admin::makeJolokiaAdmin(address, kQuestionTimeout);
        return *admin;
    }

    ClusterReport look(const std::vector<engine::admin::JolokiaAddress>& targets,
                       const std::string& ownedKeyspace)
    {
        ClusterReport report;
        if (host) {
            if (auto status = host->status())
                report.processes = std::move(*status);
            else
                report.problem = status.error().detail();
        }
        for (const auto& target : targets) {
            if (report.processes && !answersQuestions(*report.processes, target))
                continue;
            auto& admin = adminOf(target);
            if (!report.ring) {
                if (auto ring = admin.ring(ownedKeyspace))
                    report.ring = std::move(*ring);
                else if (report.problem.empty())
                    report.problem = ring.error().detail();
            }
            if (auto gossip = admin.gossip())
                report.observers.push_back({target.endpoint, std::move(*gossip)});
        }
        if (report.ring)
            report.problem.clear();
        return report;
    }

    /// A stopped or paused process would only cost its timeout.
    static bool answersQuestions(const engine::launcher::ClusterStatus& status,
                                 const engine::admin::JolokiaAddress& target)
    {
        for (const auto& node : status.nodes) {
            if (node.spec.address == target.endpoint.address)
                return node.state == engine::launcher::ProcessState::Ready;
        }
        return true;
    }

    void run()
    {
        std::unique_lock lock(mutex);
        while (!stopping) {
            now = false;
            const auto targets = nodes;
            const auto ownedKeyspace = keyspace;
            lock.unlock();
            ClusterReport report = look(targets, ownedKeyspace);
            lock.lock();
            if (stopping)
                break;
            publish(std::move(report));
            wake.wait_for(lock, interval, [this] { return stopping || now; });
        }
        publish = {};
        lock.unlock();
        host.reset();
    }
};

ClusterPoller::ClusterPoller(Target target, std::function<void(ClusterReport)> publish)
    : m_state(std::make_shared<State>())
{
    m_state->nodes = std::move(target.nodes);
    m_state->host = std::move(target.host);
    m_state->publish = std::move(publish);
    std::thread([state = m_state] { state->run(); }).detach();
}

ClusterPoller::~ClusterPoller()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->stopping = true;
    m_state->wake.notify_all();
}

void ClusterPoller::setInterval(std::chrono::milliseconds interval)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->interval = interval;
    m_state->now = true;
    m_state->wake.notify_all();
}

void ClusterPoller::setKeyspace(std::string keyspace)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->keyspace = std::move(keyspace);
}

void ClusterPoller::setNodes(std::vector<engine::admin::JolokiaAddress> nodes)
{
    const std::lock_guard lock(m_state->mutex);
    m_state->nodes = std::move(nodes);
}

void ClusterPoller::pollNow()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->now = true;
    m_state->wake.notify_all();
}

} // namespace clusters
