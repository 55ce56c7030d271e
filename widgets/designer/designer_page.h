#pragma once

#include "widgets/designer/diagram_view.h"
#include "widgets/studio/design_context.h"

#include <QWidget>

#include <memory>

class QLabel;
class QStackedWidget;
class QTabBar;
class QToolBar;

namespace studio {
class ActionRegistry;
class OpenModels;
} // namespace studio
namespace theme {
class SegmentedControl;
}

namespace views {

class ConceptualStage;
class LogicalStage;

/// The page of Design: open models as tabs, the three stages, the samples when nothing is open.
/// Every window has one; the models are the same in all of them.
class DesignerPage : public QWidget {
    Q_OBJECT
public:
    /// `models` outlives it.
    DesignerPage(const theme::Theme& theme, studio::DesignContext& context,
                 studio::OpenModels& models, QWidget* parent = nullptr);
    ~DesignerPage() override;

    /// Adds the Model actions, and answers to File's and Edit's while this page is shown.
    void addActions(studio::ActionRegistry& actions);
    /// Stage, tools, zoom, search.
    void fillToolBar(QToolBar& bar, studio::ActionRegistry& actions);
    /// The canvas that tools, zoom and keys act on.
    [[nodiscard]] DiagramView* canvas() const;
    /// What export and print show of the current stage; null without a model. The physical diagram
    /// is set out for paper, not in one column as beside the CQL. Lives as long as the canvas.
    [[nodiscard]] DiagramScene* paper();
    [[nodiscard]] ConceptualStage& conceptual() const { return *m_conceptual; }
    [[nodiscard]] LogicalStage& logical() const { return *m_logical; }
    /// Another stage's view; the page owns it then.
    void addStage(studio::DesignStage stage, const QString& text, QWidget* view,
                  DiagramView* canvas);
    /// "9 tables, 10 queries, 1 type", for the status bar.
    [[nodiscard]] QString statusText() const;

public slots:
    void newModel();
    void openDialog();
    /// Shows the file's model; a damaged one is refused with line and reason, and the last good
    /// version offered.
    bool openFile(const QString& path);
    void openSample(const QString& id);
    void openModel(engine::modeling::Model model, const QString& filePath = {});
    bool save();
    bool saveAs();
    void closeTab(int index);
    void generate();
    void showCoverage();
    void showWrites();
    void showAlternatives(engine::modeling::ElementId query);
    void stepThrough(engine::modeling::ElementId query);
    void find(const QString& words);
    void focusCanvas();
    void exportAs();
    void print();
    void reverseEngineerFile();
    /// Keyspaces of the open cluster.
    void reverseEngineerCluster();

signals:
    /// It was opened, or written.
    void fileUsed(const QString& path);
    void statusChanged();
    void stageWidgetsChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addTab(int index);
    /// With the queries that its tables can serve.
    void openRecovered(const engine::modeling::Model& tables);
    void showCurrent();
    void showStage();
    void updateTitles();
    void showMessage(const QString& text);
    void placeMessage();
    void offerLastGood(const QString& path, const QString& why);
    void addAlignActions(studio::ActionRegistry& actions);
    QWidget* makeGallery();
    void updateTools();
    void useTool(Tool tool);
    [[nodiscard]] studio::ModelDocument* document() const { return m_context.document(); }

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    studio::OpenModels& m_models;
    QWidget* m_tabBar;
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    QWidget* m_gallery;
    ConceptualStage* m_conceptual;
    LogicalStage* m_logical;
    DiagramView* m_lastConceptual = nullptr;
    QWidget* m_extraStage = nullptr;
    DiagramView* m_extraCanvas = nullptr;
    std::unique_ptr<DiagramScene> m_paper;
    QString m_extraText;
    theme::SegmentedControl* m_stages = nullptr;
    QHash<int, QAction*> m_toolActions;
    QLabel* m_zoom = nullptr;
    QLabel* m_message;
    QTimer* m_messageTimer;
};

} // namespace views
