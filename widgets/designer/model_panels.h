#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QToolButton;
class QVBoxLayout;

namespace theme {
class Badge;
}

namespace views {

/// The row of badges and buttons at the head of such a dock; the caller fills it.
QHBoxLayout* addHeadRow(QVBoxLayout* layout, QWidget* parent);

/// The dock with the queries of the application, and how each is answered.
class QueriesPanel : public QWidget {
    Q_OBJECT
public:
    QueriesPanel(const theme::Theme& theme, studio::DesignContext& context,
                 QWidget* parent = nullptr);
    [[nodiscard]] QListWidget* list() const { return m_list; }

signals:
    void coverageRequested();

private:
    void refresh();
    void showSelection();
    void addQuery();

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    theme::Badge* m_badge;
    QListWidget* m_list;
    bool m_updating = false;
};

/// The dock with the tables and user types, and how large their partitions get.
class TablesPanel : public QWidget {
    Q_OBJECT
public:
    TablesPanel(const theme::Theme& theme, studio::DesignContext& context,
                QWidget* parent = nullptr);
    [[nodiscard]] QListWidget* list() const { return m_list; }
    [[nodiscard]] QLineEdit* filter() const { return m_filter; }

private:
    void refresh();
    void showSelection();

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    QLineEdit* m_filter;
    QListWidget* m_list;
    bool m_updating = false;
};

/// The dock with the linter's findings, each with its fix.
class ChecksPanel : public QWidget {
    Q_OBJECT
public:
    ChecksPanel(const theme::Theme& theme, studio::DesignContext& context,
                QWidget* parent = nullptr);
    [[nodiscard]] int shownFindings() const { return m_shown; }

private:
    [[nodiscard]] QWidget* makeRow();
    void refresh();

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    theme::Badge* m_errors;
    theme::Badge* m_warnings;
    QWidget* m_body;
    QVBoxLayout* m_rows;
    QLabel* m_empty;
    int m_shown = 0;
};

} // namespace views
