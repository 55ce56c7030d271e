#include "engine/launcher/launcher.h"

#include "engine/launcher/host_protocol.h"

#include <boost/json.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace engine::launcher {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr auto kAnswerTimeout = 15s;
constexpr auto kStopTimeout = 20s;
constexpr auto kHostStartTimeout = 10s;
constexpr auto kStatusInterval = 20ms;

Error hostLost(const char* why)
{
    return Error{ErrorCode::ConnectionLost, std::string("the host process of the cluster ") + why};
}

/// Reads up to and including '\n'; what follows stays in `buffer`.
Result<std::string> readLine(int fd, std::string& buffer, std::chrono::milliseconds timeout)
{
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        if (const auto at = buffer.find('\n'); at != std::string::npos) {
            std::string line = buffer.substr(0, at);
            buffer.erase(0, at + 1);
            return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        pollfd waiting{fd, POLLIN, 0};
        const int ready =
            left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
        if (ready == 0)
            return Error{ErrorCode::Timeout,
                         "the host process of the cluster did not answer in time"};
        if (ready < 0 && errno == EINTR)
            continue;
        char bytes[4096];
        const ssize_t n = ::read(fd, bytes, sizeof(bytes));
        if (n <= 0)
            return hostLost("has ended");
        buffer.append(bytes, static_cast<std::size_t>(n));
    }
}

Result<int> connectTo(const ClusterFolder& folder)
{
    int folderFd = -1;
    const std::string name = socketName(folder.socketPath(), folderFd);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, name.c_str(), sizeof(address.sun_path) - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int failed =
        ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0
                                                                                         : errno;
    if (folderFd >= 0)
        ::close(folderFd);
    if (failed == 0)
        return fd;
    ::close(fd);
    if (failed == ENOENT || failed == ECONNREFUSED)
        return Error{ErrorCode::NotFound, "the cluster '" + folder.name() + "' is not running"};
    return Error{ErrorCode::Io,
                 "cannot reach the host of '" + folder.name() + "': " + std::strerror(failed)};
}

/// Starts a host that outlives us and waits for its first word.
Result<void> spawnHost(const ClusterFolder& folder, const std::string& program)
{
    if (::access(program.c_str(), X_OK) != 0)
        return Error{ErrorCode::NotFound,
                     program + " is missing; build the target ringwright-cluster"};
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error{ErrorCode::Io, std::string("cannot open a pipe: ") + std::strerror(errno)};
    const std::string clusters = std::filesystem::path(folder.path()).parent_path();
    const std::string logPath = folder.path() + "/host.log";
    const std::string readyFd = std::to_string(ends[1]);
    const char* arguments[] = {program.c_str(),  "host",       folder.name().c_str(), "--dir",
                               clusters.c_str(), "--ready-fd", readyFd.c_str(),       nullptr};
    const int pid = ::fork();
    if (pid == 0) {
        // A session of its own, and a second fork: the host is nobody's child and no terminal's.
        ::setsid();
        if (::fork() != 0)
            ::_exit(0);
        ::fcntl(ends[1], F_SETFD, 0);
        const int null = ::open("/dev/null", O_RDONLY);
        const int log = ::open(logPath.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(null, STDIN_FILENO);
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execv(program.c_str(), const_cast<char* const*>(arguments));
        ::_exit(127);
    }
    ::close(ends[1]);
    if (pid > 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
    }
    std::string buffer;
    auto line =
        pid < 0 ? Result<std::string>{Error{ErrorCode::Io, std::string("cannot start a process: ") +
                                                               std::strerror(errno)}}
                : readLine(ends[0], buffer, kHostStartTimeout);
    ::close(ends[0]);
    if (!line)
        return line.error();
    if (line->starts_with("error: "))
        return Error{ErrorCode::ConfigError, line->substr(7)};
    return ok();
}

} // namespace

struct HostConnection::State {
    explicit State(int socket) : fd(socket) {}
    ~State() { ::close(fd); }

    Result<ClusterStatus> ask(const json::object& request, std::chrono::milliseconds timeout)
    {
        const std::string line = json::serialize(request) + "\n";
        if (::send(fd, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
            return hostLost("has ended");
        RW_ASSIGN(const std::string reply, readLine(fd, buffer, timeout));
        try {
            const json::value value = json::parse(reply);
            if (!value.at("ok").as_bool()) {
                const std::string code = json::value_to<std::string>(value.at("code"));
                return Error{code == errorCodeName(ErrorCode::AddressInUse)
                                 ? ErrorCode::AddressInUse
                                 : ErrorCode::Invalid,
                             json::value_to<std::string>(value.at("error"))};
            }
            return statusFromJson(value.at("status"));
        } catch (const std::exception& e) {
            return Error{ErrorCode::Corrupt,
                         std::string("the host answered something unreadable: ") + e.what()};
        }
    }

    int fd;
    std::string buffer;
};

HostConnection::HostConnection(int fd) : m_state(std::make_unique<State>(fd)) {}
HostConnection::~HostConnection() = default;

Result<std::unique_ptr<HostConnection>> HostConnection::attach(const ClusterFolder& folder,
                                                               bool owner)
{
    RW_ASSIGN(const int fd, connectTo(folder));
    std::unique_ptr<HostConnection> connection(new HostConnection(fd));
    if (owner)
        RW_TRY(connection->m_state->ask({{"do", "own"}}, kAnswerTimeout));
    return connection;
}

Result<std::unique_ptr<HostConnection>> HostConnection::open(const ClusterFolder& folder,
                                                             const std::string& program, bool owner)
{
    RW_TRY(folder.load());
    if (auto attached = attach(folder, owner);
        attached || attached.error().code() != ErrorCode::NotFound)
        return attached;
    RW_TRY(spawnHost(folder, program));
    return attach(folder, owner);
}

Result<ClusterStatus> HostConnection::status()
{
    return m_state->ask({{"do", "status"}}, kAnswerTimeout);
}

Result<ClusterStatus>
HostConnection::startAll(const std::function<void(const ClusterStatus&)>& progress,
                         std::chrono::milliseconds timeout)
{
    RW_ASSIGN(auto now, m_state->ask({{"do", "start_all"}}, kAnswerTimeout));
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        if (progress)
            progress(now);
        for (const auto& node : now.nodes) {
            if (node.state == ProcessState::Failed || node.state == ProcessState::Stopped)
                return Error{
                    ErrorCode::Io,
                    node.spec.name + " did not start: " +
                        (node.error.empty() ? std::string("its process ended") : node.error)};
        }
        if (now.state == "ready")
            return now;
        if (std::chrono::steady_clock::now() > end)
            return Error{ErrorCode::Timeout,
                         "the nodes of '" + now.name +
                             "' were not ready in time; see system.log in their folders"};
        std::this_thread::sleep_for(kStatusInterval);
        RW_ASSIGN(now, status());
    }
}

Result<void> HostConnection::act(const std::string& node, NodeAction action)
{
    RW_TRY(m_state->ask({{"do", nodeActionName(action)}, {"node", node}}, kAnswerTimeout));
    return ok();
}

Result<void> HostConnection::reload()
{
    RW_TRY(m_state->ask({{"do", "reload"}}, kAnswerTimeout));
    return ok();
}

Result<void> HostConnection::waitFor(const std::string& node, ProcessState state,
                                     std::chrono::milliseconds timeout)
{
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        RW_ASSIGN(const ClusterStatus now, status());
        for (const NodeStatus& one : now.nodes) {
            if (one.spec.name != node)
                continue;
            if (one.state == state)
                return ok();
            if (one.state == ProcessState::Failed ||
                (one.state == ProcessState::Stopped && state == ProcessState::Ready))
                return Error{
                    ErrorCode::Io,
                    node + " has ended: " +
                        (one.error.empty() ? std::string("see its system.log") : one.error)};
        }
        if (std::chrono::steady_clock::now() > end)
            return Error{ErrorCode::Timeout, node + " is not " + processStateName(state) +
                                                 " in time; see system.log in its folder"};
        std::this_thread::sleep_for(kStatusInterval);
    }
}

Result<void> HostConnection::stopAll()
{
    RW_TRY(m_state->ask({{"do", "stop_all"}}, kStopTimeout));
    return ok();
}

Result<void> HostConnection::keepRunning(bool keep)
{
    RW_TRY(m_state->ask({{"do", "keep"}, {"keep", keep}}, kAnswerTimeout));
    return ok();
}

std::string programBeside(const std::string& name)
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return (self.parent_path() / name).string();
}

Result<ClusterStatus> statusOf(const ClusterFolder& folder)
{
    RW_ASSIGN(const auto spec, folder.load());
    if (const auto host = HostConnection::attach(folder, false))
        return (*host)->status();
    ClusterStatus status;
    status.name = spec.name;
    status.state = "stopped";
    for (const auto& node : spec.nodes) {
        NodeStatus each;
        each.spec = node;
        status.nodes.push_back(std::move(each));
    }
    return status;
}

} // namespace engine::launcher
