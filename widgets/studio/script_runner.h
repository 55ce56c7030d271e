#pragma once

#include "widgets/studio/cluster_source.h"
#include "widgets/studio/statement_run.h"

namespace studio {

/// Runs the statements of one editor tab one after the other and stops at the first error. The
/// last one that gave rows stays open for further pages until the next start. GUI thread.
class ScriptRunner : public QObject {
    Q_OBJECT
public:
    explicit ScriptRunner(QObject* parent = nullptr);
    ~ScriptRunner() override;

    [[nodiscard]] bool isRunning() const noexcept { return m_running; }
    /// Requires !isRunning() and at least one statement.
    void start(ClusterSourcePtr source, const QStringList& statements,
               const StatementOptions& options);
    void cancel();
    /// One more page of the last rows; does nothing if there are none or one is on its way.
    void fetchMore();

signals:
    void started();
    void statementStarted(int index, const QString& statement);
    void pageArrived(const studio::ResultPagePtr& page);
    /// Also after each further page.
    void answered(int index, const QString& statement, const studio::StatementOutcome& outcome);
    /// `failedAt` is the statement that failed, or -1. `keyspace` is what USE left.
    void finished(int failedAt, const QString& keyspace);

private:
    void next();
    void onAnswer(const StatementOutcome& outcome);

    ClusterSourcePtr m_source;
    QStringList m_statements;
    StatementOptions m_options;
    std::unique_ptr<StatementRun> m_run;
    int m_index = -1;
    bool m_running = false;
    bool m_fetching = false;
    bool m_more = false;
};

} // namespace studio
