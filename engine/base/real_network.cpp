#include "engine/base/real_network.h"

#include "engine/base/asio_runtime.h"
#include "engine/base/assert.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace engine {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kFrameHeaderBytes = 4;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kHandshakeFrameBytesMax = 64 * 1024;
constexpr auto kReconnectDelayMin = std::chrono::milliseconds{50};
constexpr auto kReconnectDelayMax = std::chrono::milliseconds{1000};

tcp::endpoint toAsio(const InetEndpoint& endpoint)
{
    if (endpoint.address.size == 4) {
        asio::ip::address_v4::bytes_type raw;
        std::copy_n(endpoint.address.bytes.begin(), raw.size(), raw.begin());
        return {asio::ip::address_v4{raw}, endpoint.port};
    }
    asio::ip::address_v6::bytes_type raw;
    std::copy_n(endpoint.address.bytes.begin(), raw.size(), raw.begin());
    return {asio::ip::address_v6{raw}, endpoint.port};
}

void appendFrame(Bytes& out, ByteView bytes)
{
    ByteWriter{out}.bytes32(bytes);
}

} // namespace

class RealNetwork final : public Network {
public:
    RealNetwork(Runtime& runtime, const RealRuntimeOptions& options)
        : m_runtime(runtime), m_io(ioContextOf(runtime)), m_options(options), m_acceptor(m_io)
    {
    }
    ~RealNetwork() override { stop(); }

    Result<void> listen(const InetEndpoint& local, NetworkReceiver& receiver) override;
    void send(const InetEndpoint& to, Channel channel, Bytes message) override;
    void disconnect(const InetEndpoint& peer) override;
    void stop() override;

private:
    class Link;
    class Outbound;
    class Inbound;
    using OutboundKey = std::pair<InetEndpoint, Channel>;

    void accept();
    void linkUp(const InetEndpoint& peer);
    void linkDown(const InetEndpoint& peer);

    Runtime& m_runtime;
    asio::io_context& m_io;
    RealRuntimeOptions m_options;
    tcp::acceptor m_acceptor;
    InetEndpoint m_local;
    NetworkReceiver* m_receiver = nullptr;
    std::map<OutboundKey, std::shared_ptr<Outbound>> m_outbound;
    std::set<std::shared_ptr<Inbound>> m_inbound;
    std::map<InetEndpoint, int> m_links; ///< handshaken connections of each peer
    bool m_stopped = false;
};

/// What both ends share: a socket, frames in, the handshake.
class RealNetwork::Link : public std::enable_shared_from_this<RealNetwork::Link> {
public:
    Link(RealNetwork& network, tcp::socket socket)
        : m_network(&network), m_socket(std::move(socket))
    {
    }
    virtual ~Link() = default;

    /// Closes the socket; no callback reaches the network afterwards.
    virtual void close()
    {
        if (m_up)
            m_network->linkDown(m_peer);
        m_up = false;
        m_closed = true;
        error_code ignored;
        m_socket.close(ignored);
    }

protected:
    /// The connection is gone or broke the rules. May destroy what the network holds of it.
    virtual void onBroken(const std::string& why) = 0;
    virtual void onHandshaken() = 0;
    virtual void onFrame(Bytes frame) = 0;

    void prepareSocket()
    {
        error_code ignored;
        m_socket.set_option(tcp::no_delay(true), ignored);
        m_socket.non_blocking(true, ignored);
    }

    void startHandshake(bool connecting)
    {
        prepareSocket();
        m_handshake = m_network->m_receiver->newHandshake(connecting);
        if (connecting && !advanceHandshake({}))
            return;
        read();
    }

    bool advanceHandshake(ByteView received)
    {
        auto answer = m_handshake->advance(received);
        if (!answer) {
            onBroken(answer.error().detail());
            return false;
        }
        if (!answer->empty()) {
            Bytes frame;
            appendFrame(frame, *answer);
            // Handshake frames are small: the kernel's buffer takes them at once.
            error_code error;
            asio::write(m_socket, asio::buffer(frame), error);
            if (error) {
                onBroken(error.message());
                return false;
            }
        }
        if (m_handshake->done() && !m_up) {
            m_up = true;
            m_peer = m_handshake->peer();
            m_network->linkUp(m_peer);
            onHandshaken();
        }
        return !m_closed;
    }

    void read()
    {
        m_socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code error) {
            if (self->m_closed)
                return;
            if (error)
                self->onBroken(error.message());
            else if (self->drain())
                self->read();
        });
    }

    /// Reads until the socket is empty; false when the link is gone.
    bool drain()
    {
        while (true) {
            const std::size_t before = m_in.size();
            m_in.resize(before + kReadBytes);
            error_code error;
            const std::size_t n =
                m_socket.read_some(asio::buffer(m_in.data() + before, kReadBytes), error);
            m_in.resize(before + n);
            if (error == asio::error::would_block || error == asio::error::try_again)
                return takeFrames();
            if (error) {
                onBroken(error == asio::error::eof ? "the peer closed the connection"
                                                   : error.message());
                return false;
            }
            if (n < kReadBytes)
                return takeFrames();
            if (!takeFrames())
                return false;
        }
    }

    bool takeFrames()
    {
        const auto self = shared_from_this();
        std::size_t at = 0;
        while (m_in.size() - at >= kFrameHeaderBytes) {
            const auto size = loadBigEndian<std::uint32_t>(m_in.data() + at);
            const std::size_t sizeMax =
                m_up ? m_network->m_options.messageBytesMax : kHandshakeFrameBytesMax;
            if (size > sizeMax) {
                onBroken("a frame of " + std::to_string(size) + " bytes exceeds the limit of " +
                         std::to_string(sizeMax));
                return false;
            }
            if (m_in.size() - at - kFrameHeaderBytes < size)
                break;
            const ByteView frame{m_in.data() + at + kFrameHeaderBytes, size};
            at += kFrameHeaderBytes + size;
            if (m_up)
                onFrame(Bytes{frame});
            else if (!advanceHandshake(frame))
                return false;
            if (m_closed)
                return false;
        }
        m_in.erase(0, at);
        return true;
    }

    RealNetwork* m_network;
    tcp::socket m_socket;
    std::unique_ptr<Handshake> m_handshake;
    InetEndpoint m_peer;
    Bytes m_in;
    bool m_up = false;
    bool m_closed = false;
};

class RealNetwork::Inbound final : public RealNetwork::Link {
public:
    using Link::Link;
    void start() { startHandshake(false); }

private:
    void onBroken(const std::string& why) override
    {
        if (!m_up && !m_closed)
            m_network->m_runtime.log().debug("network", "refused a connection: " + why);
        auto* network = m_network;
        const auto self = std::static_pointer_cast<Inbound>(shared_from_this());
        close();
        network->m_inbound.erase(self);
    }
    void onHandshaken() override {}
    void onFrame(Bytes frame) override
    {
        m_network->m_receiver->onMessage(m_peer, std::move(frame));
    }
};

/// One channel to one peer. Connects when there is something to send; what is queued while the
/// peer cannot be reached is dropped, because every message has a deadline.
class RealNetwork::Outbound final : public RealNetwork::Link {
public:
    Outbound(RealNetwork& network, InetEndpoint to)
        : Link(network, tcp::socket(network.m_io)), m_to(to)
    {
    }

    void send(Bytes message)
    {
        if (m_queue.size() + message.size() > m_network->m_options.sendQueueBytesMax)
            return;
        appendFrame(m_queue, message);
        if (m_state == State::Idle)
            connect();
        else if (m_state == State::Up)
            scheduleFlush();
    }

    void close() override
    {
        m_state = State::Closed;
        Link::close();
    }

private:
    enum class State { Idle, Connecting, Waiting, Up, Closed };

    void connect()
    {
        m_state = State::Connecting;
        m_socket = tcp::socket(m_network->m_io);
        error_code error;
        m_socket.open(m_to.address.size == 4 ? tcp::v4() : tcp::v6(), error);
        // From our own address, so that a firewall or `ss` sees which node talks.
        InetEndpoint from = m_network->m_local;
        from.port = 0;
        if (from.address.size == m_to.address.size) {
            m_socket.set_option(tcp::acceptor::reuse_address(true), error);
            m_socket.bind(toAsio(from), error);
        }
        m_socket.async_connect(toAsio(m_to), [self = shared_from_this(), this](error_code failed) {
            if (m_state != State::Connecting)
                return;
            if (failed) {
                onBroken(failed.message());
                return;
            }
            startHandshake(true);
        });
    }

    void onHandshaken() override
    {
        m_state = State::Up;
        m_delay = kReconnectDelayMin;
        scheduleFlush();
    }

    void onFrame(Bytes) override {} // the accepting side sends nothing after the handshake

    void onBroken(const std::string& why) override
    {
        if (m_state == State::Closed)
            return;
        m_network->m_runtime.log().debug("network",
                                         "connection to " + m_to.toString() + ": " + why);
        const auto self = shared_from_this();
        const bool wasUp = m_up;
        m_up = false;
        error_code ignored;
        m_socket.close(ignored);
        m_in.clear();
        m_queue.clear();
        m_writing.clear();
        m_flushing = false;
        m_state = State::Waiting;
        m_network->m_runtime.after(m_delay, "reconnect", [self, this] {
            if (m_state != State::Waiting)
                return;
            m_state = State::Idle;
            if (!m_queue.empty())
                connect();
        });
        m_delay = std::min<Duration>(m_delay * 2, kReconnectDelayMax);
        if (wasUp)
            m_network->linkDown(m_peer);
    }

    void scheduleFlush()
    {
        if (m_flushing || m_queue.empty())
            return;
        m_flushing = true;
        // One write a loop turn: what the steps of this turn send goes out together.
        asio::post(m_network->m_io, [self = shared_from_this(), this] { flush(); });
    }

    void flush()
    {
        if (m_state != State::Up)
            return;
        m_writing.swap(m_queue);
        m_queue.clear();
        asio::async_write(m_socket, asio::buffer(m_writing),
                          [self = shared_from_this(), this](error_code error, std::size_t) {
                              if (m_state != State::Up)
                                  return;
                              m_flushing = false;
                              if (error)
                                  onBroken(error.message());
                              else
                                  scheduleFlush();
                          });
    }

    InetEndpoint m_to;
    State m_state = State::Idle;
    Bytes m_queue;
    Bytes m_writing;
    bool m_flushing = false;
    Duration m_delay = kReconnectDelayMin;
};

Result<void> RealNetwork::listen(const InetEndpoint& local, NetworkReceiver& receiver)
{
    ENGINE_ASSERT(!m_acceptor.is_open(), "a network listens on one endpoint");
    m_local = local;
    m_receiver = &receiver;
    m_stopped = false;
    error_code error;
    m_acceptor.open(local.address.size == 4 ? tcp::v4() : tcp::v6(), error);
    if (!error)
        m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        m_acceptor.bind(toAsio(local), error);
    if (!error)
        m_acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) {
        error_code ignored;
        m_acceptor.close(ignored);
        const auto code =
            error == asio::error::address_in_use ? ErrorCode::AddressInUse : ErrorCode::Io;
        return Error{code, "cannot listen for other nodes on " + local.toString() + ": " +
                               error.message()};
    }
    accept();
    return ok();
}

void RealNetwork::accept()
{
    m_acceptor.async_accept([this](error_code error, tcp::socket socket) {
        if (m_stopped || error == asio::error::operation_aborted)
            return;
        if (error) {
            // Out of file handles, most likely: try again when some may be free.
            m_runtime.log().warn("network", "cannot accept a connection: " + error.message());
            m_runtime.after(std::chrono::milliseconds{100}, "accept", [this] {
                if (!m_stopped)
                    accept();
            });
            return;
        }
        const auto link = std::make_shared<Inbound>(*this, std::move(socket));
        m_inbound.insert(link);
        link->start();
        accept();
    });
}

void RealNetwork::send(const InetEndpoint& to, Channel channel, Bytes message)
{
    if (m_stopped)
        return;
    auto& outbound = m_outbound[{to, channel}];
    if (!outbound)
        outbound = std::make_shared<Outbound>(*this, to);
    outbound->send(std::move(message));
}

void RealNetwork::disconnect(const InetEndpoint& peer)
{
    for (auto it = m_outbound.begin(); it != m_outbound.end();) {
        if (it->first.first == peer) {
            it->second->close();
            it = m_outbound.erase(it);
        } else {
            ++it;
        }
    }
}

void RealNetwork::stop()
{
    if (std::exchange(m_stopped, true))
        return;
    error_code ignored;
    m_acceptor.close(ignored);
    // Nobody is told of links that we end ourselves.
    m_links.clear();
    for (auto& [key, outbound] : m_outbound)
        outbound->close();
    m_outbound.clear();
    for (const auto& inbound : m_inbound)
        inbound->close();
    m_inbound.clear();
}

void RealNetwork::linkUp(const InetEndpoint& peer)
{
    if (++m_links[peer] == 1)
        m_receiver->onConnected(peer);
}

void RealNetwork::linkDown(const InetEndpoint& peer)
{
    const auto links = m_links.find(peer);
    if (m_stopped || links == m_links.end() || --links->second > 0)
        return;
    m_links.erase(links);
    m_receiver->onDisconnected(peer);
}

std::unique_ptr<Network> makeRealNetwork(Runtime& runtime, const RealRuntimeOptions& options)
{
    return std::make_unique<RealNetwork>(runtime, options);
}

} // namespace engine
