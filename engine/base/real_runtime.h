#pragma once

#include "engine/base/runtime.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace engine {

struct RealRuntimeOptions {
    std::string logFile; ///< empty: standard error only
    LogLevel logLevel = LogLevel::Info;
    unsigned poolThreads = 2;                 ///< beside the commit log's own thread
    std::size_t sendQueueBytesMax = 16 << 20; ///< a peer and channel
    /// Messages from peers that take more are refused and the connection closed.
    std::size_t messageBytesMax = 256 << 20;
};

/// A step of the node thread that took longer than it may.
struct Overrun {
    Label label;
    std::uint64_t count = 0;
    Duration longest{};
};

/// The runtime over the kernel: the node's thread is the one that calls run().
///
/// Files by pread/pwrite/fdatasync, internode messages over TCP, timers and sockets on an Asio
/// io_context (engine/base/asio_runtime.h gives it to .cpp files of `node`).
class RealRuntime : public Runtime {
public:
    [[nodiscard]] static std::unique_ptr<RealRuntime> make(RealRuntimeOptions options);

    /// Runs the ready queue, timers and sockets until stop(). Call it from one thread only.
    virtual void run() = 0;
    /// Makes run() return after the step that is running. Any thread, and signal handlers' posts.
    virtual void stop() = 0;
    /// Ends what refers to the parts of a node, so that they can be destroyed before the runtime:
    /// closes the internode network, waits for work that runs on the pool, destroys tasks, steps
    /// and timers, and runs the handlers of sockets that their owners have closed. What comes
    /// later (a part's destructor that posts, say) is dropped. After run() has returned, on its
    /// thread.
    virtual void end() = 0;
    /// Steps that exceeded 500 µs since the start, sorted by label.
    [[nodiscard]] virtual std::vector<Overrun> overruns() const = 0;
};

/// The real disk and pool by themselves, for tools and tests without a runtime.
[[nodiscard]] std::unique_ptr<Disk> makeRealDisk();
/// Entropy of the kernel, fit for secrets.
[[nodiscard]] std::unique_ptr<Random> makeRealRandom();
/// Writes to standard error and, if `file` is not empty, to a file that rotates at 10 MiB.
[[nodiscard]] std::unique_ptr<Log> makeRealLog(const std::string& file, LogLevel level);

} // namespace engine
