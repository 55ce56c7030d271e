#pragma once

#include "widgets/designer/diagram_items.h"
#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/layout.h"
#endif

#include <QElapsedTimer>
#include <QGraphicsScene>
#include <QHash>
#include <QKeySequence>
#include <QSet>
#include <QTimer>

#include <functional>
#include <map>
#include <optional>

namespace views {

enum class Tool {
    Select,
    Entity,
    Relationship,
    Attribute,
    Hierarchy,
    Screen,
    Query,
    Table,
    Type,
    Note
};

/// Along which line boxes are put, or that they stand equally far apart.
enum class Alignment { Left, Centre, Right, Top, Middle, Bottom, SpreadAcross, SpreadDown };

/// What can be done with what is selected, beside what every canvas can.
struct DiagramCommand {
    QString text;
    QKeySequence keys;
    std::function<void()> run;
    std::optional<bool> checked; ///< for what is or is not
};

/// One canvas of the designer: boxes and lines made from the model, and the mouse and keys on them.
///
/// It never changes the model; what the user does becomes an edit of the context. After each edit
/// it compares what should be shown with what is, and touches only items that differ. Subclasses
/// say what a model looks like and what the tools make.
class DiagramScene : public QGraphicsScene {
    Q_OBJECT
public:
    DiagramScene(const theme::Theme& theme, studio::DesignContext& context, QObject* parent);
    ~DiagramScene() override;

    [[nodiscard]] DiagramLook look() const { return {&m_theme.tokens(), m_print}; }
    [[nodiscard]] const theme::Theme& theme() const { return m_theme; }
    [[nodiscard]] studio::DesignContext& context() const { return m_context; }
    /// As the books print it; for export.
    void setPrint(bool print);
    [[nodiscard]] NodeItem* node(ElementId id) const;
    [[nodiscard]] QList<NodeItem*> nodes() const;
    /// The same without an order, which costs to find.
    [[nodiscard]] const QHash<quint32, NodeItem*>& nodesById() const { return m_nodes; }
    [[nodiscard]] bool hasNodes() const { return !m_nodes.isEmpty(); }
    [[nodiscard]] EdgeItem* edge(ElementId id) const;
    /// The item that keys act on.
    [[nodiscard]] NodeItem* keyboardItem() const { return m_keyboard; }
    void countPaint() const { ++m_paints; }
    /// Items made or changed by the last sync, and painted since; for tests of performance.
    [[nodiscard]] int lastChangedItems() const { return m_changed; }
    [[nodiscard]] int paintedItems() const { return m_paints; }
    [[nodiscard]] const RouterWork& routerWork() const { return m_router.work(); }
    /// Lines that have to be led anew are led in slices, most of them before the next frame.
    [[nodiscard]] bool isRouting() const { return !m_waiting.empty(); }
    /// Leads all of them now: for print, export and tests.
    void finishRouting();

    [[nodiscard]] Tool tool() const { return m_tool; }
    void setTool(Tool tool);
    /// The tools that this canvas knows.
    [[nodiscard]] virtual QList<Tool> tools() const = 0;
    /// A sentence for a canvas without anything.
    [[nodiscard]] virtual QString emptyText() const = 0;
    /// Shows the model at hand.
    void sync();
    /// The same at once if it is shown, else when it is.
    void refresh();
    /// Only a shown canvas follows the model.
    void setActive(bool active);
    /// Everything that stands on it, with a margin.
    [[nodiscard]] QRectF contentRect() const;

    /// What is selected here.
    [[nodiscard]] QList<ElementId> selectedIds() const;
    void removeSelected();
    void copySelected();
    void cutSelected();
    void paste();
    void duplicateSelected();
    void selectEverything();
    /// Lays out the selection, or everything if nothing is selected.
    void arrange();
    /// Uses the tool without a mouse: on what is selected, else in the middle of `visible`.
    void useTool(Tool tool, const QRectF& visible);
    void renameSelected();
    /// Selects and returns the next item whose text contains `words`; nullptr if there is none.
    NodeItem* findNext(const QString& words);
    void moveSelected(const QPointF& by);
    /// Puts the selected boxes in line, with what hangs on them; one undo step.
    void align(Alignment how);
    /// The selected boxes that align() moves.
    [[nodiscard]] QList<NodeItem*> alignable() const;
    void goTo(NodeItem* item, bool extend);
    [[nodiscard]] NodeItem* neighbour(NodeItem* from, const QPointF& direction) const;
    [[nodiscard]] NodeItem* following(NodeItem* from, int step) const;
    /// "name"; for attributes and columns also "name: type", for relationship types "name: 1:n".
    void renamed(ElementId id, const QString& text);
    /// What the field that renames takes, in a few words.
    [[nodiscard]] QString renameHint(ElementId id) const;
    /// What this kind of diagram can do with what is selected, by key or from its menu.
    [[nodiscard]] virtual std::vector<DiagramCommand> commands() { return {}; }
    /// Runs the command that has the key; true if there is one.
    bool takeKey(int key, Qt::KeyboardModifiers modifiers);

signals:
    void toolChanged();
    /// The view shows a field over `rect`.
    void renameRequested(engine::modeling::ElementId id, const QRectF& rect, const QString& text);
    void layoutWanted();
    void synced();
    /// The last line that waited has its way; not if that was before synced().
    void routed();

protected:
    using Model = engine::modeling::Model;
    using Centres = engine::modeling::Centres;

    [[nodiscard]] virtual DiagramSpec build(const Model& model) = 0;
    [[nodiscard]] virtual Centres layout(const Model& model) = 0;
    /// Whether what follows from the model is shown too, and not the model alone.
    [[nodiscard]] virtual bool showsFindings() const { return true; }
    /// The tool on an empty place; the new element is renamed in place.
    virtual bool createAt(Tool tool, const QPointF& at);
    virtual bool createOn(Tool tool, NodeItem& node);
    /// The tool dragged from one box to another; a box may be dragged to itself.
    virtual bool createBetween(Tool tool, NodeItem& from, NodeItem& to);
    [[nodiscard]] virtual bool dragsFrom(Tool tool, const NodeItem& node) const;
    /// A click on a row's mark; a row dragged to another place.
    virtual void markClicked(NodeItem& node, int row);
    virtual void rowMoved(NodeItem& node, int row, int to);
    /// Where an element stands: where it was put, else where the layout puts it.
    [[nodiscard]] QPointF centreOf(const Model& model, ElementId id);
    /// Where a new box of that kind goes that is wanted at a place: there, or as near as is free.
    [[nodiscard]] engine::modeling::Point freeCentre(NodeKind kind, const QPointF& wanted) const;
    /// An edit that makes elements; the first new one is selected and renamed.
    bool create(const QString& text, const studio::ModelDocument::Edit& edit, bool rename = true);

    void mousePressEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseMoveEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseReleaseEvent(QGraphicsSceneMouseEvent* event) override;
    void mouseDoubleClickEvent(QGraphicsSceneMouseEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    enum class Drag { None, Pressed, Move, Line, Row };

    [[nodiscard]] NodeItem* nodeAt(const QPointF& at) const;
    /// Whether boxes show their names alone.
    [[nodiscard]] bool isFar() const;
    [[nodiscard]] EdgeItem* edgeAt(const QPointF& at) const;
    /// What the layout has put where something stands that somebody has placed gives way; true if
    /// anything did.
    bool clearNewNodes(const DiagramSpec& spec, const Model& model);
    void syncNodes(const std::vector<NodeSpec>& specs);
    void syncEdges(const std::vector<EdgeSpec>& specs);
    /// Tells the router, and notes which lines it touches.
    void placeBox(const NodeItem& item);
    void removeBox(quint32 id);
    /// Lines at boxes that have moved: straight ones follow, others are noted.
    void followBoxes(const QSet<quint32>& moved);
    void edgeChanged(quint64 id, const EdgeItem& item);
    /// Leads lines that were noted, or of them those at the boxes `only`.
    void routeWhatChanged(const QSet<quint32>* only = nullptr);
    void rerouteEdgesOf(const QSet<quint32>& moved);
    /// Leads waiting lines for about so many milliseconds, at least one.
    void routeSlice(int milliseconds);
    void showRoutes();
    void takeSelection();
    void showSelection();
    /// Lines at selected boxes stand out.
    void lightLines();
    void selectOne(QGraphicsItem* item, Qt::KeyboardModifiers modifiers);
    /// What hangs on a box that moves and has been put somewhere itself moves as far.
    void takeAlong(ElementId owner, const QPointF& by,
                   std::map<ElementId, engine::modeling::Point>& centres) const;
    void beginMove(NodeItem& pressed);
    void continueMove(const QPointF& at);
    void endMove();
    QPointF snapped(const QPointF& delta);
    void finishTool(Qt::KeyboardModifiers modifiers);

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    bool m_print = false;
    bool m_active = false;
    bool m_stale = true;
    bool m_selecting = false;
    Tool m_tool = Tool::Select;
    QHash<quint32, NodeItem*> m_nodes;
    QHash<quint64, EdgeItem*> m_edges;
    Centres m_auto;
    mutable QRectF m_content; ///< null: to be measured again
    EdgeRouter m_router;
    QSet<quint64> m_touched;        ///< lines to be led anew
    std::vector<quint64> m_waiting; ///< the same in order, the next one last
    QHash<quint64, Route> m_found;  ///< ways that are not shown yet
    QTimer m_slices;
    QElapsedTimer m_unshown;
    NodeItem* m_keyboard = nullptr;
    int m_changed = 0;
    mutable int m_paints = 0;

    Drag m_drag = Drag::None;
    QPointF m_pressedAt;
    ElementId m_pressed{};
    int m_pressedRow = -1;
    int m_dropRow = -1;
    QPointF m_lineEnd;
    QHash<quint32, QPointF> m_moving; ///< where each of them was
    QList<QLineF> m_guides;
};

} // namespace views
