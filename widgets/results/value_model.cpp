#include "widgets/results/value_model.h"

#include "engine/cql/type_elements.h"
#include "widgets/results/result_model.h"

namespace views {

using engine::ByteView;
using engine::cql::TypeKind;
using engine::cql::TypePtr;

struct ValueModel::Node {
    QString name;
    TypePtr type;
    bool present = false;
    ByteView value; ///< views the model's bytes
    bool opened = false;
    Node* parent = nullptr;
    int row = 0;
    std::vector<std::unique_ptr<Node>> children;

    void add(const QString& childName, TypePtr childType, const std::optional<ByteView>& element)
    {
        auto child = std::make_unique<Node>();
        child->name = childName;
        child->type = std::move(childType);
        child->present = element.has_value();
        child->value = element.value_or(ByteView());
        child->parent = this;
        child->row = static_cast<int>(children.size());
        children.push_back(std::move(child));
    }
};

namespace {
bool hasParts(const TypePtr& type)
{
    switch (type->kind()) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Udt:
    case TypeKind::Tuple:
    case TypeKind::Vector:
        return true;
    default:
        return false;
    }
}
} // namespace

ValueModel::ValueModel(QObject* parent) : QAbstractItemModel(parent) {}
ValueModel::~ValueModel() = default;

void ValueModel::setValue(const QString& name, TypePtr type, bool present, ByteView value)
{
    beginResetModel();
    m_bytes.assign(value.data(), value.size());
    // The root is invisible: its only child is the value, so the value has a row of its own.
    m_root = std::make_unique<Node>();
    m_root->opened = true;
    m_root->add(name, std::move(type), present ? std::optional<ByteView>(m_bytes) : std::nullopt);
    endResetModel();
}

void ValueModel::clear()
{
    beginResetModel();
    m_root.reset();
    m_bytes.clear();
    endResetModel();
}

ValueModel::Node* ValueModel::nodeOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

void ValueModel::open(Node& node)
{
    if (node.opened)
        return;
    node.opened = true;
    if (!node.present || !hasParts(node.type))
        return;
    const auto parts = engine::cql::splitValue(*node.type, node.value);
    if (!parts)
        return; // the value column says that it is malformed
    const auto& types = node.type->parameters();
    if (node.type->kind() == TypeKind::Map) {
        for (std::size_t i = 0; i + 1 < parts->size(); i += 2) {
            const auto& key = (*parts)[i];
            node.add(key ? cellText(*types[0], *key) : QStringLiteral("null"), types[1],
                     (*parts)[i + 1]);
        }
        return;
    }
    const bool fields = node.type->kind() == TypeKind::Udt || node.type->kind() == TypeKind::Tuple;
    for (std::size_t i = 0; i < parts->size(); ++i) {
        const QString name =
            node.type->kind() == TypeKind::Udt && i < node.type->fieldNames().size()
                ? QString::fromStdString(node.type->fieldNames()[i])
                : QStringLiteral("[%1]").arg(i);
        node.add(name, types[fields ? std::min(i, types.size() - 1) : 0], (*parts)[i]);
    }
}

QModelIndex ValueModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, nodeOf(parent)->children[static_cast<std::size_t>(row)].get());
}

QModelIndex ValueModel::parent(const QModelIndex& index) const
{
    if (!index.isValid())
        return {};
    Node* above = nodeOf(index)->parent;
    return above == m_root.get() ? QModelIndex() : createIndex(above->row, 0, above);
}

int ValueModel::rowCount(const QModelIndex& parent) const
{
    Node* node = nodeOf(parent);
    if (!node || parent.column() > 0)
        return 0;
    open(*node);
    return static_cast<int>(node->children.size());
}

int ValueModel::columnCount(const QModelIndex&) const
{
    return ColumnCount;
}

bool ValueModel::hasChildren(const QModelIndex& parent) const
{
    return rowCount(parent) > 0;
}

QVariant ValueModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Node* node = nodeOf(index);
    if (role == Qt::ToolTipRole && index.column() == Value && node->present)
        return QString::fromStdString(node->type->toCqlLiteral(node->value));
    if (role == WholeTextRole) {
        if (!node->present)
            return QStringLiteral("null");
        return QString::fromStdString(hasParts(node->type) ? node->type->toJson(node->value)
                                                           : node->type->getString(node->value));
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return node->name;
    case TypeName:
        return QString::fromStdString(node->type->toString());
    default:
        break;
    }
    if (!node->present)
        return QStringLiteral("null");
    if (node->value.empty())
        return tr("empty");
    return cellText(*node->type, node->value);
}

QVariant ValueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Part");
    case Value:
        return tr("Value");
    default:
        return tr("Type");
    }
}

} // namespace views
