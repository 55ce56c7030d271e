#include "widgets/explorer/clusters_panel.h"

#include "widgets/explorer/cluster_tree_model.h"
#include "widgets/explorer/tree_delegate.h"
#include "widgets/studio/session.h"
#include "widgets/theme/paint.h"
#include "widgets/theme/theme.h"

#include <QMenu>
#include <QTreeView>
#include <QVBoxLayout>

namespace views {

using studio::ClusterKind;
using studio::ClusterPhase;

ClustersPanel::ClustersPanel(const theme::Theme& theme, studio::ClusterCatalog& catalog,
                             studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_catalog(catalog),
      m_session(session),
      m_model(new ClusterTreeModel(this)),
      m_tree(new QTreeView(this))
{
    m_tree->setModel(m_model);
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(15);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setAccessibleName(tr("Clusters"));
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    const auto look = [this](const QModelIndex& index) {
        const auto& t = m_theme.tokens();
        TreeDelegate::Look result;
        result.detail = index.data(ClusterTreeModel::DetailRole).toString();
        if (const auto* node = m_model->node(index)) {
            result.dotNumber = node->number;
            result.dotDown = !node->isUp();
            result.badge = node->stateCode();
            result.badgeColor = theme::stateColor(t, node->stateCode());
        } else if (const auto* entry = m_model->entry(index)) {
            const bool remote = entry->kind == ClusterKind::Remote;
            result.icon = entry->production                       ? QStringLiteral("shield")
                          : remote                                ? QStringLiteral("cloud")
                          : entry->kind == ClusterKind::Simulated ? QStringLiteral("timer")
                                                                  : QStringLiteral("box");
            result.iconColor = entry->production                       ? t.production
                               : remote                                ? t.remote
                               : entry->kind == ClusterKind::Simulated ? t.simulated
                                                                       : t.bundled;
            result.bold = m_session.source() && m_session.source()->entry().id == entry->id;
            if (entry->phase == ClusterPhase::Running)
                result.detailColor = entry->upCount == entry->nodeCount ? t.success : t.warning;
        } else {
            result.icon = QStringLiteral("folder");
        }
        return result;
    };
    m_tree->setItemDelegate(new TreeDelegate(theme, look, m_tree));
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex& index) {
        const int level = index.data(ClusterTreeModel::LevelRole).toInt();
        if (level == 1)
            m_catalog.open(index.data(ClusterTreeModel::ClusterIdRole).toString());
        else if (level == 0)
            m_tree->setExpanded(index, !m_tree->isExpanded(index));
    });
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                const int node = index.data(ClusterTreeModel::NodeRole).toInt();
                if (index.isValid() && node >= 0)
                    m_session.selectNode(node);
            });
    connect(m_tree, &QWidget::customContextMenuRequested, this, &ClustersPanel::showMenu);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tree);
    setFocusProxy(m_tree);

    connect(&catalog, &studio::ClusterCatalog::entriesChanged, this, &ClustersPanel::reload);
    connect(&session, &studio::Session::sourceChanged, this, &ClustersPanel::attach);
    attach();
}

void ClustersPanel::attach()
{
    if (auto* source = m_session.source()) {
        connect(source, &studio::ClusterSource::topologyChanged, this, &ClustersPanel::reload,
                Qt::UniqueConnection);
        connect(source, &studio::ClusterSource::entryChanged, this, &ClustersPanel::reload,
                Qt::UniqueConnection);
    }
    reload();
}

void ClustersPanel::reload()
{
    const auto* source = m_session.source();
    const int before = m_model->rowCount();
    const QString openId = source ? source->entry().id : QString();
    QList<studio::ClusterEntry> entries = m_catalog.entries();
    // The open cluster knows more of itself than the list does.
    for (studio::ClusterEntry& entry : entries)
        if (source && entry.id == openId)
            entry = source->entry();
    m_model->set(entries, openId,
                 source ? source->topology().nodes : std::vector<studio::NodeRow>());
    if (before != m_model->rowCount() || !m_tree->isExpanded(m_model->index(0, 0)))
        m_tree->expandToDepth(0);
    if (const QModelIndex open = m_model->indexOfCluster(openId); open.isValid())
        m_tree->expand(open);
}

void ClustersPanel::showMenu(const QPoint& at)
{
    const QModelIndex index = m_tree->indexAt(at);
    const auto* entry = m_model->entry(index);
    if (!entry)
        return;
    QMenu menu(this);
    const QString id = entry->id;
    menu.addAction(tr("Open"), this, [this, id] { m_catalog.open(id); });
    if (entry->kind == ClusterKind::Bundled)
        menu.addAction(m_theme.icon(QStringLiteral("stop")), tr("Stop cluster"), this,
                       [this, id] { m_catalog.stop(id); })
            ->setEnabled(entry->phase == ClusterPhase::Running);
    menu.exec(m_tree->viewport()->mapToGlobal(at));
}

} // namespace views
