#include "widgets/clusters/live_run.h"

#include "widgets/clusters/live_page.h"
#include "widgets/studio/problem_text.h"

#include <QTimer>

namespace clusters {

using studio::StatementOutcome;

LiveRun::LiveRun(engine::client::Session* session, studio::EngineBridge& bridge, QString statement,
                 studio::StatementOptions options, QString whyNot)
    : m_session(session),
      m_bridge(bridge),
      m_statement(std::move(statement)),
      m_options(std::move(options)),
      m_whyNot(std::move(whyNot))
{
    QTimer::singleShot(0, this, &LiveRun::start);
}

LiveRun::~LiveRun()
{
    m_request.cancel();
}

void LiveRun::start()
{
    if (m_ended)
        return;
    if (m_session == nullptr) {
        StatementOutcome outcome;
        outcome.kind = StatementOutcome::Kind::Failed;
        outcome.problem.summary = m_whyNot;
        m_ended = true;
        emit answered(outcome);
        return;
    }
    send();
}

void LiveRun::fetchNext()
{
    if (!m_ended && m_pagingState)
        send();
}

void LiveRun::cancel()
{
    if (std::exchange(m_ended, true))
        return;
    m_request.cancel();
    StatementOutcome outcome;
    outcome.kind = StatementOutcome::Kind::Cancelled;
    outcome.elapsed = m_elapsed;
    emit answered(outcome);
}

void LiveRun::send()
{
    engine::client::RequestOptions options;
    options.consistency = m_options.consistency;
    options.serialConsistency = m_options.serialConsistency;
    options.pageSize = m_options.pageSize;
    options.tracing = m_options.tracing && !m_pagingState;
    options.keyspace = m_options.keyspace.toStdString();
    options.pagingState = std::exchange(m_pagingState, std::nullopt);
    auto done = m_bridge.callback(
        this,
        [this](const engine::Result<engine::client::ResultPagePtr>& answer) { onAnswer(answer); });
    m_request =
        m_session->execute(m_statement.toStdString(), {}, std::move(options), std::move(done));
}

void LiveRun::onAnswer(const engine::Result<engine::client::ResultPagePtr>& answer)
{
    if (m_ended)
        return;
    StatementOutcome outcome;
    if (!answer) {
        m_ended = true;
        outcome.kind = StatementOutcome::Kind::Failed;
        outcome.problem = studio::describe(answer.error());
        outcome.elapsed = m_elapsed;
        emit answered(outcome);
        return;
    }
    using Kind = engine::client::ResultPage::Kind;
    const auto& page = **answer;
    m_elapsed += std::chrono::duration_cast<std::chrono::microseconds>(page.elapsed);
    for (const auto& warning : page.warnings)
        outcome.warnings << QString::fromStdString(warning);
    outcome.coordinator = QString::fromStdString(page.coordinator.address.toString());
    if (page.tracingId)
        outcome.traceId = QString::fromStdString(page.tracingId->toString());
    outcome.elapsed = m_elapsed;
    switch (page.kind) {
    case Kind::Rows:
        outcome.kind = StatementOutcome::Kind::Rows;
        break;
    case Kind::Void:
        outcome.kind = StatementOutcome::Kind::Done;
        break;
    case Kind::SchemaChange:
        outcome.kind = StatementOutcome::Kind::SchemaChanged;
        break;
    case Kind::SetKeyspace:
        outcome.kind = StatementOutcome::Kind::KeyspaceSet;
        outcome.keyspace = QString::fromStdString(page.keyspace);
        break;
    }
    outcome.morePages = page.hasMore();
    m_pagingState = page.pagingState;
    m_ended = !outcome.morePages;
    if (page.kind == Kind::Rows) {
        const auto shown = std::make_shared<LivePage>(*answer, m_columns);
        m_columns = shown->columns();
        emit pageArrived(shown);
    }
    emit answered(outcome);
}

} // namespace clusters
