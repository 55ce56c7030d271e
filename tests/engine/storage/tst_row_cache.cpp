#include "engine/storage/read_report.h"
#include "engine/storage/row_cache.h"
#include "engine/storage/saved_caches.h"
#include "tests/engine/storage/store_harness.h"
#include "tests/support/test_main.h"

using namespace tests;
using storage::RowCacheOutcome;

class TstRowCache : public QObject {
    Q_OBJECT
private slots:
    void aSecondReadTouchesNoSSTable();
    void aWriteTakesItsPartitionAway();
    void aWriteDuringAReadKeepsTheOldRowsOut();
    void theFirstRowsAnswerWhatTheyCover();
    void truncateForgetsTheTable();
    void tablesWithoutTheOptionAreNotCached();
    void theOldestGoesWhenItIsFull();
    void cachesAreThereAgainAfterARestart();
    void aSavedPlaceOfAnotherSSTableIsNotTaken();
    void damagedSavedCachesAreRefused();
    void cachedReadsEqualThoseOfTheDisk_data();
    void cachedReadsEqualThoseOfTheDisk();
};

namespace {

schema::TablePtr cachingTable(const std::string& rowsPerPartition)
{
    const auto table = makeTestTable();
    schema::Table::Spec spec;
    spec.id = table->id();
    spec.keyspace = table->keyspace();
    spec.name = table->name();
    const auto integer = cql::Type::native(cql::TypeKind::Int);
    using schema::ClusteringOrder;
    using schema::ColumnKind;
    spec.columns = {
        {"pk", integer, ColumnKind::PartitionKey, 0, ClusteringOrder::None},
        {"c1", integer, ColumnKind::Clustering, 0, ClusteringOrder::Ascending},
        {"c2", integer, ColumnKind::Clustering, 1, ClusteringOrder::Descending},
        {"s", integer, ColumnKind::Static, 0, ClusteringOrder::None},
        {"a", integer, ColumnKind::Regular, 0, ClusteringOrder::None},
        {"b", cql::Type::native(cql::TypeKind::Text), ColumnKind::Regular, 0,
         ClusteringOrder::None},
        {"m", cql::Type::map(integer, integer), ColumnKind::Regular, 0, ClusteringOrder::None},
    };
    spec.params.caching = {{"keys", "ALL"}, {"rows_per_partition", rowsPerPartition}};
    return schema::Table::make(std::move(spec));
}

storage::StoreOptions withRowCache()
{
    storage::StoreOptions options;
    options.rowCacheBytes = 4 << 20;
    return options;
}

/// A store whose partition 1 has the rows 0 to 9 on disk.
struct CachingStore {
    explicit CachingStore(const std::string& rowsPerPartition) : harness{3, withRowCache()}
    {
        harness.setTable(cachingTable(rowsPerPartition));
        ok = harness.start().has_value();
        for (std::int32_t row = 0; row < 10; ++row)
            ok = ok && harness.apply(oneRow(harness.table, key, row, row, 10)).has_value();
        ok = ok && harness.flush().has_value();
    }
    rows::ReadCommand command(std::uint32_t limit = UINT32_MAX) const
    {
        auto made = harness.command();
        made.key = key;
        made.limits.rows = limit;
        return made;
    }
    std::size_t rowsOf(rows::ReadCommand command)
    {
        const auto read = harness.read(std::move(command));
        return read && !read->partitions.empty() ? read->partitions[0].unfiltereds.size() : 0;
    }
    const storage::TableMetrics& metrics() const
    {
        return *harness.store->metrics(harness.table->id());
    }
    Bytes key = int32Bytes(1);
    StoreHarness harness;
    bool ok = false;
};

} // namespace

void TstRowCache::aSecondReadTouchesNoSSTable()
{
    CachingStore caching{"ALL"};
    QVERIFY(caching.ok);
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{10});
    QCOMPARE(caching.metrics().rowCacheMisses, std::uint64_t{1});
    QCOMPARE(caching.harness.store->metrics().rowCacheEntries, std::uint64_t{1});
    QVERIFY(caching.harness.store->metrics().rowCacheBytes > 0);
    const auto before = caching.metrics().sstablesPerRead;
    auto command = caching.command();
    command.trace =
        std::make_shared<TraceSession>(*caching.harness.runtime, Uuid{}, InetEndpoint{});
    const auto session = command.trace;
    const auto read = caching.harness.read(command);
    RW_OK(read);
    QCOMPARE(read->partitions[0].unfiltereds.size(), std::size_t{10});
    QVERIFY(read->report->rowCache == RowCacheOutcome::Hit);
    QVERIFY(read->report->tables.empty());
    const auto told = session->take();
    QCOMPARE(told[0].activity, std::string{"Row cache hit"});
    QCOMPARE(told[1].activity, std::string{"Read 10 live rows and 0 tombstone cells"});
    QCOMPARE(caching.metrics().sstablesPerRead, before);
    QCOMPARE(caching.metrics().rowCacheHits, std::uint64_t{1});
    // The same without suspending.
    auto plain = caching.command();
    const auto atOnce = caching.harness.store->tryRead(plain);
    QVERIFY(atOnce && atOnce->has_value());
    QCOMPARE((*atOnce)->unfiltereds.size(), std::size_t{10});
    QCOMPARE(caching.metrics().rowCacheHits, std::uint64_t{2});
}

void TstRowCache::aWriteTakesItsPartitionAway()
{
    CachingStore caching{"ALL"};
    QVERIFY(caching.ok);
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{10});
    RW_OK(caching.harness.apply(oneRow(caching.harness.table, caching.key, 50, 1, 20)));
    QCOMPARE(caching.harness.store->metrics().rowCacheEntries, std::uint64_t{0});
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{11});
    QCOMPARE(caching.metrics().rowCacheMisses, std::uint64_t{2});
}

void TstRowCache::aWriteDuringAReadKeepsTheOldRowsOut()
{
    storage::StoreMetrics metrics;
    storage::RowCache cache{1 << 20, metrics};
    const auto table = cachingTable("ALL");
    const Bytes bytes = int32Bytes(1);
    const auto key = sstable::KeyHash::of(bytes);
    const std::uint64_t ticket = cache.reserve(table->id(), key);
    QVERIFY(ticket != 0);
    QCOMPARE(cache.reserve(table->id(), key), std::uint64_t{0}); // somebody reads it already
    cache.invalidate(table->id(), key);                          // the write
    auto old = std::make_shared<storage::Memtable>(table, sstable::CommitLogPosition{});
    old->apply(oneRow(table, bytes, 1, 1, 1), key.token);
    cache.fill(ticket, table->id(), key, {old, true});
    QVERIFY(cache.find(table->id(), key) == nullptr);
    // A read that begins behind the write may.
    const std::uint64_t second = cache.reserve(table->id(), key);
    cache.fill(ticket, table->id(), key, {old, true});
    QVERIFY(cache.find(table->id(), key) == nullptr);
    cache.fill(second, table->id(), key, {old, true});
    QVERIFY(cache.find(table->id(), key) != nullptr);
}

void TstRowCache::theFirstRowsAnswerWhatTheyCover()
{
    CachingStore caching{"4"};
    QVERIFY(caching.ok);
    QCOMPARE(caching.rowsOf(caching.command(2)), std::size_t{2}); // fills
    QCOMPARE(caching.rowsOf(caching.command(4)), std::size_t{4});
    QCOMPARE(caching.metrics().rowCacheHits, std::uint64_t{1});
    QCOMPARE(caching.rowsOf(caching.command(5)), std::size_t{5}); // one more than there are
    QCOMPARE(caching.metrics().rowCacheOutOfRange, std::uint64_t{1});
    auto within = caching.command();
    within.clustering.slices = {{{rows::BoundKind::InclusiveStart, {int32Bytes(1)}},
                                 {rows::BoundKind::ExclusiveEnd, {int32Bytes(3)}}}};
    QCOMPARE(caching.rowsOf(within), std::size_t{2});
    QCOMPARE(caching.metrics().rowCacheHits, std::uint64_t{2});
    auto beyond = caching.command();
    beyond.clustering.slices = {{{rows::BoundKind::InclusiveStart, {int32Bytes(2)}},
                                 {rows::BoundKind::InclusiveEnd, {int32Bytes(6)}}}};
    QCOMPARE(caching.rowsOf(beyond), std::size_t{5});
    auto backward = caching.command(2);
    backward.clustering.reversed = true;
    QCOMPARE(caching.rowsOf(backward), std::size_t{2});
    QCOMPARE(caching.metrics().rowCacheOutOfRange, std::uint64_t{3});
    QCOMPARE(caching.metrics().rowCacheHits, std::uint64_t{2});
}

void TstRowCache::truncateForgetsTheTable()
{
    CachingStore caching{"ALL"};
    QVERIFY(caching.ok);
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{10});
    RW_OK(caching.harness.run(caching.harness.store->truncate(caching.harness.table->id())));
    QCOMPARE(caching.harness.store->metrics().rowCacheEntries, std::uint64_t{0});
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{0});
}

void TstRowCache::tablesWithoutTheOptionAreNotCached()
{
    CachingStore caching{"NONE"};
    QVERIFY(caching.ok);
    QCOMPARE(caching.rowsOf(caching.command()), std::size_t{10});
    QCOMPARE(caching.metrics().rowCacheMisses, std::uint64_t{0});
    QCOMPARE(caching.harness.store->metrics().rowCacheEntries, std::uint64_t{0});
    QCOMPARE(storage::rowsToCache(*cachingTable("17")), 17U);
}

void TstRowCache::theOldestGoesWhenItIsFull()
{
    storage::StoreMetrics metrics;
    storage::RowCache cache{64 << 10, metrics};
    const auto table = cachingTable("ALL");
    const auto put = [&](std::int32_t n) {
        const Bytes bytes = int32Bytes(n);
        const auto key = sstable::KeyHash::of(bytes);
        auto rows = std::make_shared<storage::Memtable>(table, sstable::CommitLogPosition{});
        rows->apply(oneRow(table, bytes, 1, 1, 1), key.token);
        cache.fill(cache.reserve(table->id(), key), table->id(), key, {rows, true});
    };
    const auto has = [&](std::int32_t n) {
        const Bytes bytes = int32Bytes(n);
        return cache.find(table->id(), sstable::KeyHash::of(bytes)) != nullptr;
    };
    put(0);
    for (std::int32_t n = 1; n < 200; ++n) {
        put(n);
        QVERIFY(has(0)); // asked for again and again
        QVERIFY(metrics.rowCacheBytes <= (64U << 10));
    }
    QVERIFY(!has(1));
    QVERIFY(has(199));
    cache.setCapacity(0);
    QVERIFY(!has(199));
    QCOMPARE(metrics.rowCacheBytes, std::uint64_t{0});
}

void TstRowCache::cachesAreThereAgainAfterARestart()
{
    auto options = withRowCache();
    options.savedCachesFolder = "/node/saved_caches";
    StoreHarness harness{5, options};
    harness.setTable(cachingTable("ALL"));
    RW_OK(harness.start());
    for (std::int32_t key = 0; key < 20; ++key)
        RW_OK(harness.apply(oneRow(harness.table, int32Bytes(key), 1, key, 10)));
    RW_OK(harness.flush());
    for (std::int32_t key = 0; key < 12; ++key)
        RW_OK(harness.readKey(int32Bytes(key)));
    RW_OK(harness.run(harness.store->saveCaches()));
    RW_OK(harness.restart());
    QVERIFY(harness.world.runUntil([&] { return harness.store->metrics().rowCacheEntries == 12; },
                                   std::chrono::seconds{5}));
    QCOMPARE(harness.store->metrics().keyCacheEntries, std::uint64_t{12});
    RW_OK(harness.readKey(int32Bytes(3)));
    QCOMPARE(harness.store->metrics(harness.table->id())->rowCacheHits, std::uint64_t{1});
    QCOMPARE(harness.store->metrics(harness.table->id())->rowCacheMisses, std::uint64_t{0});
    // Damage costs the contents, not the start.
    RW_OK(harness.disk.replaceFile("/node/saved_caches/RowCache.saved", "RWRCx"));
    RW_OK(harness.restart());
    QCOMPARE(harness.store->metrics().rowCacheEntries, std::uint64_t{0});
    RW_OK(harness.readKey(int32Bytes(3)));
}

void TstRowCache::aSavedPlaceOfAnotherSSTableIsNotTaken()
{
    auto options = withRowCache();
    options.savedCachesFolder = "/node/saved_caches";
    StoreHarness harness{6, options};
    harness.setTable(cachingTable("NONE"));
    RW_OK(harness.start());
    RW_OK(harness.apply(oneRow(harness.table, int32Bytes(1), 1, 1, 10)));
    RW_OK(harness.flush());
    RW_OK(harness.readKey(int32Bytes(1)));
    RW_OK(harness.run(harness.store->saveCaches()));
    RW_OK(harness.apply(oneRow(harness.table, int32Bytes(1), 2, 2, 20)));
    RW_OK(harness.flush());
    RW_OK(harness.run(harness.store->compact(harness.table->id())));
    RW_OK(harness.restart());
    QCOMPARE(harness.store->metrics().keyCacheEntries, std::uint64_t{0});
}

void TstRowCache::damagedSavedCachesAreRefused()
{
    using namespace storage;
    SavedKeyCache keys;
    SavedKeyCache::Table table{{Uuid::fromHalves(1, 2)}, "7", 1000, -5, 5, 99, {}};
    auto index = std::make_shared<sstable::RowIndex>();
    index->headerLength = 40;
    index->blockCount = 2;
    index->blocks = "blocks";
    table.entries.push_back({{1, 2}, {17, nullptr}});
    table.entries.push_back({{3, 4}, {18, index}});
    keys.tables.push_back(table);
    const Bytes keyFile = encodeKeyCache(keys);
    const auto again = decodeKeyCache(keyFile, "f");
    RW_OK(again);
    QCOMPARE(again->tables[0].entries[1].at.rowIndex->blocks, Bytes{"blocks"});
    QCOMPARE(again->tables[0].entries[0].at.dataOffset, std::uint64_t{17});
    const Bytes rowFile = encodeRowCache({{{Uuid::fromHalves(1, 2)}, "key"}});
    QCOMPARE((*decodeRowCache(rowFile, "f"))[0].second, Bytes{"key"});
    for (std::size_t at = 0; at < keyFile.size(); ++at) {
        Bytes damaged = keyFile;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
        QVERIFY(!decodeKeyCache(damaged, "f"));
        QVERIFY(!decodeKeyCache(keyFile.substr(0, at), "f"));
    }
    QVERIFY(!decodeRowCache(keyFile, "f"));
    Bytes newer = rowFile;
    newer[5] = 9;
    QVERIFY(decodeRowCache(newer, "f").error().code() == ErrorCode::VersionTooNew);
    // A place behind the file's end is none.
    keys.tables[0].dataBytes = 18;
    QVERIFY(!decodeKeyCache(encodeKeyCache(keys), "f"));
}

void TstRowCache::cachedReadsEqualThoseOfTheDisk_data()
{
    QTest::addColumn<QString>("rowsPerPartition");
    QTest::newRow("all rows") << "ALL";
    QTest::newRow("three rows") << "3";
    QTest::newRow("one row") << "1";
}

void TstRowCache::cachedReadsEqualThoseOfTheDisk()
{
    QFETCH(QString, rowsPerPartition);
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        StoreHarness harness{seed, withRowCache()};
        harness.setTable(cachingTable(rowsPerPartition.toStdString()));
        RW_OK(harness.start());
        RandomUpdates updates{harness.table, seed};
        auto& random = updates.random();
        StoreModel model{harness.table};
        const auto key = [&] { return int32Bytes(static_cast<std::int32_t>(random.below(3))); };
        for (int i = 0; i < 150; ++i) {
            if (i < 30 || random.below(8) == 0) {
                const auto update = updates.next(key(), nullptr, 4);
                model.add(update);
                RW_OK(harness.apply(update));
                if (random.below(5) == 0)
                    RW_OK(harness.flush());
                continue;
            }
            auto command = harness.command();
            const auto number = [&] {
                return int32Bytes(static_cast<std::int32_t>(random.below(4)));
            };
            if (random.below(3) == 0)
                command.clustering.slices = {{{rows::BoundKind::InclusiveStart, {}},
                                              {rows::BoundKind::InclusiveEnd, {number()}}}};
            else if (random.below(3) == 0)
                command.clustering.slices = {
                    {{rows::BoundKind::InclusiveStart, {number()}},
                     {rows::BoundKind::ExclusiveEnd, {int32Bytes(3), number()}}}};
            command.clustering.reversed = random.below(4) == 0;
            if (random.below(2) == 0)
                command.limits.rows = static_cast<std::uint32_t>(1 + random.below(5));
            const Bytes wanted = key();
            rows::LimitCounter counter{command.limits, command.nowSeconds};
            auto expected = model.partition(wanted);
            rows::applyCommand(expected, command, true, counter);
            command.key = wanted;
            const auto read = harness.read(command);
            RW_OK(read);
            QCOMPARE(read->partitions.empty(), expected.isEmpty());
            if (!expected.isEmpty())
                QVERIFY2(rows::digest(read->partitions[0]) == rows::digest(expected),
                         qPrintable(QString("seed %1 step %2").arg(seed).arg(i)));
        }
        QVERIFY(harness.store->metrics().rowCacheHits > 5);
    }
}

RW_TEST(TstRowCache)
#include "tst_row_cache.moc"
