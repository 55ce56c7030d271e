#pragma once

#include "engine/query/node_info.h"
#include "engine/ring/ring_state.h"
#include "engine/sstable/reader.h"

#include <vector>

namespace engine::node {

/// The ranges for which a node comes first on the ring, ascending, none of them wrapping: the one
/// over the ring's end is split at the minimum token, which stands for either end. `inDatacenter`:
/// on the ring of its data centre's nodes alone. Empty if it owns nothing.
[[nodiscard]] std::vector<ring::TokenRange>
primaryRanges(const ring::RingState& ring, const InetEndpoint& node, bool inDatacenter);

/// What a table's SSTables have in each of the ranges (SizeEstimatesRecorder). Memtables do not
/// count.
void appendSizeEstimates(const std::string& keyspace, const std::string& table,
                         const std::vector<sstable::ReaderPtr>& readers,
                         const std::vector<ring::TokenRange>& ranges,
                         std::vector<query::SizeEstimateRow>& out);

} // namespace engine::node
