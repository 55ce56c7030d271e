#pragma once

#include <QAbstractTableModel>

class QTimer;

namespace studio {
class TaskList;
}

namespace views {

/// The task list as a table. Elapsed times of running tasks grow twice a second, and only then.
class TaskModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { State, Title, Scope, Text, Elapsed, ColumnCount };
    enum Role {
        StateRole = Qt::UserRole, ///< studio::TaskState as int
        PercentRole,              ///< -1: unknown
        IdRole,
        CancellableRole,
    };

    explicit TaskModel(studio::TaskList& tasks, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void tick();

    studio::TaskList& m_tasks;
    QTimer* m_timer;
    int m_rows = 0;
};

} // namespace views
