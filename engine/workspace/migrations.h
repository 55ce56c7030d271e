#pragma once

#include "engine/base/result.h"
#include "engine/workspace/database.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace engine::workspace {

/// "RWKS" in the file's header (SQLite's application_id).
inline constexpr std::int64_t kWorkspaceMagic = 0x52574b53;

/// The step at index n takes a file of version n to version n + 1. Never change a released step.
[[nodiscard]] std::span<const char* const> migrations() noexcept;

/// Checks magic and version and brings the file to the newest version, after a copy
/// "<file>.v<n>.bak" of an older one. VersionTooNew, Corrupt, or what SQLite says.
[[nodiscard]] Result<void> migrate(Database& database, const std::filesystem::path& file);

} // namespace engine::workspace
