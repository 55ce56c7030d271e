#include "widgets/designer/far_painter.h"

#include "widgets/theme/paint.h"

#include <QPainter>

#include <algorithm>

namespace views {

namespace {

constexpr qreal kLetterShare = 0.6; ///< of a bold letter's width in its size, on average
constexpr qreal kLineShare = 1.25;
constexpr qreal kReadable = 5; ///< points on the screen; less is only grey
constexpr qreal kComfort = 12; ///< more is not needed

/// "reservations_", "by_", "guest"; "Hotel", "Room".
QStringList wordsOf(const QString& name)
{
    QStringList words;
    QString word;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const bool capital = i > 0 && name[i].isUpper() && name[i - 1].isLower();
        if (capital && !word.isEmpty())
            words += std::exchange(word, {});
        word += name[i];
        if (name[i] == u'_' || name[i] == u' ')
            words += std::exchange(word, {});
    }
    if (!word.isEmpty())
        words += word;
    return words;
}

/// The largest size on the screen at which the name fits, and its lines then. A word is cut only
/// where no readable size has room for it.
void fitName(FarName& name)
{
    name.size = 0;
    name.lines.clear();
    const QStringList words = wordsOf(name.text);
    for (const bool cut : {false, true}) {
        for (qreal size = kComfort; size >= kReadable; size -= 1) {
            const int letters = static_cast<int>(name.room.width() / (size * kLetterShare));
            const bool whole = std::ranges::all_of(
                words, [&](const QString& word) { return word.trimmed().size() <= letters; });
            if (letters < 3 || (!whole && !cut))
                continue;
            const QStringList lines = brokenName(name.text, letters);
            if (static_cast<qreal>(lines.size()) * size * kLineShare > name.room.height())
                continue;
            name.size = size;
            name.lines = lines;
            return;
        }
    }
}

} // namespace

QStringList brokenName(const QString& name, int letters)
{
    QStringList lines;
    for (QString each : wordsOf(name)) {
        if (!lines.isEmpty() && lines.back().size() + each.trimmed().size() <= letters) {
            lines.back() += each;
            continue;
        }
        for (; each.trimmed().size() > letters; each = each.mid(letters))
            lines += each.left(letters);
        if (!each.isEmpty())
            lines += each;
    }
    for (QString& line : lines)
        line = line.trimmed();
    return lines;
}

bool isFar(const QPainter& painter, const DiagramLook& look)
{
    return painter.worldTransform().m11() < kFarScale && !look.print;
}

void paintFromAfar(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected,
                   FarName& name)
{
    const theme::Tokens& t = *look.tokens;
    const qreal scale = painter.worldTransform().m11();
    const bool diamond =
        spec.kind == NodeKind::Relationship || spec.kind == NodeKind::IdentifyingRelationship;
    const qreal line = 1 / scale; // one point on the screen
    painter.setPen(QPen(selected                 ? t.accent
                        : diamond                ? t.info
                        : isAttribute(spec.kind) ? t.edge
                                                 : t.text2,
                        (selected ? 2.2 : 1) * line));
    painter.setBrush(spec.kind == NodeKind::Start ? t.text
                     : selected                   ? t.selection
                     : diamond                    ? theme::mix(t.info, t.panel, t.dark ? 0.22 : 0.1)
                                                  : t.panel);
    painter.drawPath(outlineOf(spec));
    if (spec.dot != Dot::None && spec.dot != Dot::Green) {
        // What is within its limits needs no attention from here.
        painter.setPen(Qt::NoPen);
        painter.setBrush(dotColor(t, spec.dot));
        painter.drawEllipse(
            QPointF(spec.size.width() / 2 - 5 * line, -spec.size.height() / 2 + 5 * line),
            3.5 * line, 3.5 * line);
    }
    if (isAttribute(spec.kind) || spec.kind == NodeKind::Start)
        return;
    const qreal share = diamond ? 0.62 : 1;
    const QSizeF room = (spec.size * share - QSizeF(8, 8)) * scale;
    if (name.text != spec.text || name.room != room) {
        name.text = spec.text;
        name.room = room;
        fitName(name);
    }
    if (name.lines.isEmpty())
        return;
    QFont font = theme::typeFont(theme::Type::Body);
    font.setWeight(diamond ? QFont::Normal : QFont::DemiBold);
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(name.size / scale))));
    painter.setFont(font);
    painter.setPen(t.text);
    const qreal height = name.size * kLineShare / scale;
    qreal y = -height * static_cast<qreal>(name.lines.size()) / 2;
    for (const QString& text : std::as_const(name.lines)) {
        painter.drawText(QRectF(-spec.size.width() / 2, y, spec.size.width(), height),
                         Qt::AlignCenter, text);
        y += height;
    }
}

} // namespace views
