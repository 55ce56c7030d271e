#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <filesystem>

/// A model as a readable file: YAML with a schema version, in a fixed order, one thing a line where
/// it can be, references by name. Saving what was loaded gives the same bytes; a small edit is a
/// small diff. Extension: ".rwmodel".
namespace engine::modeling {

inline constexpr int kDocumentVersion = 1;

/// The file's text.
[[nodiscard]] std::string writeModel(const Model& model);

/// Reads it. Refused with file (`where`), line, column and reason: what is not YAML, an unknown
/// key, a wrong kind of value, a reference to nothing, a name twice, a newer version. Never trusts
/// sizes.
[[nodiscard]] Result<Model> readModel(std::string_view text, std::string_view where = "model");

/// The same with files. Saving is atomic (new file, fsync, rename) and keeps the version before as
/// "<file>~".
[[nodiscard]] Result<Model> loadModel(const std::filesystem::path& file);
[[nodiscard]] Result<void> saveModel(const Model& model, const std::filesystem::path& file);

} // namespace engine::modeling
