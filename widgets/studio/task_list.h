#pragma once

#include <QDateTime>
#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace studio {

enum class TaskState { Running, Done, Failed, Cancelled };

struct TaskInfo {
    quint64 id = 0;
    QString title;    ///< "Repair"
    QString scope;    ///< "workshop / hotel"
    QString text;     ///< what happens now, or what came of it
    int percent = -1; ///< -1: unknown
    TaskState state = TaskState::Running;
    bool cancellable = false;
    QDateTime startedAt;
    qint64 elapsedMs = 0; ///< until now, or until it ended
};

/// Long jobs, running and ended. They live here and not in the view that began them, so closing
/// a dialog changes nothing. GUI thread.
class TaskList : public QObject {
    Q_OBJECT
public:
    explicit TaskList(QObject* parent = nullptr);

    /// `cancel` is called at most once, by cancel(); without it the task cannot be cancelled.
    quint64 begin(const QString& title, const QString& scope,
                  std::function<void()> cancel = nullptr);
    /// Ignored for a task that has ended or is unknown, as are the two below.
    void progress(quint64 id, int percent, const QString& text);
    void finish(quint64 id, TaskState state, const QString& text);
    void cancel(quint64 id);
    /// Forgets the ended ones.
    void clearEnded();

    /// Newest first.
    [[nodiscard]] int count() const noexcept { return static_cast<int>(m_tasks.size()); }
    [[nodiscard]] TaskInfo at(int index) const;
    [[nodiscard]] int runningCount() const noexcept;

signals:
    void added(); ///< at index 0
    void changed(int index);
    void reset();
    void runningCountChanged(int count);
    /// A task ended other than by the user's cancelling.
    void ended(const studio::TaskInfo& task);

private:
    struct Entry {
        TaskInfo info;
        QElapsedTimer clock;
        std::function<void()> cancel;
    };
    int indexOf(quint64 id) const;

    std::vector<Entry> m_tasks;
    quint64 m_nextId = 1;
};

} // namespace studio
