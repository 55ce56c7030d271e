#pragma once

#include "widgets/studio/statement_run.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTabWidget;
class QTableView;
class QToolButton;
class QTreeView;
class QStackedLayout;

namespace theme {
class Theme;
}

namespace views {

enum class ExportFormat : int;
class ResultModel;
class ValueModel;

/// What came of an editor's statements: the grid of the last rows, the taken-apart value of the
/// current cell, and the messages. One for each editor tab.
class ResultsPanel : public QWidget {
    Q_OBJECT
public:
    ResultsPanel(const theme::Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] ResultModel* model() const { return m_model; }
    [[nodiscard]] ValueModel* valueModel() const { return m_value; }
    [[nodiscard]] QTableView* grid() const { return m_grid; }
    [[nodiscard]] QString messages() const;

public slots:
    void beginScript();
    void beginStatement(const QString& statement);
    void addPage(const studio::ResultPagePtr& page);
    void showOutcome(const QString& statement, const studio::StatementOutcome& outcome);
    void copySelection();
    void copyAs(views::ExportFormat format);
    void exportTo(views::ExportFormat format);

signals:
    /// The user scrolled to the end of what has come.
    void moreWanted();

private:
    void buildGrid();
    void buildBar();
    void buildStatus(QWidget* strip);
    void updateCounts();
    void showValue();
    void addMessage(const QString& statement, const studio::StatementOutcome& outcome);

    const theme::Theme& m_theme;
    ResultModel* m_model;
    ValueModel* m_value;
    QTabWidget* m_tabs;
    QTableView* m_grid;
    QTreeView* m_valueTree;
    QStackedLayout* m_stack;
    QPlainTextEdit* m_messages;
    QToolButton* m_valueButton;
    QLabel* m_statusIcon;
    QLabel* m_status;
    QLabel* m_details;
    int m_problems = 0;
    bool m_fresh = true;
};

} // namespace views
