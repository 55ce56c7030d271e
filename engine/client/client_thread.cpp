#include "engine/client/client_thread.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace engine::client {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

struct ClientThread::Impl::Work {
    asio::executor_work_guard<asio::io_context::executor_type> guard;
};

ClientThread::Impl::Impl()
    : io(std::make_unique<asio::io_context>(1)), work(new Work{asio::make_work_guard(*io)})
{
}

ClientThread::Impl::~Impl() = default;

ClientThread::ClientThread() : m_impl(std::make_unique<Impl>())
{
    m_impl->thread = std::thread{[impl = m_impl.get()] { impl->io->run(); }};
}

ClientThread::~ClientThread()
{
    m_impl->work.reset();
    m_impl->io->stop();
    m_impl->thread.join();
}

void ClientThread::post(Callback step)
{
    // Asio wants copyable handlers in some of its paths.
    asio::post(*m_impl->io,
               [shared = std::make_shared<Callback>(std::move(step))] { (*shared)(); });
}

struct LoopTimer::Impl {
    asio::steady_timer timer;
};

LoopTimer::LoopTimer(asio::io_context& io) : m_impl(new Impl{asio::steady_timer{io}}) {}

LoopTimer::~LoopTimer()
{
    cancel();
}

void LoopTimer::start(Duration delay, std::function<void()> step)
{
    m_impl->timer.expires_after(delay);
    m_impl->timer.async_wait([impl = m_impl, step = std::move(step)](const error_code& error) {
        if (!error)
            step();
    });
}

void LoopTimer::cancel()
{
    m_impl->timer.cancel();
}

void resolveName(asio::io_context& io, const std::string& host, const std::string& port,
                 std::function<void(Result<std::vector<InetEndpoint>>)> done)
{
    auto resolver = std::make_shared<tcp::resolver>(io);
    resolver->async_resolve(
        host, port,
        [resolver, done = std::move(done)](const error_code& error,
                                           const tcp::resolver::results_type& results) {
            if (error) {
                done(Error{ErrorCode::NotFound, "the name has no address: " + error.message()});
                return;
            }
            std::vector<InetEndpoint> found;
            for (const auto& result : results) {
                const auto address = InetAddress::parse(result.endpoint().address().to_string());
                if (address)
                    found.push_back({*address, result.endpoint().port()});
            }
            done(std::move(found));
        });
}

void runLater(asio::io_context& io, Duration delay, std::function<void()> step)
{
    auto timer = std::make_shared<asio::steady_timer>(io, delay);
    timer->async_wait([timer, step = std::move(step)](const error_code& error) {
        if (!error)
            step();
    });
}

} // namespace engine::client
