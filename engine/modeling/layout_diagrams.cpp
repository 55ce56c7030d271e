#include "engine/modeling/layout.h"

#include <algorithm>
#include <set>

namespace engine::modeling {

namespace {

constexpr double kEntityWidth = 112;
constexpr double kEntityHeight = 42;
constexpr double kDiamondWidth = 104;
constexpr double kDiamondHeight = 52;
constexpr double kAttributeHeight = 28;
constexpr double kAttributeGap = 14;
constexpr double kAttributeRow = 44; ///< between the rows of attributes
constexpr double kFirstRow = 78;     ///< from the owner's centre to its first row

double attributeWidth(const Attribute& attribute)
{
    return std::max(56.0, 7.0 * static_cast<double>(attribute.name.size()) + 26);
}

/// How attributes are spread: the upper half above, the others below, a few a row.
struct Fan {
    std::vector<std::vector<const Attribute*>> above, below;
    double width = kEntityWidth;
    double top = kEntityHeight / 2;
    double bottom = kEntityHeight / 2;
};

Fan fanOf(const std::vector<Attribute>& attributes)
{
    constexpr std::size_t kRowMax = 3;
    Fan fan;
    const std::size_t upper =
        attributes.size() <= kRowMax ? attributes.size() : (attributes.size() + 1) / 2;
    const auto rows = [&](std::size_t from, std::size_t to) {
        std::vector<std::vector<const Attribute*>> out;
        for (std::size_t i = from; i < to; ++i) {
            if (out.empty() || out.back().size() == kRowMax)
                out.emplace_back();
            out.back().push_back(&attributes[i]);
        }
        return out;
    };
    fan.above = rows(0, upper);
    fan.below = rows(upper, attributes.size());
    for (const auto* side : {&fan.above, &fan.below}) {
        double extent = 0, parts = 0;
        for (const auto& row : *side) {
            double width = -kAttributeGap;
            for (const Attribute* attribute : row) {
                width += attributeWidth(*attribute) + kAttributeGap;
                parts = attribute->parts.empty() ? parts : kAttributeRow;
            }
            fan.width = std::max(fan.width, width);
        }
        if (!side->empty())
            extent = kFirstRow + kAttributeRow * static_cast<double>(side->size() - 1) +
                     kAttributeHeight / 2 + parts;
        double& reach = side == &fan.above ? fan.top : fan.bottom;
        reach = std::max(reach, extent);
    }
    return fan;
}

void placeRow(Centres& centres, const std::vector<const Attribute*>& row, Point middle,
              double outward)
{
    double width = -kAttributeGap;
    for (const Attribute* attribute : row)
        width += attributeWidth(*attribute) + kAttributeGap;
    double x = middle.x - width / 2;
    for (const Attribute* attribute : row) {
        const double own = attributeWidth(*attribute);
        const Point at{x + own / 2, middle.y};
        centres[attribute->id] = at;
        x += own + kAttributeGap;
        if (!attribute->parts.empty()) {
            std::vector<const Attribute*> parts;
            for (const Attribute& part : attribute->parts)
                parts.push_back(&part);
            placeRow(centres, parts, {at.x, at.y + outward * kAttributeRow}, outward);
        }
    }
}

} // namespace

Centres layoutAttributes(const std::vector<Attribute>& attributes, Point centre)
{
    Centres centres;
    const Fan fan = fanOf(attributes);
    for (std::size_t i = 0; i < fan.above.size(); ++i)
        placeRow(centres, fan.above[i],
                 {centre.x, centre.y - kFirstRow - kAttributeRow * static_cast<double>(i)}, -1);
    for (std::size_t i = 0; i < fan.below.size(); ++i)
        placeRow(centres, fan.below[i],
                 {centre.x, centre.y + kFirstRow + kAttributeRow * static_cast<double>(i)}, 1);
    return centres;
}

Centres layoutConceptual(const Model& model)
{
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    std::map<ElementId, double> shift; // of an owner from the centre of its box with attributes
    const auto addNode = [&](ElementId id, const std::vector<Attribute>& attributes, double width,
                             double height) {
        const Fan fan = fanOf(attributes);
        // Both halves alike, so that lines between neighbours stay level.
        const double half = std::max({fan.top, fan.bottom, height / 2});
        nodes.push_back({id, attributes.empty() ? width : std::max(width, fan.width * 0.8),
                         attributes.empty() ? height : 2 * half});
        shift[id] = 0;
    };
    for (const EntityType& entity : model.entities)
        addNode(entity.id, entity.attributes, kEntityWidth, kEntityHeight);
    for (const RelationshipType& relationship : model.relationships) {
        addNode(relationship.id, relationship.attributes, kDiamondWidth, kDiamondHeight);
        for (std::size_t i = 0; i < relationship.ends.size(); ++i)
            edges.push_back(i == 0 ? LayoutEdge{relationship.ends[i].entity, relationship.id}
                                   : LayoutEdge{relationship.id, relationship.ends[i].entity});
    }
    for (const Hierarchy& hierarchy : model.hierarchies) {
        nodes.push_back({hierarchy.id, 56, 40});
        edges.push_back({hierarchy.supertype, hierarchy.id});
        for (const ElementId subtype : hierarchy.subtypes)
            edges.push_back({hierarchy.id, subtype});
    }
    LayoutOptions options;
    options.layerGap = 44;
    options.siblingGap = 28;
    Centres centres = layered(nodes, edges, options);
    const auto addAttributes = [&](ElementId id, const std::vector<Attribute>& attributes) {
        centres.merge(layoutAttributes(attributes, centres[id]));
    };
    for (const EntityType& entity : model.entities)
        addAttributes(entity.id, entity.attributes);
    for (const RelationshipType& relationship : model.relationships)
        addAttributes(relationship.id, relationship.attributes);
    return centres;
}

Centres layoutWorkflow(const Model& model)
{
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    for (const Screen& screen : model.screens)
        nodes.push_back({screen.id, 168, 58});
    for (const Query& query : model.queries)
        if (query.from != ElementId::None && query.to != ElementId::None)
            edges.push_back({query.from, query.to});
    LayoutOptions options;
    options.layerGap = 86;
    options.siblingGap = 44;
    options.widthMax = 400; // parts below each other: the start circle stands left of all
    Centres centres = layered(nodes, edges, options);
    for (auto& [id, centre] : centres)
        centre.x += 190;
    return centres;
}

Centres layoutTables(const Model& model, const std::map<ElementId, Point>& sizes)
{
    const auto nodeOf = [&sizes](ElementId id) {
        const auto size = sizes.find(id);
        return size == sizes.end() ? LayoutNode{id, 226, 130}
                                   : LayoutNode{id, size->second.x, size->second.y};
    };
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    for (const ModelTable& table : model.tables)
        nodes.push_back(nodeOf(table.id));
    for (const TableArrow& arrow : tableArrows(model))
        if (arrow.from != ElementId::None)
            edges.push_back({arrow.from, arrow.to});
    LayoutOptions options;
    // Labels of queries stand between the tables: "Q1" has room, longer ones get it. An entry point
    // stands clear of the table above.
    std::size_t letters = 3;
    for (const Query& query : model.queries)
        letters = std::max(letters, query.label.size());
    options.layerGap = 76 + 10 * static_cast<double>(std::min<std::size_t>(letters, 8) - 3);
    options.siblingGap = 76;
    options.widthMax = 1000;
    Centres centres = layered(nodes, edges, options);
    double bottom = 0;
    for (const LayoutNode& node : nodes)
        bottom = std::max(bottom, centres[node.id].y + node.height / 2);
    double x = 0, row = 0;
    const auto addBelow = [&](ElementId id) {
        const LayoutNode node = nodeOf(id);
        if (x > 0 && x + node.width > options.widthMax) {
            x = 0;
            bottom += row + options.layerGap;
            row = 0;
        }
        centres[id] = {x + node.width / 2, bottom + options.layerGap + node.height / 2};
        x += node.width + options.siblingGap;
        row = std::max(row, node.height);
    };
    for (const UserType& type : model.types)
        addBelow(type.id);
    for (const Note& note : model.notes)
        if (note.diagram == "logical")
            addBelow(note.id);
    return centres;
}

std::vector<TableArrow> tableArrows(const Model& model)
{
    std::map<ElementId, ElementId> tableOf; // of a query
    for (const ModelTable& table : model.tables)
        for (const ElementId query : table.queries)
            tableOf.try_emplace(query, table.id);
    std::map<ElementId, std::vector<ElementId>> tablesOfScreen;
    for (const Query& query : model.queries)
        if (const auto found = tableOf.find(query.id);
            found != tableOf.end() && query.to != ElementId::None)
            tablesOfScreen[query.to].push_back(found->second);
    std::vector<TableArrow> arrows;
    for (const Query& query : model.queries) {
        const auto target = tableOf.find(query.id);
        if (target == tableOf.end())
            continue;
        std::set<ElementId> sources;
        if (const auto found = tablesOfScreen.find(query.from); found != tablesOfScreen.end())
            sources.insert(found->second.begin(), found->second.end());
        sources.erase(target->second);
        if (sources.empty())
            arrows.push_back({query.id, ElementId::None, target->second});
        for (const ElementId source : sources)
            arrows.push_back({query.id, source, target->second});
    }
    return arrows;
}

} // namespace engine::modeling
