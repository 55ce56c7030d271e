#include "widgets/studio/task_list.h"

#include <algorithm>

namespace studio {

namespace {
// Ended tasks beyond this are forgotten, oldest first; the history dock keeps statements.
constexpr std::size_t kTasksMax = 200;
} // namespace

TaskList::TaskList(QObject* parent) : QObject(parent) {}

quint64 TaskList::begin(const QString& title, const QString& scope, std::function<void()> cancel)
{
    Entry entry;
    entry.info.id = m_nextId++;
    entry.info.title = title;
    entry.info.scope = scope;
    entry.info.cancellable = static_cast<bool>(cancel);
    entry.info.startedAt = QDateTime::currentDateTime();
    entry.clock.start();
    entry.cancel = std::move(cancel);
    const quint64 id = entry.info.id;
    m_tasks.insert(m_tasks.begin(), std::move(entry));
    emit added();
    if (m_tasks.size() > kTasksMax && m_tasks.back().info.state != TaskState::Running) {
        m_tasks.pop_back();
        emit reset();
    }
    emit runningCountChanged(runningCount());
    return id;
}

void TaskList::progress(quint64 id, int percent, const QString& text)
{
    const int index = indexOf(id);
    if (index < 0 || m_tasks[index].info.state != TaskState::Running)
        return;
    m_tasks[index].info.percent = std::clamp(percent, -1, 100);
    m_tasks[index].info.text = text;
    emit changed(index);
}

void TaskList::finish(quint64 id, TaskState state, const QString& text)
{
    const int index = indexOf(id);
    if (index < 0 || m_tasks[index].info.state != TaskState::Running)
        return;
    Entry& entry = m_tasks[index];
    entry.info.state = state;
    entry.info.text = text;
    entry.info.cancellable = false;
    entry.info.elapsedMs = entry.clock.elapsed();
    if (state == TaskState::Done)
        entry.info.percent = 100;
    entry.cancel = nullptr;
    const TaskInfo info = entry.info;
    emit changed(index);
    emit runningCountChanged(runningCount());
    if (state != TaskState::Cancelled)
        emit ended(info);
}

void TaskList::cancel(quint64 id)
{
    const int index = indexOf(id);
    if (index < 0 || !m_tasks[index].cancel)
        return;
    // The owner of the job answers with finish(), once it has really stopped.
    const auto cancel = std::exchange(m_tasks[index].cancel, nullptr);
    m_tasks[index].info.cancellable = false;
    m_tasks[index].info.text = tr("Cancelling…");
    emit changed(index);
    cancel();
}

void TaskList::clearEnded()
{
    std::erase_if(m_tasks, [](const Entry& e) { return e.info.state != TaskState::Running; });
    emit reset();
}

TaskInfo TaskList::at(int index) const
{
    const Entry& entry = m_tasks.at(static_cast<std::size_t>(index));
    TaskInfo info = entry.info;
    if (info.state == TaskState::Running)
        info.elapsedMs = entry.clock.elapsed();
    return info;
}

int TaskList::runningCount() const noexcept
{
    return static_cast<int>(std::count_if(m_tasks.begin(), m_tasks.end(), [](const Entry& e) {
        return e.info.state == TaskState::Running;
    }));
}

int TaskList::indexOf(quint64 id) const
{
    for (std::size_t i = 0; i < m_tasks.size(); ++i)
        if (m_tasks[i].info.id == id)
            return static_cast<int>(i);
    return -1;
}

} // namespace studio
