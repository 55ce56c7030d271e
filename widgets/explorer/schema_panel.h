#pragma once

#include <QSet>
#include <QString>
#include <QWidget>

class QLineEdit;
class QSortFilterProxyModel;
class QStackedLayout;
class QTreeView;

namespace studio {
class Session;
}
namespace theme {
class Theme;
}

namespace views {

class SchemaTreeModel;

/// The Schema dock: the open cluster's keyspaces as a tree with a filter (Ctrl+E).
///
/// Selecting a table tells the session; double-click or Enter asks to open its data; dragging
/// inserts the name.
class SchemaPanel : public QWidget {
    Q_OBJECT
public:
    SchemaPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

    [[nodiscard]] QTreeView* tree() const { return m_tree; }
    [[nodiscard]] QLineEdit* filter() const { return m_filter; }

public slots:
    void focusFilter();

private:
    void attach();
    void reload();
    void applyFilter(const QString& text);
    void restoreExpanded();
    void activate(const QModelIndex& index);
    void showMenu(const QPoint& at);

    const theme::Theme& m_theme;
    studio::Session& m_session;
    SchemaTreeModel* m_model;
    QSortFilterProxyModel* m_proxy;
    QLineEdit* m_filter;
    QTreeView* m_tree;
    QStackedLayout* m_stack;
    QSet<QString> m_expanded;
    bool m_restoring = false;
};

} // namespace views
