#include "tests/support/test_main.h"

#include "engine/client/router.h"

using namespace engine;
using namespace engine::client;

class TstRouter : public QObject {
    Q_OBJECT
private slots:
    void theRoutingKeyIsTheSerializedPartitionKey();
    void replicasFollowTokensAndReplication();
    void whatCannotBeToldHasNoReplicas();
};

namespace {

InetEndpoint nodeAt(int last)
{
    return {*InetAddress::parse("127.0.0." + std::to_string(last)), 9042};
}

Topology threeNodes()
{
    Topology topology;
    topology.partitioner = "org.apache.cassandra.dht.Murmur3Partitioner";
    const char* const tokens[] = {"-6000000000000000000", "0", "6000000000000000000"};
    for (int i = 0; i < 3; ++i) {
        NodeInfo node;
        node.address = nodeAt(i + 1);
        node.datacenter = "dc1";
        node.rack = "r1";
        node.tokens = {tokens[i]};
        topology.nodes.push_back(node);
    }
    return topology;
}

schema::SchemaPtr schemaWith(const char* replicas)
{
    schema::Keyspace keyspace;
    keyspace.name = "ks";
    keyspace.replication = {{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                            {"replication_factor", replicas}};
    return schema::Schema{}.with(std::make_shared<const schema::Keyspace>(keyspace));
}

PreparedStatement statementOn(std::vector<std::uint16_t> indexes)
{
    PreparedStatement statement;
    statement.markers.columns = {{"ks", "t", "k", cql::Type::native(cql::TypeKind::Text)}};
    statement.markers.partitionKeyIndexes = std::move(indexes);
    return statement;
}

} // namespace

void TstRouter::theRoutingKeyIsTheSerializedPartitionKey()
{
    const std::vector<BoundValue> values{BoundValue::of("a"), BoundValue::null(),
                                         BoundValue::of("bc")};
    QCOMPARE(*routingKey(statementOn({2}), values), Bytes{"bc"});
    QCOMPARE(toHex(*routingKey(statementOn({2, 0}), values)), std::string{"00026263000001"
                                                                          "6100"});
    QVERIFY(!routingKey(statementOn({1}), values)); // null
    QVERIFY(!routingKey(statementOn({7}), values)); // not bound
    QVERIFY(!routingKey(statementOn({}), values));  // not told by the node
}

void TstRouter::replicasFollowTokensAndReplication()
{
    // Tokens of Murmur3Partitioner, from real Cassandra: 'a' -> -8839064797231613815, so the
    // first token at or above it is node 1's.
    QVERIFY(ring::murmur3Token("a").value < -6000000000000000000);
    Router router;
    router.setTopology(threeNodes());
    router.setSchema(schemaWith("2"));
    QCOMPARE(router.replicas(statementOn({0}), {BoundValue::of("a")}),
             (std::vector<InetEndpoint>{nodeAt(1), nodeAt(2)}));
    router.setSchema(schemaWith("3"));
    QCOMPARE(router.replicas(statementOn({0}), {BoundValue::of("a")}).size(), std::size_t{3});
}

void TstRouter::whatCannotBeToldHasNoReplicas()
{
    Router router;
    QVERIFY(router.replicas(statementOn({0}), {BoundValue::of("a")}).empty());
    Topology topology = threeNodes();
    topology.partitioner = "org.apache.cassandra.dht.RandomPartitioner";
    router.setTopology(topology);
    router.setSchema(schemaWith("2"));
    QVERIFY(router.replicas(statementOn({0}), {BoundValue::of("a")}).empty());
    router.setTopology(threeNodes());
    router.setSchema(std::make_shared<const schema::Schema>());
    QVERIFY(router.replicas(statementOn({0}), {BoundValue::of("a")}).empty());
}

RW_TEST(TstRouter)
#include "tst_router.moc"
