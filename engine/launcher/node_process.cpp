#include "engine/launcher/node_process.h"

#include "engine/base/real_runtime.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace engine::launcher {

namespace {

/// Pss of smaps_rollup, in bytes.
std::uint64_t proportionalSetSize(int pid)
{
    std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::string line;
    while (std::getline(rollup, line)) {
        if (line.starts_with("Pss:"))
            return std::strtoull(line.c_str() + 4, nullptr, 10) * 1024;
    }
    return 0;
}

} // namespace

Result<void> NodeProcess::start(const std::vector<std::string>& command, MonoTime now)
{
    const std::string output = m_home + "/stderr.log";
    const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (out < 0)
        return Error{ErrorCode::Io, "cannot write " + output + ": " + std::strerror(errno)};
    std::vector<char*> arguments;
    for (const auto& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int parent = ::getpid();
    const int pid = ::fork();
    if (pid < 0) {
        ::close(out);
        return Error{ErrorCode::Io, std::string("cannot start a process: ") + std::strerror(errno)};
    }
    if (pid == 0) {
        // Only calls that are safe between fork and exec.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent)
            ::_exit(1); // the host ended before the death signal was set
        sigset_t none;
        sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
        ::setpgid(0, 0); // Ctrl+C in a terminal is the host's to handle
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        static constexpr char kWhy[] = "error: the program ringwright-node cannot be run\n";
        (void)!::write(STDERR_FILENO, kWhy, sizeof(kWhy) - 1);
        ::_exit(127);
    }
    ::close(out);
    m_pid = pid;
    m_state = ProcessState::Starting;
    m_started = now;
    m_error.clear();
    return ok();
}

void NodeProcess::signal(int number) const
{
    if (m_pid > 0)
        ::kill(m_pid, number);
}

void NodeProcess::ended(int waitStatus)
{
    const bool expected = m_state == ProcessState::Stopping ||
                          (WIFSIGNALED(waitStatus) && WTERMSIG(waitStatus) == SIGKILL) ||
                          (WIFEXITED(waitStatus) && WEXITSTATUS(waitStatus) == 0);
    m_pid = 0;
    m_state = expected ? ProcessState::Stopped : ProcessState::Failed;
    if (!expected) {
        m_error = lastWords();
        if (m_error.empty())
            m_error = WIFSIGNALED(waitStatus)
                          ? "ended by signal " + std::to_string(WTERMSIG(waitStatus)) + " (" +
                                ::strsignal(WTERMSIG(waitStatus)) + ")"
                          : "ended with exit code " + std::to_string(WEXITSTATUS(waitStatus));
    }
}

NodeStatus NodeProcess::status(MonoTime now) const
{
    NodeStatus status;
    status.spec = m_spec;
    status.state = m_state;
    status.pid = m_pid;
    status.error = m_error;
    if (m_pid > 0) {
        status.memoryBytes = proportionalSetSize(m_pid);
        status.uptime = std::chrono::duration_cast<std::chrono::seconds>(now - m_started);
    }
    return status;
}

std::string NodeProcess::lastWords() const
{
    std::ifstream output(m_home + "/stderr.log");
    std::string line;
    std::string last;
    while (std::getline(output, line)) {
        // The sentence a program ends with, else whatever it said last.
        if (line.starts_with("error: "))
            last = line.substr(7);
        else if (!line.empty() && last.empty())
            last = line;
    }
    return last.substr(0, 500);
}

} // namespace engine::launcher
