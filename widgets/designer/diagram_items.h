#pragma once

#include "widgets/designer/edge_router.h"
#include "widgets/designer/far_painter.h"

#include <QGraphicsItem>

namespace views {

class DiagramScene;

/// One box of a canvas.
class NodeItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 1 };
    NodeItem(const DiagramScene& scene, const NodeSpec& spec);

    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] const NodeSpec& spec() const { return m_spec; }
    /// Takes over what is shown and where.
    void setSpec(const NodeSpec& spec);
    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    /// Where a line from `towards` (in the scene) meets the outline.
    [[nodiscard]] QPointF borderTowards(const QPointF& towards) const;
    [[nodiscard]] QRectF sceneRect() const;

private:
    const DiagramScene& m_scene;
    NodeSpec m_spec;
    FarName m_farName;
};

/// One line of a canvas, below the boxes.
class EdgeItem final : public QGraphicsItem {
public:
    enum { Type = UserType + 2 };
    EdgeItem(const DiagramScene& scene, const EdgeSpec& spec);

    [[nodiscard]] int type() const override { return Type; }
    [[nodiscard]] const EdgeSpec& spec() const { return m_spec; }
    void setSpec(const EdgeSpec& spec);
    /// Reads its ends' places again. A flow waits for the scene, which routes all of them.
    void reroute();
    /// Shown as what is selected: a line at a box that is.
    void setLit(bool lit);
    [[nodiscard]] bool isLit() const { return m_lit; }
    [[nodiscard]] bool isFlow() const { return m_spec.kind == EdgeKind::Flow; }
    /// True if that is another way than before.
    bool setRoute(const Route& route);
    [[nodiscard]] Route route() const { return {m_points, m_label}; }
    [[nodiscard]] QSizeF labelSize() const;
    [[nodiscard]] QRectF boundingRect() const override;
    [[nodiscard]] QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;
    /// The pill of a query; the scene paints those of all lines above the lines.
    void paintLabel(QPainter& painter) const;
    /// The middle of its pill.
    [[nodiscard]] QPointF labelPoint() const { return m_label; }

private:
    [[nodiscard]] QColor colorOf(const DiagramLook& look, bool selected) const;
    void paintFar(QPainter& painter, const DiagramLook& look) const;
    void paintPill(QPainter& painter, const DiagramLook& look, const QColor& color) const;

    const DiagramScene& m_scene;
    EdgeSpec m_spec;
    qreal m_pill = 0; ///< the width of its label; measuring text is slow
    QList<QPointF> m_points;
    QPointF m_label;
    bool m_lit = false;
};

/// How far apart several flows on one side of a box run: the offset of this one.
[[nodiscard]] qreal slotOffset(int slot, int slotCount, qreal extent);

} // namespace views
