#pragma once

#include "widgets/studio/statement_run.h"

namespace engine {
class Error;
}

namespace studio {

/// Turns an engine error into what a person reads: the error's own sentence, with a translated
/// way out for the codes that have one.
[[nodiscard]] Problem describe(const engine::Error& error);

} // namespace studio
