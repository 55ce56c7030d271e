#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

using namespace engine;

/// However large a result is, the node reads and builds it in small steps.
class TstBigResults : public QObject {
    Q_OBJECT
private slots:
    void largePartitionIsReadInChunks_data();
    void largePartitionIsReadInChunks();
    void smallReadNeedsOneStep();
    void bigRowsAreReadFewAtATime();
    void pageOfBigRowsEndsEarlyAndGoesOn();
    void tooLargeForOneResponseIsRefused();
    void pagesOfGroupsGiveAllGroups_data();
    void pagesOfGroupsGiveAllGroups();
    void countReadsOneColumn();
};

namespace {

constexpr int kRows = 1500;

void fill(tests::QueryFixture& fixture)
{
    (void)fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    fixture.keyspace = "ks";
    (void)fixture.run("CREATE TABLE t (k int, c int, v int, w text, PRIMARY KEY (k, c))");
    for (int i = 0; i < kRows; i += 100) {
        std::string batch = "BEGIN UNLOGGED BATCH ";
        for (int c = i; c < i + 100; ++c)
            batch += "INSERT INTO t (k, c, v) VALUES (1, " + std::to_string(c) + ", " +
                     std::to_string(c) + ") ";
        QVERIFY(fixture.run(batch + "APPLY BATCH"));
    }
}

/// Rows of 100 kB in partition 2.
void addBigRows(tests::QueryFixture& fixture, int count)
{
    std::string batch = "BEGIN UNLOGGED BATCH ";
    for (int c = 0; c < count; ++c)
        batch += "INSERT INTO t (k, c, w) VALUES (2, " + std::to_string(c) + ", '" +
                 std::string(100'000, 'x') + "') ";
    QVERIFY(fixture.run(batch + "APPLY BATCH"));
}

std::int32_t rowsOf(const Result<query::QueryResult>& result)
{
    return result ? std::get<query::Rows>(result->value).rowCount : -1;
}

} // namespace

void TstBigResults::largePartitionIsReadInChunks_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("rows");
    QTest::newRow("all") << "SELECT * FROM t" << kRows;
    QTest::newRow("partition") << "SELECT * FROM t WHERE k = 1" << kRows;
    QTest::newRow("reversed") << "SELECT * FROM t WHERE k = 1 ORDER BY c DESC" << kRows;
    QTest::newRow("limit") << "SELECT * FROM t WHERE k = 1 LIMIT 1499" << 1499;
    QTest::newRow("computed") << "SELECT c + v FROM t WHERE k = 1" << kRows;
    QTest::newRow("json") << "SELECT JSON * FROM t WHERE k = 1" << kRows;
    QTest::newRow("count") << "SELECT count(*) FROM t" << 1;
    QTest::newRow("groups") << "SELECT k, c, max(v) FROM t GROUP BY k, c" << kRows;
}

void TstBigResults::largePartitionIsReadInChunks()
{
    QFETCH(QString, query);
    QFETCH(int, rows);
    tests::QueryFixture fixture;
    fill(fixture);
    fixture.coordinator.reads = 0;
    fixture.runtime.posts = 0;
    QCOMPARE(rowsOf(fixture.run(query.toStdString())), rows);
    QVERIFY(fixture.coordinator.rowsOfLargestRead <= 512);
    QVERIFY2(fixture.coordinator.reads >= kRows / 512 + 1, "one read for all");
    // At most 512 rows a step, whether they were read or encoded.
    QVERIFY2(fixture.runtime.posts >= kRows / 512, "all in one step");
}

void TstBigResults::smallReadNeedsOneStep()
{
    tests::QueryFixture fixture;
    fill(fixture);
    fixture.coordinator.reads = 0;
    fixture.runtime.posts = 0;
    QCOMPARE(rowsOf(fixture.run("SELECT * FROM t WHERE k = 1 LIMIT 100")), 100);
    QCOMPARE(fixture.coordinator.reads, 1u);
    QCOMPARE(fixture.runtime.posts, 0u);
}

void TstBigResults::bigRowsAreReadFewAtATime()
{
    tests::QueryFixture fixture;
    fill(fixture);
    addBigRows(fixture, 150);
    fixture.coordinator.reads = 0;
    QCOMPARE(rowsOf(fixture.run("SELECT * FROM t WHERE k = 2")), 150);
    // 128 rows at first; then as many as make 256 KiB: two.
    QVERIFY(fixture.coordinator.reads >= 1 + 22 / 3);
}

void TstBigResults::pageOfBigRowsEndsEarlyAndGoesOn()
{
    tests::QueryFixture fixture;
    fill(fixture);
    addBigRows(fixture, 140);
    for (const char* const query : {"SELECT c, w FROM t WHERE k = 2",
                                    "SELECT k, c, max(w) FROM t WHERE k = 2 GROUP BY k, c"}) {
        int rows = 0;
        int pages = 0;
        std::optional<Bytes> state;
        do {
            protocol::QueryOptions options;
            options.pageSize = 5000;
            if (state)
                options.pagingState = *state;
            const auto page = fixture.run(query, options);
            QVERIFY2(page, tests::QueryFixture::show(page).c_str());
            const auto& part = std::get<query::Rows>(page->value);
            QVERIFY2(part.content.size() < 16u * 1024 * 1024,
                     "the page is larger than it should be");
            rows += part.rowCount;
            ++pages;
            state = part.metadata.pagingState;
        } while (state);
        QCOMPARE(rows, 140);
        QVERIFY(pages > 1);
    }
}

void TstBigResults::tooLargeForOneResponseIsRefused()
{
    tests::QueryFixture fixture;
    fill(fixture);
    QVERIFY(fixture.run("CREATE TABLE big (k int PRIMARY KEY, w text)"));
    QVERIFY(
        fixture.run("INSERT INTO big (k, w) VALUES (0, '" + std::string(9'000'000, 'x') + "')"));
    // The same value many times: what the result would hold counts, not what is stored.
    std::string values = "w";
    for (int i = 1; i < 32; ++i)
        values += ", w";
    const auto result = fixture.run("SELECT " + values + " FROM big");
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::Invalid);
    QVERIFY(result.error().detail().find("read it in pages") != std::string::npos);
}

void TstBigResults::pagesOfGroupsGiveAllGroups_data()
{
    QTest::addColumn<QString>("query");
    QTest::newRow("partitions") << "SELECT p, count(*), max(v) FROM g GROUP BY p";
    QTest::newRow("prefix") << "SELECT p, c, count(*), writetime(v) FROM g GROUP BY p, c";
    QTest::newRow("rows") << "SELECT p, c, d, v FROM g GROUP BY p, c, d";
    QTest::newRow("per partition")
        << "SELECT p, c, sum(v) FROM g GROUP BY p, c PER PARTITION LIMIT 2";
    QTest::newRow("limit") << "SELECT p, c, sum(v) FROM g GROUP BY p, c LIMIT 7";
    QTest::newRow("keys") << "SELECT p, c, sum(v) FROM g WHERE p IN (3, 1, 2) GROUP BY p, c";
    QTest::newRow("one partition") << "SELECT p, c, sum(v) FROM g WHERE p = 2 GROUP BY p, c";
    QTest::newRow("reversed")
        << "SELECT c, sum(v) FROM g WHERE p = 2 GROUP BY p, c ORDER BY c DESC";
    QTest::newRow("statics") << "SELECT p, s, count(v) FROM g GROUP BY p";
}

void TstBigResults::pagesOfGroupsGiveAllGroups()
{
    QFETCH(QString, query);
    tests::QueryFixture fixture;
    (void)fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    fixture.keyspace = "ks";
    QVERIFY(fixture.run(
        "CREATE TABLE g (p int, c int, d int, v int, s int static, PRIMARY KEY (p, c, d))"));
    for (int p = 0; p < 4; ++p) {
        for (int c = 0; c < 4; ++c) {
            for (int d = 0; d < 3; ++d)
                QVERIFY(fixture.run("INSERT INTO g (p, c, d, v) VALUES (" + std::to_string(p) +
                                    ", " + std::to_string(c) + ", " + std::to_string(d) + ", " +
                                    std::to_string(p * 100 + c * 10 + d) + ")"));
        }
    }
    QVERIFY(fixture.run("INSERT INTO g (p, s) VALUES (9, 90)"));
    const auto whole = fixture.run(query.toStdString());
    QVERIFY2(whole, tests::QueryFixture::show(whole).c_str());
    const int all = std::get<query::Rows>(whole->value).rowCount;
    for (int size = 1; size <= all + 1; ++size) {
        Bytes content;
        std::optional<Bytes> state;
        int pages = 0;
        do {
            protocol::QueryOptions options;
            options.pageSize = size;
            if (state)
                options.pagingState = *state;
            const auto page = fixture.run(query.toStdString(), options);
            QVERIFY2(page, tests::QueryFixture::show(page).c_str());
            const auto& part = std::get<query::Rows>(page->value);
            QVERIFY(part.rowCount <= size);
            content += part.content;
            state = part.metadata.pagingState;
            QVERIFY(++pages <= all + 1);
        } while (state);
        QVERIFY2(ByteView{content} == ByteView{std::get<query::Rows>(whole->value).content},
                 qPrintable(QString{"page size %1"}.arg(size)));
    }
}

void TstBigResults::countReadsOneColumn()
{
    tests::QueryFixture fixture;
    fill(fixture);
    QVERIFY(fixture.run("INSERT INTO t (k, c, w) VALUES (5, 1, 'only text')"));
    QVERIFY(fixture.run("INSERT INTO t (k, c) VALUES (5, 2)"));
    QVERIFY(fixture.run("UPDATE t SET v = 3 WHERE k = 5 AND c = 3"));
    QCOMPARE(fixture.show("SELECT count(*) FROM t WHERE k = 5"), std::string{"count\n3"});
    QCOMPARE(fixture.show("SELECT count(v), count(w) FROM t WHERE k = 5"),
             std::string{"system.count(v) | system.count(w)\n1 | 1"});
}

RW_TEST(TstBigResults)
#include "tst_big_results.moc"
