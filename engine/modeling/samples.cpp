#include "engine/modeling/samples.h"
#include "engine/modeling/document.h"

#include <algorithm>

namespace engine::modeling {

const std::vector<SampleModel>& sampleModels()
{
    static const std::vector<SampleModel> kSamples{
        {"hotel", "Hotel reservations",
         "All stages of the classic example: weak entities, a type, nine queries, nine tables."},
        {"iot", "IoT sensors", "A time series with day buckets, a TTL and time-window compaction."},
        {"messaging", "Messaging", "E-mail with folders, counters and attachments in chunks."},
        {"library", "Digital library",
         "The running example of the Chebotko paper: multi-valued attributes and m:n "
         "relationships."},
        {"portfolio", "Investment portfolio",
         "The same trades in four tables: what each split of a key is good for."},
    };
    return kSamples;
}

Result<Model> loadSample(const std::filesystem::path& folder, const std::string& id)
{
    const auto found = std::ranges::find(sampleModels(), id, &SampleModel::id);
    if (found == sampleModels().end())
        return Error{ErrorCode::NotFound, "there is no sample model \"" + id + "\""};
    return loadModel(folder / (id + ".rwmodel"));
}

} // namespace engine::modeling
