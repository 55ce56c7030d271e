#include "engine/cql/type_elements.h"
#include "tests/support/query_fixture.h"
#include "tests/support/test_main.h"

using namespace engine;

/// Values that come from clients: their one form, their sizes, and the functions that read them.
class TstValues : public QObject {
    Q_OBJECT
private slots:
    void boundSetsAndMapsAreSortedAtAnyDepth_data();
    void boundSetsAndMapsAreSortedAtAnyDepth();
    void boundKeyIsFoundInAnyOrder();
    void boundInListIsSortedInside();
    void bindingTheSameOrderCopiesNothing();
    void keysBeyond65535BytesAreRefused();
    void badJsonIsAFunctionFailure();
    void listsLongerThanAClockTickKeepTheirOrder();
    void largeBatchesWarnAndFail();
    void unloggedBatchOverManyPartitionsWarns();
    void similarityTakesNothingButFloatVectors();
    void zoneOfATimestampMayBeALowerCaseZ();
};

namespace {

using Elements = std::vector<cql::Element>;

Bytes joined(const cql::TypePtr& type, const std::vector<Bytes>& values)
{
    const Elements views(values.begin(), values.end());
    return cql::joinValue(*type, views);
}

Bytes intValue(std::int32_t value)
{
    Bytes out;
    ByteWriter{out}.i32(value);
    return out;
}

std::vector<Bytes> ints(std::initializer_list<std::int32_t> values)
{
    std::vector<Bytes> out;
    for (const std::int32_t value : values)
        out.push_back(intValue(value));
    return out;
}

void createKeyspace(tests::QueryFixture& fixture)
{
    (void)fixture.run("CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', "
                      "'replication_factor': 1}");
    fixture.keyspace = "ks";
}

Result<query::QueryResult> runBound(tests::QueryFixture& fixture, std::string_view text,
                                    std::initializer_list<ByteView> values)
{
    std::vector<protocol::Value> bound;
    for (const ByteView value : values)
        bound.push_back(protocol::Value::of(value));
    protocol::QueryOptions options;
    options.values = bound;
    return fixture.run(text, options);
}

const cql::TypePtr kInt = cql::Type::native(cql::TypeKind::Int);
const cql::TypePtr kIntSet = cql::Type::set(kInt, true);
const cql::TypePtr kSetMap = cql::Type::map(kIntSet, kInt, true);

} // namespace

void TstValues::boundSetsAndMapsAreSortedAtAnyDepth_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QString>("stored");
    const auto row = [](const char* name, const char* type, const Bytes& given,
                        const char* stored) {
        QTest::newRow(name) << type << QByteArray::fromStdString(given) << stored;
    };
    const Bytes set = joined(kIntSet, ints({3, 1, 3, 2}));
    const Bytes otherSet = joined(kIntSet, ints({9, 8}));
    row("set", "frozen<set<int>>", set, "{1, 2, 3}");
    row("multi-cell set", "set<int>", set, "{1, 2, 3}");
    row("map, of equal keys the last", "frozen<map<int, int>>",
        joined(cql::Type::map(kInt, kInt, true), ints({2, 20, 1, 10, 2, 22})), "{1: 10, 2: 22}");
    row("set as a map's key", "frozen<map<frozen<set<int>>, int>>",
        joined(kSetMap, {otherSet, intValue(2), set, intValue(1)}), "{{1, 2, 3}: 1, {8, 9}: 2}");
    row("set in a list", "frozen<list<frozen<set<int>>>>",
        joined(cql::Type::list(kIntSet, true), {otherSet, set}), "[{8, 9}, {1, 2, 3}]");
    row("set in a tuple", "tuple<int, frozen<set<int>>>",
        joined(cql::Type::tuple({kInt, kIntSet}), {intValue(5), set}), "(5, {1, 2, 3})");
    row("set in a frozen user type", "frozen<box>",
        joined(cql::Type::tuple({kIntSet, kInt}), {set, intValue(5)}), "{s: {1, 2, 3}, n: 5}");
    row("set in a user type", "box", joined(cql::Type::tuple({kIntSet, kInt}), {set, intValue(5)}),
        "{s: {1, 2, 3}, n: 5}");
}

void TstValues::boundSetsAndMapsAreSortedAtAnyDepth()
{
    QFETCH(QString, type);
    QFETCH(QByteArray, given);
    QFETCH(QString, stored);
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TYPE box (s frozen<set<int>>, n int)"));
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, v " + type.toStdString() + ")"));
    const auto written =
        runBound(fixture, "INSERT INTO t (k, v) VALUES (1, ?)", {given.toStdString()});
    QVERIFY2(written, tests::QueryFixture::show(written).c_str());
    QCOMPARE(QString::fromStdString(fixture.show("SELECT v FROM t")), "v\n" + stored);
}

void TstValues::boundKeyIsFoundInAnyOrder()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k frozen<map<frozen<set<int>>, int>>, c frozen<set<int>>, "
                        "PRIMARY KEY (k, c))"));
    const Bytes wild = joined(kIntSet, ints({2, 3, 1}));
    const Bytes sorted = joined(kIntSet, ints({1, 2, 3}));
    const Bytes wildKey = joined(kSetMap, {wild, intValue(1)});
    const Bytes sortedKey = joined(kSetMap, {sorted, intValue(1)});
    QVERIFY(runBound(fixture, "INSERT INTO t (k, c) VALUES (?, ?)", {wildKey, wild}));
    const std::string found = "c\n{1, 2, 3}";
    for (const Bytes& key : {wildKey, sortedKey}) {
        for (const Bytes& clustering : {wild, sorted})
            QCOMPARE(tests::QueryFixture::show(runBound(
                         fixture, "SELECT c FROM t WHERE k = ? AND c = ?", {key, clustering})),
                     found);
    }
    QCOMPARE(fixture.show("SELECT c FROM t WHERE k = {{3, 2, 1}: 1}"), found);
}

void TstValues::boundInListIsSortedInside()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k frozen<set<int>> PRIMARY KEY)"));
    QVERIFY(fixture.run("INSERT INTO t (k) VALUES ({1, 2})"));
    const Bytes list = joined(cql::Type::list(kIntSet, true), {joined(kIntSet, ints({2, 1}))});
    QCOMPARE(tests::QueryFixture::show(runBound(fixture, "SELECT k FROM t WHERE k IN ?", {list})),
             std::string{"k\n{1, 2}"});
}

void TstValues::bindingTheSameOrderCopiesNothing()
{
    QVERIFY(!cql::normalizeValue(*kIntSet, joined(kIntSet, ints({1, 2, 3}))));
    QVERIFY(!cql::normalizeValue(*kIntSet, joined(kIntSet, {})));
    QVERIFY(!cql::normalizeValue(*cql::Type::list(kInt, true), "anything"));
    QVERIFY(!cql::holdsSortedElements(*cql::Type::tuple({kInt, cql::Type::list(kInt, true)})));
    QVERIFY(cql::holdsSortedElements(*cql::Type::tuple({kInt, kIntSet})));
}

void TstValues::keysBeyond65535BytesAreRefused()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (p text, c text, v int, PRIMARY KEY (p, c))"));
    QVERIFY(fixture.run(
        "CREATE TABLE tt (p text, q text, c text, d text, PRIMARY KEY ((p, q), c, d))"));
    const Bytes most(65535, 'x');
    const Bytes over(65536, 'x');
    const Bytes half(32768, 'x');
    const auto refused = [&](const Result<query::QueryResult>& result, int length) {
        return !result && result.error().code() == ErrorCode::Invalid &&
               result.error().detail() ==
                   "Key length of " + std::to_string(length) + " is longer than maximum of 65535";
    };
    const char* const insert = "INSERT INTO t (p, c) VALUES (?, ?)";
    QVERIFY(runBound(fixture, insert, {most, most}));
    QVERIFY(refused(runBound(fixture, insert, {over, "c"}), 65536));
    QVERIFY(refused(runBound(fixture, insert, {"p", over}), 65536));
    QVERIFY(
        refused(runBound(fixture, "UPDATE t SET v = 1 WHERE p = ? AND c = ?", {"p", over}), 65536));
    QVERIFY(refused(runBound(fixture, "SELECT * FROM t WHERE p = ?", {over}), 65536));
    const char* const insertMany = "INSERT INTO tt (p, q, c, d) VALUES (?, ?, ?, ?)";
    // The parts of a partition key have three bytes each around them, clusterings count alone.
    QVERIFY(refused(runBound(fixture, insertMany, {half, half, "c", "d"}), 65542));
    QVERIFY(refused(runBound(fixture, insertMany, {"p", "q", half, half}), 65536));
    QVERIFY(runBound(fixture, insertMany, {"p", "q", half, ByteView{half}.substr(1)}));
    const Bytes json = "{\"p\": \"p\", \"c\": \"" + over + "\"}";
    QVERIFY(refused(runBound(fixture, "INSERT INTO t JSON ?", {json}), 65536));
}

void TstValues::badJsonIsAFunctionFailure()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, i int, m map<int, int>, a ascii)"));
    for (const char* const value :
         {"i) VALUES (1, fromJson('dog'))", "i) VALUES (1, fromJson('\"dog\"'))",
          "i) VALUES (1, from_json('1.2'))", "i) VALUES (1, fromJson('2147483648'))",
          "m) VALUES (1, fromJson('{17: 3}'))", "m) VALUES (1, fromJson('{\"1\": null}'))",
          "a) VALUES (1, fromJson('\"\u00e9\"'))"}) {
        const auto result = fixture.run(std::string{"INSERT INTO t (k, "} + value);
        QVERIFY2(!result, value);
        QVERIFY2(result.error().code() == ErrorCode::FunctionFailure, value);
    }
    QVERIFY(fixture.run("INSERT INTO t (k, m) VALUES (1, fromJson('{\"17\": 3}'))"));
    QCOMPARE(fixture.show("SELECT m FROM t"), std::string{"m\n{17: 3}"});
}

void TstValues::listsLongerThanAClockTickKeepTheirOrder()
{
    // The clock stands: each element needs a time of its own that no later request has.
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, l list<int>)"));
    std::string first;
    for (int i = 0; i < 500; ++i)
        first += (i == 0 ? "" : ", ") + std::to_string(i);
    QVERIFY(fixture.run("UPDATE t SET l = l + [" + first + "] WHERE k = 1"));
    QVERIFY(fixture.run("UPDATE t SET l = l + [1000, 1001] WHERE k = 1"));
    QVERIFY(fixture.run("UPDATE t SET l = [-2, -1] + l WHERE k = 1"));
    QCOMPARE(fixture.show("SELECT l FROM t"), "l\n[-2, -1, " + first + ", 1000, 1001]");
}

void TstValues::largeBatchesWarnAndFail()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, v text)"));
    const auto batch = [&](int rows, int partitions) {
        std::string text = "BEGIN BATCH ";
        for (int i = 0; i < rows; ++i)
            text += "INSERT INTO t (k, v) VALUES (" + std::to_string(i % partitions) + ", '" +
                    std::string(1000, 'x') + "') ";
        return fixture.run(text + "APPLY BATCH");
    };
    const auto small = batch(4, 4);
    QVERIFY(small && small->warnings.empty());
    const auto large = batch(8, 8);
    QVERIFY(large);
    QCOMPARE(large->warnings.size(), 1u);
    QVERIFY2(large->warnings[0].starts_with("Batch for [ks.t] is of size 7.") &&
                 large->warnings[0].find("exceeding specified threshold of 5.000KiB by 2.") !=
                     std::string::npos,
             large->warnings[0].c_str());
    const auto huge = batch(60, 60);
    QVERIFY(!huge);
    QCOMPARE(huge.error().code(), ErrorCode::Invalid);
    QVERIFY(huge.error().detail().starts_with("Batch too large"));
    const auto onePartition = batch(60, 1);
    QVERIFY(onePartition && onePartition->warnings.empty());
}

void TstValues::unloggedBatchOverManyPartitionsWarns()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY)"));
    const auto warnings = [&](int partitions) {
        std::string text = "BEGIN UNLOGGED BATCH ";
        for (int i = 0; i < partitions; ++i)
            text += "INSERT INTO t (k) VALUES (" + std::to_string(i) + ") ";
        const auto result = fixture.run(text + "APPLY BATCH");
        return result ? result->warnings : std::vector<std::string>{"failed"};
    };
    QCOMPARE(warnings(10), std::vector<std::string>{});
    QCOMPARE(warnings(11).size(), 1u);
    QVERIFY(warnings(11)[0].starts_with("Unlogged batch covering 11 partitions detected"));
}

void TstValues::similarityTakesNothingButFloatVectors()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, v vector<float, 2>)"));
    for (const char* const argument : {"k", "5", "'a'", "{1.0, 2.0}", "{1: 2}", "(1, 2)"}) {
        const auto result =
            fixture.run("SELECT similarity_cosine(" + std::string{argument} + ", v) FROM t");
        QVERIFY2(!result, argument);
        QVERIFY2(result.error().detail().starts_with("Function system.similarity_cosine requires a "
                                                     "float vector argument, but found argument"),
                 result.error().detail().c_str());
    }
}

void TstValues::zoneOfATimestampMayBeALowerCaseZ()
{
    tests::QueryFixture fixture;
    createKeyspace(fixture);
    QVERIFY(fixture.run("CREATE TABLE t (k int PRIMARY KEY, v timestamp)"));
    QVERIFY(fixture.run("INSERT INTO t (k, v) VALUES (1, '2011-02-03z')"));
    QCOMPARE(fixture.show("SELECT v FROM t"), std::string{"v\n'2011-02-03 00:00:00.000Z'"});
}

RW_TEST(TstValues)
#include "tst_values.moc"
