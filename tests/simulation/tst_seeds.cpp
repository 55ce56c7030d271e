#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/simulation/cluster/scenario.h"
#endif
#include "tests/support/test_main.h"

#include <QProcess>
#include <QProcessEnvironment>

using namespace engine::simulation;

namespace {

/// Without optimisation a seed takes five times as long; the normal run is optimised.
#ifdef __OPTIMIZE__
constexpr std::uint64_t kSeedLast = 200;
#else
constexpr std::uint64_t kSeedLast = 15;
#endif

QByteArray hashesOf(const QStringList& before, const QProcessEnvironment& environment)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    QStringList words = before;
    words << RINGWRIGHT_BIN "/ringwright-sim"
          << "run"
          << "--seeds"
          << "1..5"
          << "--hash";
    process.start(words.first(), words.mid(1));
    if (!process.waitForFinished(120'000) || process.exitCode() != 0)
        return "failed: " + process.readAllStandardError() + process.readAllStandardOutput();
    return process.readAllStandardOutput();
}

} // namespace

class TstSeeds : public QObject {
    Q_OBJECT
private slots:
    void everySeedPasses();
    void aMissingSafeguardIsNoticed_data();
    void aMissingSafeguardIsNoticed();
    void aSeedIsTheSameRunInEveryProcess();
};

void TstSeeds::everySeedPasses()
{
    QStringList failures;
    std::uint64_t acknowledged = 0;
    for (std::uint64_t seed = 1; seed <= kSeedLast; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        const ScenarioOutcome outcome = runScenario(options);
        acknowledged += outcome.writesAcknowledged;
        if (!outcome.passed)
            failures << QString("seed %1 (%2): %3")
                            .arg(seed)
                            .arg(QString::fromStdString(outcome.story),
                                 QString::fromStdString(outcome.failure));
    }
    QVERIFY2(failures.isEmpty(), qPrintable(failures.join('\n')));
    QVERIFY(acknowledged > kSeedLast * 10); // a cluster that answers nothing would pass everything
}

void TstSeeds::aMissingSafeguardIsNoticed_data()
{
    QTest::addColumn<QString>("safeguard");
    for (const char* name :
         {"fsync", "hints", "read repair", "digest comparison", "timestamp order"})
        QTest::newRow(name) << QString(name);
}

void TstSeeds::aMissingSafeguardIsNoticed()
{
    QFETCH(QString, safeguard);
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        options.switches.fsync = safeguard != "fsync";
        options.switches.coordination.hints = safeguard != "hints";
        options.switches.coordination.readRepair = safeguard != "read repair";
        options.switches.coordination.digestComparison = safeguard != "digest comparison";
        options.switches.coordination.timestampOrder = safeguard != "timestamp order";
        if (!runScenario(options).passed)
            return;
    }
    QFAIL("no seed noticed");
}

void TstSeeds::aSeedIsTheSameRunInEveryProcess()
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("TZ", "UTC");
    environment.insert("LANG", "C");
    environment.remove("LC_ALL");
    // -R: no randomised addresses; the other process has them.
    const QByteArray fixed = hashesOf({"setarch", "-R"}, environment);
    environment.insert("TZ", "Asia/Kathmandu");
    environment.insert("LANG", "tr_TR.UTF-8");
    environment.insert("MALLOC_PERTURB_", "165");
    const QByteArray random = hashesOf({"env"}, environment);
    QVERIFY2(!fixed.startsWith("failed"), fixed.constData());
    QVERIFY(fixed.count("seed ") == 5);
    QCOMPARE(random, fixed);
}

RW_TEST(TstSeeds)
#include "tst_seeds.moc"
