#pragma once

#include <QList>
#include <QRectF>
#include <QString>

class QPainter;
class QPrinter;

namespace views {

class DiagramScene;

/// A diagram black on white as the books print it, over what its queries ask: "Q1 Hotels near a
/// POI". GUI thread.
class DiagramPrint {
public:
    explicit DiagramPrint(DiagramScene& scene);

    /// As large as it is on a screen at 100 %.
    [[nodiscard]] QSizeF size() const;
    /// Into the middle of `target`, as large as fits, but never enlarged more than twice.
    void paint(QPainter& painter, const QRectF& target);
    /// Puts a printer, or the PDF that it writes, into the resolution for which the boxes were laid
    /// out (fonts are in points: in another one the text would not fit its boxes), and the paper
    /// the right way round.
    void prepare(QPrinter& printer) const;
    /// Writes SVG, PNG or PDF, as the name ends; false if the file cannot be written.
    [[nodiscard]] bool write(const QString& path);

private:
    struct Line {
        QString label;
        QString text;
    };
    [[nodiscard]] qreal legendHeight() const;
    void paintLegend(QPainter& painter) const;

    DiagramScene& m_scene;
    QRectF m_content;
    QList<Line> m_legend;
    int m_columns = 1;
};

} // namespace views
