#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

using namespace engine;

class TstProcessor : public QObject {
    Q_OBJECT
private slots:
    void preparedStatementsRunWithValues();
    void preparingTwiceGivesTheSameId();
    void unknownIdIsUnprepared();
    void statementIsPreparedAgainWhenItsTableChanged();
    void namedValuesFindTheirMarkers();
    void aMarkerForATupleOfOneColumnTakesATuple_data();
    void aMarkerForATupleOfOneColumnTakesATuple();
    void markersForWholeTuplesTakeWholeTuples_data();
    void markersForWholeTuplesTakeWholeTuples();
    void aTupleOfTheOnlyClusteringColumnNamesARow();
    void aFilterTakesNoNullAndNoUnset();
    void unsetLeavesTheColumnAlone();
    void pagesOfEverySizeGiveAllRows_data();
    void pagesOfEverySizeGiveAllRows();
    void wrongPagingStateIsAProtocolError();
    void batchOfPreparedStatements();
    void loggedBatchOfSeveralPartitionsGoesThroughTheBatchlog();
    void everyWriteOfAClientIsGuarded();
    void timestampsIncreaseThoughTheClockStands();
    void peersComeFromTheNode();
};

namespace {

Bytes intBytes(std::int32_t value)
{
    Bytes out;
    ByteWriter{out}.i32(value);
    return out;
}

constexpr const char* kDeepTable =
    "CREATE TABLE deep (p int, c0 int, c1 int, c2 int, v int, PRIMARY KEY (p, c0, c1, c2))";

tests::QueryFixture& withTable(tests::QueryFixture& fixture, const char* table)
{
    (void)fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    fixture.keyspace = "ks";
    (void)fixture.run(table);
    return fixture;
}

} // namespace

void TstProcessor::preparedStatementsRunWithValues()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (a int, b text, c int, v text, PRIMARY KEY ((a, b), c))");
    const auto insert =
        fixture.processor.prepare("INSERT INTO t (c, b, a, v) VALUES (?, ?, ?, 'const')", "ks");
    QVERIFY(insert);
    QCOMPARE(insert->metadata.columns.size(), 3u);
    QCOMPARE(insert->metadata.columns[1].name, std::string{"b"});
    QCOMPARE(insert->metadata.partitionKeyIndexes, (std::vector<std::uint16_t>{2, 1}));
    const Bytes one = intBytes(1);
    const Bytes seven = intBytes(7);
    const protocol::Value values[] = {protocol::Value::of(seven), protocol::Value::of("key"),
                                      protocol::Value::of(one)};
    protocol::QueryOptions options;
    options.values = values;
    QVERIFY(fixture.execute(insert->id, options));
    const auto select = fixture.processor.prepare("SELECT v, c FROM t WHERE a = ? AND b = ?", "ks");
    QVERIFY(select);
    const protocol::Value key[] = {protocol::Value::of(one), protocol::Value::of("key")};
    options.values = key;
    QCOMPARE(tests::QueryFixture::show(fixture.execute(select->id, options)),
             std::string{"v | c\n'const' | 7"});
    const protocol::Value bad[] = {protocol::Value::of("xx"), protocol::Value::of("key")};
    options.values = bad;
    const auto refused = fixture.execute(select->id, options);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code(), ErrorCode::Invalid);
    options.values = {};
    QCOMPARE(fixture.execute(select->id, options).error().detail(),
             std::string{"Invalid amount of bind variables"});
}

void TstProcessor::preparingTwiceGivesTheSameId()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY)");
    const auto first = fixture.processor.prepare("SELECT * FROM t", "ks");
    const auto second = fixture.processor.prepare("SELECT * FROM t", "ks");
    QCOMPARE(first->id, second->id);
    QCOMPARE(fixture.processor.preparedCount(), 1u);
    QVERIFY(!fixture.processor.prepare("SELECT * FROM t", ""));
    // The ids that real Cassandra gave for these (fixtures/protocol).
    QVERIFY(fixture.run("CREATE KEYSPACE proto WITH replication = {'class': 'SimpleStrategy', "
                        "'replication_factor': 1}"));
    QVERIFY(fixture.run("CREATE TABLE proto.p (k int, c int, v text, PRIMARY KEY (k, c))"));
    QCOMPARE(toHex(fixture.processor.prepare("SELECT * FROM proto.p WHERE k = ?", "ks")->id),
             std::string{"5bf213fd5a6e227f3484b27ccfc4a14c"});
    QCOMPARE(toHex(fixture.processor.prepare("SELECT * FROM p WHERE k=?", "proto")->id),
             std::string{"d00c79ef25d8957a9d834f9f7d5f95c3"});
}

void TstProcessor::unknownIdIsUnprepared()
{
    tests::QueryFixture fixture;
    const auto result = fixture.execute("0123456789abcdef", {});
    QVERIFY(!result);
    QCOMPARE(result.error().code(), ErrorCode::Unprepared);
}

void TstProcessor::statementIsPreparedAgainWhenItsTableChanged()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int)");
    const auto select = fixture.processor.prepare("SELECT * FROM t", "ks");
    QVERIFY(fixture.run("CREATE TABLE other (k int PRIMARY KEY)"));
    QVERIFY(fixture.run("INSERT INTO t (k, v) VALUES (1, 2)"));
    QCOMPARE(tests::QueryFixture::show(fixture.execute(select->id, {})),
             std::string{"k | v\n1 | 2"});
    QVERIFY(fixture.run("ALTER TABLE t ADD w int"));
    QCOMPARE(tests::QueryFixture::show(fixture.execute(select->id, {})),
             std::string{"k | v | w\n1 | 2 | null"});
    QVERIFY(fixture.run("DROP TABLE t"));
    QCOMPARE(fixture.execute(select->id, {}).error().code(), ErrorCode::Invalid);
}

void TstProcessor::namedValuesFindTheirMarkers()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int)");
    const Bytes one = intBytes(1);
    const Bytes two = intBytes(2);
    protocol::Value values[] = {protocol::Value::of(two), protocol::Value::of(one)};
    values[0].name = "val";
    values[1].name = "key";
    protocol::QueryOptions options;
    options.values = values;
    options.namedValues = true;
    QVERIFY(fixture.run("INSERT INTO t (k, v) VALUES (:key, :val)", options));
    QCOMPARE(fixture.show("SELECT * FROM t"), std::string{"k | v\n1 | 2"});
}

void TstProcessor::aMarkerForATupleOfOneColumnTakesATuple_data()
{
    // The names, types and rows that Cassandra 5.0.4 gives.
    QTest::addColumn<QByteArray>("where");
    QTest::addColumn<QByteArray>("marker");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("rows");
    const QByteArray tuple = "frozen<tuple<int>>";
    QTest::newRow("a filter") << QByteArray("(c2) = ? ALLOW FILTERING") << QByteArray("(c2)")
                              << tuple << QByteArray("000000040000000a") << QByteArray("\n1\n3");
    QTest::newRow("the first") << QByteArray("p = 1 AND (c0) = ?") << QByteArray("(c0)") << tuple
                               << QByteArray("0000000400000002") << QByteArray("\n3");
    QTest::newRow("a bound") << QByteArray("p = 1 AND (c0) > ?") << QByteArray("(c0)") << tuple
                             << QByteArray("0000000400000001") << QByteArray("\n3");
    QTest::newRow("IN") << QByteArray("p = 1 AND (c0) IN ?") << QByteArray("in(c0)")
                        << QByteArray("frozen<list<frozen<tuple<int>>>>")
                        << QByteArray("00000001000000080000000400000002") << QByteArray("\n3");
    QTest::newRow("a filter with IN")
        << QByteArray("(c2) IN ? ALLOW FILTERING") << QByteArray("in(c2)")
        << QByteArray("frozen<list<frozen<tuple<int>>>>")
        << QByteArray("0000000100000008000000040000000a") << QByteArray("\n1\n3");
    QTest::newRow("its element") << QByteArray("(c2) = (?) ALLOW FILTERING") << QByteArray("c2")
                                 << QByteArray("int") << QByteArray("0000000a")
                                 << QByteArray("\n1\n3");
}

void TstProcessor::aMarkerForATupleOfOneColumnTakesATuple()
{
    QFETCH(QByteArray, where);
    QFETCH(QByteArray, marker);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, rows);
    tests::QueryFixture fixture;
    withTable(fixture, kDeepTable);
    for (const char* row : {"1, 1, 1, 10, 1", "1, 1, 2, 20, 2", "1, 2, 1, 10, 3", "2, 2, 1, 20, 4"})
        QVERIFY(
            fixture.run("INSERT INTO deep (p, c0, c1, c2, v) VALUES (" + std::string{row} + ")"));
    const auto prepared =
        fixture.processor.prepare("SELECT v FROM deep WHERE " + where.toStdString(), "ks");
    QVERIFY2(prepared, prepared ? "" : prepared.error().detail().c_str());
    QCOMPARE(prepared->metadata.columns.size(), 1u);
    QCOMPARE(prepared->metadata.columns[0].name, marker.toStdString());
    QCOMPARE(prepared->metadata.columns[0].type->toString(), type.toStdString());
    Bytes bytes;
    QVERIFY(fromHex(value.toStdString(), bytes));
    const protocol::Value values[] = {protocol::Value::of(bytes)};
    protocol::QueryOptions options;
    options.values = values;
    QCOMPARE(tests::QueryFixture::show(fixture.execute(prepared->id, options)),
             "v" + rows.toStdString());
}

void TstProcessor::markersForWholeTuplesTakeWholeTuples_data()
{
    // As Cassandra 5.0.4 answers, which takes a tuple that ends too early for one of no row, and
    // has other words for a null in = and in IN.
    QTest::addColumn<QString>("where");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QStringList>("values");
    QTest::addColumn<QString>("answer");
    const QString both = "p = 1 AND (c0, c1) ";
    const QStringList two{"(c0,c1)", "(c0,c1)"};
    const QString t11 = "0000000400000001"
                        "0000000400000001";
    const QString t12 = "0000000400000001"
                        "0000000400000002";
    const QString t21 = "0000000400000002"
                        "0000000400000001";
    const QString withNull = "0000000400000001"
                             "ffffffff";
    const QString tooShort = "0000000400000001";
    const QString refused = "Invalid null value in condition for column c1";
    QTest::newRow("IN") << both + "IN (?, ?)" << two << QStringList{t21, t12}
                        << "c0 | c1\n1 | 2\n2 | 1";
    QTest::newRow("IN, the same twice")
        << both + "IN (?, ?)" << two << QStringList{t21, t21} << "c0 | c1\n2 | 1";
    QTest::newRow("IN of one column")
        << "p = 1 AND (c0) IN (?, ?)" << QStringList{"(c0)", "(c0)"}
        << QStringList{"0000000400000001", "0000000400000002"} << "c0 | c1\n1 | 1\n1 | 2\n2 | 1";
    QTest::newRow("IN, a null") << both + "IN (?, ?)" << two << QStringList{withNull, t21}
                                << refused;
    QTest::newRow("IN, too short")
        << both + "IN (?, ?)" << two << QStringList{t21, tooShort} << refused;
    QTest::newRow("=") << both + "= ?" << two.first(1) << QStringList{t11} << "c0 | c1\n1 | 1";
    QTest::newRow("=, a null") << both + "= ?" << two.first(1) << QStringList{withNull} << refused;
    QTest::newRow(">, a null") << both + "> ?" << two.first(1) << QStringList{withNull} << refused;
    QTest::newRow("IN ?") << both + "IN ?" << QStringList{"in(c0,c1)"}
                          << QStringList{"0000000100000010" + t12} << "c0 | c1\n1 | 2";
    QTest::newRow("IN ?, a null") << both + "IN ?" << QStringList{"in(c0,c1)"}
                                  << QStringList{"000000010000000c" + withNull} << refused;
}

void TstProcessor::markersForWholeTuplesTakeWholeTuples()
{
    QFETCH(QString, where);
    QFETCH(QStringList, names);
    QFETCH(QStringList, values);
    QFETCH(QString, answer);
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (p int, c0 int, c1 int, PRIMARY KEY (p, c0, c1))");
    for (const char* row : {"1, 1, 1", "1, 1, 2", "1, 2, 1"})
        QVERIFY(fixture.run("INSERT INTO t (p, c0, c1) VALUES (" + std::string{row} + ")"));
    const auto prepared =
        fixture.processor.prepare("SELECT c0, c1 FROM t WHERE " + where.toStdString(), "ks");
    QVERIFY2(prepared, prepared ? "" : prepared.error().detail().c_str());
    QStringList told;
    for (const auto& column : prepared->metadata.columns)
        told << QString::fromStdString(column.name);
    QCOMPARE(told, names);
    std::vector<Bytes> bytes(static_cast<std::size_t>(values.size()));
    std::vector<protocol::Value> bound;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        QVERIFY(fromHex(values[static_cast<int>(i)].toStdString(), bytes[i]));
        bound.push_back(protocol::Value::of(bytes[i]));
    }
    protocol::QueryOptions options;
    options.values = bound;
    const auto got = fixture.execute(prepared->id, options);
    QCOMPARE(QString::fromStdString(got ? tests::QueryFixture::show(got) : got.error().detail()),
             answer);
}

void TstProcessor::aTupleOfTheOnlyClusteringColumnNamesARow()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (p int, c int, v int, PRIMARY KEY (p, c))");
    QVERIFY(fixture.run("INSERT INTO t (p, c, v) VALUES (1, 7, 1)"));
    QVERIFY(fixture.run("INSERT INTO t (p, c, v) VALUES (1, 8, 2)"));
    Bytes seven;
    QVERIFY(fromHex("0000000400000007", seven));
    const protocol::Value values[] = {protocol::Value::of(seven)};
    protocol::QueryOptions options;
    options.values = values;
    const auto with = [&](const std::string& statement) {
        const auto prepared = fixture.processor.prepare(statement, "ks");
        return tests::QueryFixture::show(fixture.execute(prepared->id, options));
    };
    QCOMPARE(with("SELECT v FROM t WHERE p = 1 AND (c) = ?"), std::string{"v\n1"});
    (void)with("UPDATE t SET v = 3 WHERE p = 1 AND (c) = ?");
    QCOMPARE(fixture.show("SELECT c, v FROM t"), std::string{"c | v\n7 | 3\n8 | 2"});
    (void)with("DELETE FROM t WHERE p = 1 AND (c) = ?");
    QCOMPARE(fixture.show("SELECT c, v FROM t"), std::string{"c | v\n8 | 2"});
}

void TstProcessor::aFilterTakesNoNullAndNoUnset()
{
    tests::QueryFixture fixture;
    withTable(fixture, kDeepTable);
    for (const char* where : {"c2 = ?", "(c2) = (?)", "v = ?", "v > ?"}) {
        const auto prepared = fixture.processor.prepare(
            "SELECT v FROM deep WHERE " + std::string{where} + " ALLOW FILTERING", "ks");
        QVERIFY2(prepared, where);
        const std::string column = where[0] == 'v' ? "v" : "c2";
        protocol::Value values[] = {{}};
        protocol::QueryOptions options;
        options.values = values;
        for (const auto kind : {protocol::Value::Kind::Null, protocol::Value::Kind::Unset}) {
            values[0].kind = kind;
            const auto refused = fixture.execute(prepared->id, options);
            QVERIFY(!refused);
            QCOMPARE(refused.error().detail(),
                     std::string{kind == protocol::Value::Kind::Null ? "Unsupported null"
                                                                     : "Unsupported unset"} +
                         " value for column " + column);
        }
    }
}

void TstProcessor::unsetLeavesTheColumnAlone()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int, w int)");
    QVERIFY(fixture.run("INSERT INTO t (k, v, w) VALUES (1, 1, 1)"));
    const Bytes one = intBytes(1);
    const protocol::Value values[] = {protocol::Value::of(one), protocol::Value::unset(),
                                      protocol::Value::null()};
    protocol::QueryOptions options;
    options.values = values;
    QVERIFY(fixture.run("INSERT INTO t (k, v, w) VALUES (?, ?, ?)", options));
    QCOMPARE(fixture.show("SELECT * FROM t"), std::string{"k | v | w\n1 | 1 | null"});
    // An expression needs a value.
    const protocol::Value nothing[] = {protocol::Value::unset()};
    options.values = nothing;
    const auto refused = fixture.run("UPDATE t SET v = (int)? + 1 WHERE k = 1", options);
    QVERIFY(!refused && refused.error().code() == ErrorCode::Invalid);
    QVERIFY(refused.error().detail().starts_with("Invalid unset value"));
}

void TstProcessor::pagesOfEverySizeGiveAllRows_data()
{
    QTest::addColumn<QString>("query");
    QTest::addColumn<int>("rows");
    QTest::newRow("scan") << "SELECT * FROM t" << 31;
    QTest::newRow("partition") << "SELECT * FROM t WHERE k = 1" << 10;
    QTest::newRow("reversed") << "SELECT * FROM t WHERE k = 1 ORDER BY c DESC" << 10;
    QTest::newRow("keys") << "SELECT * FROM t WHERE k IN (0, 1, 7, 2)" << 31;
    QTest::newRow("limit") << "SELECT * FROM t LIMIT 17" << 17;
    QTest::newRow("per partition") << "SELECT * FROM t PER PARTITION LIMIT 4" << 13;
    QTest::newRow("per partition and keys")
        << "SELECT * FROM t WHERE k IN (0, 1) PER PARTITION LIMIT 4" << 8;
    QTest::newRow("distinct") << "SELECT DISTINCT k, s FROM t" << 4;
    QTest::newRow("slice") << "SELECT * FROM t WHERE k = 1 AND c >= 3 AND c < 9" << 6;
    QTest::newRow("filter") << "SELECT * FROM t WHERE v = 1 ALLOW FILTERING" << 15;
}

void TstProcessor::pagesOfEverySizeGiveAllRows()
{
    QFETCH(QString, query);
    QFETCH(int, rows);
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int, c int, v int, s int static, PRIMARY KEY (k, c))");
    for (int k = 0; k < 3; ++k) {
        for (int c = 0; c < 10; ++c)
            QVERIFY(fixture.run("INSERT INTO t (k, c, v) VALUES (" + std::to_string(k) + ", " +
                                std::to_string(c) + ", " + std::to_string(c % 2) + ")"));
    }
    QVERIFY(fixture.run("INSERT INTO t (k, s) VALUES (7, 70)")); // a partition of statics alone
    const auto whole = fixture.run(query.toStdString());
    QVERIFY2(whole, tests::QueryFixture::show(whole).c_str());
    QCOMPARE(std::get<query::Rows>(whole->value).rowCount, rows);
    for (int size = 1; size <= 12; ++size) {
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
            QVERIFY(++pages <= rows + 2);
        } while (state);
        QVERIFY2(content == ByteView{std::get<query::Rows>(whole->value).content},
                 qPrintable(QString{"page size %1"}.arg(size)));
    }
}

void TstProcessor::wrongPagingStateIsAProtocolError()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY)");
    protocol::QueryOptions options;
    options.pageSize = 5;
    options.pagingState = ByteView{"nonsense"};
    QCOMPARE(fixture.run("SELECT * FROM t", options).error().code(), ErrorCode::ProtocolError);
}

void TstProcessor::batchOfPreparedStatements()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int, c int, PRIMARY KEY (k, c))");
    const auto insert = fixture.processor.prepare("INSERT INTO t (k, c) VALUES (1, ?)", "ks");
    const Bytes five = intBytes(5);
    const protocol::Value values[] = {protocol::Value::of(five)};
    const protocol::BatchEntry entries[] = {{true, insert->id, values},
                                            {false, "INSERT INTO t (k, c) VALUES (1, 6)", {}}};
    protocol::BatchRequest request;
    request.entries = entries;
    query::RequestContext context;
    context.keyspace = "ks";
    const auto result =
        fixture.runtime.finish(fixture.processor.batch(std::move(request), std::move(context)));
    QVERIFY2(result, tests::QueryFixture::show(result).c_str());
    QCOMPARE(fixture.show("SELECT c FROM t WHERE k = 1"), std::string{"c\n5\n6"});
    QCOMPARE(fixture.coordinator.writes, 1u);
    QCOMPARE(fixture.coordinator.loggedBatches, 0u);
}

void TstProcessor::loggedBatchOfSeveralPartitionsGoesThroughTheBatchlog()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int)");
    QVERIFY(fixture.run("BEGIN BATCH INSERT INTO t (k) VALUES (1); INSERT INTO t (k) VALUES (2); "
                        "APPLY BATCH"));
    QCOMPARE(fixture.coordinator.loggedBatches, 1u);
    QVERIFY(
        fixture.run("BEGIN UNLOGGED BATCH INSERT INTO t (k) VALUES (1); INSERT INTO t (k) VALUES "
                    "(2); APPLY BATCH"));
    QCOMPARE(fixture.coordinator.loggedBatches, 1u);
}

void TstProcessor::everyWriteOfAClientIsGuarded()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int)");
    QVERIFY(fixture.run("CREATE TABLE n (k int PRIMARY KEY, v counter)"));
    const char* const writes[] = {
        "INSERT INTO t (k, v) VALUES (1, 1)",
        "UPDATE t SET v = 1 WHERE k = 1",
        "DELETE FROM t WHERE k = 1",
        "UPDATE n SET v = v + 1 WHERE k = 1",
        "BEGIN BATCH INSERT INTO t (k, v) VALUES (2, 2); DELETE FROM t WHERE k = 3; APPLY BATCH",
    };
    for (const char* const write : writes) {
        fixture.guardWrite = [](std::span<const rows::Mutation> mutations,
                                auto& warnings) -> Result<void> {
            warnings.push_back(std::to_string(mutations.size()));
            return ok();
        };
        const auto warned = fixture.run(write);
        QVERIFY2(warned && warned->warnings.size() == 1, write);
        fixture.guardWrite = [](std::span<const rows::Mutation>, auto&) -> Result<void> {
            return Error{ErrorCode::Invalid, "no"};
        };
        const auto refused = fixture.run(write);
        QVERIFY2(!refused && refused.error().detail() == "no", write);
    }
    QVERIFY(fixture.run("SELECT * FROM t"));
    QVERIFY(fixture.run("TRUNCATE t"));
}

void TstProcessor::timestampsIncreaseThoughTheClockStands()
{
    tests::QueryFixture fixture;
    withTable(fixture, "CREATE TABLE t (k int PRIMARY KEY, v int)");
    for (int i = 0; i < 5; ++i)
        QVERIFY(fixture.run("INSERT INTO t (k, v) VALUES (1, " + std::to_string(i) + ")"));
    QVERIFY(fixture.run("DELETE FROM t WHERE k = 1"));
    QVERIFY(fixture.run("INSERT INTO t (k, v) VALUES (1, 9)"));
    QCOMPARE(fixture.show("SELECT v FROM t WHERE k = 1"), std::string{"v\n9"});
}

void TstProcessor::peersComeFromTheNode()
{
    tests::QueryFixture fixture;
    query::NodeRow peer = fixture.node.local();
    peer.internode.address = *InetAddress::parse("127.0.0.2");
    peer.native.address = peer.internode.address;
    fixture.node.peerRows = {peer};
    QCOMPARE(
        fixture.show("SELECT peer, data_center, rpc_address FROM system.peers"),
        std::string{"peer | data_center | rpc_address\n'127.0.0.2' | 'datacenter1' | '127.0.0.2'"});
    QCOMPARE(fixture.show("SELECT peer_port FROM system.peers_v2 WHERE peer = '127.0.0.2'"),
             std::string{"peer_port\n7000"});
    QCOMPARE(fixture.show("SELECT peer FROM system.peers WHERE peer = '127.0.0.9'"),
             std::string{"peer"});
}

RW_TEST(TstProcessor)
#include "tst_processor.moc"
