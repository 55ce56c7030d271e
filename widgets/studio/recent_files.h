#pragma once

#include "widgets/studio/settings.h"

#include <QDateTime>
#include <QList>

namespace studio {

/// A model or a CQL file that was opened or saved.
struct RecentFile {
    QString path; ///< absolute
    QDateTime lastUsed;
};

/// The files of Settings::recentFiles that are still there, the one used last first.
[[nodiscard]] QList<RecentFile> recentFiles(const Setting<QStringList>& setting);
/// Puts a file first; only the ten used last are kept.
void noteRecentFile(Setting<QStringList>& setting, const QString& path,
                    const QDateTime& now = QDateTime::currentDateTime());
void forgetRecentFile(Setting<QStringList>& setting, const QString& path);

} // namespace studio
