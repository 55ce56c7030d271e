#pragma once

#include "engine/base/result.h"
#include "engine/modeling/model.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Where the elements of a diagram stand, as far as nobody has put them anywhere. Pure functions:
/// the same diagram always looks the same.
namespace engine::modeling {

struct LayoutNode {
    ElementId id{};
    double width = 100;
    double height = 40;
};
struct LayoutEdge {
    ElementId from{};
    ElementId to{};
};
enum class LayoutDirection { LeftToRight, TopToBottom };
struct LayoutOptions {
    LayoutDirection direction = LayoutDirection::LeftToRight;
    double layerGap = 70;   ///< between layers
    double siblingGap = 36; ///< within a layer
    double widthMax = 1700; ///< parts that no edge connects stand side by side up to here
    double longest = 2600;  ///< a strip that is longer, and thin, is folded
};
using Centres = std::map<ElementId, Point>;

/// Layers from the edges' directions (cycles are broken in the order given), crossings reduced by
/// medians, then coordinates (Sugiyama, Tagawa, Toda 1981). What would become a long thin strip, or
/// mostly lines that pass layers, is written in lines like text instead, to and fro, with what is
/// connected near each other (Cuthill, McKee 1969). Parts that no edge connects stand in rows.
/// Every node gets a centre; no two boxes overlap.
[[nodiscard]] Centres layered(const std::vector<LayoutNode>& nodes,
                              const std::vector<LayoutEdge>& edges, const LayoutOptions& options);

/// Entity and relationship types along their lines from left to right, attributes above and below
/// their owners.
[[nodiscard]] Centres layoutConceptual(const Model& model);
/// Where the attributes of an entity or relationship type (and their parts) go, for an owner that
/// stands at `centre`.
[[nodiscard]] Centres layoutAttributes(const std::vector<Attribute>& attributes, Point centre);
/// Screens in layers from the entry points; the start circle is not an element.
[[nodiscard]] Centres layoutWorkflow(const Model& model);
/// Tables in layers along the queries' transitions; user types and notes below.
[[nodiscard]] Centres layoutTables(const Model& model, const std::map<ElementId, Point>& sizes);

/// The same graph as Graphviz's text, and the centres out of what `dot -Tplain` answers.
[[nodiscard]] std::string dotText(const std::vector<LayoutNode>& nodes,
                                  const std::vector<LayoutEdge>& edges,
                                  const LayoutOptions& options);
[[nodiscard]] Result<Centres> centresOfPlain(std::string_view plain);

/// Which table's answer leads to which table's query: the arrows of a Chebotko diagram. `from` is
/// None for an entry point.
struct TableArrow {
    ElementId query{};
    ElementId from{};
    ElementId to{};
};
[[nodiscard]] std::vector<TableArrow> tableArrows(const Model& model);

} // namespace engine::modeling
