#include "engine/launcher/host.h"

#include "engine/base/clock.h"
#include "engine/launcher/host_protocol.h"
#include "engine/launcher/node_process.h"
#include "engine/launcher/ports.h"

#include <boost/asio.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace engine::launcher {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr auto kReadyProbeInterval = std::chrono::milliseconds{10};
/// How long a node may take to drain before it is killed.
constexpr auto kStopGrace = std::chrono::milliseconds{8000};
/// The same when the owner has vanished: nothing may run two seconds later.
constexpr auto kOrphanGrace = std::chrono::milliseconds{1500};
/// A host that nobody talks to after its start ends.
constexpr auto kFirstContactGrace = std::chrono::seconds{10};
constexpr std::size_t kRequestBytesMax = 64 * 1024;

class Host {
public:
    Host(const HostOptions& options, ClusterSpec spec) : m_options(options), m_spec(std::move(spec))
    {
        for (const auto& node : m_spec.nodes)
            m_nodes.emplace_back(node, m_options.folder.nodePath(node.name));
    }

    Result<void> open();
    void run() { m_io.run(); }

private:
    struct Client : std::enable_shared_from_this<Client> {
        explicit Client(asio::io_context& io) : socket(io) {}
        stream_protocol::socket socket;
        std::string in;
        bool owner = false;
    };
    using ClientPtr = std::shared_ptr<Client>;

    void accept();
    void read(const ClientPtr& client);
    void gone(const ClientPtr& client);
    void handle(const ClientPtr& client, const std::string& line);
    Result<void> perform(const ClientPtr& client, const json::object& request);
    void answer(const ClientPtr& client, const Result<void>& outcome);

    NodeProcess* find(const std::string& name);
    Result<void> startNode(NodeProcess& node);
    Result<void> startAll();
    Result<void> reload();
    void stopNode(NodeProcess& node, std::chrono::milliseconds grace);
    void stopEverything(std::chrono::milliseconds grace);
    void probeUntilReady(NodeProcess& node);
    void waitForChildren();
    void reap();
    void waitForSignals();
    void endIfDone();
    [[nodiscard]] ClusterStatus status() const;
    void later(std::chrono::milliseconds delay, std::function<void()> then);

    HostOptions m_options;
    ClusterSpec m_spec;
    SystemClock m_clock;
    asio::io_context m_io{1};
    stream_protocol::acceptor m_acceptor{m_io};
    asio::signal_set m_signals{m_io, SIGTERM, SIGINT, SIGHUP};
    asio::signal_set m_childSignals{m_io, SIGCHLD};
    std::list<NodeProcess> m_retired;
    std::list<NodeProcess> m_nodes; ///< stays in place while nodes are added and removed
    std::set<ClientPtr> m_clients;
    std::vector<ClientPtr> m_waitingForEnd;
    unsigned m_owners = 0;
    bool m_contacted = false;
    bool m_keep = false;
    bool m_ending = false;
};

Result<void> Host::open()
{
    ::unlink(m_options.folder.socketPath().c_str());
    int folderFd = -1;
    const std::string name = socketName(m_options.folder.socketPath(), folderFd);
    const mode_t before = ::umask(0177);
    error_code error;
    m_acceptor.open(stream_protocol(), error);
    if (!error)
        m_acceptor.bind(stream_protocol::endpoint(name), error);
    if (!error)
        m_acceptor.listen(16, error);
    ::umask(before);
    if (folderFd >= 0)
        ::close(folderFd);
    if (error)
        return Error{ErrorCode::Io, "cannot open the control socket " +
                                        m_options.folder.socketPath() + ": " + error.message()};
    accept();
    waitForSignals();
    waitForChildren();
    later(kFirstContactGrace, [this] {
        if (!m_contacted)
            stopEverything(kOrphanGrace);
    });
    return ok();
}

void Host::later(std::chrono::milliseconds delay, std::function<void()> then)
{
    auto timer = std::make_shared<asio::steady_timer>(m_io, delay);
    timer->async_wait([timer, then = std::move(then)](error_code error) {
        if (!error)
            then();
    });
}

void Host::accept()
{
    const auto client = std::make_shared<Client>(m_io);
    m_acceptor.async_accept(client->socket, [this, client](error_code error) {
        if (error)
            return;
        m_contacted = true;
        m_clients.insert(client);
        read(client);
        accept();
    });
}

void Host::read(const ClientPtr& client)
{
    asio::async_read_until(client->socket, asio::dynamic_buffer(client->in, kRequestBytesMax), '\n',
                           [this, client](error_code error, std::size_t size) {
                               if (error) {
                                   gone(client);
                                   return;
                               }
                               const std::string line = client->in.substr(0, size - 1);
                               client->in.erase(0, size);
                               handle(client, line);
                               read(client);
                           });
}

void Host::gone(const ClientPtr& client)
{
    m_clients.erase(client);
    if (std::exchange(client->owner, false) && --m_owners == 0 && !m_keep)
        stopEverything(kOrphanGrace);
}

void Host::handle(const ClientPtr& client, const std::string& line)
{
    error_code error;
    const json::value request = json::parse(line, error);
    if (error || !request.is_object()) {
        answer(client, Error{ErrorCode::Invalid, "the request is not a JSON object"});
        return;
    }
    const auto* verb = request.as_object().if_contains("do");
    if (verb != nullptr && verb->is_string() && verb->as_string() == "stop_all") {
        m_waitingForEnd.push_back(client);
        stopEverything(kStopGrace);
        return; // answered when all have ended
    }
    answer(client, perform(client, request.as_object()));
}

Result<void> Host::perform(const ClientPtr& client, const json::object& request)
{
    const auto text = [&](const char* key) {
        const auto* value = request.if_contains(key);
        return value != nullptr && value->is_string() ? std::string(value->as_string())
                                                      : std::string();
    };
    const std::string verb = text("do");
    if (verb == "status")
        return ok();
    if (verb == "own") {
        if (!std::exchange(client->owner, true))
            ++m_owners;
        return ok();
    }
    if (verb == "keep") {
        const auto* keep = request.if_contains("keep");
        m_keep = keep != nullptr && keep->is_bool() && keep->as_bool();
        return ok();
    }
    if (m_ending)
        return Error{ErrorCode::ShuttingDown, "the cluster is being stopped"};
    if (verb == "start_all")
        return startAll();
    if (verb == "reload")
        return reload();
    NodeProcess* node = find(text("node"));
    if (node == nullptr)
        return Error{ErrorCode::NotFound,
                     "the cluster '" + m_spec.name + "' has no node '" + text("node") + "'"};
    if (verb == "start")
        return startNode(*node);
    if (node->pid() == 0)
        return Error{ErrorCode::Invalid, node->spec().name + " is not running; start it first"};
    if (verb == "stop") {
        stopNode(*node, kStopGrace);
    } else if (verb == "kill") {
        node->signal(SIGKILL);
    } else if (verb == "pause") {
        node->signal(SIGSTOP);
        node->setState(ProcessState::Paused);
    } else if (verb == "resume") {
        node->signal(SIGCONT);
        if (node->state() == ProcessState::Paused) {
            node->setState(ProcessState::Starting);
            probeUntilReady(*node);
        }
    } else {
        return Error{ErrorCode::Invalid, "the host does not know the request '" + verb + "'"};
    }
    return ok();
}

void Host::answer(const ClientPtr& client, const Result<void>& outcome)
{
    json::object reply{{"ok", outcome.has_value()}, {"status", statusToJson(status())}};
    if (!outcome) {
        reply["error"] = outcome.error().detail();
        reply["code"] = errorCodeName(outcome.error().code());
    }
    const std::string text = json::serialize(reply) + "\n";
    error_code ignored;
    // A few kilobytes: the socket's buffer takes them unless the peer has stopped reading.
    asio::write(client->socket, asio::buffer(text), ignored);
}

NodeProcess* Host::find(const std::string& name)
{
    for (auto& node : m_nodes) {
        if (node.spec().name == name)
            return &node;
    }
    return nullptr;
}

Result<void> Host::startNode(NodeProcess& node)
{
    if (node.pid() != 0)
        return Error{ErrorCode::Invalid,
                     node.spec().name + " runs already (pid " + std::to_string(node.pid()) + ")"};
    for (const std::uint16_t port :
         {node.spec().cqlPort, node.spec().storagePort, node.spec().adminPort})
        RW_TRY(checkPortFree({node.spec().address, port}));
    RW_TRY(node.start({m_options.nodeProgram, "--config",
                       m_options.folder.configPath(node.spec().name), "--secret-file",
                       m_options.folder.secretPath(), "--fault-hooks"},
                      m_clock.now()));
    probeUntilReady(node);
    return ok();
}

Result<void> Host::startAll()
{
    // All ports are tried before the first process starts.
    for (auto& node : m_nodes) {
        if (node.pid() != 0)
            continue;
        for (const std::uint16_t port :
             {node.spec().cqlPort, node.spec().storagePort, node.spec().adminPort})
            RW_TRY(checkPortFree({node.spec().address, port}));
    }
    for (auto& node : m_nodes) {
        if (node.pid() == 0)
            RW_TRY(startNode(node));
    }
    return ok();
}

/// Nodes were added to cluster.json, or removed from it.
Result<void> Host::reload()
{
    RW_ASSIGN(ClusterSpec spec, m_options.folder.load());
    for (const NodeSpec& node : spec.nodes)
        if (find(node.name) == nullptr)
            m_nodes.emplace_back(node, m_options.folder.nodePath(node.name));
    for (auto node = m_nodes.begin(); node != m_nodes.end();) {
        const bool isThere =
            std::any_of(spec.nodes.begin(), spec.nodes.end(),
                        [&](const NodeSpec& one) { return one.name == node->spec().name; });
        if (!isThere && node->pid() == 0)
            // Timers may still name it.
            m_retired.splice(m_retired.end(), m_nodes, node++);
        else
            ++node;
    }
    m_spec = std::move(spec);
    return ok();
}

void Host::probeUntilReady(NodeProcess& node)
{
    auto socket = std::make_shared<asio::ip::tcp::socket>(m_io);
    asio::ip::address_v4::bytes_type raw;
    std::copy_n(node.spec().address.bytes.begin(), raw.size(), raw.begin());
    socket->async_connect({asio::ip::address_v4(raw), node.spec().cqlPort},
                          [this, socket, &node, pid = node.pid()](error_code error) {
                              if (node.pid() != pid || node.state() != ProcessState::Starting)
                                  return;
                              if (!error)
                                  node.setState(ProcessState::Ready);
                              else
                                  later(kReadyProbeInterval, [this, &node, pid] {
                                      if (node.pid() == pid &&
                                          node.state() == ProcessState::Starting)
                                          probeUntilReady(node);
                                  });
                          });
}

void Host::stopNode(NodeProcess& node, std::chrono::milliseconds grace)
{
    if (node.pid() == 0)
        return;
    node.setState(ProcessState::Stopping);
    node.signal(SIGTERM);
    node.signal(SIGCONT); // a paused process ends only when it goes on
    later(grace, [&node, pid = node.pid()] {
        if (node.pid() == pid)
            node.signal(SIGKILL);
    });
}

void Host::stopEverything(std::chrono::milliseconds grace)
{
    m_ending = true;
    for (auto& node : m_nodes)
        stopNode(node, grace);
    endIfDone();
}

void Host::waitForChildren()
{
    m_childSignals.async_wait([this](error_code error, int) {
        if (error)
            return;
        reap();
        waitForChildren();
    });
}

void Host::reap()
{
    int waitStatus = 0;
    for (int pid = ::waitpid(-1, &waitStatus, WNOHANG); pid > 0;
         pid = ::waitpid(-1, &waitStatus, WNOHANG)) {
        for (auto& node : m_nodes) {
            if (node.pid() == pid)
                node.ended(waitStatus);
        }
    }
    endIfDone();
}

void Host::waitForSignals()
{
    m_signals.async_wait([this](error_code error, int) {
        if (error)
            return;
        stopEverything(kStopGrace);
        waitForSignals();
    });
}

void Host::endIfDone()
{
    if (!m_ending)
        return;
    for (const auto& node : m_nodes) {
        if (node.pid() != 0)
            return;
    }
    ::unlink(m_options.folder.socketPath().c_str());
    for (const auto& client : m_waitingForEnd)
        answer(client, ok());
    m_io.stop();
}

ClusterStatus Host::status() const
{
    ClusterStatus status;
    status.name = m_spec.name;
    std::size_t ready = 0;
    bool starting = false;
    for (const auto& node : m_nodes) {
        status.nodes.push_back(node.status(m_clock.now()));
        ready += node.state() == ProcessState::Ready ? 1 : 0;
        starting = starting || node.state() == ProcessState::Starting;
    }
    status.state = ready == m_nodes.size() ? "ready"
                   : starting              ? "starting"
                   : ready > 0             ? "partial"
                                           : "stopped";
    return status;
}

void tellReady(int fd, const std::string& line)
{
    if (fd < 0)
        return;
    (void)!::write(fd, line.data(), line.size());
    ::close(fd);
}

} // namespace

int runHost(const HostOptions& options)
{
    std::signal(SIGPIPE, SIG_IGN);
    const auto refuse = [&](const std::string& why) {
        std::fprintf(stderr, "error: %s\n", why.c_str());
        tellReady(options.readyFd, "error: " + why + "\n");
        return 1;
    };
    auto spec = options.folder.load();
    if (!spec)
        return refuse(spec.error().detail());
    const int lock = ::open(options.folder.lockPath().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0)
        return refuse("the cluster '" + options.folder.name() + "' already has a host process");
    Host host(options, std::move(*spec));
    if (const auto opened = host.open(); !opened)
        return refuse(opened.error().detail());
    tellReady(options.readyFd, "ready\n");
    host.run();
    return 0;
}

} // namespace engine::launcher
