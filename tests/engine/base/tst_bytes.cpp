#include "engine/base/bytes.h"
#include "engine/base/random.h"
#include "tests/support/test_main.h"

using namespace engine;

class TstBytes : public QObject {
    Q_OBJECT
private slots:
    void vintDecodingUndoesEncoding();
    void vintMatchesCassandra_data();
    void vintMatchesCassandra();
    void bufferedWriterWritesTheSame();
    void readingPastTheEndFailsAndStaysFailed();
    void anIntegerIsWrittenAsItsTypeIs();
};

void TstBytes::vintDecodingUndoesEncoding()
{
    SeededRandom random{7};
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t value = random.next() >> random.below(64);
        Bytes out;
        ByteWriter writer{out};
        writer.unsignedVint(value);
        writer.vint(static_cast<std::int64_t>(value));
        QCOMPARE(out.size(), unsignedVintSize(value) + vintSize(static_cast<std::int64_t>(value)));
        ByteReader reader{out};
        QCOMPARE(reader.unsignedVint(), value);
        QCOMPARE(reader.vint(), static_cast<std::int64_t>(value));
        QVERIFY(reader.ok() && reader.atEnd());
    }
}

void TstBytes::bufferedWriterWritesTheSame()
{
    SeededRandom random{11};
    for (int round = 0; round < 300; ++round) {
        Bytes plain = "before ";
        Bytes buffered = plain;
        {
            ByteWriter one{plain};
            BufferedByteWriter two{buffered};
            for (std::uint64_t count = random.below(200); count > 0; --count) {
                const std::uint64_t value = random.next() >> random.below(64);
                // Up to twice as much as the buffer takes.
                const Bytes bytes(random.below(20) == 0 ? random.below(1100) : random.below(30),
                                  static_cast<char>(value));
                switch (random.below(3)) {
                case 0: { // several things in one room
                    one.u8(static_cast<std::uint8_t>(value));
                    one.vint(static_cast<std::int64_t>(value));
                    char* at = two.room();
                    *at++ = static_cast<char>(value);
                    two.used(at + putVint(at, static_cast<std::int64_t>(value)));
                    break;
                }
                case 1:
                    one.unsignedVint(value);
                    two.unsignedVint(value);
                    break;
                default:
                    one.bytesVint(bytes);
                    two.bytesVint(bytes);
                }
            }
        }
        QCOMPARE(toHex(buffered), toHex(plain));
    }
}

void TstBytes::vintMatchesCassandra_data()
{
    QTest::addColumn<quint64>("value");
    QTest::addColumn<QByteArray>("hex");
    // org.apache.cassandra.utils.vint.VIntCoding
    QTest::newRow("0") << quint64(0) << QByteArray("00");
    QTest::newRow("127") << quint64(127) << QByteArray("7f");
    QTest::newRow("128") << quint64(128) << QByteArray("8080");
    QTest::newRow("16383") << quint64(16383) << QByteArray("bfff");
    QTest::newRow("16384") << quint64(16384) << QByteArray("c04000");
    QTest::newRow("2^56-1") << quint64((1ULL << 56) - 1) << QByteArray("feffffffffffffff");
    QTest::newRow("max") << quint64(~0ULL) << QByteArray("ffffffffffffffffff");
}

void TstBytes::vintMatchesCassandra()
{
    QFETCH(quint64, value);
    QFETCH(QByteArray, hex);
    Bytes out;
    ByteWriter{out}.unsignedVint(value);
    QCOMPARE(QByteArray::fromStdString(toHex(out)), hex);
}

void TstBytes::readingPastTheEndFailsAndStaysFailed()
{
    ByteReader reader{ByteView{"\x00\x00\x00\x09xy", 6}};
    QVERIFY(reader.bytes32().empty());
    QVERIFY(!reader.ok());
    QCOMPARE(reader.u8(), std::uint8_t{0});
    QVERIFY(!reader.ok());
}

void TstBytes::anIntegerIsWrittenAsItsTypeIs()
{
    // As intAsBlob() and the like have them: tinyint, smallint, int, bigint.
    QCOMPARE(toHex(bigEndian(std::int8_t{-2})), std::string{"fe"});
    QCOMPARE(toHex(bigEndian(std::int16_t{-2})), std::string{"fffe"});
    QCOMPARE(toHex(bigEndian(std::int32_t{1027})), std::string{"00000403"});
    QCOMPARE(toHex(bigEndian(std::int64_t{1027})), std::string{"0000000000000403"});
}

RW_TEST(TstBytes)
#include "tst_bytes.moc"
