#include "engine/base/hash.h"
#include "engine/sstable/dump.h"
#include "engine/sstable/writer.h"
#include "tests/engine/sstable/golden.h"
#include "tests/support/test_main.h"

#include <QRegularExpression>

using namespace engine;
using namespace engine::sstable;

/// A moment after the fixtures were recorded: what they call expired is.
constexpr std::int64_t kRecorded = 1795222800;

class TstGoldenTables : public QObject {
    Q_OBJECT
private slots:
    void cassandrasTablesDumpAsSstabledumpPrintsThem_data() { tables({"nb", "oa", "bti-da"}); }
    void cassandrasTablesDumpAsSstabledumpPrintsThem();
    void rewrittenTablesHaveTheSameBytes_data() { tables({"nb", "oa"}); }
    void rewrittenTablesHaveTheSameBytes();
    void everyKeyIsFoundAndOthersAreNot_data() { tables({"nb", "oa", "bti-da"}); }
    void everyKeyIsFoundAndOthersAreNot();
    void aLearnedRowIndexLeadsToEachRow_data() { tables({"nb", "oa", "bti-da"}); }
    void aLearnedRowIndexLeadsToEachRow();
    void digestsAreRight_data() { tables({"nb", "oa", "bti-da"}); }
    void digestsAreRight();
    void droppedColumnsVanish();
    void wideTablesOfAllVersionsHoldTheSameRows();
    void rangesStartWhereTheyShould_data() { tables({"nb", "oa", "bti-da"}); }
    void rangesStartWhereTheyShould();
    void aLostOrDamagedSummaryIsMadeAnew();

private:
    static void tables(std::initializer_list<std::string> formats)
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("name");
        for (const std::string& format : formats) {
            for (const auto& name : golden::cases(format))
                QTest::newRow((format + "/" + name).c_str())
                    << QString::fromStdString(format) << QString::fromStdString(name);
        }
    }
};

void TstGoldenTables::cassandrasTablesDumpAsSstabledumpPrintsThem()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    const auto tables = golden::load(disk, name.toStdString(), format.toStdString());
    QVERIFY(!tables.empty());
    for (const auto& descriptor : tables) {
        const auto reader = golden::open(disk, descriptor);
        QVERIFY2(reader, reader ? "" : reader.error().detail().c_str());
        const auto text = dumpJson(*reader, {.nowSeconds = kRecorded});
        QVERIFY2(text, text ? "" : text.error().detail().c_str());
        QByteArray expected = golden::dump(descriptor);
        // All comp_* tables hold the same rows; sstabledump printed the same about each.
        if (expected.isEmpty() && name.startsWith("comp_")) {
            Descriptor lz4 = descriptor;
            lz4.folder = "/nb/comp_lz4";
            expected = golden::dump(lz4);
        }
        if (expected.isEmpty() && name == "wide")
            return; // its rows are nb's, see wideTablesOfAllVersionsHoldTheSameRows
        expected = golden::compact(expected);
        QVERIFY(!expected.isEmpty());
        const QByteArray got = golden::compact(QByteArray::fromStdString(*text));
        if (got != expected) {
            qsizetype at = 0;
            while (at < std::min(got.size(), expected.size()) && got[at] == expected[at])
                ++at;
            qWarning() << "got     " << got.mid(std::max<qsizetype>(0, at - 100), 300);
            qWarning() << "expected" << expected.mid(std::max<qsizetype>(0, at - 100), 300);
        }
        QVERIFY(got == expected);
    }
}

namespace {

Bytes uncompressed(const ReaderPtr& reader, tests::MemoryDisk& disk)
{
    const Descriptor& descriptor = reader->descriptor();
    const Bytes stored = disk.at(descriptor.path(Component::Data));
    if (!disk.exists(descriptor.path(Component::CompressionInfo)))
        return stored;
    const auto info = CompressionInfo::decode(disk.at(descriptor.path(Component::CompressionInfo)),
                                              stored.size());
    Bytes out;
    for (std::size_t i = 0; i < info->chunkOffsets.size(); ++i) {
        const std::size_t end =
            i + 1 < info->chunkOffsets.size() ? info->chunkOffsets[i + 1] : stored.size();
        const std::size_t size =
            std::min<std::size_t>(info->params.chunkLength, info->dataLength - out.size());
        const ByteView body =
            ByteView{stored}.substr(info->chunkOffsets[i], end - info->chunkOffsets[i] - 4);
        Bytes chunk(size, '\0');
        if (body.size() >= info->params.compressedLengthMax)
            chunk = body.substr(0, size);
        else if (!decompress(info->params.compressor, body, chunk.data(), size))
            return {};
        out += chunk;
    }
    return out;
}

Result<void> copyTable(Writer& writer, const ReaderPtr& reader)
{
    DirectChunkSource source;
    TableScanner scanner{reader, source};
    rows::Unfiltered unfiltered;
    while (true) {
        RW_ASSIGN(const Step partition, scanner.next());
        if (partition != Step::Item)
            return ok();
        auto& cursor = scanner.partition();
        RW_TRY(writer.startPartition(cursor.key(), cursor.deletion(), cursor.staticRow()));
        while (true) {
            RW_ASSIGN(const Step step, cursor.next(unfiltered));
            if (step != Step::Item)
                break;
            RW_TRY(writer.append(unfiltered));
        }
        RW_TRY(writer.endPartition());
    }
}

} // namespace

void TstGoldenTables::rewrittenTablesHaveTheSameBytes()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        auto opened = golden::open(disk, descriptor);
        QVERIFY(opened);
        const ReaderPtr reader = *opened;
        const Statistics& original = reader->statistics();
        auto spec = reader->table()->spec();
        spec.params.bloomFilterFpChance = original.bloomFilterFpChance;
        const auto table = schema::Table::make(spec);

        WriterOptions options;
        options.descriptor = Descriptor::make("/copy", 1);
        options.descriptor.version = descriptor.version;
        options.table = table;
        options.stats = original.header.stats;
        options.expectedPartitions = reader->estimatedPartitions();
        options.commitLogIntervals = original.stats.commitLogIntervals;
        options.level = original.stats.level;
        options.originatingHost = original.stats.originatingHost;
        disk.removeAll("/copy").value();
        auto writer = Writer::create(disk, options);
        QVERIFY2(writer, writer ? "" : writer.error().detail().c_str());
        const auto copied = copyTable(**writer, reader);
        QVERIFY2(copied, copied ? "" : copied.error().detail().c_str());
        const auto made = (*writer)->finish();
        QVERIFY2(made, made ? "" : made.error().detail().c_str());
        const auto copy = Reader::open(disk, options.descriptor, table);
        QVERIFY2(copy, copy ? "" : copy.error().detail().c_str());

        const Bytes expected = uncompressed(reader, disk);
        const Bytes got = uncompressed(*copy, disk);
        if (got != expected) {
            const auto at = static_cast<std::size_t>(
                std::mismatch(got.begin(),
                              got.begin() + std::ptrdiff_t(std::min(got.size(), expected.size())),
                              expected.begin())
                    .first -
                got.begin());
            qWarning() << "offset" << at << "of" << got.size() << "expected" << expected.size();
            qWarning() << "got     "
                       << toHex(ByteView{got}.substr(at > 32 ? at - 32 : 0, 96)).c_str();
            qWarning() << "expected"
                       << toHex(ByteView{expected}.substr(at > 32 ? at - 32 : 0, 96)).c_str();
        }
        QVERIFY(got == expected);
        for (const auto component : {Component::Index, Component::Filter, Component::Summary}) {
            QCOMPARE(disk.exists(options.descriptor.path(component)),
                     disk.exists(descriptor.path(component)));
            if (disk.exists(descriptor.path(component)))
                QCOMPARE(toHex(disk.at(options.descriptor.path(component))),
                         toHex(disk.at(descriptor.path(component))));
        }
        // All but what the compressor decides.
        Statistics mine = (*copy)->statistics();
        mine.stats.compressionRatio = original.stats.compressionRatio;
        const auto& version = **findVersion("big", descriptor.version);
        QCOMPARE(toHex(original.encode(version)),
                 toHex(disk.at(descriptor.path(Component::Statistics))));
        QCOMPARE(toHex(mine.encode(version)), toHex(original.encode(version)));
    }
}

void TstGoldenTables::everyKeyIsFoundAndOthersAreNot()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        const ReaderPtr reader = golden::open(disk, descriptor).value();
        DirectChunkSource source;
        TableScanner scanner{reader, source};
        int partitions = 0;
        while (scanner.next().value() == Step::Item) {
            ++partitions;
            const Bytes key{scanner.partition().key()};
            const KeyHash hash = KeyHash::of(key);
            QVERIFY(reader->mayContain(hash));
            const Lookup found = reader->find(hash, source).value();
            QVERIFY(found.step == Step::Item);
            PartitionCursor cursor{reader, source};
            QVERIFY(cursor.open(found.entry, key).value() == Step::Item);
            QCOMPARE(toHex(cursor.key()), toHex(key));
            const Bytes other = key + "x";
            QVERIFY(reader->find(KeyHash::of(other), source).value().step == Step::End);
        }
        QVERIFY(partitions > 0);
    }
}

void TstGoldenTables::aLearnedRowIndexLeadsToEachRow()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        const ReaderPtr reader = golden::open(disk, descriptor).value();
        DirectChunkSource source;
        TableScanner scanner{reader, source};
        PartitionCursor cursor{reader, source};
        rows::Unfiltered unfiltered;
        while (scanner.next().value() == Step::Item) {
            PartitionEntry entry =
                reader->find(KeyHash::of(scanner.partition().key()), source).value().entry;
            entry.rowIndex = cursor.learn(entry, 64).value();
            for (int i = 0; scanner.partition().next(unfiltered).value() == Step::Item; ++i) {
                if (unfiltered.kind != rows::Unfiltered::Kind::Row || i % 7 != 0)
                    continue;
                const auto& values = unfiltered.row.clustering.values;
                QVERIFY(cursor.open(entry).value() == Step::Item);
                cursor.slice({rows::BoundKind::InclusiveStart, values},
                             {rows::BoundKind::InclusiveEnd, values});
                rows::Unfiltered found;
                do // perhaps a range deletion, cut at the slice's start
                    QVERIFY(cursor.next(found).value() == Step::Item);
                while (found.kind != rows::Unfiltered::Kind::Row);
                QCOMPARE(cursor.rowPosition(), scanner.partition().rowPosition());
            }
        }
    }
}

void TstGoldenTables::digestsAreRight()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        const ReaderPtr reader = golden::open(disk, descriptor).value();
        const auto right = reader->verifyDigest(disk);
        QVERIFY2(right, right ? "" : right.error().detail().c_str());
        disk.at(descriptor.path(Component::Data))[3] ^= 1;
        const auto wrong = reader->verifyDigest(disk);
        QVERIFY(!wrong);
        QVERIFY(wrong.error().detail().find(descriptor.name()) != std::string::npos);
    }
}

void TstGoldenTables::droppedColumnsVanish()
{
    // As the table stood at the end: gone, gonemap and gonestatic dropped, re dropped and added.
    tests::MemoryDisk disk;
    const auto tables = golden::load(disk, "dropped_column");
    QCOMPARE(tables.size(), std::size_t{2});
    const ReaderPtr first = golden::open(disk, tables[0]).value();
    schema::Table::Spec spec = first->table()->spec();
    std::vector<schema::Column> kept;
    for (const auto& column : spec.columns) {
        if (column.name.starts_with("gone") || column.name == "re")
            spec.dropped.push_back({std::make_shared<schema::Column>(column), {1795220165701000}});
        if (!column.name.starts_with("gone"))
            kept.push_back(column);
    }
    schema::Column added;
    added.name = "added";
    added.type = cql::Type::native(cql::TypeKind::Text);
    kept.push_back(added);
    spec.columns = kept;
    const auto table = schema::Table::make(spec);
    const ReaderPtr altered = first->withTable(table).value();
    const std::string text = dumpJson(altered, {.nowSeconds = kRecorded}).value();
    QVERIFY(text.find("gone") == std::string::npos);
    QVERIFY(text.find("\"re\"") == std::string::npos);
    QVERIFY(text.find("\"keep\"") != std::string::npos);
    const ReaderPtr second = Reader::open(disk, tables[1], table).value();
    QVERIFY(dumpJson(second, {.nowSeconds = kRecorded}).value().find("added") != std::string::npos);

    // A column that the table neither has nor dropped is not ours to guess about.
    spec.dropped.clear();
    const auto refused = first->withTable(schema::Table::make(spec));
    QVERIFY(!refused);
    QVERIFY(refused.error().detail().find("gone") != std::string::npos);
}

namespace {

/// The dump without what depends on the version: positions and local deletion times.
QByteArray rowsOf(const std::string& format)
{
    tests::MemoryDisk disk;
    const auto tables = golden::load(disk, "wide", format);
    QByteArray text;
    for (const auto& descriptor : tables) {
        const auto reader = golden::open(disk, descriptor).value();
        text += QByteArray::fromStdString(dumpJson(reader, {.nowSeconds = kRecorded}).value());
    }
    static const QRegularExpression kVersionsOwn{
        "\"(position|local_delete_time)\"\\s*:\\s*(\\d+|\"[^\"]*\")"};
    return QString::fromUtf8(text).remove(kVersionsOwn).toUtf8();
}

} // namespace

void TstGoldenTables::wideTablesOfAllVersionsHoldTheSameRows()
{
    const QByteArray nb = rowsOf("nb");
    QVERIFY(nb.size() > 100'000);
    QVERIFY(rowsOf("oa") == nb);
    QVERIFY(rowsOf("bti-da") == nb);
}

void TstGoldenTables::rangesStartWhereTheyShould()
{
    QFETCH(QString, format);
    QFETCH(QString, name);
    tests::MemoryDisk disk;
    for (const auto& descriptor : golden::load(disk, name.toStdString(), format.toStdString())) {
        const ReaderPtr reader = golden::open(disk, descriptor).value();
        DirectChunkSource source;
        std::vector<std::pair<std::int64_t, Bytes>> keys;
        TableScanner all{reader, source};
        while (all.next().value() == Step::Item)
            keys.emplace_back(all.token(), Bytes{all.partition().key()});
        for (std::size_t i = 0; i < keys.size(); ++i) {
            for (const bool inclusive : {true, false}) {
                rows::PartitionRange range;
                range.start = {keys[i].first, keys[i].second, inclusive};
                TableScanner scanner{reader, source, range};
                const std::size_t expected = i + (inclusive ? 0 : 1);
                if (expected == keys.size()) {
                    QVERIFY(scanner.next().value() == Step::End);
                    continue;
                }
                QVERIFY(scanner.next().value() == Step::Item);
                QCOMPARE(toHex(scanner.partition().key()), toHex(keys[expected].second));
            }
        }
    }
}

void TstGoldenTables::aLostOrDamagedSummaryIsMadeAnew()
{
    tests::MemoryDisk disk;
    const auto descriptor = golden::load(disk, "summary_many_keys").at(0);
    const ReaderPtr whole = golden::open(disk, descriptor).value();
    const std::string path = descriptor.path(Component::Summary);
    const auto check = [&] {
        const auto opened = golden::open(disk, descriptor);
        QVERIFY2(opened, opened ? "" : opened.error().detail().c_str());
        QCOMPARE(toHex((*opened)->firstKey()), toHex(whole->firstKey()));
        QCOMPARE(toHex((*opened)->lastKey()), toHex(whole->lastKey()));
        DirectChunkSource source;
        QVERIFY((*opened)->find(KeyHash::of(whole->lastKey()), source).value().step == Step::Item);
    };
    disk.at(path).resize(40);
    check();
    disk.remove(path).value();
    check();
}

RW_TEST(TstGoldenTables)
#include "tst_golden_tables.moc"
