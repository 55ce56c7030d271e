#pragma once

#include "widgets/designer/canvas_index.h"

#include <QPointF>
#include <QSizeF>

#include <functional>

namespace views {

struct DiagramSpec;

/// Where a new box goes: `wanted`, if it stands clear of all that `taken` has there, else the
/// nearest place that does. `gap` is left free on each side. Pure; the same question has the same
/// answer.
[[nodiscard]] QPointF freePlace(const RectIndex& taken, const QSizeF& size, const QPointF& wanted,
                                double gap);

/// Moves attributes (and parts) that nobody has put anywhere off boxes, off other attributes and
/// off the lines between entity and relationship types, to a free place near their owner. `isPut`
/// says whether somebody has put that element where it is.
void clearAttributes(DiagramSpec& spec, const std::function<bool(std::uint32_t id)>& isPut);

} // namespace views
