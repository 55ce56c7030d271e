#include "widgets/designer/node_painter.h"

#include "widgets/theme/paint.h"

#include <QFontMetricsF>
#include <QPainter>

namespace views {

using theme::Type;
using theme::typeFont;

namespace {

QFont nodeFont(const NodeSpec& spec)
{
    switch (spec.kind) {
    case NodeKind::Attribute:
    case NodeKind::MultiValuedAttribute:
    case NodeKind::DerivedAttribute: {
        QFont font = typeFont(Type::Body);
        font.setWeight(spec.underlined ? QFont::DemiBold : QFont::Normal);
        if (spec.isPart)
            font.setPointSizeF(font.pointSizeF() > 0 ? font.pointSizeF() * 0.95 : 9);
        return font;
    }
    case NodeKind::Relationship:
    case NodeKind::IdentifyingRelationship:
    case NodeKind::Hierarchy:
        return typeFont(Type::Body);
    default: {
        QFont font = typeFont(Type::Body);
        font.setWeight(QFont::DemiBold);
        return font;
    }
    }
}

qreal textWidth(const QFont& font, const QString& text)
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

QSizeF tableSize(const NodeSpec& spec)
{
    const QFont code = typeFont(Type::Code);
    qreal width = textWidth(nodeFont(spec), spec.text) + 24 + (spec.dot == Dot::None ? 0 : 20) +
                  (spec.badge.isEmpty() ? 0 : theme::badgeWidth(spec.badge) + 12);
    for (const RowSpec& row : spec.rows) {
        qreal need = textWidth(code, row.name) * 0.96 + 30;
        if (spec.showTypes)
            need += textWidth(code, row.type) * 0.96 + 24;
        need += std::max<qreal>(34, textWidth(code, row.mark));
        width = std::max(width, need);
    }
    const qreal least = spec.showTypes ? 260 : spec.kind == NodeKind::Type ? 190 : 214;
    return {std::ceil(std::max(width, least)),
            kTitleHeight + 4 + kRowHeight * static_cast<qreal>(spec.rows.size()) + 4};
}

QSizeF noteSize(const NodeSpec& spec)
{
    const QRectF box = QFontMetricsF(typeFont(Type::Label))
                           .boundingRect(QRectF(0, 0, 204, 2000), Qt::TextWordWrap, spec.text);
    return {226, std::ceil(box.height()) + 44};
}

} // namespace

QColor dotColor(const theme::Tokens& t, Dot dot)
{
    if (t.dark)
        return dot == Dot::Green ? t.success : dot == Dot::Amber ? t.warning : t.error;
    return dot == Dot::Green ? QColor(0x30A46C) : dot == Dot::Amber ? QColor(0xD9831A) : t.error;
}

QColor DiagramLook::line() const
{
    return print ? QColor(Qt::black) : tokens->text2;
}
QColor DiagramLook::text() const
{
    return print ? QColor(Qt::black) : tokens->text;
}
QColor DiagramLook::quiet() const
{
    return print ? QColor(Qt::black) : tokens->text2;
}
QColor DiagramLook::panel() const
{
    return print ? QColor(Qt::white) : tokens->panel;
}
QColor DiagramLook::accent() const
{
    return print ? QColor(Qt::black) : tokens->accent;
}
QColor DiagramLook::warning() const
{
    return print ? QColor(Qt::black) : tokens->warning;
}

QColor DiagramLook::mark(const QString& mark) const
{
    if (print)
        return Qt::black;
    if (mark.startsWith(QLatin1Char('K')))
        return tokens->warning;
    if (mark.startsWith(QLatin1Char('C')))
        return tokens->accent;
    if (mark == QLatin1String("S"))
        return tokens->simulated;
    if (mark.contains(QLatin1String("IDX")))
        return tokens->bundled;
    return tokens->success;
}

QSizeF sizeOfNode(const NodeSpec& spec)
{
    const qreal text = textWidth(nodeFont(spec), spec.text);
    switch (spec.kind) {
    case NodeKind::Entity:
    case NodeKind::WeakEntity:
        return {std::max<qreal>(112, std::ceil(text) + 36), 42};
    case NodeKind::Relationship:
    case NodeKind::IdentifyingRelationship:
        return {std::max<qreal>(104, std::ceil(text) + 56), 52};
    case NodeKind::Attribute:
    case NodeKind::MultiValuedAttribute:
    case NodeKind::DerivedAttribute:
        return {std::max<qreal>(54, std::ceil(text) + 26), 28};
    case NodeKind::Hierarchy:
        return {58, 42};
    case NodeKind::Screen:
        return {std::max<qreal>(168, std::ceil(text) + 32), 58};
    case NodeKind::Start:
        return {36, 36};
    case NodeKind::Table:
    case NodeKind::Type:
        return tableSize(spec);
    case NodeKind::Note:
    case NodeKind::KeyspaceCard:
        return noteSize(spec);
    }
    return {100, 40};
}

QPainterPath outlineOf(const NodeSpec& spec)
{
    const qreal w = spec.size.width() / 2;
    const qreal h = spec.size.height() / 2;
    QPainterPath path;
    switch (spec.kind) {
    case NodeKind::Relationship:
    case NodeKind::IdentifyingRelationship:
        path.moveTo(-w, 0);
        path.lineTo(0, -h);
        path.lineTo(w, 0);
        path.lineTo(0, h);
        path.closeSubpath();
        break;
    case NodeKind::Attribute:
    case NodeKind::MultiValuedAttribute:
    case NodeKind::DerivedAttribute:
    case NodeKind::Start:
        path.addEllipse(QPointF(0, 0), w, h);
        break;
    case NodeKind::Hierarchy:
        path.moveTo(0, -h);
        path.lineTo(w, h);
        path.lineTo(-w, h);
        path.closeSubpath();
        break;
    default:
        path.addRoundedRect(QRectF(-w, -h, 2 * w, 2 * h), 4, 4);
    }
    return path;
}

int rowAt(const NodeSpec& spec, qreal y)
{
    const qreal inside = y + spec.size.height() / 2 - kTitleHeight - 4;
    if (inside < 0)
        return -1;
    const int row = static_cast<int>(inside / kRowHeight);
    return row < static_cast<int>(spec.rows.size()) ? row : -1;
}

QRectF rowRect(const NodeSpec& spec, int row)
{
    return {-spec.size.width() / 2, -spec.size.height() / 2 + kTitleHeight + 4 + kRowHeight * row,
            spec.size.width(), kRowHeight};
}

QRectF markRect(const NodeSpec& spec, int row)
{
    QRectF rect = rowRect(spec, row);
    rect.setLeft(rect.right() - 42);
    return rect;
}

namespace {

/// A second outline within the first: weak entity types, identifying relationships, multi-valued
/// attributes.
void paintInner(QPainter& painter, const NodeSpec& spec, qreal inset)
{
    NodeSpec inner = spec;
    inner.size -=
        QSizeF(2 * inset * (spec.kind == NodeKind::IdentifyingRelationship ? 2 : 1), 2 * inset);
    painter.drawPath(outlineOf(inner));
}

void paintChen(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected)
{
    const theme::Tokens& t = *look.tokens;
    QColor fill = look.panel();
    QColor edge = look.line();
    qreal width = 1.4;
    switch (spec.kind) {
    case NodeKind::Relationship:
    case NodeKind::IdentifyingRelationship:
        fill = look.print ? QColor(Qt::white) : theme::mix(t.info, t.panel, t.dark ? 0.22 : 0.1);
        edge = look.print ? QColor(Qt::black) : t.info;
        break;
    case NodeKind::Attribute:
    case NodeKind::MultiValuedAttribute:
    case NodeKind::DerivedAttribute:
        edge = look.print ? QColor(Qt::black) : t.edge;
        width = 1.1;
        break;
    default:
        break;
    }
    if (selected) {
        edge = look.accent();
        width = 2;
        if (spec.kind == NodeKind::Entity || spec.kind == NodeKind::WeakEntity)
            fill = t.selection;
    }
    QPen pen(edge, width);
    if (spec.kind == NodeKind::DerivedAttribute)
        pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.setBrush(fill);
    painter.drawPath(outlineOf(spec));
    painter.setBrush(Qt::NoBrush);
    if (spec.kind == NodeKind::WeakEntity || spec.kind == NodeKind::IdentifyingRelationship ||
        spec.kind == NodeKind::MultiValuedAttribute) {
        painter.setPen(QPen(edge, 1));
        paintInner(painter, spec, 3);
    }
    const QFont font = nodeFont(spec);
    painter.setFont(font);
    painter.setPen(isAttribute(spec.kind) && !spec.underlined ? look.quiet() : look.text());
    QRectF box(-spec.size.width() / 2, -spec.size.height() / 2, spec.size.width(),
               spec.size.height());
    if (spec.kind == NodeKind::Hierarchy)
        box.translate(0, 6);
    painter.drawText(box, Qt::AlignCenter, spec.text);
    if (spec.underlined) {
        const QFontMetricsF metrics(font);
        const qreal half = metrics.horizontalAdvance(spec.text) / 2;
        const qreal y = metrics.ascent() / 2 + 2;
        QPen line(painter.pen().color(), 1.2);
        if (spec.partial)
            line.setDashPattern({3, 2});
        painter.setPen(line);
        painter.drawLine(QPointF(-half, y), QPointF(half, y));
    }
}

void paintScreen(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected)
{
    const theme::Tokens& t = *look.tokens;
    const QRectF box(-spec.size.width() / 2, -spec.size.height() / 2, spec.size.width(),
                     spec.size.height());
    const QColor edge = selected ? look.accent() : look.print ? QColor(Qt::black) : t.edge;
    QPainterPath path;
    path.addRoundedRect(box, 5, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.panel());
    painter.drawPath(path);
    painter.save();
    painter.setClipPath(path, Qt::IntersectClip);
    const QRectF bar(box.left(), box.top(), box.width(), 13);
    painter.fillRect(bar, look.print ? QColor(Qt::white) : t.window);
    painter.setPen(QPen(look.print ? QColor(Qt::black) : t.line, 1));
    painter.drawLine(bar.bottomLeft(), bar.bottomRight());
    painter.restore();
    painter.setBrush(look.print ? QColor(Qt::black) : t.edge);
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < 3; ++i)
        painter.drawEllipse(QPointF(box.left() + 10 + 7 * i, bar.center().y()), 1.9, 1.9);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(edge, selected ? 2 : 1.3));
    painter.drawPath(path);
    painter.setPen(look.text());
    painter.setFont(nodeFont(spec));
    painter.drawText(box.adjusted(6, 13, -6, 0), Qt::AlignCenter, spec.text);
}

void paintStart(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected)
{
    painter.setPen(selected ? QPen(look.accent(), 3) : QPen(Qt::NoPen));
    painter.setBrush(look.text());
    painter.drawPath(outlineOf(spec));
    QFont font = typeFont(Type::Small);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(look.panel());
    painter.drawText(QRectF(-30, -18, 60, 36), Qt::AlignCenter, spec.text);
}

void paintTitle(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, const QRectF& box,
                bool selected)
{
    const theme::Tokens& t = *look.tokens;
    const QRectF title(box.left(), box.top(), box.width(), kTitleHeight);
    if (!look.print)
        painter.fillRect(title, selected ? t.selection : t.chrome);
    painter.setFont(nodeFont(spec));
    painter.setPen(look.text());
    qreal right = 9;
    if (spec.dot != Dot::None && !look.print) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(dotColor(t, spec.dot));
        painter.drawEllipse(QPointF(title.right() - 14, title.center().y()), 4.5, 4.5);
        painter.setPen(look.text());
        right = 26;
    }
    if (!spec.badge.isEmpty() && !look.print) {
        const QColor tones[] = {t.text3, t.success, t.warning, t.error};
        const qreal width = theme::badgeWidth(spec.badge);
        theme::paintBadge(painter, t, QPointF(title.right() - 9 - width, title.top() + 4), 19,
                          spec.badge, tones[std::clamp(spec.badgeTone, 0, 3)]);
        right = width + 15;
        painter.setFont(nodeFont(spec));
        painter.setPen(look.text());
    }
    const QRectF text = title.adjusted(9, 0, -right, 0);
    painter.drawText(
        text, Qt::AlignVCenter | (look.print ? Qt::AlignHCenter : Qt::AlignLeft),
        QFontMetricsF(painter.font()).elidedText(spec.text, Qt::ElideRight, text.width()));
    painter.setPen(QPen(look.print ? QColor(Qt::black) : selected ? look.accent() : t.edge, 1.2));
    painter.drawLine(title.bottomLeft(), title.bottomRight());
}

void paintRows(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, const QRectF& box)
{
    const theme::Tokens& t = *look.tokens;
    QFont code = typeFont(Type::Code);
    code.setPointSizeF(code.pointSizeF() > 0 ? code.pointSizeF() * 0.96 : 9.5);
    QFont marks = typeFont(Type::Body);
    marks.setWeight(QFont::Bold);
    for (std::size_t i = 0; i < spec.rows.size(); ++i) {
        const RowSpec& row = spec.rows[i];
        const QRectF line = rowRect(spec, static_cast<int>(i));
        if (row.marked)
            painter.fillRect(line.adjusted(1, 0, -1, 0), t.soft(t.warning));
        if (i > 0 && spec.rows[i - 1].inKey && !row.inKey) {
            painter.setPen(QPen(look.print ? QColor(Qt::black) : t.line, 1));
            painter.drawLine(line.topLeft(), line.topRight());
        }
        painter.setFont(code);
        painter.setPen(row.inKey || look.print ? look.text() : t.text2);
        painter.drawText(line.adjusted(9, 0, -9, 0), Qt::AlignVCenter | Qt::AlignLeft, row.name);
        if (spec.showTypes && !row.type.isEmpty()) {
            painter.setPen(look.print ? QColor(Qt::black) : t.bundled);
            const qreal right = spec.kind == NodeKind::Type ? 9 : 46;
            painter.drawText(line.adjusted(9, 0, -right, 0), Qt::AlignVCenter | Qt::AlignRight,
                             row.type);
        }
        painter.setFont(marks);
        painter.setPen(look.mark(row.mark));
        painter.drawText(line.adjusted(9, 0, -9, 0), Qt::AlignVCenter | Qt::AlignRight, row.mark);
    }
    Q_UNUSED(box);
}

void paintTable(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected)
{
    const theme::Tokens& t = *look.tokens;
    const QRectF box(-spec.size.width() / 2, -spec.size.height() / 2, spec.size.width(),
                     spec.size.height());
    QPainterPath path;
    path.addRoundedRect(box, look.print ? 0 : 4, look.print ? 0 : 4);
    painter.setPen(Qt::NoPen);
    painter.setBrush(look.panel());
    painter.drawPath(path);
    painter.save();
    painter.setClipPath(path, Qt::IntersectClip);
    paintTitle(painter, look, spec, box, selected);
    paintRows(painter, look, spec, box);
    painter.restore();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(look.print ? QColor(Qt::black)
                        : selected ? look.accent()
                                   : t.edge,
                        selected ? 2 : 1.2));
    painter.drawPath(path);
}

void paintNote(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected)
{
    const theme::Tokens& t = *look.tokens;
    const QRectF box(-spec.size.width() / 2, -spec.size.height() / 2, spec.size.width(),
                     spec.size.height());
    QPen pen(selected     ? look.accent()
             : look.print ? QColor(Qt::black)
                          : t.edge,
             selected ? 2 : 1.2);
    if (spec.kind == NodeKind::Note)
        pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.setBrush(look.panel());
    painter.drawRoundedRect(box, 5, 5);
    painter.setFont(nodeFont(spec));
    painter.setPen(look.text());
    painter.drawText(box.adjusted(11, 8, -11, 0), Qt::AlignLeft | Qt::AlignTop,
                     spec.badge.isEmpty() ? QStringLiteral("Note") : spec.badge);
    painter.setFont(typeFont(Type::Label));
    painter.setPen(look.quiet());
    painter.drawText(box.adjusted(11, 29, -11, -8), Qt::TextWordWrap, spec.text);
}

void paintHandles(QPainter& painter, const DiagramLook& look, const NodeSpec& spec)
{
    if (isAttribute(spec.kind) || spec.kind == NodeKind::Start)
        return;
    painter.setPen(QPen(look.accent(), 1.3));
    painter.setBrush(look.panel());
    const qreal w = spec.size.width() / 2;
    const qreal h = spec.size.height() / 2;
    for (const QPointF& corner : {QPointF(-w, -h), QPointF(w, -h), QPointF(-w, h), QPointF(w, h)})
        painter.drawRect(QRectF(corner.x() - 3, corner.y() - 3, 6, 6));
}

} // namespace

void paintNode(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected,
               bool focused)
{
    const bool shown = selected && !look.print;
    switch (spec.kind) {
    case NodeKind::Screen:
        paintScreen(painter, look, spec, shown);
        break;
    case NodeKind::Start:
        paintStart(painter, look, spec, shown);
        break;
    case NodeKind::Table:
    case NodeKind::Type:
        paintTable(painter, look, spec, shown);
        break;
    case NodeKind::Note:
    case NodeKind::KeyspaceCard:
        paintNote(painter, look, spec, shown);
        break;
    default:
        paintChen(painter, look, spec, shown);
    }
    if (shown)
        paintHandles(painter, look, spec);
    if (focused && !look.print) {
        QPen pen(look.accent(), 1);
        pen.setDashPattern({2, 2});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(-spec.size.width() / 2 - 5, -spec.size.height() / 2 - 5,
                                spec.size.width() + 10, spec.size.height() + 10));
    }
}

} // namespace views
