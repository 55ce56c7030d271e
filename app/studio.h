#pragma once

#include "widgets/studio/session.h"
#include "widgets/studio/workspace_store.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QAction;
class QLabel;
class QMenu;

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
class NodeActions;
class RingPage;
class StartPage;
class TracePage;
} // namespace views

namespace app {

class DesignMode;
class MainWindow;
class QueryPage;
class StatusStrip;

/// One window with everything in it: makes the views, gives them the session, connects what one
/// asks and another answers. All work is the views' and the sources'. There may be several
/// (Windows).
class Studio : public QObject {
    Q_OBJECT
public:
    struct Parts {
        theme::Theme& theme;
        studio::Settings& settings;
        studio::TaskList& tasks;
        studio::ClusterCatalog& catalog;
        studio::WorkspaceStore& store;
        studio::OpenModels& models;
        studio::ModelWorkload* workload = nullptr; ///< null: models are not measured
    };
    /// What `parts` refers to outlives it. `tabs`: those of the workspace that this window shows.
    Studio(const Parts& parts, const QList<studio::SavedTab>& tabs, QObject* parent = nullptr);
    ~Studio() override;

    [[nodiscard]] MainWindow& window() const { return *m_window; }
    [[nodiscard]] studio::Session& session() { return m_session; }
    [[nodiscard]] studio::ActionRegistry& actions() { return *m_actions; }
    [[nodiscard]] QueryPage& queryPage() const { return *m_query; }
    [[nodiscard]] DesignMode& design() const { return *m_design; }
    /// Shows the window as it was left, or beside another one.
    void show(const QWidget* beside = nullptr);
    /// The same at the program's start: with the start page, if the user wants that, or with
    /// `file`, a model or CQL, if one was given.
    void begin(const QString& file);
    /// Shows a model (*.rwmodel) in Design, anything else as CQL in Query.
    void openFile(const QString& path);
    /// Remembers the window's place and docks, as closing it does.
    void storeLayout();
    /// Asks what becomes of running clusters; false: the user stays.
    [[nodiscard]] bool mayQuit();

signals:
    void newWindowRequested();
    void quitRequested();
    /// The user wants to close this window, everything in it is stored; clear `allowed` to stay.
    void aboutToClose(bool& allowed);
    void closed();

private:
    void buildModes();
    void buildPanels(const QList<studio::SavedTab>& tabs);
    void buildActions();
    void buildMenus();
    void buildToolBar();
    void connectRequests();
    void onSourceChanged();
    void updateTitle();
    void showPalette();
    void showAbout();
    void showSettings();
    void toggleTheme();
    QAction* action(const char* id) const;

    std::unique_ptr<studio::ClusterCatalog> m_catalog; ///< this window's
    Parts m_parts;
    studio::Session m_session;
    std::unique_ptr<studio::ActionRegistry> m_actions;
    std::unique_ptr<MainWindow> m_window;
    views::StartPage* m_start = nullptr;
    QueryPage* m_query = nullptr;
    DesignMode* m_design = nullptr;
    views::RingPage* m_ring = nullptr;
    views::TracePage* m_trace = nullptr;
    views::NodeActions* m_nodeActions = nullptr;
    StatusStrip* m_status = nullptr;
    QString m_modeAfterOpening = QStringLiteral("query");
};

} // namespace app
