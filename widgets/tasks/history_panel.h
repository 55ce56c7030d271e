#pragma once

#include <QWidget>

class QLineEdit;
class QTableView;
class QStandardItemModel;
class QTimer;

namespace studio {
class WorkspaceStore;
}
namespace theme {
class Theme;
}

namespace views {

/// The history dock: every statement that was run, searchable, from the workspace file.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    HistoryPanel(const theme::Theme& theme, studio::WorkspaceStore& store,
                 QWidget* parent = nullptr);

public slots:
    /// Reads again, if visible; else when it becomes so.
    void refresh();

signals:
    /// Double-click or Enter: put this statement into an editor.
    void statementChosen(const QString& statement);

protected:
    void showEvent(QShowEvent* event) override;
    /// Another window may have run statements.
    bool event(QEvent* event) override;

private:
    void read();
    void chooseCurrent();

    const theme::Theme& m_theme;
    studio::WorkspaceStore& m_store;
    QLineEdit* m_search;
    QTableView* m_table;
    QStandardItemModel* m_model;
    QTimer* m_delay;
};

} // namespace views
