#include "widgets/studio/cluster_types.h"

#include <algorithm>

namespace studio {

QString NodeRow::stateCode() const
{
    QString code;
    switch (liveness) {
    case Liveness::Up:
        code += u'U';
        break;
    case Liveness::Down:
        code += u'D';
        break;
    case Liveness::Unknown:
        code += u'?';
        break;
    }
    switch (mode) {
    case NodeMode::Normal:
        code += u'N';
        break;
    case NodeMode::Joining:
        code += u'J';
        break;
    case NodeMode::Leaving:
        code += u'L';
        break;
    case NodeMode::Moving:
        code += u'M';
        break;
    }
    return code;
}

int ClusterTopology::upCount() const noexcept
{
    return static_cast<int>(
        std::count_if(nodes.begin(), nodes.end(), [](const NodeRow& n) { return n.isUp(); }));
}

int ClusterTopology::indexOfNumber(int number) const noexcept
{
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (nodes[i].number == number)
            return static_cast<int>(i);
    return -1;
}

QStringList ClusterTopology::datacenters() const
{
    QStringList names;
    for (const NodeRow& node : nodes)
        if (!names.contains(node.datacenter))
            names += node.datacenter;
    return names;
}

int ClusterTopology::rangeOf(qint64 token) const noexcept
{
    if (ring.empty())
        return -1;
    const auto at = std::lower_bound(ring.begin(), ring.end(), token,
                                     [](const VnodeOwner& v, qint64 t) { return v.token < t; });
    return at == ring.end() ? 0 : static_cast<int>(at - ring.begin());
}

const EndpointView* GossipState::find(int observer, int subject) const noexcept
{
    for (const EndpointView& view : views)
        if (view.observer == observer && view.subject == subject)
            return &view;
    return nullptr;
}

} // namespace studio
