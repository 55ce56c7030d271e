#pragma once

#include "widgets/designer/diagram_scene.h"

#include <QGraphicsView>

class QLineEdit;
class QMenu;

namespace views {

class Minimap;

/// The window onto a DiagramScene: zoom, pan, keys, the field that renames, the minimap.
class DiagramView : public QGraphicsView {
    Q_OBJECT
public:
    DiagramView(const theme::Theme& theme, DiagramScene& scene, const QString& name,
                QWidget* parent = nullptr);

    [[nodiscard]] DiagramScene& diagram() const { return m_diagram; }
    [[nodiscard]] Minimap& minimap() const { return *m_minimap; }
    void setMinimapShown(bool shown);
    [[nodiscard]] double zoom() const { return transform().m11(); }
    /// While the user has not zoomed or moved, the diagram stays fitted.
    void fitSoon();
    /// Fits the width only and shows the top, for a diagram that is one long column.
    void setFitsWidth(bool fits) { m_fitsWidth = fits; }

public slots:
    void zoomIn();
    void zoomOut();
    void zoomReset();
    /// Everything in view, never larger than 100 %.
    void fit();
    void reveal(engine::modeling::ElementId id);
    /// Brings an element to the middle, at 100 % if it was smaller.
    void readable(engine::modeling::ElementId id);

signals:
    void zoomChanged();
    void gotFocus();
    /// The key of a tool that this canvas does not have: its neighbour may.
    void otherToolWanted(views::Tool tool);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addAlignments(QMenu& menu);
    void setZoom(double zoom, QPointF keep);
    void giveRoom();
    void beginRename(ElementId id, const QRectF& rect, const QString& text);
    void endRename(bool take);
    bool handleToolKey(const QKeyEvent& event);
    bool handleArrow(const QKeyEvent& event);
    void placeMinimap();
    void updateMinimap();

    const theme::Theme& m_theme;
    DiagramScene& m_diagram;
    Minimap* m_minimap;
    bool m_hasMinimap = false;
    QLineEdit* m_rename;
    ElementId m_renaming{};
    bool m_panning = false;
    bool m_spaceDown = false;
    QPoint m_panFrom;
    bool m_fitsWidth = false;
    bool m_fitted = true;    ///< a resize fits again
    bool m_fitWanted = true; ///< the next model that comes is fitted
    bool m_fitNew = false;   ///< another document: fitted when it is shown for the first time
    bool m_hadNodes = false;
    bool m_refit = false; ///< when the last line has its way
};

/// The whole diagram small; dragging in it moves the view.
class Minimap : public QWidget {
    Q_OBJECT
public:
    Minimap(const theme::Theme& theme, DiagramView& view);
    [[nodiscard]] QSize sizeHint() const override { return {168, 114}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] QTransform toMap() const;
    void centreOn(const QPointF& at);
    const theme::Theme& m_theme;
    DiagramView& m_view;
};

} // namespace views
