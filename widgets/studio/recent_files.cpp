#include "widgets/studio/recent_files.h"

#include <QFileInfo>

namespace studio {

namespace {

constexpr qsizetype kKept = 10;

// An entry is "2026-11-21T22:55:00 /home/ada/hotel.rwmodel".
QString pathOf(const QString& entry)
{
    return entry.section(u' ', 1);
}

QStringList without(QStringList entries, const QString& path)
{
    entries.removeIf([&path](const QString& entry) { return pathOf(entry) == path; });
    return entries;
}

} // namespace

QList<RecentFile> recentFiles(const Setting<QStringList>& setting)
{
    QList<RecentFile> files;
    for (const QString& entry : setting.value()) {
        const QString path = pathOf(entry);
        if (QFileInfo(path).isFile())
            files.append({path, QDateTime::fromString(entry.section(u' ', 0, 0), Qt::ISODate)});
    }
    return files;
}

void noteRecentFile(Setting<QStringList>& setting, const QString& path, const QDateTime& now)
{
    const QString whole = QFileInfo(path).absoluteFilePath();
    QStringList entries = without(setting.value(), whole);
    entries.prepend(now.toString(Qt::ISODate) + u' ' + whole);
    setting.set(entries.mid(0, kKept));
}

void forgetRecentFile(Setting<QStringList>& setting, const QString& path)
{
    setting.set(without(setting.value(), path));
}

} // namespace studio
