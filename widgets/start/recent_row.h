#pragma once

#include "widgets/theme/theme.h"

#include <QAbstractButton>
#include <QDateTime>

namespace views {

/// One line of the start page's list: a cluster or a file. Click or Enter opens it; its actions are
/// the context menu's, the Menu key's, too.
class RecentRow : public QAbstractButton {
    Q_OBJECT
public:
    struct Look {
        QString icon;
        theme::Ink ink = theme::Ink::Text2; ///< of icon and badge
        QString name;
        QString badge; ///< may be empty
        QString detail;
        QDateTime lastUsed;
    };
    RecentRow(const theme::Theme& theme, Look look, QWidget* parent = nullptr);
    [[nodiscard]] const Look& look() const { return m_look; }
    [[nodiscard]] QSize sizeHint() const override { return {320, 46}; }

signals:
    void opened();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const theme::Theme& m_theme;
    Look m_look;
};

} // namespace views
