#pragma once

#include <QObject>

class QLabel;
class QStatusBar;
class QToolButton;

namespace studio {
class Session;
class TaskList;
} // namespace studio
namespace theme {
class Badge;
class Theme;
} // namespace theme

namespace app {

/// Fills the status bar: kind and name, health, protocol, context, running tasks.
class StatusStrip : public QObject {
    Q_OBJECT
public:
    StatusStrip(const theme::Theme& theme, studio::Session& session, studio::TaskList& tasks,
                QStatusBar* bar);

public slots:
    /// The field that belongs to the mode: the caret's place, …
    void setContext(const QString& text);

signals:
    void tasksClicked();
    void healthClicked();

private:
    void attach();
    void update();

    const theme::Theme& m_theme;
    studio::Session& m_session;
    QStatusBar* m_bar;
    theme::Badge* m_kind;
    QLabel* m_name;
    QToolButton* m_health;
    QLabel* m_protocol;
    QLabel* m_context;
    QToolButton* m_tasks;
};

} // namespace app
