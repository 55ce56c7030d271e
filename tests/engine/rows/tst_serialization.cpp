#include "engine/rows/read_command.h"
#include "engine/rows/serialization.h"
#include "tests/engine/rows/random_partition.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstRowsSerialization : public QObject {
    Q_OBJECT
private slots:
    void readingUndoesWriting();
    void truncatedOrDamagedBytesAreAnErrorAndNeverACrash();
    void aDroppedColumnIsSkippedAndAnUnknownOneIsCorrupt();
    void updatesOfMissingTablesAreLeftOutOfAMutation();
    void newerVersionsAreRefused();
    void digestDoesNotDependOnTheTablesVersion();
    void aReadCommandTravels();
};

namespace {

const Bytes kKey = int32Bytes(7);

rows::TableLookup only(const schema::TablePtr& table)
{
    return [table](const schema::TableId& id) { return id == table->id() ? table : nullptr; };
}

} // namespace

void TstRowsSerialization::readingUndoesWriting()
{
    const auto table = makeTestTable();
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        RandomUpdates updates{table, seed};
        const auto partition = updates.next(kKey, nullptr, 15);
        Bytes bytes;
        rows::writePartition(partition, bytes);
        ByteReader in{bytes};
        const auto read = rows::readPartition(in, only(table));
        QVERIFY2(read.has_value(), qPrintable(QString::number(seed)));
        QVERIFY(in.atEnd());
        QCOMPARE(read->key(), partition.key());
        QVERIFY(rows::digest(*read) == rows::digest(partition));
    }
}

void TstRowsSerialization::truncatedOrDamagedBytesAreAnErrorAndNeverACrash()
{
    const auto table = makeTestTable();
    RandomUpdates updates{table, 3};
    rows::Mutation mutation;
    mutation.keyspace = "ks";
    mutation.updates.push_back(updates.next(kKey, nullptr, 15));
    Bytes bytes;
    rows::writeMutation(mutation, bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ByteReader in{ByteView{bytes}.substr(0, size)};
        QVERIFY(!rows::readMutation(in, only(table)));
    }
    SeededRandom random{9};
    for (int i = 0; i < 3000; ++i) {
        Bytes damaged = bytes;
        damaged[random.below(damaged.size())] = static_cast<char>(random.next());
        ByteReader in{damaged};
        (void)rows::readMutation(in, only(table)); // under ASan: reads nothing outside
    }
}

void TstRowsSerialization::aDroppedColumnIsSkippedAndAnUnknownOneIsCorrupt()
{
    const auto table = makeTestTable();
    rows::PartitionBuilder builder{table, kKey};
    rows::Row row;
    const auto values = builder.arena().makeArray<ByteView>(2);
    values[0] = values[1] = builder.arena().copy(int32Bytes(1));
    row.clustering.values = values;
    const auto cells = builder.arena().makeArray<rows::Cell>(2);
    cells[0].column = table->column("a");
    cells[1].column = table->column("b");
    cells[0].timestamp = cells[1].timestamp = {100};
    cells[0].value = cells[1].value = builder.arena().copy(int32Bytes(1));
    row.cells = cells;
    builder.addRow(row);
    Bytes bytes;
    rows::writePartition(std::move(builder).build(), bytes);

    auto spec = table->spec();
    std::erase_if(spec.columns, [](const schema::Column& column) { return column.name == "b"; });
    const auto unknown = schema::Table::make(spec, table);
    ByteReader first{bytes};
    const auto corrupt = rows::readPartition(first, only(unknown));
    QVERIFY(!corrupt && corrupt.error().code() == ErrorCode::Corrupt);

    schema::DroppedColumn dropped;
    dropped.column = std::make_shared<schema::Column>(*table->column("b"));
    dropped.droppedAt = {100};
    spec.dropped.push_back(dropped);
    const auto without = schema::Table::make(spec, table);
    ByteReader second{bytes};
    const auto read = rows::readPartition(second, only(without));
    QVERIFY(read.has_value());
    QCOMPARE(read->unfiltereds.front().row.cells.size(), std::size_t{1});

    // Added again: what was written before the drop stays away.
    spec.columns.push_back(*table->column("b"));
    const auto again = schema::Table::make(spec, without);
    ByteReader third{bytes};
    const auto readAgain = rows::readPartition(third, only(again));
    QVERIFY(readAgain.has_value());
    QCOMPARE(readAgain->unfiltereds.front().row.cells.size(), std::size_t{1});
}

void TstRowsSerialization::updatesOfMissingTablesAreLeftOutOfAMutation()
{
    const auto table = makeTestTable();
    RandomUpdates updates{table, 5};
    rows::Mutation mutation;
    mutation.keyspace = "ks";
    mutation.updates.push_back(updates.next(kKey, nullptr, 5));
    Bytes bytes;
    rows::writeMutation(mutation, bytes);
    ByteReader in{bytes};
    const auto read =
        rows::readMutation(in, [](const schema::TableId&) { return schema::TablePtr{}; });
    QVERIFY(read.has_value() && read->updates.empty() && in.atEnd());
    QCOMPARE(read->keyspace, std::string{"ks"});
}

void TstRowsSerialization::newerVersionsAreRefused()
{
    ByteReader in{ByteView{"\x7f", 1}};
    const auto read = rows::readMutation(in, only(makeTestTable()));
    QVERIFY(!read && read.error().code() == ErrorCode::VersionTooNew);
}

void TstRowsSerialization::digestDoesNotDependOnTheTablesVersion()
{
    const auto table = makeTestTable();
    auto spec = table->spec();
    spec.columns.push_back(
        {"aa_new", cql::Type::native(cql::TypeKind::Int), schema::ColumnKind::Regular});
    const auto altered = schema::Table::make(spec); // not even the same Column objects
    RandomUpdates old{table, 11};
    RandomUpdates fresh{altered, 11};
    QVERIFY(rows::digest(old.next(kKey, nullptr, 20)) ==
            rows::digest(fresh.next(kKey, nullptr, 20)));
    QVERIFY(rows::digest(old.next(kKey, nullptr, 20)) != rows::digest(old.next(kKey, nullptr, 20)));
}

void TstRowsSerialization::aReadCommandTravels()
{
    const auto table = makeTestTable();
    rows::ReadCommand command;
    command.table = table;
    command.range.start = {-5, Bytes{"k"}, true};
    command.range.end = rows::PartitionBound{77, std::nullopt, false};
    command.clustering.reversed = true;
    command.clustering.slices = {
        {{rows::BoundKind::ExclusiveStart, {int32Bytes(1)}}, {rows::BoundKind::InclusiveEnd, {}}}};
    command.columns = {table->column("a"), table->column("s")};
    command.filter = {
        {"m", rows::RowFilterExpression::Operator::Equal, int32Bytes(4), int32Bytes(1)}};
    command.limits = {100, 7};
    command.nowSeconds = 12345;
    command.resumeAfter =
        rows::ClusteringFilter::Name{RecycledBytes{int32Bytes(3)}, RecycledBytes{int32Bytes(4)}};
    Bytes bytes;
    rows::writeReadCommand(command, bytes);
    ByteReader in{bytes};
    const auto read = rows::readReadCommand(in, only(table));
    QVERIFY(read.has_value() && in.atEnd());
    QVERIFY(read->table == table && !read->key);
    QCOMPARE(read->range.start.token, std::int64_t{-5});
    QCOMPARE(*read->range.start.key, Bytes{"k"});
    QVERIFY(read->range.start.inclusive && read->range.end && !read->range.end->key);
    QVERIFY(read->clustering.reversed && read->clustering.slices.size() == 1);
    QCOMPARE(read->clustering.slices[0].start.values[0], int32Bytes(1));
    QVERIFY(read->columns == command.columns);
    QCOMPARE(*read->filter[0].mapKey, int32Bytes(1));
    QCOMPARE(read->limits.rowsPerPartition, 7u);
    QCOMPARE(read->nowSeconds, std::int64_t{12345});
    QVERIFY(read->resumeAfter == command.resumeAfter);
    Bytes again;
    rows::writeReadCommand(*read, again);
    QCOMPARE(again, bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ByteReader cut{ByteView{bytes}.substr(0, size)};
        QVERIFY(!rows::readReadCommand(cut, only(table)));
    }
}

RW_TEST(TstRowsSerialization)
#include "tst_serialization.moc"
