#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;
using namespace std::chrono_literals;

namespace {

Task<void> note(Runtime& runtime, Priority priority, std::string& order, char what)
{
    for (int i = 0; i < 3; ++i) {
        order.push_back(what);
        auto turn = runtime.yield(priority);
        RW_CO_TRY(co_await turn);
    }
    co_return ok();
}

} // namespace

class TstSimulatedWorld : public QObject {
    Q_OBJECT
private slots:
    void aPausedNodeWaits();
    void wallClocksStepAndDriftByThemselves();
    void oneSeedGivesOneRun();
};

void TstSimulatedWorld::aPausedNodeWaits()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    int fired = 0;
    node.after(1s, "t", [&] { ++fired; });
    node.setPaused(true);
    world.runFor(10s);
    QCOMPARE(fired, 0);
    node.setPaused(false);
    world.runFor(1ms);
    QCOMPARE(fired, 1);
}

void TstSimulatedWorld::wallClocksStepAndDriftByThemselves()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime one{world, 0, disk};
    SimulatedRuntime other{world, 1, disk};
    QVERIFY(one.wallNow() == other.wallNow());
    world.stepClock(0, -1h);
    QCOMPARE(other.wallNow().micros() - one.wallNow().micros(), 3'600'000'000LL);
    world.setClockDrift(0, 1000);
    world.runFor(1000s);
    QCOMPARE(other.wallNow().micros() - one.wallNow().micros(), 3'599'000'000LL);
}

void TstSimulatedWorld::oneSeedGivesOneRun()
{
    const auto hashOf = [](std::uint64_t seed) {
        SimulatedWorld world{seed};
        SimulatedDisk disk{seed};
        SimulatedRuntime one{world, 0, disk};
        SimulatedRuntime other{world, 1, disk};
        std::string order;
        for (auto* node : {&one, &other}) {
            node->spawn(Priority::Request, "a", note(*node, Priority::Request, order, 'a'));
            node->pool().submit(
                "work", [] {}, [] {});
        }
        world.runFor(1s);
        return world.eventHash();
    };
    QCOMPARE(hashOf(1), hashOf(1));
    QVERIFY(hashOf(1) != hashOf(2));
}

RW_TEST(TstSimulatedWorld)
#include "tst_simulated_world.moc"
