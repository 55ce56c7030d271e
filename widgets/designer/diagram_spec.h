#pragma once

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/model.h"
#endif

#include <QList>
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <QString>

#include <vector>

namespace views {

using engine::modeling::ElementId;

/// What a box on a canvas is. Chen's notation, screens, Chebotko's tables.
enum class NodeKind {
    Entity,
    WeakEntity,
    Relationship,
    IdentifyingRelationship,
    Attribute,
    MultiValuedAttribute,
    DerivedAttribute,
    Hierarchy,
    Screen,
    Start,
    Table,
    Type,
    Note,
    KeyspaceCard,
};
/// Of any kind: Chen's oval.
[[nodiscard]] constexpr bool isAttribute(NodeKind kind) noexcept
{
    return kind == NodeKind::Attribute || kind == NodeKind::MultiValuedAttribute ||
           kind == NodeKind::DerivedAttribute;
}

/// How full a partition gets; None: not judged.
enum class Dot { None, Green, Amber, Red };

/// One line of a table or type.
struct RowSpec {
    ElementId column{};
    QString name;
    QString mark; ///< "K", "C↑", …
    QString type;
    bool inKey = false;
    bool marked = false; ///< shown as changed (physical stage) or touched by a rule (steps)
    bool mono = true;
    friend bool operator==(const RowSpec&, const RowSpec&) = default;
};

/// Everything that a box shows, as a value: an item is painted anew only if this differs.
struct NodeSpec {
    ElementId id{};
    NodeKind kind = NodeKind::Entity;
    QString text;
    QString badge;           ///< right of a table's title: "UDT", "same", "key changed"
    int badgeTone = 0;       ///< 0 quiet, 1 success, 2 warning, 3 error
    bool underlined = false; ///< a key attribute
    bool partial = false;    ///< a partial key: dashed underline
    bool isPart = false;     ///< of a composite attribute
    Dot dot = Dot::None;
    QString dotText; ///< the same in words
    bool showTypes = false;
    std::vector<RowSpec> rows;
    QString spoken;    ///< for screen readers
    ElementId owner{}; ///< of an attribute: whose it is (and moves with)
    QSizeF size;
    QPointF centre;
    friend bool operator==(const NodeSpec&, const NodeSpec&) = default;
    [[nodiscard]] QRectF rect() const
    {
        return {centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(),
                size.height()};
    }
};

enum class EdgeKind {
    Chen,      ///< relationship to entity type, with its cardinality near the entity type
    Attribute, ///< attribute to owner
    Flow,      ///< a query between screens or tables: at right angles, with a pill
    Entry,     ///< from a dot above into a table
};

struct EdgeSpec {
    ElementId id{}; ///< the query, relationship type or attribute
    int index = 0;  ///< tells several edges of one element apart
    EdgeKind kind = EdgeKind::Chen;
    ElementId from{};
    ElementId to{};
    QString label; ///< "Q4"; at a Chen line the cardinality at `to`
    QString role;
    bool doubled = false; ///< total participation
    bool warning = false; ///< answered by index or scan: dashed, amber
    int slot = 0;         ///< of several entries into one table
    int slotCount = 1;
    friend bool operator==(const EdgeSpec&, const EdgeSpec&) = default;
};

struct DiagramSpec {
    std::vector<NodeSpec> nodes;
    std::vector<EdgeSpec> edges;
};

} // namespace views
