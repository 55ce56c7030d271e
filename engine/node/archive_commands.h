#pragma once

#include "engine/storage/commit_log_archive.h"

namespace engine::node {

/// The commands of commitlog_archiving.properties as functions: each runs one program, without a
/// shell, and fails with its command line if it cannot be started or does not end with status 0.
[[nodiscard]] storage::CommitLogArchiving
makeArchiving(const storage::ArchivingProperties& properties);

} // namespace engine::node
