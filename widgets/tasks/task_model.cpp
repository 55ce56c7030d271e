#include "widgets/tasks/task_model.h"

#include "widgets/studio/format.h"
#include "widgets/studio/task_list.h"

#include <QTimer>

namespace views {

using studio::TaskInfo;
using studio::TaskState;

TaskModel::TaskModel(studio::TaskList& tasks, QObject* parent)
    : QAbstractTableModel(parent), m_tasks(tasks), m_timer(new QTimer(this)), m_rows(tasks.count())
{
    m_timer->setInterval(500);
    connect(m_timer, &QTimer::timeout, this, &TaskModel::tick);
    connect(&tasks, &studio::TaskList::added, this, [this] {
        beginInsertRows({}, 0, 0);
        ++m_rows;
        endInsertRows();
    });
    connect(&tasks, &studio::TaskList::changed, this,
            [this](int row) { emit dataChanged(index(row, 0), index(row, ColumnCount - 1)); });
    connect(&tasks, &studio::TaskList::reset, this, [this] {
        beginResetModel();
        m_rows = m_tasks.count();
        endResetModel();
    });
    connect(&tasks, &studio::TaskList::runningCountChanged, this, [this](int running) {
        if (running > 0)
            m_timer->start();
        else
            m_timer->stop();
    });
    if (tasks.runningCount() > 0)
        m_timer->start();
}

int TaskModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

int TaskModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TaskModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TaskInfo task = m_tasks.at(index.row());
    switch (role) {
    case StateRole:
        return static_cast<int>(task.state);
    case PercentRole:
        return task.percent;
    case IdRole:
        return task.id;
    case CancellableRole:
        return task.cancellable;
    case Qt::ToolTipRole:
        return QStringLiteral("%1, %2\n%3").arg(task.title, task.scope, task.text);
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        break;
    default:
        return {};
    }
    switch (index.column()) {
    case State:
        if (role == Qt::DisplayRole)
            return {};
        switch (task.state) {
        case TaskState::Running:
            return tr("running");
        case TaskState::Done:
            return tr("done");
        case TaskState::Failed:
            return tr("failed");
        case TaskState::Cancelled:
            return tr("cancelled");
        }
        return {};
    case Title:
        return task.title;
    case Scope:
        return task.scope;
    case Text:
        return task.text.simplified();
    case Elapsed:
        return studio::formatSpan(std::chrono::milliseconds(task.elapsedMs));
    default:
        return {};
    }
}

QVariant TaskModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Title:
        return tr("Task");
    case Scope:
        return tr("On");
    case Text:
        return tr("Progress");
    case Elapsed:
        return tr("Elapsed");
    default:
        return {};
    }
}

void TaskModel::tick()
{
    for (int row = 0; row < m_rows; ++row)
        if (m_tasks.at(row).state == TaskState::Running)
            emit dataChanged(index(row, Elapsed), index(row, Elapsed));
}

} // namespace views
