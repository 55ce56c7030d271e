#pragma once

#include "widgets/studio/statement_run.h"

#include <QWidget>

class QPushButton;
class QToolButton;

namespace theme {
class Theme;
}

namespace views {

/// The bar above an editor: Run, Run all, and what belongs to the tab: keyspace, consistency,
/// serial consistency, page size, tracing. While a statement runs, Run is Cancel.
class OptionBar : public QWidget {
    Q_OBJECT
public:
    OptionBar(const theme::Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] const studio::StatementOptions& options() const noexcept { return m_options; }
    void setOptions(const studio::StatementOptions& options);
    /// As if the user had chosen them: optionsChanged() follows.
    void changeOptions(const studio::StatementOptions& options);
    void setKeyspaces(const QStringList& names);
    void setRunning(bool running);
    /// Without a cluster nothing runs; `reason` is the tool tip then.
    void setRunnable(bool runnable, const QString& reason);

signals:
    void runClicked();
    void runAllClicked();
    void cancelClicked();
    void formatClicked();
    void optionsChanged();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showOptions();
    void buildMenus();

    const theme::Theme& m_theme;
    studio::StatementOptions m_options;
    QStringList m_keyspaces;
    QPushButton* m_run;
    QPushButton* m_runAll;
    QToolButton* m_keyspace;
    QToolButton* m_consistency;
    QToolButton* m_serial;
    QToolButton* m_page;
    QToolButton* m_tracing;
    bool m_running = false;
    bool m_runnable = true;
};

} // namespace views
