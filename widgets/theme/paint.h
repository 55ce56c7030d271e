#pragma once

#include "widgets/theme/tokens.h"

#include <QRectF>
#include <QString>

class QPainter;

/// Drawing that delegates and canvases share with the small widgets.
namespace theme {

/// A node's dot: its colour with its number. `down` draws it hollow and dashed, so that state is
/// never colour alone.
void paintNodeDot(QPainter& painter, const Tokens& tokens, const QRectF& rect, int number,
                  bool down = false);

/// A badge of quiet background with text in `color`, left-aligned at `topLeft` and centred in
/// `height`; returns its width.
qreal paintBadge(QPainter& painter, const Tokens& tokens, const QPointF& topLeft, qreal height,
                 const QString& text, const QColor& color);
[[nodiscard]] qreal badgeWidth(const QString& text);

/// The colour of a nodetool state code.
[[nodiscard]] QColor stateColor(const Tokens& tokens, const QString& stateCode);

} // namespace theme
