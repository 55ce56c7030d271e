#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QList>
#include <QString>

#include <optional>

namespace studio {

/// An open model document as it is kept between runs.
struct ModelRecord {
    qint64 id = 0; ///< 0: not stored yet
    int position = 0;
    QString title;
    QString filePath; ///< empty: kept in the workspace only
    QString stage;    ///< "conceptual", "logical", "physical"
    qint64 cursor = 0;
    qint64 saved = -1; ///< the state that the file has; -1: none
};

struct ModelStateRecord {
    qint64 sequence = 0;
    QString description;
    QDateTime at;
};

struct NewModelState {
    QString description;
    QDateTime at;
    QByteArray text;
};

/// Where models and their unlimited undo are kept. GUI thread; every writing call is kept when it
/// returns, one transaction each.
class ModelStore {
public:
    virtual ~ModelStore() = default;

    [[nodiscard]] virtual QList<ModelRecord> models() = 0;
    /// Inserts (id 0) or replaces; returns the id, 0 if it could not be stored.
    virtual qint64 saveModel(const ModelRecord& model) = 0;
    virtual void removeModel(qint64 id) = 0;
    /// Forgets the states after `after` (-1: all) and appends these.
    virtual bool appendStates(qint64 model, qint64 after, const QList<NewModelState>& states) = 0;
    virtual void setCursor(qint64 model, qint64 sequence) = 0;
    [[nodiscard]] virtual QList<ModelStateRecord> states(qint64 model) = 0;
    /// nullopt if it is damaged or not there.
    [[nodiscard]] virtual std::optional<QByteArray> stateText(qint64 model, qint64 sequence) = 0;
};

} // namespace studio
