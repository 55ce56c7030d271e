#include "engine/ring/partitioner.h"
#include "engine/ring/token.h"
#include "engine/ring/token_ranges.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace engine;
using namespace engine::ring;

class TstPartitioner : public QObject {
    Q_OBJECT
private slots:
    void tokensEqualThoseOfCassandra()
    {
        QFile file(RINGWRIGHT_FIXTURES "/tokens.json");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto document = QJsonDocument::fromJson(file.readAll()).object();
        int compared = 0;
        for (const auto& each : document["partitioners"].toArray()) {
            const auto found =
                Partitioner::byName(each.toObject()["partitioner"].toString().toStdString());
            QVERIFY(found.has_value());
            for (const auto& pair : each.toObject()["keys"].toArray()) {
                Bytes key;
                QVERIFY(fromHex(pair.toArray()[0].toString().toStdString(), key));
                QCOMPARE(QString::fromStdString((*found)->tokenText(key)),
                         pair.toArray()[1].toString());
                ++compared;
            }
        }
        QVERIFY(compared >= 960);
    }

    void tokenTextsAreOrderedAsNumbers()
    {
        const auto& murmur3 = Partitioner::murmur3();
        QVERIFY(murmur3.compareTokenTexts("-9", "-10") > 0);
        QVERIFY(murmur3.compareTokenTexts("9", "10") < 0);
        const auto random = *Partitioner::byName("RandomPartitioner");
        QVERIFY(random->compareTokenTexts("99", "100") < 0);
        QVERIFY(random->compareTokenTexts("-1", "0") < 0);
        QVERIFY(random->compareTokenTexts("-1", "-1") == 0);
    }

    void anUnknownPartitionerIsNamed()
    {
        const auto found = Partitioner::byName("FancyPartitioner");
        QVERIFY(!found);
        QVERIFY(found.error().detail().find("FancyPartitioner") != std::string::npos);
    }

    void rangesWrapAtTheEndOfTheRing()
    {
        const TokenRange wrapping{Token{100}, Token{-100}};
        QVERIFY(wrapping.contains(Token{101}));
        QVERIFY(wrapping.contains(Token{-100}));
        QVERIFY(!wrapping.contains(Token{100}));
        QVERIFY(!wrapping.contains(Token{0}));
        const TokenRange whole{Token{5}, Token{5}};
        QVERIFY(whole.contains(Token{5}));
        QVERIFY(whole.contains(Token{6}));
    }

    void aRangeIsUnwrappedAtTheEndOfTheRing()
    {
        using Pieces = std::vector<TokenRange>;
        const Token min = Token::minimum();
        const Token max = Token::maximum();
        const Token five{5};
        const Token nine{9};
        QVERIFY((unwrapped({five, nine}) == Pieces{{five, nine}}));
        QVERIFY((unwrapped({nine, five}) == Pieces{{nine, max}, {min, five}}));
        QVERIFY((unwrapped({five, five}) == Pieces{{five, max}, {min, five}}));
        // Nothing is after the greatest token, nothing up to the smallest.
        QVERIFY((unwrapped({max, five}) == Pieces{{min, five}}));
        QVERIFY((unwrapped({five, min}) == Pieces{{five, max}}));
        QVERIFY((unwrapped({max, min}) == Pieces{}));
        QVERIFY((unwrapped({min, min}) == Pieces{{min, max}}));
        QVERIFY((unwrapped({max, max}) == Pieces{{min, max}}));
    }
};

RW_TEST(TstPartitioner)
#include "tst_partitioner.moc"
