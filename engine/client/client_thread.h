#pragma once

// The event loop as the rest of `client` sees it: Asio stays in client_thread.cpp and link.cpp.

#include "engine/client/session.h"

#include <functional>
#include <thread>

namespace boost::asio {
class io_context;
}

namespace engine::client {

struct ClientThread::Impl {
    Impl();
    ~Impl();

    std::unique_ptr<boost::asio::io_context> io;
    struct Work;
    std::unique_ptr<Work> work; ///< keeps the loop running
    std::thread thread;
};

/// Runs a step once a time has passed. Client thread only; destroying it cancels.
class LoopTimer {
public:
    explicit LoopTimer(boost::asio::io_context& io);
    ~LoopTimer();
    /// Replaces what was set before.
    void start(Duration delay, std::function<void()> step);
    void cancel();

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

/// Finds the addresses of a host; `done` comes on the client thread.
void resolveName(boost::asio::io_context& io, const std::string& host, const std::string& port,
                 std::function<void(Result<std::vector<InetEndpoint>>)> done);
/// Runs a step after `delay`, whatever becomes of the caller.
void runLater(boost::asio::io_context& io, Duration delay, std::function<void()> step);

} // namespace engine::client
