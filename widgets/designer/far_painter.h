#pragma once

#include "widgets/designer/node_painter.h"

#include <QStringList>

namespace views {

/// Below this zoom text in its own size cannot be read.
constexpr qreal kFarScale = 0.42;

/// A name as it fits a box from afar; kept with the box, for it is found by trying sizes.
struct FarName {
    QString text;   ///< for which this was found,
    QSizeF room;    ///< in points on the screen
    qreal size = 0; ///< of its letters there; 0: it cannot be read
    QStringList lines;
};

/// Whether that is painted so small; never on paper.
[[nodiscard]] bool isFar(const QPainter& painter, const DiagramLook& look);

/// A box as it can be recognised from afar: its outline with a line that stays visible, its dot,
/// and its name as large as fits, broken between words, if that can be read at all. `name` is what
/// was found the last time.
void paintFromAfar(QPainter& painter, const DiagramLook& look, const NodeSpec& spec, bool selected,
                   FarName& name);

/// A name in lines of at most `letters`: broken behind "_" and blanks, and before capitals, within
/// a word only where that is longer.
[[nodiscard]] QStringList brokenName(const QString& name, int letters);

} // namespace views
