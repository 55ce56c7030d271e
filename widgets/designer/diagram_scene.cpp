#include "widgets/designer/diagram_scene.h"

#include "engine/modeling/document.h"
#include "engine/modeling/edit.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMimeData>
#include <QPainter>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;

namespace {

constexpr auto kClipboardType = "application/x-ringwright-model";
constexpr int kSliceMs = 10; ///< of leading lines between two events

quint32 key(ElementId id)
{
    return static_cast<quint32>(id);
}

} // namespace

DiagramScene::DiagramScene(const theme::Theme& theme, studio::DesignContext& context,
                           QObject* parent)
    : QGraphicsScene(parent), m_theme(theme), m_context(context)
{
    setItemIndexMethod(BspTreeIndex);
    connect(&m_slices, &QTimer::timeout, this, [this] { routeSlice(kSliceMs); });
    connect(&theme, &theme::Theme::changed, this, [this] { update(); });
    connect(&context, &studio::DesignContext::modelChanged, this, &DiagramScene::refresh);
    connect(&context, &studio::DesignContext::documentChanged, this, [this] { m_auto.clear(); });
    connect(&context, &studio::DesignContext::findingsChanged, this, [this] {
        if (showsFindings())
            refresh();
    });
    connect(&context, &studio::DesignContext::selectionChanged, this, [this] { showSelection(); });
    connect(this, &QGraphicsScene::selectionChanged, this, [this] { takeSelection(); });
}

DiagramScene::~DiagramScene()
{
    disconnect();
}

void DiagramScene::setPrint(bool print)
{
    m_print = print;
    update();
}

NodeItem* DiagramScene::node(ElementId id) const
{
    return m_nodes.value(key(id));
}

QList<NodeItem*> DiagramScene::nodes() const
{
    QList<NodeItem*> out = m_nodes.values();
    // Reading order, the same every time.
    std::ranges::sort(out, [](const NodeItem* a, const NodeItem* b) {
        const int rowA = static_cast<int>(a->pos().y() / 60);
        const int rowB = static_cast<int>(b->pos().y() / 60);
        if (rowA != rowB)
            return rowA < rowB;
        return std::pair(a->pos().x(), key(a->spec().id)) <
               std::pair(b->pos().x(), key(b->spec().id));
    });
    return out;
}

EdgeItem* DiagramScene::edge(ElementId id) const
{
    for (EdgeItem* each : m_edges)
        if (each->spec().id == id)
            return each;
    return nullptr;
}

void DiagramScene::setTool(Tool tool)
{
    if (m_tool == tool)
        return;
    m_tool = tool;
    m_drag = Drag::None;
    update();
    emit toolChanged();
}

void DiagramScene::refresh()
{
    m_stale = true;
    if (m_active)
        sync();
}

void DiagramScene::setActive(bool active)
{
    m_active = active;
    if (active && m_stale)
        sync();
}

// ---- selection ----------------------------------------------------------------------------------

QList<ElementId> DiagramScene::selectedIds() const
{
    QList<ElementId> ids;
    for (const QGraphicsItem* item : selectedItems()) {
        if (const auto* box = qgraphicsitem_cast<const NodeItem*>(item)) {
            if (box->spec().kind != NodeKind::Start)
                ids.append(box->spec().id);
        } else if (const auto* line = qgraphicsitem_cast<const EdgeItem*>(item)) {
            if (!ids.contains(line->spec().id))
                ids.append(line->spec().id);
        }
    }
    std::ranges::sort(ids);
    return ids;
}

void DiagramScene::lightLines()
{
    for (EdgeItem* line : std::as_const(m_edges)) {
        const EdgeSpec& spec = line->spec();
        if (spec.kind != EdgeKind::Flow && spec.kind != EdgeKind::Entry)
            continue;
        const NodeItem* from = node(spec.from);
        const NodeItem* to = node(spec.to);
        line->setLit((from && from->isSelected()) || (to && to->isSelected()));
    }
}

void DiagramScene::takeSelection()
{
    if (m_selecting)
        return;
    lightLines();
    m_selecting = true;
    m_context.select(selectedIds());
    m_selecting = false;
}

void DiagramScene::showSelection()
{
    if (m_selecting || !m_active)
        return;
    m_selecting = true;
    QSet<quint32> wanted;
    for (const ElementId id : m_context.selection()) {
        wanted.insert(key(id));
        if (const ModelTable* table = tableOfColumn(m_context.model(), id))
            wanted.insert(key(table->id));
    }
    for (auto it = m_nodes.cbegin(); it != m_nodes.cend(); ++it)
        (*it)->setSelected(wanted.contains(it.key()));
    for (EdgeItem* item : std::as_const(m_edges))
        item->setSelected(wanted.contains(key(item->spec().id)) &&
                          (item->flags() & QGraphicsItem::ItemIsSelectable));
    if (NodeItem* box = node(m_context.current()))
        m_keyboard = box;
    m_selecting = false;
    lightLines();
}

void DiagramScene::selectOne(QGraphicsItem* item, Qt::KeyboardModifiers modifiers)
{
    if (modifiers & (Qt::ControlModifier | Qt::ShiftModifier)) {
        item->setSelected(!item->isSelected());
        return;
    }
    if (item->isSelected())
        return;
    m_selecting = true;
    clearSelection();
    m_selecting = false;
    item->setSelected(true);
}

void DiagramScene::goTo(NodeItem* item, bool extend)
{
    if (!item)
        return;
    m_keyboard = item;
    if (extend)
        item->setSelected(true);
    else
        m_context.select({item->spec().id});
    if (!extend && item->spec().kind == NodeKind::Start) {
        clearSelection();
        item->setSelected(true);
    }
    item->ensureVisible(QRectF(), 40, 40);
    update();
}

NodeItem* DiagramScene::neighbour(NodeItem* from, const QPointF& direction) const
{
    if (!from)
        return nodes().value(0);
    NodeItem* best = nullptr;
    qreal least = 1e12;
    for (NodeItem* each : m_nodes) {
        if (each == from || !(each->flags() & QGraphicsItem::ItemIsSelectable))
            continue;
        const QPointF d = each->pos() - from->pos();
        const qreal ahead = d.x() * direction.x() + d.y() * direction.y();
        const qreal aside = std::abs(d.x() * direction.y()) + std::abs(d.y() * direction.x());
        if (ahead <= 4 || aside > 3 * ahead)
            continue;
        const qreal distance = ahead + 2 * aside;
        if (distance < least ||
            (distance == least && key(each->spec().id) < key(best->spec().id))) {
            least = distance;
            best = each;
        }
    }
    return best;
}

NodeItem* DiagramScene::following(NodeItem* from, int step) const
{
    const QList<NodeItem*> order = nodes();
    if (order.isEmpty())
        return nullptr;
    const qsizetype at = from ? order.indexOf(from) : (step > 0 ? -1 : order.size());
    return order.value(at + step, nullptr);
}

NodeItem* DiagramScene::findNext(const QString& words)
{
    if (words.trimmed().isEmpty())
        return nullptr;
    const QList<NodeItem*> order = nodes();
    const qsizetype from = m_keyboard ? order.indexOf(m_keyboard) : -1;
    for (qsizetype i = 1; i <= order.size(); ++i) {
        NodeItem* each = order[(from + i) % order.size()];
        bool hit = each->spec().text.contains(words.trimmed(), Qt::CaseInsensitive);
        for (const RowSpec& row : each->spec().rows)
            hit = hit || row.name.contains(words.trimmed(), Qt::CaseInsensitive);
        if (hit) {
            goTo(each, false);
            return each;
        }
    }
    return nullptr;
}

// ---- edits --------------------------------------------------------------------------------------

bool DiagramScene::create(const QString& text, const studio::ModelDocument::Edit& edit, bool rename)
{
    if (!m_context.document())
        return false;
    const auto made = ElementId{m_context.model().lastId + 1};
    if (!m_context.edit(text, edit))
        return false;
    m_context.select({made});
    if (rename)
        renameSelected();
    return true;
}

void DiagramScene::renameSelected()
{
    const ElementId id = m_context.current();
    if (const NodeItem* box = node(id)) {
        if (box->spec().kind == NodeKind::Start || box->spec().kind == NodeKind::KeyspaceCard ||
            box->spec().kind == NodeKind::Hierarchy)
            return;
        QRectF rect = box->sceneRect();
        if (box->spec().kind == NodeKind::Table || box->spec().kind == NodeKind::Type)
            rect.setHeight(kTitleHeight);
        emit renameRequested(id, rect,
                             QString::fromStdString(findNote(m_context.model(), id)
                                                        ? findNote(m_context.model(), id)->text
                                                        : box->spec().text.toStdString()));
        return;
    }
    if (const ModelTable* table = tableOfColumn(m_context.model(), id)) {
        const NodeItem* box = node(table->id);
        for (int i = 0; box && i < static_cast<int>(box->spec().rows.size()); ++i)
            if (box->spec().rows[static_cast<std::size_t>(i)].column == id)
                emit renameRequested(
                    id, rowRect(box->spec(), i).translated(box->pos()),
                    QString::fromStdString(findColumn(m_context.model(), id)->name));
        return;
    }
    if (const mo::Query* query = findQuery(m_context.model(), id))
        if (const EdgeItem* line = edge(id))
            emit renameRequested(id, QRectF(line->labelPoint() - QPointF(90, 13), QSizeF(180, 26)),
                                 QString::fromStdString(query->question));
}

void DiagramScene::renamed(ElementId id, const QString& text)
{
    const QString name = text.section(u':', 0, 0).trimmed();
    const std::string type = text.section(u':', 1).trimmed().toStdString();
    const Model& model = m_context.model();
    const bool related = findRelationship(model, id) != nullptr;
    const bool typed = related || findAttribute(model, id).attribute || mo::findColumn(model, id);
    if (!typed || type.empty() || name.isEmpty()) {
        m_context.edit(tr("Rename"), [id, whole = text.trimmed().toStdString()](const Model& m) {
            return mo::rename(m, id, whole);
        });
        return;
    }
    m_context.edit(tr("Rename"), [id, name, type](const Model& before) -> engine::Result<Model> {
        RW_ASSIGN(Model changed, mo::rename(before, id, name.toStdString()));
        if (findRelationship(changed, id))
            return setCardinalities(changed, id, type);
        if (const mo::Attribute* found = findAttribute(changed, id).attribute) {
            mo::Attribute attribute = *found;
            attribute.type = type;
            return setAttribute(changed, attribute);
        }
        mo::TableColumn column = *mo::findColumn(changed, id);
        column.type = type;
        return setColumn(changed, column);
    });
}

bool DiagramScene::takeKey(int key, Qt::KeyboardModifiers modifiers)
{
    for (const DiagramCommand& command : commands())
        if (command.keys == QKeySequence(QKeyCombination(modifiers, static_cast<Qt::Key>(key)))) {
            command.run();
            return true;
        }
    return false;
}

QString DiagramScene::renameHint(ElementId id) const
{
    const Model& model = m_context.model();
    if (findRelationship(model, id))
        return tr("name, or name: 1:n 100..410 (average..largest)");
    if (findAttribute(model, id).attribute || mo::findColumn(model, id))
        return tr("name, or name: type");
    return tr("name");
}

void DiagramScene::removeSelected()
{
    QList<ElementId> chosen = m_context.selection();
    std::vector<ElementId> ids(chosen.begin(), chosen.end());
    if (ids.empty())
        return;
    m_context.edit(
        ids.size() == 1
            ? tr("Delete %1")
                  .arg(QString::fromStdString(elementName(m_context.model(), ids.front())))
            : tr("Delete %n element(s)", nullptr, static_cast<int>(ids.size())),
        [ids](const Model& model) { return mo::remove(model, ids); });
}

void DiagramScene::copySelected()
{
    const QList<ElementId> chosen = selectedIds();
    if (chosen.isEmpty())
        return;
    mo::Model piece = fragment(m_context.model(), {chosen.begin(), chosen.end()});
    // The clipboard keeps where things stood, laid out or put there.
    for (NodeItem* box : nodes())
        if (chosen.contains(box->spec().id))
            piece.positions[box->spec().id] = {box->pos().x(), box->pos().y()};
    const QByteArray text = QByteArray::fromStdString(writeModel(piece));
    auto* data = new QMimeData;
    data->setData(QLatin1String(kClipboardType), text);
    data->setText(QString::fromUtf8(text));
    QGuiApplication::clipboard()->setMimeData(data);
}

void DiagramScene::cutSelected()
{
    copySelected();
    removeSelected();
}

void DiagramScene::paste()
{
    const QMimeData* data = QGuiApplication::clipboard()->mimeData();
    if (!data || !data->hasFormat(QLatin1String(kClipboardType)))
        return;
    const QByteArray text = data->data(QLatin1String(kClipboardType));
    auto piece = readModel({text.constData(), static_cast<std::size_t>(text.size())}, "clipboard");
    if (!piece) {
        emit m_context.messageArrived(QString::fromStdString(piece.error().detail()));
        return;
    }
    const std::uint32_t before = m_context.model().lastId;
    const bool done = m_context.edit(tr("Paste"), [&piece](const Model& model) {
        return mo::paste(model, *piece, {24, 24});
    });
    if (!done)
        return;
    QList<ElementId> made;
    for (NodeItem* box : nodes())
        if (key(box->spec().id) > before && box->spec().owner == ElementId::None)
            made.append(box->spec().id);
    m_context.select(made);
}

void DiagramScene::duplicateSelected()
{
    copySelected();
    paste();
}

void DiagramScene::selectEverything()
{
    m_selecting = true;
    for (NodeItem* item : std::as_const(m_nodes))
        item->setSelected(true);
    m_selecting = false;
    takeSelection();
}

void DiagramScene::arrange()
{
    const QList<ElementId> chosen = selectedIds();
    // What is laid out: the selection if it is more than one, else all that this canvas shows.
    Model bare = m_context.model();
    bare.positions.clear();
    const Centres wanted = layout(bare);
    std::map<ElementId, Point> centres;
    QPointF shift;
    if (chosen.size() > 1) {
        QPointF was, will;
        int count = 0;
        for (const ElementId id : chosen)
            if (const auto found = wanted.find(id); found != wanted.end() && node(id)) {
                was += node(id)->pos();
                will += QPointF(found->second.x, found->second.y);
                ++count;
            }
        if (count > 0)
            shift = (was - will) / count;
    }
    for (const auto& [id, at] : wanted)
        if (node(id) &&
            (chosen.size() < 2 || chosen.contains(id) || chosen.contains(node(id)->spec().owner)))
            centres[id] = {std::round(at.x + shift.x()), std::round(at.y + shift.y())};
    m_context.edit(tr("Arrange"),
                   [centres](const Model& model) { return mo::place(model, centres); });
    emit layoutWanted();
}

void DiagramScene::moveSelected(const QPointF& by)
{
    std::map<ElementId, Point> centres;
    for (NodeItem* item : nodes()) {
        const bool follows = item->spec().owner != ElementId::None && node(item->spec().owner) &&
                             node(item->spec().owner)->isSelected() &&
                             m_context.model().positions.contains(item->spec().id);
        if ((item->isSelected() || follows) && item->spec().kind != NodeKind::Start)
            centres[item->spec().id] = {item->pos().x() + by.x(), item->pos().y() + by.y()};
    }
    if (!centres.empty())
        m_context.edit(
            tr("Move"), [centres](const Model& model) { return mo::place(model, centres); },
            QStringLiteral("keys"));
}

void DiagramScene::useTool(Tool tool, const QRectF& visible)
{
    if (!tools().contains(tool)) {
        setTool(Tool::Select);
        return;
    }
    QList<NodeItem*> chosen;
    for (NodeItem* item : nodes())
        if (item->isSelected())
            chosen.append(item);
    if (chosen.size() >= 2 && dragsFrom(tool, *chosen[0])) {
        createBetween(tool, *chosen[0], *chosen[1]);
        return;
    }
    if (chosen.size() == 1 && createOn(tool, *chosen[0]))
        return;
    createAt(tool, visible.center());
    setTool(Tool::Select);
}

bool DiagramScene::createAt(Tool, const QPointF&)
{
    return false;
}
bool DiagramScene::createOn(Tool, NodeItem&)
{
    return false;
}
bool DiagramScene::createBetween(Tool, NodeItem&, NodeItem&)
{
    return false;
}
bool DiagramScene::dragsFrom(Tool, const NodeItem&) const
{
    return false;
}
void DiagramScene::markClicked(NodeItem&, int) {}
void DiagramScene::rowMoved(NodeItem&, int, int) {}

} // namespace views
