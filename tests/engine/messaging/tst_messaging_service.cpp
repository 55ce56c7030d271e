#include "engine/messaging/messaging_service.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

#undef emit // Qt's keyword, our method

using namespace engine;
using namespace engine::messaging;
using namespace std::chrono_literals;

namespace {

/// Keeps what was emitted.
class KeepingSink final : public EventSink {
public:
    bool wants(EventKind) const noexcept override { return true; }
    void emit(EventKind, std::string_view name, Bytes json, std::string_view cause) override
    {
        ++m_sequence;
        all.push_back({std::string{name}, std::move(json), std::string{cause}});
    }
    std::uint64_t lastSequence() const noexcept override { return m_sequence; }
    struct Kept {
        std::string name;
        std::string json;
        std::string cause;
    };
    std::vector<Kept> all;

private:
    std::uint64_t m_sequence = 0;
};

struct MailNode {
    MailNode(simulation::SimulatedWorld& world, std::uint32_t index,
             std::uint8_t versionMax = kVersionMax)
        : disk(index),
          runtime(world, index, disk),
          messaging(runtime, events,
                    {*InetEndpoint::parse("127.0.0." + std::to_string(index + 1), 7000), "c", "s",
                     kVersionMin, versionMax})
    {
        started = messaging.start().has_value();
    }
    ~MailNode() { runtime.kill(simulation::SimulatedRuntime::Death::Process); }

    simulation::SimulatedDisk disk;
    simulation::SimulatedRuntime runtime;
    KeepingSink events;
    MessagingService messaging;
    bool started = false;
};

void answerPings(MailNode& node)
{
    node.messaging.setHandler(Verb::PingReq, [&node](const Envelope& message) {
        node.messaging.respond(MessagingService::replyTo(message), Bytes{message.payload} + "!");
    });
}

} // namespace

class TstMessagingService : public QObject {
    Q_OBJECT
private slots:
    void aRequestGetsItsAnswerAlsoBetweenVersionsAndFromItself_data()
    {
        QTest::addColumn<int>("a");
        QTest::addColumn<int>("b");
        QTest::newRow("both new") << 2 << 2;
        QTest::newRow("old asks new") << 1 << 2;
        QTest::newRow("new asks old") << 2 << 1;
    }
    void aRequestGetsItsAnswerAlsoBetweenVersionsAndFromItself()
    {
        QFETCH(int, a);
        QFETCH(int, b);
        simulation::SimulatedWorld world(1);
        MailNode one(world, 0, static_cast<std::uint8_t>(a));
        MailNode two(world, 1, static_cast<std::uint8_t>(b));
        QVERIFY(one.started && two.started);
        answerPings(one);
        answerPings(two);
        for (MailNode* target : {&two, &one}) {
            for (int i = 0; i < 3; ++i) {
                const auto answer =
                    world.run(one.runtime, one.messaging.call(target->messaging.local(),
                                                              Verb::PingReq, "hello", 2s));
                QVERIFY2(answer.has_value(), answer ? "" : answer.error().detail().c_str());
                QCOMPARE(*answer, Bytes{"hello!"});
            }
        }
        QCOMPARE(int{one.messaging.versionOf(two.messaging.local())}, std::min(a, b));
        QCOMPARE(one.messaging.openRequests(), std::size_t{0});
    }

    void aRequestEndsAtItsDeadlineAndTheLateAnswerIsDropped()
    {
        simulation::SimulatedWorld world(2);
        MailNode one(world, 0);
        MailNode two(world, 1);
        std::optional<ReplyTo> held;
        two.messaging.setHandler(Verb::PingReq,
                                 [&](const Envelope& m) { held = MessagingService::replyTo(m); });
        const Duration begun = world.now();
        const auto answer = world.run(
            one.runtime, one.messaging.call(two.messaging.local(), Verb::PingReq, "x", 500ms));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code(), ErrorCode::Timeout);
        QVERIFY(world.now() - begun < 550ms);
        QVERIFY(held.has_value());
        held->expiresAt = {};
        two.messaging.respond(*held, "late");
        world.runFor(1s);
        QCOMPARE(one.messaging.counters().expired, std::uint64_t{1});
    }

    void anExpiredRequestIsNotAnswered()
    {
        simulation::SimulatedWorld world(3);
        MailNode one(world, 0);
        MailNode two(world, 1);
        std::optional<ReplyTo> held;
        two.messaging.setHandler(Verb::PingReq,
                                 [&](const Envelope& m) { held = MessagingService::replyTo(m); });
        (void)world.run(one.runtime,
                        one.messaging.call(two.messaging.local(), Verb::PingReq, "x", 100ms));
        world.runFor(1s);
        QVERIFY(held.has_value());
        two.messaging.respond(*held, "late");
        QCOMPARE(two.messaging.counters().droppedByVerb.size(), std::size_t{1});
    }

    void aVerbWithoutHandlerFailsAtOnce()
    {
        simulation::SimulatedWorld world(4);
        MailNode one(world, 0);
        MailNode two(world, 1);
        const Duration begun = world.now();
        const auto answer = world.run(
            one.runtime, one.messaging.call(two.messaging.local(), Verb::SnapshotReq, "x", 10s));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code(), ErrorCode::ServerError);
        QVERIFY(world.now() - begun < 1s);
    }

    void aCutLinkLosesMessagesOfBothDirectionsUntilItIsHealed()
    {
        simulation::SimulatedWorld world(6);
        MailNode one(world, 0);
        MailNode two(world, 1);
        MailNode three(world, 2);
        for (MailNode* node : {&one, &two, &three})
            answerPings(*node);
        const auto ping = [&](MailNode& from, MailNode& to) {
            return world
                .run(from.runtime,
                     from.messaging.call(to.messaging.local(), Verb::PingReq, "x", 1s))
                .has_value();
        };
        QVERIFY(ping(one, two) && ping(two, one));
        LinkFaults faults;
        faults.set(two.messaging.local(), {.isCut = true});
        one.messaging.setLinkFaults(faults);
        QVERIFY(!ping(one, two));
        QVERIFY(!ping(two, one));
        QVERIFY(ping(one, one) && ping(one, three) && ping(three, one) && ping(two, three));
        one.messaging.setLinkFaults({});
        QVERIFY(ping(one, two) && ping(two, one));

        faults.clear();
        faults.set(std::nullopt, {.isCut = true});
        faults.set(three.messaging.local(), {});
        one.messaging.setLinkFaults(faults);
        QVERIFY(!ping(two, one));
        QVERIFY(ping(one, one) && ping(one, three) && ping(three, one));
    }

    void aSlowLinkDelaysMessagesEachWay()
    {
        simulation::SimulatedWorld world(7);
        MailNode one(world, 0);
        MailNode two(world, 1);
        answerPings(one);
        answerPings(two);
        LinkFaults faults;
        faults.set(std::nullopt, {.delay = 300ms});
        two.messaging.setLinkFaults(faults);
        for (const auto& [from, to] : {std::pair{&one, &two}, std::pair{&two, &one}}) {
            const Duration begun = world.now();
            const auto answer = world.run(
                from->runtime, from->messaging.call(to->messaging.local(), Verb::PingReq, "x", 2s));
            QVERIFY(answer.has_value());
            QVERIFY(world.now() - begun >= 600ms);
            QVERIFY(world.now() - begun < 800ms);
        }
    }

    void aReceivedMessageNamesTheEventThatSentIt()
    {
        simulation::SimulatedWorld world(5);
        MailNode one(world, 0);
        MailNode two(world, 1);
        answerPings(two);
        // The first message is encoded before the handshake has told the peer's version.
        (void)world.run(one.runtime,
                        one.messaging.call(two.messaging.local(), Verb::PingReq, "a", 2s));
        (void)world.run(one.runtime,
                        one.messaging.call(two.messaging.local(), Verb::PingReq, "b", 2s));
        QVERIFY(!two.events.all.empty());
        const KeepingSink::Kept* received = nullptr;
        for (const auto& event : two.events.all)
            if (event.name == "received")
                received = &event;
        QVERIFY(received != nullptr);
        const auto slash = received->cause.find('/');
        QCOMPARE(received->cause.substr(0, slash), std::string{"127.0.0.1:7000"});
        const auto sequence = std::stoul(received->cause.substr(slash + 1));
        QCOMPARE(one.events.all.at(sequence - 1).name, std::string{"sent"});
    }

    void pendingRequestsReuseSlotsAndLateIdsMiss()
    {
        PendingRequests pending(5);
        class Nothing final : public ResponseHandler {
            bool onResponse(const InetEndpoint&, const Envelope&) override { return true; }
            bool onFailure(const InetEndpoint&, protocol::FailureReason) override { return true; }
            void onDeadline() override {}
        };
        const auto first = pending.open(std::make_shared<Nothing>());
        QVERIFY(pending.close(first) != nullptr);
        QVERIFY(pending.close(first) == nullptr);
        const auto second = pending.open(std::make_shared<Nothing>());
        QCOMPARE(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(second));
        QVERIFY(pending.find(first) == nullptr);
        QVERIFY(pending.find(second) != nullptr);
        QCOMPARE(pending.size(), std::size_t{1});
    }
};

RW_TEST(TstMessagingService)
#include "tst_messaging_service.moc"
