#include "widgets/studio/trace.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>

#include <algorithm>

namespace studio {

namespace {

struct TraceTr {
    Q_DECLARE_TR_FUNCTIONS(studio::Trace)
};

/// "Sending READ_REQ message to /127.0.0.2:7000 message size 150 bytes": verb and address.
bool parseSending(const QString& activity, QString& verb, QString& address)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(?:Sending|Enqueuing) (\\S+)(?: message)? to \\S*?/?"
                       "(\\[[0-9a-fA-F:]+\\]|[0-9a-fA-F.:]*?[0-9a-fA-F.])(?::\\d+)?(?:\\s|$)"));
    const auto match = pattern.match(activity);
    if (!match.hasMatch())
        return false;
    verb = match.captured(1);
    address = match.captured(2).remove(u'[').remove(u']');
    return true;
}

/// "READ_REQ message received from /127.0.0.1:7000", or as bundled nodes say it,
/// "Received READ_REQ from 127.0.0.1:7000"
bool parseReceived(const QString& activity, QString& verb, QString& address)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(?:(\\S+) message received|Received (\\S+)) from \\S*?/?"
                       "(\\[[0-9a-fA-F:]+\\]|[0-9a-fA-F.:]*?[0-9a-fA-F.])(?::\\d+)?(?:\\s|$)"));
    const auto match = pattern.match(activity);
    if (!match.hasMatch())
        return false;
    verb = match.captured(1) + match.captured(2);
    address = match.captured(3).remove(u'[').remove(u']');
    return true;
}

/// When a message to `node` was first sent by the coordinator; -1: never.
qint64 firstSentTo(const Trace& trace, const QString& node)
{
    qint64 first = -1;
    for (const TraceEvent& event : trace.events) {
        QString verb, address;
        if (event.source == trace.session.coordinator &&
            parseSending(event.activity, verb, address) && address == node &&
            (first < 0 || event.elapsedUs < first))
            first = event.elapsedUs;
    }
    return first;
}

void findMessages(Trace& trace)
{
    trace.messages.clear();
    std::vector<bool> taken(trace.events.size(), false);
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
        TraceMessage message;
        const TraceEvent& sent = trace.events[i];
        if (!parseSending(sent.activity, message.verb, message.to))
            continue;
        message.from = sent.source;
        message.sentUs = sent.atUs;
        message.receivedUs = sent.atUs;
        message.sentEvent = static_cast<int>(i);
        qint64 next = -1;
        for (std::size_t k = 0; k < trace.events.size(); ++k) {
            const TraceEvent& event = trace.events[k];
            if (event.source != message.to || event.atUs < sent.atUs)
                continue;
            if (next < 0)
                next = event.atUs;
            QString verb, from;
            if (taken[k] || !parseReceived(event.activity, verb, from) || verb != message.verb ||
                from != message.from)
                continue;
            taken[k] = true;
            message.receivedEvent = static_cast<int>(k);
            next = event.atUs;
            break;
        }
        if (next >= 0)
            message.receivedUs = next;
        trace.messages.push_back(message);
    }
}

} // namespace

QStringList Trace::nodes() const
{
    QStringList found;
    if (!session.coordinator.isEmpty())
        found += session.coordinator;
    for (const TraceEvent& event : events)
        if (!found.contains(event.source))
            found += event.source;
    return found;
}

qint64 Trace::endUs() const noexcept
{
    qint64 end = std::max<qint64>(session.durationUs, 0);
    for (const TraceEvent& event : events)
        end = std::max(end, event.atUs);
    return end;
}

void placeOnOneClock(Trace& trace)
{
    trace.estimated = false;
    QHash<QString, qint64> offsets;
    for (const QString& node : trace.nodes()) {
        if (node == trace.session.coordinator) {
            offsets[node] = 0;
            continue;
        }
        const qint64 sent = firstSentTo(trace, node);
        if (sent >= 0) {
            offsets[node] = sent;
            continue;
        }
        trace.estimated = true;
        qint64 offset = 0;
        const qint64 began = trace.session.startedAt.toMSecsSinceEpoch() * 1000;
        for (const TraceEvent& event : trace.events)
            if (event.source == node && event.idTimeUs >= 0 && trace.session.startedAt.isValid()) {
                offset = std::max<qint64>(0, event.idTimeUs - began - event.elapsedUs);
                break;
            }
        offsets[node] = offset;
    }
    for (TraceEvent& event : trace.events)
        event.atUs = offsets[event.source] + event.elapsedUs;
    std::stable_sort(trace.events.begin(), trace.events.end(),
                     [](const TraceEvent& a, const TraceEvent& b) { return a.atUs < b.atUs; });
    findMessages(trace);
}

qint64 stepUs(const Trace& trace, std::size_t event)
{
    const TraceEvent& from = trace.events[event];
    for (std::size_t i = event + 1; i < trace.events.size(); ++i)
        if (trace.events[i].source == from.source)
            return trace.events[i].atUs - from.atUs;
    // A replica's last event has no known end; the coordinator's lasts until the answer.
    return from.source == trace.session.coordinator
               ? std::max<qint64>(0, trace.session.durationUs - from.atUs)
               : 0;
}

QString explainActivity(const QString& activity)
{
    // In order: the first one that is found in the sentence explains it.
    static const std::pair<const char*, const char*> kMeanings[] = {
        {"Parsing",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The coordinator reads the statement's text. A prepared statement saves this.")},
        {"Preparing statement",
         QT_TRANSLATE_NOOP("studio::Trace", "Names and types are looked up in the schema.")},
        {"Determining replicas",
         QT_TRANSLATE_NOOP("studio::Trace",
                           "The partition key's token says which nodes have the data.")},
        {"reading digest",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "This replica answers with a hash of its data: enough to compare with the others.")},
        {"reading data",
         QT_TRANSLATE_NOOP("studio::Trace", "This replica answers with the rows themselves.")},
        {"Digest mismatch",
         QT_TRANSLATE_NOOP("studio::Trace", "The replicas do not agree: full data of all of them "
                                            "is compared, and the stale one repaired.")},
        {"peculat", QT_TRANSLATE_NOOP("studio::Trace",
                                      "A replica was slow, so another one is asked as well.")},
        {" 0 tombstone",
         QT_TRANSLATE_NOOP("studio::Trace",
                           "The rows have been read; no deleted cells were in the way.")},
        {"tombstone",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "Deleted cells are read and skipped too; many of them make a read slow.")},
        {"loom filter allows skipping",
         QT_TRANSLATE_NOOP("studio::Trace", "The Bloom filter knows that this SSTable does not "
                                            "have the partition: no disk access.")},
        {"Row cache hit",
         QT_TRANSLATE_NOOP("studio::Trace",
                           "The rows were in the row cache: no memtable and no SSTable is asked.")},
        {"Row cache miss",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The row cache does not have the partition; this read may put it there.")},
        {"Least and greatest clustering",
         QT_TRANSLATE_NOOP("studio::Trace", "The SSTable has the partition, perhaps, but none of "
                                            "the rows that are asked for: no disk access.")},
        {"newer deletion of the partition",
         QT_TRANSLATE_NOOP("studio::Trace", "All that the SSTable has of this partition was "
                                            "deleted later: no disk access.")},
        {"min and max keys",
         QT_TRANSLATE_NOOP("studio::Trace", "The partition is not between the first and the last "
                                            "key of the SSTable: no disk access.")},
        {"Merged data",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The parts of the row in several places are merged; the newest timestamp wins.")},
        {"chunks from the chunk cache",
         QT_TRANSLATE_NOOP("studio::Trace", "How many pieces of SSTables were in memory, and how "
                                            "many had to be read.")},
        {"Key cache hit",
         QT_TRANSLATE_NOOP("studio::Trace", "The partition's place in the SSTable was in memory.")},
        {"Partition index",
         QT_TRANSLATE_NOOP("studio::Trace",
                           "The place of the partition is looked up in the SSTable's index.")},
        {"Seeking to partition",
         QT_TRANSLATE_NOOP("studio::Trace", "The SSTable's data is read from here on.")},
        {"memtable",
         QT_TRANSLATE_NOOP("studio::Trace",
                           "What was written lately is still in memory, in the memtable.")},
        {"Merging data",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The parts of the row in several places are merged; the newest timestamp wins.")},
        {"ommitlog",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The write is put into the commit log, from where a crash cannot lose it.")},
        {"ommit log",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "The write is put into the commit log, from where a crash cannot lose it.")},
        {"range scan",
         QT_TRANSLATE_NOOP("studio::Trace", "No partition key is given, so every range of the ring "
                                            "is read: slow on large tables.")},
        {"ranges",
         QT_TRANSLATE_NOOP("studio::Trace", "No partition key is given, so every range of the ring "
                                            "is read: slow on large tables.")},
        {"hint", QT_TRANSLATE_NOOP(
                     "studio::Trace",
                     "A replica is down: the write is kept for it and sent when it is back.")},
        {"Paxos",
         QT_TRANSLATE_NOOP("studio::Trace", "A lightweight transaction: the replicas agree on one "
                                            "order before anything is written.")},
        {"chunk cache",
         QT_TRANSLATE_NOOP(
             "studio::Trace",
             "Compressed pieces of the SSTable are read from disk, as they are not in memory.")},
        {"Executing single-partition",
         QT_TRANSLATE_NOOP("studio::Trace", "The replica reads one partition of its own.")},
        {"Received",
         QT_TRANSLATE_NOOP("studio::Trace", "A message from another node has arrived.")},
        {"message received",
         QT_TRANSLATE_NOOP("studio::Trace", "A message from another node has arrived.")},
        {"Sending", QT_TRANSLATE_NOOP("studio::Trace", "A message goes to another node.")},
        {"Processing response",
         QT_TRANSLATE_NOOP("studio::Trace", "The coordinator takes a replica's answer.")},
        {"Enqueuing response",
         QT_TRANSLATE_NOOP("studio::Trace", "The replica's answer goes back to the coordinator.")},
    };
    for (const auto& [part, meaning] : kMeanings)
        if (activity.contains(QLatin1String(part)))
            return TraceTr::tr(meaning);
    return {};
}

} // namespace studio
