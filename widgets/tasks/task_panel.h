#pragma once

#include <QWidget>

class QTableView;

namespace studio {
class TaskList;
}
namespace theme {
class Theme;
}

namespace views {

class TaskModel;

/// The task dock: what runs and what came of it, each with its bar, time and Cancel (Esc).
class TaskPanel : public QWidget {
    Q_OBJECT
public:
    TaskPanel(const theme::Theme& theme, studio::TaskList& tasks, QWidget* parent = nullptr);

private:
    void cancelCurrent();
    void showMenu(const QPoint& at);

    studio::TaskList& m_tasks;
    TaskModel* m_model;
    QTableView* m_table;
};

} // namespace views
