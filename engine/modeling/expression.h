#pragma once

#include "engine/base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace engine::modeling {

/// The value of an arithmetic expression as sizing fields take it: numbers ("73000", "73 000",
/// "1e6"), names of `names`, + - * / ( ), with × and · for * and ÷ for /. "410×730" is 299300.
/// Invalid with place and reason for anything else, and for a result that is negative or not
/// finite. Nests at most 100 deep.
[[nodiscard]] Result<double> evaluate(std::string_view expression,
                                      const std::map<std::string, double, std::less<>>& names = {});

} // namespace engine::modeling
