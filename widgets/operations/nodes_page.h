#pragma once

#include <QList>
#include <QWidget>

class QAction;
class QToolBar;
class QLabel;
class QSortFilterProxyModel;
class QStackedLayout;
class QTableView;

namespace studio {
class NodeTableModel;
class Session;
} // namespace studio
namespace theme {
class Theme;
}

namespace views {

/// The page of Nodes: every node as nodetool status lists it, with what its peers suspect, over
/// the bar of what can be done to the selected one.
class NodesPage : public QWidget {
    Q_OBJECT
public:
    NodesPage(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

    void setActions(const QList<QAction*>& process, const QList<QAction*>& maintenance);
    [[nodiscard]] QTableView* table() const { return m_table; }
    [[nodiscard]] studio::NodeTableModel* model() const { return m_model; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void attach();
    void onTopology();
    void onSelected(int node);

    const theme::Theme& m_theme;
    studio::Session& m_session;
    studio::NodeTableModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QTableView* m_table;
    QToolBar* m_bar;
    QLabel* m_selected;
    QStackedLayout* m_stack;
};

} // namespace views
