#pragma once

#include "widgets/designer/diagram_view.h"
#include "widgets/designer/physical/physical_context.h"

#include <QSplitter>

class QLabel;
class QStackedWidget;
class QTabBar;

namespace views {

class CqlPane;
class TableScene;

/// The physical stage: the tables with types at the left; beside them CQL with what differs from
/// the cluster, the model's CQL, which can be edited, and the cluster's.
class PhysicalStage : public QSplitter {
    Q_OBJECT
public:
    PhysicalStage(const theme::Theme& theme, PhysicalContext& physical, QWidget* parent = nullptr);
    [[nodiscard]] DiagramView* diagram() const { return m_view; }
    [[nodiscard]] CqlPane* differences() const { return m_differences; }
    [[nodiscard]] CqlPane* modelCql() const { return m_model; }
    [[nodiscard]] CqlPane* liveCql() const { return m_live; }
    [[nodiscard]] QTabBar* tabs() const { return m_tabs; }
    [[nodiscard]] QString problemText() const;

private:
    QWidget* makeCqlSide();
    void showComparison();
    void showElement();
    /// Takes the edited text into the model, or says why not.
    void takeText();
    void copyText();

    const theme::Theme& m_theme;
    PhysicalContext& m_physical;
    TableScene* m_scene;
    DiagramView* m_view;
    QTabBar* m_tabs;
    QStackedWidget* m_panes;
    CqlPane* m_differences;
    CqlPane* m_model;
    CqlPane* m_live;
    CqlPane* m_deployed;
    QLabel* m_problem;
    QTimer* m_pause;
    bool m_taking = false;
};

} // namespace views
