#pragma once

#include "widgets/results/export.h"
#include "widgets/studio/cluster_source.h"
#include "widgets/studio/statement_run.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSplitter;
class QTabWidget;
class QTableView;
class QToolButton;
class QTreeView;
class QStackedLayout;

namespace theme {
class Theme;
}

namespace views {

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

    /// The partition of the current row; `problem` says why there is none.
    using Partition = std::optional<studio::PlacementQuery>;
    [[nodiscard]] Partition currentPartition(const studio::SchemaSnapshot& schema,
                                             QString& problem) const;

public slots:
    void beginScript();
    void beginStatement(const QString& statement);
    void addPage(const studio::ResultPagePtr& page);
    void showOutcome(const QString& statement, const studio::StatementOutcome& outcome);
    void copySelection();
    void copyAs(views::ExportFormat format);
    void exportTo(views::ExportFormat format);

    /// All further pages, up to the limit of the settings; again stops it.
    void fetchAll();
    void setFetchLimit(int rows) { m_fetchLimit = rows; }

signals:
    /// The trace of the last statement is asked for.
    void traceWanted(const QString& traceId);
    /// The user scrolled to the end of what has come.
    void moreWanted();

private:
    void buildGrid();
    void buildBar();
    void buildStatus(QWidget* strip);
    void updateCounts();
    void showValue();
    void showPart();
    void updateFetching(bool morePages);
    QWidget* buildValuePane();
    void addMessage(const QString& statement, const studio::StatementOutcome& outcome);

    const theme::Theme& m_theme;
    ResultModel* m_model;
    ValueModel* m_value;
    QTabWidget* m_tabs;
    QTableView* m_grid;
    QTreeView* m_valueTree;
    QSplitter* m_valuePane;
    QStackedLayout* m_stack;
    QPlainTextEdit* m_messages;
    QToolButton* m_valueButton;
    QLabel* m_statusIcon;
    QLabel* m_status;
    QLabel* m_details;
    int m_problems = 0;
    bool m_fresh = true;
    QPlainTextEdit* m_valueText;
    QPushButton* m_traceButton;
    QPushButton* m_fetchButton;
    QString m_traceId;
    int m_fetchLimit = 1000000;
    bool m_fetchingAll = false;
};

} // namespace views
