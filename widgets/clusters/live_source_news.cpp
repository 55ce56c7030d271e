// What a LiveSource tells of its cluster beside the values: events, and the roles, which the driver
// does not read.
#include "engine/cql/type.h"
#include "engine/protocol/responses.h"
#include "widgets/clusters/live_page.h"
#include "widgets/clusters/live_source.h"
#include "widgets/studio/text.h"

#include <set>

namespace clusters {

using namespace studio;

namespace {

/// "keyspace.table" of every table and view, and "keyspace" of every keyspace.
std::set<QString> namesOf(const SchemaSnapshot& schema)
{
    std::set<QString> names;
    for (const KeyspaceInfo& keyspace : schema.keyspaces) {
        names.insert(keyspace.name);
        for (const TableInfo& table : keyspace.tables)
            names.insert(keyspace.name + u'.' + table.name);
        for (const TableInfo& view : keyspace.views)
            names.insert(keyspace.name + u'.' + view.name);
    }
    return names;
}

std::vector<RoleInfo> rolesOf(const engine::client::ResultPagePtr& answer)
{
    const LivePage page(answer, nullptr);
    std::vector<RoleInfo> roles;
    for (int row = 0; row < page.rowCount(); ++row) {
        engine::ByteView value;
        const auto isSet = [&](int column) {
            return page.cell(row, column, value) && !value.empty() && value[0] != 0;
        };
        RoleInfo role;
        if (page.cell(row, 0, value))
            role.name = QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
        role.superuser = isSet(1);
        role.canLogin = isSet(2);
        roles.push_back(std::move(role));
    }
    std::sort(roles.begin(), roles.end(),
              [](const RoleInfo& a, const RoleInfo& b) { return a.name < b.name; });
    return roles;
}

} // namespace

void LiveSource::announceChanges(const ClusterTopology& before)
{
    const auto tell = [this](const NodeRow& node, const QString& kind, const QString& what) {
        emit eventArrived({QDateTime::currentDateTime(), node.name, kind, what});
    };
    const auto find = [](const ClusterTopology& topology, const NodeRow& node) {
        return std::find_if(topology.nodes.begin(), topology.nodes.end(),
                            [&](const NodeRow& n) { return n.address == node.address; });
    };
    for (const auto& node : before.nodes)
        if (find(m_topology, node) == m_topology.nodes.end())
            tell(node, tr("topology"), tr("%1 has left the ring").arg(node.name));
    for (const auto& node : m_topology.nodes) {
        const auto old = find(before, node);
        if (old == before.nodes.end()) {
            if (!before.nodes.empty())
                tell(node, tr("topology"), tr("%1 has joined the ring").arg(node.name));
            continue;
        }
        if (old->liveness != node.liveness && node.liveness == Liveness::Down)
            tell(node, tr("status"), tr("%1 is down").arg(node.name));
        if (old->liveness != node.liveness && node.liveness == Liveness::Up)
            tell(node, tr("status"), tr("%1 is up").arg(node.name));
        if (old->mode != node.mode)
            tell(node, tr("topology"), tr("%1 is %2 now").arg(node.name, node.stateCode()));
        if (old->process != node.process && node.process == studio::ProcessState::Stopped)
            tell(node, tr("process"), tr("the process of %1 has ended").arg(node.name));
        if (old->process != node.process && node.process == studio::ProcessState::Paused)
            tell(node, tr("process"), tr("the process of %1 is paused").arg(node.name));
        if (old->process == studio::ProcessState::Stopped &&
            node.process == studio::ProcessState::Running)
            tell(node, tr("process"),
                 tr("the process of %1 runs, pid %2").arg(node.name).arg(node.pid));
        if (!old->socketClosed && node.socketClosed)
            tell(node, tr("status"), tr("peers lost their connections to %1").arg(node.name));
    }
}

void LiveSource::announceSchema(const SchemaSnapshot& before)
{
    if (before.version == m_schema->version)
        return;
    const auto old = namesOf(before);
    const auto now = namesOf(*m_schema);
    QStringList parts;
    for (const QString& name : now)
        if (!old.contains(name))
            parts += tr("%1 was created").arg(name);
    for (const QString& name : old)
        if (!now.contains(name))
            parts += tr("%1 was dropped").arg(name);
    if (parts.isEmpty())
        parts += tr("definitions were changed");
    emit eventArrived(
        {QDateTime::currentDateTime(),
         {},
         tr("schema"),
         tr("%1; version %2").arg(parts.join(QLatin1String(", ")), m_schema->version)});
}

void LiveSource::announceConnection(ClusterPhase phase)
{
    QString what;
    if (phase == ClusterPhase::Running)
        what = tr("connected: %1").arg(m_protocolText);
    else if (phase == ClusterPhase::Unreachable)
        what = tr("the connection is lost: %1").arg(m_connectionProblem);
    if (!what.isEmpty())
        emit eventArrived({QDateTime::currentDateTime(), {}, tr("connection"), what});
}

void LiveSource::readRoles()
{
    engine::client::RequestOptions options;
    options.consistency = engine::protocol::Consistency::LocalOne;
    options.idempotent = true;
    auto done = m_context.bridge.callback(
        this, [this](const engine::Result<engine::client::ResultPagePtr>& answer) {
            if (!answer)
                onRoles({}, text(answer.error().detail()));
            else
                onRoles(rolesOf(*answer), {});
        });
    (void)m_session->execute("SELECT role, is_superuser, can_login FROM system_auth.roles", {},
                             std::move(options), std::move(done));
}

void LiveSource::onRoles(std::vector<RoleInfo> roles, const QString& problem)
{
    if (roles == m_roles && problem == m_rolesProblem)
        return;
    m_roles = std::move(roles);
    m_rolesProblem = problem;
    auto next = std::make_shared<SchemaSnapshot>(*m_schema);
    next->revision = ++m_revision;
    next->roles = m_roles;
    next->rolesProblem = m_rolesProblem;
    m_schema = next;
    emit schemaChanged();
}

} // namespace clusters
