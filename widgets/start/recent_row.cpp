#include "widgets/start/recent_row.h"

#include "widgets/studio/format.h"
#include "widgets/theme/paint.h"

#include <QKeyEvent>
#include <QPainter>

namespace views {

RecentRow::RecentRow(const theme::Theme& theme, Look look, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_look(std::move(look))
{
    setFocusPolicy(Qt::StrongFocus);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Open %1, %2").arg(m_look.name, m_look.detail));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QAbstractButton::clicked, this, &RecentRow::opened);
}

void RecentRow::paintEvent(QPaintEvent*)
{
    const auto& t = m_theme.tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse())
        painter.fillRect(rect(), t.hover);
    if (hasFocus()) {
        painter.setPen(QPen(t.accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(3, 2, -3, -2), 5, 5);
    }
    const QColor color = m_theme.ink(m_look.ink);
    painter.drawPixmap(16, (height() - 18) / 2,
                       theme::iconPixmap(m_look.icon, color, 18, devicePixelRatioF()));
    const int left = 46;
    const QFont nameFont = theme::typeFont(theme::Type::Body);
    painter.setFont(nameFont);
    painter.setPen(t.text);
    const qreal nameWidth = QFontMetricsF(nameFont).horizontalAdvance(m_look.name);
    painter.drawText(QRectF(left, 5, nameWidth + 4, 19), Qt::AlignVCenter, m_look.name);
    if (!m_look.badge.isEmpty())
        theme::paintBadge(painter, t, QPointF(left + nameWidth + 8, 5), 19, m_look.badge, color);
    painter.setFont(theme::typeFont(theme::Type::Label));
    painter.setPen(t.text2);
    painter.drawText(
        QRectF(left, 23, width() - left - 150, 18), Qt::AlignVCenter,
        painter.fontMetrics().elidedText(m_look.detail, Qt::ElideMiddle, width() - left - 160));
    painter.drawText(QRectF(width() - 146, 0, 130, height()), Qt::AlignVCenter | Qt::AlignRight,
                     studio::formatWhen(m_look.lastUsed, QDateTime::currentDateTime()));
}

void RecentRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        emit opened();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace views
