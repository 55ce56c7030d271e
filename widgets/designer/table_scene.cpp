#include "widgets/designer/table_scene.h"

#include "engine/modeling/edit.h"
#include "engine/modeling/notation.h"
#include "widgets/studio/text.h"

#include <algorithm>
#include <cmath>

namespace views {

using namespace engine::modeling;
namespace mo = engine::modeling;

namespace {

Dot dotOf(Light light)
{
    return light == Light::Red ? Dot::Red : light == Light::Amber ? Dot::Amber : Dot::Green;
}

} // namespace

TableScene::TableScene(const theme::Theme& theme, studio::DesignContext& context, bool physical,
                       QObject* parent)
    : DiagramScene(theme, context, parent), m_physical(physical)
{
    connect(&theme, &theme::Theme::changed, this, [this] { m_known.clear(); });
}

QString TableScene::emptyText() const
{
    return tr("No tables yet. Generate the logical model from the conceptual one, import a "
              "schema, or draw a table (T).");
}

void TableScene::setDifferences(const std::vector<Difference>& differences)
{
    const auto same = [](const Difference& a, const Difference& b) {
        return a.keyspace == b.keyspace && a.name == b.name && a.object == b.object &&
               a.kind == b.kind && a.details == b.details;
    };
    if (std::ranges::equal(m_differences, differences, same))
        return;
    m_differences = differences;
    m_known.clear();
    refresh();
}

void TableScene::showStep(const std::optional<MappingStep>& step, ElementId realTable)
{
    m_step = step;
    m_stepTable = realTable;
    m_known.clear();
    refresh();
}

Centres TableScene::layout(const Model& model)
{
    std::map<ElementId, Point> sizes;
    for (const ModelTable& table : model.tables) {
        const QSizeF size = knownTable(model, table).size;
        sizes[table.id] = {size.width(), size.height()};
    }
    for (const UserType& type : model.types) {
        const QSizeF size = typeNode(model, type).size;
        sizes[type.id] = {size.width(), size.height()};
    }
    if (!m_physical)
        return layoutTables(model, sizes);
    if (m_spread)
        return spreadLayout(model, sizes);
    // Beside the CQL there is room for one column.
    Centres centres;
    double y = 0;
    std::vector<ElementId> order;
    for (const ModelTable& table : model.tables)
        order.push_back(table.id);
    for (const UserType& type : model.types)
        order.push_back(type.id);
    for (const ElementId id : order) {
        centres[id] = {0, y + sizes[id].y / 2};
        y += sizes[id].y + 46;
    }
    return centres;
}

Centres TableScene::spreadLayout(const Model& model, const std::map<ElementId, Point>& sizes)
{
    constexpr double kWider = 1.35; // than in the logical diagram, by the types
    Centres centres;
    for (const auto& [id, size] : sizes) {
        const auto put = model.positions.find(id);
        if (put == model.positions.end())
            return layoutTables(model, sizes);
        centres[id] = {put->second.x * kWider, put->second.y};
    }
    return centres;
}

NodeSpec TableScene::tableNode(const Model& model, const ModelTable& real)
{
    const bool stepping = m_step && m_stepTable == real.id;
    const ModelTable& table = stepping ? m_step->table : real;
    NodeSpec node;
    node.id = real.id;
    node.kind = NodeKind::Table;
    const bool several = model.keyspaces.size() > 1 && m_physical;
    node.text = several ? studio::text(real.keyspace) + u'.' + studio::text(real.name)
                        : studio::text(real.name);
    node.showTypes = m_physical;
    const std::vector<ColumnNotation> rows = tableNotation(table);
    for (std::size_t i = 0; i < rows.size() && i < table.columns.size(); ++i) {
        RowSpec row;
        row.column = stepping ? ElementId::None : table.columns[i].id;
        row.name = studio::text(rows[i].name);
        row.mark = studio::text(rows[i].mark);
        row.type = studio::text(rows[i].type);
        row.inKey = rows[i].inKey;
        row.marked = stepping && std::ranges::find(m_step->columns, table.columns[i].name) !=
                                     m_step->columns.end();
        node.rows.push_back(row);
    }
    if (const auto size = context().findings()->sizes.find(real.id);
        size != context().findings()->sizes.end() && !m_physical) {
        node.dot = dotOf(size->second.light);
        node.dotText = node.dot == Dot::Green   ? tr("Partitions stay below half of the limits")
                       : node.dot == Dot::Amber ? tr("Partitions come to more than half of a limit")
                                                : tr("Partitions can grow over a limit");
    }
    if (real.viewOf != ElementId::None)
        node.badge = QStringLiteral("MV");
    if (m_physical)
        for (const Difference& difference : m_differences) {
            if (difference.keyspace != real.keyspace || difference.name != real.name ||
                (difference.object != ObjectKind::Table && difference.object != ObjectKind::View))
                continue;
            switch (difference.kind) {
            case DifferenceKind::Same:
                node.badge = tr("same");
                node.badgeTone = 1;
                break;
            case DifferenceKind::Create:
                node.badge = tr("new");
                node.badgeTone = 1;
                break;
            case DifferenceKind::Alter:
                node.badge = tr("altered");
                node.badgeTone = 2;
                break;
            case DifferenceKind::Rebuild:
                node.badge = tr("key changed");
                node.badgeTone = 3;
                break;
            case DifferenceKind::Drop:
                break;
            }
            if (difference.kind == DifferenceKind::Alter ||
                difference.kind == DifferenceKind::Rebuild)
                for (std::size_t i = 0; i < node.rows.size(); ++i)
                    for (const std::string& detail : difference.details)
                        if (QString(u' ' + studio::text(detail) + u' ')
                                .contains(u' ' + studio::text(table.columns[i].name) + u' '))
                            node.rows[i].marked = true;
        }
    node.size = sizeOfNode(node);
    QStringList spoken{tr("Table %1, key %2").arg(node.text, studio::text(keyNotation(table)))};
    if (!node.dotText.isEmpty())
        spoken += node.dotText;
    node.spoken = spoken.join(QStringLiteral(". "));
    return node;
}

const NodeSpec& TableScene::knownTable(const Model& model, const ModelTable& table)
{
    const auto size = context().findings()->sizes.find(table.id);
    const auto light = size == context().findings()->sizes.end()
                           ? std::nullopt
                           : std::optional(size->second.light);
    const bool several = model.keyspaces.size() > 1;
    const auto found = m_known.find(table.id);
    if (found != m_known.end() && found->second.light == light &&
        found->second.several == several && found->second.table == table)
        return found->second.node;
    if (m_known.size() > 2 * model.tables.size() + 20)
        m_known.clear(); // of documents that were open before
    Known& known = m_known[table.id];
    known = {table, light, several, tableNode(model, table)};
    return known.node;
}

NodeSpec TableScene::typeNode(const Model&, const mo::UserType& type)
{
    NodeSpec node;
    node.id = type.id;
    node.kind = NodeKind::Type;
    node.text = studio::text(typeTitle(type));
    node.badge = tr("UDT");
    node.showTypes = m_physical;
    for (const TypeField& field : type.fields) {
        RowSpec row;
        row.name = studio::text(field.name);
        row.type = studio::text(field.type);
        node.rows.push_back(row);
    }
    node.size = sizeOfNode(node);
    node.spoken = tr("User type %1, %n field(s)", nullptr, static_cast<int>(type.fields.size()))
                      .arg(studio::text(type.name));
    return node;
}

DiagramSpec TableScene::build(const Model& model)
{
    DiagramSpec spec;
    // The physical diagram is one column beside the CQL; where things stand is the logical one's.
    Centres column;
    if (m_physical)
        column = layout(model);
    const auto put = [&](NodeSpec node) {
        node.centre =
            m_physical ? QPointF(column[node.id].x, column[node.id].y) : centreOf(model, node.id);
        spec.nodes.push_back(std::move(node));
    };
    for (const ModelTable& table : model.tables)
        put(knownTable(model, table));
    for (const UserType& type : model.types)
        put(typeNode(model, type));
    if (m_physical) {
        addKeyspaces(spec, model);
    } else {
        for (const Note& note : model.notes)
            if (note.diagram == "logical") {
                NodeSpec node;
                node.id = note.id;
                node.kind = NodeKind::Note;
                node.text = studio::text(note.text);
                node.badge = tr("Note");
                node.size = sizeOfNode(node);
                put(std::move(node));
            }
    }
    addArrows(spec, model);
    return spec;
}

void TableScene::addKeyspaces(DiagramSpec& spec, const Model& model)
{
    QRectF above;
    for (const NodeSpec& node : spec.nodes)
        above |= node.rect();
    constexpr double kCardWidth = 276;
    double bottom = above.bottom();
    const double middle = m_spread ? above.left() + kCardWidth / 2 : 0;
    for (const ModelKeyspace& keyspace : model.keyspaces) {
        NodeSpec card;
        card.id = keyspace.id;
        card.kind = NodeKind::KeyspaceCard;
        card.badge = tr("Keyspace %1").arg(studio::text(keyspace.name));
        QStringList parts;
        for (const auto& [name, value] : keyspace.replication)
            parts += name == "class"
                         ? studio::text(value).section(u'.', -1)
                         : studio::text(name) + QStringLiteral(": ") + studio::text(value);
        int tables = 0;
        for (const ModelTable& table : model.tables)
            tables += table.keyspace == keyspace.name ? 1 : 0;
        card.text = parts.join(QStringLiteral(", ")) + u'\n' +
                    (keyspace.durableWrites ? tr("durable writes on") : tr("durable writes off")) +
                    u'\n' + tr("%n table(s)", nullptr, tables);
        card.size = sizeOfNode(card);
        card.size.setWidth(kCardWidth);
        card.centre = {middle, bottom + 40 + card.size.height() / 2};
        bottom = card.rect().bottom();
        spec.nodes.push_back(card);
    }
}

void TableScene::addArrows(DiagramSpec& spec, const Model& model)
{
    if (m_physical && !m_spread)
        return;
    const std::vector<TableArrow> arrows = tableArrows(model);
    std::map<std::pair<ElementId, ElementId>, int> counts;
    for (const TableArrow& arrow : arrows)
        ++counts[{arrow.from, arrow.to}];
    std::map<std::pair<ElementId, ElementId>, int> seen;
    std::map<ElementId, int> ofQuery;
    for (const TableArrow& arrow : arrows) {
        EdgeSpec line;
        line.id = arrow.query;
        line.index = ofQuery[arrow.query]++;
        line.kind = arrow.from == ElementId::None ? EdgeKind::Entry : EdgeKind::Flow;
        line.from = arrow.from;
        line.to = arrow.to;
        if (const mo::Query* query = findQuery(model, arrow.query))
            line.label = studio::text(query->label);
        line.slot = seen[{arrow.from, arrow.to}]++;
        line.slotCount = counts[{arrow.from, arrow.to}];
        const AnswerKind kind = context().findings()->answerOf(arrow.query);
        line.warning = kind == AnswerKind::Index || kind == AnswerKind::Scan;
        spec.edges.push_back(line);
    }
}

std::string TableScene::keyspaceForNew() const
{
    if (const ModelTable* table = context().currentTable())
        return table->keyspace;
    return context().model().keyspaces.empty() ? "app" : context().model().keyspaces[0].name;
}

bool TableScene::createAt(Tool tool, const QPointF& at)
{
    const Point centre = freeCentre(tool == Tool::Note    ? NodeKind::Note
                                    : tool == Tool::Table ? NodeKind::Table
                                                          : NodeKind::Type,
                                    at);
    const std::string keyspace = keyspaceForNew();
    if (tool == Tool::Table)
        return create(tr("Add table"), [=](const Model& model) {
            return addTable(model, keyspace, freeTableName(model, keyspace, "table"), centre);
        });
    if (tool == Tool::Type)
        return create(tr("Add type"), [=](const Model& model) -> engine::Result<Model> {
            std::string name = "type";
            for (int number = 2;
                 std::ranges::find(model.types, name, &mo::UserType::name) != model.types.end();
                 ++number)
                name = "type_" + std::to_string(number);
            return addType(model, keyspace, name, centre);
        });
    if (tool == Tool::Note)
        return create(tr("Add note"), [centre](const Model& model) {
            return addNote(model, "logical", "Text", centre);
        });
    return false;
}

bool TableScene::createOn(Tool tool, NodeItem& node)
{
    if (tool != Tool::Query || node.spec().kind != NodeKind::Table)
        return false;
    const ElementId table = node.spec().id;
    return create(
        tr("Add query"),
        [table](const Model& before) -> engine::Result<Model> {
            RW_ASSIGN(Model model, addQuery(before, "Find rows", ElementId::None, ElementId::None));
            ModelTable changed = *findTable(model, table);
            changed.queries.push_back(model.queries.back().id);
            // What the partition key says is what the query gives.
            mo::Query query = model.queries.back();
            for (const TableColumn& column : changed.columns)
                if (column.role == ColumnRole::PartitionKey && column.attribute != ElementId::None)
                    query.equality.push_back(column.attribute);
            query.question = "Find rows of " + changed.name;
            RW_ASSIGN(model, setQuery(model, query));
            return setTable(model, changed);
        },
        false);
}

void TableScene::markClicked(NodeItem& node, int row)
{
    const ElementId column = node.spec().rows[static_cast<std::size_t>(row)].column;
    if (column == ElementId::None)
        return;
    context().edit(tr("Change key"),
                   [column](const Model& model) { return cycleRole(model, column); });
}

void TableScene::rowMoved(NodeItem& node, int row, int to)
{
    const ElementId column = node.spec().rows[static_cast<std::size_t>(row)].column;
    if (column == ElementId::None || row == to)
        return;
    context().edit(tr("Move column"),
                   [column, to](const Model& model) { return reorderColumn(model, column, to); });
}

} // namespace views
