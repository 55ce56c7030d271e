#include "engine/base/disk_failure.h"
#include "engine/base/real_runtime.h"
#include "tests/support/test_main.h"

#include <QTemporaryDir>

#include <atomic>
#include <thread>

#include <sys/resource.h>

using namespace engine;

namespace {

std::unique_ptr<RealRuntime> makeRuntime()
{
    RealRuntimeOptions options;
    options.logLevel = LogLevel::Error;
    return RealRuntime::make(options);
}

Task<void> countThenStop(RealRuntime* runtime, int* count)
{
    for (int i = 0; i < 3; ++i) {
        auto sleeping = runtime->sleep(std::chrono::milliseconds{1});
        RW_CO_TRY(co_await sleeping);
        auto work = [] { return Result<int>{2}; };
        auto doubling = runtime->onPool("double", work);
        auto outcome = co_await doubling;
        if (!outcome)
            co_return outcome.error();
        *count += *outcome;
        auto yielding = runtime->yield(Priority::Background);
        RW_CO_TRY(co_await yielding);
    }
    runtime->stop();
    co_return ok();
}

Task<void> neverEnds(RealRuntime* runtime, std::shared_ptr<int> held)
{
    auto sleeping = runtime->sleep(std::chrono::hours{*held});
    co_return co_await sleeping;
}

/// Two frames each way, then done: enough to see that the handshake runs.
class EchoHandshake final : public Handshake {
public:
    EchoHandshake(bool connecting, InetEndpoint self) : m_connecting(connecting), m_self(self) {}
    Result<Bytes> advance(ByteView received) override
    {
        if (m_connecting && received.empty())
            return Bytes{m_self.toString()};
        RW_ASSIGN(m_peer, InetEndpoint::parse(received, 0));
        m_done = true;
        return m_connecting ? Bytes{} : Bytes{m_self.toString()};
    }
    bool done() const override { return m_done; }
    InetEndpoint peer() const override { return m_peer; }

private:
    bool m_connecting;
    InetEndpoint m_self;
    InetEndpoint m_peer;
    bool m_done = false;
};

class Receiver final : public NetworkReceiver {
public:
    explicit Receiver(InetEndpoint self) : m_self(self) {}
    std::unique_ptr<Handshake> newHandshake(bool connecting) override
    {
        return std::make_unique<EchoHandshake>(connecting, m_self);
    }
    void onMessage(const InetEndpoint& from, Bytes message) override
    {
        messages.push_back(from.toString() + " " + message.substr(0, 5));
        if (onEach)
            onEach();
    }
    void onConnected(const InetEndpoint&) override { ++connected; }
    void onDisconnected(const InetEndpoint&) override
    {
        ++disconnected;
        if (onGone)
            onGone();
    }

    std::vector<std::string> messages;
    int connected = 0;
    int disconnected = 0;
    Callback onEach;
    Callback onGone;

private:
    InetEndpoint m_self;
};

} // namespace

class TstRealRuntime : public QObject {
    Q_OBJECT
private slots:
    void taskSleepsWorksOnThePoolAndYields();
    void destroyingTheRuntimeDestroysSuspendedTasks();
    void afterTheEndNothingRunsAndNothingIsKept();
    void theEndWaitsForWorkThatRuns();
    void cancelledTimerNeverFires();
    void moreUrgentStepsRunFirst();
    void messagesArriveInOrderAndTheEndOfAPeerIsSeen();
    void diskErrorsNameThePath();
    void replaceFileLeavesOldOrNew();
};

void TstRealRuntime::taskSleepsWorksOnThePoolAndYields()
{
    const auto runtime = makeRuntime();
    int count = 0;
    runtime->spawn(Priority::Request, "count", countThenStop(runtime.get(), &count));
    runtime->run();
    QCOMPARE(count, 6);
}

void TstRealRuntime::destroyingTheRuntimeDestroysSuspendedTasks()
{
    auto runtime = makeRuntime();
    const auto held = std::make_shared<int>(1);
    runtime->spawn(Priority::Request, "never", neverEnds(runtime.get(), held));
    runtime->post(Priority::Background, "stop", [&] { runtime->stop(); });
    runtime->run();
    QCOMPARE(held.use_count(), 2L);
    runtime.reset();
    QCOMPARE(held.use_count(), 1L);
}

/// Does in its destructor what parts of a node do in theirs.
struct LastWish {
    RealRuntime* runtime;
    std::shared_ptr<int> held;
    bool* ran;
    TimerId timer{};

    ~LastWish()
    {
        auto step = [copy = held, flag = ran] { *flag = true; };
        runtime->cancel(timer);
        runtime->post(Priority::Request, "wish", step);
        runtime->after(Duration::zero(), "wish", step);
        runtime->pool().submit("wish", step, step);
        runtime->pool().submitToLane(0, "wish", step, step);
        runtime->pool().submitToLane(7, "wish", step, step);
    }
};

void TstRealRuntime::afterTheEndNothingRunsAndNothingIsKept()
{
    auto runtime = makeRuntime();
    const auto held = std::make_shared<int>(1);
    bool ran = false;
    runtime->spawn(Priority::Request, "never", neverEnds(runtime.get(), held));
    auto inTimer = std::make_shared<LastWish>(runtime.get(), held, &ran);
    inTimer->timer = runtime->after(std::chrono::hours{1}, "wish", [inTimer] {});
    runtime->post(Priority::Background, "stop", [&] { runtime->stop(); });
    runtime->run();
    auto inStep = std::make_shared<LastWish>(runtime.get(), held, &ran);
    runtime->post(Priority::Request, "wish", [inStep, &ran] { ran = true; });
    inStep.reset();
    QVERIFY(held.use_count() > 1);
    runtime->end();
    QVERIFY(!ran);
    // The timer's copy is gone; ours wishes now, while the runtime has ended but exists.
    QCOMPARE(inTimer.use_count(), 1L);
    QCOMPARE(held.use_count(), 2L);
    inTimer.reset();
    QCOMPARE(held.use_count(), 1L);
    runtime.reset();
    QVERIFY(!ran);
}

void TstRealRuntime::theEndWaitsForWorkThatRuns()
{
    auto runtime = makeRuntime();
    std::atomic<bool> isRunning = false;
    std::atomic<bool> mayEnd = false;
    bool worked = false;
    bool done = false;
    runtime->pool().submit(
        "work",
        [&] {
            isRunning = true;
            isRunning.notify_all();
            mayEnd.wait(false);
            worked = true;
        },
        [&] { done = true; });
    isRunning.wait(false);
    std::thread other([&] {
        mayEnd = true;
        mayEnd.notify_all();
    });
    runtime->end();
    QVERIFY(worked);
    QVERIFY(!done);
    other.join();
}

void TstRealRuntime::cancelledTimerNeverFires()
{
    const auto runtime = makeRuntime();
    bool fired = false;
    const TimerId timer = runtime->after(std::chrono::milliseconds{1}, "no", [&] { fired = true; });
    runtime->after(std::chrono::milliseconds{5}, "stop", [&] { runtime->stop(); });
    runtime->cancel(timer);
    runtime->run();
    QVERIFY(!fired);
}

void TstRealRuntime::moreUrgentStepsRunFirst()
{
    const auto runtime = makeRuntime();
    std::string order;
    runtime->post(Priority::Background, "b", [&] {
        order += "b";
        runtime->stop();
    });
    runtime->post(Priority::Scan, "s", [&] { order += "s"; });
    runtime->post(Priority::Request, "r", [&] { order += "r"; });
    runtime->post(Priority::Gossip, "g", [&] { order += "g"; });
    runtime->run();
    QCOMPARE(order, std::string("grsb"));
}

void TstRealRuntime::messagesArriveInOrderAndTheEndOfAPeerIsSeen()
{
    const auto a = InetEndpoint::parse("127.9.9.1:17001", 0).value();
    const auto b = InetEndpoint::parse("127.9.9.2:17001", 0).value();
    auto left = makeRuntime();
    const auto right = makeRuntime();
    Receiver leftReceiver{a};
    Receiver rightReceiver{b};
    QVERIFY(left->network().listen(a, leftReceiver));
    QVERIFY(right->network().listen(b, rightReceiver));
    const auto taken = makeRuntime();
    const auto refused = taken->network().listen(b, rightReceiver);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code(), ErrorCode::AddressInUse);
    left->network().send(b, Channel::Small, "first");
    left->network().send(b, Channel::Small, Bytes(200'000, 'x'));
    left->network().send(b, Channel::Small, "third");
    rightReceiver.onEach = [&] {
        if (rightReceiver.messages.size() == 3) {
            right->stop();
            left->stop();
        }
    };
    std::thread other([&] { left->run(); });
    right->run();
    other.join();
    QCOMPARE(rightReceiver.messages,
             (std::vector<std::string>{"127.9.9.1:17001 first", "127.9.9.1:17001 xxxxx",
                                       "127.9.9.1:17001 third"}));
    QCOMPARE(rightReceiver.connected, 1);
    rightReceiver.onGone = [&] { right->stop(); };
    left.reset();
    right->run();
    QCOMPARE(rightReceiver.disconnected, 1);
}

void TstRealRuntime::diskErrorsNameThePath()
{
    const auto disk = makeRealDisk();
    const auto opened = disk->open("/nonexistent/x", OpenMode::Read);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code(), ErrorCode::NotFound);
    QVERIFY(opened.error().detail().find("/nonexistent/x") != std::string::npos);
    const auto* failure = opened.error().extra<DiskFailure>();
    QVERIFY(failure != nullptr);
    QCOMPARE(failure->path, std::string{"/nonexistent/x"});
    QVERIFY(!failure->isWantOfHandles);
    // With no file handle left to give.
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = 0;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto refused = disk->open("/proc/self/stat", OpenMode::Read);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
    QVERIFY(!refused && refused.error().extra<DiskFailure>() != nullptr);
    QVERIFY(refused.error().extra<DiskFailure>()->isWantOfHandles);
}

void TstRealRuntime::replaceFileLeavesOldOrNew()
{
    const QTemporaryDir folder;
    const auto disk = makeRealDisk();
    const std::string path = folder.filePath("f").toStdString();
    QVERIFY(disk->replaceFile(path, "one"));
    QVERIFY(disk->replaceFile(path, "two"));
    QCOMPARE(disk->readAll(path).value(), std::string("two"));
    QCOMPARE(disk->list(folder.path().toStdString()).value().size(), std::size_t{1});
}

RW_TEST(TstRealRuntime)
#include "tst_real_runtime.moc"
