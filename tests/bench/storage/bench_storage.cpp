// CPU and allocations of LocalStore's hot paths, with the kernel's share and all threads:
//   build/release/bin/bench_storage [--benchmark_filter=…]
// Budgets of DESIGN.md for a whole request: point write 5 µs, cached point read 9 µs, 100-row
// slice 25 µs; what is printed here is storage's share.
#include "engine/base/real_runtime.h"
#include "engine/rows/partition.h"
#include "engine/rows/read_command.h"
#include "engine/storage/local_store.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <new>

using namespace engine;

namespace {

std::atomic<std::uint64_t> g_allocations = 0;

} // namespace

// Not inlined: GCC would see free() meet new.
[[gnu::noinline]] void* operator new(std::size_t size)
{
    g_allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size))
        return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept
{
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace {

double processCpuNanos()
{
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

schema::TablePtr benchTable()
{
    using schema::ColumnKind;
    const auto text = cql::Type::native(cql::TypeKind::Text);
    schema::Table::Spec spec;
    spec.id = {Uuid::fromHalves(7, 7)};
    spec.keyspace = "bench";
    spec.name = "t";
    spec.columns = {{"k", text, ColumnKind::PartitionKey},
                    {"c", cql::Type::native(cql::TypeKind::Int), ColumnKind::Clustering, 0,
                     schema::ClusteringOrder::Ascending},
                    {"a", text, ColumnKind::Regular},
                    {"b", text, ColumnKind::Regular},
                    {"d", cql::Type::native(cql::TypeKind::Int), ColumnKind::Regular}};
    return schema::Table::make(std::move(spec));
}

/// A store on a temporary folder, and ways to run the runtime until something is done.
class BenchStore {
public:
    /// `settings`: all but folders and memory for memtables.
    explicit BenchStore(std::uint64_t memtableBytes = 2ull << 30,
                        storage::StoreOptions settings = {})
        : folder(std::filesystem::temp_directory_path() /
                 ("bench_storage." + std::to_string(getpid()))),
          runtime(RealRuntime::make({})),
          table(benchTable())
    {
        std::filesystem::remove_all(folder);
        storage::StoreOptions options = std::move(settings);
        options.dataFolders = {(folder / "data").string()};
        options.commitLogFolder = (folder / "commitlog").string();
        options.memtableBytes = memtableBytes;
        options.commitLogTotalBytes = 64ull << 30;
        auto keyspace = std::make_shared<schema::Keyspace>();
        keyspace->name = "bench";
        keyspace->tables.emplace("t", table);
        run(start(options, schema::Schema{}.with(keyspace)));
    }
    ~BenchStore()
    {
        store.reset();
        runtime.reset();
        std::filesystem::remove_all(folder);
    }
    void run(Task<void> task)
    {
        runtime->spawn(Priority::Request, "bench", stopAfter(std::move(task)));
        runtime->run();
    }
    rows::Mutation write(std::uint64_t key, std::int32_t c) const
    {
        char name[24];
        const int size =
            std::snprintf(name, sizeof(name), "key%013llu", static_cast<unsigned long long>(key));
        rows::PartitionBuilder builder{table, ByteView{name, static_cast<std::size_t>(size)}};
        Arena& arena = builder.arena();
        rows::Row row;
        char raw[4];
        storeBigEndian(raw, c);
        const auto clustering = arena.makeArray<ByteView>(1);
        clustering[0] = arena.copy({raw, 4});
        row.clustering.values = clustering;
        row.liveness.timestamp = {static_cast<std::int64_t>(1'700'000'000'000'000 + key)};
        const auto cells = arena.makeArray<rows::Cell>(3);
        const char* names[] = {"a", "b", "d"};
        for (int i = 0; i < 3; ++i) {
            cells[static_cast<std::size_t>(i)].column = table->column(names[i]);
            cells[static_cast<std::size_t>(i)].timestamp = row.liveness.timestamp;
            cells[static_cast<std::size_t>(i)].value =
                i == 2 ? arena.copy({raw, 4}) : ByteView{"thirty-two bytes of some payload"};
        }
        row.cells = cells;
        builder.addRow(row);
        rows::Mutation mutation;
        mutation.keyspace = "bench";
        mutation.updates.push_back(std::move(builder).build());
        return mutation;
    }
    rows::ReadCommand read(std::uint64_t key) const
    {
        char name[24];
        const int size =
            std::snprintf(name, sizeof(name), "key%013llu", static_cast<unsigned long long>(key));
        rows::ReadCommand command;
        command.table = table;
        command.key = Bytes{name, static_cast<std::size_t>(size)};
        command.nowSeconds = 1'700'000'000;
        return command;
    }

    std::filesystem::path folder;
    std::unique_ptr<RealRuntime> runtime;
    schema::TablePtr table;
    std::unique_ptr<storage::LocalStore> store;

private:
    Task<void> stopAfter(Task<void> task)
    {
        auto result = co_await task;
        if (!result)
            std::fprintf(stderr, "%s\n", result.error().detail().c_str());
        runtime->stop();
        co_return ok();
    }
    Task<void> start(storage::StoreOptions options, schema::SchemaPtr schema)
    {
        auto opening = storage::LocalStore::open(*runtime, options, {});
        auto opened = co_await opening;
        if (!opened)
            co_return opened.error();
        store = std::move(*opened);
        auto starting = store->start(schema);
        co_return co_await starting;
    }
};

/// Reports what a loop cost per operation.
class Meter {
public:
    explicit Meter(benchmark::State& state)
        : m_state(state), m_cpu(processCpuNanos()), m_allocations(g_allocations)
    {
    }
    void report(double operations) const
    {
        m_state.counters["cpu_ns/op"] = (processCpuNanos() - m_cpu) / operations;
        m_state.counters["allocs/op"] =
            static_cast<double>(g_allocations - m_allocations) / operations;
    }

private:
    benchmark::State& m_state;
    double m_cpu;
    std::uint64_t m_allocations;
};

/// `window` writes are in flight, as from 8 connections with 16 requests each.
struct WriteLoop {
    BenchStore& bench;
    rows::Mutations mutations;
    std::size_t left = 0;
    std::size_t next = 0;
    std::size_t answered = 0;

    void one()
    {
        if (left == 0)
            return;
        --left;
        const bool taken = bench.store->tryApply(mutations[next++ % mutations.size()],
                                                 [this](Result<void> result) {
                                                     if (!result)
                                                         std::abort();
                                                     ++answered;
                                                     if (left == 0 && answered == next)
                                                         bench.runtime->stop();
                                                     else
                                                         one();
                                                 });
        if (!taken)
            std::abort();
    }
};

void pointWrite(benchmark::State& state)
{
    BenchStore bench;
    const auto window = static_cast<std::size_t>(state.range(0));
    constexpr std::size_t kOperations = 200000;
    WriteLoop loop{bench, {}};
    loop.mutations.reserve(kOperations);
    for (std::size_t i = 0; i < kOperations; ++i)
        loop.mutations.push_back(bench.write((i * 7919) % kOperations, 1));
    std::size_t operations = 0;
    for (auto _ : state) {
        const Meter meter{state};
        loop.left = kOperations;
        loop.next = loop.answered = 0;
        bench.runtime->post(Priority::Request, "writes", [&] {
            for (std::size_t i = 0; i < window; ++i)
                loop.one();
        });
        bench.runtime->run();
        operations += kOperations;
        meter.report(kOperations);
    }
    const auto& metrics = bench.store->metrics();
    state.counters["records/write"] = static_cast<double>(metrics.commitLogRecords) /
                                      static_cast<double>(metrics.commitLogWrites);
    state.SetItemsProcessed(static_cast<std::int64_t>(operations));
}

void fill(BenchStore& bench, std::uint64_t keys, std::int32_t rowsEach)
{
    for (std::uint64_t key = 0; key < keys; ++key) {
        for (std::int32_t c = 0; c < rowsEach; ++c) {
            if (!bench.store->tryApply(bench.write(key, c), [](Result<void>) {}))
                std::abort();
        }
    }
}

void readLoop(benchmark::State& state, BenchStore& bench, std::uint64_t keys, std::size_t rows)
{
    std::vector<rows::ReadCommand> commands;
    for (std::uint64_t i = 0; i < 4096; ++i) {
        commands.push_back(bench.read((i * 7919) % keys));
        commands.back().limits.rows = static_cast<std::uint32_t>(rows);
    }
    std::uint64_t operations = 0;
    const Meter meter{state};
    for (auto _ : state) {
        auto answer = bench.store->tryRead(commands[operations++ % commands.size()]);
        if (!answer || !*answer || (*answer)->unfiltereds.size() != rows)
            state.SkipWithError("the read was not answered at once");
        benchmark::DoNotOptimize(answer);
    }
    meter.report(static_cast<double>(operations));
}

void pointReadFromMemtable(benchmark::State& state)
{
    BenchStore bench;
    fill(bench, 200000, 1);
    readLoop(state, bench, 200000, 1);
}

void sliceOf100FromMemtable(benchmark::State& state)
{
    BenchStore bench;
    fill(bench, 2000, 120);
    readLoop(state, bench, 2000, 100);
}

void warm(BenchStore& bench, std::uint64_t keys)
{
    bench.run(bench.store->flush(bench.table->id()));
    for (int pass = 0; pass < 2; ++pass) {
        for (std::uint64_t key = 0; key < keys; ++key)
            (void)bench.store->tryRead(bench.read(key));
    }
}

void pointReadFromCachedTable(benchmark::State& state)
{
    BenchStore bench;
    fill(bench, 50000, 1);
    warm(bench, 50000);
    readLoop(state, bench, 50000, 1);
}

void sliceOf100FromCachedTable(benchmark::State& state)
{
    BenchStore bench;
    fill(bench, 500, 120);
    warm(bench, 500);
    readLoop(state, bench, 500, 100);
}

/// Reads of some keys in turn while a compaction runs, and after its end.
class ReadsAcross {
public:
    ReadsAcross(BenchStore& bench, std::uint64_t keys, std::uint64_t step) : m_bench(bench)
    {
        for (std::uint64_t key = 0; key < keys; key += step)
            m_commands.push_back(bench.read(key * 7919 % keys));
    }
    [[nodiscard]] std::size_t keys() const { return m_commands.size(); }

    /// Each key once; with `stopsAtSwap` until the result of a compaction is all that there is. The
    /// time that each read took.
    Task<std::vector<Duration>> pass(bool stopsAtSwap = false)
    {
        std::vector<Duration> times;
        for (std::size_t i = 0; i < m_commands.size(); ++i) {
            if (stopsAtSwap && hasSwapped())
                break;
            const MonoTime began = m_bench.runtime->now();
            if (const auto answer = m_bench.store->tryRead(m_commands[i]); !answer) {
                auto reading = m_bench.store->read(m_commands[i]);
                RW_CO_TRY(co_await reading);
            }
            times.push_back(m_bench.runtime->now() - began);
            if (i % 16 == 15) {
                auto yielding = m_bench.runtime->yield(Priority::Background, "bench");
                RW_CO_TRY(co_await yielding);
            }
        }
        co_return times;
    }
    /// Until the compaction that this starts has put its result in the place of its inputs.
    Task<void> duringCompaction()
    {
        m_bench.runtime->spawn(Priority::Background, "bench compaction", compact());
        while (!hasSwapped()) {
            auto reading = pass(true);
            RW_CO_TRY(co_await reading);
        }
        co_return ok();
    }

private:
    Task<void> compact()
    {
        auto compacting = m_bench.store->compact(m_bench.table->id());
        co_return co_await compacting;
    }
    [[nodiscard]] bool hasSwapped() const
    {
        return m_bench.store->sstables(m_bench.table->id()).size() == 1;
    }

    BenchStore& m_bench;
    std::vector<rows::ReadCommand> m_commands;
};

double micros(Duration time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

/// What readers meet right after a compaction: `range` is sstable_preemptive_open_interval in MiB,
/// 0 for none. All of the data has room in the chunk cache.
void readsAfterACompaction(benchmark::State& state)
{
    storage::StoreOptions settings;
    settings.autoCompaction = false;
    settings.compactionBytesPerSecond = 0;
    settings.chunkCacheBytes = 512ull << 20;
    settings.keyCacheBytes = 64ull << 20;
    settings.earlyOpenBytes.reset();
    if (state.range(0) > 0)
        settings.earlyOpenBytes = static_cast<std::uint64_t>(state.range(0)) << 20;
    constexpr std::uint64_t kKeys = 200000;
    for (auto _ : state) {
        BenchStore bench{2ull << 30, settings};
        for (int table = 0; table < 4; ++table) {
            fill(bench, kKeys, 1);
            bench.run(bench.store->flush(bench.table->id()));
        }
        ReadsAcross reads{bench, kKeys, 20};
        std::vector<Duration> times;
        const auto onePass = [](ReadsAcross& of, std::vector<Duration>& to) -> Task<void> {
            auto reading = of.pass();
            RW_CO_ASSIGN(to, co_await reading);
            co_return ok();
        };
        bench.run(onePass(reads, times));
        bench.run(reads.duringCompaction());
        const auto& metrics = bench.store->metrics();
        const std::uint64_t chunks = metrics.chunkCacheMisses;
        const std::uint64_t keys = metrics.keyCacheMisses;
        bench.run(onePass(reads, times));
        std::sort(times.begin(), times.end());
        Duration sum{};
        for (const Duration time : times)
            sum += time;
        state.counters["openings"] =
            static_cast<double>(bench.store->metrics(bench.table->id())->earlyOpenings);
        state.counters["reads"] = static_cast<double>(times.size());
        state.counters["chunks_missed"] = static_cast<double>(metrics.chunkCacheMisses - chunks);
        state.counters["keys_missed"] = static_cast<double>(metrics.keyCacheMisses - keys);
        state.counters["mean_us"] = micros(sum) / static_cast<double>(times.size());
        state.counters["p99_us"] = micros(times[times.size() * 99 / 100]);
    }
}

BENCHMARK(readsAfterACompaction)->Arg(0)->Arg(4)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(pointWrite)->Arg(1)->Arg(16)->Arg(128)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(pointReadFromMemtable);
BENCHMARK(sliceOf100FromMemtable);
BENCHMARK(pointReadFromCachedTable);
BENCHMARK(sliceOf100FromCachedTable);

} // namespace

BENCHMARK_MAIN();
