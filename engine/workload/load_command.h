#pragma once

#include "engine/modeling/command.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

/// `ringwright model load` and `measure`: a model's data on a cluster, and what became of the
/// estimate.
namespace engine::workload {

/// What the command needs of its surroundings.
struct LoadSurroundings {
    std::string clustersFolder; ///< where bundled clusters are looked for
    /// Passwords come this way and not as words, which every user of the machine can see:
    /// RINGWRIGHT_PASSWORD, RINGWRIGHT_JOLOKIA_PASSWORD.
    std::map<std::string, std::string> environment;
    /// Gets what goes on, one line at a time, on the calling thread.
    std::function<void(const std::string&)> progress;
};

/// `words` are those behind "model", the first "load" or "measure". Blocks until it is done.
/// Exit codes: 0; 1 if a table could not be measured, or differs from the estimate for as many
/// rows by more than a quarter; 2 if it could not be done.
[[nodiscard]] modeling::CommandOutcome runLoadCommand(const std::vector<std::string>& words,
                                                      const LoadSurroundings& surroundings);

} // namespace engine::workload
