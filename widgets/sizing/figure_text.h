#pragma once

#include <QLocale>
#include <QString>

#include <cmath>
#include <optional>

namespace views {

/// A figure as the sizing docks show it: one decimal if it has any, none from a thousand on.
[[nodiscard]] inline QString figureText(double value)
{
    const bool whole = std::abs(value - std::round(value)) <= 0.05 || std::abs(value) >= 1000;
    return QLocale().toString(value, 'f', whole ? 0 : 1);
}

/// A number as people type it, "1 000" and "1,000" too; none if it is not one.
[[nodiscard]] inline std::optional<double> typedFigure(QString text)
{
    bool good = false;
    const double number = QLocale().toDouble(text, &good);
    if (good)
        return number;
    const double plain = text.remove(u',').remove(u' ').toDouble(&good);
    return good ? std::optional(plain) : std::nullopt;
}

} // namespace views
