// SSTables that a store writes, beyond those of a flush.
#include "engine/sstable/encoding_stats.h"
#include "engine/storage/maintenance.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/interop/sstabledump/samples.h"

#include <algorithm>

using namespace engine;
using sstable::Descriptor;

namespace samples {

namespace {

const Uuid kSession = Uuid::fromHalves(0x6ba7b8109dad11d1, 0x80b400c04fd430c8);
/// Half of the ring, in two pieces.
const storage::OwnedRanges kHalf{{INT64_MIN / 4 * 3, INT64_MIN / 4},
                                 {INT64_MAX / 4, INT64_MAX / 4 * 3}};
/// Wall clocks of stores: before everything could expire, and when most has and may be purged.
constexpr std::int64_t kBeforeExpiry = 1'700'000'000;
constexpr std::int64_t kLongAfter = 1'795'000'000;

struct Kind {
    const char* name;
    Result<void> (*run)(tests::StoreHarness&);
};

Result<void> copyFiles(Disk& from, const Descriptor& what, Disk& to, const std::string& folder)
{
    RW_ASSIGN(const auto entries, from.list(what.folder));
    for (const DirectoryEntry& entry : entries) {
        if (!entry.name.starts_with(what.name() + "-"))
            continue;
        RW_ASSIGN(const Bytes bytes, from.readAll(what.folder + "/" + entry.name));
        RW_TRY(to.replaceFile(folder + "/" + entry.name, bytes));
    }
    return ok();
}

Result<void> nothing(tests::StoreHarness&)
{
    return ok();
}

Result<void> compact(tests::StoreHarness& store)
{
    return store.run(store.store->compact(store.table->id()));
}

Result<void> scrub(tests::StoreHarness& store)
{
    RW_TRY(store.run(store.store->scrub(store.table->id(), {})));
    return ok();
}

Result<void> anticompact(tests::StoreHarness& store)
{
    return store.run(store.store->anticompact(store.table->id(), kHalf, kSession));
}

/// A session to its end, with data that another replica had.
Result<void> repair(tests::StoreHarness& store)
{
    RW_TRY(anticompact(store));
    RW_ASSIGN(auto read, store.run(store.store->readPending(store.command(), kSession)));
    if (!read.partitions.empty())
        RW_TRY(store.run(
            store.store->addPending(store.table->id(), std::move(read.partitions), kSession)));
    return store.run(store.store->endRepair(kSession, kLongAfter * 1000));
}

Result<void> garbageCollect(tests::StoreHarness& store)
{
    return store.run(store.store->garbageCollect(store.table->id(), true));
}

Result<void> rewrite(tests::StoreHarness& store)
{
    return store.run(store.store->rewrite(store.table->id()));
}

Result<void> cleanup(tests::StoreHarness& store)
{
    return store.run(store.store->cleanup(store.table->id(), kHalf));
}

/// What was written, out of a foreign folder.
Result<void> import(tests::StoreHarness& store)
{
    const std::string folder = "/elsewhere";
    RW_TRY(store.disk.createDirectories(folder));
    for (const auto& reader : store.store->sstables(store.table->id()))
        RW_TRY(copyFiles(store.disk, reader->descriptor(), store.disk, folder));
    RW_TRY(store.run(store.store->truncate(store.table->id())));
    storage::ImportRequest request;
    request.folders = {folder};
    request.verifyRows = true;
    RW_ASSIGN(const auto report,
              store.run(store.store->importTables(store.table->id(), std::move(request))));
    if (!report.failed.empty())
        return Error{ErrorCode::Corrupt, "import: " + report.failed.front().second};
    return ok();
}

const Kind kKinds[] = {
    {"flush", nothing},           {"compact", compact}, {"scrub", scrub},
    {"anticompact", anticompact}, {"repair", repair},   {"garbagecollect", garbageCollect},
    {"rewrite", rewrite},         {"cleanup", cleanup}, {"import", import}};

schema::TablePtr tableOf(Random& random, const random_tables::Shape& shape, std::size_t number,
                         std::uint64_t seed)
{
    const auto& all = compressions();
    auto spec = random_tables::table(random, shape, all[(number + seed) % all.size()])->spec();
    spec.name = kKinds[number].name;
    spec.id = schema::TableId{Uuid::fromHalves(0xbb868920e54011f0 + number, 0xac4abf60dac92c0f)};
    return schema::Table::make(std::move(spec));
}

Result<void> writeOne(Disk& disk, const std::string& root, std::uint64_t seed, std::size_t number)
{
    const std::uint64_t mixed = seed * 1000 + number;
    SeededRandom random{mixed};
    random_tables::Shape shape;
    shape.everyType = true;
    shape.counters = (number + seed) % 4 == 3;
    shape.clustering = (number + seed) % 5 != 4;
    shape.sameKeys = true;
    storage::StoreOptions options;
    options.autoCompaction = false;
    options.autoSnapshot = false;
    options.sstableVersion = (number + seed) % 2 == 0 ? "nb" : "oa";
    for (std::uint64_t folder = 0; folder <= (number + seed) % 3; ++folder)
        options.dataFolders.push_back("/node/data" + std::to_string(folder));
    tests::StoreHarness store{mixed, options};
    const std::int64_t clock = (number + seed) % 3 == 1 ? kLongAfter : kBeforeExpiry;
    store.world.stepClock(0, std::chrono::seconds{clock} - store.world.wallClock(0).sinceEpoch);
    store.setTable(tableOf(random, shape, number, seed));
    RW_TRY(store.start());
    store.store->setHostId(Uuid::fromHalves(0x6ba7b8109dad41d1, 0x80b400c04fd430c8));
    for (int flush = 0; flush < 2; ++flush) {
        for (const auto& update : random_tables::partitions(random, store.table, 24, shape))
            RW_TRY(store.apply(update));
        RW_TRY(store.flush());
    }
    RW_TRY(kKinds[number].run(store));
    RW_ASSIGN(const std::string folder, makeFolder(disk, root, store.table));
    for (const auto& reader : store.store->sstables(store.table->id())) {
        RW_TRY(copyFiles(store.disk, reader->descriptor(), disk, folder));
        Descriptor copied = reader->descriptor();
        copied.folder = folder;
        RW_TRY(describeBeside(disk, copied, store.table));
    }
    return ok();
}

} // namespace

Result<void> writeWithStores(Disk& disk, const std::string& root, std::uint64_t seed)
{
    for (std::size_t number = 0; number < std::size(kKinds); ++number) {
        const auto made = writeOne(disk, root, seed, number);
        if (!made)
            return Error{made.error().code(),
                         std::string{kKinds[number].name} + ": " + made.error().detail()};
    }
    return ok();
}

} // namespace samples
