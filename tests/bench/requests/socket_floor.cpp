// What sockets alone cost a server: socket_floor [seconds]
//
// A server that reads frames of 4 + 150 bytes and answers each with 4 + 9 does nothing else, on
// core 0; on core 1 eight connections keep 16 requests in flight each, as latte does in run.py. One
// epoll_wait, a read and a write of each connection that has something a turn: no server that
// answers from sockets can spend less on a request of such a size without batching them later.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kConnections = 8;
constexpr int kInFlight = 16;
constexpr std::size_t kRequestBytes = 154;
constexpr std::size_t kAnswerBytes = 13;

[[noreturn]] void fail(const char* what)
{
    std::perror(what);
    std::exit(1);
}

void runOn(int core)
{
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(core, &cores);
    if (sched_setaffinity(0, sizeof cores, &cores) != 0)
        fail("sched_setaffinity");
}

/// A side of the exchange: for each `taken` bytes that come, `given` go.
class Side {
public:
    Side(std::size_t taken, std::size_t given) : m_taken(taken), m_given(given)
    {
        m_poll = epoll_create1(0);
    }

    void add(int socket)
    {
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = static_cast<std::uint32_t>(socket);
        if (epoll_ctl(m_poll, EPOLL_CTL_ADD, socket, &event) != 0)
            fail("epoll_ctl");
    }
    void give(int socket, std::size_t count)
    {
        // All of it fits into an empty socket's buffer.
        if (write(socket, m_bytes.data(), count * m_given) != static_cast<ssize_t>(count * m_given))
            fail("write");
    }
    /// One turn; how much came, or -1 when the other side is gone.
    long turn()
    {
        epoll_event events[kConnections];
        const int ready = epoll_wait(m_poll, events, kConnections, -1);
        long done = 0;
        for (int i = 0; i < ready; ++i) {
            const auto socket = static_cast<int>(events[i].data.u32);
            const ssize_t got = read(socket, m_bytes.data(), m_bytes.size());
            if (got <= 0)
                return -1;
            m_rest[socket] += static_cast<std::size_t>(got);
            const std::size_t count = m_rest[socket] / m_taken;
            m_rest[socket] %= m_taken;
            if (count > 0)
                give(socket, count);
            done += static_cast<long>(count);
        }
        return done;
    }

private:
    std::size_t m_taken;
    std::size_t m_given;
    int m_poll;
    std::array<char, 65536> m_bytes{};
    std::array<std::size_t, 1024> m_rest{};
};

void serve(int listener)
{
    runOn(0);
    Side side{kRequestBytes, kAnswerBytes};
    for (int i = 0; i < kConnections; ++i)
        side.add(accept(listener, nullptr, nullptr));
    long all = 0;
    for (long done = 0; done >= 0; done = side.turn())
        all += done;
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto micros = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    std::printf("server: %.2f µs a request, %.2f of it the kernel's\n",
                (micros(used.ru_utime) + micros(used.ru_stime)) / static_cast<double>(all),
                micros(used.ru_stime) / static_cast<double>(all));
}

} // namespace

int main(int argc, char** argv)
{
    const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(listener, kConnections) != 0 ||
        getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        fail("listen");
    const pid_t server = fork();
    if (server == 0) {
        serve(listener);
        return 0;
    }
    runOn(1);
    Side side{kAnswerBytes, kRequestBytes};
    for (int i = 0; i < kConnections; ++i) {
        const int connection = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(connection, reinterpret_cast<sockaddr*>(&address), size) != 0)
            fail("connect");
        side.add(connection);
        for (int k = 0; k < kInFlight; ++k)
            side.give(connection, 1);
    }
    long all = 0;
    const auto began = std::chrono::steady_clock::now();
    const auto until = began + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < until)
        all += side.turn();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%.0f requests a second\n", static_cast<double>(all) / took.count());
    std::fflush(stdout);
    for (int i = 3; i < 64; ++i)
        close(i);
    waitpid(server, nullptr, 0);
}
