#include "widgets/studio/script_runner.h"

namespace studio {

ScriptRunner::ScriptRunner(QObject* parent) : QObject(parent) {}
ScriptRunner::~ScriptRunner() = default;

void ScriptRunner::start(ClusterSourcePtr source, const QStringList& statements,
                         const StatementOptions& options)
{
    Q_ASSERT(!m_running && !statements.isEmpty());
    m_source = std::move(source);
    m_statements = statements;
    m_options = options;
    m_index = -1;
    m_running = true;
    m_fetching = false;
    emit started();
    next();
}

void ScriptRunner::next()
{
    ++m_index;
    if (m_index >= m_statements.size()) {
        m_index = static_cast<int>(m_statements.size()) - 1;
        m_running = false;
        emit finished(-1, m_options.keyspace);
        return;
    }
    m_more = false;
    emit statementStarted(m_index, m_statements[m_index]);
    m_run = m_source->run(m_statements[m_index], m_options);
    connect(m_run.get(), &StatementRun::pageArrived, this, &ScriptRunner::pageArrived);
    connect(m_run.get(), &StatementRun::answered, this, &ScriptRunner::onAnswer);
}

void ScriptRunner::onAnswer(const StatementOutcome& outcome)
{
    const bool further = m_fetching;
    m_fetching = false;
    m_more = outcome.morePages;
    emit answered(m_index, m_statements[m_index], outcome);
    if (further)
        return;
    if (outcome.kind == StatementOutcome::Kind::KeyspaceSet)
        m_options.keyspace = outcome.keyspace;
    if (outcome.kind == StatementOutcome::Kind::Failed ||
        outcome.kind == StatementOutcome::Kind::Cancelled) {
        m_running = false;
        emit finished(m_index, m_options.keyspace);
        return;
    }
    // Not from inside the run's own signal: the next statement replaces it.
    QMetaObject::invokeMethod(
        this,
        [this, index = m_index] {
            if (m_running && m_index == index)
                next();
        },
        Qt::QueuedConnection);
}

void ScriptRunner::cancel()
{
    if (m_run && (m_running || m_fetching))
        m_run->cancel();
}

void ScriptRunner::fetchMore()
{
    if (!m_run || m_fetching || m_running || !m_more)
        return;
    m_fetching = true;
    m_run->fetchNext();
}

} // namespace studio
