#include "widgets/studio/session.h"

namespace studio {

void Session::setSource(ClusterSourcePtr source)
{
    if (source == m_source)
        return;
    // The old source stays alive until every view has let go of it.
    const ClusterSourcePtr old = std::exchange(m_source, std::move(source));
    m_node = -1;
    m_table = {};
    emit sourceChanged();
    emit nodeSelected(-1);
    emit tableSelected(m_table);
}

void Session::selectNode(int index)
{
    if (index == m_node)
        return;
    m_node = index;
    emit nodeSelected(index);
}

void Session::selectTable(const TableRef& table)
{
    if (table == m_table)
        return;
    m_table = table;
    emit tableSelected(table);
}

} // namespace studio
