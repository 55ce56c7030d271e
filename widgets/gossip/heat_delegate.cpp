#include "widgets/gossip/heat_delegate.h"

#include "widgets/gossip/gossip_matrix_model.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QPainter>

namespace views {

HeatDelegate::HeatDelegate(const theme::Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme)
{
}

void HeatDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    const auto& t = m_theme.tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->fillRect(option.rect, t.panel);
    const QRectF cell = QRectF(option.rect).adjusted(2, 2, -2, -2);
    const bool self = index.row() == index.column();
    const double heat = index.data(GossipMatrixModel::HeatRole).toDouble();
    const bool down = heat >= 1.0 && !self;
    // Quiet until half of the threshold, then quickly warmer.
    const double share = self          ? 0
                         : down        ? 0.9
                         : heat < 0.25 ? heat * 0.2
                                       : 0.05 + (heat - 0.25) * 0.65;
    const QColor ground = self ? t.hover : theme::mix(t.error, t.alternate, share);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(cell, 3, 3);
    const QColor ink = down ? (t.dark ? t.onAccent : QColor(Qt::white)) : self ? t.text2 : t.text;
    const QString verdict = index.data(GossipMatrixModel::VerdictRole).toString();
    QFont strong = theme::typeFont(theme::Type::Emphasis);
    strong.setPointSizeF(self ? 8.6 : 9.6);
    painter->setPen(ink);
    const QRectF upper(cell.left() + 8, cell.top() + 4, cell.width() - 14, cell.height() / 2 - 3);
    const QRectF lower(upper.left(), upper.bottom() - 1, upper.width(), upper.height());
    painter->setFont(self ? theme::typeFont(theme::Type::Label) : strong);
    const auto align = self ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignVCenter;
    const QString phi = index.data().toString();
    painter->drawText(upper, align, phi.isEmpty() && !self ? QStringLiteral("–") : phi);
    if (!self && !verdict.isEmpty()) {
        QFont word = theme::typeFont(theme::Type::Small);
        word.setPointSizeF(6.8);
        if (down)
            word.setWeight(QFont::Bold);
        painter->setFont(word);
        painter->drawText(upper, Qt::AlignRight | Qt::AlignVCenter, verdict);
    }
    QFont code = theme::typeFont(theme::Type::Code);
    code.setPointSizeF(8.2);
    painter->setFont(code);
    painter->setPen(down ? ink : t.text2);
    painter->drawText(lower, align, index.data(GossipMatrixModel::VersionRole).toString());
    if (option.state & QStyle::State_Selected) {
        painter->setPen(QPen(t.accent, 2));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3);
    }
    painter->restore();
}

NodeHeader::NodeHeader(const theme::Theme& theme, Qt::Orientation orientation, QWidget* parent)
    : QHeaderView(orientation, parent), m_theme(theme)
{
    setSectionResizeMode(QHeaderView::Fixed);
    setSectionsClickable(false);
}

void NodeHeader::paintSection(QPainter* painter, const QRect& rect, int section) const
{
    const auto& t = m_theme.tokens();
    painter->save();
    painter->fillRect(rect, t.panel);
    const int number =
        model()->headerData(section, orientation(), GossipMatrixModel::NumberRole).toInt();
    const QString name = model()->headerData(section, orientation(), Qt::DisplayRole).toString();
    QFont strong = theme::typeFont(theme::Type::Emphasis);
    painter->setFont(strong);
    const int width = 26 + painter->fontMetrics().horizontalAdvance(name);
    const int left = orientation() == Qt::Horizontal
                         ? rect.left() + std::max(2, (rect.width() - width) / 2)
                         : rect.left() + 10;
    theme::paintNodeDot(*painter, t, QRectF(left, rect.center().y() - 9, 19, 19), number);
    painter->setPen(t.text);
    painter->drawText(
        QRect(left + 26, rect.top(), rect.right() - left - 26, rect.height()), Qt::AlignVCenter,
        painter->fontMetrics().elidedText(name, Qt::ElideRight, rect.right() - left - 26));
    painter->restore();
}

QSize NodeHeader::sectionSizeFromContents(int) const
{
    return {orientation() == Qt::Vertical ? 84 : 90, 34};
}

} // namespace views
