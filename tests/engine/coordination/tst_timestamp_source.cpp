#include "engine/coordination/timestamp_source.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace std::chrono_literals;

class TstTimestampSource : public QObject {
    Q_OBJECT
private slots:
    void timestampsIncreaseOverRestartsCrashesAndClockSteps()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            simulation::SimulatedWorld world(seed);
            simulation::SimulatedDisk disk(seed);
            QVERIFY(disk.createDirectories("/node").has_value());
            QVERIFY(disk.syncDirectory("/node").has_value());
            SeededRandom random(seed);
            std::int64_t last = INT64_MIN;
            for (int life = 0; life < 6; ++life) {
                simulation::SimulatedRuntime runtime(world, 0, disk);
                coordination::TimestampSource source(runtime, "/node/timestamps");
                QVERIFY(source.load().has_value());
                for (int i = 0; i < 200; ++i) {
                    const auto next = source.next(runtime.wallNow());
                    QVERIFY(next.has_value());
                    QVERIFY(next->micros > last);
                    last = next->micros;
                    world.runFor(Duration{static_cast<std::int64_t>(random.below(100'000'000))});
                    if (random.below(40) == 0)
                        world.stepClock(0,
                                        random.below(2) == 0 ? 3'600'000'000us : -3'600'000'000us);
                }
                runtime.kill(simulation::SimulatedRuntime::Death::Machine);
                disk.crash();
                world.stepClock(0, -600'000'000us);
            }
        }
    }

    void theyFollowTheWallClock()
    {
        simulation::SimulatedWorld world(1);
        simulation::SimulatedDisk disk(1);
        QVERIFY(disk.createDirectories("/node").has_value());
        simulation::SimulatedRuntime runtime(world, 0, disk);
        coordination::TimestampSource source(runtime, "/node/timestamps");
        const auto first = source.next(runtime.wallNow());
        QCOMPARE(first->micros, world.wallClock(0).micros());
        world.runFor(5s);
        QCOMPARE(source.next(runtime.wallNow())->micros, world.wallClock(0).micros());
        runtime.kill(simulation::SimulatedRuntime::Death::Process);
    }

    void switchedOffTheyGoBackWithTheClock()
    {
        simulation::SimulatedWorld world(1);
        simulation::SimulatedDisk disk(1);
        simulation::SimulatedRuntime runtime(world, 0, disk);
        coordination::TimestampSource source(runtime, "/node/timestamps", false);
        const auto first = source.next(runtime.wallNow());
        world.stepClock(0, -3'600'000'000us);
        QVERIFY(source.next(runtime.wallNow())->micros < first->micros);
        runtime.kill(simulation::SimulatedRuntime::Death::Process);
    }
};

RW_TEST(TstTimestampSource)
#include "tst_timestamp_source.moc"
