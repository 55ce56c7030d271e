#include "engine/node/cql_server.h"

#include "engine/base/asio_runtime.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include <set>

namespace engine::node {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

/// What one connection may take from its socket before the others get a turn.
constexpr std::size_t kReadBytesPerTurn = 1 << 20;
/// The end of a closing connection waits so long for the client to take the last answer.
constexpr Duration kLingerMax = std::chrono::seconds{2};

tcp::endpoint toAsio(const InetEndpoint& endpoint)
{
    if (endpoint.address.size == 4) {
        asio::ip::address_v4::bytes_type raw;
        std::copy_n(endpoint.address.bytes.begin(), 4, raw.begin());
        return {asio::ip::address_v4{raw}, endpoint.port};
    }
    asio::ip::address_v6::bytes_type raw;
    std::copy_n(endpoint.address.bytes.begin(), 16, raw.begin());
    return {asio::ip::address_v6{raw}, endpoint.port};
}

InetEndpoint fromAsio(const tcp::endpoint& endpoint)
{
    InetEndpoint result;
    result.port = endpoint.port();
    if (endpoint.address().is_v4()) {
        const auto raw = endpoint.address().to_v4().to_bytes();
        std::copy(raw.begin(), raw.end(), result.address.bytes.begin());
        result.address.size = 4;
    } else {
        const auto raw = endpoint.address().to_v6().to_bytes();
        std::copy(raw.begin(), raw.end(), result.address.bytes.begin());
        result.address.size = 16;
    }
    return result;
}

bool wouldBlock(const error_code& error)
{
    return error == asio::error::would_block || error == asio::error::try_again;
}

} // namespace

class CqlServer::Impl : public std::enable_shared_from_this<CqlServer::Impl> {
public:
    class Client;

    Impl(Runtime& runtime, CqlServerOptions options, RequestHandler& handler,
         ServerAuthenticator* authenticator)
        : m_runtime(runtime),
          m_options(std::move(options)),
          m_handler(handler),
          m_authenticator(authenticator),
          m_io(ioContextOf(runtime)),
          m_acceptor(m_io),
          m_pool(std::make_shared<RequestPool>())
    {
    }

    Result<void> start();
    void stop();
    void push(const protocol::Event& event);
    [[nodiscard]] std::vector<query::ClientRow> clients() const;

    /// Remembers a connection that has something to write, for the end of the turn.
    void flushLater(std::shared_ptr<Client> client);
    void remove(const std::shared_ptr<Client>& client) { m_clients.erase(client); }

    Runtime& m_runtime;
    CqlServerOptions m_options;
    RequestHandler& m_handler;
    ServerAuthenticator* m_authenticator;
    asio::io_context& m_io;
    tcp::acceptor m_acceptor;
    InetEndpoint m_address;
    std::shared_ptr<RequestPool> m_pool;

private:
    struct ByNumber {
        bool operator()(const std::shared_ptr<Client>& a, const std::shared_ptr<Client>& b) const;
    };

    void accept();
    void add(tcp::socket socket);
    void flushAll();

    std::set<std::shared_ptr<Client>, ByNumber> m_clients;
    std::vector<std::shared_ptr<Client>> m_dirty;
    std::vector<std::shared_ptr<Client>> m_flushing;
    bool m_flushPosted = false;
    std::uint32_t m_nextId = 0;
};

/// One socket with its ServerConnection.
class CqlServer::Impl::Client final : public ConnectionTransport,
                                      public std::enable_shared_from_this<Client> {
public:
    Client(std::shared_ptr<Impl> server, tcp::socket socket, const InetEndpoint& remote,
           std::uint32_t number)
        : m_number(number),
          m_server(std::move(server)),
          m_socket(std::move(socket)),
          m_connection(std::make_shared<ServerConnection>(
              m_server->m_options.connection, m_server->m_handler, m_server->m_authenticator,
              m_server->m_pool, *this, remote,
              // Distinct numbers that do not count connections for strangers.
              (number + 1) * 0x9e3779b9U))
    {
    }
    ~Client() override { m_connection->detach(); }

    void wake() override
    {
        if (m_dirty || m_closed)
            return;
        m_dirty = true;
        m_server->flushLater(shared_from_this());
    }
    MonoTime now() const override { return m_server->m_runtime.now(); }

    void waitForInput();
    void flush();
    void close();
    [[nodiscard]] ServerConnection& connection() noexcept { return *m_connection; }

    const std::uint32_t m_number;

private:
    void read(error_code error, std::size_t size, std::size_t room);
    [[nodiscard]] bool write();
    void waitForRoom();

    std::shared_ptr<Impl> m_server;
    tcp::socket m_socket;
    std::shared_ptr<ServerConnection> m_connection;
    Bytes m_output;
    std::size_t m_written = 0;
    bool m_dirty = false;
    bool m_waitsForInput = false;
    bool m_waitsForRoom = false;
    bool m_closed = false;
    bool m_lingers = false;
};

bool CqlServer::Impl::ByNumber::operator()(const std::shared_ptr<Client>& a,
                                           const std::shared_ptr<Client>& b) const
{
    return a->m_number < b->m_number;
}

// Reads and does not just wait: a wait arms the kernel's queue anew each time, a read finds it
// armed.
void CqlServer::Impl::Client::waitForInput()
{
    if (m_waitsForInput || m_closed)
        return;
    m_waitsForInput = true;
    const auto room = m_connection->prepareInput();
    m_socket.async_read_some(
        asio::buffer(room.data(), room.size()),
        [self = shared_from_this(), room](const error_code& error, std::size_t size) {
            self->m_waitsForInput = false;
            if (error != asio::error::operation_aborted)
                self->read(error, size, room.size());
        });
}

/// Goes on after a read into a room of so many bytes, until the socket is empty.
void CqlServer::Impl::Client::read(error_code error, std::size_t size, std::size_t room)
{
    std::size_t taken = 0;
    while (!m_closed) {
        if (error && !wouldBlock(error)) {
            close();
            return;
        }
        taken += size;
        if (size > 0)
            m_connection->inputArrived(size);
        if (m_closed || !m_connection->wantsInput())
            break;
        // A read that did not fill the room has emptied the socket: spare the call that says so.
        if (size < room || taken > kReadBytesPerTurn) {
            waitForInput();
            break;
        }
        const auto next = m_connection->prepareInput();
        size = m_socket.read_some(asio::buffer(next.data(), next.size()), error);
        room = next.size();
    }
    if (m_connection->wantsClose())
        wake();
}

void CqlServer::Impl::Client::flush()
{
    m_dirty = false;
    if (m_closed)
        return;
    if (m_waitsForRoom)
        return; // what the client does not take holds back what it asks for
    if (!write() || m_waitsForRoom)
        return;
    m_connection->resume();
    if (m_connection->hasOutput())
        wake(); // one write a turn
    if (m_connection->wantsClose() && !m_connection->hasOutput() && m_output.empty()) {
        // Let the client take the last answer: closing with unread input would reset it away.
        if (!m_lingers) {
            m_lingers = true;
            error_code ignored;
            m_socket.shutdown(tcp::socket::shutdown_send, ignored);
            m_server->m_runtime.after(kLingerMax, "cql-linger", [weak = weak_from_this()] {
                if (const auto self = weak.lock())
                    self->close();
            });
            m_socket.async_wait(tcp::socket::wait_read,
                                [self = shared_from_this()](const error_code&) { self->close(); });
        }
        return;
    }
    if (m_connection->wantsInput())
        waitForInput();
}

bool CqlServer::Impl::Client::write()
{
    if (m_output.empty() && m_connection->hasOutput()) {
        m_connection->takeOutput(m_output);
        m_written = 0;
    }
    if (m_output.empty())
        return true;
    error_code error;
    m_written += m_socket.write_some(
        asio::buffer(m_output.data() + m_written, m_output.size() - m_written), error);
    if (error && !wouldBlock(error)) {
        close();
        return false;
    }
    if (m_written < m_output.size()) {
        waitForRoom();
        return true;
    }
    m_output.clear();
    if (m_output.capacity() > (1 << 20))
        m_output.shrink_to_fit();
    return true;
}

void CqlServer::Impl::Client::waitForRoom()
{
    m_waitsForRoom = true;
    m_socket.async_wait(tcp::socket::wait_write,
                        [self = shared_from_this()](const error_code& error) {
                            self->m_waitsForRoom = false;
                            if (!error)
                                self->wake();
                        });
}

void CqlServer::Impl::Client::close()
{
    if (m_closed)
        return;
    m_closed = true;
    m_connection->detach();
    error_code ignored;
    m_socket.close(ignored);
    m_server->remove(shared_from_this());
}

Result<void> CqlServer::Impl::start()
{
    const tcp::endpoint endpoint = toAsio(m_options.listen);
    error_code error;
    m_acceptor.open(endpoint.protocol(), error);
    if (!error)
        m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error)
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error)
        m_acceptor.non_blocking(true, error);
    if (error) {
        error_code ignored;
        m_acceptor.close(ignored);
        const std::string where = m_options.listen.toString();
        if (error == asio::error::address_in_use)
            return Error{ErrorCode::AddressInUse, "CQL clients cannot be served on " + where +
                                                      ": another program listens there already"};
        return Error{ErrorCode::Io,
                     "CQL clients cannot be served on " + where + ": " + error.message()};
    }
    m_address = fromAsio(m_acceptor.local_endpoint(error));
    accept();
    return ok();
}

void CqlServer::Impl::accept()
{
    m_acceptor.async_accept([weak = weak_from_this()](const error_code& error, tcp::socket socket) {
        const auto self = weak.lock();
        if (!self || error == asio::error::operation_aborted || !self->m_acceptor.is_open())
            return;
        if (!error) {
            self->add(std::move(socket));
            self->accept();
            return;
        }
        // Out of descriptors, most likely: leave the rest in the backlog for a while.
        self->m_runtime.log().warn("cql", "a client could not be accepted: " + error.message());
        self->m_runtime.after(std::chrono::milliseconds{100}, "cql-accept", [weak] {
            if (const auto again = weak.lock(); again && again->m_acceptor.is_open())
                again->accept();
        });
    });
}

void CqlServer::Impl::add(tcp::socket socket)
{
    error_code error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error || m_clients.size() >= m_options.connectionsMax)
        return; // the socket closes itself
    socket.non_blocking(true, error);
    socket.set_option(tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    auto client = std::make_shared<Client>(shared_from_this(), std::move(socket), fromAsio(remote),
                                           m_nextId++);
    m_clients.insert(client);
    client->waitForInput();
}

void CqlServer::Impl::flushLater(std::shared_ptr<Client> client)
{
    m_dirty.push_back(std::move(client));
    if (m_flushPosted)
        return;
    m_flushPosted = true;
    m_runtime.post(Priority::Request, "cql-flush", [weak = weak_from_this()] {
        if (const auto self = weak.lock())
            self->flushAll();
    });
}

void CqlServer::Impl::flushAll()
{
    m_flushPosted = false;
    std::swap(m_dirty, m_flushing);
    for (const auto& client : m_flushing)
        client->flush();
    m_flushing.clear();
}

void CqlServer::Impl::stop()
{
    error_code ignored;
    m_acceptor.close(ignored);
    const auto clients = std::move(m_clients);
    m_clients.clear();
    for (const auto& client : clients)
        client->close();
    m_dirty.clear();
}

void CqlServer::Impl::push(const protocol::Event& event)
{
    for (const auto& client : m_clients)
        client->connection().push(event);
}

std::vector<query::ClientRow> CqlServer::Impl::clients() const
{
    std::vector<query::ClientRow> rows;
    rows.reserve(m_clients.size());
    for (const auto& client : m_clients) {
        const ServerConnection& connection = client->connection();
        query::ClientRow row;
        row.remote = connection.remote();
        row.username = connection.user();
        row.connectionStage = connection.isReady() ? "ready" : "establishing";
        row.driverName = connection.driverName();
        row.driverVersion = connection.driverVersion();
        row.protocolVersion = static_cast<std::int32_t>(connection.version());
        row.requestCount = static_cast<std::int64_t>(connection.requestCount());
        rows.push_back(std::move(row));
    }
    return rows;
}

CqlServer::CqlServer(Runtime& runtime, CqlServerOptions options, RequestHandler& handler,
                     ServerAuthenticator* authenticator)
    : m_impl(std::make_shared<Impl>(runtime, std::move(options), handler, authenticator))
{
}

CqlServer::~CqlServer()
{
    m_impl->stop();
}

Result<void> CqlServer::start()
{
    return m_impl->start();
}

void CqlServer::stop()
{
    m_impl->stop();
}

bool CqlServer::isRunning() const noexcept
{
    return m_impl->m_acceptor.is_open();
}

InetEndpoint CqlServer::address() const noexcept
{
    return m_impl->m_address;
}

void CqlServer::push(const protocol::Event& event)
{
    m_impl->push(event);
}

std::vector<query::ClientRow> CqlServer::clients() const
{
    return m_impl->clients();
}

} // namespace engine::node
