#include "engine/sstable/dump.h"
#include "engine/sstable/inspector.h"
#include "tests/engine/sstable/golden_cases.h"
#include "tests/support/test_main.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;
using namespace engine::sstable;

/// A moment after the fixtures were recorded: what they call expired is.
constexpr std::int64_t kInspected = 1795222800;

class TstInspector : public QObject {
    Q_OBJECT
private slots:
    void countsAreThoseOfTheStatistics_data() { golden::everyCase(); }
    void countsAreThoseOfTheStatistics();
    void countsAreThoseOfSstabledump_data() { golden::everyCase(); }
    void countsAreThoseOfSstabledump();
    void theLargestPartitionsComeFirst();
    void pathsTellKeyspaceTableAndSnapshot();
    void aDumpComesInPiecesOfBoundedSize();
};

void TstInspector::countsAreThoseOfTheStatistics()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    const auto tables = golden::load(disk, name.toStdString(), format.toStdString());
    QVERIFY(!tables.empty());
    for (const auto& descriptor : tables) {
        auto inspector = Inspector::open(disk, descriptor, {.nowSeconds = kInspected});
        QVERIFY2(inspector, inspector ? "" : inspector.error().detail().c_str());
        const auto read = inspector->readAll();
        QVERIFY2(read, read ? "" : read.error().detail().c_str());
        // Cassandra counted the same while it wrote.
        const StatsMetadata& stats = inspector->reader()->stats();
        const TableReport& report = inspector->report();
        QCOMPARE(report.totals.rows + report.staticRows, stats.totalRows);
        QVERIFY(report.partitionSizes == stats.partitionSizes);
        QVERIFY(report.cellsPerPartition == stats.cellsPerPartition);
        QCOMPARE(report.totals.minTimestamp, stats.minTimestamp);
        QCOMPARE(report.totals.maxTimestamp, stats.maxTimestamp);
        QCOMPARE(report.totals.bytes, inspector->reader()->dataBytes());
        if (report.totals.expiringCells > 0)
            QVERIFY(report.ttls.max() >= stats.maxTtl);
        else
            QCOMPARE(report.ttls.count(), std::uint64_t{0});
    }
}

namespace {

struct DumpCounts {
    qint64 partitions = 0;
    qint64 rows = 0;
    qint64 cells = 0;
    qint64 cellTombstones = 0;
    qint64 complexTombstones = 0;
    qint64 rowTombstones = 0;
    qint64 rangeTombstones = 0;
    qint64 partitionTombstones = 0;
};

void countRow(const QJsonObject& row, DumpCounts& counts)
{
    const QString type = row["type"].toString();
    if (type == "range_tombstone_bound" || type == "range_tombstone_boundary") {
        counts.rangeTombstones += row.contains("start") ? 1 : 0;
        return;
    }
    counts.rows += type == "row" ? 1 : 0;
    counts.rowTombstones += row.contains("deletion_info") ? 1 : 0;
    for (const auto& each : row["cells"].toArray()) {
        const QJsonObject cell = each.toObject();
        const bool isComplexDeletion = cell["deletion_info"].toObject().contains("marked_deleted");
        counts.complexTombstones += isComplexDeletion ? 1 : 0;
        counts.cells += isComplexDeletion ? 0 : 1;
        counts.cellTombstones += !isComplexDeletion && cell.contains("deletion_info") ? 1 : 0;
    }
}

} // namespace

void TstInspector::countsAreThoseOfSstabledump()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        const QByteArray dump = golden::dump(descriptor);
        if (dump.isEmpty())
            continue;
        DumpCounts counts;
        for (const auto& each : QJsonDocument::fromJson(dump).array()) {
            ++counts.partitions;
            const QJsonObject partition = each.toObject();
            counts.partitionTombstones +=
                partition["partition"].toObject().contains("deletion_info") ? 1 : 0;
            for (const auto& row : partition["rows"].toArray())
                countRow(row.toObject(), counts);
        }
        if (counts.partitions == 0)
            continue; // Qt cannot parse what sstabledump prints about NaN
        auto inspector = Inspector::open(disk, descriptor, {.nowSeconds = kInspected});
        QVERIFY(inspector);
        QVERIFY(inspector->readAll());
        const TableReport& report = inspector->report();
        QCOMPARE(qint64(report.partitions), counts.partitions);
        QCOMPARE(qint64(report.deletedPartitions), counts.partitionTombstones);
        QCOMPARE(qint64(report.totals.rows), counts.rows);
        QCOMPARE(qint64(report.totals.cells), counts.cells);
        QCOMPARE(qint64(report.totals.cellTombstones), counts.cellTombstones);
        QCOMPARE(qint64(report.totals.complexTombstones), counts.complexTombstones);
        QCOMPARE(qint64(report.totals.rowTombstones), counts.rowTombstones);
        QCOMPARE(qint64(report.totals.rangeTombstones), counts.rangeTombstones);
    }
}

void TstInspector::theLargestPartitionsComeFirst()
{
    tests::MemoryDisk disk;
    const auto descriptor = golden::load(disk, "summary_many_keys").at(0);
    auto inspector =
        Inspector::open(disk, descriptor, {.nowSeconds = kInspected, .largestCount = 5}).value();
    std::vector<std::uint64_t> sizes;
    PartitionReport partition;
    while (inspector.next(partition).value())
        sizes.push_back(partition.bytes);
    QVERIFY(sizes.size() > 500);
    std::sort(sizes.rbegin(), sizes.rend());
    const auto& largest = inspector.report().largestByBytes;
    QCOMPARE(largest.size(), std::size_t{5});
    for (std::size_t i = 0; i < 5; ++i)
        QCOMPARE(largest[i].bytes, sizes[i]);
    QVERIFY(!keyText(*inspector.reader()->table(), largest[0].key).empty());
}

void TstInspector::pathsTellKeyspaceTableAndSnapshot()
{
    const std::string id = "bb868920e54011f1ac4abf60dac92c0f";
    auto location = locationOf("/var/lib/cassandra/data/hotel/rooms-" + id);
    QCOMPARE(location.keyspace, std::string{"hotel"});
    QCOMPARE(location.table, std::string{"rooms"});
    QCOMPARE(location.snapshot, std::string{});
    location = locationOf("/backup/hotel/rooms-" + id + "/snapshots/monday");
    QCOMPARE(location.keyspace, std::string{"hotel"});
    QCOMPARE(location.table, std::string{"rooms"});
    QCOMPARE(location.snapshot, std::string{"monday"});
    location = locationOf("/tmp/monday-morning");
    QCOMPARE(location.keyspace, std::string{});
    QCOMPARE(location.table, std::string{});
}

void TstInspector::aDumpComesInPiecesOfBoundedSize()
{
    tests::MemoryDisk disk;
    const auto reader = golden::open(disk, golden::load(disk, "wide").at(0)).value();
    std::string text;
    std::size_t greatest = 0;
    int pieces = 0;
    QVERIFY(
        dumpJson(reader, {.nowSeconds = kInspected}, [&](std::string_view piece) -> Result<void> {
            text += piece;
            greatest = std::max(greatest, piece.size());
            ++pieces;
            return ok();
        }));
    QVERIFY(text == dumpJson(reader, {.nowSeconds = kInspected}).value());
    QVERIFY(pieces > 5);
    QVERIFY(greatest < 200'000);
    // Who cannot take more ends it.
    const auto ended = dumpJson(reader, {.nowSeconds = kInspected}, [](std::string_view) {
        return Result<void>{Error{ErrorCode::DiskFull, "enough"}};
    });
    QVERIFY(!ended);
    QCOMPARE(ended.error().detail(), std::string{"enough"});
}

RW_TEST(TstInspector)
#include "tst_inspector.moc"
