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
    void selectKeepsEverythingThatWasSaid();
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
