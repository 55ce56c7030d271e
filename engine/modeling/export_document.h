#pragma once

#include "engine/modeling/model.h"

#include <functional>
#include <string>

/// A model as a document for people: the data dictionary.
namespace engine::modeling {

struct DictionaryOptions {
    /// A sentence about a table's size ("73,000 rows, 1.1 MB a partition"); empty: none.
    std::function<std::string(const ModelTable&)> size;
    bool statements = true; ///< the CQL of each query
    bool reasons = true;    ///< the rule and reason of each column
};

/// Contents, conceptual model, queries, coverage, tables with keys and reasons, types, duplicates.
[[nodiscard]] std::string markdownDictionary(const Model& model,
                                             const DictionaryOptions& options = {});

/// The same as one HTML file with its style inside, light and dark, printable; no script.
[[nodiscard]] std::string htmlDictionary(const Model& model, const DictionaryOptions& options = {});

} // namespace engine::modeling
