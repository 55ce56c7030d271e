#include "engine/workload/cluster_reach.h"

#include "engine/admin/node_admin.h"
#include "engine/launcher/cluster_folder.h"

#include <algorithm>
#include <map>

namespace engine::workload {

namespace {

constexpr auto kReachTimeout = std::chrono::seconds{10};
constexpr const char* kAdminUser = "ringwright";

Result<ClusterReach> reachOfSpec(const launcher::ClusterFolder& folder,
                                 const launcher::ClusterSpec& spec)
{
    RW_ASSIGN(const std::string secret, folder.secret());
    ClusterReach reach;
    for (const launcher::NodeSpec& node : spec.nodes) {
        ClusterReach::Node made;
        made.name = node.name;
        made.admin.endpoint = {node.address, node.adminPort};
        made.admin.user = kAdminUser;
        made.admin.password = secret;
        made.dataFolder = folder.nodePath(node.name) + "/data";
        reach.nodes.push_back(std::move(made));
    }
    return reach;
}

} // namespace

bool ClusterReach::hasAdmin() const noexcept
{
    return !nodes.empty() && std::ranges::all_of(nodes, [](const Node& node) {
        return node.admin.endpoint.port != 0;
    });
}

bool ClusterReach::hasFolders() const noexcept
{
    return !nodes.empty() &&
           std::ranges::none_of(nodes, [](const Node& node) { return node.dataFolder.empty(); });
}

Result<ClusterReach> reachOfFolder(const launcher::ClusterFolder& folder)
{
    RW_ASSIGN(const launcher::ClusterSpec spec, folder.load());
    return reachOfSpec(folder, spec);
}

Result<ClusterReach> bundledReach(const std::string& clustersFolder, const std::string& host)
{
    for (const std::string& name : launcher::ClusterFolder::list(clustersFolder)) {
        const launcher::ClusterFolder folder{clustersFolder, name};
        const auto spec = folder.load();
        if (!spec)
            continue;
        for (const launcher::NodeSpec& node : spec->nodes) {
            if (node.address.toString() == host)
                return reachOfSpec(folder, *spec);
        }
    }
    return Error{ErrorCode::NotFound, "no bundled cluster in " + clustersFolder +
                                          " has a node at " + host +
                                          "; give --jolokia PORT for another cluster"};
}

Result<void> settleTables(const ClusterReach& reach, const modeling::Model& model, bool compact,
                          const std::function<void(const std::string&)>& progress,
                          const std::atomic<bool>& cancelled)
{
    std::map<std::string, std::vector<std::string>> keyspaces;
    for (const modeling::ModelTable& table : model.tables)
        keyspaces[table.keyspace].push_back(table.name);
    for (const ClusterReach::Node& node : reach.nodes) {
        const auto admin = admin::makeJolokiaAdmin(node.admin, kReachTimeout);
        for (const auto& [keyspace, tables] : keyspaces) {
            for (const bool compacting : {false, true}) {
                if (cancelled)
                    return Error{ErrorCode::Cancelled, "measuring was cancelled"};
                if (compacting && !compact)
                    continue;
                progress((compacting ? "compacting " : "flushing ") + keyspace + " on " +
                         node.name);
                const auto done =
                    compacting ? admin->compact(keyspace, tables) : admin->flush(keyspace, tables);
                if (!done)
                    return done.error().within(node.name);
            }
        }
    }
    return ok();
}

} // namespace engine::workload
