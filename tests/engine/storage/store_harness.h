#pragma once

#include "engine/rows/filter.h"
#include "engine/rows/serialization.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/reader.h"
#include "engine/storage/local_store.h"
#include "tests/engine/rows/random_partition.h"

#include <map>
#include <memory>
#include <set>

/// Fails the test with the error's sentence.
#define RW_OK(expression)                                                                          \
    do {                                                                                           \
        const auto& rwChecked = (expression);                                                      \
        QVERIFY2(rwChecked.has_value(), rwChecked ? "" : rwChecked.error().detail().c_str());      \
    } while (false)

namespace tests {

constexpr std::int64_t kStoreNow = 1000;

/// The table with chunks so small that a few partitions fill one.
inline schema::TablePtr withSmallChunks(const schema::TablePtr& table)
{
    auto spec = table->spec();
    spec.params.compression = {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", "1"}};
    return schema::Table::make(std::move(spec));
}

/// One LocalStore over a simulated disk, with restarts and crashes. Two of three seeds open what
/// compactions write every few bytes, unless the settings say how often.
class StoreHarness {
public:
    explicit StoreHarness(std::uint64_t seed, storage::StoreOptions settings = {})
        : world(seed), disk(seed), options(std::move(settings)), table(makeTestTable())
    {
        if (seed % 3 != 0 && options.earlyOpenBytes == storage::StoreOptions{}.earlyOpenBytes) {
            options.earlyOpenBytes = 1000 * (seed % 3 - 1);
            table = withSmallChunks(table);
        }
        // The wall clock stands before every expiry and gc_grace of the random updates, so that
        // compaction neither expires nor purges anything that the model still has.
        world.stepClock(0, std::chrono::seconds{500} - world.wallClock(0).sinceEpoch);
        if (options.dataFolders.empty())
            options.dataFolders = {"/node/data"};
        options.commitLogFolder = "/node/commitlog";
        setTable(table);
    }
    ~StoreHarness() { stop(simulation::SimulatedRuntime::Death::Process); }

    void setTable(schema::TablePtr next)
    {
        table = std::move(next);
        auto keyspace = std::make_shared<schema::Keyspace>();
        keyspace->name = "ks";
        keyspace->tables.emplace(table->name(), table);
        schema = schema::Schema{}.with(keyspace);
    }

    Result<void> start()
    {
        runtime = std::make_unique<simulation::SimulatedRuntime>(world, 0, disk);
        auto opened = run(storage::LocalStore::open(*runtime, options, {}));
        if (!opened)
            return opened.error();
        store = std::move(*opened);
        return run(store->start(schema));
    }
    void stop(simulation::SimulatedRuntime::Death death)
    {
        if (!runtime)
            return;
        runtime->kill(death);
        store.reset();
        runtime.reset();
    }
    /// SIGKILL: what the kernel has stays.
    Result<void> restart()
    {
        stop(simulation::SimulatedRuntime::Death::Process);
        return start();
    }
    /// Power loss.
    Result<void> crash(simulation::CrashMode mode = simulation::CrashMode::Seeded)
    {
        stop(simulation::SimulatedRuntime::Death::Machine);
        disk.crash(mode);
        return start();
    }

    template <class T>
    Result<T> run(Task<T> task)
    {
        return world.run(*runtime, std::move(task));
    }
    Result<void> apply(const rows::Partition& update)
    {
        return run(store->apply(mutationOf(update)));
    }
    static rows::Mutation mutationOf(const rows::Partition& update)
    {
        rows::Mutation mutation;
        mutation.keyspace = "ks";
        mutation.updates.push_back(update.clone());
        return mutation;
    }
    rows::ReadCommand command() const
    {
        rows::ReadCommand made;
        made.table = table;
        made.nowSeconds = kStoreNow;
        return made;
    }
    Result<storage::LocalRead> read(rows::ReadCommand command)
    {
        return run(store->read(std::move(command)));
    }
    Result<storage::LocalRead> readKey(const Bytes& key)
    {
        auto made = command();
        made.key = key;
        return read(std::move(made));
    }
    Result<void> flush() { return run(store->flush(table->id())); }

    simulation::SimulatedWorld world;
    simulation::SimulatedDisk disk;
    storage::StoreOptions options;
    schema::TablePtr table;
    schema::SchemaPtr schema;
    std::unique_ptr<simulation::SimulatedRuntime> runtime;
    std::unique_ptr<storage::LocalStore> store;
};

/// All updates ever, merged in one go by `rows`: what the store has to show.
class StoreModel {
public:
    explicit StoreModel(schema::TablePtr table) : m_table(std::move(table)) {}
    void add(const rows::Partition& update)
    {
        m_updates[Bytes{update.key()}].push_back(update.clone());
    }
    void clear() { m_updates.clear(); }
    [[nodiscard]] rows::Partition partition(const Bytes& key) const
    {
        std::vector<const rows::Partition*> versions;
        if (const auto at = m_updates.find(key); at != m_updates.end()) {
            for (const auto& update : at->second)
                versions.push_back(&update);
        }
        return rows::mergePartitions(m_table, key, versions, kStoreNow);
    }
    [[nodiscard]] std::vector<Bytes> keys() const
    {
        std::vector<Bytes> all;
        for (const auto& [key, updates] : m_updates)
            all.push_back(key);
        std::sort(all.begin(), all.end(), [](const Bytes& a, const Bytes& b) {
            return sstable::KeyHash::compare(sstable::KeyHash::of(a).token, a,
                                             sstable::KeyHash::of(b).token, b) < 0;
        });
        return all;
    }
    /// Partitions that hold anything, in token order, under `command`'s slices and limits.
    [[nodiscard]] rows::Partitions scan(const rows::ReadCommand& command) const
    {
        rows::Partitions found;
        rows::LimitCounter counter{command.limits, command.nowSeconds};
        for (const Bytes& key : keys()) {
            if (counter.isDone())
                break;
            auto next = partition(key);
            rows::applyCommand(next, command, false, counter);
            if (!next.isEmpty())
                found.push_back(std::move(next));
        }
        return found;
    }

private:
    schema::TablePtr m_table;
    std::map<Bytes, rows::Partitions> m_updates;
};

inline bool samePartitions(const rows::Partitions& a, const rows::Partitions& b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
            return left.key() == right.key() && rows::digest(left) == rows::digest(right);
        });
}

} // namespace tests
