#include "engine/node/size_estimates.h"

namespace engine::node {

namespace {
/// As the start of a range before all tokens, as its end behind all.
constexpr std::int64_t kRingEnd = INT64_MIN;
} // namespace

std::vector<ring::TokenRange> primaryRanges(const ring::RingState& ring, const InetEndpoint& node,
                                            bool inDatacenter)
{
    const auto self = ring.find(node);
    if (!self)
        return {};
    std::vector<ring::TokenOwner> owners;
    for (const ring::TokenOwner& owner : ring.tokens()) {
        if (!inDatacenter || ring.node(owner.node).datacenter == ring.node(*self).datacenter)
            owners.push_back(owner);
    }
    std::vector<ring::TokenRange> ranges;
    for (std::size_t i = 0; i < owners.size(); ++i) {
        if (owners[i].node != *self)
            continue;
        const ring::Token before = i == 0 ? ring::Token{kRingEnd} : owners[i - 1].token;
        ranges.push_back({before, owners[i].token});
    }
    if (!owners.empty() && owners.front().node == *self)
        ranges.push_back({owners.back().token, ring::Token{kRingEnd}});
    return ranges;
}

void appendSizeEstimates(const std::string& keyspace, const std::string& table,
                         const std::vector<sstable::ReaderPtr>& readers,
                         const std::vector<ring::TokenRange>& ranges,
                         std::vector<query::SizeEstimateRow>& out)
{
    std::vector<double> means; // of each reader
    for (const sstable::ReaderPtr& reader : readers)
        means.push_back(static_cast<double>(reader->stats().partitionSizes.mean()));
    for (const ring::TokenRange& range : ranges) {
        const std::int64_t end = range.end.value == kRingEnd ? INT64_MAX : range.end.value;
        query::SizeEstimateRow& row = out.emplace_back();
        row.keyspace = keyspace;
        row.table = table;
        row.rangeStart = std::to_string(range.start.value);
        row.rangeEnd = std::to_string(range.end.value);
        double bytes = 0;
        for (std::size_t i = 0; i < readers.size(); ++i) {
            const auto partitions = static_cast<std::int64_t>(
                readers[i]->estimatedPartitionsIn(range.start.value, end));
            row.partitions += partitions;
            bytes += static_cast<double>(partitions) * means[i];
        }
        if (row.partitions > 0)
            row.meanPartitionBytes =
                static_cast<std::int64_t>(bytes / static_cast<double>(row.partitions));
    }
}

} // namespace engine::node
