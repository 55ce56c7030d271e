#pragma once

#include "engine/base/log.h"

#include <string>

namespace engine::node {

struct NodeProgramOptions {
    std::string configFile;
    std::string secretFile; ///< empty: <saved_caches_directory>/secret, made at the first start
    LogLevel logLevel = LogLevel::Info;
    /// Whether the admin endpoint can cut and slow this node's links (fault_bean.h).
    bool faultHooks = false;
};

/// Runs `ringwright-node`: one Node over the kernel, with the native server and the admin
/// endpoint, until SIGTERM or SIGINT drains it. Returns the process's exit code; what prevents the
/// start is one sentence "error: …" on standard error.
[[nodiscard]] int runNodeProgram(const NodeProgramOptions& options);

} // namespace engine::node
