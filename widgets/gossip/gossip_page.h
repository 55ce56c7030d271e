#pragma once

#include "widgets/studio/cluster_types.h"

#include <QWidget>

#include <deque>
#include <map>

class QComboBox;
class QCustomPlot;
class QLabel;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace studio {
class Session;
}
namespace theme {
class Theme;
}

namespace views {

class GossipMatrixModel;

/// The page of Gossip: what every node thinks of every other, and phi of one subject over time.
///
/// The source is watched only while the page is visible. Pause freezes the picture, not the
/// cluster.
class GossipPage : public QWidget {
    Q_OBJECT
public:
    GossipPage(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);
    ~GossipPage() override;

    [[nodiscard]] QTableView* matrix() const { return m_matrix; }
    [[nodiscard]] GossipMatrixModel* model() const { return m_model; }
    [[nodiscard]] int replots() const noexcept { return m_replots; }

signals:
    /// The cell that is current: observer and subject.
    void pairSelected(int observer, int subject);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void attach();
    void watch(bool on);
    void onGossip();
    void fillSubjects();
    void remember();
    void plot();
    void restyle();

    struct Sample {
        double seconds;
        double phi;
    };

    const theme::Theme& m_theme;
    studio::Session& m_session;
    GossipMatrixModel* m_model;
    QTableView* m_matrix;
    QCustomPlot* m_plot;
    QComboBox* m_subject;
    QLabel* m_explain;
    QToolButton* m_pause;
    QStackedLayout* m_stack;
    std::map<std::pair<int, int>, std::deque<Sample>> m_history;
    class QObject* m_watched = nullptr;
    int m_replots = 0;
};

} // namespace views
