#pragma once

#include "widgets/studio/session.h"
#include "widgets/studio/workspace_store.h"

#include <QWidget>

class QTabWidget;

namespace studio {
class ActionRegistry;
class ScriptRunner;
class Settings;
} // namespace studio
namespace theme {
class Theme;
}
namespace views {
class EditorTab;
class ResultsPanel;
} // namespace views

namespace app {

/// The page of Query: editor tabs, each over its results. It connects the two views and the
/// runner between them, and keeps the tabs of the workspace.
class QueryPage : public QWidget {
    Q_OBJECT
public:
    /// With `tabs` of the workspace, or an empty one.
    QueryPage(const theme::Theme& theme, studio::Session& session, studio::WorkspaceStore& store,
              studio::Settings& settings, const QList<studio::SavedTab>& tabs,
              QWidget* parent = nullptr);
    ~QueryPage() override;

    /// nullptr only while the page is being taken down.
    [[nodiscard]] views::EditorTab* currentTab() const;
    [[nodiscard]] views::ResultsPanel* currentResults() const;
    /// Adds File and Query actions.
    void addActions(studio::ActionRegistry& actions);
    /// Whether File and Edit are about this page; another page answers them otherwise.
    void setAnswering(bool answering) { m_answering = answering; }
    /// Everything typed is in the workspace when it returns.
    void storeAll();
    /// What another page keeps from now on; this one is to go.
    [[nodiscard]] QList<studio::SavedTab> takeTabs();
    /// Adds tabs of a page that goes, but not those that nobody has typed in.
    void adopt(const QList<studio::SavedTab>& tabs);

public slots:
    void newTab(const QString& text = {}, const QString& title = {});
    void openFile();
    /// In a tab of its own; says why if it cannot be read.
    void openFile(const QString& path);
    bool save();
    bool saveAs();
    void closeTab(int index);
    /// Puts a statement into a tab of its own and runs it.
    void runStatement(const QString& statement, const QString& title);
    /// A tab for somebody who has not typed anything yet: in place of the only tab, if it is empty;
    /// otherwise nothing happens.
    void offerScript(const QString& script, const QString& title);
    /// The partition of the current result row, else of the statement at the caret, on the ring.
    void showKeyOnRing();

signals:
    /// "Ln 13, Col 40" of the current editor.
    void caretMoved(const QString& text);
    void statementFinished(const studio::HistoryEntry& entry);
    /// It was opened, or written.
    void fileUsed(const QString& path);

private:
    /// "query 3": the first number that no open tab has.
    [[nodiscard]] QString freeTitle() const;
    struct Page;
    void addTab(const studio::SavedTab& saved);
    Page* pageAt(int index) const;
    void connectPage(Page* page);
    void attachSchema();
    QWidget* buildNoCluster();
    void applyLook();
    /// Asks about statements that destroy something; false: the user thought better of it.
    bool mayRun(const QStringList& statements, const QString& keyspace);
    void updateTitles();

    const theme::Theme& m_theme;
    studio::Session& m_session;
    studio::WorkspaceStore& m_store;
    studio::Settings& m_settings;
    QWidget* m_noCluster;
    QTabWidget* m_tabs;
    bool m_answering = true;
};

} // namespace app
