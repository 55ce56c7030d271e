// CPU and heap allocations of requests between their bytes and their answers', in a whole node
// without sockets and load program: bench_requests [write|point|slice|batch …] [--seconds N]
//
// 128 requests arrive at once, as from eight connections with 16 in flight each. CPU is that of all
// threads with the kernel's share; run.py beside it adds what sockets cost. The budget is of all
// together.
#include "tests/support/allocation_counter.h"
#include "tests/support/hot_node.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

using namespace engine;

namespace {

constexpr int kAtOnce = 128;
constexpr std::int64_t kPartitions = 1000;
constexpr std::int64_t kRows = 200; ///< a partition
constexpr std::int64_t kBatchRows = 50;
constexpr int kRounds = 5;

template <class T>
Bytes big(T value)
{
    Bytes bytes(sizeof(T), '\0');
    storeBigEndian(bytes.data(), value);
    return bytes;
}

double cpuMicros()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

class Bench {
public:
    Bench()
    {
        m_node.query("CREATE KEYSPACE bench_ts WITH replication = {'class': "
                     "'NetworkTopologyStrategy', 'datacenter1': 1}");
        m_node.query("CREATE TABLE bench_ts.readings (sensor_id bigint, bucket int, ts bigint, "
                     "value double, note text, PRIMARY KEY ((sensor_id, bucket), ts)) "
                     "WITH CLUSTERING ORDER BY (ts DESC)");
        const std::string insert = "INSERT INTO bench_ts.readings (sensor_id, bucket, ts, value, "
                                   "note) VALUES (?, ?, ?, ?, ?);";
        m_insert = m_node.prepare(insert);
        m_point = m_node.prepare(
            "SELECT value FROM bench_ts.readings WHERE sensor_id = ? AND bucket = ? AND ts = ?");
        m_slice = m_node.prepare("SELECT ts, value FROM bench_ts.readings WHERE sensor_id = ? AND "
                                 "bucket = ? LIMIT 100");
        std::string batch = "BEGIN UNLOGGED BATCH ";
        for (std::int64_t i = 0; i < kBatchRows; ++i)
            batch += insert + " ";
        m_batch = m_node.prepare(batch + "APPLY BATCH");
        for (std::int64_t row = 0; row < kRows; ++row) {
            Bytes all;
            for (std::int64_t sensor = 0; sensor < kPartitions; ++sensor) {
                all += m_node.execute(m_insert, rowOf(sensor, row));
                if (sensor % kAtOnce == kAtOnce - 1 || sensor == kPartitions - 1) {
                    m_node.send(all);
                    all.clear();
                }
            }
        }
        m_node.compact("bench_ts", "readings");
    }

    void measure(const std::string& name, double budget, double seconds)
    {
        std::vector<Bytes> requests;
        for (int i = 0; i < 32; ++i) {
            Bytes all;
            for (int k = 0; k < kAtOnce; ++k)
                all += next(name);
            requests.push_back(std::move(all));
        }
        std::vector<double> costs;
        double allocations = 0;
        for (int round = -1; round < kRounds; ++round) { // the first one warms
            const std::uint64_t allocated = tests::allocationCount();
            const double began = cpuMicros();
            double cost = 0;
            int count = 0;
            while (cost < seconds * 1e6 / kRounds) {
                for (const Bytes& all : requests)
                    m_node.send(all);
                count += static_cast<int>(requests.size()) * kAtOnce;
                cost = cpuMicros() - began;
            }
            if (round >= 0)
                costs.push_back(cost / count);
            allocations = static_cast<double>(tests::allocationCount() - allocated) / count;
        }
        std::sort(costs.begin(), costs.end());
        std::printf("%-6s %7.2f µs (%.2f – %.2f)  %6.2f allocations", name.c_str(),
                    costs[costs.size() / 2], costs.front(), costs.back(), allocations);
        if (budget > 0)
            std::printf("   budget %g µs with sockets, 0 allocations", budget);
        std::printf("\n");
    }

private:
    std::vector<Bytes> rowOf(std::int64_t sensor, std::int64_t row) const
    {
        return {big<std::int64_t>(sensor), big<std::int32_t>(0), big<std::int64_t>(row),
                big<std::int64_t>(row * 7919), "nineteen characters"};
    }
    Bytes next(const std::string& name)
    {
        m_random = m_random * 6364136223846793005ULL + 1442695040888963407ULL;
        const auto sensor = static_cast<std::int64_t>((m_random >> 33) % kPartitions);
        const auto row = static_cast<std::int64_t>((m_random >> 20) % kRows);
        if (name == "write")
            return m_node.execute(m_insert, rowOf(sensor + kPartitions, row));
        if (name == "point")
            return m_node.execute(
                m_point, {big<std::int64_t>(sensor), big<std::int32_t>(0), big<std::int64_t>(row)});
        if (name == "slice")
            return m_node.execute(m_slice, {big<std::int64_t>(sensor), big<std::int32_t>(0)});
        std::vector<Bytes> values;
        for (std::int64_t i = 0; i < kBatchRows; ++i) {
            for (Bytes& value : rowOf(sensor + 2 * kPartitions, row * kBatchRows + i))
                values.push_back(std::move(value));
        }
        return m_node.execute(m_batch, values);
    }

    tests::HotNode m_node;
    Bytes m_insert;
    Bytes m_point;
    Bytes m_slice;
    Bytes m_batch;
    std::uint64_t m_random = 1;
};

} // namespace

int main(int argc, char** argv)
{
    std::vector<std::string> wanted;
    double seconds = 2;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = std::atof(argv[++i]);
        else
            wanted.emplace_back(argv[i]);
    }
    Bench bench;
    const std::pair<const char*, double> all[] = {
        {"point", 9}, {"slice", 25}, {"write", 5}, {"batch", 0}};
    for (const auto& [name, budget] : all) {
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end())
            bench.measure(name, budget, seconds);
    }
}
