#pragma once

#include <QString>

#include <chrono>
#include <optional>

class QDateTime;

/// Figures as people read them, in the user's locale.
namespace studio {

/// "31 MB", "4.2 GiB": binary units with one decimal below 100.
[[nodiscard]] QString formatBytes(qint64 bytes);
/// "3.1 s", "2 min 15 s", "43 d": the two largest units.
[[nodiscard]] QString formatSpan(std::chrono::milliseconds span);
/// "1.8 ms", "640 µs".
[[nodiscard]] QString formatLatency(std::chrono::microseconds latency);
/// "today 09:12", "yesterday", "Monday", "3 Nov".
[[nodiscard]] QString formatWhen(const QDateTime& at, const QDateTime& now);
/// A figure of a model: one decimal if it has any, none from a thousand on.
[[nodiscard]] QString figureText(double value);
/// A number as people type it, "1 000" and "1,000" too; none if it is not one.
[[nodiscard]] std::optional<double> typedFigure(QString text);

} // namespace studio
