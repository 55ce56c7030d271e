#include "widgets/explorer/schema_tree_model.h"

#include <QMimeData>
#include <QRegularExpression>

namespace views {

using studio::KeyRole;

struct SchemaTreeModel::Node {
    Kind kind = Kind::Folder;
    QString name;
    QString detail;
    QString keyspace;
    QString table;
    QString path;
    QString tip;
    KeyRole keyRole = KeyRole::Regular;
    Node* parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;

    Node& add(Kind childKind, const QString& childName, const QString& childDetail = {})
    {
        auto child = std::make_unique<Node>();
        child->kind = childKind;
        child->name = childName;
        child->detail = childDetail;
        child->keyspace = keyspace;
        child->table = table;
        child->path = path + u'/' + childName;
        child->parent = this;
        child->row = static_cast<int>(children.size());
        children.push_back(std::move(child));
        return *children.back();
    }
};

SchemaTreeModel::SchemaTreeModel(QObject* parent)
    : QAbstractItemModel(parent), m_root(std::make_unique<Node>())
{
}

SchemaTreeModel::~SchemaTreeModel() = default;

void SchemaTreeModel::setSchema(studio::SchemaPtr schema)
{
    beginResetModel();
    m_schema = std::move(schema);
    m_root = std::make_unique<Node>();
    if (m_schema) {
        for (const bool system : {false, true})
            for (const studio::KeyspaceInfo& keyspace : m_schema->keyspaces)
                if (keyspace.isSystem == system)
                    addKeyspace(keyspace);
        Node& roles =
            m_root->add(Kind::Roles, tr("Roles"),
                        m_schema->rolesProblem.isEmpty() ? QString::number(m_schema->roles.size())
                                                         : tr("not readable"));
        roles.tip = m_schema->rolesProblem;
        for (const studio::RoleInfo& role : m_schema->roles)
            roles.add(Kind::Role, role.name,
                      role.superuser  ? tr("superuser")
                      : role.canLogin ? tr("login")
                                      : QString());
    }
    endResetModel();
}

void SchemaTreeModel::addTable(Node& folder, const studio::TableInfo& table)
{
    Node& node = folder.add(table.isView ? Kind::View : Kind::Table, table.name,
                            table.isView ? tr("of %1").arg(table.baseTable) : QString());
    node.table = table.name;
    for (const studio::ColumnInfo& column : table.columns) {
        Node& child = node.add(Kind::Column, column.name, column.type);
        child.keyRole = column.role;
    }
}

void SchemaTreeModel::addKeyspace(const studio::KeyspaceInfo& keyspace)
{
    Node& node = m_root->add(keyspace.isSystem ? Kind::SystemKeyspace : Kind::Keyspace,
                             keyspace.name, keyspace.replication);
    node.keyspace = keyspace.name;
    const auto folder = [&node](const QString& name, std::size_t count) -> Node& {
        return node.add(Kind::Folder, name, QString::number(count));
    };
    Node& tables = folder(tr("Tables"), keyspace.tables.size());
    for (const studio::TableInfo& table : keyspace.tables)
        addTable(tables, table);
    if (keyspace.isSystem)
        return;
    Node& views = folder(tr("Materialized views"), keyspace.views.size());
    for (const studio::TableInfo& view : keyspace.views)
        addTable(views, view);
    Node& types = folder(tr("Types"), keyspace.types.size());
    for (const studio::TypeInfo& type : keyspace.types) {
        Node& child = types.add(Kind::Type, type.name);
        for (const auto& [name, text] : type.fields)
            child.add(Kind::Field, name, text);
    }
    Node& indexes = folder(tr("Indexes"), keyspace.indexes.size());
    for (const studio::IndexInfo& index : keyspace.indexes)
        indexes.add(Kind::Index, index.name, tr("%1 (%2)").arg(index.table, index.target));
    Node& functions = folder(tr("Functions"), keyspace.functions.size());
    for (const studio::FunctionInfo& function : keyspace.functions)
        functions.add(function.isAggregate ? Kind::Aggregate : Kind::Function,
                      QStringLiteral("%1(%2)").arg(
                          function.name, function.argumentTypes.join(QLatin1String(", "))),
                      function.returnType);
}

const SchemaTreeModel::Node* SchemaTreeModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<const Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex SchemaTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex SchemaTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    Node* above = nodeOf(index)->parent;
    return above == m_root.get() ? QModelIndex() : createIndex(above->row, 0, above);
}

int SchemaTreeModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int SchemaTreeModel::columnCount(const QModelIndex&) const
{
    return 1;
}

QVariant SchemaTreeModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node* node = nodeOf(index);
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return node->name;
    case KindRole:
        return static_cast<int>(node->kind);
    case DetailRole:
        return node->detail;
    case KeyspaceRole:
        return node->keyspace;
    case TableRole:
        return node->table;
    case KeyRoleRole:
        return static_cast<int>(node->keyRole);
    case PathRole:
        return node->path;
    case Qt::ToolTipRole:
        if (!node->tip.isEmpty())
            return node->tip;
        return node->detail.isEmpty() ? node->name : tr("%1: %2").arg(node->name, node->detail);
    case Qt::AccessibleTextRole: {
        QString what;
        switch (node->keyRole) {
        case KeyRole::PartitionKey:
            what = tr("partition key");
            break;
        case KeyRole::ClusteringAscending:
            what = tr("clustering, ascending");
            break;
        case KeyRole::ClusteringDescending:
            what = tr("clustering, descending");
            break;
        case KeyRole::Static:
            what = tr("static");
            break;
        case KeyRole::Regular:
            break;
        }
        return QStringList{node->name, node->detail, what}
            .filter(QRegularExpression(QStringLiteral(".")))
            .join(QLatin1String(", "));
    }
    default:
        return {};
    }
}

Qt::ItemFlags SchemaTreeModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if (index.isValid() && nodeOf(index)->kind != Kind::Folder)
        flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QStringList SchemaTreeModel::mimeTypes() const
{
    return {QStringLiteral("text/plain")};
}

QMimeData* SchemaTreeModel::mimeData(const QModelIndexList& indexes) const
{
    QStringList names;
    for (const QModelIndex& index : indexes) {
        const Node* node = nodeOf(index);
        const bool table = node->kind == Kind::Table || node->kind == Kind::View;
        names += table ? node->keyspace + u'.' + node->name : node->name;
    }
    auto* data = new QMimeData;
    data->setText(names.join(QLatin1String(", ")));
    return data;
}

} // namespace views
