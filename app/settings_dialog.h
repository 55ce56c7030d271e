#pragma once

#include "widgets/studio/settings.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QListWidget;
class QScrollArea;
class QVBoxLayout;

namespace studio {
class ActionRegistry;
}
namespace theme {
class Theme;
}

namespace app {

/// Settings as one list of rows under headings, with a search field that leaves the rows whose
/// words match. Every change counts at once; there is nothing to confirm.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(const theme::Theme& theme, studio::Settings& settings,
                   studio::ActionRegistry& actions, QWidget* parent = nullptr);

    /// A heading; rows added from now on stand under it.
    void addSection(const QString& title);
    /// `hint` may be empty. The control gets the label as its accessible name.
    void addRow(const QString& label, const QString& hint, QWidget* control);
    /// How many rows can be seen; tests search and count.
    [[nodiscard]] int rowsShown() const;
    [[nodiscard]] QLineEdit* searchField() const { return m_search; }

    using Choices = QList<std::pair<QString, QString>>; ///< value, text
    [[nodiscard]] QWidget* choice(studio::Setting<QString>& setting, const Choices& choices);
    [[nodiscard]] QWidget* number(studio::Setting<int>& setting, int min, int max, int step,
                                  const QString& suffix = {});
    [[nodiscard]] QWidget* check(studio::Setting<bool>& setting, const QString& text);

private:
    struct Row {
        QWidget* widget;
        QString words;
        int section;
    };
    void search(const QString& text);

    const theme::Theme& m_theme;
    QLineEdit* m_search;
    QListWidget* m_list;
    QScrollArea* m_scroll;
    QVBoxLayout* m_column;
    QLabel* m_nothing;
    QList<QWidget*> m_headings;
    QList<Row> m_rows;
};

/// Adds every setting's row.
void fillSettings(SettingsDialog& dialog, const theme::Theme& theme, studio::Settings& settings,
                  studio::ActionRegistry& actions);

} // namespace app
