#pragma once

#include "engine/modeling/schema_diff.h"

/// What somebody must know before a table is copied: internal to schema_diff.
namespace engine::modeling {

/// Sentences on what the copy of `step` keeps, cannot keep, or needs from the application; of a
/// copy that cannot be done, why. Never empty.
[[nodiscard]] std::string copyWarning(const MigrationStep& step, const schema::Table& wanted,
                                      const schema::Table& live);

} // namespace engine::modeling
