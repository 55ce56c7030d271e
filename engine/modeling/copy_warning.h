#pragma once

#include "engine/modeling/schema_diff.h"

/// What somebody must know before a table is copied: internal to schema_diff.
namespace engine::modeling {

/// Puts sentences on what the copy `step` keeps, cannot keep, or needs from the application into
/// its warning; of a copy that cannot be done, why, and `refused`.
void tellOfCopy(MigrationStep& step, const schema::Table& wanted, const schema::Table& live);

} // namespace engine::modeling
