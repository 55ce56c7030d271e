#pragma once

#include "widgets/studio/trace.h"

#include <vector>

namespace studio {

/// What one node's storage did for one read, as its events tell it, in the words of Cassandra's
/// traces and of bundled nodes'. -1: the node does not say.
struct TraceRead {
    QString node;
    QString table;
    bool isRange = false;
    bool rowCacheHit = false;
    bool rowCacheMissed = false;
    int tables = 0;         ///< SSTables that came into question
    int tablesRead = 0;     ///< those whose rows were merged
    int outsideKeys = 0;    ///< ruled out by their first and last key
    int byBloomFilter = 0;  ///< ruled out by the bloom filter
    int falsePositives = 0; ///< let pass by it in vain
    int outsideRows = 0;    ///< ruled out by their least and greatest clustering
    int shadowed = 0;       ///< older than a deletion of the partition
    int keyCacheHits = 0;
    int indexLookups = 0; ///< places found in the index instead
    int memtables = -1;   ///< that have the partition
    qint64 liveRows = -1;
    qint64 tombstones = -1;
    qint64 chunkHits = -1;
    qint64 chunksRead = -1;
    qint64 bytesRead = -1;

    friend bool operator==(const TraceRead&, const TraceRead&) = default;
};

/// All reads of a trace, in order of their beginning. Pure; any thread.
[[nodiscard]] std::vector<TraceRead> readsOf(const Trace& trace);

} // namespace studio
