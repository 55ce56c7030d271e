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
    /// Writes SVG, PDF or, else, PNG, as the name ends. Returns why it could not, or nothing.
    [[nodiscard]] QString write(const QString& path);

private:
    [[nodiscard]] QString writePdf(const QString& path);
    struct Line {
        QString label;
        QString text;
        QRectF place; ///< below the diagram, from the left end of the rule
    };
    /// The queries in columns, each in as many lines as it takes.
    void placeLegend();
    void paintLegend(QPainter& painter) const;

    DiagramScene& m_scene;
    QRectF m_content;
    QList<Line> m_legend;
    qreal m_legendHeight = 0;
};

} // namespace views
