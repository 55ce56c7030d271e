#include "engine/sstable/encoding_stats.h"
#include "engine/storage/compaction/compaction_task.h"
#include "tests/engine/sstable/random_tables.h"
#include "tests/support/memory_disk.h"
#include "tests/support/test_main.h"

#include <map>
#include <set>

using namespace engine;
using namespace engine::sstable;
using namespace engine::storage;
using random_tables::bytesOf;
using random_tables::collect;

namespace {

constexpr std::int64_t kBeforeExpiry = 1'600'000'000;

std::unique_ptr<Writer> makeWriter(Disk& disk, std::uint64_t generation,
                                   const schema::TablePtr& table,
                                   const rows::Partitions& partitions)
{
    const auto descriptor = Descriptor::make("/t", generation);
    return Writer::create(disk, random_tables::writerOptions(descriptor, table, partitions))
        .value();
}

using Shown = std::map<std::pair<std::int64_t, Bytes>, Bytes>;

/// Every partition of a reader with its bytes.
void show(const ReaderPtr& reader, Shown& into)
{
    DirectChunkSource source;
    TableScanner scanner{reader, source};
    while (scanner.next().value() == Step::Item) {
        Bytes key{scanner.partition().key()};
        into[{scanner.token(), std::move(key)}] =
            bytesOf(collect(reader->table(), scanner.partition()).value());
    }
}

/// Two tables with the same partitions, and how they are to be compacted.
struct Compacting {
    tests::MemoryDisk disk;
    schema::TablePtr table;
    rows::Partitions partitions;
    CompactionInput input;

    explicit Compacting(std::uint64_t seed)
    {
        SeededRandom random{seed};
        random_tables::Shape shape;
        shape.rowsMax = 30;
        table = random_tables::table(random, shape,
                                     {{"class", "LZ4Compressor"}, {"chunk_length_in_kb", "1"}});
        partitions = random_tables::partitions(random, table, 120, shape);
        for (std::uint64_t generation = 1; generation <= 2; ++generation) {
            auto writer = makeWriter(disk, generation, table, partitions);
            for (const auto& partition : partitions)
                writer->append(partition).value();
            writer->finish().value();
            input.inputs.push_back(
                Reader::open(disk, Descriptor::make("/t", generation), table, {generation})
                    .value());
        }
        input.table = table;
        input.nowSeconds = kBeforeExpiry;
        input.folders = TableFolders{"/t"};
        input.generations = std::make_shared<std::atomic<std::uint64_t>>(9);
        input.earlyEvery = 1500;
        input.cacheIds = std::make_shared<std::atomic<std::uint64_t>>(3);
    }
};

} // namespace

/// What a compaction shows while it is under way.
class TstEarlyResult : public QObject {
    Q_OBJECT
private slots:
    void theResultSoFarIsTheFinalOneUpToItsToken_data()
    {
        QTest::addColumn<quint64>("maxBytes");
        QTest::addColumn<quint32>("shards");
        QTest::addColumn<quint32>("fillLevelsBy");
        QTest::newRow("one table") << quint64{UINT64_MAX} << 1u << 0u;
        QTest::newRow("by size, as a level") << quint64{6000} << 1u << 0u;
        QTest::newRow("by shard") << quint64{UINT64_MAX} << 4u << 0u;
        QTest::newRow("filling levels") << quint64{4000} << 1u << 2u;
    }
    void theResultSoFarIsTheFinalOneUpToItsToken()
    {
        QFETCH(quint64, maxBytes);
        QFETCH(quint32, shards);
        QFETCH(quint32, fillLevelsBy);
        const bool isSplit = maxBytes != UINT64_MAX || shards > 1;
        Compacting made{7};
        made.input.split.maxBytes = maxBytes;
        made.input.split.shards = shards;
        made.input.split.fillLevelsBy = fillLevelsBy;
        auto task = CompactionTask::create(made.disk, made.input).value();
        std::vector<EarlyResult> all;
        while (task->runSlice(500).value())
            if (auto early = task->takeEarly())
                all.push_back(std::move(*early));
        const auto result = task->finish().value();
        task.reset();
        QVERIFY2(all.size() >= 8, qPrintable(QString::number(all.size())));
        QCOMPARE(result.cacheIds.size(), result.made.size());
        QCOMPARE((std::set<std::uint64_t>{result.cacheIds.begin(), result.cacheIds.end()}.size()),
                 result.made.size());
        QCOMPARE(result.opened.size(), result.made.size() - 1);
        for (std::size_t i = 0; i < result.opened.size(); ++i)
            QCOMPARE(result.opened[i]->descriptor(), result.made[i].descriptor);
        Shown expected;
        std::vector<ReaderPtr> outputs;
        for (const auto& table : result.made) {
            outputs.push_back(Reader::open(made.disk, table.descriptor, made.table).value());
            show(outputs.back(), expected);
        }
        QVERIFY(expected.size() > 60);
        std::int64_t before = INT64_MIN;
        std::size_t tablesMost = 0;
        for (const EarlyResult& early : all) {
            QVERIFY(early.upTo > before);
            before = early.upTo;
            tablesMost = std::max(tablesMost, early.tables.size());
            Shown shown;
            for (std::size_t i = 0; i < early.tables.size(); ++i) {
                QCOMPARE(early.tables[i]->descriptor(), outputs[i]->descriptor());
                QCOMPARE(early.tables[i]->dataFileId(), 2 * result.cacheIds[i]);
                show(early.tables[i], shown);
            }
            const auto end = expected.upper_bound({early.upTo, Bytes(1, '\xff')});
            QVERIFY((shown == Shown{expected.begin(), end}));
            // What lies behind is in the inputs alone.
            Shown rest;
            for (const auto& reader : made.input.inputs)
                show(reader->startingAt(early.upTo + 1), rest);
            QVERIFY((rest == Shown{end, expected.end()}));
        }
        QCOMPARE(tablesMost > 1, isSplit);
    }

    void withoutAnIntervalNothingIsShown()
    {
        Compacting made{8};
        made.input.earlyEvery.reset();
        auto task = CompactionTask::create(made.disk, made.input).value();
        while (task->runSlice(500).value())
            QVERIFY(!task->takeEarly());
        QVERIFY(task->finish().value().cacheIds.empty());
    }

    void theIntervalIsOfTheOutput()
    {
        // Both inputs have the same rows, so the output is half of what is read.
        Compacting made{9};
        made.input.earlyEvery = made.input.inputs[0]->dataBytes() / 4;
        auto task = CompactionTask::create(made.disk, made.input).value();
        int openings = 0;
        while (task->runSlice(1).value())
            openings += task->takeEarly().has_value();
        QCOMPARE(openings, 3);
    }

    void partitionsOfOneTokenAreNotTornApart()
    {
        Compacting made{10};
        auto writer = makeWriter(made.disk, 20, made.table, made.partitions);
        EarlyOpening opening{made.disk, 0, made.input.cacheIds};
        opening.begin();
        for (std::size_t i = 0; i + 1 < made.partitions.size(); ++i) {
            writer->append(made.partitions[i]).value();
            // As if the next partition had the same token.
            const std::int64_t token = KeyHash::of(made.partitions[i].key()).token;
            opening.consider(*writer, token, token);
        }
        QVERIFY(!opening.take());
        QVERIFY(!writer->canOpenEarly());
        const std::int64_t next = KeyHash::of(made.partitions.back().key()).token;
        opening.consider(*writer, next - 1, next);
        writer->append(made.partitions.back()).value();
        const auto made20 = writer->finish().value();
        opening.close(made20.descriptor, made.table, next, next);
        QVERIFY(!opening.take());
        opening.close(made20.descriptor, made.table, next, INT64_MAX);
        QCOMPARE(opening.take()->upTo, next);
    }

    void whatCannotBeOpenedIsNotShownNorAnythingBehindIt()
    {
        Compacting made{11};
        auto writer = makeWriter(made.disk, 20, made.table, made.partitions);
        EarlyOpening opening{made.disk, 0, made.input.cacheIds};
        opening.begin();
        for (const auto& partition : made.partitions)
            writer->append(partition).value();
        const auto done = writer->finish().value();
        made.disk.remove(done.descriptor.path(Component::Statistics)).value();
        opening.close(done.descriptor, made.table, 5, 6);
        QVERIFY(!opening.take());
        auto second = makeWriter(made.disk, 21, made.table, made.partitions);
        opening.begin();
        for (std::size_t i = 0; i < made.partitions.size(); ++i) {
            second->append(made.partitions[i]).value();
            opening.consider(*second, static_cast<std::int64_t>(i), INT64_MAX);
        }
        QVERIFY(!opening.take());
    }
};

RW_TEST(TstEarlyResult)
#include "tst_early_result.moc"
