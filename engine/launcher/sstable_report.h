#pragma once

#include "engine/sstable/inspector.h"

#include <boost/json/fwd.hpp>

#include <string>

namespace engine::launcher {

/// An SSTable as `sstable inspect --json` prints it: names, schema and figures of its metadata,
/// and what reading it counted if `scanned`.
[[nodiscard]] boost::json::object inspectionJson(const sstable::Reader& reader,
                                                 const sstable::TableReport* scanned);
/// The same for people.
[[nodiscard]] std::string inspectionText(const sstable::Reader& reader,
                                         const sstable::TableReport* scanned);

} // namespace engine::launcher
