#ifndef Q_MOC_RUN // moc of Qt 6.4 cannot read <concepts>
#include "engine/node/schema_holder.h"
#include "engine/schema/schema_change.h"
#include "engine/simulation/simulated_disk.h"
#include "engine/simulation/simulated_runtime.h"
#include "engine/system/system_keyspaces.h"
#endif
#include "tests/support/allocation_counter.h"
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
        options.dataFolders = {"/node/data"};
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
    static schema::TablePtr table(const std::string& keyspaceName, const std::string& name,
                                  const std::string& column = "v")
    {
        schema::Table::Spec spec;
        spec.id = {Uuid::nameFromBytes(keyspaceName + name)};
        spec.keyspace = keyspaceName;
        spec.name = name;
        spec.columns.push_back(
            {"k", cql::Type::native(cql::TypeKind::Int), schema::ColumnKind::PartitionKey, 0, {}});
        spec.columns.push_back(
            {column, cql::Type::native(cql::TypeKind::Text), schema::ColumnKind::Regular, 0, {}});
        return schema::Table::make(std::move(spec));
    }
    /// Makes a change of one keyspace current.
    Result<void> change(const std::string& keyspaceName,
                        std::function<void(schema::Keyspace&)> edit)
    {
        auto changing = holder->change(
            [&](const schema::SchemaPtr& now) -> Result<schema::SchemaTransformation> {
                auto keyspace = std::make_shared<schema::Keyspace>(*now->keyspace(keyspaceName));
                edit(*keyspace);
                schema::SchemaTransformation result;
                result.schema = now->with(std::move(keyspace));
                return result;
            });
        RW_TRY(world.run(*runtime, std::move(changing)));
        return ok();
    }
    Result<void> addTable(const std::string& keyspaceName, const std::string& name)
    {
        return change(keyspaceName, [&](schema::Keyspace& keyspace) {
            keyspace.tables[name] = table(keyspaceName, name);
        });
    }
    Result<void> create(const std::string& keyspaceName)
    {
        auto keyspace = std::make_shared<schema::Keyspace>();
        keyspace->name = keyspaceName;
        keyspace->replication = {{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                                 {"replication_factor", "3"}};
        keyspace->tables.emplace("t", table(keyspaceName, "t"));
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
    void changedTablesAreAsAWholeReadSays();
    void tablesFromAnotherNodeGiveTheSameVersion();
    void aTableDoesNotCostTheOthers();
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

void TstSchemaHolder::changedTablesAreAsAWholeReadSays()
{
    SchemaOnDisk node;
    QVERIFY(node.start());
    QVERIFY(node.create("ks"));
    const auto kept = node.holder->current()->table("ks", "t");
    QVERIFY(node.addTable("ks", "added"));
    QVERIFY(node.addTable("ks", "dropped"));
    QVERIFY(node.addTable("ks", "altered"));
    const auto before = node.holder->current()->table("ks", "altered");
    QVERIFY(
        node.change("ks", [](schema::Keyspace& keyspace) { keyspace.tables.erase("dropped"); }));
    QVERIFY(node.change("ks", [](schema::Keyspace& keyspace) {
        keyspace.tables["altered"] = SchemaOnDisk::table("ks", "altered", "other");
    }));
    const auto now = node.holder->current();
    QVERIFY(now->table("ks", "t") == kept);
    QVERIFY(now->table("ks", "dropped") == nullptr);
    QVERIFY(now->table("ks", "altered")->column("v") == nullptr);
    QVERIFY(now->table("ks", "altered")->column("other") != nullptr);
    QVERIFY(now->table("ks", "altered")->column("k") == before->column("k"));
    QVERIFY(now->table(before->id()) == now->table("ks", "altered"));
    node.crash(CrashMode::KeepAll);
    QVERIFY(node.start());
    const auto whole = node.holder->current();
    QVERIFY(whole->version() == now->version());
    QVERIFY(schema::differences(*now, *whole).empty());
}

void TstSchemaHolder::tablesFromAnotherNodeGiveTheSameVersion()
{
    SchemaOnDisk one;
    SchemaOnDisk other;
    QVERIFY(one.start() && other.start());
    std::vector<Bytes> sent;
    one.holder->setAnnounce([&](Bytes rows) { sent.push_back(std::move(rows)); });
    QVERIFY(one.create("ks") && one.addTable("ks", "a") && one.addTable("ks", "b"));
    QVERIFY(one.change("ks", [](schema::Keyspace& keyspace) { keyspace.tables.erase("a"); }));
    // Backwards: rows of tables come before their keyspace has a row of its own.
    for (auto rows = sent.rbegin(); rows != sent.rend(); ++rows)
        QVERIFY(other.world.run(*other.runtime, other.holder->merge(*rows)));
    QVERIFY(other.holder->version() == one.holder->version());
    QVERIFY(schema::differences(*one.holder->current(), *other.holder->current()).empty());
}

void TstSchemaHolder::aTableDoesNotCostTheOthers()
{
    SchemaOnDisk node;
    QVERIFY(node.start());
    QVERIFY(node.create("ks"));
    const auto allocationsOf = [&](int number) {
        const auto before = tests::allocationCount();
        const bool isDone = node.addTable("ks", "t" + std::to_string(number)).has_value();
        return isDone ? static_cast<std::int64_t>(tests::allocationCount() - before) : -1;
    };
    QVERIFY(allocationsOf(0) >= 0);
    const std::int64_t few = allocationsOf(1);
    if (few == 0)
        QSKIP("The sanitizer has its own operator new");
    for (int number = 2; number < 200; ++number)
        QVERIFY(allocationsOf(number) > 0);
    const std::int64_t many = allocationsOf(200);
    // Maps of pointers are copied; the rows of a table alone take more than a hundred.
    QVERIFY2(many - few < 200 * 20, qPrintable(QStringLiteral("%1 %2").arg(few).arg(many)));
}

RW_TEST(TstSchemaHolder)
#include "tst_schema_holder.moc"
