#include "engine/sstable/version.h"

#include <string>

namespace engine::sstable {

namespace {

// Versions that share nb's layout of everything we read: na lacks the originating host.
constexpr VersionTraits kVersions[] = {
    {.name = "nb", .format = "big", .writable = true},
    {.name = "oa",
     .format = "big",
     .writable = true,
     .unsignedDeletionTime = true,
     .improvedMinMax = true,
     .partitionDeletionMarker = true,
     .keyRange = true,
     .tokenSpaceCoverage = true},
    {.name = "da",
     .format = "bti",
     .unsignedDeletionTime = true,
     .improvedMinMax = true,
     .partitionDeletionMarker = true,
     .keyRange = true,
     .tokenSpaceCoverage = true},
};

} // namespace

std::int64_t deletionTimeMax(const VersionTraits& version) noexcept
{
    // One below the value that means "none".
    return version.unsignedDeletionTime ? 0xFFFFFFFDLL : 0x7FFFFFFELL;
}

Result<const VersionTraits*> findVersion(std::string_view format, std::string_view version)
{
    for (const auto& traits : kVersions) {
        if (traits.name == version && traits.format == format)
            return &traits;
    }
    return Error{ErrorCode::VersionTooNew,
                 "SSTables of format " + std::string{format} + ", version " + std::string{version} +
                     " are not supported: this build reads big-nb, big-oa and bti-da"};
}

} // namespace engine::sstable
