#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <filesystem>
#include <string>
#include <vector>

/// The sample models that come along, in resources/models/<id>.rwmodel: complete, all stages.
namespace engine::modeling {

struct SampleModel {
    std::string id;      ///< "hotel", "iot", "messaging", "library", "portfolio"
    std::string title;   ///< "Hotel reservations"
    std::string summary; ///< one sentence: what it teaches
};

/// In the order of a start page.
[[nodiscard]] const std::vector<SampleModel>& sampleModels();

/// Loads one from the folder of the resources ("…/resources/models").
[[nodiscard]] Result<Model> loadSample(const std::filesystem::path& folder, const std::string& id);

} // namespace engine::modeling
