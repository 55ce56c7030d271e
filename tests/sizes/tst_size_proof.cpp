#include "tests/sizes/size_case.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

/// Estimates against what real Cassandra wrote, as run.py recorded it.
class TstSizeProof : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void theEstimateIsWithinThreePercentOfRealCassandra_data();
    void theEstimateIsWithinThreePercentOfRealCassandra();
    void afterCalibrationCompressedBytesAreWithinTenPercent_data()
    {
        theEstimateIsWithinThreePercentOfRealCassandra_data();
    }
    void afterCalibrationCompressedBytesAreWithinTenPercent();
    void aWrongParameterIsNoticed();
    void cleanupTestCase();

private:
    QJsonArray m_cases;
    double m_worst = 0;
};

void TstSizeProof::initTestCase()
{
    QFile file{RINGWRIGHT_FIXTURES "/sizes/real_cassandra.json"};
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
    m_cases = QJsonDocument::fromJson(file.readAll())["cases"].toArray();
    QVERIFY(m_cases.size() >= 30);
}

void TstSizeProof::theEstimateIsWithinThreePercentOfRealCassandra_data()
{
    QTest::addColumn<QJsonObject>("recorded");
    for (const QJsonValue& recorded : m_cases)
        QTest::newRow(qPrintable(recorded["parameters"]["name"].toString())) << recorded.toObject();
}

void TstSizeProof::theEstimateIsWithinThreePercentOfRealCassandra()
{
    QFETCH(QJsonObject, recorded);
    const auto model = tests::modelOfCase(recorded["parameters"].toObject());
    const double estimate = tests::estimateOf(model).partitionBytes;
    const double real = recorded["partitionBytes"].toDouble();
    const double error = estimate / real - 1;
    m_worst = std::max(m_worst, std::abs(error));
    qInfo("%.1f estimated, %.1f real, %+.2f %%", estimate, real, 100 * error);
    QVERIFY(std::abs(error) <= 0.03);
}

void TstSizeProof::afterCalibrationCompressedBytesAreWithinTenPercent()
{
    QFETCH(QJsonObject, recorded);
    auto model = tests::modelOfCase(recorded["parameters"].toObject());
    model.tables[0].sizing.compressionRatio = recorded["calibratedRatio"].toDouble();
    const double estimate = tests::estimateOf(model).compressedBytes;
    const double real = recorded["compressedBytes"].toDouble();
    const double error = estimate / real - 1;
    qInfo("%.1f estimated, %.1f real, %+.2f %%", estimate, real, 100 * error);
    QVERIFY(std::abs(error) <= 0.10);
}

void TstSizeProof::aWrongParameterIsNoticed()
{
    // The same check fails when the model says something else than what was written.
    const QJsonObject recorded = m_cases[3].toObject();
    auto model = tests::modelOfCase(recorded["parameters"].toObject());
    for (auto& column : model.tables[0].columns) {
        if (column.sizing.averageBytes)
            *column.sizing.averageBytes *= 1.1;
    }
    const double error =
        tests::estimateOf(model).partitionBytes / recorded["partitionBytes"].toDouble() - 1;
    QVERIFY(std::abs(error) > 0.03);
}

void TstSizeProof::cleanupTestCase()
{
    qInfo("worst: %.2f %%", 100 * m_worst);
}

RW_TEST(TstSizeProof)
#include "tst_size_proof.moc"
