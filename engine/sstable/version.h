#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <string_view>

namespace engine::sstable {

/// What differs between the versions of Cassandra's SSTable formats (BigFormat.BigVersion). The
/// codecs ask these traits and never compare version names.
struct VersionTraits {
    std::string_view name;   ///< "nb"
    std::string_view format; ///< "big" or "bti"
    bool writable = false;   ///< whether Writer can make it
    /// Deletion times are unsigned 32 bit (to 2106) instead of signed (to 2038).
    bool unsignedDeletionTime = false;
    /// Statistics hold min and max clustering as a Slice with types, not as two lists of values.
    bool improvedMinMax = false;
    /// Statistics say whether any partition has a deletion.
    bool partitionDeletionMarker = false;
    /// Statistics hold first and last key.
    bool keyRange = false;
    /// Statistics hold the token space that the keys cover.
    bool tokenSpaceCoverage = false;
};

/// What Writer makes unless told otherwise.
inline constexpr std::string_view kCurrentVersion = "nb";

/// The greatest local deletion time that `version` can store, in seconds since 1970
/// (Cell.MAX_DELETION_TIME); greater ones are capped when written.
[[nodiscard]] std::int64_t deletionTimeMax(const VersionTraits& version) noexcept;

/// VersionTooNew with a sentence for versions that we do not read.
[[nodiscard]] Result<const VersionTraits*> findVersion(std::string_view format,
                                                       std::string_view version);

} // namespace engine::sstable
