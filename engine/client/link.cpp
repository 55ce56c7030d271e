#include "engine/client/link.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace engine::client {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

tcp::endpoint linkEndpoint(const InetEndpoint& endpoint)
{
    error_code ignored;
    InetAddress address = endpoint.address;
    return {asio::ip::make_address(address.toString(), ignored), endpoint.port};
}

class AsioLink final : public Link, public std::enable_shared_from_this<AsioLink> {
public:
    AsioLink(asio::io_context& io, Target target, ConnectionOptions options,
             std::optional<TlsOptions> tls, Duration timeout, Callbacks callbacks)
        : m_io(io),
          m_target(std::move(target)),
          m_tls(std::move(tls)),
          m_timeout(timeout),
          m_callbacks(std::move(callbacks)),
          m_socket(io),
          m_timer(io),
          m_connection(
              std::move(options),
              [this](Result<void> outcome) {
                  if (outcome)
                      becomeReady();
                  else
                      refuse(m_connection.stage(), outcome.error().code(),
                             outcome.error().detail());
              },
              [this](const protocol::Event& event) {
                  if (m_callbacks.event)
                      m_callbacks.event(event);
              })
    {
    }

    const InetEndpoint& address() const override { return m_target.address; }
    protocol::ProtocolVersion version() const override { return m_connection.version(); }
    bool isReady() const override { return !m_closed && m_connection.isReady(); }
    bool takesRequests() const override { return !m_closed && m_connection.takesRequests(); }
    std::size_t inFlight() const override { return m_connection.inFlight(); }

    std::optional<std::int16_t> send(const protocol::Request& request, bool traced,
                                     ReplyCallback done) override
    {
        if (m_closed)
            return std::nullopt;
        const auto stream = m_connection.send(request, traced, std::move(done));
        flushLater();
        return stream;
    }
    void cancel(std::int16_t stream) override { m_connection.cancel(stream); }

    void close(const Error& error) override
    {
        m_callbacks = {};
        shut();
        m_connection.fail(error);
    }

    void start()
    {
        m_stage = ConnectStage::Tcp;
        armTimer();
        m_socket.async_connect(linkEndpoint(m_target.address),
                               [self = shared_from_this()](const error_code& error) {
                                   if (!self->m_closed)
                                       self->connected(error);
                               });
    }

private:
    void connected(const error_code& error)
    {
        if (error) {
            const bool refused = error == asio::error::connection_refused;
            refuse(ConnectStage::Tcp,
                   refused ? ErrorCode::ConnectionRefused : ErrorCode::ConnectionLost,
                   refused ? "nothing listens there" : error.message());
            return;
        }
        error_code ignored;
        m_socket.set_option(tcp::no_delay(true), ignored);
        m_socket.set_option(asio::socket_base::keep_alive(true), ignored);
        if (m_tls)
            startTls();
        else
            greet();
    }

    void startTls()
    {
        m_stage = ConnectStage::Tls;
        armTimer();
        try {
            m_context.emplace(asio::ssl::context::tls_client);
            if (m_tls->caFile.empty())
                m_context->set_default_verify_paths();
            else
                m_context->load_verify_file(m_tls->caFile);
            if (!m_tls->certificateFile.empty())
                m_context->use_certificate_chain_file(m_tls->certificateFile);
            if (!m_tls->keyFile.empty())
                m_context->use_private_key_file(m_tls->keyFile, asio::ssl::context::pem);
            m_stream.emplace(m_socket, *m_context);
            const std::string host = hostName();
            m_stream->set_verify_mode(m_tls->verifyPeer ? asio::ssl::verify_peer
                                                        : asio::ssl::verify_none);
            if (m_tls->verifyPeer)
                m_stream->set_verify_callback(asio::ssl::host_name_verification(host));
            SSL_set_tlsext_host_name(m_stream->native_handle(), host.c_str());
        } catch (const std::exception& failure) {
            refuse(ConnectStage::Tls, ErrorCode::Io, failure.what());
            return;
        }
        m_stream->async_handshake(
            asio::ssl::stream_base::client, [self = shared_from_this()](const error_code& error) {
                if (self->m_closed)
                    return;
                if (error)
                    self->refuse(ConnectStage::Tls, ErrorCode::ConnectionLost, error.message());
                else
                    self->greet();
            });
    }

    [[nodiscard]] std::string hostName() const
    {
        const std::size_t colon = m_target.name.rfind(':');
        const bool hasPort = colon != std::string::npos && m_target.name.find(':') == colon;
        return hasPort ? m_target.name.substr(0, colon) : m_target.name;
    }

    void greet()
    {
        m_stage = ConnectStage::Protocol;
        armTimer();
        m_connection.start();
        flush();
        read();
    }

    void becomeReady()
    {
        m_timer.cancel();
        m_wasReady = true;
        if (auto ready = std::move(m_callbacks.ready); ready)
            ready(ok());
    }

    void refuse(ConnectStage stage, ErrorCode code, const std::string& sentence)
    {
        shut();
        const Error error = connectError(stage, m_target.name, code, sentence);
        if (auto ready = std::move(m_callbacks.ready); ready) {
            m_callbacks = {};
            ready(error);
        }
        m_connection.fail(error);
    }

    void lose(const std::string& why)
    {
        if (m_closed)
            return;
        if (!m_wasReady) {
            refuse(m_stage, ErrorCode::ConnectionLost, why);
            return;
        }
        shut();
        const Error error{ErrorCode::ConnectionLost, m_target.name + ": " + why};
        auto lost = std::move(m_callbacks.lost);
        m_callbacks = {};
        m_connection.fail(error);
        if (lost)
            lost(error);
    }

    void read()
    {
        auto handler = [self = shared_from_this()](const error_code& error, std::size_t size) {
            if (self->m_closed)
                return;
            if (error) {
                self->lose(error == asio::error::eof ? "the node closed the connection"
                                                     : error.message());
                return;
            }
            self->m_connection.receive({self->m_chunk.data(), size});
            if (self->m_closed)
                return;
            if (self->m_connection.hasFailed()) {
                self->lose("the node sent what is no message of the native protocol");
                return;
            }
            self->flushLater();
            self->read();
        };
        if (m_stream)
            m_stream->async_read_some(asio::buffer(m_chunk), std::move(handler));
        else
            m_socket.async_read_some(asio::buffer(m_chunk), std::move(handler));
    }

    /// Everything that this turn sends goes out in one write.
    void flushLater()
    {
        if (m_flushPosted || m_writing || m_closed)
            return;
        m_flushPosted = true;
        asio::post(m_io, [self = shared_from_this()] {
            self->m_flushPosted = false;
            self->flush();
        });
    }

    void flush()
    {
        if (m_writing || m_closed || !m_connection.hasOutput())
            return;
        m_writing = true;
        m_connection.takeOutput(m_output);
        auto handler = [self = shared_from_this()](const error_code& error, std::size_t) {
            self->m_writing = false;
            if (self->m_closed)
                return;
            if (error)
                self->lose(error.message());
            else
                self->flush();
        };
        if (m_stream)
            asio::async_write(*m_stream, asio::buffer(m_output), std::move(handler));
        else
            asio::async_write(m_socket, asio::buffer(m_output), std::move(handler));
    }

    void armTimer()
    {
        m_timer.expires_after(m_timeout);
        m_timer.async_wait([self = shared_from_this()](const error_code& error) {
            if (!error && !self->m_closed && !self->m_wasReady)
                self->refuse(
                    self->m_stage, ErrorCode::Timeout,
                    "no answer within " +
                        std::to_string(
                            std::chrono::duration_cast<std::chrono::milliseconds>(self->m_timeout)
                                .count()) +
                        " ms");
        });
    }

    void shut()
    {
        m_closed = true;
        m_timer.cancel();
        error_code ignored;
        m_socket.close(ignored);
    }

    asio::io_context& m_io;
    Target m_target;
    std::optional<TlsOptions> m_tls;
    Duration m_timeout;
    Callbacks m_callbacks;
    tcp::socket m_socket;
    std::optional<asio::ssl::context> m_context;
    std::optional<asio::ssl::stream<tcp::socket&>> m_stream;
    asio::steady_timer m_timer;
    ClientConnection m_connection;
    ConnectStage m_stage = ConnectStage::Tcp;
    std::array<char, 65536> m_chunk;
    Bytes m_output;
    bool m_flushPosted = false;
    bool m_writing = false;
    bool m_wasReady = false;
    bool m_closed = false;
};

} // namespace

const char* connectStageName(ConnectStage stage) noexcept
{
    switch (stage) {
    case ConnectStage::Resolve:
        return "name resolution";
    case ConnectStage::Tcp:
        return "TCP";
    case ConnectStage::Tls:
        return "TLS";
    case ConnectStage::Protocol:
        return "protocol";
    case ConnectStage::Auth:
        return "authentication";
    case ConnectStage::Schema:
        return "schema";
    }
    return "connection";
}

Error connectError(ConnectStage stage, const std::string& node, ErrorCode code,
                   const std::string& sentence)
{
    auto extra = std::make_shared<ConnectFailure>();
    extra->stage = stage;
    extra->node = node;
    return Error{code, node + " (" + connectStageName(stage) + "): " + sentence, std::move(extra)};
}

std::shared_ptr<Link> Link::open(asio::io_context& io, Target target, ConnectionOptions options,
                                 std::optional<TlsOptions> tls, Duration timeout,
                                 Callbacks callbacks)
{
    auto link = std::make_shared<AsioLink>(io, std::move(target), std::move(options),
                                           std::move(tls), timeout, std::move(callbacks));
    link->start();
    return link;
}

} // namespace engine::client
