#pragma once

#include "engine/base/result.h"
#include "engine/sstable/reader.h"

#include <functional>
#include <string>
#include <string_view>

namespace engine::sstable {

struct DumpOptions {
    /// Values that depend on the moment ("expired") are judged at this time.
    std::int64_t nowSeconds = 0;
};

/// Takes the next piece of a text; an error ends what makes it.
using TextSink = std::function<Result<void>(std::string_view)>;

/// The whole table as JSON text with the members and values that Cassandra 5.0's sstabledump
/// writes (an array of partitions), without its line layout, in pieces of about 64 KiB whatever the
/// sizes of partitions. Blocks; for tools and tests.
[[nodiscard]] Result<void> dumpJson(const ReaderPtr& reader, const DumpOptions& options,
                                    const TextSink& sink);
/// The same as one text.
[[nodiscard]] Result<std::string> dumpJson(const ReaderPtr& reader, const DumpOptions& options);

} // namespace engine::sstable
