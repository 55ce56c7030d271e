#include "widgets/studio/trace_reads.h"

#include <QHash>
#include <QRegularExpression>

#include <algorithm>

namespace studio {

namespace {

/// Numbers of `text` where it fits `pattern`; empty if it does not.
std::vector<qint64> numbersIn(const QString& text, const QString& pattern)
{
    std::vector<qint64> numbers;
    const auto match = QRegularExpression(pattern).match(text);
    for (int i = 1; match.hasMatch() && i <= match.lastCapturedIndex(); ++i)
        numbers.push_back(match.captured(i).toLongLong());
    return numbers;
}

bool begins(const QString& text, const char* words)
{
    return text.startsWith(QLatin1String(words));
}

void noteTable(TraceRead& read, const QString& text)
{
    const std::pair<const char*, int TraceRead::*> kWords[] = {
        {"Check against min and max keys", &TraceRead::outsideKeys},
        {"Bloom filter allows skipping", &TraceRead::byBloomFilter},
        {"Partition index lookup", &TraceRead::falsePositives},
        {"Least and greatest clustering", &TraceRead::outsideRows},
        {"A newer deletion of the partition", &TraceRead::shadowed},
        {"Key cache hit", &TraceRead::keyCacheHits},
        {"Partition index", &TraceRead::indexLookups},
    };
    for (const auto& [words, member] : kWords) {
        if (begins(text, words)) {
            ++(read.*member);
            return;
        }
    }
}

void noteSums(TraceRead& read, const QString& text)
{
    if (const auto n = numbersIn(text, QStringLiteral("^Skipped (\\d+)/(\\d+) non-slice-inter.*"
                                                      "included (\\d+) due"));
        n.size() == 3) {
        read.tables = std::max(read.tables, static_cast<int>(n[1]));
        // Cassandra does not name them one by one.
        read.outsideRows = std::max(read.outsideRows, static_cast<int>(n[0] - n[2]));
    } else if (const auto m = numbersIn(text, QStringLiteral("^Merged data from .* (\\d+) sstabl"));
               m.size() == 1) {
        read.tablesRead = static_cast<int>(m[0]);
    } else if (const auto r =
                   numbersIn(text, QStringLiteral("^Read (\\d+) live rows and (\\d+) tombstone"));
               r.size() == 2) {
        read.liveRows = r[0];
        read.tombstones = r[1];
    } else if (const auto c = numbersIn(
                   text, QStringLiteral("^Took (\\d+) chunks from the chunk cache, (\\d+) from "
                                        "the kernel's memory, (\\d+) from disk; (\\d+) bytes"));
               c.size() == 4) {
        read.chunkHits = c[0];
        read.chunksRead = c[1] + c[2];
        read.bytesRead = c[3];
    } else if (const auto t = numbersIn(text, QStringLiteral("^Found the partition in (\\d+) of"));
               t.size() == 1) {
        read.memtables = static_cast<int>(t[0]);
    }
}

} // namespace

std::vector<TraceRead> readsOf(const Trace& trace)
{
    std::vector<TraceRead> reads;
    QHash<QString, std::size_t> openOf; // of each node, the read that it is at
    const auto open = [&](const QString& node) -> TraceRead& {
        openOf[node] = reads.size();
        reads.emplace_back().node = node;
        return reads.back();
    };
    static const QString kSingle = QStringLiteral("Executing single-partition query on ");
    for (const TraceEvent& event : trace.events) {
        const QString& text = event.activity;
        const auto at = openOf.constFind(event.source);
        if (begins(text, "Row cache")) {
            TraceRead& read = open(event.source);
            read.rowCacheHit = begins(text, "Row cache hit");
            read.rowCacheMissed = !read.rowCacheHit;
        } else if (text.startsWith(kSingle)) {
            // A read that has missed the row cache has begun already.
            TraceRead& read =
                at != openOf.cend() && reads[*at].rowCacheMissed && reads[*at].table.isEmpty()
                    ? reads[*at]
                    : open(event.source);
            read.table = text.mid(kSingle.size());
        } else if (const auto n =
                       numbersIn(text, QStringLiteral("^Executing seq scan across (\\d+) ss"));
                   n.size() == 1) {
            TraceRead& read = open(event.source);
            read.isRange = true;
            read.tables = read.tablesRead = static_cast<int>(n[0]);
        } else if (at != openOf.cend()) {
            noteTable(reads[*at], text);
            noteSums(reads[*at], text);
        }
    }
    for (TraceRead& read : reads) {
        const int seen = read.outsideKeys + read.byBloomFilter + read.falsePositives +
                         read.outsideRows + read.shadowed + read.tablesRead;
        read.tables = std::max(read.tables, seen);
    }
    return reads;
}

} // namespace studio
