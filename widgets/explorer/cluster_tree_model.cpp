#include "widgets/explorer/cluster_tree_model.h"

namespace views {

using studio::ClusterEntry;
using studio::ClusterKind;
using studio::ClusterPhase;

ClusterTreeModel::ClusterTreeModel(QObject* parent) : QAbstractItemModel(parent) {}

void ClusterTreeModel::set(const QList<ClusterEntry>& entries, const QString& openId,
                           const std::vector<studio::NodeRow>& nodes)
{
    QList<Group> groups;
    for (const ClusterKind kind :
         {ClusterKind::Bundled, ClusterKind::Simulated, ClusterKind::Remote}) {
        Group group{kind, {}};
        for (const ClusterEntry& entry : entries)
            if (entry.kind == kind)
                group.entries.append(entry);
        if (!group.entries.isEmpty())
            groups.append(group);
    }
    // Heartbeats change figures, not rows: then the tree keeps its selection.
    bool sameRows =
        openId == m_openId && nodes.size() == m_nodes.size() && groups.size() == m_groups.size();
    for (qsizetype g = 0; sameRows && g < groups.size(); ++g) {
        sameRows = groups[g].entries.size() == m_groups[g].entries.size();
        for (qsizetype c = 0; sameRows && c < groups[g].entries.size(); ++c)
            sameRows = groups[g].entries[c].id == m_groups[g].entries[c].id;
    }
    if (!sameRows)
        beginResetModel();
    m_groups = groups;
    m_openId = openId;
    m_nodes = nodes;
    if (!sameRows) {
        endResetModel();
        return;
    }
    for (int g = 0; g < rowCount(); ++g) {
        const QModelIndex group = index(g, 0);
        if (rowCount(group) > 0)
            emit dataChanged(index(0, 0, group), index(rowCount(group) - 1, 0, group));
        for (int c = 0; c < rowCount(group); ++c)
            if (const QModelIndex cluster = index(c, 0, group); rowCount(cluster) > 0)
                emit dataChanged(index(0, 0, cluster), index(rowCount(cluster) - 1, 0, cluster));
    }
}

QModelIndex ClusterTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    if (!parent.isValid())
        return createIndex(row, column, quintptr(0));
    if (parent.internalId() == 0)
        return createIndex(row, column, quintptr(parent.row() + 1));
    const quintptr group = parent.internalId() - 1;
    return createIndex(row, column, kNodeBit | group << 16 | quintptr(parent.row()));
}

QModelIndex ClusterTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return {};
    if (index.internalId() & kNodeBit) {
        const quintptr packed = index.internalId() & ~kNodeBit;
        return createIndex(static_cast<int>(packed & 0xffff), 0, (packed >> 16) + 1);
    }
    return createIndex(static_cast<int>(index.internalId() - 1), 0, quintptr(0));
}

int ClusterTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_groups.size());
    if (parent.column() > 0 || parent.internalId() & kNodeBit)
        return 0;
    if (parent.internalId() == 0)
        return static_cast<int>(m_groups[parent.row()].entries.size());
    const ClusterEntry* cluster = entry(parent);
    return cluster && cluster->id == m_openId ? static_cast<int>(m_nodes.size()) : 0;
}

int ClusterTreeModel::columnCount(const QModelIndex&) const
{
    return 1;
}

const ClusterEntry* ClusterTreeModel::entry(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    const QModelIndex cluster = index.internalId() & kNodeBit ? parent(index) : index;
    return &m_groups[static_cast<qsizetype>(cluster.internalId()) - 1].entries[cluster.row()];
}

const studio::NodeRow* ClusterTreeModel::node(const QModelIndex& index) const
{
    return index.isValid() && index.internalId() & kNodeBit
               ? &m_nodes[static_cast<std::size_t>(index.row())]
               : nullptr;
}

ClusterKind ClusterTreeModel::kind(const QModelIndex& index) const
{
    const ClusterEntry* cluster = entry(index);
    return cluster ? cluster->kind : m_groups[index.row()].kind;
}

QModelIndex ClusterTreeModel::indexOfCluster(const QString& id) const
{
    for (int g = 0; g < rowCount(); ++g)
        for (int c = 0; c < m_groups[g].entries.size(); ++c)
            if (m_groups[g].entries[c].id == id)
                return index(c, 0, index(g, 0));
    return {};
}

QVariant ClusterTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ClusterEntry* cluster = entry(index);
    const studio::NodeRow* row = node(index);
    QString text;
    QString detail;
    if (row) {
        text = row->name;
        detail = row->address;
    } else if (cluster) {
        text = cluster->name;
        switch (cluster->phase) {
        case ClusterPhase::Stopped:
            detail = tr("stopped");
            break;
        case ClusterPhase::Starting:
            detail = tr("starting");
            break;
        case ClusterPhase::Stopping:
            detail = tr("stopping");
            break;
        case ClusterPhase::Unreachable:
            detail = tr("offline");
            break;
        case ClusterPhase::Running:
            detail = cluster->upCount == cluster->nodeCount
                         ? tr("%n node(s)", nullptr, cluster->nodeCount)
                         : tr("%1 of %2 up").arg(cluster->upCount).arg(cluster->nodeCount);
            break;
        }
    } else {
        switch (m_groups[index.row()].kind) {
        case ClusterKind::Bundled:
            text = tr("Bundled");
            break;
        case ClusterKind::Simulated:
            text = tr("Simulated");
            break;
        case ClusterKind::Remote:
            text = tr("Remote");
            break;
        }
        detail = QString::number(m_groups[index.row()].entries.size());
    }
    switch (role) {
    case Qt::DisplayRole:
        return text;
    case DetailRole:
        return detail;
    case LevelRole:
        return row ? 2 : cluster ? 1 : 0;
    case ClusterIdRole:
        return cluster ? cluster->id : QString();
    case NodeRole:
        return row ? index.row() : -1;
    case Qt::AccessibleTextRole:
        return row ? tr("%1, %2, %3").arg(text, row->stateCode(), detail)
                   : tr("%1, %2").arg(text, detail);
    case Qt::ToolTipRole:
        return row       ? tr("%1 · %2 / %3").arg(row->address, row->datacenter, row->rack)
               : cluster ? cluster->detail
                         : QString();
    default:
        return {};
    }
}

} // namespace views
