#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/schema_diff.h"
#endif

#include <QObject>
#include <QString>

namespace studio {

/// The steps of a model's deployment; `ticked` are those to run, in order.
struct MigrationRequest {
    QString model; ///< its name, for the task
    std::vector<engine::modeling::MigrationStep> steps;
    std::vector<std::size_t> ticked;
};

/// A migration under way. GUI thread only; destroying it leaves the migration running, as the task
/// that it is, which can be cancelled.
class MigrationRun : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    enum class State { Running, Done, Failed };
    Q_ENUM(State)
    virtual void cancel() = 0;

signals:
    void stepChanged(int step, studio::MigrationRun::State state, const QString& text);
    /// After the last step, or the first that failed; `problem` is empty if all went well.
    void finished(const QString& problem);
};

} // namespace studio
