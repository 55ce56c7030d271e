#include "widgets/start/recent_list.h"

#include "widgets/start/recent_row.h"
#include "widgets/studio/recent_files.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace views {

using studio::ClusterEntry;
using studio::ClusterKind;
using studio::ClusterPhase;
using theme::Ink;

namespace {

/// "~/models" rather than "/home/ada/models".
QString shortFolder(const QString& path)
{
    const QString folder = QFileInfo(path).absolutePath();
    const QString home = QDir::homePath();
    return folder == home || folder.startsWith(home + u'/') ? u'~' + folder.mid(home.size())
                                                            : folder;
}

} // namespace

RecentList::RecentList(const theme::Theme& theme, studio::ClusterCatalog& catalog,
                       studio::Setting<QStringList>& files, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_catalog(catalog),
      m_files(files),
      m_rows(new QVBoxLayout(this))
{
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(0);
    connect(&catalog, &studio::ClusterCatalog::entriesChanged, this, &RecentList::rebuild);
    connect(&files, &studio::SettingSignal::changed, this, &RecentList::rebuild);
    rebuild();
}

void RecentList::rebuild()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    QList<RecentRow*> rows;
    for (const ClusterEntry& entry : m_catalog.entries())
        rows.append(rowOf(entry));
    for (const studio::RecentFile& file : studio::recentFiles(m_files))
        rows.append(rowOf(file.path, file.lastUsed));
    std::ranges::stable_sort(rows, std::ranges::greater{},
                             [](const RecentRow* row) { return row->look().lastUsed; });
    for (RecentRow* row : rows) {
        m_rows->addWidget(theme::makeRule());
        m_rows->addWidget(row);
    }
    if (!rows.isEmpty())
        return;
    auto* hello = theme::makeLabel(
        tr("A local cluster is a real one: each node is a process of its own with its own "
           "files, and you can kill it to see what happens. What you start, connect to or open is "
           "listed here next time."),
        theme::Type::Body, "2");
    hello->setWordWrap(true);
    hello->setContentsMargins(theme::kSpace4, 0, theme::kSpace4, theme::kSpace3);
    m_rows->addWidget(hello);
}

RecentRow* RecentList::rowOf(const ClusterEntry& entry)
{
    RecentRow::Look look{QStringLiteral("box"), Ink::Bundled, entry.name,
                         tr("BUNDLED"),         entry.detail, entry.lastUsed};
    if (entry.kind == ClusterKind::Simulated) {
        look.icon = QStringLiteral("timer");
        look.ink = Ink::Simulated;
        look.badge = tr("SIMULATED");
    } else if (entry.kind == ClusterKind::Remote) {
        look.icon = entry.production ? QStringLiteral("shield") : QStringLiteral("cloud");
        look.ink = entry.production ? Ink::Production : Ink::Remote;
        look.badge = entry.production ? tr("PRODUCTION") : tr("REMOTE");
    }
    if (entry.phase == ClusterPhase::Running) {
        const QString running =
            tr("running, %1 of %2 nodes up").arg(entry.upCount).arg(entry.nodeCount);
        look.detail = entry.detail.isEmpty() ? running : tr("%1 · %2").arg(entry.detail, running);
    }
    auto* row = new RecentRow(m_theme, look);
    const bool stopped = entry.phase == ClusterPhase::Stopped;
    const bool bundled = entry.kind == ClusterKind::Bundled;
    connect(row, &RecentRow::opened, this, [this, id = entry.id] { m_catalog.open(id); });
    connect(row->addAction(tr("Open")), &QAction::triggered, row, &RecentRow::opened);
    if (bundled) {
        QAction* stop = row->addAction(tr("Stop"));
        stop->setEnabled(!stopped);
        connect(stop, &QAction::triggered, this, [this, id = entry.id] { m_catalog.stop(id); });
    }
    QAction* gone = row->addAction(bundled ? tr("Delete…") : tr("Forget…"));
    gone->setEnabled(stopped || entry.kind == ClusterKind::Remote);
    connect(gone, &QAction::triggered, this, [this, entry] { remove(entry); });
    return row;
}

RecentRow* RecentList::rowOf(const QString& path, const QDateTime& lastUsed)
{
    const bool model = path.endsWith(QLatin1String(".rwmodel"), Qt::CaseInsensitive);
    auto* row =
        new RecentRow(m_theme, {model ? QStringLiteral("workflow") : QStringLiteral("terminal"),
                                model ? Ink::Accent : Ink::Text2,
                                QFileInfo(path).fileName(),
                                {},
                                shortFolder(path),
                                lastUsed});
    connect(row, &RecentRow::opened, this, [this, path] { emit fileRequested(path); });
    connect(row->addAction(tr("Open")), &QAction::triggered, row, &RecentRow::opened);
    connect(row->addAction(tr("Remove from this list")), &QAction::triggered, this,
            [this, path] { studio::forgetRecentFile(m_files, path); });
    return row;
}

void RecentList::remove(const ClusterEntry& entry)
{
    const bool bundled = entry.kind == ClusterKind::Bundled;
    QMessageBox ask(QMessageBox::Warning, tr("Remove cluster"),
                    bundled ? tr("Delete the cluster %1 with all its data?").arg(entry.name)
                            : tr("Forget the connection to %1?").arg(entry.name),
                    QMessageBox::Cancel, this);
    if (bundled)
        ask.setInformativeText(tr("Its folder is removed. This cannot be undone."));
    QPushButton* gone = ask.addButton(bundled ? tr("Delete %1").arg(entry.name) : tr("Forget"),
                                      QMessageBox::DestructiveRole);
    ask.exec();
    if (ask.clickedButton() == gone)
        m_catalog.remove(entry.id);
}

} // namespace views
