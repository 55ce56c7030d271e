// How many rows a second a server takes in unlogged batches of 50 rows of one partition:
// load_batches HOST SECONDS [PORT]. The table is that of timeseries.rn, made by `latte schema`.
//
// latte spends 90 us of its core on the 250 values of such a batch, more than the server; this
// load keeps one frame a request in flight ready, 8 connections with 16 each, and writes only the
// numbers into it that differ.
#include "engine/base/bytes.h"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace engine;

namespace {

constexpr std::size_t kConnections = 8;
constexpr int kInFlight = 16;
constexpr int kRows = 50;
constexpr std::int64_t kSensors = 1000;
constexpr std::size_t kHeader = 9;

[[noreturn]] void fail(const std::string& what)
{
    std::fprintf(stderr, "load_batches: %s\n", what.c_str());
    std::exit(1);
}

Bytes frame(std::uint8_t opcode, std::int16_t stream, const Bytes& body)
{
    Bytes bytes;
    ByteWriter out{bytes};
    out.u8(4);
    out.u8(0);
    out.u16(static_cast<std::uint16_t>(stream));
    out.u8(opcode);
    out.u32(static_cast<std::uint32_t>(body.size()));
    out.raw(body);
    return bytes;
}

class Connection {
public:
    Connection(const std::string& host, int port) : m_socket(socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        inet_pton(AF_INET, host.c_str(), &address.sin_addr);
        if (connect(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
            fail("no connection to " + host);
        const int on = 1;
        setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Bytes options;
        ByteWriter out{options};
        out.u16(1);
        out.bytes16("CQL_VERSION");
        out.bytes16("3.0.0");
        ask(0x01, options);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { close(m_socket); }

    [[nodiscard]] int socketNumber() const { return m_socket; }
    void send(const Bytes& bytes) const
    {
        for (std::size_t at = 0; at < bytes.size();) {
            const ssize_t sent = write(m_socket, bytes.data() + at, bytes.size() - at);
            if (sent <= 0)
                fail("the server closed the connection");
            at += static_cast<std::size_t>(sent);
        }
    }
    /// Waits for more bytes; the streams that were answered.
    std::vector<std::int16_t> answers()
    {
        std::array<char, 65536> part{};
        const ssize_t got = read(m_socket, part.data(), part.size());
        if (got <= 0)
            fail("the server closed the connection");
        m_received.append(part.data(), static_cast<std::size_t>(got));
        std::vector<std::int16_t> streams;
        while (const auto size = wholeFrame()) {
            checkAnswer();
            streams.push_back(loadBigEndian<std::int16_t>(m_received.data() + 2));
            m_received.erase(0, size);
        }
        return streams;
    }
    /// One request, and the body of its answer.
    Bytes ask(std::uint8_t opcode, const Bytes& body)
    {
        send(frame(opcode, 0, body));
        while (wholeFrame() == 0) {
            std::array<char, 4096> part{};
            const ssize_t got = read(m_socket, part.data(), part.size());
            if (got <= 0)
                fail("the server closed the connection");
            m_received.append(part.data(), static_cast<std::size_t>(got));
        }
        checkAnswer();
        const Bytes answer = m_received.substr(kHeader, wholeFrame() - kHeader);
        m_received.erase(0, wholeFrame());
        return answer;
    }

private:
    /// Its bytes, if all of the first answer is there; else 0.
    [[nodiscard]] std::size_t wholeFrame() const
    {
        if (m_received.size() < kHeader)
            return 0;
        const std::size_t size =
            kHeader + loadBigEndian<std::uint32_t>(m_received.data() + kHeader - 4);
        return m_received.size() < size ? 0 : size;
    }
    void checkAnswer() const
    {
        if (m_received[4] == 0)
            fail("the server answers: " + m_received.substr(kHeader + 6, 200));
    }

    int m_socket;
    Bytes m_received;
};

Bytes prepareBatch(Connection& connection)
{
    std::string text = "BEGIN UNLOGGED BATCH ";
    for (int i = 0; i < kRows; ++i)
        text += "INSERT INTO bench_ts.readings (sensor_id, bucket, ts, value, note) "
                "VALUES (?, ?, ?, ?, ?); ";
    text += "APPLY BATCH";
    Bytes body;
    ByteWriter out{body};
    out.u32(static_cast<std::uint32_t>(text.size()));
    out.raw(text);
    const Bytes answer = connection.ask(0x09, body);
    return answer.substr(4, 2 + loadBigEndian<std::uint16_t>(answer.data() + 4)); // with its length
}

/// An EXECUTE of the batch, and where its numbers are.
class BatchFrame {
public:
    BatchFrame(const Bytes& id, std::int16_t stream)
    {
        Bytes body = id;
        ByteWriter out{body};
        out.u16(1); // ONE
        out.u8(1);  // with values
        out.u16(kRows * 5);
        const auto value = [&](std::size_t bytes) {
            out.u32(static_cast<std::uint32_t>(bytes));
            const std::size_t at = body.size();
            body.append(bytes, 'n');
            return at + kHeader;
        };
        for (Row& row : m_rows) {
            row.sensor = value(8);
            row.bucket = value(4);
            row.ts = value(8);
            row.value = value(8);
            (void)value(19);
        }
        m_bytes = frame(0x0A, stream, body);
    }
    const Bytes& fill(std::int64_t number)
    {
        const std::int64_t first = number / kSensors * kRows;
        for (int i = 0; i < kRows; ++i) {
            const Row& row = m_rows[static_cast<std::size_t>(i)];
            storeBigEndian(m_bytes.data() + row.sensor, number % kSensors);
            storeBigEndian(m_bytes.data() + row.bucket, static_cast<std::int32_t>(first / 1000));
            storeBigEndian(m_bytes.data() + row.ts, first + i);
            storeBigEndian(m_bytes.data() + row.value, (first + i) * 7919);
        }
        return m_bytes;
    }

private:
    struct Row {
        std::size_t sensor, bucket, ts, value;
    };
    std::array<Row, kRows> m_rows{};
    Bytes m_bytes;
};

} // namespace

int main(int count, char** words)
{
    if (count < 3)
        fail("usage: load_batches HOST SECONDS [PORT]");
    const int port = count > 3 ? std::atoi(words[3]) : 9042;
    std::vector<std::unique_ptr<Connection>> connections;
    std::vector<BatchFrame> frames;
    for (std::size_t i = 0; i < kConnections; ++i)
        connections.push_back(std::make_unique<Connection>(words[1], port));
    const Bytes id = prepareBatch(*connections[0]);
    std::int64_t number = 0;
    for (std::size_t i = 0; i < kConnections * kInFlight; ++i) {
        frames.emplace_back(id, static_cast<std::int16_t>(i % kInFlight));
        connections[i / kInFlight]->send(frames[i].fill(number++));
    }
    std::array<pollfd, kConnections> polled{};
    for (std::size_t i = 0; i < kConnections; ++i)
        polled[i] = {connections[i]->socketNumber(), POLLIN, 0};
    using Clock = std::chrono::steady_clock;
    const auto begun = Clock::now();
    const auto end = begun + std::chrono::seconds(std::atoi(words[2]));
    std::int64_t done = 0;
    while (Clock::now() < end) {
        poll(polled.data(), polled.size(), 1000);
        for (std::size_t i = 0; i < kConnections; ++i) {
            if ((polled[i].revents & POLLIN) == 0)
                continue;
            for (const std::int16_t stream : connections[i]->answers()) {
                ++done;
                const std::size_t which = i * kInFlight + static_cast<std::size_t>(stream);
                connections[i]->send(frames[which].fill(number++));
            }
        }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    std::printf("{\"batches\": %lld, \"seconds\": %.3f, \"rows_per_second\": %.0f}\n",
                static_cast<long long>(done), seconds, static_cast<double>(done) * kRows / seconds);
    return 0;
}
