#pragma once

#include "widgets/designer/diagram_spec.h"
#include "widgets/theme/tokens.h"

#include <QFont>
#include <QPainterPath>

class QPainter;

namespace views {

/// How a diagram is drawn: on screen in the theme's colours, or as the books print it, black on
/// white.
struct DiagramLook {
    const theme::Tokens* tokens = nullptr;
    bool print = false;

    [[nodiscard]] QColor line() const;
    [[nodiscard]] QColor text() const;
    [[nodiscard]] QColor quiet() const;
    [[nodiscard]] QColor panel() const;
    [[nodiscard]] QColor accent() const;
    [[nodiscard]] QColor warning() const;
    [[nodiscard]] QColor mark(const QString& mark) const;
};

/// The size that a box needs for what it shows.
[[nodiscard]] QSizeF sizeOfNode(const NodeSpec& spec);
/// Its outline around (0, 0), for hits and for the ends of lines.
[[nodiscard]] QPainterPath outlineOf(const NodeSpec& spec);
/// What a dot is painted with on the screen.
[[nodiscard]] QColor dotColor(const theme::Tokens& t, Dot dot);
/// Paints it around (0, 0).
void paintNode(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected,
               bool focused);
/// The row of a table or type at a y relative to the centre; -1 for title and below.
[[nodiscard]] int rowAt(const NodeSpec& spec, qreal y);
[[nodiscard]] QRectF rowRect(const NodeSpec& spec, int row);
/// Where a table's marks stand, for clicks on them.
[[nodiscard]] QRectF markRect(const NodeSpec& spec, int row);

inline constexpr qreal kTitleHeight = 27;
inline constexpr qreal kRowHeight = 20;

} // namespace views
