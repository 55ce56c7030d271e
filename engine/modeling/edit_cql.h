#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <string_view>

namespace engine::modeling {

/// The model whose tables, types and keyspaces are those of a CQL script, as edited by hand. What
/// CQL does not say is kept by name: queries, sizes, reasons, where columns come from. Fails with
/// the place and reason if the script is not valid, and changes nothing then.
[[nodiscard]] Result<Model> withCql(const Model& before, std::string_view script);

} // namespace engine::modeling
