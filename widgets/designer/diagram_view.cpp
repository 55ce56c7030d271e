#include "widgets/designer/diagram_view.h"

#include "widgets/designer/far_painter.h"

#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QTimer>
#include <QWheelEvent>

#include <cmath>

namespace views {

namespace {
constexpr double kFrame = 24; ///< of nothing round the content
constexpr double kZoomLeast = 0.1;
constexpr double kZoomMost = 4;
constexpr qreal kKeyStep = 8;
} // namespace

DiagramView::DiagramView(const theme::Theme& theme, DiagramScene& scene, const QString& name,
                         QWidget* parent)
    : QGraphicsView(&scene, parent),
      m_theme(theme),
      m_diagram(scene),
      m_minimap(new Minimap(theme, *this)),
      m_rename(new QLineEdit(viewport()))
{
    // The scene outlives what shows it.
    scene.setParent(this);
    setAccessibleName(name);
    setFrameShape(NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setDragMode(RubberBandDrag);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setViewportUpdateMode(SmartViewportUpdate);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    m_rename->hide();
    m_rename->setAccessibleName(tr("New name"));
    m_rename->installEventFilter(this);
    m_minimap->hide();
    connect(&scene, &DiagramScene::renameRequested, this, &DiagramView::beginRename);
    connect(&scene, &DiagramScene::toolChanged, this, [this] {
        viewport()->setCursor(m_diagram.tool() == Tool::Select ? Qt::ArrowCursor : Qt::CrossCursor);
        setDragMode(m_diagram.tool() == Tool::Select ? RubberBandDrag : NoDrag);
    });
    connect(&scene, &DiagramScene::synced, this, [this] {
        if ((m_fitWanted || m_fitNew) && isVisible()) {
            m_fitNew = false;
            fit();
        } else {
            giveRoom();
        }
        updateMinimap();
        // Items that differ are painted anew by themselves; what a canvas without any says is not.
        if (std::exchange(m_hadNodes, m_diagram.hasNodes()) != m_diagram.hasNodes())
            viewport()->update();
    });
    connect(&scene, &DiagramScene::routed, this, [this] {
        // Only lines that came after the fit; where somebody looks stays there.
        if (std::exchange(m_refit, false) && m_fitted)
            fit();
        else
            giveRoom();
        updateMinimap();
    });
    connect(&scene, &DiagramScene::layoutWanted, this, &DiagramView::fit);
    connect(&scene.context(), &studio::DesignContext::revealRequested, this, &DiagramView::reveal);
    // What stands here until the next sync is still the document before.
    connect(&scene.context(), &studio::DesignContext::documentChanged, this,
            [this] { m_fitted = m_fitNew = true; });
}

void DiagramView::fitSoon()
{
    m_fitted = true;
    m_fitWanted = true;
    if (isVisible())
        fit();
}

void DiagramView::setMinimapShown(bool shown)
{
    m_hasMinimap = shown;
    placeMinimap();
}

void DiagramView::giveRoom()
{
    // More than the viewport on each side, and what is in view: a view that has room does not move
    // when something is drawn.
    const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
    setSceneRect(m_diagram.contentRect().adjusted(-seen.width(), -seen.height(), seen.width(),
                                                  seen.height()) |
                 seen);
}

void DiagramView::setZoom(double zoom, QPointF keep)
{
    zoom = std::clamp(zoom, kZoomLeast, kZoomMost);
    const QPointF before = mapToScene(keep.toPoint());
    setTransform(QTransform::fromScale(zoom, zoom));
    giveRoom();
    const QPointF now = mapFromScene(before);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() +
                                    static_cast<int>(std::lround(now.x() - keep.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() +
                                  static_cast<int>(std::lround(now.y() - keep.y())));
    updateMinimap();
    emit zoomChanged();
}

void DiagramView::zoomIn()
{
    m_fitted = false;
    setZoom(zoom() * 1.2, viewport()->rect().center());
}
void DiagramView::zoomOut()
{
    m_fitted = false;
    setZoom(zoom() / 1.2, viewport()->rect().center());
}
void DiagramView::zoomReset()
{
    m_fitted = false;
    setZoom(1, viewport()->rect().center());
}

void DiagramView::fit()
{
    const QRectF content = m_diagram.contentRect();
    const QSizeF room = viewport()->size();
    if (room.width() < 20 || room.height() < 20)
        return;
    const double share =
        m_fitsWidth
            ? std::min(room.width() / content.width(), 1.0)
            : std::min({room.width() / content.width(), room.height() / content.height(), 1.0});
    const double wanted = std::clamp(share, kZoomLeast, kZoomMost);
    setTransform(QTransform::fromScale(wanted, wanted));
    setSceneRect(content.adjusted(-room.width() / wanted, -room.height() / wanted,
                                  room.width() / wanted, room.height() / wanted));
    centerOn(m_fitsWidth ? QPointF(content.center().x(), content.top() + room.height() / wanted / 2)
                         : content.center());
    m_fitted = true;
    m_refit = m_diagram.isRouting();
    // Until there is something to see, what comes first is fitted again.
    m_fitWanted = !m_diagram.hasNodes() && m_diagram.tool() == Tool::Select;
    updateMinimap();
    emit zoomChanged();
}

void DiagramView::reveal(ElementId id)
{
    if (!isVisible())
        return;
    if (zoom() < kFarScale) {
        readable(id); // from afar nobody sees what is meant
        return;
    }
    if (NodeItem* item = m_diagram.node(id)) {
        ensureVisible(item->sceneRect(), 60, 60);
    } else if (const EdgeItem* line = m_diagram.edge(id)) {
        ensureVisible(QRectF(line->labelPoint() - QPointF(20, 20), QSizeF(40, 40)), 60, 60);
    }
    updateMinimap();
}

void DiagramView::readable(ElementId id)
{
    const NodeItem* item = m_diagram.node(id);
    const EdgeItem* line = item ? nullptr : m_diagram.edge(id);
    if (!item && !line)
        return;
    if (zoom() < 1)
        setZoom(1, viewport()->rect().center());
    m_fitted = false;
    centerOn(item ? item->sceneRect().center() : line->labelPoint());
    updateMinimap();
}

// ---- mouse --------------------------------------------------------------------------------------

void DiagramView::wheelEvent(QWheelEvent* event)
{
    m_fitted = false;
    if (event->modifiers() & Qt::ControlModifier) {
        setZoom(zoom() * std::pow(1.0015, event->angleDelta().y()), event->position());
    } else {
        const QPoint delta = event->angleDelta();
        const bool sideways = event->modifiers() & Qt::ShiftModifier;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() -
                                        (sideways ? delta.y() : delta.x()) / 2);
        if (!sideways)
            verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y() / 2);
    }
    updateMinimap();
    event->accept();
}

void DiagramView::mousePressEvent(QMouseEvent* event)
{
    m_fitted = m_fitWanted = false;
    if (m_renaming != ElementId::None)
        endRename(true);
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && m_spaceDown)) {
        m_panning = true;
        m_panFrom = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    QGraphicsView::mousePressEvent(event);
}

void DiagramView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_panning) {
        const QPoint delta = event->pos() - m_panFrom;
        m_panFrom = event->pos();
        m_fitted = false;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - delta.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - delta.y());
        updateMinimap();
        return;
    }
    QGraphicsView::mouseMoveEvent(event);
}

void DiagramView::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_panning) {
        m_panning = false;
        viewport()->setCursor(m_diagram.tool() == Tool::Select ? Qt::ArrowCursor : Qt::CrossCursor);
        return;
    }
    QGraphicsView::mouseReleaseEvent(event);
}

void DiagramView::contextMenuEvent(QContextMenuEvent* event)
{
    event->accept();
    QMenu menu;
    const auto add = [this, &menu](const QString& text, const QKeySequence& keys,
                                   void (DiagramScene::*run)()) {
        menu.addAction(text, this, [this, run] { (m_diagram.*run)(); })->setShortcut(keys);
    };
    const bool chosen = !m_diagram.selectedIds().isEmpty();
    if (chosen) {
        for (const DiagramCommand& command : m_diagram.commands()) {
            QAction* action = menu.addAction(command.text, this, command.run);
            action->setShortcut(command.keys);
            action->setCheckable(command.checked.has_value());
            action->setChecked(command.checked.value_or(false));
        }
        menu.addSeparator();
        add(tr("Rename"), Qt::Key_F2, &DiagramScene::renameSelected);
        if (m_diagram.alignable().size() > 1)
            addAlignments(*menu.addMenu(tr("Align")));
        menu.addSeparator();
        add(tr("Cut"), QKeySequence::Cut, &DiagramScene::cutSelected);
        add(tr("Copy"), QKeySequence::Copy, &DiagramScene::copySelected);
    }
    add(tr("Paste"), QKeySequence::Paste, &DiagramScene::paste);
    if (chosen) {
        add(tr("Duplicate"), Qt::CTRL | Qt::Key_D, &DiagramScene::duplicateSelected);
        add(tr("Delete"), Qt::Key_Delete, &DiagramScene::removeSelected);
    }
    menu.addSeparator();
    add(tr("Select all"), QKeySequence::SelectAll, &DiagramScene::selectEverything);
    add(tr("Arrange"), {}, &DiagramScene::arrange);
    menu.exec(event->reason() == QContextMenuEvent::Mouse
                  ? event->globalPos()
                  : mapToGlobal(viewport()->rect().center()));
}

void DiagramView::addAlignments(QMenu& menu)
{
    const std::pair<QString, Alignment> all[] = {{tr("Left edges"), Alignment::Left},
                                                 {tr("Centres"), Alignment::Centre},
                                                 {tr("Right edges"), Alignment::Right},
                                                 {tr("Top edges"), Alignment::Top},
                                                 {tr("Middles"), Alignment::Middle},
                                                 {tr("Bottom edges"), Alignment::Bottom},
                                                 {tr("Spread across"), Alignment::SpreadAcross},
                                                 {tr("Spread down"), Alignment::SpreadDown}};
    for (const auto& [text, how] : all)
        menu.addAction(text, this, [this, how = how] { m_diagram.align(how); });
}

// ---- keys ---------------------------------------------------------------------------------------

bool DiagramView::handleToolKey(const QKeyEvent& event)
{
    if (event.modifiers() != Qt::NoModifier && event.modifiers() != Qt::ShiftModifier)
        return false;
    const std::pair<int, Tool> keys[] = {
        {Qt::Key_V, Tool::Select},    {Qt::Key_E, Tool::Entity},    {Qt::Key_R, Tool::Relationship},
        {Qt::Key_A, Tool::Attribute}, {Qt::Key_I, Tool::Hierarchy}, {Qt::Key_S, Tool::Screen},
        {Qt::Key_Q, Tool::Query},     {Qt::Key_T, Tool::Table},     {Qt::Key_U, Tool::Type},
        {Qt::Key_N, Tool::Note}};
    for (const auto& [key, tool] : keys) {
        if (event.key() != key)
            continue;
        if (tool != Tool::Select && !m_diagram.tools().contains(tool)) {
            emit otherToolWanted(tool);
            return true;
        }
        // On a selection the tool acts at once: two boxes are connected, one gets an attribute.
        const QList<ElementId> chosen = m_diagram.selectedIds();
        const bool acts =
            (tool == Tool::Attribute && chosen.size() == 1) ||
            ((tool == Tool::Relationship || tool == Tool::Query || tool == Tool::Hierarchy) &&
             chosen.size() == 2);
        if (acts)
            m_diagram.useTool(tool, mapToScene(viewport()->rect()).boundingRect());
        else
            m_diagram.setTool(tool);
        return true;
    }
    return false;
}

bool DiagramView::handleArrow(const QKeyEvent& event)
{
    QPointF direction;
    switch (event.key()) {
    case Qt::Key_Left:
        direction = {-1, 0};
        break;
    case Qt::Key_Right:
        direction = {1, 0};
        break;
    case Qt::Key_Up:
        direction = {0, -1};
        break;
    case Qt::Key_Down:
        direction = {0, 1};
        break;
    default:
        return false;
    }
    if (event.modifiers() & Qt::AltModifier)
        m_diagram.moveSelected(direction * kKeyStep);
    else
        m_diagram.goTo(m_diagram.neighbour(m_diagram.keyboardItem(), direction),
                       event.modifiers() & Qt::ShiftModifier);
    return true;
}

void DiagramView::keyPressEvent(QKeyEvent* event)
{
    event->accept();
    // Shortcuts of the window come by here too; only what is meant for the canvas ends the fitting.
    if (!(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) && !event->text().isEmpty())
        m_fitted = m_fitWanted = false;
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_spaceDown = true;
        viewport()->setCursor(Qt::OpenHandCursor);
        return;
    }
    if (m_diagram.takeKey(event->key(), event->modifiers()) || handleArrow(*event) ||
        handleToolKey(*event))
        return;
    switch (event->key()) {
    case Qt::Key_Escape:
        m_diagram.setTool(Tool::Select);
        m_diagram.clearSelection();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_diagram.tool() != Tool::Select)
            m_diagram.useTool(m_diagram.tool(), mapToScene(viewport()->rect()).boundingRect());
        else
            m_diagram.renameSelected();
        return;
    case Qt::Key_F2:
        m_diagram.renameSelected();
        return;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        m_diagram.removeSelected();
        return;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        return;
    default:
        break;
    }
    event->ignore();
}

void DiagramView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_spaceDown = false;
        viewport()->setCursor(Qt::ArrowCursor);
    }
    QGraphicsView::keyReleaseEvent(event);
}

bool DiagramView::focusNextPrevChild(bool next)
{
    // Tab goes from box to box, and leaves the canvas after the last one. Qt also asks when a field
    // within the canvas loses the keyboard: that selects nothing.
    if (!hasFocus())
        return QGraphicsView::focusNextPrevChild(next);
    NodeItem* item = m_diagram.following(m_diagram.keyboardItem(), next ? 1 : -1);
    if (!item)
        return QGraphicsView::focusNextPrevChild(next);
    m_diagram.goTo(item, false);
    return true;
}

// ---- the field that renames ---------------------------------------------------------------------

void DiagramView::beginRename(ElementId id, const QRectF& rect, const QString& text)
{
    if (!isVisible())
        return;
    if (zoom() < kFarScale)
        readable(id);
    m_renaming = id;
    QRect box = mapFromScene(rect).boundingRect();
    const int width = std::max(box.width(), 150);
    m_rename->setGeometry(box.center().x() - width / 2, box.center().y() - 14, width, 28);
    m_rename->setText(text);
    m_rename->setToolTip(m_diagram.renameHint(id));
    m_rename->setPlaceholderText(m_rename->toolTip());
    m_rename->selectAll();
    m_rename->show();
    const auto focus = [this] {
        if (m_renaming != ElementId::None) {
            m_rename->setFocus(Qt::OtherFocusReason);
            m_rename->selectAll();
        }
    };
    focus();
    // The press that made the element gives the canvas the keyboard afterwards.
    if (QGuiApplication::mouseButtons() != Qt::NoButton)
        QTimer::singleShot(0, m_rename, focus);
}

void DiagramView::endRename(bool take)
{
    const ElementId id = std::exchange(m_renaming, ElementId::None);
    if (id == ElementId::None)
        return;
    const QString text = m_rename->text();
    setFocus();
    m_rename->hide();
    if (take && !text.trimmed().isEmpty())
        m_diagram.renamed(id, text);
}

bool DiagramView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_rename) {
        // Here and not by returnPressed: the field passes the key on, and the canvas would rename
        // again.
        if (event->type() == QEvent::KeyPress) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            if (key == Qt::Key_Escape || key == Qt::Key_Return || key == Qt::Key_Enter) {
                endRename(key != Qt::Key_Escape);
                return true;
            }
        }
        if (event->type() == QEvent::FocusOut) {
            const auto reason = static_cast<QFocusEvent*>(event)->reason();
            if (reason != Qt::ActiveWindowFocusReason && reason != Qt::PopupFocusReason)
                endRename(true);
        }
    }
    return QGraphicsView::eventFilter(watched, event);
}

// ---- the rest -----------------------------------------------------------------------------------

void DiagramView::placeMinimap()
{
    // Where all is in sight it would only hide a part of it.
    const QRectF shown = mapToScene(viewport()->rect()).boundingRect();
    const QRectF boxes = m_diagram.contentRect().adjusted(kFrame, kFrame, -kFrame, -kFrame);
    m_minimap->setVisible(m_hasMinimap && !shown.contains(boxes));
    const QSize size = m_minimap->sizeHint();
    m_minimap->setGeometry(viewport()->width() - size.width() - 16,
                           viewport()->height() - size.height() - 16, size.width(), size.height());
    m_minimap->raise();
}

void DiagramView::updateMinimap()
{
    placeMinimap();
    m_minimap->update();
}

void DiagramView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    if (m_fitted)
        fit();
    placeMinimap();
}

void DiagramView::showEvent(QShowEvent* event)
{
    QGraphicsView::showEvent(event);
    m_diagram.setActive(true);
    if (m_fitted)
        fit();
}

void DiagramView::hideEvent(QHideEvent* event)
{
    QGraphicsView::hideEvent(event);
    m_diagram.setActive(false);
}

void DiagramView::focusInEvent(QFocusEvent* event)
{
    QGraphicsView::focusInEvent(event);
    if (!m_diagram.keyboardItem() && event->reason() == Qt::TabFocusReason)
        m_diagram.goTo(m_diagram.following(nullptr, 1), false);
    emit gotFocus();
}

void DiagramView::paintEvent(QPaintEvent* event)
{
    QGraphicsView::paintEvent(event);
    if (m_diagram.hasNodes())
        return;
    QPainter painter(viewport());
    painter.setPen(m_theme.tokens().text3);
    painter.setFont(theme::typeFont(theme::Type::Body));
    painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24),
                     Qt::AlignCenter | Qt::TextWordWrap, m_diagram.emptyText());
}

} // namespace views
