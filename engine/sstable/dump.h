#pragma once

#include "engine/base/result.h"
#include "engine/sstable/reader.h"

#include <string>

namespace engine::sstable {

struct DumpOptions {
    /// Values that depend on the moment ("expired") are judged at this time.
    std::int64_t nowSeconds = 0;
};

/// The whole table as JSON text with the members and values that Cassandra 5.0's sstabledump
/// writes (an array of partitions), without its line layout. Blocks; for tools and tests.
[[nodiscard]] Result<std::string> dumpJson(const ReaderPtr& reader, const DumpOptions& options);

} // namespace engine::sstable
