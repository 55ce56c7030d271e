#include "widgets/gossip/gossip_matrix_model.h"

#include <QLocale>

#include <algorithm>

namespace views {

using studio::EndpointView;

namespace {
// From here on a cell says "suspect": phi grows by 0.43 for each missed heartbeat.
constexpr double kSuspectShare = 0.5;
} // namespace

GossipMatrixModel::GossipMatrixModel(QObject* parent) : QAbstractTableModel(parent) {}

void GossipMatrixModel::set(const std::vector<studio::NodeRow>& nodes,
                            const studio::GossipState& gossip)
{
    const bool same = nodes.size() == m_nodes.size();
    if (!same)
        beginResetModel();
    m_nodes = nodes;
    m_threshold = gossip.phiThreshold;
    m_views = gossip.views;
    const std::size_t count = nodes.size();
    m_at.assign(count * count, -1);
    for (std::size_t i = 0; i < m_views.size(); ++i) {
        const auto observer = static_cast<std::size_t>(m_views[i].observer);
        const auto subject = static_cast<std::size_t>(m_views[i].subject);
        if (observer < count && subject < count)
            m_at[observer * count + subject] = static_cast<int>(i);
    }
    if (!same)
        endResetModel();
    else if (count > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int GossipMatrixModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_nodes.size());
}

int GossipMatrixModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_nodes.size());
}

const EndpointView* GossipMatrixModel::view(const QModelIndex& index) const
{
    const int at = m_at[static_cast<std::size_t>(index.row()) * m_nodes.size() +
                        static_cast<std::size_t>(index.column())];
    return at < 0 ? nullptr : &m_views[static_cast<std::size_t>(at)];
}

QString GossipMatrixModel::verdict(const QModelIndex& index) const
{
    const EndpointView* found = view(index);
    if (!found)
        return tr("unknown");
    if (found->isSelf())
        return tr("self");
    if (!found->alive)
        return tr("DOWN");
    if (found->phi && *found->phi >= m_threshold * kSuspectShare)
        return tr("suspect");
    return {};
}

QVariant GossipMatrixModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const EndpointView* found = view(index);
    const QString phi = found && found->phi ? QLocale().toString(*found->phi, 'f', 2) : QString();
    const QString version = found ? QStringLiteral("%1:%2")
                                        .arg(found->generation % 1000, 3, 10, QLatin1Char('0'))
                                        .arg(found->version)
                                  : QString();
    switch (role) {
    case Qt::DisplayRole:
        return found && found->isSelf() ? tr("self") : phi;
    case PhiRole:
        return found && found->phi ? QVariant(*found->phi) : QVariant();
    case HeatRole:
        if (found && !found->isSelf() && !found->alive)
            return 1.0;
        return found && found->phi ? std::clamp(*found->phi / m_threshold, 0.0, 1.0) : 0.0;
    case VersionRole:
        return found && found->isSelf() ? tr("v %1").arg(found->version) : version;
    case VerdictRole:
        return verdict(index);
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: {
        const QString& observer = m_nodes[static_cast<std::size_t>(index.row())].name;
        const QString& subject = m_nodes[static_cast<std::size_t>(index.column())].name;
        if (!found)
            return tr("%1 cannot be asked about %2").arg(observer, subject);
        return tr("%1 sees %2: phi %3, generation %4, version %5 %6")
            .arg(observer, subject, phi.isEmpty() ? tr("none") : phi)
            .arg(found->generation)
            .arg(found->version)
            .arg(verdict(index));
    }
    default:
        return {};
    }
}

QVariant GossipMatrixModel::headerData(int section, Qt::Orientation, int role) const
{
    if (section < 0 || section >= static_cast<int>(m_nodes.size()))
        return {};
    const studio::NodeRow& node = m_nodes[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return node.name;
    if (role == NumberRole)
        return node.number;
    return {};
}

} // namespace views
