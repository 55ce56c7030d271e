#pragma once

#include "engine/base/disk.h"
#include "engine/rows/partition.h"
#include "engine/storage/store_options.h"

#include <string_view>

namespace engine::storage {

/// commitlog_archiving.properties, understood (Cassandra's CommitLogArchiver).
struct ArchivingProperties {
    std::string archiveCommand; ///< %path and %name stand for the segment; empty: none
    std::string restoreCommand; ///< %from and %to; empty: none
    std::vector<std::string> restoreFolders;
    std::int64_t restoreUpToMicros = INT64_MAX;
};
/// ConfigError with file and line for an unknown key or a time that is none. Times are UTC,
/// "yyyy:MM:dd HH:mm:ss[.ffffff]"; `precision` is MICROSECONDS or MILLISECONDS, the unit of
/// clients' timestamps.
[[nodiscard]] Result<ArchivingProperties> parseArchivingProperties(std::string_view text,
                                                                   const std::string& file);
/// The command as an argument vector: split at blanks outside of quotes, then %name replaced by
/// the value of `name` in `values`, so that no value is ever split or interpreted.
[[nodiscard]] std::vector<std::string>
archivingArguments(std::string_view command,
                   const std::vector<std::pair<std::string, std::string>>& values);

/// Brings the segments of options.archiving.restoreFolders back to the commit log's folder, except
/// those that are there already. Blocks.
[[nodiscard]] Result<void> restoreArchivedLog(Disk& disk, const StoreOptions& options);

/// The newest timestamp of anything in an update, in microseconds as clients count; INT64_MIN if
/// there is none.
[[nodiscard]] std::int64_t newestTimestamp(const rows::Partition& update);

} // namespace engine::storage
