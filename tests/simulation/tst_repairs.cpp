#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/simulation/cluster/repair_scenario.h"
#endif
#include "tests/support/test_main.h"

using namespace engine::simulation;

namespace {

/// Without optimisation a seed takes five times as long; the normal run is optimised.
#ifdef __OPTIMIZE__
constexpr std::uint64_t kRepairSeedLast = 40;
#else
constexpr std::uint64_t kRepairSeedLast = 5;
#endif

} // namespace

/// Incremental repairs that are disturbed, over many seeds.
class TstRepairs : public QObject {
    Q_OBJECT
private slots:
    void everySeedPasses();
    void repairedDataThatAReplicaLacksAreNoticed();
};

void TstRepairs::everySeedPasses()
{
    QStringList failures;
    std::uint32_t begun = 0;
    std::uint32_t finished = 0;
    for (std::uint64_t seed = 1; seed <= kRepairSeedLast; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        const ScenarioOutcome outcome = runRepairScenario(options);
        begun += outcome.repairsBegun;
        finished += outcome.repairsFinished;
        if (!outcome.passed)
            failures
                << QString("seed %1: %2").arg(seed).arg(QString::fromStdString(outcome.failure));
    }
    QVERIFY2(failures.isEmpty(), qPrintable(failures.join('\n')));
    // Repairs that all come through, or none, would show nothing.
    QVERIFY(finished >= kRepairSeedLast / 2 && finished + kRepairSeedLast / 2 <= begun);
}

void TstRepairs::repairedDataThatAReplicaLacksAreNoticed()
{
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        ScenarioOptions options;
        options.seed = seed;
        options.switches.coordination.repairExchange = false;
        const ScenarioOutcome outcome = runRepairScenario(options);
        if (outcome.failure.find("as repaired, which node") != std::string::npos)
            return;
    }
    QFAIL("no seed noticed");
}

RW_TEST(TstRepairs)
#include "tst_repairs.moc"
