#include "widgets/designer/diagram_view.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

/// The whole canvas in a corner of it, and the part that is seen.
namespace views {

Minimap::Minimap(const theme::Theme& theme, DiagramView& view)
    : QWidget(&view), m_theme(theme), m_view(view)
{
    setAccessibleName(tr("Minimap"));
    setCursor(Qt::PointingHandCursor);
}

QTransform Minimap::toMap() const
{
    const QRectF content = m_view.diagram().contentRect();
    const qreal share =
        std::min((width() - 12) / content.width(), (height() - 12) / content.height());
    QTransform map;
    map.translate(width() / 2.0, height() / 2.0);
    map.scale(share, share);
    map.translate(-content.center().x(), -content.center().y());
    return map;
}

void Minimap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const theme::Tokens& t = m_theme.tokens();
    painter.setPen(QPen(t.edge, 1));
    painter.setBrush(t.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    painter.setClipRect(rect().adjusted(2, 2, -2, -2));
    const QTransform map = toMap();
    painter.setPen(Qt::NoPen);
    for (const NodeItem* item : m_view.diagram().nodesById()) {
        painter.setBrush(item->isSelected() ? t.accent : theme::mix(t.edge, t.panel, 0.8));
        painter.drawRect(map.mapRect(item->sceneRect()));
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(t.accent, 1.5));
    painter.drawRect(map.mapRect(m_view.mapToScene(m_view.viewport()->rect()).boundingRect()));
}

void Minimap::centreOn(const QPointF& at)
{
    m_view.centerOn(toMap().inverted().map(at));
    update();
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    centreOn(event->position());
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    centreOn(event->position());
}

} // namespace views
