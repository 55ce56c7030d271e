#pragma once

#include "widgets/ring/ring_geometry.h"
#include "widgets/studio/cluster_source.h"
#include "widgets/theme/accessible_items.h"

#include <QPixmap>
#include <QWidget>

#include <optional>

namespace theme {
class Theme;
struct Tokens;
} // namespace theme

namespace views {

/// The donuts: vnode arcs, nodes as discs, the typed key with its replicas.
///
/// The arcs are drawn once into a pixmap and again only when topology, size, theme or key change;
/// a repaint copies it. Arrow keys go from node to node; each has its accessible name as the
/// widget's description when it is current.
class RingCanvas : public QWidget, public theme::AccessibleItems {
    Q_OBJECT
public:
    RingCanvas(const theme::Theme& theme, QWidget* parent = nullptr);

    void setTopology(const studio::ClusterTopology& topology);
    void setByDatacenter(bool on);
    /// `label` is what the flag says; no placement without a key.
    void setKey(std::optional<studio::Placement> placement, const QString& label);
    void setSelected(int node);
    /// Arcs drawn by the last rebuild, and rebuilds so far; tests assert the work.
    [[nodiscard]] int arcsPainted() const noexcept { return m_arcsPainted; }
    [[nodiscard]] int rebuilds() const noexcept { return m_rebuilds; }
    /// "n3, down, rack rack3, replica 2 of AZ123".
    [[nodiscard]] QString describe(int node) const;

    [[nodiscard]] int accessibleItemCount() const override;
    [[nodiscard]] QString accessibleItemName(int item) const override { return describe(item); }
    [[nodiscard]] QRect accessibleItemRect(int item) const override;
    [[nodiscard]] int accessibleCurrentItem() const override { return m_selected; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {360, 320}; }

signals:
    void nodeClicked(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Placed {
        QPointF centre;
        double outer = 0;
        double inner = 0;
        double discs = 0; ///< radius of the circle of discs
        double disc = 0;  ///< radius of one disc
    };
    void invalidate();
    std::vector<Placed> placeRings() const;
    void drawArcs(QPainter& painter, const RingPicture& picture, const Placed& placed);
    void drawDiscs(QPainter& painter, const RingPicture& picture, const Placed& placed) const;
    void drawDisc(QPainter& painter, int node, const QPointF& centre, double radius) const;
    void drawKey(QPainter& painter, const Placed& placed) const;
    int nodeAt(const QPointF& point) const;
    int replicaOrder(int node) const;

    const theme::Theme& m_theme;
    studio::ClusterTopology m_topology;
    std::vector<RingPicture> m_pictures;
    std::optional<studio::Placement> m_key;
    QString m_keyLabel;
    int m_selected = -1;
    bool m_byDatacenter = true;
    bool m_stale = true;
    QPixmap m_arcs;
    int m_arcsPainted = 0;
    int m_rebuilds = 0;
};

} // namespace views
