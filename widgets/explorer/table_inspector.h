#pragma once

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTableWidget;

namespace studio {
class Session;
}
namespace theme {
class Theme;
}

namespace views {

/// The Inspector dock: the table that is selected anywhere, with its columns, key and options.
class TableInspector : public QWidget {
    Q_OBJECT
public:
    TableInspector(const theme::Theme& theme, studio::Session& session, QWidget* parent = nullptr);

private:
    void attach();
    void reload();

    const theme::Theme& m_theme;
    studio::Session& m_session;
    QStackedLayout* m_stack;
    QLabel* m_title;
    QLabel* m_subtitle;
    QTableWidget* m_columns;
    QTableWidget* m_options;
};

} // namespace views
