#include "tests/engine/membership/gossip_node.h"
#include "tests/support/test_main.h"

using namespace engine;
using namespace engine::membership;
using namespace std::chrono_literals;
using tests::allSeeAll;
using tests::gossipEndpoint;
using tests::GossipNode;
using tests::startGossip;

class TstGossiper : public QObject {
    Q_OBJECT
private slots:
    void threeNodesSeeEachOtherWithinASecond()
    {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            simulation::SimulatedWorld world(seed);
            auto nodes = startGossip(world, 3);
            QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 1s));
            QCOMPARE(nodes[2]->ring.ring()->tokens().size(), std::size_t{3});
        }
    }

    void nodesThatStartBeforeTheirSeedFindItWhenItComes()
    {
        simulation::SimulatedWorld world(3);
        std::vector<std::unique_ptr<GossipNode>> nodes(3);
        for (const std::uint32_t i : {1u, 2u}) {
            nodes[i] = std::make_unique<GossipNode>(world, i);
            nodes[i]->start();
        }
        world.runFor(5s);
        nodes[0] = std::make_unique<GossipNode>(world, 0);
        nodes[0]->start();
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
    }

    void thirtyNodesConvergeAndAllAgree()
    {
        simulation::SimulatedWorld world(4);
        auto nodes = startGossip(world, 30);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 60s));
        nodes[7]->gossiper.setLocalState(ApplicationState::Load, "12345");
        QVERIFY(world.runUntil(
            [&] {
                for (const auto& node : nodes) {
                    const auto* load =
                        node->gossiper.find(gossipEndpoint(7))->find(ApplicationState::Load);
                    if (load == nullptr || *load != "12345")
                        return false;
                }
                return true;
            },
            30s));
    }

    void aKilledNodeIsSuspectAtOnceAndDownByPhi()
    {
        simulation::SimulatedWorld world(5);
        auto nodes = startGossip(world, 3);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
        world.runFor(30s);
        nodes[2].reset();
        const Duration killed = world.now();
        QVERIFY(
            world.runUntil([&] { return nodes[0]->gossiper.isSuspect(gossipEndpoint(2)); }, 1s));
        QVERIFY(nodes[0]->gossiper.isAlive(gossipEndpoint(2)));
        QVERIFY(
            world.runUntil([&] { return !nodes[0]->gossiper.isAlive(gossipEndpoint(2)); }, 1min));
        const Duration took = world.now() - killed;
        QVERIFY2(took > 5s && took < 40s,
                 qPrintable(QString::number(std::chrono::duration<double>(took).count())));
        // It keeps its place in the ring.
        QCOMPARE(nodes[0]->ring.ring()->nodes().size(), std::size_t{3});
        // And is up soon after its return, with a greater generation.
        nodes[2] = std::make_unique<GossipNode>(world, 2, 2);
        nodes[2]->start();
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 3s));
    }

    void aNodeThatSaysGoodbyeIsDownAtOnce()
    {
        simulation::SimulatedWorld world(6);
        auto nodes = startGossip(world, 3);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
        nodes[1]->gossiper.stop(true);
        QVERIFY(world.runUntil(
            [&] {
                return !nodes[0]->gossiper.isAlive(gossipEndpoint(1)) &&
                       !nodes[2]->gossiper.isAlive(gossipEndpoint(1));
            },
            1s));
        QVERIFY(nodes[0]->gossiper.find(gossipEndpoint(1))->isShutdown());
        world.runFor(10s);
        QVERIFY(!nodes[0]->gossiper.isAlive(gossipEndpoint(1)));
    }

    void aPausedNodeBlamesNobodyForItsOwnSleep()
    {
        simulation::SimulatedWorld world(7);
        auto nodes = startGossip(world, 3);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
        world.runFor(10s);
        nodes[0]->runtime.setPaused(true);
        world.runFor(60s);
        QVERIFY(!nodes[1]->gossiper.isAlive(gossipEndpoint(0)));
        nodes[0]->runtime.setPaused(false);
        world.runFor(50ms);
        QVERIFY(nodes[0]->gossiper.isAlive(gossipEndpoint(1)));
        QVERIFY(nodes[0]->gossiper.isAlive(gossipEndpoint(2)));
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 10s));
    }

    void aPartitionEndsWithEverybodyUpAgain()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            simulation::SimulatedWorld world(seed);
            auto nodes = startGossip(world, 5);
            QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
            world.fabric().partition({0, 1}, {2, 3, 4});
            world.runFor(90s);
            QVERIFY(!nodes[0]->gossiper.isAlive(gossipEndpoint(3)));
            QVERIFY(nodes[0]->gossiper.isAlive(gossipEndpoint(1)));
            world.fabric().heal();
            QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 60s));
        }
    }

    void aNodeWhoseGenerationsWereLostOvertakesItsOwnPast()
    {
        simulation::SimulatedWorld world(8);
        auto nodes = startGossip(world, 2);
        nodes[1].reset();
        nodes[1] = std::make_unique<GossipNode>(world, 1, 100);
        nodes[1]->start();
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 10s));
        nodes[1].reset();
        nodes[1] = std::make_unique<GossipNode>(world, 1, 50);
        nodes[1]->start();
        QVERIFY(world.runUntil(
            [&] { return nodes[0]->gossiper.find(gossipEndpoint(1))->heartBeat.generation == 101; },
            10s));
    }

    void anAnswerToAnEarlierLifeIsNotTakenForAll()
    {
        // Node 0 answers with the values above a version that node 2 knew before it lost power;
        // the answer reaches the new node 2, which knows nothing of node 1.
        for (const bool isAck2 : {false, true}) {
            simulation::SimulatedWorld world(12);
            auto nodes = startGossip(world, 2);
            QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
            const EndpointState& known = *nodes[0]->gossiper.find(gossipEndpoint(1));
            EndpointState rest;
            rest.heartBeat = {known.heartBeat.generation, known.maxVersion() + 5};
            rest.values[ApplicationState::Load] = {"7", known.maxVersion() + 5};
            const EndpointDelta delta{gossipEndpoint(1), rest, known.maxVersion()};
            world.fabric().partition({2}, {1});
            nodes.push_back(std::make_unique<GossipNode>(world, 2));
            // The way from node 0 is open already: the answer comes before node 2 has asked.
            nodes[0]->messaging.send(gossipEndpoint(2), messaging::Verb::GossipDigestAck2,
                                     encode(GossipAck2{}));
            world.runFor(1s);
            nodes[2]->start();
            nodes[0]->messaging.send(
                gossipEndpoint(2),
                isAck2 ? messaging::Verb::GossipDigestAck2 : messaging::Verb::GossipDigestAck,
                isAck2 ? encode(GossipAck2{{delta}}) : encode(GossipAck{{}, {delta}}));
            world.runFor(5s);
            QCOMPARE(nodes[2]->ring.ring()->nodes().size(), std::size_t{3});
        }
    }

    void anotherClusterIsNotListenedTo()
    {
        simulation::SimulatedWorld world(9);
        auto nodes = startGossip(world, 2);
        const GossipSyn foreign{"other", "p", {{gossipEndpoint(9), 5, 5}}};
        nodes[1]->messaging.send(gossipEndpoint(0), messaging::Verb::GossipDigestSyn,
                                 encode(foreign));
        world.runFor(2s);
        QVERIFY(nodes[0]->gossiper.find(gossipEndpoint(9)) == nullptr);
    }

    void anAssassinatedNodeLeavesTheRingEverywhere()
    {
        simulation::SimulatedWorld world(10);
        auto nodes = startGossip(world, 3);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
        nodes[2].reset();
        world.runFor(1s);
        nodes[0]->gossiper.assassinate(gossipEndpoint(2));
        QVERIFY(world.runUntil(
            [&] {
                return nodes[0]->ring.ring()->nodes().size() == 2 &&
                       nodes[1]->ring.ring()->nodes().size() == 2;
            },
            10s));
    }

    void aViewShowsWhatIsKnown()
    {
        simulation::SimulatedWorld world(11);
        auto nodes = startGossip(world, 2);
        QVERIFY(world.runUntil([&] { return allSeeAll(nodes); }, 5s));
        world.runFor(10s);
        const auto view = nodes[0]->gossiper.view();
        QCOMPARE(view.size(), std::size_t{2});
        QVERIFY(view[0].isLocal && !view[1].isLocal);
        QVERIFY(view[1].phi < 3);
        QVERIFY(view[1].state.status() == "NORMAL");
        QVERIFY(!nodes[0]->gossiper.failureDetector().inspect(nodes[0]->runtime.now()).empty());
    }
};

RW_TEST(TstGossiper)
#include "tst_gossiper.moc"
