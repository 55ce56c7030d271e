#pragma once

#include "widgets/designer/node_painter.h"

namespace views {

/// Below this zoom text in its own size cannot be read.
constexpr qreal kFarScale = 0.42;

/// A box as it can be recognised from afar: its outline with a line that stays visible, its dot,
/// and its name as large as fits, broken between words, if that can be read at all. `scale` is the
/// zoom of the view.
void paintFromAfar(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected,
                   qreal scale);

/// A name in lines of at most `letters`: broken behind "_" and blanks, and before capitals, within
/// a word only where that is longer.
[[nodiscard]] QStringList brokenName(const QString& name, int letters);

} // namespace views
