#pragma once

#include "engine/modeling/schema_diff.h"

/// What was deployed last: remembered in the model, one version a cluster. Pure.
namespace engine::modeling {

/// What a cluster has of the model's keyspaces once the ticked steps of a migration have run on
/// `live` (nullptr: an empty cluster); who and when are the caller's. `datacenters`: the cluster's.
/// Fails with the sentence of the step that could not have run.
[[nodiscard]] Result<Deployment> deploymentOf(const Model& model, const SchemaDiff& diff,
                                              const std::vector<std::size_t>& ticked,
                                              const schema::SchemaPtr& live,
                                              const std::set<std::string>& datacenters);
/// The model with it as the newest deployment, in place of that cluster's last.
[[nodiscard]] Model withDeployment(Model model, Deployment deployment);
/// The last deployment to the cluster of that name or identity; to any if it is empty. nullptr:
/// there is none.
[[nodiscard]] const Deployment* lastDeployment(const Model& model, std::string_view cluster);
/// The tables that were deployed, as a model without queries.
[[nodiscard]] Result<Model> deployedModel(const Deployment& deployment);

} // namespace engine::modeling
