#include "widgets/results/result_model.h"

#include <algorithm>

namespace views {

using engine::ByteView;
using engine::cql::TypeKind;

namespace {
// Longer texts are cut in the grid; the value pane and exports have all of it.
constexpr std::size_t kCellBytesMax = 300;

bool isStructure(TypeKind kind)
{
    return kind == TypeKind::List || kind == TypeKind::Set || kind == TypeKind::Map ||
           kind == TypeKind::Udt || kind == TypeKind::Tuple || kind == TypeKind::Vector;
}
} // namespace

QString cellText(const engine::cql::Type& type, ByteView value)
{
    std::string text;
    if (isStructure(type.kind()))
        text = type.toCqlLiteral(value);
    else if (value.size() > kCellBytesMax && type.kind() == TypeKind::Text)
        text = std::string(value.substr(0, kCellBytesMax));
    else
        text = type.getString(value);
    const bool cut = text.size() > kCellBytesMax;
    if (cut)
        text.resize(kCellBytesMax);
    QString shown = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
    // A line break would hide the rest of the cell.
    shown.replace(u'\n', u'↵');
    if (cut || (value.size() > kCellBytesMax && type.kind() == TypeKind::Text))
        shown += u'…';
    return shown;
}

ResultModel::ResultModel(QObject* parent, qint64 memoryMax)
    : QAbstractTableModel(parent), m_pages(memoryMax)
{
}

void ResultModel::clear()
{
    beginResetModel();
    m_columns.reset();
    m_pages.clear();
    m_last.reset();
    m_pageEnds.clear();
    m_bytes = 0;
    m_more = false;
    m_asked = false;
    endResetModel();
}

void ResultModel::addPage(const studio::ResultPagePtr& page)
{
    if (!m_columns || m_pages.count() == 0) {
        beginResetModel();
        m_columns = page->columns();
        m_pages.add(page);
        m_pageEnds = {page->rowCount()};
        m_bytes = page->byteSize();
        m_asked = false;
        endResetModel();
        return;
    }
    m_asked = false;
    if (page->rowCount() == 0)
        return;
    const int first = m_pageEnds.back();
    beginInsertRows({}, first, first + page->rowCount() - 1);
    m_pages.add(page);
    m_pageEnds.push_back(first + page->rowCount());
    m_bytes += page->byteSize();
    endInsertRows();
}

void ResultModel::setMore(bool more)
{
    m_more = more;
    m_asked = false;
}

bool ResultModel::cell(int row, int column, ByteView& value) const
{
    const auto page = std::upper_bound(m_pageEnds.begin(), m_pageEnds.end(), row);
    const auto at = static_cast<std::size_t>(page - m_pageEnds.begin());
    const int before = at == 0 ? 0 : m_pageEnds[at - 1];
    ++m_decoded;
    m_last = m_pages.page(static_cast<int>(at));
    return m_last && m_last->cell(row - before, column, value);
}

int ResultModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || m_pageEnds.empty() ? 0 : m_pageEnds.back();
}

int ResultModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_columns ? 0 : static_cast<int>(m_columns->size());
}

CellKind ResultModel::kindOf(int column, bool present, ByteView value) const
{
    if (!present)
        return CellKind::Null;
    if (value.empty())
        return CellKind::Empty;
    const TypeKind kind = (*m_columns)[static_cast<std::size_t>(column)].type->kind();
    if (isStructure(kind))
        return CellKind::Structure;
    switch (kind) {
    case TypeKind::Boolean:
        return value[0] ? CellKind::True : CellKind::False;
    case TypeKind::Bigint:
    case TypeKind::Counter:
    case TypeKind::Decimal:
    case TypeKind::Double:
    case TypeKind::Float:
    case TypeKind::Int:
    case TypeKind::Varint:
    case TypeKind::Smallint:
    case TypeKind::Tinyint:
        return CellKind::Number;
    case TypeKind::Text:
    case TypeKind::Ascii:
        return CellKind::Text;
    case TypeKind::Date:
    case TypeKind::Time:
    case TypeKind::Timestamp:
    case TypeKind::Duration:
        return CellKind::Moment;
    default:
        return CellKind::Other;
    }
}

QVariant ResultModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto& type = (*m_columns)[static_cast<std::size_t>(index.column())].type;
    if (role == Qt::TextAlignmentRole) {
        const bool number = kindOf(index.column(), true, ByteView("x")) == CellKind::Number;
        return QVariant::fromValue(
            Qt::Alignment(Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft)));
    }
    if (role == TypeRole)
        return QString::fromStdString(type->toString());
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole && role != KindRole &&
        role != LiteralRole && role != JsonRole)
        return {};
    ByteView value;
    const bool present = cell(index.row(), index.column(), value);
    switch (role) {
    case KindRole:
        return static_cast<int>(kindOf(index.column(), present, value));
    case LiteralRole:
        return present ? QString::fromStdString(type->toCqlLiteral(value)) : QStringLiteral("null");
    case JsonRole:
        return present ? QString::fromStdString(type->toJson(value)) : QStringLiteral("null");
    case Qt::AccessibleTextRole:
        if (!present)
            return m_last ? tr("null") : tr("not readable");
        [[fallthrough]];
    default:
        if (!present)
            return m_last ? QStringLiteral("null") : tr("not readable");
        if (value.empty())
            return tr("empty");
        return cellText(*type, value);
    }
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    if (!m_columns || section >= static_cast<int>(m_columns->size()))
        return {};
    const studio::ResultColumn& column = (*m_columns)[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return column.name;
    if (role == Qt::ToolTipRole)
        return tr("%1 of %2.%3: %4")
            .arg(column.name, column.keyspace, column.table,
                 QString::fromStdString(column.type->toString()));
    return {};
}

bool ResultModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_more && !m_asked;
}

void ResultModel::fetchMore(const QModelIndex& parent)
{
    if (!canFetchMore(parent))
        return;
    m_asked = true;
    emit moreWanted();
}

} // namespace views
