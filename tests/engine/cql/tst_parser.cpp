#include "engine/base/random.h"
#include "engine/cql/parser.h"
#include "engine/cql/script.h"
#include "engine/cql/syntax_tree.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;
using namespace engine::cql;

namespace {

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

struct GoldenStatement {
    std::string text;
    bool isSyntaxError;
};

/// All statements that were sent to real Cassandra, with its verdict.
std::vector<GoldenStatement> goldenStatements()
{
    QFile file{RINGWRIGHT_FIXTURES "/errors.json"};
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no errors.json");
    const auto root = QJsonDocument::fromJson(file.readAll()).object();
    std::vector<GoldenStatement> out;
    const auto run = root["runs"].toArray()[0].toObject();
    for (const auto& value : run["errors"].toArray())
        out.push_back({value.toObject()["statement"].toString().toStdString(),
                       value.toObject()["code"].toString() == "0x2000"});
    for (const auto& value : run["accepted"].toArray())
        out.push_back({value.toObject()["statement"].toString().toStdString(), false});
    for (const char* part : {"setup", "setup_features_on"}) {
        for (const auto& value : root[part].toArray())
            out.push_back({value.toString().toStdString(), false});
    }
    return out;
}

} // namespace

class TstParser : public QObject {
    Q_OBJECT
private slots:
    void agreesWithCassandraOnWhatIsASyntaxError();
    void parsesEveryStatementThatCassandraDescribes();
    void scriptsSplitAtTheirStatements_data();
    void scriptsSplitAtTheirStatements();
    void caretChoosesItsStatement();
    void syntaxErrorsHaveAPlace();
    void syntaxErrorsAreToldInCassandrasWordsToo_data();
    void syntaxErrorsAreToldInCassandrasWordsToo();
    void selectKeepsEverythingThatWasSaid();
    void everyFormIsUnderstood_data();
    void everyFormIsUnderstood();
    void modificationsKeepWhatWasSaid();
    void treeHoldsEveryByteOfAnyInput();
    void nestingIsBounded();
};

void TstParser::agreesWithCassandraOnWhatIsASyntaxError()
{
    int refused = 0;
    QStringList wrong;
    for (const auto& golden : goldenStatements()) {
        Arena arena;
        const auto parsed = parseStatement(golden.text, arena);
        refused += golden.isSyntaxError;
        if (parsed.has_value() == golden.isSyntaxError)
            wrong << q(golden.text) + " -> " +
                         (parsed ? QString{"accepted"} : q(parsed.error().detail()));
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    QVERIFY(refused > 40);
}

void TstParser::parsesEveryStatementThatCassandraDescribes()
{
    int parsedCount = 0;
    const QDir folder{RINGWRIGHT_FIXTURES "/cql"};
    for (const auto& entry : folder.entryInfoList({"*.cql"}, QDir::Files)) {
        QFile file{entry.filePath()};
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string text = file.readAll().toStdString();
        for (const auto& statement : splitStatements(text)) {
            Arena arena;
            const auto parsed = parseStatement(statement.textIn(text), arena);
            QVERIFY2(parsed.has_value(),
                     parsed ? ""
                            : (parsed.error().detail() + "\n" + std::string{statement.textIn(text)})
                                  .c_str());
            ++parsedCount;
        }
        QVERIFY2(SyntaxTree::parse(text).errors().empty(), qPrintable(entry.fileName()));
    }
    QVERIFY(parsedCount > 300);
}

void TstParser::scriptsSplitAtTheirStatements_data()
{
    QTest::addColumn<QString>("script");
    QTest::addColumn<QStringList>("statements");
    const auto row = [](const char* name, const char* script, QStringList statements) {
        QTest::newRow(name) << QString{script} << statements;
    };
    row("empty", " ; ;\n-- c\n;", {});
    row("strings", "SELECT ';' ; SELECT $$;'$$;", {"SELECT ';'", "SELECT $$;'$$"});
    row("names and comments", "USE \";\" -- ;\n; /* ; */ USE b // ;", {"USE \";\"", "USE b"});
    row("batch",
        "BEGIN BATCH INSERT INTO t (k) VALUES (1); DELETE FROM t WHERE k = 1; APPLY BATCH; USE a",
        {"BEGIN BATCH INSERT INTO t (k) VALUES (1); DELETE FROM t WHERE k = 1; APPLY BATCH",
         "USE a"});
    row("unterminated", "USE a; SELECT 'x;", {"USE a", "SELECT 'x;"});
}

void TstParser::scriptsSplitAtTheirStatements()
{
    QFETCH(QString, script);
    QFETCH(QStringList, statements);
    const std::string text = script.toStdString();
    QStringList got;
    for (const auto& statement : splitStatements(text))
        got << q(statement.textIn(text));
    QCOMPARE(got, statements);
}

void TstParser::caretChoosesItsStatement()
{
    const std::string text = "USE a; -- here\nUSE b;\n\nUSE c";
    const auto at = [&](std::size_t offset) { return q(statementAt(text, offset)->textIn(text)); };
    QCOMPARE(at(0), QString("USE a"));
    QCOMPARE(at(6), QString("USE a"));
    QCOMPARE(at(10), QString("USE a"));
    QCOMPARE(at(15), QString("USE b"));
    QCOMPARE(at(22), QString("USE c"));
    QCOMPARE(at(text.size()), QString("USE c"));
    QVERIFY(!statementAt("-- nothing", 3));
}

void TstParser::syntaxErrorsHaveAPlace()
{
    Arena arena;
    const std::string text = "SELECT *\nFROM t WHERE k = 1 OR c1 = 1";
    const auto parsed = parseStatement(text, arena);
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code(), ErrorCode::SyntaxError);
    QCOMPARE(q(parsed.error().detail()),
             QString("line 2:19 expected the end of the statement at input 'OR'"));
    const auto* place = parsed.error().extra<SyntaxErrorPlace>();
    QVERIFY(place != nullptr);
    QCOMPARE(q(text.substr(place->range.begin, 2)), QString("OR"));
}

void TstParser::syntaxErrorsAreToldInCassandrasWordsToo_data()
{
    // What cqlsh showed of Cassandra 5.0.4.
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QString>("words");
    QTest::newRow("one keyword is missing")
        << "CREATE KEYSPACE cg;"
        << "line 1:18 mismatched input ';' expecting K_WITH (CREATE KEYSPACE cg[;])";
    QTest::newRow("no statement") << "SELEC * FROM users;"
                                  << "line 1:0 no viable alternative at input 'SELEC' ([SELEC]...)";
    QTest::newRow("the end") << "SELECT * FROM t WHERE k ="
                             << "line 0:-1 no viable alternative at input '<EOF>'";
    QTest::newRow("a string, shown without its quotes")
        << "SELECT * FROM 't'"
        << "line 1:14 no viable alternative at input 't' (SELECT * FROM [']...)";
    QTest::newRow("ten tokens before it")
        << "SELECT * FROM t WHERE k = 1 OR c1 = 1"
        << "line 1:28 no viable alternative at input 'OR' (...t WHERE k = 1 [OR]...)";
    QTest::newRow("an open string") << "INSERT INTO t (k) VALUES ('unterminated)"
                                    << "line 1:40 mismatched character '<EOF>' expecting '''";
    QTest::newRow("a check of the grammar itself")
        << "CREATE KEYSPACE x WITH replication = 5"
        << "Invalid value for property 'replication'. It should be a map.";
}

void TstParser::syntaxErrorsAreToldInCassandrasWordsToo()
{
    QFETCH(QString, statement);
    QFETCH(QString, words);
    const std::string text = statement.toStdString();
    Arena arena;
    const auto parsed = parseStatement(text, arena);
    QVERIFY(!parsed);
    const auto* const place = parsed.error().extra<SyntaxErrorPlace>();
    QVERIFY(place != nullptr);
    QCOMPARE(q(place->inCassandrasWords), words);
}

void TstParser::selectKeepsEverythingThatWasSaid()
{
    Arena arena;
    const auto parsed =
        parseStatement("SELECT DISTINCT a, \"B\".f AS x, count(*), (int) 3, -c * 2, m['k'..], "
                       "writetime(d), ks.f(1, ?) FROM ks.T "
                       "WHERE k IN (1, :two) AND (c1, c2) > (?, 'it''s') AND token(k) <= 5 AND "
                       "m['x'] = $$y'$$ AND l CONTAINS KEY 1 "
                       "GROUP BY k ORDER BY v ANN OF [1.0, 2] LIMIT ? ALLOW FILTERING;",
                       arena);
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().detail().c_str());
    const auto& select = (*parsed)->as<ParsedSelect>();
    QCOMPARE(q(select.table.keyspace), QString("ks"));
    QCOMPARE(q(select.table.name), QString("t"));
    QVERIFY(select.distinct && select.allowFiltering && !select.json);
    QCOMPARE(select.selectors.size(), 8U);
    QCOMPARE(select.selectors[1].term.kind, TermKind::Field);
    QCOMPARE(q(select.selectors[1].term.items[0].text), QString("B"));
    QCOMPARE(q(select.selectors[1].alias), QString("x"));
    QCOMPARE(select.selectors[2].term.kind, TermKind::CountStar);
    QCOMPARE(select.selectors[3].term.kind, TermKind::TypeHint);
    QCOMPARE(select.selectors[4].term.op, '*');
    QCOMPARE(select.selectors[5].term.kind, TermKind::Slice);
    QCOMPARE(select.selectors[6].term.kind, TermKind::WriteTime);
    QCOMPARE(q(select.selectors[7].term.keyspace), QString("ks"));
    QCOMPARE(select.where.size(), 5U);
    QCOMPARE(select.where[0].op, Operator::In);
    QCOMPARE(select.where[1].kind, Relation::Kind::Tuple);
    QCOMPARE(q(select.where[1].value->items[1].text), QString("it's"));
    QCOMPARE(select.where[2].kind, Relation::Kind::Token);
    QCOMPARE(q(select.where[3].value->text), QString("y'"));
    QCOMPARE(select.where[4].op, Operator::ContainsKey);
    QVERIFY(select.orderBy[0].ann != nullptr);
    QCOMPARE(select.markers.size(), 4U);
    QCOMPARE(q(select.markers[1].name), QString("two"));
    QCOMPARE(select.limit->marker, 3);
}

void TstParser::everyFormIsUnderstood_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind"); // -1: a syntax error
    const auto row = [](const char* text, int kind) {
        QTest::newRow(text) << QString::fromUtf8(text) << kind;
    };
    const auto good = [&](StatementKind kind, std::initializer_list<const char*> texts) {
        for (const char* text : texts)
            row(text, static_cast<int>(kind));
    };
    good(StatementKind::Select,
         {"SELECT json FROM t",
          "SELECT json, a FROM t",
          "SELECT JSON a FROM t",
          "SELECT JSON * FROM t",
          "SELECT json * 2 FROM t",
          "SELECT distinct FROM t",
          "SELECT DISTINCT a FROM t",
          "SELECT JSON DISTINCT a, b FROM t",
          "SELECT a.b.c FROM t",
          "SELECT m['a'], l[1..2], s[..'b'], n[?..] FROM t",
          "SELECT (a + b) * c, (a), (int) a, [a, 1], {a}, {a: 1}, (a, b) FROM t",
          "SELECT count(*) AS c, count(1), token(k), ttl(a), maxwritetime(m['x']), CAST(a AS text) "
          "FROM t",
          "SELECT -a, - - a, a - 1, -1, 1 % 2 FROM t",
          "SELECT (a) AS x FROM t",
          "SELECT a FROM t WHERE \"\" = 1",
          "SELECT * FROM t WHERE token(a, b) > token(1, 2) AND c IN ? AND d IN () AND e IN :m",
          "SELECT * FROM t WHERE (a, b) IN ((1, 2), ?) AND (c) = (1) AND (d = 1)",
          "SELECT * FROM t WHERE expr(idx, 'x')",
          "SELECT * FROM t WHERE a >= -1 AND b < -?",
          "SELECT * FROM t WHERE a LIKE '%x' AND b IS NOT NULL AND m[1] = 2",
          "SELECT * FROM t GROUP BY a, b ORDER BY a DESC, b PER PARTITION LIMIT 1 LIMIT ? ALLOW "
          "FILTERING;;",
          "SELECT key, type, values, ttl FROM user.role",
          "SELECT 'a'/*x*/ -- y\n FROM t // z\n",
          "SELECT 50554d6e-29bb-11e5-b345-feff819cdc9f, f47ac10b-58cc-4372-a567-0e02b2c3d479, "
          "1y2mo, P1Y, PT5M, -1.5E-3, 0xFF FROM t"});
    good(StatementKind::Insert,
         {"INSERT INTO t (a) VALUES ({type: 'x', \"Q\": [1]})",
          "INSERT INTO t (a) VALUES ({now(): 1, ?: :b})", "INSERT INTO t (a) VALUES ((int) '1')",
          "INSERT INTO t (a, b) VALUES ((1, 2), f((3))) USING TTL ?",
          "INSERT INTO t (a) VALUES (CAST(1 AS bigint) + -2)",
          "INSERT INTO t (a) VALUES ($$it's$$) IF NOT EXISTS"});
    good(StatementKind::InsertJson,
         {"INSERT INTO t JSON '{}'",
          "INSERT INTO t JSON ? DEFAULT UNSET IF NOT EXISTS USING TIMESTAMP 1"});
    good(StatementKind::Update,
         {"UPDATE t SET a = a + 1, b = b -1, c += [1], d -= {1}, e = [1] + e WHERE k = 1",
          "UPDATE t SET l[0] = 1, l[1] = 2, u.f = 3, u.g = 4 WHERE k = 1 IF EXISTS",
          "UPDATE t SET a = ? + a WHERE k = 1 IF l[0] = 1 AND u.f IN (1, 2) AND s CONTAINS 'x' AND "
          "v != null"});
    good(StatementKind::Delete,
         {"DELETE FROM t WHERE k = 1",
          "DELETE a, l[0], u.f FROM t USING TIMESTAMP ? WHERE k = 1 IF v > 1"});
    good(StatementKind::Batch, {"BEGIN UNLOGGED BATCH USING TIMESTAMP 1 INSERT INTO t (k) VALUES "
                                "(?) DELETE FROM t WHERE k = ?; APPLY BATCH;",
                                "BEGIN COUNTER BATCH APPLY BATCH"});
    good(StatementKind::CreateTable,
         {"CREATE COLUMNFAMILY t (k int PRIMARY KEY,, date date,)",
          "CREATE TABLE t (k 'org.apache.cassandra.db.marshal.Int32Type' STATIC MASKED WITH "
          "mask_inner(1, null), PRIMARY KEY ((k), a, b)) "
          "WITH COMPACT STORAGE AND CLUSTERING ORDER BY (a DESC, b ASC) AND id = "
          "50554d6e-29bb-11e5-b345-feff819cdc9f"});
    good(StatementKind::AlterTable,
         {"ALTER TABLE IF EXISTS t ADD IF NOT EXISTS (a int, b text STATIC)",
          "ALTER TABLE t DROP (a, b) USING TIMESTAMP 5", "ALTER TABLE t DROP compact",
          "ALTER TABLE t DROP COMPACT STORAGE", "ALTER TABLE t RENAME a TO b AND c TO d",
          "ALTER TABLE t ALTER a DROP MASKED", "ALTER TABLE t ALTER a MASKED WITH DEFAULT",
          "ALTER TABLE t ALTER a TYPE int"});
    good(StatementKind::CreateIndex,
         {"CREATE INDEX ON t (keys(m))", "CREATE CUSTOM INDEX IF NOT EXISTS i ON ks.t (entries(m), "
                                         "full(l)) USING 'sai' WITH OPTIONS = {'a': 'b'}"});
    good(StatementKind::CreateView, {"CREATE MATERIALIZED VIEW v AS SELECT * FROM t WHERE a IS NOT "
                                     "NULL AND b = 1 PRIMARY KEY ((a), b) WITH comment = 'x'"});
    good(StatementKind::CreateFunction,
         {"CREATE OR REPLACE FUNCTION ks.f(a int, b list<text>) CALLED ON NULL INPUT RETURNS int "
          "LANGUAGE Java AS $$ return 1; $$"});
    good(StatementKind::CreateAggregate, {"CREATE AGGREGATE IF NOT EXISTS a(int, text) SFUNC s "
                                          "STYPE tuple<int, int> FINALFUNC f INITCOND (0, 0)"});
    good(StatementKind::DropFunction,
         {"DROP FUNCTION IF EXISTS f(int, frozen<list<text>>)", "DROP FUNCTION f"});
    good(StatementKind::CreateRole,
         {"CREATE USER bob WITH PASSWORD 'x' SUPERUSER",
          "CREATE ROLE IF NOT EXISTS \"R\" WITH LOGIN = true AND HASHED PASSWORD = 'h' AND OPTIONS "
          "= {'a': 1}",
          "CREATE ROLE r WITH ACCESS TO DATACENTERS {'a', 'b'} AND ACCESS FROM ALL CIDRS"});
    good(StatementKind::GrantPermissions,
         {"GRANT SELECT, MODIFY PERMISSION ON ALL TABLES IN KEYSPACE ks TO r",
          "GRANT ALL ON FUNCTION ks.f(int) TO r",
          "GRANT EXECUTE ON ALL FUNCTIONS IN KEYSPACE ks TO 'r'", "GRANT ALL ON t TO r",
          "GRANT UNMASK ON role TO r"});
    good(StatementKind::GrantRole, {"GRANT all TO bob", "GRANT a TO b"});
    good(StatementKind::RevokeRole, {"REVOKE all FROM bob"});
    good(StatementKind::ListPermissions,
         {"LIST ALL PERMISSIONS OF r", "LIST SELECT ON KEYSPACE k OF r NORECURSIVE"});
    good(StatementKind::ListRoles, {"LIST ROLES OF r NORECURSIVE", "LIST USERS"});
    good(StatementKind::AddIdentity, {"ADD IDENTITY IF NOT EXISTS 'spiffe://a' TO ROLE 'r'"});
    good(StatementKind::Describe,
         {"DESC TABLES", "DESCRIBE ONLY KEYSPACE ks", "DESCRIBE FULL SCHEMA",
          "DESCRIBE ks.t WITH INTERNALS", "DESC MATERIALIZED VIEW v"});
    good(StatementKind::Truncate, {"TRUNCATE TABLE ks.t", "TRUNCATE t"});
    for (const char* bad : {"SELECT a b FROM t",
                            "SELECT FROM t",
                            "INSERT INTO t (a) VALUES ()",
                            "INSERT INTO t () VALUES (1)",
                            "SELECT * FROM ?",
                            "SELECT * FROM t LIMIT 'x'",
                            "DELETE a FROM t WHERE k = 1 USING TTL 1",
                            "DELETE FROM t USING TTL 1 WHERE k = 1",
                            "UPDATE t SET a = b + 1 WHERE k = 1",
                            "CREATE TABLE t (k int PRIMARY KEY) WITH comment = {'a': 'b'}",
                            "CREATE TABLE t (k int PRIMARY KEY) WITH compaction = {'a': ?}",
                            "CREATE TABLE t (k int PRIMARY KEY) WITH cdc = true AND cdc = false",
                            "BEGIN BATCH SELECT * FROM t APPLY BATCH",
                            "SELECT * FROM t;SELECT * FROM t",
                            "CREATE ROLE r WITH PASSWORD = 'a' AND HASHED PASSWORD = 'b'",
                            "CREATE USER \"Bob\"",
                            "SELECT a FROM t WHERE a = €",
                            "",
                            ";",
                            "SELECT * FROM t /* x"})
        row(bad, -1);
}

void TstParser::everyFormIsUnderstood()
{
    QFETCH(QString, text);
    QFETCH(int, kind);
    const std::string source = text.toStdString();
    Arena arena;
    const auto parsed = parseStatement(source, arena);
    if (kind < 0) {
        QVERIFY(!parsed);
        QVERIFY(parsed.error().extra<SyntaxErrorPlace>() != nullptr);
        return;
    }
    QVERIFY2(parsed.has_value(), parsed ? "" : parsed.error().detail().c_str());
    QCOMPARE(static_cast<int>((*parsed)->kind), kind);
    QVERIFY(SyntaxTree::parse(source).errors().empty());
}

void TstParser::modificationsKeepWhatWasSaid()
{
    Arena arena;
    const auto update = parseStatement("UPDATE t USING TTL ? SET a = a + 1, b = b -2, c -= {1}, e "
                                       "= [1] + e, l[0] = ?, \"U\".f = 3 WHERE k = ? IF v != null",
                                       arena);
    QVERIFY2(update.has_value(), update ? "" : update.error().detail().c_str());
    const auto& parsed = (*update)->as<ParsedUpdate>();
    using Kind = Assignment::Kind;
    const Kind kinds[] = {Kind::Add,     Kind::Add,        Kind::Subtract,
                          Kind::Prepend, Kind::SetElement, Kind::SetField};
    for (std::size_t i = 0; i < std::size(kinds); ++i)
        QCOMPARE(parsed.assignments[i].kind, kinds[i]);
    QCOMPARE(q(parsed.assignments[1].value->text), QString("-2"));
    QCOMPARE(q(parsed.assignments[5].column), QString("U"));
    QCOMPARE(parsed.usings.ttl->marker, 0);
    QCOMPARE(parsed.assignments[4].value->marker, 1);
    QCOMPARE(parsed.where[0].value->marker, 2);
    QCOMPARE(parsed.conditions[0].op, Operator::Neq);
    QCOMPARE(parsed.conditions[0].value->kind, TermKind::Null);
    QCOMPARE(parsed.markers.size(), 3U);

    const auto table =
        parseStatement("CREATE TABLE Ks.T (\"K\" Int, c frozen<Map<text, tuple<int, ks.addr>>> "
                       "STATIC, v vector<float, 3>, PRIMARY KEY ((\"K\"), d)) "
                       "WITH CLUSTERING ORDER BY (d DESC) AND Comment = 'it''s' AND compaction = "
                       "{'class': 'X', 'n': 3}",
                       arena);
    QVERIFY2(table.has_value(), table ? "" : table.error().detail().c_str());
    const auto& made = (*table)->as<ParsedCreateTable>();
    QCOMPARE(q(made.table.keyspace), QString("ks"));
    QCOMPARE(q(made.columns[0].name), QString("K"));
    QCOMPARE(made.columns[0].type.native, TypeKind::Int);
    QVERIFY(made.columns[1].isStatic && made.columns[1].type.frozen);
    QCOMPARE(q(made.columns[1].type.parameters[1].parameters[1].user.name), QString("addr"));
    QCOMPARE(made.columns[2].type.dimension, 3U);
    QCOMPARE(q(made.primaryKeys[0].clustering[0]), QString("d"));
    QVERIFY(made.clusteringOrder[0].descending);
    QCOMPARE(q(made.properties[0].name), QString("comment"));
    QCOMPARE(q(made.properties[0].value), QString("it's"));
    QCOMPARE(q(made.properties[1].entries[1].value), QString("3"));
}

void TstParser::treeHoldsEveryByteOfAnyInput()
{
    const auto golden = goldenStatements();
    SeededRandom random{3};
    const std::string junk = " \n'\"$();,.<>{}[]-+*/=!?:%0aAx\xc3\xa9";
    for (int round = 0; round < 6000; ++round) {
        std::string text = golden[random.below(golden.size())].text;
        if (random.below(3) == 0)
            text += ";" + golden[random.below(golden.size())].text;
        switch (random.below(4)) {
        case 0:
            text.resize(random.below(text.size() + 1));
            break;
        case 1:
            for (int i = 0; i < 3 && !text.empty(); ++i)
                text[random.below(text.size())] = junk[random.below(junk.size())];
            break;
        case 2: {
            const auto from = random.below(text.size() + 1);
            text.erase(from, random.below(12));
            break;
        }
        default:
            text.insert(random.below(text.size() + 1), 1, junk[random.below(junk.size())]);
        }
        const auto tree = SyntaxTree::parse(text);
        std::string joined;
        for (const auto& token : tree.tokens())
            joined += token.textIn(text);
        QVERIFY2(joined == text, text.c_str());
        for (std::size_t i = 1; i < tree.nodes().size(); ++i) {
            const auto& node = tree.nodes()[i];
            const auto& parent = tree.nodes()[node.parent];
            QVERIFY2(node.firstToken <= node.endToken && node.parent < i, text.c_str());
            QVERIFY2(node.firstToken == node.endToken ||
                         (parent.firstToken <= node.firstToken && node.endToken <= parent.endToken),
                     text.c_str());
        }
        for (const auto& error : tree.errors())
            QVERIFY2(error.range.end <= text.size() && !error.message.empty(), text.c_str());
        Arena arena;
        const auto strict = parseStatement(text, arena);
        // The editor must underline something whenever the server would refuse (but for a comment
        // without a line break, which the editor sends without).
        if (!strict && text.find("--") == std::string::npos &&
            text.find("//") == std::string::npos && text.find(';') == std::string::npos &&
            !text.empty() && text.find_first_not_of(" \n") != std::string::npos)
            QVERIFY2(!tree.errors().empty(), text.c_str());
        if (strict)
            QVERIFY2(
                tree.errors().empty(),
                (text + "\n" + (tree.errors().empty() ? "" : tree.errors()[0].message)).c_str());
    }
}

void TstParser::nestingIsBounded()
{
    for (const char* piece : {"(", "[", "{", "list<", "- ", "{1:", "f(", "(int)", "{a:"}) {
        std::string text = "INSERT INTO t (k) VALUES (";
        std::string select = "SELECT ";
        std::string where = "SELECT * FROM t WHERE ";
        for (int i = 0; i < 100000; ++i) {
            text += piece;
            select += piece;
            where += piece;
        }
        for (const auto& statement :
             {text, select, where, "CREATE TABLE t (k " + text.substr(26)}) {
            Arena arena;
            QVERIFY(!parseStatement(statement, arena));
            (void)SyntaxTree::parse(statement);
        }
    }
}

RW_TEST(TstParser)
#include "tst_parser.moc"
