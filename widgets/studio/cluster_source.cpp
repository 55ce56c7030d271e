#include "widgets/studio/cluster_source.h"

#include "widgets/studio/migration_run.h"
#include "widgets/studio/statement_run.h"

// The interfaces have hardly any code of their own; this file gives their meta objects a home.
namespace studio {

ClusterSource::~ClusterSource() = default;

std::unique_ptr<MigrationRun> ClusterSource::migrate(MigrationRequest)
{
    return nullptr;
}

} // namespace studio
