#pragma once

#include "engine/base/result.h"
#include "engine/launcher/launcher.h"

#include <boost/json/fwd.hpp>

#include <string>

namespace engine::launcher {

// The control socket speaks one JSON object a line. Requests: {"do": "status" | "own" | "keep" |
// "start_all" | "stop_all" | "start" | "stop" | "kill" | "pause" | "resume", "node": NAME,
// "keep": BOOL}. Answers: {"ok": true, "status": {…}} or {"ok": false, "error": SENTENCE}.

[[nodiscard]] boost::json::object statusToJson(const ClusterStatus& status);
[[nodiscard]] Result<ClusterStatus> statusFromJson(const boost::json::value& value);
[[nodiscard]] const char* nodeActionName(NodeAction action) noexcept;

/// A Unix socket address for a path of any length: relative to the folder's descriptor when the
/// path exceeds the kernel's 107 bytes. `folderFd` must stay open while the name is in use.
[[nodiscard]] std::string socketName(const std::string& path, int& folderFd);

} // namespace engine::launcher
