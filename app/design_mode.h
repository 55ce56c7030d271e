#pragma once

#include "widgets/studio/design_context.h"

#include <QObject>

class QToolBar;

namespace studio {
class ActionRegistry;
class Settings;
class TaskList;
} // namespace studio
namespace theme {
class Theme;
}
namespace views {
class DesignerPage;
}

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
        studio::ModelStore* store; ///< may be null
        MainWindow& window;
    };
    explicit DesignMode(const Parts& parts, QObject* parent = nullptr);
    ~DesignMode() override;

    [[nodiscard]] views::DesignerPage& page() const { return *m_page; }
    [[nodiscard]] studio::DesignContext& context() { return m_context; }
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

    Parts m_parts;
    studio::DesignContext m_context;
    views::DesignerPage* m_page;
    QToolBar* m_bar;
};

} // namespace app
