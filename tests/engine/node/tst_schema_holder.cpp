#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/node/schema_holder.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "engine/system/system_keyspaces.h"
#endif
#include "tests/support/test_main.h"

using namespace engine;
using engine::node::SchemaHolder;
using simulation::CrashMode;

namespace {

std::vector<schema::TablePtr> schemaHolderTables()
{
    std::vector<schema::TablePtr> tables;
    for (const auto& [name, keyspace] : system::localSchema()->keyspaces())
        if (!keyspace->isVirtual)
            for (const auto& [tableName, table] : keyspace->tables)
                tables.push_back(table);
    return tables;
}

/// One node's schema over a disk that loses power.
struct SchemaOnDisk {
    simulation::SimulatedWorld world{1};
    simulation::SimulatedDisk disk{1};
    std::unique_ptr<simulation::SimulatedRuntime> runtime;
    std::unique_ptr<storage::LocalStore> store;
    std::unique_ptr<SchemaHolder> holder;

    ~SchemaOnDisk() { crash(CrashMode::KeepAll); }
    Result<void> start()
    {
        runtime = std::make_unique<simulation::SimulatedRuntime>(world, 0, disk);
        storage::StoreOptions options;
        options.dataFolder = "/node/data";
        options.commitLogFolder = "/node/commitlog";
        RW_ASSIGN(store, world.run(*runtime, storage::LocalStore::open(*runtime, options,
                                                                       schemaHolderTables())));
        holder = std::make_unique<SchemaHolder>(*runtime, *store);
        return world.run(*runtime, holder->load());
    }
    void crash(CrashMode mode)
    {
        if (!runtime)
            return;
        runtime->kill(simulation::SimulatedRuntime::Death::Machine);
        holder.reset();
        store.reset();
        runtime.reset();
        disk.crash(mode);
    }
    Result<void> create(const std::string& keyspaceName)
    {
        auto keyspace = std::make_shared<schema::Keyspace>();
        keyspace->name = keyspaceName;
        keyspace->replication = {{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                                 {"replication_factor", "3"}};
        schema::Table::Spec spec;
        spec.id = {Uuid::nameFromBytes(keyspaceName)};
        spec.keyspace = keyspaceName;
        spec.name = "t";
        spec.columns.push_back(
            {"k", cql::Type::native(cql::TypeKind::Int), schema::ColumnKind::PartitionKey, 0, {}});
        spec.columns.push_back(
            {"v", cql::Type::native(cql::TypeKind::Text), schema::ColumnKind::Regular, 0, {}});
        keyspace->tables.emplace("t", schema::Table::make(std::move(spec)));
        auto changing = holder->change(
            [keyspace = schema::KeyspacePtr{keyspace}](
                const schema::SchemaPtr& now) -> Result<schema::SchemaTransformation> {
                schema::SchemaTransformation result;
                result.schema = now->with(keyspace);
                return result;
            });
        RW_TRY(world.run(*runtime, std::move(changing)));
        return ok();
    }
};

} // namespace

class TstSchemaHolder : public QObject {
    Q_OBJECT
private slots:
    void aChangeSurvivesPowerLossUnderPeriodicSync();
    void powerLossAtAnyPointLeavesAllRowsOfAKeyspaceOrNone();
};

void TstSchemaHolder::aChangeSurvivesPowerLossUnderPeriodicSync()
{
    SchemaOnDisk node;
    QVERIFY(node.start());
    QVERIFY(node.create("one"));
    const Uuid version = node.holder->version();
    node.crash(CrashMode::DropAll);
    QVERIFY(node.start());
    QVERIFY(node.holder->current()->keyspace("one") != nullptr);
    QVERIFY(node.holder->version() == version);
}

void TstSchemaHolder::powerLossAtAnyPointLeavesAllRowsOfAKeyspaceOrNone()
{
    // What another node answers to a pull, taken over while the power goes after 0, 1, 2, …
    // changes of the disk.
    SchemaOnDisk other;
    QVERIFY(other.start());
    QVERIFY(other.create("one"));
    QVERIFY(other.create("two"));
    const auto rows = other.world.run(*other.runtime, other.holder->all());
    QVERIFY(rows);
    bool isMerged = false;
    for (std::uint64_t point = 0; !isMerged && point < 200; ++point) {
        for (const CrashMode mode : {CrashMode::KeepAll, CrashMode::Torn, CrashMode::DropAll}) {
            SchemaOnDisk node;
            QVERIFY(node.start());
            node.disk.powerOffAfter(point);
            isMerged = node.world.run(*node.runtime, node.holder->merge(*rows)).has_value();
            node.crash(mode);
            const auto started = node.start();
            QVERIFY2(started, started ? "" : started.error().detail().c_str());
            for (const char* name : {"one", "two"}) {
                const auto keyspace = node.holder->current()->keyspace(name);
                QVERIFY(keyspace != nullptr || !isMerged);
                if (keyspace != nullptr)
                    QVERIFY(keyspace->tables.at("t")->column("v") != nullptr);
            }
        }
    }
    QVERIFY(isMerged);
}

RW_TEST(TstSchemaHolder)
#include "tst_schema_holder.moc"
