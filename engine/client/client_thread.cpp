#include "engine/client/client_thread.h"

#include <boost/asio/post.hpp>

namespace engine::client {

ClientThread::ClientThread() : m_impl(std::make_unique<Impl>())
{
    m_impl->thread = std::thread{[impl = m_impl.get()] { impl->io.run(); }};
}

ClientThread::~ClientThread()
{
    m_impl->work.reset();
    m_impl->io.stop();
    m_impl->thread.join();
}

void ClientThread::post(Callback step)
{
    // Asio wants copyable handlers in some of its paths.
    boost::asio::post(m_impl->io,
                      [shared = std::make_shared<Callback>(std::move(step))] { (*shared)(); });
}

} // namespace engine::client
