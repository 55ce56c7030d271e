#pragma once

#include <QDateTime>
#include <QString>
#include <QStringList>

#include <utility>
#include <vector>

/// One traced request as the trace view shows it. Plain values; pure functions; any thread.
namespace studio {

struct TraceEvent {
    QString source;   ///< address of the node that recorded it
    QString activity; ///< the node's own sentence
    QString thread;
    qint64 elapsedUs = 0; ///< since this node began with the request, by its own clock
    qint64 atUs = 0;      ///< since the coordinator began; see placeOnOneClock()
    qint64 idTimeUs = -1; ///< of its time UUID, since 1970; -1: unknown

    friend bool operator==(const TraceEvent&, const TraceEvent&) = default;
};

/// A line of the list of sessions.
struct TraceSession {
    QString id;
    QString request;
    QString query; ///< the statement, if the parameters have it
    QString consistency;
    QString coordinator;
    QDateTime startedAt;
    qint64 durationUs = -1; ///< -1: the request has not ended, or its end has not been stored yet
    std::vector<std::pair<QString, QString>> parameters;

    /// The statement, else what the coordinator calls the request.
    [[nodiscard]] const QString& title() const noexcept
    {
        return query.isEmpty() ? request : query;
    }
};

/// One message between nodes: sent and, as far as the trace has it, received.
struct TraceMessage {
    QString from;
    QString to;
    QString verb; ///< "READ_REQ"
    qint64 sentUs = 0;
    qint64 receivedUs = 0;
    int sentEvent = -1;     ///< index into Trace::events
    int receivedEvent = -1; ///< -1: not recorded; then receivedUs is the receiver's next event
};

struct Trace {
    TraceSession session;
    std::vector<TraceEvent> events; ///< ascending by atUs
    std::vector<TraceMessage> messages;
    bool estimated = false; ///< some node's clock was placed by a guess

    /// The coordinator, then the others in order of their first event.
    [[nodiscard]] QStringList nodes() const;
    /// The last moment of the trace.
    [[nodiscard]] qint64 endUs() const noexcept;
};

/// Elapsed times count from when each node began. Puts all of them on the coordinator's clock: a
/// node began when the first message that was sent to it had arrived, which is taken to be when it
/// was sent; without such a message, by the time UUIDs. Sorts, and finds the messages.
void placeOnOneClock(Trace& trace);

/// How long a step took: until the next event of the same node, or until the trace's end.
[[nodiscard]] qint64 stepUs(const Trace& trace, std::size_t event);

/// What a node's sentence means, in plain words; empty if it says all itself.
[[nodiscard]] QString explainActivity(const QString& activity);

} // namespace studio
