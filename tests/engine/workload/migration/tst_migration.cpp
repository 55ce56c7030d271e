#include "tests/support/test_main.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/import.h"
#include "engine/modeling/schema_diff.h"
#include "engine/workload/migration.h"
#include "tests/engine/workload/migration/bundled_node.h"
#endif

#include <algorithm>
#include <map>

using namespace engine;
using namespace engine::modeling;
using namespace engine::workload;

/// Copy and verify of a migration on a bundled cluster: real processes, sockets and files.
class TstMigration : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { m_node = std::make_unique<tests::BundledNode>(); }
    void cleanupTestCase() { m_node.reset(); }

    void writeTimesAndRemainingTtlsGoAlong();
    void staticColumnsGoAlongAndPartitionsThatHaveOnlyThem();
    void rowsOfKeysAloneAreAsOldAsTheCopy();
    void anInterruptedCopyIsTakenUpWithoutDoublingLists();
    void whatTheApplicationWritesMeanwhileWins();
    void countersGoOverAndARepeatedCopyAddsNothing();
    void changedTypesAreConverted();
    void aTypeThatCannotBeConvertedIsRefusedBeforeTheFirstStep();
    void verifyNamesTheColumnThatDiffers();
    void verifySeesRowsThatFellTogether();

private:
    using Rows = std::vector<std::vector<std::string>>;
    /// A keyspace `name` with these tables, and the migration to the wanted ones.
    SchemaDiff prepare(const std::string& name, const std::string& tables,
                       const std::string& wanted, const std::string& table);
    Result<void> perform(const SchemaDiff& diff, const std::vector<StepKind>& kinds,
                         std::uint64_t cancelAfter = UINT64_MAX);
    Result<void> migrate(const SchemaDiff& diff)
    {
        return perform(diff, {StepKind::SchemaChange, StepKind::Copy, StepKind::Verify});
    }

    std::unique_ptr<tests::BundledNode> m_node;
    std::map<StepKind, std::string> m_told; ///< the last words of each kind of step
};

namespace {

std::string keyspaceCql(const std::string& name)
{
    return "CREATE KEYSPACE " + name +
           " WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': '1'};\n";
}

/// "ks." before the names that stand after TABLE, TYPE, INTO and UPDATE as `@`.
std::string within(const std::string& keyspace, std::string text)
{
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at))
        text.replace(at, 1, keyspace + ".");
    return text;
}

std::string copyStepWarning(const SchemaDiff& diff)
{
    return std::ranges::find(diff.steps, StepKind::Copy, &MigrationStep::kind)->warning;
}

} // namespace

SchemaDiff TstMigration::prepare(const std::string& name, const std::string& tables,
                                 const std::string& wanted, const std::string& table)
{
    m_node->run(keyspaceCql(name) + within(name, tables));
    const auto model = modelOfCql(keyspaceCql(name) + within(name, wanted));
    if (!model)
        qFatal("%s", model.error().detail().c_str());
    const auto diff = diffToModel(*model, *m_node->schemaWith(name, table));
    if (!diff)
        qFatal("%s", diff.error().detail().c_str());
    return *diff;
}

Result<void> TstMigration::perform(const SchemaDiff& diff, const std::vector<StepKind>& kinds,
                                   std::uint64_t cancelAfter)
{
    std::vector<std::size_t> ticked;
    for (std::size_t i = 0; i < diff.steps.size(); ++i) {
        if (std::ranges::count(kinds, diff.steps[i].kind) > 0)
            ticked.push_back(i);
    }
    MigrationOptions options;
    options.pageSize = 100;
    options.requestsInFlight = 16;
    std::atomic<bool> cancelled = false;
    const auto news = [&](const MigrationNews& each) {
        cancelled = cancelled || (each.state == MigrationState::Running && each.rows > cancelAfter);
        m_told[diff.steps[each.step].kind] = each.text;
    };
    return runMigration(m_node->session(), diff.steps, ticked, options, news, cancelled);
}

void TstMigration::writeTimesAndRemainingTtlsGoAlong()
{
    const std::string body = R"( (id int, day int, a text, b text, tags set<text>,
        marks map<text, int>, steps list<int>, home address, )";
    const SchemaDiff diff =
        prepare("times",
                "CREATE TYPE @address (street text, city text);\n"
                "CREATE TABLE @t" +
                    body +
                    "PRIMARY KEY (id, day));\n"
                    R"(INSERT INTO @t (id, day, a) VALUES (1, 1, 'old') USING TIMESTAMP 1000;
        UPDATE @t USING TIMESTAMP 2000 AND TTL 5000 SET b = 'new' WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 3000 SET tags = tags + {'x'} WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 4000 AND TTL 9000 SET tags = tags + {'y', 'z'} WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 5000 SET marks = marks + {'k': 1} WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 6000 SET marks = marks + {'m': 2} WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 7000 SET steps = steps + [3, 1, 3] WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 8000 SET home.street = 'Rue 1' WHERE id = 1 AND day = 1;
        UPDATE @t USING TIMESTAMP 9000 SET home.city = 'Metz' WHERE id = 1 AND day = 1;
        INSERT INTO @t (id, day, a, b) VALUES (2, 1, 'one', 'write') USING TIMESTAMP 77 AND TTL 8000)",
                "CREATE TYPE @address (street text, city text);\n"
                "CREATE TABLE @t" +
                    body + "PRIMARY KEY ((id, day)));",
                "t");
    QVERIFY(copyStepWarning(diff).ends_with(
        "Write times and remaining TTLs go along, cell by cell. All elements of steps get the time "
        "of the newest."));
    const auto done = migrate(diff);
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    const std::string columns =
        "a, b, tags, marks, steps, home, writetime(a), writetime(b), writetime(tags), "
        "writetime(marks), writetime(steps), writetime(home)";
    const auto of = [&](const std::string& table, int id) {
        return m_node->rows("SELECT " + columns + " FROM times." + table +
                            " WHERE id = " + std::to_string(id) + " AND day = 1");
    };
    QCOMPARE(of("t_v2", 1), of("t", 1));
    QCOMPARE(of("t_v2", 2), of("t", 2));
    QCOMPARE(of("t_v2", 1)[0][8], std::string("[3000, 4000, 4000]"));
    QCOMPARE(of("t_v2", 1)[0][11], std::string("[8000, 9000]"));
    // Of TTLs only their remaining seconds can be compared: a few have passed.
    const auto ttls = m_node->rows("SELECT ttl(a), ttl(b), ttl(tags) FROM times.t_v2 "
                                   "WHERE id = 1 AND day = 1")[0];
    QCOMPARE(ttls[0], std::string("null"));
    QVERIFY(std::stoi(ttls[1]) > 4900 && std::stoi(ttls[1]) <= 5000);
    QVERIFY2(ttls[2].starts_with("[null, 89") || ttls[2].starts_with("[null, 9000"),
             ttls[2].c_str());
    QVERIFY(m_told[StepKind::Verify].starts_with("2 rows on both sides"));
}

void TstMigration::staticColumnsGoAlongAndPartitionsThatHaveOnlyThem()
{
    const SchemaDiff diff = prepare(
        "statics",
        R"(CREATE TABLE @t (id int, day int, name text static, v int, PRIMARY KEY (id, day));
        UPDATE @t USING TIMESTAMP 10 AND TTL 7000 SET name = 'alone' WHERE id = 1;
        UPDATE @t USING TIMESTAMP 20 SET name = 'shared' WHERE id = 2;
        INSERT INTO @t (id, day, v) VALUES (2, 1, 1) USING TIMESTAMP 30;
        INSERT INTO @t (id, day, v) VALUES (2, 2, 2) USING TIMESTAMP 40)",
        "CREATE TABLE @t (id int, day int, name text static, v int, PRIMARY KEY (id, day)) "
        "WITH CLUSTERING ORDER BY (day DESC);",
        "t");
    const auto done = migrate(diff);
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    const auto rows =
        m_node->rows("SELECT id, day, name, v, writetime(name), writetime(v) FROM statics.t_v2");
    QCOMPARE(rows, (Rows{{"1", "null", "'alone'", "null", "10", "null"},
                         {"2", "2", "'shared'", "2", "20", "40"},
                         {"2", "1", "'shared'", "1", "20", "30"}}));
    const auto left = m_node->rows("SELECT ttl(name) FROM statics.t_v2 WHERE id = 1")[0][0];
    QVERIFY(std::stoi(left) > 6900);
}

void TstMigration::rowsOfKeysAloneAreAsOldAsTheCopy()
{
    const SchemaDiff diff = prepare("alone",
                                    R"(CREATE TABLE @t (id int, day int, PRIMARY KEY (id, day));
        INSERT INTO @t (id, day) VALUES (1, 2);
        INSERT INTO @t (id, day) VALUES (1, 1))",
                                    "CREATE TABLE @t (id int, day int, PRIMARY KEY (id, day)) "
                                    "WITH CLUSTERING ORDER BY (day DESC);",
                                    "t");
    QVERIFY(copyStepWarning(diff).ends_with(
        "t has key columns only, whose write times and TTLs cannot be read: they begin anew."));
    const auto done = migrate(diff);
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    QCOMPARE(m_node->rows("SELECT day FROM alone.t_v2"), (Rows{{"2"}, {"1"}}));
    // A row that the application deletes after the copy began stays deleted.
    m_node->run("DELETE FROM alone.t_v2 WHERE id = 1 AND day = 2");
    QCOMPARE(m_node->rows("SELECT day FROM alone.t_v2"), (Rows{{"1"}}));
}

void TstMigration::anInterruptedCopyIsTakenUpWithoutDoublingLists()
{
    std::string inserts =
        "CREATE TABLE @t (id int, day int, v list<int>, PRIMARY KEY (id, day));\n";
    constexpr int kRows = 1200;
    for (int i = 0; i < kRows; ++i)
        inserts += "INSERT INTO @t (id, day, v) VALUES (" + std::to_string(i / 10) + ", " +
                   std::to_string(i) + ", [1, 2]) USING TIMESTAMP 500;\n";
    const SchemaDiff diff =
        prepare("resumed", inserts,
                "CREATE TABLE @t (id int, day int, v list<int>, PRIMARY KEY (day, id));", "t");
    const auto stopped = perform(diff, {StepKind::SchemaChange, StepKind::Copy}, 300);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code(), ErrorCode::Cancelled);
    const auto before = m_node->rows("SELECT day FROM resumed.t_v2").size();
    QVERIFY2(before > 300 && before < kRows, std::to_string(before).c_str());
    const auto resumed = perform(diff, {StepKind::Copy, StepKind::Verify});
    QVERIFY2(resumed, resumed ? "" : resumed.error().detail().c_str());
    QVERIFY2(m_told[StepKind::Verify].starts_with("1200 rows on both sides"),
             m_told[StepKind::Verify].c_str());
    const auto lists = m_node->rows("SELECT v FROM resumed.t_v2");
    QCOMPARE(std::ranges::count(lists, std::vector<std::string>{"[1, 2]"}), kRows);
}

void TstMigration::whatTheApplicationWritesMeanwhileWins()
{
    const SchemaDiff diff = prepare("dual",
                                    R"(CREATE TABLE @t (id int, day int, v text, PRIMARY KEY (id));
        INSERT INTO @t (id, day, v) VALUES (1, 1, 'old') USING TIMESTAMP 100;
        INSERT INTO @t (id, day, v) VALUES (2, 1, 'old') USING TIMESTAMP 100)",
                                    "CREATE TABLE @t (id int, day int, v text, "
                                    "PRIMARY KEY (id, day));",
                                    "t");
    QVERIFY(perform(diff, {StepKind::SchemaChange}));
    m_node->run("INSERT INTO dual.t_v2 (id, day, v) VALUES (1, 1, 'new')");
    const auto done = perform(diff, {StepKind::Copy, StepKind::Verify});
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    QCOMPARE(m_node->rows("SELECT v FROM dual.t_v2 WHERE id = 1"), (Rows{{"'new'"}}));
    QCOMPARE(m_node->rows("SELECT v FROM dual.t_v2 WHERE id = 2"), (Rows{{"'old'"}}));
    QVERIFY(m_told[StepKind::Verify].find("1 were written anew in t_v2 meanwhile") !=
            std::string::npos);
}

void TstMigration::countersGoOverAndARepeatedCopyAddsNothing()
{
    const SchemaDiff diff = prepare(
        "counted",
        R"(CREATE TABLE @t (page text, day int, hits counter, bytes counter, total counter static,
            PRIMARY KEY (page, day));
        UPDATE @t SET hits = hits + 7, bytes = bytes + 900 WHERE page = 'a' AND day = 1;
        UPDATE @t SET hits = hits - 3 WHERE page = 'a' AND day = 2;
        UPDATE @t SET total = total + 4 WHERE page = 'a')",
        "CREATE TABLE @t (page text, day int, hits counter, bytes counter, total counter static, "
        "PRIMARY KEY (page, day)) WITH CLUSTERING ORDER BY (day DESC);",
        "t");
    QVERIFY(copyStepWarning(diff).starts_with("Stop increments from here to the switch"));
    QVERIFY(migrate(diff));
    const Rows wanted{{"2", "-3", "null", "4"}, {"1", "7", "900", "4"}};
    const std::string select = "SELECT day, hits, bytes, total FROM counted.t_v2";
    QCOMPARE(m_node->rows(select), wanted);
    const auto again = perform(diff, {StepKind::Copy, StepKind::Verify});
    QVERIFY2(again, again ? "" : again.error().detail().c_str());
    QCOMPARE(m_node->rows(select), wanted);
}

void TstMigration::changedTypesAreConverted()
{
    const SchemaDiff diff = prepare("types",
                                    R"(CREATE TYPE @spot (x int, name text);
        CREATE TABLE @t (id int PRIMARY KEY, n int, f float, d date, ns set<int>, at frozen<spot>);
        INSERT INTO @t (id, n, f, d, ns, at) VALUES
            (1, -5, 0.5, '2026-11-21', {2, 10}, {x: -7, name: 'here'}) USING TIMESTAMP 42)",
                                    R"(CREATE TYPE @spot (name text, x bigint);
        CREATE TABLE @t (id bigint PRIMARY KEY, n varint, f double, d timestamp, ns set<text>,
            at frozen<spot>);)",
                                    "t");
    QVERIFY(copyStepWarning(diff).find("n is converted from int to varint.") != std::string::npos);
    const auto done = migrate(diff);
    QVERIFY2(done, done ? "" : done.error().detail().c_str());
    const auto rows = m_node->rows("SELECT id, n, f, d, ns, at, writetime(n), writetime(ns) "
                                   "FROM types.t_v2");
    QCOMPARE(rows, (Rows{{"1", "-5", "0.5", "'2026-11-21 00:00:00.000Z'", "{'10', '2'}",
                          "{name: 'here', x: -7}", "42", "[42, 42]"}}));
}

void TstMigration::aTypeThatCannotBeConvertedIsRefusedBeforeTheFirstStep()
{
    const SchemaDiff diff = prepare("refused",
                                    R"(CREATE TABLE @t (id int PRIMARY KEY, v text);
        INSERT INTO @t (id, v) VALUES (1, '12'))",
                                    "CREATE TABLE @t (id int PRIMARY KEY, v int);", "t");
    QCOMPARE(copyStepWarning(diff),
             std::string(
                 "This copy will be refused: v becomes int, and not every value of text fits int. "
                 "Keep the type, or copy with a program that converts it."));
    const auto done = migrate(diff);
    QVERIFY(!done);
    QVERIFY2(done.error().detail().find("not every value of text fits int") != std::string::npos,
             done.error().detail().c_str());
    QVERIFY(m_node
                ->rows("SELECT table_name FROM system_schema.tables WHERE "
                       "keyspace_name = 'refused' AND table_name = 't_v2'")
                .empty());
}

void TstMigration::verifyNamesTheColumnThatDiffers()
{
    const SchemaDiff diff = prepare("differs",
                                    R"(CREATE TABLE @t (id int, day int, v text, PRIMARY KEY (id));
        INSERT INTO @t (id, day, v) VALUES (1, 1, 'x') USING TIMESTAMP 100)",
                                    "CREATE TABLE @t (id int, day int, v text, "
                                    "PRIMARY KEY (id, day));",
                                    "t");
    QVERIFY(perform(diff, {StepKind::SchemaChange, StepKind::Copy}));
    m_node->run("DELETE v FROM differs.t_v2 WHERE id = 1 AND day = 1");
    const auto verified = perform(diff, {StepKind::Verify});
    QVERIFY(!verified);
    QVERIFY2(verified.error().detail().find("another v in t_v2") != std::string::npos,
             verified.error().detail().c_str());
}

void TstMigration::verifySeesRowsThatFellTogether()
{
    const SchemaDiff diff = prepare("merged",
                                    R"(CREATE TABLE @t (id int, day int, v text,
            PRIMARY KEY (id, day));
        INSERT INTO @t (id, day, v) VALUES (1, 1, 'x');
        INSERT INTO @t (id, day, v) VALUES (1, 2, 'y'))",
                                    "CREATE TABLE @t (id int PRIMARY KEY, day int, v text);", "t");
    QVERIFY(copyStepWarning(diff).find("Rows that differ only in day become one row in t_v2.") !=
            std::string::npos);
    const auto done = migrate(diff);
    QVERIFY(!done);
    QVERIFY(done.error().detail().find("t has 2 rows and t_v2 has 1") != std::string::npos);
}

RW_TEST(TstMigration)
#include "tst_migration.moc"
