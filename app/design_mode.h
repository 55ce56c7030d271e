#pragma once

#include "widgets/studio/design_context.h"

#include <QObject>

#include <functional>

class QToolBar;

namespace studio {
class ActionRegistry;
class ModelWorkload;
class OpenModels;
class Settings;
class TaskList;
} // namespace studio
namespace theme {
class Theme;
}
namespace views {
class DeployPanel;
class DesignInspector;
class MeasurePanel;
class SizePanel;
class DesignerPage;
class PhysicalContext;
class PhysicalStage;
} // namespace views

namespace app {

class MainWindow;
class StatusStrip;

/// The mode Design: its page, docks, tool bar and their wiring.
class DesignMode : public QObject {
    Q_OBJECT
public:
    struct Parts {
        const theme::Theme& theme;
        studio::Session& session;
        studio::ClusterCatalog& catalog;
        studio::TaskList& tasks;
        studio::Settings& settings;
        studio::ActionRegistry& actions;
        studio::OpenModels& models;
        studio::ModelWorkload* workload; ///< may be null
        MainWindow& window;
    };
    explicit DesignMode(const Parts& parts, QObject* parent = nullptr);
    ~DesignMode() override;

    [[nodiscard]] views::DesignerPage& page() const { return *m_page; }
    [[nodiscard]] studio::DesignContext& context() { return m_context; }
    [[nodiscard]] views::DeployPanel& deployPanel() const { return *m_deploy; }
    [[nodiscard]] views::PhysicalStage& physicalStage() const { return *m_stage; }
    /// Actions, menu and tool bar; after the actions of File and Edit.
    void addActions();
    /// "9 tables, 10 queries", for the status bar.
    [[nodiscard]] QString statusText() const;
    [[nodiscard]] QString title() const;

signals:
    void statusChanged();

private:
    void addDocks();
    void showBars();
    void showStageDocks();
    /// Shows the dock Deploy of the physical stage, then does that.
    void onDeploy(const std::function<void()>& then);
    /// Shows a stage and a dock of it first.
    void onStage(studio::DesignStage stage, const char* panel, const std::function<void()>& then);
    void onMeasured(void (views::MeasurePanel::*run)());
    void raise(const char* panel);

    Parts m_parts;
    studio::DesignContext m_context;
    views::PhysicalContext* m_physical;
    views::DesignerPage* m_page;
    views::PhysicalStage* m_stage = nullptr;
    views::DeployPanel* m_deploy = nullptr;
    views::DesignInspector* m_inspector = nullptr;
    views::SizePanel* m_sizes = nullptr;
    views::MeasurePanel* m_measured = nullptr;
    QToolBar* m_bar;
};

} // namespace app
