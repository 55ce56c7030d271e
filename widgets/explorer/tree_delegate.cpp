#include "widgets/explorer/tree_delegate.h"

#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QPainter>

namespace views {

TreeDelegate::TreeDelegate(const theme::Theme& theme, std::function<Look(const QModelIndex&)> look,
                           QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme), m_look(std::move(look))
{
}

void TreeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    QStyleOptionViewItem base = option;
    initStyleOption(&base, index);
    const QString text = std::exchange(base.text, QString());
    base.icon = QIcon();
    base.widget->style()->drawControl(QStyle::CE_ItemViewItem, &base, painter, base.widget);

    const Look look = m_look(index);
    const auto& t = m_theme.tokens();
    painter->save();
    QRect rect = option.rect.adjusted(4, 0, -8, 0);
    if (look.dotNumber > 0) {
        theme::paintNodeDot(*painter, t, QRectF(rect.left(), rect.center().y() - 7.5, 16, 16),
                            look.dotNumber, look.dotDown);
        rect.setLeft(rect.left() + 23);
    } else if (!look.icon.isEmpty()) {
        const QColor color = look.iconColor.isValid() ? look.iconColor : t.text2;
        painter->drawPixmap(
            rect.left(), rect.center().y() - 7,
            theme::iconPixmap(look.icon, color, 15, painter->device()->devicePixelRatioF()));
        rect.setLeft(rect.left() + 22);
    }
    QFont name = option.font;
    if (look.bold)
        name.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(name);
    const QFontMetrics detailMetrics(theme::typeFont(theme::Type::Label));
    const int badge =
        look.badge.isEmpty() ? 0 : static_cast<int>(theme::badgeWidth(look.badge)) + 6;
    int nameWidth = metrics.horizontalAdvance(text);
    // The name comes first; the detail takes what is left.
    nameWidth = std::min(nameWidth, rect.width() - badge);
    painter->setFont(name);
    painter->setPen(look.textColor.isValid() ? look.textColor : t.text);
    painter->drawText(QRect(rect.left(), rect.top(), nameWidth + 2, rect.height()),
                      Qt::AlignVCenter, metrics.elidedText(text, Qt::ElideRight, nameWidth + 2));
    int used = nameWidth + 10;
    if (badge > 0) {
        theme::paintBadge(*painter, t, QPointF(rect.left() + nameWidth + 8, rect.top()),
                          rect.height(), look.badge, look.badgeColor);
        used += badge;
    }
    if (!look.detail.isEmpty() && rect.width() - used > 24) {
        painter->setFont(theme::typeFont(theme::Type::Label));
        painter->setPen(look.detailColor.isValid() ? look.detailColor : t.text2);
        painter->drawText(
            rect.adjusted(used, 0, 0, 0), Qt::AlignVCenter | Qt::AlignRight,
            detailMetrics.elidedText(look.detail, Qt::ElideRight, rect.width() - used));
    }
    painter->restore();
}

QSize TreeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width() + 40, theme::kTreeRow};
}

} // namespace views
