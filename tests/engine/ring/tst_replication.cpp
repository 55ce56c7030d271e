#include "engine/ring/ownership.h"
#include "engine/ring/replication_strategy.h"
#include "engine/ring/snitch.h"
#include "tests/support/test_main.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

using namespace engine;
using namespace engine::ring;

namespace {

QJsonDocument readReplicationFixture(const char* name)
{
    QFile file(QString::fromLatin1(RINGWRIGHT_FIXTURES "/") + name);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll());
}

ReplicationOptions optionsOf(const QJsonObject& object)
{
    ReplicationOptions options;
    for (auto at = object.begin(); at != object.end(); ++at)
        options[at.key().toStdString()] = at.value().toVariant().toString().toStdString();
    return options;
}

RingNode nodeAt(const std::string& address, const std::string& datacenter, const std::string& rack)
{
    RingNode node;
    node.endpoint = *InetEndpoint::parse(address, 7000);
    node.datacenter = datacenter;
    node.rack = rack;
    return node;
}

RingStatePtr ringOfReplicasJson(const QJsonObject& document)
{
    std::vector<RingNode> nodes;
    for (const auto& each : document["local_and_peers_v2"].toArray()) {
        const auto row = each.toObject();
        const QString address = row.contains("broadcast_address")
                                    ? row["broadcast_address"].toString()
                                    : row["peer"].toString();
        nodes.push_back(nodeAt(address.toStdString(), row["data_center"].toString().toStdString(),
                               row["rack"].toString().toStdString()));
        for (const auto& token : row["tokens"].toArray())
            nodes.back().tokens.push_back({token.toString().toLongLong()});
    }
    return std::make_shared<RingState>(std::move(nodes));
}

} // namespace

class TstReplication : public QObject {
    Q_OBJECT
private slots:
    void replicaSetsEqualThoseOfARealCluster()
    {
        const auto document = readReplicationFixture("replicas.json").object();
        const auto ring = ringOfReplicasJson(document);
        QCOMPARE(ring->nodes().size(), std::size_t{3});
        std::map<QString, std::unique_ptr<ReplicaMap>> maps;
        const auto keyspaces = document["keyspaces"].toObject();
        for (auto at = keyspaces.begin(); at != keyspaces.end(); ++at) {
            const auto strategy =
                ReplicationStrategy::make(at.key().toStdString(), optionsOf(at.value().toObject()));
            QVERIFY(strategy.has_value());
            maps[at.key()] = std::make_unique<ReplicaMap>(ring, *strategy);
        }
        QCOMPARE(maps.size(), std::size_t{8});
        int compared = 0;
        for (const auto& each : document["keys"].toArray()) {
            const Token token{each.toObject()["token"].toString().toLongLong()};
            const auto answers = each.toObject()["endpoints"].toObject();
            for (auto at = answers.begin(); at != answers.end(); ++at) {
                QStringList own;
                for (const NodeIndex node : maps.at(at.key())->replicas(token))
                    own << QString::fromStdString(ring->node(node).endpoint.toString());
                QCOMPARE(own, at.value().toVariant().toStringList());
                ++compared;
            }
        }
        QCOMPARE(compared, 800);
    }

    void replicaListsEqualCassandrasInOrderOnLargerTopologies()
    {
        int compared = 0;
        for (const auto& each : readReplicationFixture("replicas_simulated.json").array()) {
            const auto topology = each.toObject();
            std::map<QString, RingNode> byAddress;
            for (const auto& node : topology["nodes"].toArray()) {
                const auto o = node.toObject();
                byAddress[o["address"].toString()] =
                    nodeAt(o["address"].toString().toStdString(), o["dc"].toString().toStdString(),
                           o["rack"].toString().toStdString());
            }
            for (const auto& owner : topology["ring"].toArray())
                byAddress.at(owner.toArray()[1].toString())
                    .tokens.push_back({owner.toArray()[0].toString().toLongLong()});
            std::vector<RingNode> nodes;
            for (auto& [address, node] : byAddress)
                nodes.push_back(node);
            const auto ring = std::make_shared<RingState>(nodes);
            for (const auto& keyspace : topology["keyspaces"].toArray()) {
                auto options = optionsOf(keyspace.toObject()["options"].toObject());
                options["class"] = keyspace.toObject()["class"].toString().toStdString();
                const auto strategy = ReplicationStrategy::make("ks", options);
                QVERIFY(strategy.has_value());
                const ReplicaMap map(ring, *strategy);
                for (const auto& probe : keyspace.toObject()["replicas"].toArray()) {
                    const auto expected = probe.toArray().toVariantList();
                    QStringList own{expected.front().toString()};
                    for (const NodeIndex node :
                         map.replicas({expected.front().toString().toLongLong()}))
                        own << QString::fromStdString(ring->node(node).endpoint.address.toString());
                    QCOMPARE(own, QVariant(expected).toStringList());
                    ++compared;
                }
            }
        }
        QVERIFY(compared > 500);
    }

    void effectiveOwnershipEqualsThatOfARealCluster()
    {
        const auto document = readReplicationFixture("replicas.json").object();
        const auto ring = ringOfReplicasJson(document);
        const auto ownership = document["effective_ownership"].toObject();
        for (auto at = ownership.begin(); at != ownership.end(); ++at) {
            const auto strategy = *ReplicationStrategy::make(
                "ks", optionsOf(document["keyspaces"].toObject()[at.key()].toObject()));
            const auto shares = effectiveOwnership(ReplicaMap(ring, strategy));
            const auto expected = at.value().toObject();
            for (NodeIndex node = 0; node < shares.size(); ++node) {
                const auto name = QString::fromStdString(ring->node(node).endpoint.toString());
                QVERIFY(expected.contains(name));
                // Cassandra adds up floats and loses a few parts in a million.
                QVERIFY(std::abs(shares[node] - expected[name].toDouble()) < 1e-5);
            }
        }
    }

    void wrongOptionsAreRefusedWithCassandrasSentences_data()
    {
        QTest::addColumn<QVariantMap>("options");
        QTest::addColumn<QString>("sentence");
        const QVariantMap simple{{"class", "SimpleStrategy"}};
        const auto with = [](QVariantMap map, const char* name, const char* value) {
            map[name] = value;
            return map;
        };
        QTest::newRow("not a number")
            << with(simple, "replication_factor", "a") << "For input string: \"a\"";
        QTest::newRow("negative") << with(simple, "replication_factor", "-1")
                                  << "Replication factor must be non-negative, found -1";
        QTest::newRow("foreign option")
            << with(with(simple, "replication_factor", "1"), "dc1", "2")
            << "Unrecognized strategy option {dc1} passed to SimpleStrategy for keyspace x";
        QTest::newRow("unknown datacenter")
            << QVariantMap{{"class", "NetworkTopologyStrategy"}, {"nosuchdc", "1"}}
            << "Unrecognized strategy option {nosuchdc} passed to NetworkTopologyStrategy for "
               "keyspace x";
        QTest::newRow("local")
            << QVariantMap{{"class", "LocalStrategy"}}
            << "Unable to use given strategy class: LocalStrategy is reserved for internal use.";
        QTest::newRow("transient") << with(simple, "replication_factor", "2/1")
                                   << "Transient replication is not enabled on this node";
    }
    void wrongOptionsAreRefusedWithCassandrasSentences()
    {
        QFETCH(QVariantMap, options);
        QFETCH(QString, sentence);
        const auto prepared =
            prepareReplication("x", optionsOf(QJsonObject::fromVariantMap(options)), {"dc1"});
        QVERIFY(!prepared);
        QCOMPARE(QString::fromStdString(prepared.error().detail()), sentence);
    }

    void aFactorIsSpreadOverTheDatacenters()
    {
        const auto prepared = prepareReplication(
            "x", {{"class", "NetworkTopologyStrategy"}, {"replication_factor", "3"}, {"dc2", "1"}},
            {"dc1", "dc2"});
        QVERIFY(prepared.has_value());
        QCOMPARE(*prepared, (ReplicationOptions{
                                {"class", "org.apache.cassandra.locator.NetworkTopologyStrategy"},
                                {"dc1", "3"},
                                {"dc2", "1"}}));
    }

    void proximityIsItselfThenRackThenDatacenter()
    {
        const RingState ring({nodeAt("127.0.0.1", "dc1", "r1"), nodeAt("127.0.0.2", "dc2", "r1"),
                              nodeAt("127.0.0.3", "dc1", "r2"), nodeAt("127.0.0.4", "dc1", "r1")});
        const Snitch snitch{ring.node(0).endpoint, "dc1", "r1"};
        std::vector<NodeIndex> nodes{1, 2, 3, 0};
        snitch.sortByProximity(ring, nodes);
        QCOMPARE(nodes, (std::vector<NodeIndex>{0, 3, 2, 1}));
    }
};

RW_TEST(TstReplication)
#include "tst_replication.moc"
