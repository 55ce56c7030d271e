#include "widgets/operations/node_actions.h"

#include "widgets/studio/action_registry.h"
#include "widgets/studio/session.h"
#include "widgets/theme/small_widgets.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTime>
#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

namespace views {

using studio::NodeAction;

NodeActions::NodeActions(studio::ActionRegistry& actions, studio::Session& session,
                         QWidget* dialogParent)
    : QObject(dialogParent), m_session(session), m_dialogParent(dialogParent)
{
    m_process = {
        add(actions, "node.start", tr("&Start"), "power", tr("Start the node's process"),
            NodeAction::Start),
        add(actions, "node.stop", tr("S&top"), "stop", tr("Drain the node and end its process"),
            NodeAction::Stop),
        add(actions, "node.kill", tr("&Kill -9"), "skull",
            tr("End the process at once, as a crash would"), NodeAction::Kill),
        add(actions, "node.pause", tr("&Pause"), "pause",
            tr("Freeze the process: its sockets stay open and nothing answers"), NodeAction::Pause),
        add(actions, "node.resume", tr("Res&ume"), "play", tr("Let a frozen process go on"),
            NodeAction::Resume),
    };
    m_maintenance = {
        add(actions, "node.flush", tr("&Flush"), "flush",
            tr("Write the memtables to SSTables (nodetool flush)"), NodeAction::Flush),
        add(actions, "node.compact", tr("&Compact"), "compact",
            tr("Merge the SSTables of all tables (nodetool compact)"), NodeAction::Compact),
        add(actions, "node.snapshot", tr("S&napshot…"), "camera",
            tr("Keep the SSTables of this moment (nodetool snapshot)"), NodeAction::Snapshot),
        add(actions, "node.repair", tr("&Repair…"), "repair",
            tr("Compare the replicas and exchange what differs (nodetool repair)"),
            NodeAction::Repair),
    };
    connect(&session, &studio::Session::sourceChanged, this, &NodeActions::attach);
    connect(&session, &studio::Session::nodeSelected, this, &NodeActions::refresh);
    attach();
}

QAction* NodeActions::add(studio::ActionRegistry& actions, const char* id, const QString& text,
                          const char* icon, const QString& tip, NodeAction action)
{
    QAction* control = actions.add(QString::fromLatin1(id))
                           .text(text)
                           .icon(QString::fromLatin1(icon))
                           .tip(tip)
                           .onTriggered(this, [this, action] { trigger(action); })
                           .action();
    m_entries.append({action, control, tip});
    return control;
}

void NodeActions::attach()
{
    if (auto* source = m_session.source()) {
        connect(source, &studio::ClusterSource::topologyChanged, this, &NodeActions::refresh,
                Qt::UniqueConnection);
        connect(source, &studio::ClusterSource::entryChanged, this, &NodeActions::refresh,
                Qt::UniqueConnection);
    }
    refresh();
}

void NodeActions::refresh()
{
    const auto* source = m_session.source();
    const int node = m_session.selectedNode();
    for (const Entry& entry : m_entries) {
        studio::Ability ability{false, tr("Open a cluster first")};
        if (source)
            ability = node < 0 ? studio::Ability{false, tr("Select a node first")}
                               : source->ability(entry.action, node);
        entry.control->setEnabled(ability.possible);
        entry.control->setToolTip(ability.possible ? entry.tip : ability.reason);
    }
}

void NodeActions::trigger(NodeAction action)
{
    auto* source = m_session.source();
    if (!source || m_session.selectedNode() < 0)
        return;
    studio::NodeActionRequest request;
    request.action = action;
    request.node = m_session.selectedNode();
    if (action == NodeAction::Snapshot && !askSnapshot(request))
        return;
    if (action == NodeAction::Repair && !askRepair(request))
        return;
    // The dialogs above run an event loop: the cluster may have been closed or changed meanwhile.
    if (m_session.source() != source)
        return;
    if (const auto able = source->ability(action, request.node))
        source->perform(request);
    else
        QMessageBox::information(m_dialogParent, tr("Not possible now"), able.reason);
}

QStringList NodeActions::userKeyspaces() const
{
    QStringList names;
    if (const auto* source = m_session.source())
        for (const auto& keyspace : source->schema()->keyspaces)
            if (!keyspace.isSystem)
                names += keyspace.name;
    return names;
}

namespace {

/// A dialog of one form whose button carries the verb.
class OperationDialog : public QDialog {
public:
    OperationDialog(const QString& title, const QString& text, const QString& verb, QWidget* parent)
        : QDialog(parent), form(new QFormLayout)
    {
        setWindowTitle(title);
        setMinimumWidth(420);
        auto* layout = new QVBoxLayout(this);
        layout->setContentsMargins(theme::kSpace5, theme::kSpace5, theme::kSpace5, theme::kSpace4);
        layout->setSpacing(theme::kSpace3);
        layout->addWidget(theme::makeLabel(title, theme::Type::Heading));
        auto* body = theme::makeLabel(text, theme::Type::Body, "2");
        body->setWordWrap(true);
        layout->addWidget(body);
        form->setHorizontalSpacing(theme::kSpace4);
        form->setVerticalSpacing(theme::kSpace2);
        layout->addLayout(form);
        auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
        auto* go = buttons->addButton(verb, QDialogButtonBox::AcceptRole);
        go->setProperty("primary", true);
        connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
        connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
        layout->addStretch(1);
        layout->addWidget(buttons);
        // Only now does the button know its dialog; said earlier, Enter would press Cancel.
        go->setDefault(true);
        buttons->button(QDialogButtonBox::Cancel)->setAutoDefault(false);
    }
    QFormLayout* form;
};

QComboBox* makeKeyspaceBox(const QStringList& names)
{
    auto* box = new QComboBox;
    box->addItem(NodeActions::tr("all"), QString());
    for (const QString& name : names)
        box->addItem(name, name);
    return box;
}

} // namespace

bool NodeActions::askSnapshot(studio::NodeActionRequest& request)
{
    const auto& node = m_session.source()->topology().nodes[static_cast<std::size_t>(request.node)];
    OperationDialog dialog(
        tr("Snapshot on %1").arg(node.name),
        tr("The memtables are flushed and the SSTables are linked, not copied: it "
           "costs no space until compaction replaces them."),
        tr("Take snapshot"), m_dialogParent);
    auto* name =
        new QLineEdit(QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss")));
    auto* keyspace = makeKeyspaceBox(userKeyspaces());
    dialog.form->addRow(tr("&Name"), name);
    dialog.form->addRow(tr("&Keyspace"), keyspace);
    name->setFocus();
    name->selectAll();
    if (dialog.exec() != QDialog::Accepted)
        return false;
    request.name = name->text().trimmed();
    request.keyspace = keyspace->currentData().toString();
    return !request.name.isEmpty();
}

bool NodeActions::askRepair(studio::NodeActionRequest& request)
{
    const auto& node = m_session.source()->topology().nodes[static_cast<std::size_t>(request.node)];
    OperationDialog dialog(
        tr("Repair from %1").arg(node.name),
        tr("The replicas of every range that %1 holds compare Merkle trees of what no repair "
           "has seen yet, exchange the rows that differ and mark all of it as repaired. It can "
           "be cancelled in Tasks.")
            .arg(node.name),
        tr("Start repair"), m_dialogParent);
    auto* keyspace = makeKeyspaceBox(userKeyspaces());
    auto* full = new QCheckBox(tr("&Full: compare repaired data too"));
    full->setObjectName(QStringLiteral("fullRepair"));
    full->setToolTip(tr("For a replica that has lost data, or after a change of the keyspace's "
                        "replication (nodetool repair --full)"));
    dialog.form->addRow(tr("&Keyspace"), keyspace);
    dialog.form->addRow(QString(), full);
    if (dialog.exec() != QDialog::Accepted)
        return false;
    request.keyspace = keyspace->currentData().toString();
    request.fullRepair = full->isChecked();
    return true;
}

} // namespace views
