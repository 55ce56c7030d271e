#pragma once

#include "widgets/editor/cql_editor.h"
#include "widgets/studio/workspace_store.h"

#include <QWidget>

class QTimer;

namespace views {

class OptionBar;

/// One editor tab: bar and text. What is typed reaches the workspace within a second.
class EditorTab : public QWidget {
    Q_OBJECT
public:
    EditorTab(const theme::Theme& theme, studio::WorkspaceStore& store, studio::SavedTab saved,
              QWidget* parent = nullptr);
    ~EditorTab() override;

    [[nodiscard]] CqlEditor* editor() const { return m_editor; }
    [[nodiscard]] OptionBar* bar() const { return m_bar; }
    [[nodiscard]] QString title() const { return m_saved.title; }
    [[nodiscard]] QString filePath() const { return m_saved.filePath; }
    [[nodiscard]] bool isModified() const { return m_saved.modified; }
    [[nodiscard]] qint64 storedId() const { return m_saved.id; }
    void setPlace(int position, bool current);
    /// The text is the file's now.
    void setFile(const QString& path);
    /// Writes to the workspace what has not been written yet.
    void store();
    /// The tab is closed for good: it leaves the workspace.
    void forget();
    /// As it is in the workspace; another tab keeps it there from now on.
    [[nodiscard]] studio::SavedTab handOver();

public slots:
    void run();
    void runAll();

signals:
    void runRequested(const QList<views::TextPart>& statements,
                      const studio::StatementOptions& options);
    void cancelRequested();
    void titleChanged();

private:
    void changed();

    studio::WorkspaceStore& m_store;
    studio::SavedTab m_saved;
    OptionBar* m_bar;
    CqlEditor* m_editor;
    QTimer* m_delay;
    bool m_dirty = false;
    bool m_forgotten = false;
};

} // namespace views
