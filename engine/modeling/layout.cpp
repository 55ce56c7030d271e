#include "engine/modeling/layout.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace engine::modeling {

namespace {

/// A node of the layering: a box, or a bend of an edge that passes layers (then `box` is -1).
struct LayerNode {
    int box = -1;
    int layer = 0;
    double along = 0;   ///< extent across the layers
    double breadth = 0; ///< extent within the layer
    double at = 0;      ///< centre within the layer
    double order = 0;
    std::vector<int> before;
    std::vector<int> after;
};

/// One connected part of the graph, laid out around its own origin.
class Layering {
public:
    Layering(const std::vector<LayoutNode>& boxes, const LayoutOptions& options)
        : m_boxes(boxes), m_options(options)
    {
    }

    void addBox(int box)
    {
        LayerNode node;
        node.box = box;
        const LayoutNode& size = m_boxes[static_cast<std::size_t>(box)];
        const bool flat = m_options.direction == LayoutDirection::LeftToRight;
        node.along = flat ? size.width : size.height;
        node.breadth = flat ? size.height : size.width;
        m_ofBox[box] = static_cast<int>(m_nodes.size());
        m_nodes.push_back(node);
    }
    void addEdge(int from, int to)
    {
        const int a = m_ofBox.at(from);
        const int b = m_ofBox.at(to);
        if (a != b)
            m_edges.push_back({a, b});
    }
    /// Centres of the boxes, and the extent in x and y of the whole.
    std::pair<std::map<int, Point>, Point> run()
    {
        breakCycles();
        assignLayers();
        const bool folded = wantsFold();
        addBends(!folded);
        if (folded)
            return fold();
        orderLayers();
        assignCoordinates();
        return collect();
    }

private:
    /// Whether layers side by side would be too long for their breadth, or full of lines that only
    /// pass. Small diagrams never are.
    bool wantsFold()
    {
        constexpr std::size_t kFewest = 10;
        if (m_nodes.size() < kFewest)
            return false;
        std::map<int, Point> layers; // x: thickness, y: breadth
        for (const LayerNode& each : m_nodes) {
            Point& layer = layers[each.layer];
            layer.x = std::max(layer.x, each.along);
            layer.y += each.breadth + m_options.siblingGap;
        }
        double along = 0, breadth = 0;
        for (const auto& [number, layer] : layers) {
            along += layer.x + m_options.layerGap;
            breadth = std::max(breadth, layer.y);
        }
        std::size_t passing = 0;
        for (const auto& [from, to] : m_edges)
            passing += static_cast<std::size_t>(std::max(0, node(to).layer - node(from).layer - 1));
        const double longer = std::max(along, breadth);
        return passing > 4 * m_nodes.size() ||
               (longer > m_options.longest && longer > 3 * std::min(along, breadth));
    }

    /// All nodes, so that what an edge connects stands near in the row: neighbours of what comes
    /// first follow first, those with few edges before others (Cuthill, McKee 1969).
    std::vector<int> nearSequence()
    {
        const auto degree = [this](int i) { return node(i).before.size() + node(i).after.size(); };
        std::vector<int> starts;
        for (const auto& layer : m_layers)
            starts.insert(starts.end(), layer.begin(), layer.end());
        std::ranges::stable_sort(starts, {},
                                 [&](int i) { return std::pair(node(i).layer, degree(i)); });
        std::vector<int> sequence;
        std::vector<bool> taken(m_nodes.size());
        const auto take = [&](int i) {
            if (taken[static_cast<std::size_t>(i)])
                return;
            taken[static_cast<std::size_t>(i)] = true;
            sequence.push_back(i);
        };
        std::size_t next = 0;
        for (const int start : starts) {
            take(start);
            for (; next < sequence.size(); ++next) {
                std::vector<int> near = node(sequence[next]).after;
                const auto& before = node(sequence[next]).before;
                near.insert(near.end(), before.begin(), before.end());
                std::ranges::stable_sort(near, {}, degree);
                for (const int i : near)
                    take(i);
            }
        }
        return sequence;
    }

    /// In lines like text, every second one backwards, so that what follows is near.
    std::pair<std::map<int, Point>, Point> fold()
    {
        constexpr double kAspect = 1.6;
        // Lines need room between the boxes, the more of them there are.
        const double lines = static_cast<double>(m_edges.size()) /
                             static_cast<double>(std::max<std::size_t>(1, m_nodes.size()));
        const double wider = 1 + std::min(1.0, std::max(0.0, lines - 1) / 2);
        const bool flat = m_options.direction == LayoutDirection::LeftToRight;
        const double gapAcross = (flat ? m_options.layerGap : m_options.siblingGap) * wider;
        const double gapDown = (flat ? m_options.siblingGap : m_options.layerGap) * wider;
        const std::vector<int> sequence = nearSequence();
        double area = 0, widest = 0;
        for (const int i : sequence) {
            area += (widthOf(i) + gapAcross) * (heightOf(i) + gapDown);
            widest = std::max(widest, widthOf(i));
        }
        const double width = std::max(widest, std::sqrt(kAspect * area));
        std::vector<std::vector<int>> rows;
        double reach = 0, filled = 0;
        for (const int i : sequence) {
            if (rows.empty() || filled + gapAcross + widthOf(i) > width) {
                rows.emplace_back();
                filled = -gapAcross;
            }
            rows.back().push_back(i);
            filled += gapAcross + widthOf(i);
            reach = std::max(reach, filled);
        }
        std::map<int, Point> centres;
        double y = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            double x = 0, tallest = 0;
            for (const int i : rows[row])
                tallest = std::max(tallest, heightOf(i));
            for (const int i : rows[row]) {
                const double middle = x + widthOf(i) / 2;
                centres[node(i).box] = {row % 2 == 0 ? middle : reach - middle, y + tallest / 2};
                x += widthOf(i) + gapAcross;
            }
            y += tallest + gapDown;
        }
        return {centres, {reach, y - gapDown}};
    }
    double widthOf(int index)
    {
        return m_options.direction == LayoutDirection::LeftToRight ? node(index).along
                                                                   : node(index).breadth;
    }
    double heightOf(int index)
    {
        return m_options.direction == LayoutDirection::LeftToRight ? node(index).breadth
                                                                   : node(index).along;
    }

    LayerNode& node(int index) { return m_nodes[static_cast<std::size_t>(index)]; }

    void breakCycles()
    {
        const std::size_t count = m_nodes.size();
        std::vector<std::vector<std::size_t>> out(count);
        for (std::size_t e = 0; e < m_edges.size(); ++e)
            out[static_cast<std::size_t>(m_edges[e].first)].push_back(e);
        std::vector<int> state(count, 0); // 0 new, 1 on the path, 2 done
        for (std::size_t root = 0; root < count; ++root) {
            if (state[root] != 0)
                continue;
            std::vector<std::pair<std::size_t, std::size_t>> path{{root, 0}};
            state[root] = 1;
            while (!path.empty()) {
                auto& [at, next] = path.back();
                if (next == out[at].size()) {
                    state[at] = 2;
                    path.pop_back();
                    continue;
                }
                auto& edge = m_edges[out[at][next++]];
                // Edges that have been turned already are not followed from their new end.
                if (edge.first != static_cast<int>(at))
                    continue;
                const auto to = static_cast<std::size_t>(edge.second);
                if (state[to] == 1)
                    std::swap(edge.first, edge.second);
                else if (state[to] == 0) {
                    state[to] = 1;
                    path.emplace_back(to, 0);
                }
            }
        }
    }

    void assignLayers()
    {
        // Longest paths, at most as many rounds as there are nodes.
        for (std::size_t round = 0, changed = 1; changed && round <= m_nodes.size(); ++round) {
            changed = 0;
            for (const auto& [from, to] : m_edges)
                if (node(to).layer < node(from).layer + 1) {
                    node(to).layer = node(from).layer + 1;
                    changed = 1;
                }
        }
        // What has no predecessors stands right before what it leads to.
        for (int i = static_cast<int>(m_nodes.size()) - 1; i >= 0; --i) {
            int nearest = -1;
            bool isFree = true;
            for (const auto& [from, to] : m_edges) {
                if (to == i)
                    isFree = isFree && node(from).layer + 1 < node(i).layer;
                if (from == i)
                    nearest = nearest < 0 ? node(to).layer : std::min(nearest, node(to).layer);
            }
            bool hasBefore = false;
            for (const auto& [from, to] : m_edges)
                hasBefore = hasBefore || to == i;
            if (nearest > 0 && (!hasBefore || isFree))
                node(i).layer = nearest - 1;
        }
        int lowest = 0;
        for (const LayerNode& each : m_nodes)
            lowest = std::min(lowest, each.layer);
        for (LayerNode& each : m_nodes)
            each.layer -= lowest;
    }

    /// Lines that pass layers get a node in each of them, `bends`; else they count for the order
    /// of their ends alone.
    void addBends(bool bends)
    {
        const auto edges = m_edges;
        for (const auto& [from, to] : edges) {
            int last = from;
            for (int layer = node(from).layer + 1; bends && layer < node(to).layer; ++layer) {
                LayerNode bend;
                bend.layer = layer;
                bend.breadth = 8;
                m_nodes.push_back(bend);
                const int made = static_cast<int>(m_nodes.size()) - 1;
                node(last).after.push_back(made);
                node(made).before.push_back(last);
                last = made;
            }
            node(last).after.push_back(to);
            node(to).before.push_back(last);
        }
        for (int i = 0; i < static_cast<int>(m_nodes.size()); ++i) {
            const auto layer = static_cast<std::size_t>(node(i).layer);
            if (m_layers.size() <= layer)
                m_layers.resize(layer + 1);
            m_layers[layer].push_back(i);
        }
        for (const auto& layer : m_layers)
            number(layer);
    }

    void number(const std::vector<int>& layer)
    {
        for (std::size_t i = 0; i < layer.size(); ++i)
            node(layer[i]).order = static_cast<double>(i);
    }

    void sortBy(std::vector<int>& layer, bool byBefore)
    {
        m_median.resize(m_nodes.size());
        for (const int i : layer) {
            m_places.clear();
            for (const int other : byBefore ? node(i).before : node(i).after)
                m_places.push_back(node(other).order);
            std::ranges::sort(m_places);
            const std::size_t count = m_places.size();
            m_median[static_cast<std::size_t>(i)] =
                count == 0 ? node(i).order : (m_places[(count - 1) / 2] + m_places[count / 2]) / 2;
        }
        std::ranges::stable_sort(layer, {},
                                 [this](int i) { return m_median[static_cast<std::size_t>(i)]; });
        number(layer);
    }

    void orderLayers()
    {
        for (int round = 0; round < 8; ++round) {
            const auto before = m_layers;
            for (std::size_t i = 1; i < m_layers.size(); ++i)
                sortBy(m_layers[i], true);
            for (std::size_t i = m_layers.size() - 1; i-- > 0;)
                sortBy(m_layers[i], false);
            if (m_layers == before)
                break; // the next rounds would change nothing either
        }
        for (std::size_t i = 1; i < m_layers.size(); ++i)
            sortBy(m_layers[i], true);
    }

    double distance(int a, int b)
    {
        const bool bends = node(a).box < 0 || node(b).box < 0;
        return (node(a).breadth + node(b).breadth) / 2 +
               (bends ? m_options.siblingGap / 2 : m_options.siblingGap);
    }

    void assignCoordinates()
    {
        for (const auto& layer : m_layers) {
            double at = 0;
            for (std::size_t i = 0; i < layer.size(); ++i) {
                if (i > 0)
                    at += distance(layer[i - 1], layer[i]);
                node(layer[i]).at = at;
            }
            for (const int i : layer)
                node(i).at -= at / 2;
        }
        for (int round = 0; round < 6; ++round) {
            for (std::size_t i = 1; i < m_layers.size(); ++i)
                pull(m_layers[i], true);
            for (std::size_t i = m_layers.size(); i-- > 0;)
                pull(m_layers[i], false);
        }
        for (std::size_t i = 1; i < m_layers.size(); ++i)
            pull(m_layers[i], true);
    }

    /// Towards the mean of the neighbours, keeping order and distances: the mean of what the
    /// nodes want when packed from either side.
    void pull(const std::vector<int>& layer, bool byBefore)
    {
        std::vector<double> low(layer.size()), high(layer.size());
        for (std::size_t i = 0; i < layer.size(); ++i) {
            const auto& others = byBefore ? node(layer[i]).before : node(layer[i]).after;
            double want = 0;
            for (const int other : others)
                want += node(other).at;
            want = others.empty() ? node(layer[i]).at : want / static_cast<double>(others.size());
            low[i] = high[i] = want;
        }
        for (std::size_t i = 1; i < layer.size(); ++i)
            low[i] = std::max(low[i], low[i - 1] + distance(layer[i - 1], layer[i]));
        for (std::size_t i = layer.size() - 1; i-- > 0;)
            high[i] = std::min(high[i], high[i + 1] - distance(layer[i], layer[i + 1]));
        for (std::size_t i = 0; i < layer.size(); ++i)
            node(layer[i]).at = (low[i] + high[i]) / 2;
    }

    std::pair<std::map<int, Point>, Point> collect()
    {
        double low = 0, high = 0, along = 0;
        for (const LayerNode& each : m_nodes) {
            low = std::min(low, each.at - each.breadth / 2);
            high = std::max(high, each.at + each.breadth / 2);
        }
        const bool flat = m_options.direction == LayoutDirection::LeftToRight;
        std::map<int, Point> centres;
        for (const auto& layer : m_layers) {
            double thickness = 0;
            for (const int i : layer)
                thickness = std::max(thickness, node(i).along);
            for (const int i : layer)
                if (node(i).box >= 0) {
                    const double a = along + thickness / 2;
                    const double b = node(i).at - low;
                    centres[node(i).box] = flat ? Point{a, b} : Point{b, a};
                }
            along += thickness + m_options.layerGap;
        }
        along -= m_options.layerGap;
        return {centres, flat ? Point{along, high - low} : Point{high - low, along}};
    }

    const std::vector<LayoutNode>& m_boxes;
    const LayoutOptions& m_options;
    std::vector<LayerNode> m_nodes;
    std::vector<std::pair<int, int>> m_edges;
    std::vector<std::vector<int>> m_layers;
    std::vector<double> m_median; ///< by node
    std::vector<double> m_places;
    std::map<int, int> m_ofBox;
};

/// For each node the number of its connected part, in order of first appearance.
std::vector<int> partsOf(std::size_t nodes, const std::vector<std::pair<int, int>>& edges)
{
    std::vector<int> root(nodes);
    for (std::size_t i = 0; i < nodes; ++i)
        root[i] = static_cast<int>(i);
    const auto find = [&root](int i) {
        while (root[static_cast<std::size_t>(i)] != i) {
            root[static_cast<std::size_t>(i)] =
                root[static_cast<std::size_t>(root[static_cast<std::size_t>(i)])];
            i = root[static_cast<std::size_t>(i)];
        }
        return i;
    };
    for (const auto& [a, b] : edges)
        root[static_cast<std::size_t>(std::max(find(a), find(b)))] = std::min(find(a), find(b));
    std::vector<int> part(nodes);
    std::map<int, int> numbers;
    for (std::size_t i = 0; i < nodes; ++i)
        part[i] = numbers.try_emplace(find(static_cast<int>(i)), static_cast<int>(numbers.size()))
                      .first->second;
    return part;
}

} // namespace

Centres layered(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges,
                const LayoutOptions& options)
{
    std::map<ElementId, int> boxOf;
    for (std::size_t i = 0; i < nodes.size(); ++i)
        boxOf[nodes[i].id] = static_cast<int>(i);
    std::vector<std::pair<int, int>> lines;
    for (const LayoutEdge& edge : edges)
        if (boxOf.contains(edge.from) && boxOf.contains(edge.to))
            lines.emplace_back(boxOf[edge.from], boxOf[edge.to]);
    const std::vector<int> part = partsOf(nodes.size(), lines);
    const int parts = part.empty() ? 0 : *std::ranges::max_element(part) + 1;
    std::vector<Layering> layerings;
    layerings.reserve(static_cast<std::size_t>(parts));
    for (int p = 0; p < parts; ++p)
        layerings.emplace_back(nodes, options);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        layerings[static_cast<std::size_t>(part[i])].addBox(static_cast<int>(i));
    for (const auto& [a, b] : lines)
        layerings[static_cast<std::size_t>(part[static_cast<std::size_t>(a)])].addEdge(a, b);

    Centres centres;
    double area = 0;
    for (const LayoutNode& node : nodes)
        area += (node.width + options.layerGap) * (node.height + options.siblingGap);
    // Many parts become a page, not a ribbon.
    const double widthMax = std::max(options.widthMax, std::sqrt(1.4 * area));
    double x = 0, y = 0, rowHeight = 0;
    for (Layering& layering : layerings) {
        const auto [places, extent] = layering.run();
        if (x > 0 && x + extent.x > widthMax) {
            x = 0;
            y += rowHeight + options.layerGap;
            rowHeight = 0;
        }
        for (const auto& [box, at] : places)
            centres[nodes[static_cast<std::size_t>(box)].id] = {x + at.x, y + at.y};
        x += extent.x + options.layerGap;
        rowHeight = std::max(rowHeight, extent.y);
    }
    return centres;
}

std::string dotText(const std::vector<LayoutNode>& nodes, const std::vector<LayoutEdge>& edges,
                    const LayoutOptions& options)
{
    // Graphviz measures in inches; 72 of our pixels are one.
    std::string text = fmt::format("digraph m {{\nrankdir={};\nnodesep={:.3f};\nranksep={:.3f};\n"
                                   "node [shape=box, fixedsize=true, label=\"\"];\n",
                                   options.direction == LayoutDirection::LeftToRight ? "LR" : "TB",
                                   options.siblingGap / 72, options.layerGap / 72);
    for (const LayoutNode& node : nodes)
        text += fmt::format("n{} [width={:.3f}, height={:.3f}];\n",
                            static_cast<std::uint32_t>(node.id), node.width / 72, node.height / 72);
    for (const LayoutEdge& edge : edges)
        text += fmt::format("n{} -> n{};\n", static_cast<std::uint32_t>(edge.from),
                            static_cast<std::uint32_t>(edge.to));
    return text + "}\n";
}

Result<Centres> centresOfPlain(std::string_view plain)
{
    Centres centres;
    double height = -1;
    while (!plain.empty()) {
        const auto end = std::min(plain.find('\n'), plain.size());
        const std::string line(plain.substr(0, end));
        plain.remove_prefix(std::min(end + 1, plain.size()));
        double scale = 0, width = 0, x = 0, y = 0;
        unsigned id = 0;
        if (std::sscanf(line.c_str(), "graph %lf %lf %lf", &scale, &width, &height) == 3)
            continue;
        if (std::sscanf(line.c_str(), "node n%u %lf %lf", &id, &x, &y) == 3 && height >= 0 &&
            std::isfinite(x) && std::isfinite(y))
            centres[ElementId{id}] = {x * 72, (height - y) * 72};
    }
    if (height < 0)
        return Error{ErrorCode::Corrupt, "dot did not answer with a layout."};
    return centres;
}

} // namespace engine::modeling
