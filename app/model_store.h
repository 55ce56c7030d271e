#pragma once

#include "app/told_problem.h"
#include "engine/workspace/workspace.h"
#include "widgets/studio/model_store.h"

#include <functional>

namespace app {

/// The workspace file as the designer's ModelStore. A failure is told once by `problem`, and again
/// only when it changes.
class SqliteModelStore final : public studio::ModelStore {
public:
    /// `workspace` outlives the store.
    SqliteModelStore(engine::workspace::Workspace& workspace,
                     std::function<void(const QString&)> problem);

    [[nodiscard]] QList<studio::ModelRecord> models() override;
    qint64 saveModel(const studio::ModelRecord& model) override;
    void removeModel(qint64 id) override;
    bool appendStates(qint64 model, qint64 after,
                      const QList<studio::NewModelState>& states) override;
    void setCursor(qint64 model, qint64 sequence) override;
    [[nodiscard]] QList<studio::ModelStateRecord> states(qint64 model) override;
    [[nodiscard]] std::optional<QByteArray> stateText(qint64 model, qint64 sequence) override;

private:
    engine::workspace::Workspace& m_workspace;
    ToldProblem m_problem;
};

} // namespace app
