#pragma once

#include "widgets/studio/cluster_source.h"

#include <QList>
#include <QWidget>

class QAction;
class QStackedLayout;
class QTableView;
class QToolBar;

namespace studio {
class NodeTableModel;
class Session;
} // namespace studio
namespace theme {
class SegmentedControl;
class Theme;
} // namespace theme

namespace views {

class KeyBar;
class RingCanvas;

/// The page of Ring: donuts or a table of the same, over a bar for the key and the actions of the
/// selected node.
class RingPage : public QWidget {
    Q_OBJECT
public:
    RingPage(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

    /// Actions on the selected node, shown in the first bar (nullptr: a gap).
    void setNodeActions(const QList<QAction*>& actions);
    [[nodiscard]] RingCanvas* canvas() const { return m_canvas; }
    [[nodiscard]] KeyBar* keyBar() const { return m_keyBar; }

public slots:
    void showKey(const studio::PlacementQuery& query);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void attach();
    void onTopology();
    void onSelected(int node);
    void showAs(int segment);

    const theme::Theme& m_theme;
    studio::Session& m_session;
    theme::SegmentedControl* m_style;
    QWidget* m_actionBar;
    QToolBar* m_actionRow;
    KeyBar* m_keyBar;
    RingCanvas* m_canvas;
    studio::NodeTableModel* m_model;
    QTableView* m_table;
    QStackedLayout* m_stack;
    QStackedLayout* m_pages;
};

} // namespace views
