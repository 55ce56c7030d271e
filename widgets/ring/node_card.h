#pragma once

#include <QList>
#include <QWidget>

class QAction;
class QFormLayout;
class QFrame;
class QGridLayout;
class QLabel;
class QStackedLayout;

namespace studio {
class Session;
}
namespace theme {
class Badge;
class NodeDot;
class Theme;
} // namespace theme

namespace views {

/// The Node dock: everything known of the selected node, and what can be done to its process.
class NodeCard : public QWidget {
    Q_OBJECT
public:
    NodeCard(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);
    void setActions(const QList<QAction*>& actions);

private:
    void attach();
    void reload();
    QLabel* addFact(const QString& name, bool code = false, bool isLong = false);

    const theme::Theme& m_theme;
    studio::Session& m_session;
    QStackedLayout* m_stack;
    theme::NodeDot* m_dot;
    QLabel* m_name;
    theme::Badge* m_badge;
    QLabel* m_place;
    QFrame* m_banner;
    QLabel* m_bannerText;
    QGridLayout* m_facts;
    QLabel *m_hostId, *m_owns, *m_load, *m_memory, *m_uptime, *m_process, *m_generation, *m_schema,
        *m_release;
    QGridLayout* m_actions;
};

} // namespace views
