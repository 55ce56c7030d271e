#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace theme {
class Theme;
}

namespace views {

/// Paints a tree row as the mock-ups do: icon, name, and a quiet detail at the right end.
class TreeDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    struct Look {
        QString icon;
        QColor iconColor;
        QString detail;
        QColor detailColor;
        QColor textColor; ///< invalid: the usual one
        bool bold = false;
        int dotNumber = 0; ///< a node's dot instead of the icon
        bool dotDown = false;
        QString badge; ///< a state code behind the name
        QColor badgeColor;
    };
    TreeDelegate(const theme::Theme& theme, std::function<Look(const QModelIndex&)> look,
                 QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    const theme::Theme& m_theme;
    std::function<Look(const QModelIndex&)> m_look;
};

} // namespace views
