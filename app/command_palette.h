#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;

namespace studio {
class ActionRegistry;
}
namespace theme {
class Theme;
}

namespace app {

/// "Go to anything" (Ctrl+K): every action of the registry and every table of the open cluster,
/// found by typing parts of words.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    /// `tables` are "keyspace.table" names.
    CommandPalette(const theme::Theme& theme, studio::ActionRegistry& actions,
                   const QStringList& tables, QWidget* parent);

signals:
    void tableChosen(const QString& qualifiedName);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void choose();

    const theme::Theme& m_theme;
    studio::ActionRegistry& m_actions;
    QStringList m_tables;
    QLineEdit* m_search;
    QListWidget* m_list;
};

} // namespace app
