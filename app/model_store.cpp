#include "app/model_store.h"

#include "engine/workspace/model_history.h"

namespace app {

using engine::workspace::ModelHistory;

SqliteModelStore::SqliteModelStore(engine::workspace::Workspace& workspace,
                                   std::function<void(const QString&)> problem)
    : m_workspace(workspace), m_problem(std::move(problem))
{
}

QList<studio::ModelRecord> SqliteModelStore::models()
{
    QList<studio::ModelRecord> out;
    const auto stored = ModelHistory(m_workspace.database()).models();
    if (!m_problem.good(stored))
        return out;
    for (const engine::workspace::StoredModel& model : *stored)
        out.append({model.id, model.position, QString::fromStdString(model.title),
                    QString::fromStdString(model.file), QString::fromStdString(model.stage),
                    model.cursor, model.saved});
    return out;
}

qint64 SqliteModelStore::saveModel(const studio::ModelRecord& model)
{
    const auto id = ModelHistory(m_workspace.database())
                        .save({model.id, model.position, model.title.toStdString(),
                               model.filePath.toStdString(), model.stage.toStdString(),
                               model.cursor, model.saved});
    return m_problem.good(id) ? *id : model.id;
}

void SqliteModelStore::removeModel(qint64 id)
{
    (void)m_problem.good(ModelHistory(m_workspace.database()).remove(id));
}

bool SqliteModelStore::appendStates(qint64 model, qint64 after,
                                    const QList<studio::NewModelState>& states)
{
    std::vector<ModelHistory::NewState> out;
    for (const studio::NewModelState& state : states)
        out.push_back({state.description.toStdString(),
                       std::chrono::milliseconds(state.at.toMSecsSinceEpoch()),
                       state.text.toStdString()});
    return m_problem.good(ModelHistory(m_workspace.database()).append(model, after, out));
}

void SqliteModelStore::setCursor(qint64 model, qint64 sequence)
{
    (void)m_problem.good(ModelHistory(m_workspace.database()).setCursor(model, sequence));
}

QList<studio::ModelStateRecord> SqliteModelStore::states(qint64 model)
{
    QList<studio::ModelStateRecord> out;
    const auto states = ModelHistory(m_workspace.database()).states(model);
    if (!m_problem.good(states))
        return out;
    for (const engine::workspace::ModelState& state : *states)
        out.append({state.sequence, QString::fromStdString(state.description),
                    QDateTime::fromMSecsSinceEpoch(state.at.count())});
    return out;
}

std::optional<QByteArray> SqliteModelStore::stateText(qint64 model, qint64 sequence)
{
    const auto text = ModelHistory(m_workspace.database()).text(model, sequence);
    // Damage is the document's to tell: it has the state before.
    if (!text)
        return std::nullopt;
    return QByteArray::fromStdString(*text);
}

} // namespace app
