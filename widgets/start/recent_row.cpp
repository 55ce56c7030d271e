#include "widgets/start/recent_row.h"

#include "widgets/studio/format.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

namespace views {

using studio::ClusterKind;
using studio::ClusterPhase;

RecentRow::RecentRow(const theme::Theme& theme, studio::ClusterEntry entry, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_entry(std::move(entry))
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setAccessibleName(tr("Open %1, %2").arg(m_entry.name, m_entry.detail));
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
    QString icon = QStringLiteral("box");
    QString kind = tr("BUNDLED");
    QColor color = t.bundled;
    if (m_entry.kind == ClusterKind::Simulated) {
        icon = QStringLiteral("timer");
        kind = tr("SIMULATED");
        color = t.simulated;
    } else if (m_entry.kind == ClusterKind::Remote) {
        icon = m_entry.production ? QStringLiteral("shield") : QStringLiteral("cloud");
        kind = m_entry.production ? tr("PRODUCTION") : tr("REMOTE");
        color = m_entry.production ? t.production : t.remote;
    }
    painter.drawPixmap(16, (height() - 18) / 2,
                       theme::iconPixmap(icon, color, 18, devicePixelRatioF()));
    const int left = 46;
    const QFont nameFont = theme::typeFont(theme::Type::Body);
    painter.setFont(nameFont);
    painter.setPen(t.text);
    const qreal nameWidth = QFontMetricsF(nameFont).horizontalAdvance(m_entry.name);
    painter.drawText(QRectF(left, 5, nameWidth + 4, 19), Qt::AlignVCenter, m_entry.name);
    theme::paintBadge(painter, t, QPointF(left + nameWidth + 8, 5), 19, kind, color);

    const bool running = m_entry.phase == ClusterPhase::Running;
    QString state = m_entry.detail;
    if (running)
        state = tr("%1 · running, %2 of %3 nodes up")
                    .arg(m_entry.detail)
                    .arg(m_entry.upCount)
                    .arg(m_entry.nodeCount);
    // An open cluster has nothing to say of its disk.
    if (m_entry.detail.isEmpty() && state.startsWith(QStringLiteral(" · ")))
        state.remove(0, 3);
    painter.setFont(theme::typeFont(theme::Type::Label));
    painter.setPen(t.text2);
    painter.drawText(QRectF(left, 23, width() - left - 150, 18), Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(state, Qt::ElideRight, width() - left - 160));
    painter.drawText(QRectF(width() - 146, 0, 130, height()), Qt::AlignVCenter | Qt::AlignRight,
                     studio::formatWhen(m_entry.lastUsed, QDateTime::currentDateTime()));
}

void RecentRow::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Open"), this, &RecentRow::opened);
    const bool running = m_entry.phase != ClusterPhase::Stopped;
    if (m_entry.kind == ClusterKind::Bundled)
        menu.addAction(tr("Stop"), this, &RecentRow::stopped)->setEnabled(running);
    QAction* remove =
        menu.addAction(m_entry.kind == ClusterKind::Bundled ? tr("Delete…") : tr("Forget…"), this,
                       &RecentRow::removed);
    remove->setEnabled(!running || m_entry.kind == ClusterKind::Remote);
    menu.exec(event->globalPos());
}

void RecentRow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        emit opened();
    else
        QAbstractButton::keyPressEvent(event);
}

} // namespace views
