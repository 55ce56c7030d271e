#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_network.h"
#include "engine/simulation/simulated_runtime.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::simulation;
using namespace std::chrono_literals;

namespace {

InetEndpoint endpointOf(NodeIndex node)
{
    InetEndpoint endpoint;
    endpoint.address.bytes = {10, 0, 0, static_cast<std::uint8_t>(node + 1)};
    endpoint.port = 7000;
    return endpoint;
}

/// Each side sends its own endpoint; the accepting side refuses the one it is told to refuse.
class NamesOnly final : public Handshake {
public:
    NamesOnly(InetEndpoint self, bool connecting, const bool& refuses, std::shared_ptr<int> alive)
        : m_self(self), m_connecting(connecting), m_refuses(refuses), m_alive(std::move(alive))
    {
    }
    Result<Bytes> advance(ByteView received) override
    {
        if (!received.empty()) {
            if (m_refuses)
                return Error{ErrorCode::ProtocolError, "not you"};
            m_peer = *InetEndpoint::parse(received, 0);
            m_done = true;
            if (m_connecting)
                return Bytes{};
        }
        return m_self.toString();
    }
    bool done() const override { return m_done; }
    InetEndpoint peer() const override { return m_peer; }

private:
    InetEndpoint m_self;
    bool m_connecting;
    const bool& m_refuses;
    std::shared_ptr<int> m_alive; ///< its use count: how many connections know their side
    bool m_done = false;
    InetEndpoint m_peer;
};

struct Machine final : NetworkReceiver {
    Machine(SimulatedWorld& world, NodeIndex index)
        : index(index), disk(index), runtime(std::make_unique<SimulatedRuntime>(world, index, disk))
    {
        listens = static_cast<bool>(runtime->network().listen(endpointOf(index), *this));
    }
    std::unique_ptr<Handshake> newHandshake(bool connecting) override
    {
        return std::make_unique<NamesOnly>(endpointOf(index), connecting, refuses, sides);
    }
    void onMessage(const InetEndpoint& from, Bytes message) override
    {
        got.push_back(std::to_string(from.address.bytes[3]) + ":" + message);
    }
    void onConnected(const InetEndpoint&) override { ++connected; }
    void onDisconnected(const InetEndpoint&) override { ++disconnected; }
    void say(NodeIndex to, std::string text, Channel channel = Channel::Small)
    {
        runtime->network().send(endpointOf(to), channel, std::move(text));
    }

    NodeIndex index;
    SimulatedDisk disk;
    std::unique_ptr<SimulatedRuntime> runtime;
    std::vector<std::string> got;
    bool listens = false;
    bool refuses = false;
    int connected = 0;
    int disconnected = 0;
    std::shared_ptr<int> sides = std::make_shared<int>(0);
    long openSides() const { return sides.use_count() - 1; }
};

} // namespace

class TstSimulatedNetwork : public QObject {
    Q_OBJECT
private slots:
    void messagesOfAChannelArriveInOrder();
    void channelsOvertakeEachOther();
    void oneDirectionCanBeBlocked();
    void aShortPartitionDelaysAndALongOneBreaks();
    void aConnectionThatBreaksWithDataUnderWayIsForgotten();
    void peersLearnOfAKilledProcessAtOnceAndOfLostPowerLate();
    void aRefusedHandshakeDeliversNothing();
    void brokenConnectionsLoseMessagesButNeverReorder();
    void nobodyListeningIsSurvived();
    void anEndpointIsTakenOnce();
};

void TstSimulatedNetwork::messagesOfAChannelArriveInOrder()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    Machine b{world, 1};
    std::vector<std::string> wanted;
    for (int i = 0; i < 100; ++i) {
        a.say(1, std::to_string(i));
        wanted.push_back("1:" + std::to_string(i));
    }
    QVERIFY(world.runUntilQuiet());
    QVERIFY(b.got == wanted);
    QCOMPARE(a.connected, 1);
    QCOMPARE(b.connected, 1);
}

void TstSimulatedNetwork::channelsOvertakeEachOther()
{
    bool overtaken = false;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SimulatedWorld world{seed};
        Machine a{world, 0};
        Machine b{world, 1};
        a.say(1, "small");
        a.say(1, "urgent", Channel::Urgent);
        QVERIFY(world.runUntilQuiet());
        QCOMPARE(b.got.size(), std::size_t{2});
        overtaken = overtaken || b.got.front() == "1:urgent";
    }
    QVERIFY(overtaken);
}

void TstSimulatedNetwork::oneDirectionCanBeBlocked()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    Machine b{world, 1};
    a.say(1, "x");
    b.say(0, "x");
    world.runFor(1s);
    world.fabric().setBlocked(0, 1, true);
    a.say(1, "y");
    b.say(0, "y");
    world.runFor(1s);
    QCOMPARE(b.got.size(), std::size_t{1});
    QCOMPARE(a.got.size(), std::size_t{2});
}

void TstSimulatedNetwork::aShortPartitionDelaysAndALongOneBreaks()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    Machine b{world, 1};
    a.say(1, "1");
    world.runFor(1s);
    world.fabric().partition({0}, {1});
    a.say(1, "2");
    world.runFor(5s);
    QCOMPARE(b.got.size(), std::size_t{1});
    world.fabric().heal();
    world.runFor(1s);
    QCOMPARE(b.got.size(), std::size_t{2});
    QCOMPARE(a.disconnected, 0);

    world.fabric().partition({0}, {1});
    a.say(1, "3");
    world.runFor(20s);
    QCOMPARE(a.disconnected, 1);
    QCOMPARE(b.disconnected, 1);
    world.fabric().heal();
    world.runFor(1s);
    a.say(1, "4");
    world.runFor(5s);
    QCOMPARE(b.got.back(), std::string{"1:4"});
    QCOMPARE(b.got.size(), std::size_t{3});
}

void TstSimulatedNetwork::aConnectionThatBreaksWithDataUnderWayIsForgotten()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    Machine b{world, 1};
    a.say(1, "1");
    b.say(0, "1");
    world.runFor(1s);
    QCOMPARE(a.openSides(), 2L); // one connection for what a sends, one for what b sends
    world.fabric().partition({0}, {1});
    a.say(1, "2");
    b.say(0, "2");
    world.runFor(40s); // they stall, break, and every event that names them is over
    QCOMPARE(a.disconnected, 1);
    QCOMPARE(a.openSides(), 0L);
    QCOMPARE(b.openSides(), 0L);

    world.fabric().heal();
    a.say(1, "3");
    world.runFor(1s);
    world.fabric().partition({0}, {1});
    a.say(1, "4");
    world.runFor(1s);
    a.runtime->kill(SimulatedRuntime::Death::Machine); // while "4" still waits
    b.runtime->kill(SimulatedRuntime::Death::Machine);
    world.runFor(40s);
    QCOMPARE(a.openSides(), 0L);
}

void TstSimulatedNetwork::peersLearnOfAKilledProcessAtOnceAndOfLostPowerLate()
{
    for (const bool machine : {false, true}) {
        SimulatedWorld world{1};
        Machine a{world, 0};
        Machine b{world, 1};
        a.say(1, "1");
        world.runFor(1s);
        b.runtime->kill(machine ? SimulatedRuntime::Death::Machine
                                : SimulatedRuntime::Death::Process);
        world.runFor(1s);
        QCOMPARE(a.disconnected, machine ? 0 : 1);
        world.runFor(20s);
        QCOMPARE(a.disconnected, 1);
    }
}

void TstSimulatedNetwork::aRefusedHandshakeDeliversNothing()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    Machine b{world, 1};
    b.refuses = true;
    a.say(1, "1");
    world.runFor(1s);
    QVERIFY(b.got.empty() && a.connected == 0 && b.connected == 0);
    b.refuses = false;
    a.say(1, "2");
    world.runFor(5s);
    QCOMPARE(b.got.size(), std::size_t{1});
}

void TstSimulatedNetwork::brokenConnectionsLoseMessagesButNeverReorder()
{
    SimulatedWorld world{9};
    Machine a{world, 0};
    Machine b{world, 1};
    world.fabric().defaultCondition().breakChance = 0.1;
    for (int i = 0; i < 200; ++i) {
        a.say(1, std::to_string(1000 + i));
        world.runFor(20ms);
    }
    QVERIFY(b.got.size() > 50 && b.got.size() < 200);
    QVERIFY(std::is_sorted(b.got.begin(), b.got.end()));
    QVERIFY(std::adjacent_find(b.got.begin(), b.got.end()) == b.got.end());
}

void TstSimulatedNetwork::nobodyListeningIsSurvived()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    a.say(7, "x");
    QVERIFY(world.runUntilQuiet());
    QCOMPARE(a.connected, 0);
}

void TstSimulatedNetwork::anEndpointIsTakenOnce()
{
    SimulatedWorld world{1};
    Machine a{world, 0};
    QVERIFY(a.listens);
    SimulatedRuntime other{world, 1, a.disk};
    const auto taken = other.network().listen(endpointOf(0), a);
    QVERIFY(!taken);
    QCOMPARE(taken.error().code(), ErrorCode::AddressInUse);
}

RW_TEST(TstSimulatedNetwork)
#include "tst_simulated_network.moc"
