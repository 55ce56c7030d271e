#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/launcher/launcher.h"

#include <string>
#include <vector>

namespace engine::launcher {

/// One ringwright-node child of the host process. The child is killed by the kernel when the
/// host ends, paused or not (PR_SET_PDEATHSIG). Used only on the host's one thread, which must be
/// the thread that starts it: the death signal follows the thread.
class NodeProcess {
public:
    NodeProcess(NodeSpec spec, std::string home) : m_spec(std::move(spec)), m_home(std::move(home))
    {
    }

    /// Starts `command` with its standard output and error in <home>/stderr.log.
    [[nodiscard]] Result<void> start(const std::vector<std::string>& command, MonoTime now);
    /// Sends a signal if there is a process.
    void signal(int number) const;
    /// Takes note that the process has ended with a wait status.
    void ended(int waitStatus);

    [[nodiscard]] const NodeSpec& spec() const noexcept { return m_spec; }
    [[nodiscard]] int pid() const noexcept { return m_pid; }
    [[nodiscard]] ProcessState state() const noexcept { return m_state; }
    void setState(ProcessState state) noexcept { m_state = state; }
    [[nodiscard]] NodeStatus status(MonoTime now) const;

private:
    [[nodiscard]] std::string lastWords() const;

    NodeSpec m_spec;
    std::string m_home;
    int m_pid = 0;
    ProcessState m_state = ProcessState::Stopped;
    MonoTime m_started;
    std::string m_error;
};

} // namespace engine::launcher
