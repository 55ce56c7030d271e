#include "widgets/explorer/schema_panel.h"

#include "widgets/explorer/schema_tree_model.h"
#include "widgets/explorer/tree_delegate.h"
#include "widgets/studio/session.h"
#include "widgets/theme/small_widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSortFilterProxyModel>
#include <QStackedLayout>
#include <QToolButton>
#include <QTreeView>

namespace views {

using Kind = SchemaTreeModel::Kind;
using studio::KeyRole;

namespace {

TreeDelegate::Look schemaLook(const theme::Theme& theme, const QModelIndex& index)
{
    const auto& t = theme.tokens();
    TreeDelegate::Look look;
    look.detail = index.data(SchemaTreeModel::DetailRole).toString();
    const auto name = index.data().toString();
    switch (static_cast<Kind>(index.data(SchemaTreeModel::KindRole).toInt())) {
    case Kind::Keyspace:
        look.icon = QStringLiteral("database");
        break;
    case Kind::SystemKeyspace:
        look.icon = QStringLiteral("database");
        look.iconColor = t.text3;
        look.textColor = t.text3;
        break;
    case Kind::Folder:
        look.icon = name == SchemaTreeModel::tr("Tables")               ? QStringLiteral("table")
                    : name == SchemaTreeModel::tr("Materialized views") ? QStringLiteral("eye")
                    : name == SchemaTreeModel::tr("Types")              ? QStringLiteral("braces")
                    : name == SchemaTreeModel::tr("Indexes")            ? QStringLiteral("index")
                                                             : QStringLiteral("function");
        break;
    case Kind::Table:
        look.icon = QStringLiteral("table");
        break;
    case Kind::View:
        look.icon = QStringLiteral("eye");
        break;
    case Kind::Column:
        switch (static_cast<KeyRole>(index.data(SchemaTreeModel::KeyRoleRole).toInt())) {
        case KeyRole::PartitionKey:
            look.icon = QStringLiteral("key");
            look.iconColor = t.warning;
            break;
        case KeyRole::ClusteringAscending:
            look.icon = QStringLiteral("sort-up");
            look.iconColor = t.accent;
            break;
        case KeyRole::ClusteringDescending:
            look.icon = QStringLiteral("sort-down");
            look.iconColor = t.accent;
            break;
        case KeyRole::Static:
            look.icon = QStringLiteral("pin");
            look.iconColor = t.simulated;
            break;
        case KeyRole::Regular:
            look.icon = QStringLiteral("minus");
            break;
        }
        break;
    case Kind::Type:
        look.icon = QStringLiteral("braces");
        break;
    case Kind::Field:
        look.icon = QStringLiteral("minus");
        break;
    case Kind::Index:
        look.icon = QStringLiteral("index");
        break;
    case Kind::Function:
    case Kind::Aggregate:
        look.icon = QStringLiteral("function");
        break;
    case Kind::Roles:
    case Kind::Role:
        look.icon = QStringLiteral("users");
        break;
    }
    return look;
}

} // namespace

SchemaPanel::SchemaPanel(const theme::Theme& theme, studio::Session& session, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_session(session),
      m_model(new SchemaTreeModel(this)),
      m_proxy(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit),
      m_tree(new QTreeView),
      m_stack(new QStackedLayout)
{
    setProperty("surface", "panel");
    setAttribute(Qt::WA_StyledBackground);
    m_proxy->setSourceModel(m_model);
    m_proxy->setRecursiveFilteringEnabled(true);
    m_proxy->setAutoAcceptChildRows(true);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);

    m_filter->setPlaceholderText(tr("Filter schema (Ctrl+E)"));
    m_filter->setAccessibleName(tr("Filter schema"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(theme.icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    connect(m_filter, &QLineEdit::textChanged, this, &SchemaPanel::applyFilter);
    auto* refresh =
        theme::makeFlatButton(theme, QStringLiteral("refresh"), tr("Read schema again"));
    connect(refresh, &QToolButton::clicked, this, [this] {
        if (m_session.source())
            m_session.source()->refreshSchema();
    });

    m_tree->setModel(m_proxy);
    m_tree->setHeaderHidden(true);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(15);
    m_tree->setAccessibleName(tr("Schema"));
    m_tree->setDragEnabled(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->setItemDelegate(new TreeDelegate(
        theme, [this](const QModelIndex& i) { return schemaLook(m_theme, i); }, m_tree));
    connect(m_tree, &QTreeView::activated, this, &SchemaPanel::activate);
    connect(m_tree, &QWidget::customContextMenuRequested, this, &SchemaPanel::showMenu);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) {
                const QString table = index.data(SchemaTreeModel::TableRole).toString();
                if (!table.isEmpty())
                    m_session.selectTable(
                        {index.data(SchemaTreeModel::KeyspaceRole).toString(), table});
            });
    const auto remember = [this](const QModelIndex& index, bool open) {
        if (m_restoring || !m_filter->text().isEmpty())
            return;
        const QString path = index.data(SchemaTreeModel::PathRole).toString();
        if (open)
            m_expanded.insert(path);
        else
            m_expanded.remove(path);
    };
    connect(m_tree, &QTreeView::expanded, this, [remember](const auto& i) { remember(i, true); });
    connect(m_tree, &QTreeView::collapsed, this, [remember](const auto& i) { remember(i, false); });

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(theme::kSpace2, theme::kSpace2, theme::kSpace1, theme::kSpace1);
    bar->setSpacing(theme::kSpace1);
    bar->addWidget(m_filter, 1);
    bar->addWidget(refresh);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addLayout(m_stack, 1);
    m_stack->addWidget(m_tree);
    auto* empty =
        theme::makeLabel(tr("Open a cluster to see its keyspaces."), theme::Type::Body, "2");
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    empty->setMargin(theme::kSpace4);
    m_stack->addWidget(empty);
    setFocusProxy(m_tree);

    connect(&session, &studio::Session::sourceChanged, this, &SchemaPanel::attach);
    attach();
}

void SchemaPanel::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void SchemaPanel::attach()
{
    if (auto* source = m_session.source())
        connect(source, &studio::ClusterSource::schemaChanged, this, &SchemaPanel::reload,
                Qt::UniqueConnection);
    m_expanded.clear();
    reload();
}

void SchemaPanel::reload()
{
    auto* source = m_session.source();
    m_stack->setCurrentIndex(source ? 0 : 1);
    const studio::SchemaPtr schema = source ? source->schema() : nullptr;
    if (m_expanded.isEmpty() && schema) {
        // A first look: the user's keyspaces with their tables.
        for (const studio::KeyspaceInfo& keyspace : schema->keyspaces) {
            if (keyspace.isSystem)
                continue;
            m_expanded.insert(u'/' + keyspace.name);
            m_expanded.insert(u'/' + keyspace.name + u'/' + SchemaTreeModel::tr("Tables"));
        }
    }
    const QString current = m_tree->currentIndex().data(SchemaTreeModel::PathRole).toString();
    m_model->setSchema(schema);
    restoreExpanded();
    if (!current.isEmpty()) {
        const auto found = m_proxy->match(m_proxy->index(0, 0), SchemaTreeModel::PathRole, current,
                                          1, Qt::MatchExactly | Qt::MatchRecursive);
        if (!found.isEmpty())
            m_tree->setCurrentIndex(found.first());
    }
}

void SchemaPanel::restoreExpanded()
{
    m_restoring = true;
    const std::function<void(const QModelIndex&)> visit = [&](const QModelIndex& parent) {
        for (int row = 0; row < m_proxy->rowCount(parent); ++row) {
            const QModelIndex index = m_proxy->index(row, 0, parent);
            if (!m_expanded.contains(index.data(SchemaTreeModel::PathRole).toString()))
                continue;
            m_tree->expand(index);
            visit(index);
        }
    };
    visit({});
    m_restoring = false;
}

void SchemaPanel::applyFilter(const QString& text)
{
    m_proxy->setFilterFixedString(text.trimmed());
    m_restoring = true;
    if (text.trimmed().isEmpty()) {
        m_tree->collapseAll();
        m_restoring = false;
        restoreExpanded();
        return;
    }
    m_tree->expandToDepth(2);
    m_restoring = false;
}

void SchemaPanel::activate(const QModelIndex& index)
{
    const auto kind = static_cast<Kind>(index.data(SchemaTreeModel::KindRole).toInt());
    if (kind == Kind::Table || kind == Kind::View) {
        emit m_session.openTableRequested({index.data(SchemaTreeModel::KeyspaceRole).toString(),
                                           index.data(SchemaTreeModel::TableRole).toString()});
    } else if (m_proxy->hasChildren(index)) {
        m_tree->setExpanded(index, !m_tree->isExpanded(index));
    } else {
        emit m_session.insertTextRequested(index.data(SchemaTreeModel::NameRole).toString());
    }
}

void SchemaPanel::showMenu(const QPoint& at)
{
    const QModelIndex index = m_tree->indexAt(at);
    if (!index.isValid())
        return;
    const QString name = index.data(SchemaTreeModel::NameRole).toString();
    const QString keyspace = index.data(SchemaTreeModel::KeyspaceRole).toString();
    const QString table = index.data(SchemaTreeModel::TableRole).toString();
    const auto kind = static_cast<Kind>(index.data(SchemaTreeModel::KindRole).toInt());
    QMenu menu(this);
    if (kind == Kind::Table || kind == Kind::View) {
        menu.addAction(tr("Open data"), this, [this, index] { activate(index); });
        menu.addAction(m_theme.icon(QStringLiteral("ring")), tr("Show on ring"), this,
                       [this, keyspace, table] {
                           emit m_session.showKeyOnRingRequested({keyspace, table, {}});
                       });
        menu.addSeparator();
    }
    menu.addAction(tr("Insert name"), this,
                   [this, name] { emit m_session.insertTextRequested(name); });
    menu.addAction(m_theme.icon(QStringLiteral("copy")), tr("Copy name"), this,
                   [name] { QApplication::clipboard()->setText(name); });
    menu.exec(m_tree->viewport()->mapToGlobal(at));
}

} // namespace views
