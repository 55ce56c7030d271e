#include "engine/launcher/import_command.h"

#include "engine/admin/jolokia_client.h"
#include "engine/base/clock.h"
#include "engine/base/real_runtime.h"
#include "engine/client/session.h"
#include "engine/cql/quote.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/import_plan.h"
#include "engine/launcher/launcher.h"

#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <sstream>

namespace engine::launcher {

namespace json = boost::json;
namespace options = boost::program_options;

namespace {

constexpr const char* kImportUsage =
    R"(ringwright-cluster import: copies a snapshot of any cluster into a bundled one that runs

  ringwright-cluster import CLUSTER FOLDER [--keyspace K] [--table T] [--snapshot S] [--rf N]

FOLDER holds SSTables (BIG nb and oa, BTI da) itself or below: a snapshot, a table, a keyspace, a
data folder. Keyspace and table are made from schema.cql, else from the SSTables' own header, where
key columns have no names: they become key, key2 …, column1 …. FOLDER stays as it is.

)";

constexpr auto kStatementTimeout = std::chrono::seconds{60};

class Quiet final : public client::SessionListener {
public:
    void onState(const client::SessionState&) override {}
    void onTopology(const client::TopologyPtr&) override {}
    void onSchema(const client::SchemaInfoPtr&) override {}
};

Result<void> runStatement(client::Session& session, const std::string& text)
{
    auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    client::RequestOptions request;
    request.timeout = kStatementTimeout;
    session.execute(text, {}, request, [promise](Result<client::ResultPagePtr> page) {
        promise->set_value(page ? Result<void>{ok()} : Result<void>{page.error()});
    });
    auto done = answer.get();
    return done ? done : Result<void>{done.error().within(text.substr(0, text.find('\n')))};
}

struct ImportLine {
    std::string cluster;
    std::string folder;
    std::string clusters;
    ImportNames names;
    unsigned replicas = 3;
    bool json = false;
};

std::string replicationOf(const ClusterStatus& status, unsigned replicas)
{
    std::map<std::string, unsigned> nodes;
    for (const auto& node : status.nodes)
        ++nodes[node.spec.datacenter];
    std::string text = "{'class': 'NetworkTopologyStrategy'";
    for (const auto& [datacenter, count] : nodes)
        text += ", '" + datacenter + "': " + std::to_string(std::min(replicas, count));
    return text + "}";
}

/// Every node takes all in, then each drops what it does not replicate.
Result<void> bringIn(const ClusterStatus& status, const std::string& secret,
                     const PlannedTable& plan)
{
    std::vector<std::unique_ptr<admin::JolokiaClient>> nodes;
    for (const auto& node : status.nodes)
        nodes.push_back(std::make_unique<admin::JolokiaClient>(
            admin::JolokiaAddress{
                {node.spec.address, node.spec.adminPort}, "/jolokia/", "ringwright", secret},
            std::chrono::milliseconds{0}));
    const std::string bean =
        "org.apache.cassandra.db:type=ColumnFamilies,keyspace=" + plan.keyspace +
        ",columnfamily=" + plan.table;
    constexpr const char* kImport =
        "importNewSSTables(java.util.Set,boolean,boolean,boolean,boolean,boolean,boolean,boolean)";
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        // resetLevel, clearRepaired, verify, not verifyTokens, invalidateCaches, extended, copy.
        const auto failed = nodes[i]->exec(
            bean, kImport, {json::array{plan.folder}, true, true, true, false, true, true, true});
        if (!failed)
            return failed.error().within(status.nodes[i].spec.name);
        if (!failed->is_array() || !failed->as_array().empty())
            return Error{ErrorCode::Corrupt,
                         "node " + status.nodes[i].spec.name + " did not take in " + plan.folder +
                             "; its system.log says why, and ringwright-cluster sstable verify"};
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const auto cleaned =
            nodes[i]->exec("org.apache.cassandra.db:type=StorageService",
                           "forceKeyspaceCleanup(int,java.lang.String,[Ljava.lang.String;)",
                           {0, plan.keyspace, json::array{plan.table}});
        if (!cleaned)
            return cleaned.error().within(status.nodes[i].spec.name);
    }
    return ok();
}

Result<void> importAll(const ImportLine& line, const std::vector<PlannedTable>& plans)
{
    const ClusterFolder folder{line.clusters, line.cluster};
    RW_ASSIGN(const auto status, statusOf(folder));
    if (status.state != "ready")
        return Error{ErrorCode::Unavailable, "not all nodes of " + line.cluster +
                                                 " run: ringwright-cluster start " + line.cluster};
    RW_ASSIGN(const std::string secret, folder.secret());
    client::ClientThread thread;
    Quiet quiet;
    SystemClock clock;
    client::SessionOptions wanted;
    for (const auto& node : status.nodes)
        wanted.contactPoints.push_back(node.spec.address.toString() + ":" +
                                       std::to_string(node.spec.cqlPort));
    wanted.wantsSchema = false;
    client::Session session{thread, clock, std::move(wanted), quiet};
    for (const auto& plan : plans) {
        RW_TRY(runStatement(session,
                            "CREATE KEYSPACE IF NOT EXISTS " + cql::quote(plan.keyspace) +
                                " WITH replication = " + replicationOf(status, line.replicas)));
        for (const auto& statement : plan.statements)
            RW_TRY(runStatement(session, statement));
        RW_TRY(bringIn(status, secret, plan));
    }
    return ok();
}

void report(const ImportLine& line, const std::vector<PlannedTable>& plans)
{
    json::array all;
    for (const auto& plan : plans) {
        json::array notes(plan.notes.begin(), plan.notes.end());
        all.push_back(json::object{{"keyspace", plan.keyspace},
                                   {"table", plan.table},
                                   {"folder", plan.folder},
                                   {"sstables", plan.sstables.size()},
                                   {"schema", plan.schemaFromHeader ? "header" : "schema.cql"},
                                   {"notes", std::move(notes)}});
        if (line.json)
            continue;
        std::printf("%s.%s: %zu SSTables from %s, schema from %s\n", plan.keyspace.c_str(),
                    plan.table.c_str(), plan.sstables.size(), plan.folder.c_str(),
                    plan.schemaFromHeader ? "their header" : "schema.cql");
        for (const auto& note : plan.notes)
            std::printf("  %s\n", note.c_str());
    }
    if (line.json)
        std::printf("%s\n", json::serialize(all).c_str());
}

} // namespace

int runImportCommand(const std::vector<std::string>& arguments)
{
    ImportLine line;
    options::options_description shown("Options");
    shown.add_options()("help,h", "show this text")("json", options::bool_switch(&line.json),
                                                    "print JSON")(
        "keyspace", options::value(&line.names.keyspace), "keyspace to import into")(
        "table", options::value(&line.names.table), "name of the table, if FOLDER has one")(
        "snapshot", options::value(&line.names.snapshot), "which of several snapshots")(
        "rf", options::value(&line.replicas)->default_value(3),
        "replicas of a new keyspace in each datacenter, at most its nodes")(
        "dir",
        options::value(&line.clusters)->default_value(ClusterFolder::clustersFolderDefault()),
        "folder of clusters");
    options::options_description all;
    all.add(shown).add_options()("cluster", options::value(&line.cluster))(
        "folder", options::value(&line.folder));
    options::positional_options_description positions;
    positions.add("cluster", 1).add("folder", 1);
    options::variables_map values;
    try {
        options::store(
            options::command_line_parser(arguments).options(all).positional(positions).run(),
            values);
        options::notify(values);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "error: %s; see ringwright-cluster import --help\n", e.what());
        return 2;
    }
    if (values.count("help") > 0) {
        std::ostringstream text;
        text << kImportUsage << shown;
        std::fputs(text.str().c_str(), stdout);
        return 0;
    }
    if (line.cluster.empty() || line.folder.empty() || line.replicas == 0) {
        std::fprintf(stderr, "error: import wants a CLUSTER and a FOLDER, and at least one "
                             "replica; see ringwright-cluster import --help\n");
        return 2;
    }
    const auto disk = makeRealDisk();
    std::error_code wrong;
    std::string folder = std::filesystem::absolute(line.folder, wrong).lexically_normal().string();
    while (folder.size() > 1 && folder.ends_with('/'))
        folder.pop_back();
    const auto plans = planImport(*disk, folder, line.names);
    if (!plans) {
        std::fprintf(stderr, "error: %s\n", plans.error().detail().c_str());
        return 1;
    }
    if (const auto done = importAll(line, *plans); !done) {
        std::fprintf(stderr, "error: %s\n", done.error().detail().c_str());
        return 1;
    }
    report(line, *plans);
    return 0;
}

} // namespace engine::launcher
