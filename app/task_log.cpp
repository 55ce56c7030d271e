#include "app/task_log.h"

#include "widgets/studio/task_list.h"

namespace app {

using studio::TaskState;

TaskLog::TaskLog(studio::TaskList& tasks, engine::workspace::Workspace& workspace)
    : m_tasks(tasks), m_workspace(workspace)
{
    connect(&tasks, &studio::TaskList::added, this, [this] { write(0); });
    connect(&tasks, &studio::TaskList::changed, this, [this](int index) { write(index); });
}

void TaskLog::write(int index)
{
    const studio::TaskInfo task = m_tasks.at(index);
    const int state = static_cast<int>(task.state);
    if (const auto known = m_written.find(task.id);
        known != m_written.end() && known->second == state)
        return;
    m_written[task.id] = state;
    const std::chrono::milliseconds started{task.startedAt.toMSecsSinceEpoch()};
    engine::workspace::TaskRecord record;
    record.task = std::to_string(started.count()) + "-" + std::to_string(task.id);
    record.title = (task.title + QStringLiteral(", ") + task.scope).toStdString();
    record.started = started;
    if (task.state != TaskState::Running)
        record.ended = started + std::chrono::milliseconds(task.elapsedMs);
    if (task.state == TaskState::Done)
        record.outcome = "done";
    else if (task.state == TaskState::Cancelled)
        record.outcome = "cancelled";
    else if (task.state == TaskState::Failed)
        record.outcome = task.text.toStdString();
    // A workspace that cannot be written is reported when tabs and history are.
    (void)m_workspace.saveTask(record);
}

} // namespace app
