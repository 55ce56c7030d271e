#include "engine/cql/literals.h"
#include "engine/cql/parser.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::cql;

namespace {
QString q(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

const TypePtr kInt = Type::native(TypeKind::Int);
const TypePtr kText = Type::native(TypeKind::Text);

TypePtr typeNamed(const QString& name)
{
    const auto native = [](const char* className) { return *Type::parseClassName(className); };
    if (name == "udt")
        return Type::udt("ks", "ut", {{"a", kInt}, {"b", kText}}, true);
    if (name == "list")
        return Type::list(kInt);
    if (name == "set")
        return Type::set(kText);
    if (name == "map")
        return Type::map(kText, kInt);
    if (name == "tuple")
        return Type::tuple({kInt, kText});
    if (name == "vector")
        return Type::vector(native("FloatType"), 3);
    return native(name.toLatin1().constData());
}
} // namespace

class TstLiterals : public QObject {
    Q_OBJECT
private slots:
    void literalsReadBack_data();
    void literalsReadBack();
    void wrongLiteralsGetCassandrasSentence_data();
    void wrongLiteralsGetCassandrasSentence();
    void markersInsideCollectionsAreEvaluated();
    void jsonReadsBack_data();
    void jsonReadsBack();
    void wrongJsonIsRefused_data();
    void wrongJsonIsRefused();
    void jsonObjectsSplitIntoColumns();
    void temporalFormsOfCassandraAreRead_data();
    void temporalFormsOfCassandraAreRead();
};

void TstLiterals::literalsReadBack_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("literal");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char* type, const char* literal, const char* canonical) {
        QTest::addRow("%s %s", type, literal)
            << QString{type} << QString{literal} << QString{canonical};
    };
    row("Int32Type", "-5", "-5");
    row("UTF8Type", "$$it's$$", "'it''s'");
    row("DoubleType", "5", "5.0");
    row("DoubleType", "-infinity", "-Infinity");
    row("DecimalType", "1E+3", "1E+3");
    row("DurationType", "1mo2w", "1mo14d");
    row("DurationType", "P1Y2M3DT4H5M6S", "1y2mo3d4h5m6s");
    row("DurationType", "-P2W", "-14d");
    row("BytesType", "0xCAFE", "0xcafe");
    row("BytesType", "0x", "0x");
    row("BooleanType", "TRUE", "true");
    row("InetAddressType", "'::1'", "'0:0:0:0:0:0:0:1'");
    row("SimpleDateType", "2147483648", "'1970-01-01'");
    row("TimestampType", "'2011-02-03 04:05+0000'", "'2011-02-03 04:05:00.000Z'");
    row("list", "[3, 1, 3]", "[3, 1, 3]");
    row("set", "{'b', 'a', 'b'}", "{'a', 'b'}");
    row("set", "{}", "{}");
    row("map", "{'b': 1, 'a': 2, 'b': 3}", "{'a': 2, 'b': 3}");
    row("map", "{}", "{}");
    row("tuple", "(1)", "(1, null)");
    row("tuple", "(null, 'x')", "(null, 'x')");
    row("udt", "{b: 'x'}", "{a: null, b: 'x'}");
    row("vector", "[1, 2.5, -3]", "[1.0, 2.5, -3.0]");
}

void TstLiterals::literalsReadBack()
{
    QFETCH(QString, type);
    QFETCH(QString, literal);
    QFETCH(QString, canonical);
    Arena arena;
    const std::string text = literal.toStdString();
    const auto term = parseTerm(text, arena);
    QVERIFY2(term.has_value(), term ? "" : term.error().detail().c_str());
    const auto bytes = serializeLiteral(**term, *typeNamed(type), "c");
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().detail().c_str());
    QVERIFY(bytes->has_value());
    QVERIFY(typeNamed(type)->validate(**bytes));
    QCOMPARE(q(typeNamed(type)->toCqlLiteral(**bytes)), canonical);
}

void TstLiterals::wrongLiteralsGetCassandrasSentence_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("literal");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* type, const char* literal, const char* sentence) {
        QTest::addRow("%s %s", type, literal)
            << QString{type} << QString{literal} << QString{sentence};
    };
    // All from fixtures/errors.json.
    row("Int32Type", "'a'", "Invalid STRING constant (a) for \"c\" of type int");
    row("UTF8Type", "5", "Invalid INTEGER constant (5) for \"c\" of type text");
    row("Int32Type", "1.5", "Invalid FLOAT constant (1.5) for \"c\" of type int");
    row("UUIDType", "'not-a-uuid'", "Invalid STRING constant (not-a-uuid) for \"c\" of type uuid");
    row("InetAddressType", "'300.1.1.1'", "Unable to make inet address from '300.1.1.1'");
    row("TimestampType", "'yesterday'", "Unable to parse a date/time from 'yesterday'");
    row("ByteType", "128", "Unable to make byte from '128'");
    row("DurationType", "5", "Unable to convert '5' to a duration");
    row("list", "{1,2}", "Invalid set literal for c of type list<int>");
    row("set", "{'a': 1}", "Invalid map literal for c of type set<text>");
    row("map", "{'a'}", "Invalid set literal for c of type map<text, int>");
    row("map", "{'a': 'b'}", "Invalid map literal for c: value 'b' is not of type int");
    row("tuple", "('a', 'b')", "Invalid tuple literal for c: component 0 is not of type int");
    row("udt", "{a: 'x'}", "Invalid user type literal for c: field a is not of type int");
    row("vector", "[1, 2]",
        "Invalid vector literal for c of type vector<float, 3>; expected 3 elements, but given 2");
    row("vector", "['a', 'b', 'c']",
        "Invalid vector literal for c: value 'a' is not of type float");
    row("list", "5", "Invalid INTEGER constant (5) for \"c\" of type list<int>");
    row("set", "['a']", "Unexpected receiver type 'set<text>'; only list and vector are expected");
}

void TstLiterals::wrongLiteralsGetCassandrasSentence()
{
    QFETCH(QString, type);
    QFETCH(QString, literal);
    QFETCH(QString, sentence);
    Arena arena;
    const std::string text = literal.toStdString();
    const auto bytes = serializeLiteral(**parseTerm(text, arena), *typeNamed(type), "c");
    QVERIFY(!bytes);
    QCOMPARE(bytes.error().code(), ErrorCode::Invalid);
    QCOMPARE(q(bytes.error().detail()), sentence);
}

void TstLiterals::markersInsideCollectionsAreEvaluated()
{
    Arena arena;
    const auto term = parseTerm("{'x': ?, ?: 7}", arena);
    QVERIFY(!isConstant(**term));
    const auto bytes =
        serializeTerm(**term, Type::map(kText, kInt), "c",
                      [](const Term& asked, const TypePtr& type) -> Result<std::optional<Bytes>> {
                          // The place of a marker decides its type.
                          return std::optional<Bytes>{asked.marker == 0 ? *type->fromString("41")
                                                                        : *type->fromString("a")};
                      });
    QCOMPARE(q(Type::map(kText, kInt)->toCqlLiteral(**bytes)), QString("{'a': 7, 'x': 41}"));
    QVERIFY(!serializeLiteral(**term, *Type::map(kText, kInt), "c"));
}

void TstLiterals::jsonReadsBack_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("canonical");
    const auto row = [](const char* type, const char* json, const char* canonical) {
        QTest::addRow("%s %s", type, json)
            << QString{type} << QString{json} << QString::fromUtf8(canonical);
    };
    row("Int32Type", "\"12\"", "12");
    row("IntegerType", "123456789012345678901234567890", "123456789012345678901234567890");
    row("DecimalType", "1.100000000000000000000000000001", "1.100000000000000000000000000001");
    row("UTF8Type", "\"a\\u00e9\\ud834\\udd1e\\n\"", "\"aé𝄞\\n\"");
    row("list", "[1, \"2\"]", "[1, 2]");
    row("map", "{\"b\": 1, \"a\": 2}", "{\"a\": 2, \"b\": 1}");
    row("udt", "{\"B\": \"x\", \"a\": null}", "{\"a\": null, \"b\": \"x\"}");
    row("tuple", "[null, \"x\"]", "[null, \"x\"]");
    row("vector", "[1, 2, 3.5]", "[1.0, 2.0, 3.5]");
    row("BytesType", "\"0x00ff\"", "\"0x00ff\"");
    row("TimestampType", "0", "\"1970-01-01 00:00:00.000Z\"");
}

void TstLiterals::jsonReadsBack()
{
    QFETCH(QString, type);
    QFETCH(QString, json);
    QFETCH(QString, canonical);
    const auto bytes = serializeJson(json.toStdString(), *typeNamed(type));
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().detail().c_str());
    QCOMPARE(q(typeNamed(type)->toJson(**bytes)), canonical);
}

void TstLiterals::wrongJsonIsRefused_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("json");
    const auto row = [](const char* type, const char* json) {
        QTest::addRow("%s %s", type, json) << QString{type} << QString{json};
    };
    row("Int32Type", "1.5");
    row("Int32Type", "\"x\"");
    row("Int32Type", "01");
    row("UTF8Type", "5");
    row("UTF8Type", "\"\\ud800\\u0041\"");
    row("list", "[null]");
    row("list", "{\"a\": 1}");
    row("map", "[1]");
    row("udt", "{\"nope\": 1}");
    row("tuple", "[1]");
    row("vector", "[1, 2]");
    row("BytesType", "\"00\"");
    row("list", "[1,]");
    row("list", "[1] x");
}

void TstLiterals::wrongJsonIsRefused()
{
    QFETCH(QString, type);
    QFETCH(QString, json);
    const auto bytes = serializeJson(json.toStdString(), *typeNamed(type));
    QVERIFY(!bytes);
    QCOMPARE(bytes.error().code(), ErrorCode::Invalid);
}

void TstLiterals::jsonObjectsSplitIntoColumns()
{
    const auto fields = splitJsonObject(R"({"K": 1, "\"Q\"": [1, {"x": null}], "t": "a\"b"})");
    QVERIFY(fields.has_value());
    QCOMPARE(fields->size(), 3U);
    QCOMPARE(q((*fields)[0].name), QString("k"));
    QCOMPARE(q((*fields)[1].name), QString("Q"));
    QCOMPARE(q((*fields)[1].value), QString("[1, {\"x\": null}]"));
    QCOMPARE(q((*fields)[2].value), QString("\"a\\\"b\""));
    QVERIFY(!splitJsonObject("[1]"));
    QVERIFY(!splitJsonObject(std::string(100000, '[')));
}

void TstLiterals::temporalFormsOfCassandraAreRead_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("canonical"); // empty: refused
    const auto row = [](const char* type, const char* text, const char* canonical) {
        QTest::addRow("%s %s", type, text) << QString{type} << QString{text} << QString{canonical};
    };
    const char* kNoon = "2011-02-03 12:00:00.000Z";
    for (const char* text :
         {"2011-02-03 12:00", "2011-02-03 12:00:00", "2011-02-03T12:00:00.000", "2011-02-03T12:00Z",
          "2011-02-03 12:00+0000", "2011-02-03 14:00+02", "2011-02-03T10:30:00.0-01:30",
          "2011-02-03 12:00:00 UTC", "2011-02-03 12:00:00.0 +0000", "1296734400000"})
        row("TimestampType", text, kNoon);
    row("TimestampType", "2011-02-03", "2011-02-03 00:00:00.000Z");
    row("TimestampType", "2011-02-03+0100", "2011-02-02 23:00:00.000Z");
    row("TimestampType", "-1", "1969-12-31 23:59:59.999Z");
    row("TimestampType", "2011-02-30", "");
    row("TimestampType", "2011-02-03 25:00", "");
    row("TimestampType", "2011-02-03 12:00 nope", "");
    row("SimpleDateType", "2015-05-03", "2015-05-03");
    row("SimpleDateType", "2015-13-03", "");
    row("SimpleDateType", "2015-02-29", "");
    row("SimpleDateType", "4294967296", "");
    row("SimpleDateType", "9999999-01-01", "");
    row("TimeType", "08:12:54", "08:12:54.000000000");
    row("TimeType", "08:12:54.1", "08:12:54.100000000");
    row("TimeType", "0", "00:00:00.000000000");
    row("TimeType", "24:00:00", "");
    row("TimeType", "86400000000000", "");
    row("TimeType", "08:12", "");
    row("DurationType", "12h30m", "12h30m");
    row("DurationType", "33us1ns", "33us1ns");
    row("DurationType", "P0001-02-03T04:05:06", "1y2mo3d4h5m6s");
    row("DurationType", "PT1H", "1h");
    row("DurationType", "1h1h", "");
    row("DurationType", "1m1h", "");
    row("DurationType", "2147483648d", "");
    row("DurationType", "", "");
}

void TstLiterals::temporalFormsOfCassandraAreRead()
{
    QFETCH(QString, type);
    QFETCH(QString, text);
    QFETCH(QString, canonical);
    const auto bytes = typeNamed(type)->fromString(text.toStdString());
    QCOMPARE(bytes.has_value(), !canonical.isEmpty());
    if (bytes)
        QCOMPARE(q(typeNamed(type)->getString(*bytes)), canonical);
}

RW_TEST(TstLiterals)
#include "tst_literals.moc"
