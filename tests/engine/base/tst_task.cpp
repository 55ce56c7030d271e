#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;
using namespace std::chrono_literals;

namespace {

struct Guard {
    explicit Guard(int& counter) : counter(&counter) { ++counter; }
    Guard(const Guard&) = delete;
    ~Guard() { --*counter; }
    int* counter;
};

Task<int> answer(int value)
{
    co_return value;
}

Task<int> sumOf(Runtime& runtime, int count)
{
    int sum = 0;
    for (int i = 0; i < count; ++i) {
        auto one = answer(1);
        RW_CO_ASSIGN(const int value, co_await one);
        sum += value;
    }
    auto pause = runtime.sleep(5ms);
    RW_CO_TRY(co_await pause);
    co_return sum;
}

Task<void> holdForever(Runtime& runtime, int& alive)
{
    const Guard outer{alive};
    auto pause = runtime.sleep(1000h);
    RW_CO_TRY(co_await pause);
    co_return ok();
}

Task<void> holdNested(Runtime& runtime, int& alive)
{
    const Guard outer{alive};
    auto inner = holdForever(runtime, alive);
    RW_CO_TRY(co_await inner);
    co_return ok();
}

Task<int> fails()
{
    auto value = answer(1);
    RW_CO_ASSIGN(const int one, co_await value);
    if (one == 1)
        co_return Error{ErrorCode::Invalid, "no"};
    co_return one;
}

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

class TstTask : public QObject {
    Q_OBJECT
private slots:
    void aLongLoopOfAwaitsNeedsNoStack();
    void sleepTakesVirtualTime();
    void errorsPassThroughAwaits();
    void urgentTasksRunFirst();
    void yieldLetsOthersGoOn();
    void killingANodeDestroysItsSuspendedTasks();
    void cancelledTimersStaySilent();
    void poolWorkComesBackToTheNode();
    void lanesKeepTheirOrder();
    void aOneShotTakesTheFirstAnswerOnly();
};

void TstTask::aLongLoopOfAwaitsNeedsNoStack()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    QCOMPARE(*world.run(node, sumOf(node, 300'000)), 300'000);
}

void TstTask::sleepTakesVirtualTime()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    const MonoTime before = node.now();
    QVERIFY(world.run(node, node.sleep(1h), 2h));
    QVERIFY(node.now() - before >= 1h);
    QVERIFY(node.now() - before < 1h + 1ms);
    QVERIFY(!world.run(node, node.sleep(1h), 1min));
}

void TstTask::errorsPassThroughAwaits()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    const auto failed = world.run(node, fails());
    QVERIFY(!failed);
    QCOMPARE(failed.error().code(), ErrorCode::Invalid);
}

void TstTask::urgentTasksRunFirst()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    std::string order;
    node.post(Priority::Background, "b", [&] { order += 'b'; });
    node.post(Priority::Scan, "s", [&] { order += 's'; });
    node.post(Priority::Request, "r", [&] { order += 'r'; });
    node.post(Priority::Gossip, "g", [&] { order += 'g'; });
    node.post(Priority::Request, "R", [&] { order += 'R'; });
    world.runFor(1ms);
    QCOMPARE(order, std::string{"grRsb"});
}

void TstTask::yieldLetsOthersGoOn()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    std::string order;
    node.spawn(Priority::Scan, "a", note(node, Priority::Scan, order, 'a'));
    node.spawn(Priority::Scan, "b", note(node, Priority::Scan, order, 'b'));
    world.runFor(1ms);
    QCOMPARE(order, std::string{"ababab"});
}

void TstTask::killingANodeDestroysItsSuspendedTasks()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    int alive = 0;
    {
        SimulatedRuntime node{world, 0, disk};
        node.spawn(Priority::Request, "hold", holdNested(node, alive));
        node.spawn(Priority::Request, "hold", holdNested(node, alive));
        world.runFor(1s);
        QCOMPARE(alive, 4);
        node.kill(SimulatedRuntime::Death::Machine);
        QCOMPARE(alive, 0);
        node.spawn(Priority::Request, "late", holdNested(node, alive));
        world.runFor(1s);
        QCOMPARE(alive, 0);
    }
    QVERIFY(!world.step());
}

void TstTask::cancelledTimersStaySilent()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    int fired = 0;
    const TimerId timer = node.after(1s, "t", [&] { fired += 100; });
    node.after(1s, "t", [&] { ++fired; });
    node.cancel(timer);
    world.runFor(2s);
    QCOMPARE(fired, 1);
    // Even when it is due already and only waits its turn.
    TimerId second;
    node.after(1s, "first", [&] { node.cancel(second); });
    second = node.after(1s, "second", [&] { fired += 100; });
    world.runFor(2s);
    QCOMPARE(fired, 1);
    QCOMPARE(node.liveTimers(), std::size_t{0});
}

void TstTask::poolWorkComesBackToTheNode()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    const auto good = world.run(node, node.onPool("work", [] { return Result<int>{42}; }));
    QCOMPARE(*good, 42);
    const auto bad = world.run(node, node.onPool("work", []() -> Result<int> {
        return Error{ErrorCode::Io, "broken"};
    }));
    QCOMPARE(bad.error().code(), ErrorCode::Io);
}

void TstTask::lanesKeepTheirOrder()
{
    SimulatedWorld world{5};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    std::string works;
    std::string dones;
    for (const char c : std::string{"abcdefgh"})
        node.pool().submitToLane(
            0, "lane", [&works, c] { works += c; }, [&dones, c] { dones += c; });
    QVERIFY(world.runUntilQuiet());
    QCOMPARE(works, std::string{"abcdefgh"});
    QCOMPARE(dones, std::string{"abcdefgh"});
}

void TstTask::aOneShotTakesTheFirstAnswerOnly()
{
    SimulatedWorld world{1};
    SimulatedDisk disk{1};
    SimulatedRuntime node{world, 0, disk};
    OneShot<int> early{node, Priority::Request, "early"};
    auto completer = early.completer();
    completer.complete(1);
    completer.complete(2);
    QVERIFY(early.await_ready());
    QCOMPARE(*early.await_resume(), 1);
}

RW_TEST(TstTask)
#include "tst_task.moc"
