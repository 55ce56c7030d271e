#pragma once

#include <QWidget>

class QGridLayout;
class QLabel;
class QStackedLayout;
class QTableWidget;

namespace studio {
class Session;
}
namespace theme {
class Badge;
class NodeDot;
class Theme;
} // namespace theme

namespace views {

/// The Endpoint state dock: all that one node knows of another.
class EndpointPanel : public QWidget {
    Q_OBJECT
public:
    EndpointPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

public slots:
    void showPair(int observer, int subject);

private:
    class Intervals;
    void attach();
    void reload();

    const theme::Theme& m_theme;
    studio::Session& m_session;
    QStackedLayout* m_stack;
    theme::NodeDot *m_observerDot, *m_subjectDot;
    QLabel* m_title;
    theme::Badge* m_badge;
    QLabel *m_phi, *m_generation, *m_version, *m_mean;
    QTableWidget* m_states;
    QLabel* m_intervalsTitle = nullptr;
    Intervals* m_intervals;
    int m_observer = -1;
    int m_subject = -1;
};

} // namespace views
