// A load that costs little itself: load_requests HOST FUNCTION SECONDS [--rate N] [--rows N]
//
// FUNCTION is one of timeseries.rn: write, point, slice, or batch (50 rows of one partition). The
// table is that of timeseries.rn, made and filled by latte. Prints JSON: requests and rows a second
// and the 99th percentile of latency in milliseconds.
//
// latte, written for many kinds of load, spends 4 us of its core on a write and 90 us on the 250
// values of a batch, as much as the server or more, and starts requests in bursts a millisecond
// apart. This load keeps one frame a request in flight ready, 8 connections with 16 each, and
// writes only the numbers into it that differ. With --rate it is an open loop: so many requests a
// second are due, evenly, and latency counts from when a request was due.
#include "engine/base/bytes.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <string_view>
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
    std::fprintf(stderr, "load_requests: %s\n", what.c_str());
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
    /// Waits for more bytes; calls `answered` with each stream that was answered.
    template <class Answered>
    void takeAnswers(Answered&& answered)
    {
        receive();
        std::size_t at = 0;
        while (const auto size = wholeFrame(at)) {
            checkAnswer(at);
            answered(loadBigEndian<std::int16_t>(m_received.data() + at + 2));
            at += size;
        }
        m_received.erase(0, at);
    }
    /// Collects what flush() sends together, as drivers do.
    void add(const Bytes& bytes) { m_toSend += bytes; }
    void flush()
    {
        if (!m_toSend.empty())
            send(m_toSend);
        m_toSend.clear();
    }
    /// One request, and the body of its answer.
    Bytes ask(std::uint8_t opcode, const Bytes& body)
    {
        send(frame(opcode, 0, body));
        while (wholeFrame(0) == 0)
            receive();
        checkAnswer(0);
        const Bytes answer = m_received.substr(kHeader, wholeFrame(0) - kHeader);
        m_received.erase(0, wholeFrame(0));
        return answer;
    }

private:
    void receive()
    {
        const ssize_t got = read(m_socket, m_part.data(), m_part.size());
        if (got <= 0)
            fail("the server closed the connection");
        m_received.append(m_part.data(), static_cast<std::size_t>(got));
    }
    /// Its bytes, if all of the answer that begins at `at` is there; else 0.
    [[nodiscard]] std::size_t wholeFrame(std::size_t at) const
    {
        if (m_received.size() - at < kHeader)
            return 0;
        const std::size_t size =
            kHeader + loadBigEndian<std::uint32_t>(m_received.data() + at + kHeader - 4);
        return m_received.size() - at < size ? 0 : size;
    }
    void checkAnswer(std::size_t at) const
    {
        if (m_received[at + 4] == 0)
            fail("the server answers: " + m_received.substr(at + kHeader + 6, 200));
    }

    int m_socket;
    std::array<char, 65536> m_part{};
    Bytes m_received;
    Bytes m_toSend;
};

/// One of timeseries.rn's.
struct Function {
    std::string_view name;
    std::string_view statement; ///< of a batch: one of its statements
    int rows = 1;               ///< how often the statement stands in a request
    bool writes = false;
    bool namesTime = true;
};
constexpr std::string_view kInsert =
    "INSERT INTO bench_ts.readings (sensor_id, bucket, ts, value, note) VALUES (?, ?, ?, ?, ?)";
constexpr Function kFunctions[] = {
    {"write", kInsert, 1, true, true},
    {"batch", kInsert, kRows, true, true},
    {"point", "SELECT value FROM bench_ts.readings WHERE sensor_id = ? AND bucket = ? AND ts = ?"},
    {"slice",
     "SELECT ts, value FROM bench_ts.readings WHERE sensor_id = ? AND bucket = ? LIMIT 100", 1,
     false, false},
};

/// The statement's id with its length.
Bytes prepare(Connection& connection, const Function& function)
{
    std::string text;
    if (function.rows > 1)
        text += "BEGIN UNLOGGED BATCH ";
    for (int i = 0; i < function.rows; ++i)
        text += std::string{function.statement} + (function.rows > 1 ? "; " : "");
    if (function.rows > 1)
        text += "APPLY BATCH";
    Bytes body;
    ByteWriter out{body};
    out.bytes32(text);
    const Bytes answer = connection.ask(0x09, body);
    return answer.substr(4, 2 + loadBigEndian<std::uint16_t>(answer.data() + 4));
}

std::uint64_t mixed(std::uint64_t number)
{
    number = (number ^ (number >> 31)) * 0x7fb5d329728ea185ULL;
    number = (number ^ (number >> 27)) * 0x81dadef4bc2dd44dULL;
    return number ^ (number >> 33);
}

/// An EXECUTE, and where its values are.
class RequestFrame {
public:
    RequestFrame(const Function& function, const Bytes& id, std::int16_t stream)
        : m_function(function)
    {
        Bytes body = id;
        ByteWriter out{body};
        out.u16(1); // ONE
        out.u8(1);  // with values
        const int values = function.writes ? 5 : function.namesTime ? 3 : 2;
        out.u16(static_cast<std::uint16_t>(function.rows * values));
        const auto value = [&](std::size_t bytes) {
            out.u32(static_cast<std::uint32_t>(bytes));
            const std::size_t at = body.size();
            body.append(bytes, 'n');
            return at + kHeader;
        };
        m_rows.resize(static_cast<std::size_t>(function.rows));
        for (Row& row : m_rows) {
            row.sensor = value(8);
            row.bucket = value(4);
            if (function.namesTime)
                row.ts = value(8);
            if (function.writes) {
                row.value = value(8);
                row.note = value(kNoteBytes);
            }
        }
        m_bytes = frame(0x0A, stream, body);
    }
    /// Request `number`; reads go to one of so many rows.
    const Bytes& fill(std::int64_t number, std::int64_t rows)
    {
        const std::int64_t place =
            m_function.writes
                ? number
                : static_cast<std::int64_t>(mixed(static_cast<std::uint64_t>(number) + 1) %
                                            static_cast<std::uint64_t>(rows));
        const std::int64_t first = place / kSensors * m_function.rows;
        for (int i = 0; i < m_function.rows; ++i) {
            const Row& row = m_rows[static_cast<std::size_t>(i)];
            storeBigEndian(m_bytes.data() + row.sensor, place % kSensors);
            storeBigEndian(m_bytes.data() + row.bucket, static_cast<std::int32_t>(first / 1000));
            if (row.ts != 0)
                storeBigEndian(m_bytes.data() + row.ts, first + i);
            if (row.value == 0)
                continue;
            std::uint64_t random = mixed(static_cast<std::uint64_t>(place * 64 + i));
            storeBigEndian(m_bytes.data() + row.value, random);
            for (std::size_t k = 0; k < kNoteBytes; ++k, random = random >> 5 | random << 59)
                m_bytes[row.note + k] = static_cast<char>('A' + random % 32);
        }
        return m_bytes;
    }

private:
    static constexpr std::size_t kNoteBytes = 19;
    struct Row {
        std::size_t sensor = 0, bucket = 0, ts = 0, value = 0, note = 0;
    };
    const Function& m_function;
    std::vector<Row> m_rows;
    Bytes m_bytes;
};

struct Options {
    std::string host;
    const Function* function = nullptr;
    double seconds = 0;
    double rate = 0; ///< 0: as fast as the answers come
    std::int64_t rows = 500'000;
};

class Load {
public:
    explicit Load(Options options) : m_options(std::move(options))
    {
        for (std::size_t i = 0; i < kConnections; ++i) {
            m_connections.push_back(std::make_unique<Connection>(m_options.host, 9042));
            m_polled[i] = {m_connections[i]->socketNumber(), POLLIN, 0};
        }
        const Bytes id = prepare(*m_connections[0], *m_options.function);
        for (std::size_t i = 0; i < kConnections * kInFlight; ++i) {
            m_slots.push_back(
                {RequestFrame{*m_options.function, id, static_cast<std::int16_t>(i / kConnections)},
                 {}});
            m_free.push_back(i);
        }
    }

    void run()
    {
        m_begun = Clock::now();
        const auto end = m_begun + std::chrono::duration<double>(m_options.seconds);
        while (Clock::now() < end) {
            startDue();
            // An open loop looks at the clock all the time: nobody else is on this core.
            poll(m_polled.data(), m_polled.size(), m_options.rate > 0 ? 0 : 1000);
            for (std::size_t i = 0; i < kConnections; ++i) {
                if ((m_polled[i].revents & POLLIN) == 0)
                    continue;
                m_connections[i]->takeAnswers([&](std::int16_t stream) {
                    const std::size_t slot = static_cast<std::size_t>(stream) * kConnections + i;
                    m_latencies.push_back(Clock::now() - m_slots[slot].due);
                    m_free.push_back(slot);
                });
            }
        }
        print();
    }

private:
    using Clock = std::chrono::steady_clock;
    struct Slot {
        RequestFrame frame;
        Clock::time_point due;
    };

    void startDue()
    {
        const auto now = Clock::now();
        while (!m_free.empty()) {
            auto due = now;
            if (m_options.rate > 0) {
                due = m_begun +
                      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(
                          static_cast<double>(m_next) / m_options.rate));
                if (due > now)
                    break;
            }
            const std::size_t slot = m_free.front();
            m_free.pop_front();
            m_slots[slot].due = due;
            m_connections[slot % kConnections]->add(
                m_slots[slot].frame.fill(m_next++, m_options.rows));
        }
        for (const auto& connection : m_connections)
            connection->flush();
    }
    void print()
    {
        const double seconds = std::chrono::duration<double>(Clock::now() - m_begun).count();
        if (m_latencies.empty())
            fail("no request was answered");
        const auto p99 =
            m_latencies.begin() + static_cast<std::ptrdiff_t>(m_latencies.size() * 99 / 100);
        std::nth_element(m_latencies.begin(), p99, m_latencies.end());
        const double perSecond = static_cast<double>(m_latencies.size()) / seconds;
        std::printf("{\"requests\": %zu, \"seconds\": %.3f, \"per_second\": %.0f, "
                    "\"rows_per_second\": %.0f, \"p99_ms\": %.3f}\n",
                    m_latencies.size(), seconds, perSecond, perSecond * m_options.function->rows,
                    std::chrono::duration<double, std::milli>(*p99).count());
    }

    Options m_options;
    std::vector<std::unique_ptr<Connection>> m_connections;
    std::array<pollfd, kConnections> m_polled{};
    std::vector<Slot> m_slots; ///< connection: number % kConnections, stream: the rest
    std::deque<std::size_t> m_free;
    std::vector<Clock::duration> m_latencies;
    Clock::time_point m_begun;
    std::int64_t m_next = 0;
};

Options optionsOf(int count, char** words)
{
    Options options;
    if (count < 4)
        fail("usage: load_requests HOST write|point|slice|batch SECONDS [--rate N] [--rows N]");
    options.host = words[1];
    for (const Function& function : kFunctions) {
        if (function.name == words[2])
            options.function = &function;
    }
    if (options.function == nullptr)
        fail(std::string{"no function is called '"} + words[2] +
             "'; there are write, point, slice, batch");
    options.seconds = std::atof(words[3]);
    for (int i = 4; i + 1 < count; i += 2) {
        const std::string_view name = words[i];
        if (name == "--rate")
            options.rate = std::atof(words[i + 1]);
        else if (name == "--rows")
            options.rows = std::atoll(words[i + 1]);
        else
            fail("no option is called '" + std::string{name} + "'");
    }
    return options;
}

} // namespace

int main(int count, char** words)
{
    Load{optionsOf(count, words)}.run();
}
