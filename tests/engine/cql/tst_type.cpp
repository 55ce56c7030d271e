#include "engine/base/random.h"
#include "engine/cql/numbers.h"
#include "engine/cql/temporal.h"
#include "engine/cql/type.h"
#include "tests/support/test_main.h"

#include <bit>
#include <random>

using namespace engine;
using namespace engine::cql;

class TstType : public QObject {
    Q_OBJECT
private slots:
    void classNamesReadBackAsTheSameType_data();
    void classNamesReadBackAsTheSameType();
    void reversedIsReported();
    void unknownClassesStayCustom();
    void hostileClassNamesAreErrors();
    void textReadsBack_data();
    void textReadsBack();
    void ordersAsCassandra_data();
    void ordersAsCassandra();
    void anOrderPrefixNeverContradictsTheOrder();
    void anOrderPrefixTellsMostValuesApart();
    void decimalsCompareByValue();
    void malformedValuesAreRefusedAndPrinted();
    void mapKeysInJsonAreStrings();
    void comparingIsAntisymmetricOnAnyBytes();
};

namespace {
QString q(const std::string& text)
{
    return QString::fromStdString(text);
}
const std::string kPackage = "org.apache.cassandra.db.marshal.";
} // namespace

void TstType::classNamesReadBackAsTheSameType_data()
{
    QTest::addColumn<QString>("cql");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* cql, std::string name) {
        std::string full;
        for (std::size_t i = 0; i < name.size(); ++i) {
            // '~' stands for the package.
            if (name[i] == '~')
                full += kPackage;
            else
                full.push_back(name[i]);
        }
        QTest::newRow(cql) << QString{cql} << q(full);
    };
    row("int", "~Int32Type");
    row("timeuuid", "~TimeUUIDType");
    row("set<uuid>", "~SetType(~UUIDType)");
    row("frozen<map<text, frozen<list<int>>>>",
        "~FrozenType(~MapType(~UTF8Type,~ListType(~Int32Type)))");
    row("map<int, frozen<set<text>>>", "~MapType(~Int32Type,~FrozenType(~SetType(~UTF8Type)))");
    row("list<frozen<tuple<int, text>>>", "~ListType(~TupleType(~Int32Type,~UTF8Type))");
    row("frozen<tuple<int, text, frozen<list<int>>>>",
        "~TupleType(~Int32Type,~UTF8Type,~ListType(~Int32Type))");
    row("vector<frozen<list<int>>, 2>", "~VectorType(~FrozenType(~ListType(~Int32Type)) , 2)");
    row("vector<vector<float, 2>, 2>", "~VectorType(~VectorType(~FloatType , 2) , 2)");
    row("frozen<addr>",
        "~FrozenType(~UserType(fx,61646472,737472656574:~UTF8Type,74616773:~SetType(~UTF8Type)))");
    row("person", "~UserType(fx,706572736f6e,6e616d65:~UTF8Type,686f6d65:~FrozenType(~UserType(fx,"
                  "61646472,7a6970:~Int32Type)))");
}

void TstType::classNamesReadBackAsTheSameType()
{
    QFETCH(QString, cql);
    QFETCH(QString, name);
    const auto type = Type::parseClassName(name.toStdString());
    QVERIFY2(type.has_value(), type ? "" : type.error().detail().c_str());
    QCOMPARE(q((*type)->toString()), cql);
    QCOMPARE(q((*type)->className()), name);
    QVERIFY(**Type::parseClassName((*type)->className()) == **type);
}

void TstType::reversedIsReported()
{
    bool reversed = false;
    const auto type = Type::parseClassName(kPackage + "ReversedType(LongType)", &reversed);
    QVERIFY(reversed);
    QCOMPARE((*type)->kind(), TypeKind::Bigint);
    QCOMPARE(q((*type)->className(true)), q(kPackage + "ReversedType(" + kPackage + "LongType)"));
}

void TstType::unknownClassesStayCustom()
{
    const std::string name =
        kPackage + "PartitionerDefinedOrder(org.apache.cassandra.dht.Murmur3Partitioner)";
    const auto type = Type::parseClassName(name);
    QCOMPARE((*type)->kind(), TypeKind::Custom);
    QCOMPARE(q((*type)->className()), q(name));
    // murmur3 of "a" is positive and of "b" negative: not the order of the bytes.
    QVERIFY(!(*type)->isByteOrdered());
}

void TstType::hostileClassNamesAreErrors()
{
    for (const char* text :
         {"", "(", "ListType", "ListType(", "ListType()", "MapType(Int32Type)", "Int32Type)",
          "VectorType(Int32Type, -1)", "VectorType(Int32Type , 99999999999)", "UserType(a,zz)",
          "Foo(((", "UserType(ks,61,62)"})
        QVERIFY2(!Type::parseClassName(text), text);
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "ListType(";
    QVERIFY(!Type::parseClassName(deep));
}

void TstType::textReadsBack_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("hex");
    QTest::addColumn<QString>("json");
    const auto row = [](TypeKind kind, const char* text, const char* hex, const char* json) {
        QTest::addRow("%d %s", static_cast<int>(kind), text)
            << static_cast<int>(kind) << QString::fromUtf8(text) << hex << QString::fromUtf8(json);
    };
    row(TypeKind::Int, "-2147483648", "80000000", "-2147483648");
    row(TypeKind::Tinyint, "-128", "80", "-128");
    row(TypeKind::Varint, "123456789012345678901234567890", "018ee90ff6c373e0ee4e3f0ad2",
        "123456789012345678901234567890");
    row(TypeKind::Varint, "-129", "ff7f", "-129");
    row(TypeKind::Varint, "128", "0080", "128");
    row(TypeKind::Varint, "-123456789012345678901234567890", "fe7116f0093c8c1f11b1c0f52e",
        "-123456789012345678901234567890");
    row(TypeKind::Decimal, "-0.001", "00000003ff", "-0.001");
    row(TypeKind::Decimal, "1.10", "000000026e", "1.10");
    row(TypeKind::Double, "3.141592653589793", "400921fb54442d18", "3.141592653589793");
    row(TypeKind::Double, "-2.5E-10", "bdf12e0be826d695", "-2.5E-10");
    row(TypeKind::Double, "NaN", "7ff8000000000000", "null");
    row(TypeKind::Double, "1.0E7", "416312d000000000", "1.0E7");
    row(TypeKind::Double, "9999999.0", "416312cfe0000000", "9999999.0");
    row(TypeKind::Double, "0.001", "3f50624dd2f1a9fc", "0.001");
    row(TypeKind::Float, "3.4028235E38", "7f7fffff", "3.4028235E38");
    row(TypeKind::Float, "-0.0", "80000000", "-0.0");
    row(TypeKind::Boolean, "true", "01", "true");
    row(TypeKind::Date, "1970-01-01", "80000000", "\"1970-01-01\"");
    row(TypeKind::Date, "2024-02-29", "80004d46", "\"2024-02-29\"");
    row(TypeKind::Date, "-5877641-06-23", "00000000", "\"-5877641-06-23\"");
    row(TypeKind::Date, "+5881580-07-11", "ffffffff", "\"+5881580-07-11\"");
    row(TypeKind::Time, "13:45:59.123456789", "00002d12e1f2f315", "\"13:45:59.123456789\"");
    row(TypeKind::Timestamp, "2024-02-29 12:34:56.789Z", "0000018df4dc5495",
        "\"2024-02-29 12:34:56.789Z\"");
    row(TypeKind::Timestamp, "1969-12-31 23:59:59.999Z", "ffffffffffffffff",
        "\"1969-12-31 23:59:59.999Z\"");
    row(TypeKind::Duration, "1y2mo25d5h6m7s8ms9us10ns", "1c32fe21668eddd374",
        "\"1y2mo25d5h6m7s8ms9us10ns\"");
    row(TypeKind::Duration, "-1mo2d3ns", "010305", "\"-1mo2d3ns\"");
    row(TypeKind::Inet, "192.168.1.20", "c0a80114", "\"192.168.1.20\"");
    row(TypeKind::Inet, "fe80:0:0:0:0:0:0:1", "fe800000000000000000000000000001",
        "\"fe80:0:0:0:0:0:0:1\"");
    row(TypeKind::Uuid, "f47ac10b-58cc-4372-a567-0e02b2c3d479", "f47ac10b58cc4372a5670e02b2c3d479",
        "\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"");
    row(TypeKind::Text, "line1\nline2\t'q'\"",
        "6c696e65310a6c696e653209277127"
        "22",
        "\"line1\\nline2\\t'q'\\\"\"");
}

void TstType::textReadsBack()
{
    QFETCH(int, kind);
    QFETCH(QString, text);
    QFETCH(QString, hex);
    QFETCH(QString, json);
    const auto type = Type::native(static_cast<TypeKind>(kind));
    const auto value = type->fromString(text.toStdString());
    QVERIFY2(value.has_value(), value ? "" : value.error().detail().c_str());
    if (static_cast<TypeKind>(kind) != TypeKind::Duration)
        QCOMPARE(q(toHex(*value)), hex);
    QVERIFY(type->validate(*value));
    QCOMPARE(q(type->getString(*value)), text);
    QCOMPARE(q(type->toJson(*value)), json);
}

void TstType::ordersAsCassandra_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QStringList>("ascending");
    const auto row = [](const char* name, TypeKind kind, QStringList texts) {
        QTest::newRow(name) << static_cast<int>(kind) << texts;
    };
    row("int", TypeKind::Int, {"", "-2147483648", "-1", "0", "1", "2147483647"});
    row("tinyint", TypeKind::Tinyint, {"-128", "-1", "0", "127"});
    row("double", TypeKind::Double, {"", "-Infinity", "-1", "-0.0", "0.0", "1", "Infinity", "NaN"});
    row("float", TypeKind::Float, {"-Infinity", "-1", "-0.0", "0.0", "1", "Infinity", "NaN"});
    row("varint", TypeKind::Varint,
        {"", "-123456789012345678901234567890", "-256", "-129", "-128", "-1", "0", "127", "128",
         "256", "123456789012345678901234567890"});
    row("decimal", TypeKind::Decimal,
        {"", "-1E100", "-2.5", "-0.001", "0", "1E-20", "1.1", "1.11", "10", "1E2000000000"});
    row("date", TypeKind::Date, {"-5877641-06-23", "1969-12-31", "1970-01-01", "2024-02-29"});
    // By version first; nil has version 0.
    row("uuid", TypeKind::Uuid,
        {"00000000-0000-0000-0000-000000000000", "ffffffff-0000-1000-8080-808080808080",
         "00000000-0001-1000-8080-808080808080", "f47ac10b-58cc-4372-a567-0e02b2c3d479",
         "ffffffff-ffff-4fff-bfff-ffffffffffff"});
    // Equal times order by signed bytes: 0x80 is the smallest.
    row("timeuuid", TypeKind::Timeuuid,
        {"00000000-0000-1000-8080-808080808080", "00000000-0000-1000-8080-80808080807f",
         "00000000-0000-1000-0000-000000000000", "00000001-0000-1000-8080-808080808080",
         "58e0a7d7-eebc-11d8-9669-0800200c9a66", "50554d6e-29bb-11e5-b345-feff819cdc9f"});
    row("boolean", TypeKind::Boolean, {"", "false", "true"});
}

void TstType::ordersAsCassandra()
{
    QFETCH(int, kind);
    QFETCH(QStringList, ascending);
    const auto type = Type::native(static_cast<TypeKind>(kind));
    for (int i = 0; i < ascending.size(); ++i) {
        for (int j = 0; j < ascending.size(); ++j) {
            const auto a = *type->fromString(ascending[i].toStdString());
            const auto b = *type->fromString(ascending[j].toStdString());
            const int sign = type->compare(a, b) < 0 ? -1 : type->compare(a, b) > 0 ? 1 : 0;
            QVERIFY2(sign == (i < j   ? -1
                              : i > j ? 1
                                      : 0),
                     qPrintable(ascending[i] + " against " + ascending[j]));
        }
    }
}

void TstType::anOrderPrefixNeverContradictsTheOrder()
{
    // Bytes at which signs, versions and lengths change; malformed values, too, keep their order.
    constexpr char kBytes[] = {0, 1, 0x10, 0x40, 0x7f, '\x80', '\xc0', '\xff'};
    std::mt19937 random{7};
    const auto below = [&](std::size_t end) { return random() % end; };
    int told = 0;
    for (int kind = 1; kind <= static_cast<int>(TypeKind::Duration); ++kind) {
        if (kind == 0x0A)
            continue; // no type has this number
        const auto type = Type::native(static_cast<TypeKind>(kind));
        for (int i = 0; i < 4000; ++i) {
            const std::size_t size = below(3) == 0 ? below(20) : type->fixedLength().value_or(16);
            Bytes a(size, '\0');
            for (char& byte : a)
                byte = kBytes[below(sizeof kBytes)];
            Bytes b = a;
            b.resize(below(4) == 0 ? below(20) : size);
            if (!b.empty())
                b[below(b.size())] = kBytes[below(sizeof kBytes)];
            const auto x = type->orderPrefix(a);
            const auto y = type->orderPrefix(b);
            told += x != y ? 1 : 0;
            if (x != y)
                QVERIFY2((x < y) == (type->compare(a, b) < 0) && type->compare(a, b) != 0,
                         qPrintable(q(type->toString() + " " + toHex(a) + " " + toHex(b))));
        }
    }
    QVERIFY(told > 20000);
}

void TstType::anOrderPrefixTellsMostValuesApart()
{
    const auto tells = [](TypeKind kind, const char* a, const char* b) {
        const auto type = Type::native(kind);
        return type->orderPrefix(*type->fromString(a)) < type->orderPrefix(*type->fromString(b));
    };
    QVERIFY(tells(TypeKind::Int, "-1", "0"));
    QVERIFY(tells(TypeKind::Bigint, "1", "2"));
    QVERIFY(tells(TypeKind::Tinyint, "-128", "-127"));
    QVERIFY(tells(TypeKind::Timestamp, "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.001Z"));
    QVERIFY(tells(TypeKind::Date, "2024-01-01", "2024-01-02"));
    QVERIFY(tells(TypeKind::Text, "sensor", "sensors"));
    QVERIFY(tells(TypeKind::Double, "-1.5", "-1.25"));
    QVERIFY(tells(TypeKind::Timeuuid, "00000000-0000-1000-8080-808080808080",
                  "00000001-0000-1000-8080-808080808080"));
    QVERIFY(tells(TypeKind::Uuid, "00000000-0001-1000-8080-808080808080",
                  "f47ac10b-58cc-4372-a567-0e02b2c3d479"));
}

void TstType::decimalsCompareByValue()
{
    const auto type = Type::native(TypeKind::Decimal);
    QCOMPARE(type->compare(*type->fromString("1.0"), *type->fromString("1.00")), 0);
    QCOMPARE(type->compare(*type->fromString("0"), *type->fromString("0E10")), 0);
    QVERIFY(type->compare(*type->fromString("-1.01"), *type->fromString("-1.0")) < 0);
}

void TstType::malformedValuesAreRefusedAndPrinted()
{
    const auto type = Type::native(TypeKind::Int);
    QCOMPARE(q(type->validate("abc").error().detail()), QString("Expected 4 or 0 byte int (3)"));
    QCOMPARE(q(type->toCqlLiteral("abc")), QString("<not a valid int: 0x616263>"));
    QCOMPARE(q(type->toCqlLiteral("")), QString("blob_as_int(0x)"));
    const auto list = Type::list(type, true);
    QVERIFY(!list->validate(ByteView{"\x7f\xff\xff\xff", 4}));
    QVERIFY(!list->validate(ByteView{"\0\0\0\1\0\0\0\5abc", 11}));
    QVERIFY(!Type::native(TypeKind::Text)->validate("\xff"));
    QVERIFY(!Type::native(TypeKind::Timeuuid)->validate(std::string(16, '\0')));
    const auto vector = Type::vector(type, 2000000000);
    QVERIFY(!vector->validate("abc"));
}

void TstType::mapKeysInJsonAreStrings()
{
    const auto type = Type::map(Type::native(TypeKind::Int), Type::native(TypeKind::Text));
    Bytes value;
    ByteWriter writer{value};
    writer.i32(1);
    writer.bytes32(ByteView{"\0\0\0\7", 4});
    writer.bytes32("x'y");
    QCOMPARE(q(type->toJson(value)), QString("{\"7\": \"x'y\"}"));
    QCOMPARE(q(type->toCqlLiteral(value)), QString("{7: 'x''y'}"));
}

void TstType::comparingIsAntisymmetricOnAnyBytes()
{
    SeededRandom random{11};
    const auto integer = Type::native(TypeKind::Int);
    const TypePtr types[] = {integer,
                             Type::native(TypeKind::Uuid),
                             Type::native(TypeKind::Timeuuid),
                             Type::native(TypeKind::Varint),
                             Type::native(TypeKind::Decimal),
                             Type::native(TypeKind::Double),
                             Type::list(integer, true),
                             Type::map(integer, Type::native(TypeKind::Text), true),
                             Type::tuple({integer, Type::native(TypeKind::Text)}),
                             Type::vector(integer, 2),
                             Type::vector(Type::native(TypeKind::Text), 2)};
    const auto bytes = [&random] {
        Bytes out(random.below(24), '\0');
        for (char& c : out)
            c = static_cast<char>(random.below(3) == 0 ? random.next() : random.below(3));
        return out;
    };
    for (int i = 0; i < 20000; ++i) {
        const Bytes a = bytes();
        const Bytes b = bytes();
        for (const auto& type : types) {
            const int ab = type->compare(a, b);
            const int ba = type->compare(b, a);
            QVERIFY2((ab < 0) == (ba > 0) && (ab == 0) == (ba == 0),
                     (type->toString() + " " + toHex(a) + " " + toHex(b)).c_str());
            (void)type->toCqlLiteral(a);
            (void)type->toJson(a);
            (void)type->getString(a);
        }
    }
}

RW_TEST(TstType)
#include "tst_type.moc"
