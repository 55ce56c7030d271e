#include "engine/modeling/import.h"
#include "engine/modeling/measurement.h"
#include "engine/workload/measure.h"
#include "tests/support/test_main.h"

#include "engine/base/disk.h"
#include "engine/cql/type_elements.h"
#include "engine/rows/partition.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/writer.h"
#include "tests/support/memory_disk.h"

#include <algorithm>

using namespace engine;
using namespace engine::modeling;

namespace {

const char* const kTable =
    "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
    "CREATE TABLE k.t (p int, c int, v text, PRIMARY KEY (p, c));";

const char* const kFolder = "/data/k/t-0123456789abcdef0123456789abcdef";

Bytes intBytes(std::int32_t value)
{
    Bytes bytes;
    ByteWriter{bytes}.i32(value);
    return bytes;
}

/// Four partitions with so many rows of a text of so many bytes.
void writeTable(tests::MemoryDisk& disk, int rows, std::size_t length)
{
    const auto schema = *schemaOfCql(kTable);
    const auto table = schema->table("k", "t");
    std::vector<Bytes> keys;
    for (int i = 0; i < 4; ++i)
        keys.push_back(intBytes(i));
    std::ranges::sort(keys, {}, [](const Bytes& key) { return sstable::KeyHash::of(key).token; });
    sstable::WriterOptions options;
    options.descriptor = sstable::Descriptor::make(kFolder, 1);
    options.table = table;
    auto writer = *sstable::Writer::create(disk, options);
    for (const Bytes& key : keys) {
        rows::PartitionBuilder builder{table, key};
        for (int i = 0; i < rows; ++i) {
            const Bytes clustering = intBytes(i);
            const Bytes text(length, 'x');
            const ByteView view = clustering;
            rows::Cell cell;
            cell.column = table->column("v");
            cell.timestamp = WriteTimestamp{1'760'000'000'000'000};
            cell.value = text;
            rows::Row row;
            row.clustering.values = {&view, 1};
            row.cells = {&cell, 1};
            builder.addRow(rows::copyRow(row, builder.arena()));
        }
        if (!writer->append(std::move(builder).build()))
            qFatal("append");
    }
    if (!writer->finish())
        qFatal("finish");
}

} // namespace

class TstMeasure : public QObject {
    Q_OBJECT
private slots:
    void aFolderTellsPartitionsBytesAndRatio();
    void aFolderWithoutTablesSaysSo();
    void theComparisonNamesTheColumnThatDiffersMost();
    void afterCalibrationTheEstimateMeetsTheMeasurement();
    void forAsManyRowsOnlyTheColumnsAreLeftToDiffer();
    void generatedDataCalibrateColumnsAndLeaveRows();
    void aCounterTableSaysWhatItsPartsDependOn();
};

void TstMeasure::aFolderTellsPartitionsBytesAndRatio()
{
    tests::MemoryDisk disk;
    writeTable(disk, 100, 50);
    const TableMeasurement measured = *workload::measureFolder(disk, kFolder);
    QCOMPARE(*measured.partitions, 4.0);
    QCOMPARE(*measured.rows, 400.0);
    QVERIFY(*measured.meanPartitionBytes > 100 * 55 && *measured.meanPartitionBytes < 100 * 80);
    QVERIFY(*measured.maximumPartitionBytes >= *measured.meanPartitionBytes * 0.8);
    QVERIFY(*measured.compressionRatio < 0.3);
}

void TstMeasure::aFolderWithoutTablesSaysSo()
{
    tests::MemoryDisk disk;
    disk.put(std::string{kFolder} + "/backups.txt", "");
    const auto measured = workload::measureFolder(disk, kFolder);
    QVERIFY(!measured);
    QVERIFY2(measured.error().detail().find("flush") != std::string::npos,
             measured.error().detail().c_str());
}

void TstMeasure::theComparisonNamesTheColumnThatDiffersMost()
{
    Model model = *modelOfCql(kTable);
    ModelTable& table = model.tables[0];
    table.sizing.rows = "100";
    table.columns[2].sizing.averageBytes = 20;
    TableMeasurement measured;
    measured.meanPartitionBytes = 6500;
    auto sampler = *ColumnSampler::make(model, table.id);
    for (int i = 0; i < 10; ++i)
        sampler.add({intBytes(i), intBytes(i), Bytes(50, 'x')});
    sampler.fill(measured);
    const SizeComparison comparison = *compareSizes(model, table.id, measured);
    QVERIFY(comparison.differs);
    QCOMPARE(comparison.worstColumn, table.columns[2].id);
    QVERIFY2(comparison.sentence.find("above") != std::string::npos, comparison.sentence.c_str());
    QVERIFY(!compareSizes(model, table.id, TableMeasurement{}));
}

void TstMeasure::afterCalibrationTheEstimateMeetsTheMeasurement()
{
    tests::MemoryDisk disk;
    writeTable(disk, 250, 61);
    Model model = *modelOfCql(kTable);
    model.tables[0].sizing.rows = "10";
    model.tables[0].sizing.updated = true;
    const ElementId id = model.tables[0].id;
    TableMeasurement measured = *workload::measureFolder(disk, kFolder);
    auto sampler = *ColumnSampler::make(model, id);
    sampler.add({intBytes(1), intBytes(1), Bytes(61, 'x')});
    sampler.fill(measured);
    const SizeComparison before = *compareSizes(model, id, measured);
    QVERIFY(before.differs);
    QVERIFY(before.sentence.find("250 rows instead of 10") != std::string::npos);
    const Model calibrated = *calibrate(model, id, measured);
    QCOMPARE(calibrated.tables[0].sizing.rows, std::string("250"));
    QCOMPARE(*calibrated.tables[0].columns[2].sizing.averageBytes, 61.0);
    const SizeComparison after = *compareSizes(calibrated, id, measured);
    QVERIFY2(std::abs(after.ratio - 1) < 0.1, after.sentence.c_str());
}

void TstMeasure::forAsManyRowsOnlyTheColumnsAreLeftToDiffer()
{
    tests::MemoryDisk disk;
    writeTable(disk, 250, 61);
    Model model = *modelOfCql(kTable);
    ModelTable& table = model.tables[0];
    table.sizing.rows = "10";
    table.sizing.updated = true;
    table.columns[2].sizing.averageBytes = 61;
    const TableMeasurement measured = *workload::measureFolder(disk, kFolder);
    const SizeComparison comparison = *compareSizes(model, table.id, measured);
    QCOMPARE(comparison.estimatedRows, 10.0);
    QCOMPARE(*comparison.measuredRows, 250.0);
    QVERIFY(comparison.ratio > 20);
    QVERIFY2(std::abs(*comparison.sameRowsRatio - 1) < 0.1, comparison.sentence.c_str());
}

void TstMeasure::generatedDataCalibrateColumnsAndLeaveRows()
{
    Model model = *modelOfCql(kTable);
    model.tables[0].sizing.rows = "24×60";
    TableMeasurement measured;
    measured.meanPartitionBytes = 6500;
    measured.partitions = 4;
    measured.rows = 400;
    measured.writeSpanSeconds = 0.03; // 400 rows at once: their times are within two bytes
    measured.columns = {{"v", 61, 0.25, 0}};
    const ElementId id = model.tables[0].id;
    const Model columns = *calibrate(model, id, measured, Calibrate::Columns);
    QCOMPARE(columns.tables[0].sizing.rows, std::string("24×60"));
    QVERIFY(!columns.tables[0].sizing.partitions && !columns.tables[0].sizing.writeSpanSeconds);
    QCOMPARE(*columns.tables[0].columns[2].sizing.averageBytes, 61.0);
    QCOMPARE(*columns.tables[0].columns[2].sizing.nullShare, 0.25);
    const Model all = *calibrate(model, id, measured);
    QCOMPARE(all.tables[0].sizing.rows, std::string("100"));
    QCOMPARE(*all.tables[0].sizing.writeSpanSeconds, 0.03);
    Model slower = all;
    slower.tables[0].sizing.writeSpanSeconds = 1;
    const double quick = *compareSizes(all, id, measured)->sameRowsBytes;
    const double slow = *compareSizes(slower, id, measured)->sameRowsBytes;
    QVERIFY2(slow - quick > 40, qPrintable(QString::number(slow - quick)));
}

void TstMeasure::aCounterTableSaysWhatItsPartsDependOn()
{
    const Model model = *modelOfCql(
        "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3};"
        "CREATE TABLE k.hits (p text PRIMARY KEY, n counter);");
    TableMeasurement measured;
    measured.meanPartitionBytes = 70;
    const SizeComparison comparison = *compareSizes(model, model.tables[0].id, measured);
    QVERIFY(comparison.ratio < 1);
    QVERIFY(!comparison.counterShards); // how many rows there are is not known
    measured.rowsAPartition = 1;
    for (const double shards : {1.0, 2.0, 3.0}) {
        TableInputs inputs = *tableInputs(model, model.tables[0], SizeProfile::Average);
        QCOMPARE(inputs.counterShards, 3.0);
        inputs.rows = 1;
        inputs.counterShards = shards;
        measured.meanPartitionBytes = exactSize(model, model.tables[0], inputs)->partitionBytes;
        const SizeComparison fitted = *compareSizes(model, model.tables[0].id, measured);
        QCOMPARE(fitted.counterShards, std::optional(shards));
        QCOMPARE(fitted.sameRowsRatio, std::optional(1.0));
        const std::string fit = "the bytes fit " + std::to_string(int(shards)) + " of 3.";
        QVERIFY2(fitted.sentence.find(fit) != std::string::npos, fitted.sentence.c_str());
        QCOMPARE(fitted.sentence.find("again and again") != std::string::npos, shards < 3);
        const Model known = *calibrate(model, model.tables[0].id, measured);
        QCOMPARE(tableInputs(known, known.tables[0], SizeProfile::Average)->counterShards, shards);
    }
}

RW_TEST(TstMeasure)
#include "tst_measure.moc"
