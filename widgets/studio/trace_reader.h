#pragma once

#include "widgets/studio/cluster_source.h"
#include "widgets/studio/statement_run.h"
#include "widgets/studio/trace.h"

#include <QTimer>

#include <functional>

namespace studio {

/// Reads system_traces of the session's cluster, bundled or Apache Cassandra, by CQL.
///
/// A node stores a trace behind the answer to its request: one that is not complete is asked for
/// again for some seconds. GUI thread.
class TraceReader : public QObject {
    Q_OBJECT
public:
    explicit TraceReader(QObject* parent = nullptr);
    ~TraceReader() override;

    /// What was asked before is dropped.
    void setSource(ClusterSourcePtr source);
    /// sessionsRead() or failed() follows.
    void readSessions();
    /// traceRead() follows, again each time more of it has come, or failed().
    void readTrace(const QString& id);

signals:
    void sessionsRead(const std::vector<studio::TraceSession>& sessions);
    void traceRead(const studio::Trace& trace);
    void failed(const QString& text);

private:
    using Rows = std::vector<ResultPagePtr>;
    /// Runs one statement; `done` gets its rows unless it failed.
    void ask(std::unique_ptr<StatementRun>& run, const QString& statement,
             std::function<void(const Rows&)> done);
    void readEvents(const TraceSession& session);
    void again();

    ClusterSourcePtr m_source;
    std::unique_ptr<StatementRun> m_sessionsRun;
    std::unique_ptr<StatementRun> m_traceRun;
    QTimer m_again;
    QString m_id;
    std::size_t m_eventsBefore = 0;
    int m_attempts = 0;
};

} // namespace studio
