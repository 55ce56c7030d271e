#include "widgets/theme/paint.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPen>

namespace theme {

namespace {
QFont badgeFont()
{
    QFont f = typeFont(Type::Small);
    f.setWeight(QFont::DemiBold);
    return f;
}
} // namespace

void paintNodeDot(QPainter& painter, const Tokens& tokens, const QRectF& rect, int number,
                  bool down)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = tokens.node(number);
    if (down) {
        QPen pen(color, 1.5, Qt::DashLine);
        pen.setDashPattern({2, 1.6});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(rect.adjusted(1, 1, -1, -1));
        painter.setPen(tokens.text2);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(rect);
        painter.setPen(tokens.nodeInk(number));
    }
    QFont f = typeFont(Type::Small);
    f.setPointSizeF(rect.height() * 0.46);
    f.setWeight(QFont::Bold);
    painter.setFont(f);
    painter.drawText(rect, Qt::AlignCenter, QString::number(number));
    painter.restore();
}

qreal badgeWidth(const QString& text)
{
    return std::ceil(QFontMetricsF(badgeFont()).horizontalAdvance(text)) + 12;
}

qreal paintBadge(QPainter& painter, const Tokens& tokens, const QPointF& topLeft, qreal height,
                 const QString& text, const QColor& color)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal width = badgeWidth(text);
    const qreal tall = 18;
    const QRectF rect(topLeft.x(), topLeft.y() + (height - tall) / 2, width, tall);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.soft(color));
    painter.drawRoundedRect(rect, kRadiusBadge, kRadiusBadge);
    painter.setFont(badgeFont());
    painter.setPen(color);
    painter.drawText(rect, Qt::AlignCenter, text);
    painter.restore();
    return width;
}

QColor stateColor(const Tokens& tokens, const QString& stateCode)
{
    if (stateCode.startsWith(u'D'))
        return tokens.error;
    if (stateCode == QLatin1String("UN"))
        return tokens.success;
    if (stateCode == QLatin1String("UJ"))
        return tokens.info;
    if (stateCode.startsWith(u'U'))
        return tokens.warning;
    return tokens.text3;
}

} // namespace theme
