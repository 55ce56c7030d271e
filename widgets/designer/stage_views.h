#pragma once

#include "widgets/designer/diagram_view.h"

#include <QSplitter>

class QLabel;
class QToolButton;

namespace views {

class ConceptualScene;
class TableScene;
class WorkflowScene;

/// The conceptual stage: entity types above, the workflow of the application below.
class ConceptualStage : public QSplitter {
    Q_OBJECT
public:
    ConceptualStage(const theme::Theme& theme, studio::DesignContext& context,
                    QWidget* parent = nullptr);
    [[nodiscard]] DiagramView* entities() const { return m_entities; }
    [[nodiscard]] DiagramView* workflow() const { return m_workflow; }

private:
    void refresh();
    studio::DesignContext& m_context;
    DiagramView* m_entities;
    DiagramView* m_workflow;
    QLabel* m_entityFigures;
    QLabel* m_workflowFigures;
};

/// The logical stage: Chebotko's diagram, its legend, and the bar that steps through the rules.
class LogicalStage : public QWidget {
    Q_OBJECT
public:
    LogicalStage(const theme::Theme& theme, studio::DesignContext& context,
                 QWidget* parent = nullptr);
    [[nodiscard]] DiagramView* diagram() const { return m_view; }
    /// Plays the mapping of a query on the diagram, from the first rule.
    void stepThrough(ElementId query);

private:
    void showStep();
    void endSteps();

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    TableScene* m_scene;
    DiagramView* m_view;
    QWidget* m_bar;
    QLabel* m_stepRule;
    QLabel* m_stepText;
    QToolButton* m_back;
    QToolButton* m_next;
    QLabel* m_legend;
    ElementId m_query{};
    int m_step = 0;
};

/// A strip above a canvas: its name, its figures, room for buttons.
[[nodiscard]] QWidget* makeStrip(const theme::Theme& theme, const QString& icon,
                                 const QString& title, QLabel** figures,
                                 const QList<QWidget*>& buttons = {});

} // namespace views
