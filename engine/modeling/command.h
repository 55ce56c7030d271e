#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"
#include "engine/schema/schema.h"

#include <functional>
#include <string>
#include <vector>

/// `ringwright model …`: the designer's work without a window, for scripts and CI.
namespace engine::modeling {

struct CommandOutcome {
    int exitCode = 0; ///< 0: all well; 1: findings, red sizes, differences; 2: it could not be done
    std::string out;
    std::string err;
};

/// Reads the schema of a running cluster from "host:port".
using LiveSchema = std::function<Result<schema::SchemaPtr>(const std::string& contact)>;

/// `words` are those behind "model". Reads files, writes none.
[[nodiscard]] CommandOutcome runModelCommand(const std::vector<std::string>& words,
                                             const LiveSchema& live);

/// A model file, or by its ending (.cql) a script of CREATE statements. Errors name the file.
[[nodiscard]] Result<Model> readModelFile(const std::string& name);

/// What --help says.
[[nodiscard]] std::string modelCommandHelp();

} // namespace engine::modeling
