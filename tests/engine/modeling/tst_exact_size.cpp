#include "engine/modeling/import.h"
#include "engine/modeling/sample_rows.h"
#include "engine/modeling/sizing.h"
#include "engine/sstable/key_order.h"
#include "engine/sstable/writer.h"
#include "tests/support/memory_disk.h"
#include "tests/support/test_main.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace engine;
using namespace engine::modeling;

namespace {

const char* const kKeyspace =
    "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1};"
    "CREATE TYPE k.address (street text, city text, code int);";

Model modelOfTable(const std::string& create)
{
    auto model = modelOfCql(kKeyspace + create);
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    return *model;
}

ExactSize exactOf(const Model& model)
{
    const auto inputs = tableInputs(model, model.tables[0], SizeProfile::Average);
    const auto size = exactSize(model, model.tables[0], *inputs);
    if (!size)
        qFatal("%s", size.error().detail().c_str());
    return *size;
}

/// Bytes of Data.db that the writer makes of whole partitions with so many rows each.
double writtenBytes(const Model& model, std::uint64_t partitions, std::uint64_t rowCount)
{
    const auto schema = *schemaOf(model);
    const auto table = schema->table("k", "t");
    const auto inputs = *tableInputs(model, model.tables[0], SizeProfile::Average);
    SampleRows samples{table, model.tables[0], inputs};
    std::vector<SamplePartition> made;
    sstable::EncodingStatsCollector stats;
    for (std::uint64_t i = 0; i < partitions; ++i) {
        made.push_back(samples.make(i, rowCount));
        stats.add(made.back().staticRow);
        for (const auto& row : made.back().rows)
            stats.add(row);
    }
    std::ranges::sort(made, [&](const SamplePartition& a, const SamplePartition& b) {
        const auto token = [](const Bytes& key) { return sstable::KeyHash::of(key).token; };
        return token(a.key) < token(b.key);
    });
    tests::MemoryDisk disk;
    sstable::WriterOptions options;
    options.descriptor.folder = "/t";
    options.descriptor.generation = "1";
    options.table = table;
    options.stats = stats.get();
    auto writer = *sstable::Writer::create(disk, options);
    for (const auto& partition : made) {
        if (!writer->startPartition(partition.key, {}, partition.staticRow))
            qFatal("startPartition");
        for (const auto& row : partition.rows) {
            if (!writer->append(row))
                qFatal("append");
        }
        if (!writer->endPartition())
            qFatal("endPartition");
    }
    return static_cast<double>(writer->dataBytes());
}

} // namespace

class TstExactSize : public QObject {
    Q_OBJECT
private slots:
    void theEstimateIsWhatTheWriterWrites_data();
    void theEstimateIsWhatTheWriterWrites();
    void manyRowsAreExtrapolatedWithinAThousandth();
    void givenAverageLengthsAreMet();
    void sparseColumnsAreAverageInTheRowsThatAreLeft();
    void nullsTakeNoBytesButAMask();
    void aColumnThatIsNeverSetCostsNothing();
    void ttlsAndTombstonesCostTheirDeltas();
    void partitionsOverSixtyFourKibibytesGetARowIndex();
    void compressionIsMeasuredOrGiven();
};

void TstExactSize::theEstimateIsWhatTheWriterWrites_data()
{
    QTest::addColumn<QString>("create");
    QTest::newRow("simple") << "CREATE TABLE k.t (p int PRIMARY KEY, a text, b bigint)";
    QTest::newRow("wide") << "CREATE TABLE k.t (p int, c bigint, a text, b double, "
                             "PRIMARY KEY (p, c))";
    QTest::newRow("static") << "CREATE TABLE k.t (p uuid, c timeuuid, s text static, v blob, "
                               "PRIMARY KEY (p, c))";
    QTest::newRow("collections") << "CREATE TABLE k.t (p int, c int, s set<text>, l list<int>, "
                                    "m map<text, frozen<list<int>>>, PRIMARY KEY (p, c))";
    QTest::newRow("udt") << "CREATE TABLE k.t (p int, c date, u address, f frozen<address>, "
                            "PRIMARY KEY (p, c))";
    QTest::newRow("ttl") << "CREATE TABLE k.t (p int, c time, v smallint, PRIMARY KEY (p, c)) "
                            "WITH default_time_to_live = 86400";
    QTest::newRow("counter") << "CREATE TABLE k.t (p int, c int, n counter, PRIMARY KEY (p, c))";
    QTest::newRow("odd types") << "CREATE TABLE k.t (p inet, c varint, d decimal, u duration, "
                                  "v vector<float, 8>, PRIMARY KEY (p, c))";
}

void TstExactSize::theEstimateIsWhatTheWriterWrites()
{
    QFETCH(QString, create);
    Model model = modelOfTable(create.toStdString());
    const bool clustered =
        std::ranges::count(model.tables[0].columns, ColumnRole::Clustering, &TableColumn::role) > 0;
    const std::uint64_t rows = clustered ? 50 : 1;
    model.tables[0].sizing.rows = std::to_string(rows);
    const ExactSize size = exactOf(model);
    const std::uint64_t partitions = 1000 / rows;
    const double written = writtenBytes(model, partitions, rows) / static_cast<double>(partitions);
    QVERIFY2(std::abs(size.partitionBytes - written) < 0.005,
             qPrintable(QString("%1 estimated, %2 written").arg(size.partitionBytes).arg(written)));
}

void TstExactSize::manyRowsAreExtrapolatedWithinAThousandth()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c timestamp, a text, b set<int>, d int, "
                               "PRIMARY KEY (p, c))");
    model.tables[0].columns[4].sizing.nullShare = 0.3;
    model.tables[0].sizing.rows = "20000";
    const ExactSize size = exactOf(model);
    QVERIFY(size.rowsEncoded <= 1000);
    const double written = writtenBytes(model, 1, 20'000);
    QVERIFY2(std::abs(size.partitionBytes / written - 1) < 0.001,
             qPrintable(QString("%1 estimated, %2 written").arg(size.partitionBytes).arg(written)));
}

void TstExactSize::givenAverageLengthsAreMet()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c int, a text, PRIMARY KEY (p, c))");
    model.tables[0].sizing.rows = "1000";
    model.tables[0].columns[2].sizing.averageBytes = 20;
    const double twenty = exactOf(model).rowBytes;
    model.tables[0].columns[2].sizing.averageBytes = 52.5;
    QVERIFY(std::abs(exactOf(model).rowBytes - twenty - 32.5) < 0.2);
}

void TstExactSize::sparseColumnsAreAverageInTheRowsThatAreLeft()
{
    // A column has a hundred values in the sample. One of them was once 7 % too short (random_6 of
    // seed 1795306577 in tests/sizes): nulls and lengths hung together with what was deleted, and
    // for some of a hundred columns the lengths were not spread evenly at all.
    constexpr int kColumns = 100;
    std::string columns;
    for (int i = 0; i < kColumns; ++i)
        columns += "t" + std::to_string(100 + i) + " text, ";
    Model model =
        modelOfTable("CREATE TABLE k.t (p int, c int, " + columns + "PRIMARY KEY (p, c))");
    for (TableColumn& column : model.tables[0].columns) {
        if (column.type == "text") {
            column.sizing.averageBytes = 108;
            column.sizing.nullShare = 0.8;
        }
    }
    model.tables[0].sizing.deletedRows = 0.5;
    const auto table = (*schemaOf(model))->table("k", "t");
    const auto inputs = *tableInputs(model, model.tables[0], SizeProfile::Average);
    SampleRows samples{table, model.tables[0], inputs};
    const SamplePartition made = samples.make(0, 1000);
    std::map<std::string, double> bytes;
    for (const rows::Unfiltered& each : made.rows) {
        for (const rows::Cell& cell : each.row.cells)
            bytes[cell.column->name] += static_cast<double>(cell.value.size());
    }
    QCOMPARE(bytes.size(), std::size_t{kColumns});
    constexpr double kExpected = 1000 * 0.5 * 0.2 * 108;
    double sum = 0;
    for (const auto& [name, found] : bytes) {
        sum += found / kColumns;
        QVERIFY2(std::abs(found / kExpected - 1) < 0.06,
                 qPrintable(QString("%1: %2 bytes").arg(name.c_str()).arg(found)));
    }
    QVERIFY2(std::abs(sum / kExpected - 1) < 0.003, qPrintable(QString::number(sum)));
}

void TstExactSize::nullsTakeNoBytesButAMask()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c int, a bigint, b bigint, "
                               "PRIMARY KEY (p, c))");
    model.tables[0].sizing.rows = "1000";
    const double full = exactOf(model).rowBytes;
    model.tables[0].columns[2].sizing.nullShare = 0.25;
    // A cell of 8 bytes and its flags less in a quarter of the rows, a byte of mask more in those.
    QVERIFY(std::abs(full - exactOf(model).rowBytes - 0.25 * (9 - 1)) < 0.02);
}

void TstExactSize::aColumnThatIsNeverSetCostsNothing()
{
    Model with = modelOfTable("CREATE TABLE k.t (p int, c int, a bigint, z text, "
                              "PRIMARY KEY (p, c))");
    with.tables[0].sizing.rows = "100";
    with.tables[0].columns[3].sizing.nullShare = 1;
    Model without = modelOfTable("CREATE TABLE k.t (p int, c int, a bigint, PRIMARY KEY (p, c))");
    without.tables[0].sizing.rows = "100";
    QCOMPARE(exactOf(with).partitionBytes, exactOf(without).partitionBytes);
}

void TstExactSize::ttlsAndTombstonesCostTheirDeltas()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c int, a bigint, PRIMARY KEY (p, c))");
    model.tables[0].sizing.rows = "1000";
    model.tables[0].sizing.writeSpanSeconds = 60;
    const double plain = exactOf(model).rowBytes;
    model.tables[0].sizing.ttlSeconds = 3600;
    // One byte for the TTL's delta, one for the expiry's: both below 128.
    QVERIFY(std::abs(exactOf(model).rowBytes - plain - 2) < 0.01);
    model.tables[0].sizing.ttlSeconds.reset();
    model.tables[0].sizing.deletedRows = 0.5;
    QVERIFY(exactOf(model).rowBytes < plain);
    model.tables[0].sizing.rangeDeletions = 4;
    const ExactSize ranged = exactOf(model);
    model.tables[0].sizing.rangeDeletions = 8;
    QVERIFY(exactOf(model).partitionBytes > ranged.partitionBytes + 4 * 2 * 10);
}

void TstExactSize::partitionsOverSixtyFourKibibytesGetARowIndex()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c bigint, a text, PRIMARY KEY (p, c))");
    model.tables[0].sizing.rows = "100";
    QVERIFY(exactOf(model).indexBytes < 12);
    model.tables[0].sizing.rows = "100000";
    const ExactSize size = exactOf(model);
    const double blocks = std::ceil(size.partitionBytes / 65536);
    // Two clusterings of 10 bytes, offset, width, flag, and four bytes to find the block.
    QVERIFY2(size.indexBytes > blocks * 28 && size.indexBytes < blocks * 36,
             qPrintable(QString("%1 for %2 blocks").arg(size.indexBytes).arg(blocks)));
}

void TstExactSize::compressionIsMeasuredOrGiven()
{
    Model model = modelOfTable("CREATE TABLE k.t (p int, c bigint, a text, PRIMARY KEY (p, c))");
    model.tables[0].sizing.rows = "1000";
    const ExactSize measured = exactOf(model);
    QVERIFY(measured.ratioMeasured);
    QVERIFY(measured.compressionRatio > 0.3 && measured.compressionRatio < 1);
    model.tables[0].sizing.compressionRatio = 0.25;
    QVERIFY(!exactOf(model).ratioMeasured);
    QCOMPARE(exactOf(model).compressedBytes, measured.partitionBytes * 0.25);
    model.tables[0].sizing.compressionRatio.reset();
    model.tables[0].options["compression"] = "{'enabled': 'false'}";
    QCOMPARE(exactOf(model).compressionRatio, 1.0);
}

RW_TEST(TstExactSize)
#include "tst_exact_size.moc"
