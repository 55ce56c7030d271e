#pragma once

#include "widgets/theme/theme.h"

#include <QDialog>
#include <QString>

class QListWidget;
class QTextBrowser;

namespace views {

/// Every rule that the checks know, and the page of help that says why it matters and what to do.
/// Not modal: it stays open beside the model.
class AdviceHelp final : public QDialog {
    Q_OBJECT
public:
    explicit AdviceHelp(const theme::Theme& theme, QWidget* parent = nullptr);
    /// Shows the page of a rule by its id ("queue-table"); the first one if there is none.
    void showRule(const QString& id);
    /// Opens one window for whoever asks, or brings it to the front.
    static AdviceHelp& openFor(const theme::Theme& theme, QWidget* asker, const QString& rule);
    [[nodiscard]] QString shownText() const;
    [[nodiscard]] QListWidget* rules() const { return m_rules; }

private:
    void showPage();

    const theme::Theme& m_theme;
    QListWidget* m_rules;
    QTextBrowser* m_page;
};

} // namespace views
