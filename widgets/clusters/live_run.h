#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/client/session.h"
#endif
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/statement_run.h"

namespace clusters {

/// One statement on a driver session. GUI thread; destroying it cancels the request.
class LiveRun final : public studio::StatementRun {
    Q_OBJECT
public:
    /// `session` and `bridge` outlive the run. A null session fails with `whyNot`.
    LiveRun(engine::client::Session* session, studio::EngineBridge& bridge, QString statement,
            studio::StatementOptions options, QString whyNot);
    ~LiveRun() override;

    /// Sends the first request; the source calls it once the caller has connected its slots.
    void start();
    void fetchNext() override;
    void cancel() override;

private:
    void send();
    void onAnswer(const engine::Result<engine::client::ResultPagePtr>& answer);

    engine::client::Session* m_session;
    studio::EngineBridge& m_bridge;
    QString m_statement;
    studio::StatementOptions m_options;
    QString m_whyNot;
    engine::client::RequestHandle m_request;
    std::optional<engine::Bytes> m_pagingState;
    studio::ResultColumns m_columns;
    std::chrono::microseconds m_elapsed{0};
    bool m_ended = false;
};

} // namespace clusters
