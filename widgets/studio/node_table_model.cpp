#include "widgets/studio/node_table_model.h"

#include "widgets/studio/format.h"

#include <QCoreApplication>
#include <QLocale>

namespace studio {

namespace {
struct NodeTr {
    Q_DECLARE_TR_FUNCTIONS(studio::NodeTableModel)
};
// Below this a healthy node's phi moves up and down with every heartbeat; it is no news.
constexpr double kPhiWorthSaying = 2.0;
} // namespace

QString nodeRemark(const NodeRow& node)
{
    QStringList parts;
    if (node.process == ProcessState::Paused)
        parts += NodeTr::tr("process paused");
    if (node.isUp() && node.socketClosed)
        parts += NodeTr::tr("socket closed");
    if (node.isUp() && node.phi && (node.socketClosed || *node.phi >= kPhiWorthSaying))
        parts += NodeTr::tr("phi %1 of %2")
                     .arg(QLocale().toString(*node.phi, 'f', 1))
                     .arg(QLocale().toString(node.phiThreshold, 'f', 0));
    return parts.join(QStringLiteral(", "));
}

QString stateWords(const NodeRow& node)
{
    if (node.liveness == Liveness::Down)
        return NodeTr::tr("down");
    if (node.liveness == Liveness::Unknown)
        return NodeTr::tr("unknown");
    switch (node.mode) {
    case NodeMode::Joining:
        return NodeTr::tr("joining");
    case NodeMode::Leaving:
        return NodeTr::tr("leaving");
    case NodeMode::Moving:
        return NodeTr::tr("moving");
    case NodeMode::Normal:
        break;
    }
    return NodeTr::tr("up, normal");
}

NodeTableModel::NodeTableModel(QObject* parent) : QAbstractTableModel(parent) {}

void NodeTableModel::setNodes(const std::vector<NodeRow>& nodes)
{
    if (nodes.size() != m_nodes.size()) {
        beginResetModel();
        m_nodes = nodes;
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (nodes[i] == m_nodes[i])
            continue;
        m_nodes[i] = nodes[i];
        ++m_rowsChanged;
        const int row = static_cast<int>(i);
        emit dataChanged(index(row, 0), index(row, ColumnCount - 1));
    }
}

int NodeTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_nodes.size());
}

int NodeTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString NodeTableModel::text(const NodeRow& node, int column) const
{
    const QString none = QStringLiteral("–");
    switch (column) {
    case Node:
        return node.name;
    case State:
        return node.stateCode();
    case Address:
        return node.address;
    case Datacenter:
        return node.datacenter;
    case Rack:
        return node.rack;
    case Load:
        return node.loadBytes ? formatBytes(*node.loadBytes) : none;
    case Owns:
        return node.owns ? QLocale().toString(*node.owns * 100, 'f', 1) + u'%' : none;
    case Tokens:
        return QString::number(node.tokenCount);
    case Memory:
        return node.memoryBytes ? formatBytes(*node.memoryBytes) : none;
    case Uptime:
        return node.uptime ? formatSpan(std::chrono::milliseconds(*node.uptime)) : none;
    case Process:
        switch (node.process) {
        case ProcessState::Running:
            return node.pid ? tr("pid %1").arg(node.pid) : tr("running");
        case ProcessState::Paused:
            return tr("paused, pid %1").arg(node.pid);
        case ProcessState::Stopped:
            return tr("stopped");
        case ProcessState::Unknown:
            return none;
        }
        return none;
    case HostId:
        return node.hostId;
    default:
        return {};
    }
}

QVariant NodeTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const NodeRow& node = m_nodes[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(node, index.column());
    case Qt::ToolTipRole: {
        const QString remark = nodeRemark(node);
        if (index.column() == State)
            return remark.isEmpty() ? stateWords(node)
                                    : stateWords(node) + QStringLiteral(": ") + remark;
        return text(node, index.column());
    }
    case Qt::AccessibleTextRole:
        if (index.column() == State)
            return QStringList{stateWords(node), nodeRemark(node)}.join(u' ').trimmed();
        return text(node, index.column());
    case Qt::TextAlignmentRole:
        switch (index.column()) {
        case Load:
        case Owns:
        case Tokens:
        case Memory:
        case Uptime:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
        default:
            return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
        }
    case NumberRole:
        return node.number;
    case StateCodeRole:
        return node.stateCode();
    case RemarkRole:
        return nodeRemark(node);
    case SortRole:
        switch (index.column()) {
        case Node:
            return node.number;
        case Load:
            return node.loadBytes.value_or(-1);
        case Owns:
            return node.owns.value_or(-1);
        case Tokens:
            return node.tokenCount;
        case Memory:
            return node.memoryBytes.value_or(-1);
        case Uptime:
            return node.uptime ? qint64(node.uptime->count()) : qint64(-1);
        default:
            return text(node, index.column());
        }
    default:
        return {};
    }
}

QVariant NodeTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Node:
        return tr("Node");
    case State:
        return tr("State");
    case Address:
        return tr("Address");
    case Datacenter:
        return tr("Data centre");
    case Rack:
        return tr("Rack");
    case Load:
        return tr("Load");
    case Owns:
        return tr("Owns");
    case Tokens:
        return tr("Tokens");
    case Memory:
        return tr("Memory");
    case Uptime:
        return tr("Uptime");
    case Process:
        return tr("Process");
    case HostId:
        return tr("Host ID");
    default:
        return {};
    }
}

} // namespace studio
