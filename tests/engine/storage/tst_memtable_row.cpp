#include "engine/rows/merge.h"
#include "engine/rows/serialization.h"
#include "engine/storage/memtable_row.h"
#include "tests/engine/rows/random_partition.h"
#include "tests/support/test_main.h"

using namespace tests;

class TstMemtableRow : public QObject {
    Q_OBJECT
private slots:
    void anyRowComesBackAsItWas();
    void aReplacedRowIsWhatAMergeWouldLeave();
    void whatOneStatementWroteTakesAThird();
    void anEmptyValueDiffersFromNone();
};

namespace {

/// Rows of one clustering as statements write them: mostly one timestamp and one TTL for all, at
/// times tombstones, elements of a map, deletions, or cells of other statements.
class RandomRows {
public:
    RandomRows(schema::TablePtr table, std::uint64_t seed)
        : m_table(std::move(table)), m_random(seed)
    {
    }
    rows::Row next(Arena& arena)
    {
        rows::Row row;
        const auto values = arena.makeArray<ByteView>(2);
        values[0] = values[1] = arena.copy(int32Bytes(7));
        row.clustering.values = values;
        const rows::Liveness marker = someMarker();
        if (chance(2))
            row.liveness = marker;
        std::vector<rows::Cell> cells;
        for (const char* const name : {"a", "b", "m"})
            if (chance(2))
                cells.push_back(cell(*m_table->column(name), marker, arena));
        row.cells = arena.copyArray(std::span<const rows::Cell>{cells});
        if (chance(16))
            row.deletion = {someTime(), 500};
        if (chance(16)) {
            const auto complex = arena.makeArray<rows::ComplexDeletion>(1);
            complex[0] = {m_table->column("m"), {someTime(), 500}};
            row.complexDeletions = complex;
        }
        return row;
    }

private:
    bool chance(std::uint64_t of) { return m_random.below(of) == 0; }
    WriteTimestamp someTime() { return {static_cast<std::int64_t>(m_random.below(4))}; }
    rows::Liveness someMarker()
    {
        const WriteTimestamp at = someTime();
        return chance(3) ? rows::Liveness{at, 10, 900 + at.micros} : rows::Liveness{at};
    }
    rows::Cell cell(const schema::Column& column, const rows::Liveness& marker, Arena& arena)
    {
        const rows::Liveness as = chance(8) ? someMarker() : marker;
        rows::Cell made;
        made.column = &column;
        made.timestamp = as.timestamp;
        made.ttl = as.ttl;
        made.localDeletionTime = as.expiresAt;
        made.value = arena.copy(Bytes(m_random.below(12), 'x'));
        if (column.isComplex()) {
            made.hasPath = true;
            made.path = arena.copy(int32Bytes(3));
        }
        if (chance(8)) {
            made.ttl = rows::kNoTtl;
            made.localDeletionTime = 500;
            made.value = {"", 0};
        }
        return made;
    }

    schema::TablePtr m_table;
    SeededRandom m_random;
};

Bytes encoded(const schema::TablePtr& table, const rows::Row& row)
{
    rows::Partition partition{table, "k"};
    partition.unfiltereds.emplace_back().row = row;
    Bytes out;
    rows::writePartition(partition, out);
    return out;
}

} // namespace

void TstMemtableRow::anyRowComesBackAsItWas()
{
    const auto table = makeTestTable();
    RandomRows rows{table, 1};
    for (int i = 0; i < 5000; ++i) {
        Arena writers;
        Arena memtable;
        Arena readers;
        const rows::Row row = rows.next(writers);
        const Bytes before = encoded(table, row);
        const auto* const kept = storage::MemtableRow::copy(row, memtable);
        writers = Arena{}; // nothing of it may be needed
        QCOMPARE(encoded(table, kept->row(readers)), before);
        QCOMPARE(kept->clustering().size(), std::size_t{2});
        QCOMPARE(Bytes{kept->clustering()[1]}, int32Bytes(7));
    }
}

void TstMemtableRow::aReplacedRowIsWhatAMergeWouldLeave()
{
    const auto table = makeTestTable();
    RandomRows rows{table, 2};
    int replaced = 0;
    for (int i = 0; i < 20000; ++i) {
        Arena arena;
        const rows::Row pair[2] = {rows.next(arena), rows.next(arena)};
        if (!storage::MemtableRow::copy(pair[0], arena)->isReplacedBy(pair[1]))
            continue;
        ++replaced;
        QCOMPARE(encoded(table, rows::mergeRows(pair, {}, arena)), encoded(table, pair[1]));
    }
    QVERIFY2(replaced > 200 && replaced < 10000, qPrintable(QString::number(replaced)));
}

void TstMemtableRow::whatOneStatementWroteTakesAThird()
{
    const auto table = makeTestTable();
    const auto bytesOf = [&](bool isOfOne) {
        Arena arena;
        rows::Row row;
        const Bytes number = int32Bytes(1);
        const ByteView values[] = {number, number};
        row.clustering.values = values;
        row.liveness.timestamp = {5};
        rows::Cell cells[2];
        cells[0].column = table->column("a");
        cells[1].column = table->column("b");
        cells[0].value = cells[1].value = number;
        cells[0].timestamp = cells[1].timestamp = {5};
        if (!isOfOne)
            cells[1].timestamp = {6};
        row.cells = cells;
        for (int i = 0; i < 10000; ++i)
            (void)storage::MemtableRow::copy(row, arena);
        return arena.reservedBytes() / 10000;
    };
    QVERIFY2(bytesOf(true) <= 104, qPrintable(QString::number(bytesOf(true))));
    QVERIFY2(bytesOf(true) * 5 <= bytesOf(false) * 2, qPrintable(QString::number(bytesOf(false))));
}

void TstMemtableRow::anEmptyValueDiffersFromNone()
{
    Arena arena;
    Arena readers;
    rows::Row row;
    const ByteView values[] = {ByteView{}, ByteView{"", 0}};
    row.clustering.values = values;
    row.liveness.timestamp = {5};
    const auto* const kept = storage::MemtableRow::copy(row, arena);
    const rows::Row back = kept->row(readers);
    QVERIFY(back.clustering.values[0].data() == nullptr);
    QVERIFY(back.clustering.values[1].data() != nullptr);
}

RW_TEST(TstMemtableRow)
#include "tst_memtable_row.moc"
