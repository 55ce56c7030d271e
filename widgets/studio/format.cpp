#include "widgets/studio/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <cmath>

namespace studio {

namespace {
struct FormatTr {
    Q_DECLARE_TR_FUNCTIONS(studio::Format)
};
} // namespace

QString formatBytes(qint64 bytes)
{
    static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < std::size(kUnits)) {
        value /= 1024;
        ++unit;
    }
    const int decimals = unit == 0 || value >= 100 ? 0 : 1;
    return QLocale().toString(value, 'f', decimals) + u' ' + QLatin1String(kUnits[unit]);
}

QString formatSpan(std::chrono::milliseconds span)
{
    const qint64 ms = span.count();
    if (ms < 60'000)
        return FormatTr::tr("%1 s").arg(QLocale().toString(ms / 1000.0, 'f', ms < 10'000 ? 1 : 0));
    const qint64 s = ms / 1000;
    if (s < 3600)
        return FormatTr::tr("%1 min %2 s").arg(s / 60).arg(s % 60);
    if (s < 86400)
        return FormatTr::tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
    return FormatTr::tr("%1 d %2 h").arg(s / 86400).arg(s % 86400 / 3600);
}

QString formatLatency(std::chrono::microseconds latency)
{
    const auto us = latency.count();
    if (us < 1000)
        return FormatTr::tr("%1 µs").arg(us);
    if (us < 1'000'000)
        return FormatTr::tr("%1 ms").arg(
            QLocale().toString(us / 1000.0, 'f', us < 100'000 ? 1 : 0));
    return FormatTr::tr("%1 s").arg(QLocale().toString(us / 1e6, 'f', 2));
}

QString formatWhen(const QDateTime& at, const QDateTime& now)
{
    if (!at.isValid())
        return {};
    const qint64 days = at.date().daysTo(now.date());
    if (days == 0)
        return FormatTr::tr("today %1").arg(at.time().toString(QStringLiteral("HH:mm")));
    if (days == 1)
        return FormatTr::tr("yesterday");
    if (days > 1 && days < 7)
        return QLocale().dayName(at.date().dayOfWeek());
    return QLocale().toString(at.date(), QStringLiteral("d MMM"));
}

QString figureText(double value)
{
    const bool whole = std::abs(value - std::round(value)) <= 0.05 || std::abs(value) >= 1000;
    return QLocale().toString(value, 'f', whole ? 0 : 1);
}

std::optional<double> typedFigure(QString text)
{
    bool good = false;
    const double number = QLocale().toDouble(text, &good);
    if (good)
        return number;
    const double plain = text.remove(u',').remove(u' ').toDouble(&good);
    return good ? std::optional(plain) : std::nullopt;
}

} // namespace studio
