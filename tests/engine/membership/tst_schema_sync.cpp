#include "tests/engine/membership/gossip_node.h"
#include "tests/support/test_main.h"

#include <set>

using namespace engine;
using namespace engine::membership;
using namespace std::chrono_literals;

#ifndef Q_MOC_RUN
namespace {

/// A schema that is a set of words; its version is their hash.
class WordSchema final : public SchemaRows {
public:
    Uuid version() const override { return Uuid::nameFromBytes(joined()); }
    bool isEmpty() const override { return words.empty(); }
    Task<Bytes> all() override { co_return joined(); }
    Task<void> merge(Bytes rows) override
    {
        std::size_t start = 0;
        while (start < rows.size()) {
            const auto end = rows.find(' ', start);
            words.insert(rows.substr(start, end - start));
            start = end + 1;
        }
        co_return ok();
    }
    Bytes joined() const
    {
        Bytes all;
        for (const auto& word : words)
            all += word + " ";
        return all;
    }
    std::set<std::string> words;
};

struct SchemaNode : tests::GossipNode {
    SchemaNode(simulation::SimulatedWorld& world, std::uint32_t index, std::set<std::string> words)
        : GossipNode(world, index), sync(runtime, messaging, gossiper, rows, events)
    {
        rows.words = std::move(words);
        start();
        sync.announceVersion();
    }
    ~SchemaNode() { runtime.kill(simulation::SimulatedRuntime::Death::Process); }
    WordSchema rows;
    SchemaSync sync;
};

} // namespace
#endif

class TstSchemaSync : public QObject {
    Q_OBJECT
private slots:
    void aChangeReachesEveryNodeAtOnce()
    {
        simulation::SimulatedWorld world(1);
        SchemaNode a(world, 0, {"x"});
        SchemaNode b(world, 1, {"x"});
        SchemaNode c(world, 2, {"x"});
        QVERIFY(
            world.runUntil([&] { return a.gossiper.live().size() == 2 && a.sync.agreed(); }, 10s));
        a.rows.words.insert("y");
        a.sync.announce("y ");
        const auto agreed = world.run(a.runtime, a.sync.waitForAgreement(10s));
        QVERIFY(agreed.has_value() && *agreed);
        QVERIFY(c.rows.words.contains("y"));
        QCOMPARE(a.sync.versions().size(), std::size_t{1});
    }

    void nodesWithDifferentSchemasComeToTheUnion()
    {
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            simulation::SimulatedWorld world(seed);
            SchemaNode a(world, 0, {"x", "a"});
            SchemaNode b(world, 1, {"x", "b"});
            SchemaNode c(world, 2, {});
            const std::set<std::string> all{"a", "b", "x"};
            QVERIFY(world.runUntil(
                [&] { return a.rows.words == all && b.rows.words == all && c.rows.words == all; },
                30s));
            QVERIFY(world.runUntil(
                [&] { return a.sync.agreed() && b.sync.agreed() && c.sync.agreed(); }, 30s));
        }
    }

    void waitingGivesUpInTime()
    {
        simulation::SimulatedWorld world(2);
        SchemaNode a(world, 0, {"x"});
        SchemaNode b(world, 1, {"x"});
        QVERIFY(
            world.runUntil([&] { return a.gossiper.live().size() == 1 && a.sync.agreed(); }, 10s));
        b.runtime.setPaused(true);
        a.rows.words.insert("y");
        a.sync.announce("y ");
        const auto agreed = world.run(a.runtime, a.sync.waitForAgreement(2s));
        QVERIFY(agreed.has_value() && !*agreed);
        QCOMPARE(a.sync.versions().size(), std::size_t{2});
        b.runtime.setPaused(false);
    }
};

RW_TEST(TstSchemaSync)
#include "tst_schema_sync.moc"
