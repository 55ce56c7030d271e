#include "engine/modeling/deployment.h"

#include "engine/modeling/import.h"

#include <algorithm>

namespace engine::modeling {

Result<Deployment> deploymentOf(const Model& model, const SchemaDiff& diff,
                                const std::vector<std::size_t>& ticked,
                                const schema::SchemaPtr& live,
                                const std::set<std::string>& datacenters)
{
    schema::SchemaPtr schema = live;
    for (const std::size_t index : ticked) {
        if (index >= diff.steps.size())
            continue;
        const MigrationStep& step = diff.steps[index];
        if (step.kind != StepKind::SchemaChange && step.kind != StepKind::Destructive)
            continue;
        auto after = schemaOfCql(step.cql, schema, datacenters);
        if (!after)
            return after.error().within(step.title);
        schema = std::move(*after);
    }
    std::vector<std::string> keyspaces;
    for (const ModelKeyspace& keyspace : model.keyspaces) {
        if (schema && schema->keyspace(keyspace.name))
            keyspaces.push_back(keyspace.name);
    }
    Deployment deployment;
    if (keyspaces.empty())
        return deployment;
    RW_ASSIGN(const Model there, modelOf(*schema, keyspaces));
    CqlOptions options;
    options.comments = false;
    deployment.cql = cqlOf(there, options);
    // A text of several lines stands readably in the file if nothing follows its last one.
    while (deployment.cql.ends_with('\n'))
        deployment.cql.pop_back();
    return deployment;
}

Model withDeployment(Model model, Deployment deployment)
{
    std::erase_if(model.deployments,
                  [&](const Deployment& other) { return other.identity == deployment.identity; });
    model.deployments.insert(model.deployments.begin(), std::move(deployment));
    return model;
}

const Deployment* lastDeployment(const Model& model, std::string_view cluster)
{
    const auto found = std::ranges::find_if(model.deployments, [&](const Deployment& each) {
        return cluster.empty() || each.cluster == cluster || each.identity == cluster;
    });
    return found == model.deployments.end() ? nullptr : &*found;
}

Result<Model> deployedModel(const Deployment& deployment)
{
    auto model = modelOfCql(deployment.cql);
    if (!model)
        return model.error().within("what was deployed to " + deployment.cluster);
    return model;
}

} // namespace engine::modeling
