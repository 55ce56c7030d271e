#include "engine/node/admin_server.h"

#include "engine/base/asio_runtime.h"
#include "engine/node/mbeans.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <deque>
#include <set>

namespace engine::node {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
namespace json = boost::json;
using asio::ip::tcp;
using beast::error_code;

constexpr std::size_t kBodyBytesMax = 4 << 20;
constexpr std::size_t kHeaderBytesMax = 16 << 10;
constexpr std::size_t kConnectionsMax = 256;
constexpr auto kIdleTimeout = std::chrono::seconds{60};
/// Texts that wait for a slow WebSocket reader; past it the stream leaves a gap.
constexpr std::size_t kEventsQueuedMax = 256;

tcp::endpoint adminEndpoint(const InetEndpoint& endpoint)
{
    error_code ignored;
    return {asio::ip::make_address(endpoint.address.toString(), ignored), endpoint.port};
}

/// "/events?kinds=gossip,hint"
std::vector<std::string> kindsOf(std::string_view target)
{
    std::vector<std::string> kinds;
    const auto at = target.find("kinds=");
    if (at == std::string_view::npos)
        return kinds;
    std::string_view rest = target.substr(at + 6);
    rest = rest.substr(0, rest.find('&'));
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        kinds.emplace_back(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return kinds;
}

} // namespace

class AdminServer::Impl : public std::enable_shared_from_this<AdminServer::Impl> {
public:
    Impl(Runtime& runtime, AdminServerOptions options, AdminContent content)
        : m_runtime(runtime),
          m_options(std::move(options)),
          m_content(std::move(content)),
          m_acceptor(ioContextOf(runtime))
    {
    }

    Result<void> start();
    void stop();

private:
    class Session;
    class EventSession;
    friend class Session;
    friend class EventSession;

    void accept();

    Runtime& m_runtime;
    AdminServerOptions m_options;
    AdminContent m_content;
    tcp::acceptor m_acceptor;
    std::set<std::shared_ptr<Session>> m_sessions;
    std::set<std::shared_ptr<EventSession>> m_eventSessions;
    bool m_stopped = false;
};

/// One HTTP connection: a request, its answer, the next.
class AdminServer::Impl::Session : public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<Impl> server, tcp::socket socket)
        : m_server(std::move(server)), m_stream(std::move(socket))
    {
    }

    void read()
    {
        m_parser.emplace();
        m_parser->body_limit(kBodyBytesMax);
        m_parser->header_limit(kHeaderBytesMax);
        m_stream.expires_after(kIdleTimeout);
        http::async_read(m_stream, m_buffer, *m_parser,
                         [self = shared_from_this()](error_code error, std::size_t) {
                             if (error)
                                 self->failed(error);
                             else
                                 self->handle();
                         });
    }
    void close()
    {
        error_code ignored;
        m_stream.socket().close(ignored);
    }

private:
    using Request = http::request<http::string_body>;

    void failed(error_code error)
    {
        if (error == http::error::body_limit || error == http::error::header_limit) {
            respond(http::status::payload_too_large, "text/plain", "the request is too large\n",
                    false);
            return;
        }
        close();
        m_server->m_sessions.erase(shared_from_this());
    }

    static std::string text(const Request& request, http::field field)
    {
        return std::string(request[field]);
    }

    void handle()
    {
        const Request& request = m_parser->get();
        AdminRequestHead head;
        head.method = std::string(request.method_string());
        head.target = std::string(request.target());
        head.host = text(request, http::field::host);
        head.origin = text(request, http::field::origin);
        head.referer = text(request, http::field::referer);
        head.secFetchSite = std::string(request["Sec-Fetch-Site"]);
        head.authorization = text(request, http::field::authorization);
        head.contentType = text(request, http::field::content_type);
        if (const auto refusal = checkAdminRequest(head, m_server->m_options);
            refusal.status != 0) {
            respond(static_cast<http::status>(refusal.status), "text/plain",
                    refusal.sentence + "\n");
            return;
        }
        const std::string path = head.target.substr(0, head.target.find('?'));
        if (websocket::is_upgrade(request)) {
            upgrade(path, head.target);
        } else if (path == "/metrics" && head.method == "GET" && m_server->m_content.metrics) {
            respond(http::status::ok, "text/plain; version=0.0.4; charset=utf-8",
                    m_server->m_content.metrics());
        } else if (path == "/jolokia" || path.starts_with("/jolokia/")) {
            jolokia(head.method == "POST", path, request.body());
        } else {
            respond(http::status::not_found, "text/plain",
                    "there are /jolokia/, /metrics and /events\n");
        }
    }

    void jolokia(bool post, const std::string& path, const std::string& body)
    {
        Result<json::value> parsed = Error{};
        if (post) {
            error_code error;
            parsed = json::parse(body, error);
            if (error) {
                respond(http::status::bad_request, "text/plain",
                        "the body is not JSON: " + error.message() + "\n");
                return;
            }
        } else {
            parsed = Jolokia::requestOfPath(path.size() > 9 ? std::string_view(path).substr(9)
                                                            : std::string_view{});
        }
        m_server->m_runtime.spawn(Priority::Request, "admin request",
                                  answer(shared_from_this(), std::move(*parsed), post));
    }

    static Task<void> answer(std::shared_ptr<Session> self, json::value request, bool post)
    {
        auto running = self->m_server->m_content.jolokia->handle(std::move(request), post);
        auto outcome = co_await running;
        if (!outcome)
            self->respond(http::status::internal_server_error, "text/plain",
                          outcome.error().detail() + "\n");
        else
            self->respond(http::status::ok, "application/json", json::serialize(*outcome));
        co_return ok();
    }

    void respond(http::status status, const char* type, std::string body, bool keepAlive = true)
    {
        auto response = std::make_shared<http::response<http::string_body>>(status, 11);
        response->set(http::field::content_type, type);
        response->set(http::field::cache_control, "no-store");
        response->set("X-Content-Type-Options", "nosniff");
        if (status == http::status::unauthorized)
            response->set(http::field::www_authenticate,
                          "Basic realm=\"ringwright\", charset=\"UTF-8\"");
        response->keep_alive(keepAlive && m_parser && m_parser->get().keep_alive());
        response->body() = std::move(body);
        response->prepare_payload();
        m_stream.expires_after(kIdleTimeout);
        http::async_write(m_stream, *response,
                          [self = shared_from_this(), response](error_code error, std::size_t) {
                              if (error || response->need_eof()) {
                                  self->close();
                                  self->m_server->m_sessions.erase(self);
                              } else {
                                  self->read();
                              }
                          });
    }

    void upgrade(const std::string& path, const std::string& target);

    std::shared_ptr<Impl> m_server;
    beast::tcp_stream m_stream;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
};

/// One WebSocket subscriber. A reader that does not keep up is told by `send` returning false.
class AdminServer::Impl::EventSession : public std::enable_shared_from_this<EventSession> {
public:
    EventSession(std::shared_ptr<Impl> server, tcp::socket socket)
        : m_server(std::move(server)), m_socket(std::move(socket))
    {
    }

    void start(const http::request<http::string_body>& request, std::vector<std::string> kinds)
    {
        m_socket.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
        m_socket.text(true);
        m_socket.async_accept(
            request, [self = shared_from_this(), kinds = std::move(kinds)](error_code error) {
                if (error) {
                    self->end();
                    return;
                }
                self->m_unsubscribe = self->m_server->m_content.subscribe(
                    {kinds, [weak = self->weak_from_this()](const std::string& text) {
                         const auto alive = weak.lock();
                         return alive && alive->send(text);
                     }});
                self->readUntilClosed();
            });
    }

    void end()
    {
        if (auto unsubscribe = std::exchange(m_unsubscribe, {}))
            unsubscribe();
        error_code ignored;
        beast::get_lowest_layer(m_socket).socket().close(ignored);
        m_server->m_eventSessions.erase(shared_from_this());
    }

private:
    bool send(const std::string& text)
    {
        if (m_queue.size() >= kEventsQueuedMax)
            return false;
        m_queue.push_back(text);
        if (m_queue.size() == 1)
            write();
        return true;
    }

    void write()
    {
        m_socket.async_write(asio::buffer(m_queue.front()),
                             [self = shared_from_this()](error_code error, std::size_t) {
                                 if (error) {
                                     self->end();
                                     return;
                                 }
                                 self->m_queue.pop_front();
                                 if (!self->m_queue.empty())
                                     self->write();
                             });
    }

    void readUntilClosed()
    {
        m_socket.async_read(m_in, [self = shared_from_this()](error_code error, std::size_t) {
            self->m_in.clear(); // subscribers have nothing to say
            if (error)
                self->end();
            else
                self->readUntilClosed();
        });
    }

    std::shared_ptr<Impl> m_server;
    websocket::stream<beast::tcp_stream> m_socket;
    beast::flat_buffer m_in;
    std::deque<std::string> m_queue;
    std::function<void()> m_unsubscribe;
};

void AdminServer::Impl::Session::upgrade(const std::string& path, const std::string& target)
{
    if (path != "/events" || !m_server->m_content.subscribe) {
        respond(http::status::not_found, "text/plain", "events are at /events\n");
        return;
    }
    const auto session = std::make_shared<EventSession>(m_server, m_stream.release_socket());
    m_server->m_eventSessions.insert(session);
    session->start(m_parser->get(), kindsOf(target));
    m_server->m_sessions.erase(shared_from_this());
}

Result<void> AdminServer::Impl::start()
{
    const tcp::endpoint endpoint = adminEndpoint(m_options.listen);
    error_code error;
    m_acceptor.open(endpoint.protocol(), error);
    if (!error)
        m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error)
        m_acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error)
        return Error{error == asio::error::address_in_use ? ErrorCode::AddressInUse : ErrorCode::Io,
                     "cannot open the admin endpoint on " + m_options.listen.toString() + ": " +
                         error.message()};
    accept();
    return ok();
}

void AdminServer::Impl::accept()
{
    m_acceptor.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
        if (self->m_stopped || error == asio::error::operation_aborted)
            return;
        if (!error && self->m_sessions.size() < kConnectionsMax) {
            const auto session = std::make_shared<Session>(self, std::move(socket));
            self->m_sessions.insert(session);
            session->read();
        }
        if (error) {
            self->m_runtime.after(std::chrono::milliseconds{100}, "admin accept", [self] {
                if (!self->m_stopped)
                    self->accept();
            });
            return;
        }
        self->accept();
    });
}

void AdminServer::Impl::stop()
{
    if (std::exchange(m_stopped, true))
        return;
    error_code ignored;
    m_acceptor.close(ignored);
    const auto sessions = std::exchange(m_sessions, {});
    for (const auto& session : sessions)
        session->close();
    const auto eventSessions = m_eventSessions;
    for (const auto& session : eventSessions)
        session->end();
}

AdminServer::AdminServer(Runtime& runtime, AdminServerOptions options, AdminContent content)
    : m_impl(std::make_shared<Impl>(runtime, std::move(options), std::move(content)))
{
}

AdminServer::~AdminServer()
{
    stop();
}

Result<void> AdminServer::start()
{
    return m_impl->start();
}

void AdminServer::stop()
{
    m_impl->stop();
}

} // namespace engine::node
