#include "engine/base/random.h"
#include "engine/cql/completion.h"
#include "engine/cql/diagnostics.h"
#include "engine/cql/format.h"
#include "engine/cql/highlight.h"
#include "engine/cql/script.h"
#include "engine/cql/text_util.h"
#include "engine/cql/token.h"
#include "tests/support/test_main.h"

#include <QDir>
#include <QFile>

using namespace engine;
using namespace engine::cql;

namespace {

QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

using Kind = KnownColumn::Kind;

/// Keyspace hotel with two tables.
class HotelSchema final : public SchemaProvider {
public:
    explicit HotelSchema(std::string current) : m_current(std::move(current)) {}
    std::string currentKeyspace() const override { return m_current; }
    std::vector<std::string> keyspaces() const override { return {"hotel", "reservation", "Odd"}; }
    std::vector<KnownTable> tables(std::string_view keyspace) const override
    {
        if (keyspace != "hotel")
            return {};
        return {*table("hotel", "rooms"), *table("hotel", "hotels")};
    }
    std::optional<KnownTable> table(std::string_view keyspace, std::string_view name) const override
    {
        if (keyspace == "hotel" && name == "rooms")
            return KnownTable{"hotel",
                              "rooms",
                              false,
                              {{"hotel_id", "text", Kind::PartitionKey, false},
                               {"year", "int", Kind::PartitionKey, false},
                               {"date", "date", Kind::Clustering, false},
                               {"number", "smallint", Kind::Clustering, false},
                               {"free", "boolean", Kind::Regular, false},
                               {"Note", "text", Kind::Regular, true}}};
        if (keyspace == "hotel" && name == "hotels")
            return KnownTable{"hotel",
                              "hotels",
                              false,
                              {{"id", "uuid", Kind::PartitionKey, false},
                               {"name", "text", Kind::Regular, false}}};
        return std::nullopt;
    }
    std::vector<std::string> types(std::string_view) const override { return {"address"}; }
    std::vector<KnownFunction> functions(std::string_view) const override
    {
        return {{"hotel", "stars", "stars(int) → text"}};
    }

private:
    std::string m_current;
};

/// Labels offered at the '|' in `text`.
QStringList offered(std::string text, const char* current = "hotel")
{
    const auto caret = text.find('|');
    text.erase(caret, 1);
    QStringList out;
    for (const auto& candidate : complete(text, caret, HotelSchema{current}).candidates)
        out << q(candidate.label);
    return out;
}

} // namespace

class TstEditor : public QObject {
    Q_OBJECT
private slots:
    void highlightCoversEveryByte();
    void highlightTellsWordsApart_data();
    void highlightTellsWordsApart();
    void bracketsFindTheirPartner();
    void completionFitsItsPlace_data();
    void completionFitsItsPlace();
    void missingKeyColumnsComeFirst();
    void completionReplacesTheWordAndQuotes();
    void completionSurvivesEveryCaret();
    void diagnosticsNameTheProblem_data();
    void diagnosticsNameTheProblem();
    void fixesCureTheirDiagnostic();
    void scriptsKnowWhatTheyCreate();
    void formattingKeepsTokensAndIsIdempotent();
    void formattingLaysOutClauses();
    void nothingBreaksOnBrokenText();
};

void TstEditor::highlightCoversEveryByte()
{
    SeededRandom random{5};
    const std::string alphabet = "SELECT from 'a\"$$;:?x1.<-/*\n\xc3\xa9(){}[]";
    for (int i = 0; i < 3000; ++i) {
        std::string text(random.below(40), ' ');
        for (char& c : text)
            c = alphabet[random.below(alphabet.size())];
        std::uint32_t at = 0;
        for (const auto& token : highlight(text)) {
            QCOMPARE(token.range.begin, at);
            QVERIFY(token.range.end > at);
            at = token.range.end;
        }
        QCOMPARE(at, static_cast<std::uint32_t>(text.size()));
    }
}

void TstEditor::highlightTellsWordsApart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("word");
    QTest::addColumn<int>("expected");
    const auto row = [](const char* text, const char* word, TokenClass expected) {
        QTest::addRow("%s %s", word, text)
            << QString{text} << QString{word} << static_cast<int>(expected);
    };
    row("SELECT now() FROM t", "now", TokenClass::Function);
    row("SELECT now() FROM t", "FROM", TokenClass::Keyword);
    row("SELECT a FROM key", "key", TokenClass::Identifier);
    row("SELECT a FROM ks.values", "values", TokenClass::Identifier);
    row("CREATE TABLE t (date date, k int PRIMARY KEY)", "int", TokenClass::Type);
    row("CREATE TABLE t (date date, k int PRIMARY KEY)", "KEY", TokenClass::Keyword);
    row("SELECT 1.5 FROM t WHERE k = :name", "name", TokenClass::Marker);
    row("SELECT 'x", "'x", TokenClass::Error);
    row("INSERT INTO t (k) VALUES (null)", "null", TokenClass::Constant);
    row("CREATE TABLE t (m map<int, text>)", "map", TokenClass::Type);
    row("SELECT * FROM t WHERE date = 1", "date", TokenClass::Identifier);
}

void TstEditor::highlightTellsWordsApart()
{
    QFETCH(QString, text);
    QFETCH(QString, word);
    QFETCH(int, expected);
    const std::string source = text.toStdString();
    for (const auto& token : highlight(source)) {
        if (source.substr(token.range.begin, token.range.end - token.range.begin) ==
            word.toStdString()) {
            QCOMPARE(static_cast<int>(token.tokenClass), expected);
            return;
        }
    }
    QFAIL("the word is no token");
}

void TstEditor::bracketsFindTheirPartner()
{
    const std::string text = "f(a[1], ')')";
    BracketPair pair;
    QVERIFY(findBrackets(text, 1, pair));
    QVERIFY(pair.matched);
    QCOMPARE(pair.close, 11U);
    QVERIFY(findBrackets(text, 12, pair));
    QCOMPARE(pair.open, 1U);
    QVERIFY(findBrackets(text, 3, pair));
    QCOMPARE(pair.close, 5U);
    QVERIFY(findBrackets("(]", 0, pair));
    QVERIFY(!pair.matched);
    QVERIFY(!findBrackets("SELECT", 3, pair));
}

void TstEditor::completionFitsItsPlace_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("offers");
    QTest::addColumn<QStringList>("withholds");
    const auto row = [](const char* text, QStringList offers, QStringList withholds) {
        QTest::newRow(text) << QString{text} << offers << withholds;
    };
    row("|", {"SELECT", "CREATE", "USE"}, {"WHERE", "hotel_id"});
    row("USE a; |", {"SELECT"}, {"WHERE"});
    row("USE |", {"hotel", "Odd"}, {"rooms"});
    row("SELECT | FROM rooms", {"hotel_id", "free", "count", "DISTINCT", "stars"},
        {"WHERE", "name"});
    row("SELECT hotel_id |", {"FROM"}, {"rooms"});
    row("SELECT * FROM |", {"rooms", "hotels", "reservation"}, {"hotel_id"});
    row("SELECT * FROM hotel.|", {"rooms", "hotels"}, {"hotel"});
    row("SELECT * FROM rooms |", {"WHERE", "LIMIT", "ALLOW FILTERING"}, {"rooms"});
    row("SELECT * FROM rooms WHERE |", {"hotel_id", "year", "token("}, {"name", "WHERE"});
    row("SELECT * FROM rooms WHERE hotel_id |", {"=", "IN"}, {"hotel_id"});
    row("SELECT * FROM rooms WHERE free = |", {"true", "false", "?"}, {"hotel_id"});
    row("SELECT * FROM hotels WHERE id = |", {"uuid()"}, {"true"});
    row("SELECT * FROM rooms WHERE hotel_id = 'a' |", {"AND", "ORDER BY", "ALLOW FILTERING"},
        {"hotel_id"});
    row("SELECT * FROM rooms WHERE hotel_id = 'a' ORDER BY |", {"date", "number"}, {"hotel_id"});
    row("INSERT INTO rooms (hotel_id, |", {"year", "date", "Note"}, {"hotel_id"});
    row("INSERT INTO rooms (hotel_id) |", {"VALUES ("}, {"hotel_id"});
    row("INSERT INTO rooms |", {"(all columns)"}, {"hotel_id"});
    row("INSERT INTO rooms (hotel_id, free) VALUES ('a', |", {"true"}, {"hotel_id"});
    row("UPDATE rooms SET |", {"free", "Note"}, {"hotel_id"});
    row("UPDATE rooms SET free = true |", {"WHERE"}, {"free"});
    row("UPDATE rooms SET free = true WHERE |", {"hotel_id"}, {"SET"});
    row("DELETE FROM |", {"rooms"}, {"hotel_id"});
    row("CREATE |", {"TABLE", "KEYSPACE"}, {"SELECT"});
    row("CREATE TABLE x (a |", {"int", "list<", "address"}, {"hotel_id"});
    row("CREATE TABLE x (a map<int, |", {"text", "frozen<"}, {});
    row("CREATE TABLE x (a int PRIMARY KEY) WITH |", {"comment", "compaction"}, {"replication"});
    row("CREATE KEYSPACE x WITH |", {"replication", "durable_writes"}, {"compaction"});
    row("ALTER TABLE rooms |", {"ADD", "DROP"}, {"hotel_id"});
    row("ALTER TABLE rooms DROP |", {"free"}, {"ADD"});
    row("DROP TABLE |", {"rooms"}, {"free"});
    row("SELECT * FROM rooms WHERE hotel_id = 'a|", {}, {"hotel_id", "AND"});
    row("-- comment |", {}, {"SELECT"});
    row("BEGIN BATCH INSERT INTO rooms (|", {"hotel_id"}, {"SELECT"});
    row("SELECT CAST(hotel_id AS |", {"text"}, {"hotel_id"});
}

void TstEditor::completionFitsItsPlace()
{
    QFETCH(QString, text);
    QFETCH(QStringList, offers);
    QFETCH(QStringList, withholds);
    const QStringList got = offered(text.toStdString());
    for (const auto& label : offers)
        QVERIFY2(got.contains(label), qPrintable(label + " is missing in: " + got.join(' ')));
    for (const auto& label : withholds)
        QVERIFY2(!got.contains(label), qPrintable(label + " is out of place in: " + got.join(' ')));
}

void TstEditor::missingKeyColumnsComeFirst()
{
    QCOMPARE(offered("SELECT * FROM rooms WHERE |").mid(0, 3),
             (QStringList{"hotel_id", "year", "date"}));
    QCOMPARE(offered("SELECT * FROM rooms WHERE hotel_id = 'a' AND |").mid(0, 2),
             (QStringList{"year", "date"}));
    QCOMPARE(offered("SELECT * FROM rooms WHERE | AND hotel_id = 'a' AND year = 1").mid(0, 1),
             (QStringList{"date"}));
}

void TstEditor::completionReplacesTheWordAndQuotes()
{
    const std::string text = "SELECT no FROM rooms";
    const auto found = complete(text, 9, HotelSchema{"hotel"});
    QCOMPARE(found.replace.begin, 7U);
    QCOMPARE(found.replace.end, 9U);
    QStringList inserts;
    for (const auto& candidate : found.candidates)
        inserts << q(candidate.insert);
    QVERIFY(inserts.contains("\"Note\""));
    QVERIFY(inserts.contains("now("));
    QVERIFY(!inserts.contains("hotel_id"));
}

void TstEditor::completionSurvivesEveryCaret()
{
    const HotelSchema schema{"hotel"};
    QFile file{RINGWRIGHT_FIXTURES "/cql/rich_input.cql"};
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string text =
        file.readAll().left(2500).toStdString() + " BEGIN BATCH UPDATE rooms SET \"";
    for (std::size_t caret = 0; caret <= text.size(); ++caret) {
        const auto found = complete(text, caret, schema);
        QVERIFY(found.replace.begin <= found.replace.end && found.replace.end <= text.size());
        (void)complete(std::string_view{text}.substr(0, caret), caret, schema);
    }
}

void TstEditor::diagnosticsNameTheProblem_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("underlined"); // empty: nothing wrong
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* underlined, const char* message) {
        QTest::newRow(text) << QString{text} << QString{underlined} << QString{message};
    };
    row("SELECT * FROM rooms WHERE hotel_id = 'a' AND year = 1", "", "");
    row("SELECT * FROM rooms", "", "");
    row("SELECT * FROM rooms WHERE \"Note\" = 'a'", "", "");
    row("SELECT * FROM rooms WHERE token(hotel_id, year) > 3", "", "");
    row("SELECT * FROM rooms WHERE free = true ALLOW FILTERING", "", "");
    row("SELECT * FRM rooms", "FRM", "expected FROM at input 'FRM'");
    row("SELECT * FROM rooms WHERE", "E", "expected a column name at input '<EOF>'");
    row("SELECT * FROM romos", "romos", "There is no table romos in keyspace hotel.");
    row("SELECT * FROM hotle.rooms", "hotle", "There is no keyspace hotle.");
    row("USE hotl", "hotl", "There is no keyspace hotl.");
    row("SELECT hotel_di, count(*) FROM rooms", "hotel_di",
        "Table hotel.rooms has no column hotel_di.");
    row("SELECT * FROM rooms WHERE hotel_id = 'a' AND yaer = 1", "yaer",
        "Table hotel.rooms has no column yaer.");
    row("SELECT * FROM rooms WHERE hotel_id = 'a'", "hotel_id = 'a'",
        "WHERE names no value for year, which belongs to the partition key: Cassandra would have "
        "to read every partition.");
    row("INSERT INTO rooms (hotel_id, year, date) VALUES ('a', 1, '2026-01-01')", "rooms",
        "INSERT needs every column of the primary key; missing: number.");
    row("INSERT INTO hotels (id, name) VALUES (uuid())",
        "INSERT INTO hotels (id, name) VALUES (uuid())", "2 columns, but 1 values.");
    row("UPDATE rooms SET free = true WHERE year = 1", "year = 1",
        "UPDATE needs the whole partition key in WHERE; missing: hotel_id.");
}

void TstEditor::diagnosticsNameTheProblem()
{
    QFETCH(QString, text);
    QFETCH(QString, underlined);
    QFETCH(QString, message);
    const std::string source = text.toStdString();
    const HotelSchema schema{"hotel"};
    const auto found = diagnose(source, &schema);
    if (underlined.isEmpty()) {
        QVERIFY2(found.empty(), found.empty() ? "" : found[0].message.c_str());
        return;
    }
    QVERIFY(!found.empty());
    QCOMPARE(q(found[0].message), message);
    QCOMPARE(q(source.substr(found[0].range.begin, found[0].range.end - found[0].range.begin)),
             underlined);
}

void TstEditor::fixesCureTheirDiagnostic()
{
    const HotelSchema schema{"hotel"};
    for (const std::string source :
         {"SELECT * FROM rooms WHERE hotel_id = 'a'", "SELECT * FROM romos",
          "SELECT hotel_di FROM rooms", "DELETE FROM rooms WHERE year = 1", "USE hotl",
          "SELECT * FROM hotle.rooms"}) {
        const auto found = diagnose(source, &schema);
        QCOMPARE(found.size(), 1U);
        QVERIFY2(!found[0].fixes.empty(), source.c_str());
        for (const auto& fix : found[0].fixes) {
            std::string cured = source;
            cured.replace(fix.range.begin, fix.range.end - fix.range.begin, fix.text);
            QVERIFY2(diagnose(cured, &schema).empty(), cured.c_str());
        }
    }
}

void TstEditor::scriptsKnowWhatTheyCreate()
{
    const HotelSchema schema{""};
    const std::string script =
        "CREATE KEYSPACE shop WITH replication = {'class': 'SimpleStrategy', 'replication_factor': "
        "1};\n"
        "USE shop;\nCREATE TABLE items (id int, at int, v text, PRIMARY KEY (id, at));\n"
        "SELECT v FROM items WHERE id = 1; SELECT w FROM items;";
    const auto found = diagnose(script, &schema);
    QCOMPARE(found.size(), 1U);
    QCOMPARE(q(found[0].message), QString("Table shop.items has no column w."));
    const auto lost = diagnose("SELECT * FROM rooms", &schema);
    QCOMPARE(lost.size(), 1U);
    QVERIFY(lost[0].message.starts_with("No keyspace is chosen"));
}

void TstEditor::formattingKeepsTokensAndIsIdempotent()
{
    const auto essence = [](std::string_view text) {
        QStringList out;
        for (Token token = nextToken(text, 0); token.kind != TokenKind::End;
             token = nextToken(text, token.range.end)) {
            if (token.kind == TokenKind::Whitespace || token.kind == TokenKind::Semicolon)
                continue;
            out << (token.kind == TokenKind::Word ? q(toLowerAscii(token.textIn(text)))
                                                  : q(token.textIn(text)).trimmed());
        }
        return out;
    };
    const QDir folder{RINGWRIGHT_FIXTURES "/cql"};
    for (const auto& entry : folder.entryInfoList({"*.cql"}, QDir::Files)) {
        QFile file{entry.filePath()};
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string text = file.readAll().toStdString();
        const std::string once = formatCql(text);
        QCOMPARE(essence(once), essence(text));
        QCOMPARE(q(formatCql(once)), q(once));
    }
    QCOMPARE(q(formatCql("SELEC broken ;")), QString("SELEC broken;\n"));
    QCOMPARE(q(formatCql("select a -- why\nfrom t")), QString("SELECT a -- why\nFROM t\n"));
}

void TstEditor::formattingLaysOutClauses()
{
    QCOMPARE(q(formatCql("select  a,b from t where k=1;use  x")),
             QString("SELECT a, b FROM t WHERE k = 1;\n\nUSE x\n"));
    QCOMPARE(
        q(formatCql("select hotel_id,date,room_number from hotel.available_rooms_by_hotel_date "
                    "where hotel_id='AZ' and date>='2026-01-01' and date<:last limit 10")),
        QString("SELECT hotel_id, date, room_number\n"
                "FROM hotel.available_rooms_by_hotel_date\n"
                "WHERE hotel_id = 'AZ'\n"
                "    AND date >= '2026-01-01'\n"
                "    AND date < :last\n"
                "LIMIT 10\n"));
    QCOMPARE(q(formatCql("create table t(k int,m map<int,frozen<list<text>>>,primary "
                         "key((k),m))with comment='x' and cdc=false")),
             QString("CREATE TABLE t (\n"
                     "    k int,\n"
                     "    m map<int, frozen<list<text>>>,\n"
                     "    PRIMARY KEY ((k), m)\n"
                     ") WITH comment = 'x'\n"
                     "    AND cdc = false\n"));
    QCOMPARE(
        q(formatCql("begin batch insert into t(k)values(1);delete from t where k=2;apply batch;")),
        QString("BEGIN BATCH\n"
                "    INSERT INTO t (k) VALUES (1);\n"
                "    DELETE FROM t WHERE k = 2;\n"
                "APPLY BATCH;\n"));
}

void TstEditor::nothingBreaksOnBrokenText()
{
    const HotelSchema schema{"hotel"};
    const std::vector<std::string> whole{
        "SELECT hotel_id, count(*) FROM hotel.rooms WHERE hotel_id = 'a' AND (date, number) > (?, "
        ":n) ORDER BY date DESC LIMIT 5 ALLOW FILTERING;",
        "INSERT INTO rooms (hotel_id, year, date, number) VALUES ('it''s', 1, '2026-01-01', 3) IF "
        "NOT EXISTS USING TTL 5 AND TIMESTAMP 6;",
        "UPDATE rooms USING TTL 5 SET free = true, \"Note\" = $$x$$ WHERE hotel_id = 'a' AND year "
        "= 1 IF free != false; -- end\n",
        "CREATE TABLE x (a int, b map<text, frozen<list<int>>>, PRIMARY KEY ((a), b)) WITH comment "
        "= 'c' AND compaction = {'class': 'X'};",
        "BEGIN BATCH DELETE \"Note\" FROM rooms WHERE hotel_id = 'a' AND year = 1; /* c */ INSERT "
        "INTO hotels (id) VALUES (uuid()) APPLY BATCH;"};
    SeededRandom random{17};
    const std::string junk = " \n'\"$();,.<>{}[]-+*/=!?:%0aA";
    for (int round = 0; round < 1500; ++round) {
        std::string text = whole[random.below(whole.size())] + whole[random.below(whole.size())];
        for (std::uint64_t i = random.below(4); i > 0; --i) {
            if (random.below(2) == 0)
                text[random.below(text.size())] = junk[random.below(junk.size())];
            else
                text.erase(random.below(text.size()), random.below(9));
        }
        for (const auto& diagnostic : diagnose(text, &schema)) {
            QVERIFY2(diagnostic.range.begin < diagnostic.range.end &&
                         diagnostic.range.end <= text.size(),
                     text.c_str());
            for (const auto& fix : diagnostic.fixes)
                QVERIFY2(fix.range.begin <= fix.range.end && fix.range.end <= text.size(),
                         text.c_str());
        }
        const auto caret = random.below(text.size() + 1);
        const auto found = complete(text, caret, schema);
        QVERIFY2(found.replace.begin <= found.replace.end && found.replace.end <= text.size(),
                 text.c_str());
        const std::string once = formatCql(text);
        QVERIFY2(formatCql(once) == once,
                 (text + "\n---\n" + once + "\n---\n" + formatCql(once)).c_str());
        (void)statementAt(text, caret);
    }
}

RW_TEST(TstEditor)
#include "tst_editor.moc"
