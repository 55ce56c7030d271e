#include "widgets/designer/diagram_print.h"

#include "widgets/designer/diagram_items.h"
#include "widgets/designer/diagram_scene.h"
#include "widgets/theme/tokens.h"

#include <QFileInfo>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <QImage>
#include <QPainter>
#include <QPrinter>
#include <QScreen>
#include <QSvgGenerator>

#include <algorithm>

namespace views {

using theme::Type;

namespace {

constexpr qreal kLegendRow = 20;
constexpr qreal kLegendGap = 28;
constexpr qreal kLegendColumn = 300; ///< at least so wide
constexpr qreal kLegendLabel = 38;
constexpr qreal kPrintMargin = 12;
constexpr qreal kEnlargedMost = 2;
constexpr qreal kPictureScale = 2;

int screenDpi()
{
    const QScreen* screen = QGuiApplication::primaryScreen();
    return screen ? qRound(screen->logicalDotsPerInchY()) : 96;
}

} // namespace

DiagramPrint::DiagramPrint(DiagramScene& scene) : m_scene(scene)
{
    scene.finishRouting();
    m_content = scene.contentRect();
    // Only labels that stand in the diagram are explained below it.
    for (const engine::modeling::Query& query : scene.context().model().queries) {
        const bool shown = std::ranges::any_of(scene.items(), [&](const QGraphicsItem* item) {
            const auto* edge = dynamic_cast<const EdgeItem*>(item);
            return edge && edge->spec().label == QString::fromStdString(query.label);
        });
        if (shown)
            m_legend.append(
                {QString::fromStdString(query.label), QString::fromStdString(query.question)});
    }
    m_columns = std::clamp(static_cast<int>(m_content.width() / kLegendColumn), 1, 3);
}

qreal DiagramPrint::legendHeight() const
{
    const auto rows = (m_legend.size() + m_columns - 1) / m_columns;
    return rows == 0 ? 0 : kLegendGap + static_cast<qreal>(rows) * kLegendRow;
}

QSizeF DiagramPrint::size() const
{
    return {m_content.width() + 2 * kPrintMargin,
            m_content.height() + legendHeight() + 2 * kPrintMargin};
}

void DiagramPrint::paint(QPainter& painter, const QRectF& target)
{
    const QSizeF whole = size();
    const qreal scale =
        std::min({target.width() / whole.width(), target.height() / whole.height(), kEnlargedMost});
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(target.left() + (target.width() - whole.width() * scale) / 2, target.top());
    painter.scale(scale, scale);
    painter.translate(kPrintMargin, kPrintMargin);
    m_scene.setPrint(true);
    m_scene.render(&painter, QRectF(QPointF(0, 0), m_content.size()), m_content);
    m_scene.setPrint(false);
    paintLegend(painter);
    painter.restore();
}

void DiagramPrint::paintLegend(QPainter& painter) const
{
    if (m_legend.isEmpty())
        return;
    painter.setPen(QPen(Qt::black, 0.6));
    const qreal top = m_content.height() + kLegendGap / 2;
    painter.drawLine(QPointF(0, top), QPointF(m_content.width(), top));
    QFont bold = theme::typeFont(Type::Label);
    bold.setWeight(QFont::DemiBold);
    const QFont plain = theme::typeFont(Type::Label);
    const QFontMetricsF metrics(plain);
    const auto rows = (m_legend.size() + m_columns - 1) / m_columns;
    const qreal width = m_content.width() / m_columns;
    for (qsizetype i = 0; i < m_legend.size(); ++i) {
        const QRectF row(static_cast<qreal>(i / rows) * width,
                         m_content.height() + kLegendGap +
                             static_cast<qreal>(i % rows) * kLegendRow,
                         width - kPrintMargin, kLegendRow);
        painter.setFont(bold);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, m_legend[i].label);
        painter.setFont(plain);
        const QRectF text = row.adjusted(kLegendLabel, 0, 0, 0);
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(m_legend[i].text, Qt::ElideRight, text.width()));
    }
}

void DiagramPrint::prepare(QPrinter& printer) const
{
    printer.setResolution(screenDpi());
    printer.setPageOrientation(size().width() > size().height() ? QPageLayout::Landscape
                                                                : QPageLayout::Portrait);
}

bool DiagramPrint::write(const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setFileName(path);
        svg.setResolution(screenDpi());
        svg.setSize(size().toSize());
        svg.setViewBox(QRectF(QPointF(0, 0), size()));
        svg.setTitle(QString::fromStdString(m_scene.context().model().name));
        QPainter painter(&svg);
        if (!painter.isActive())
            return false;
        // Pages and slides may be dark.
        painter.fillRect(QRectF(QPointF(0, 0), size()), Qt::white);
        paint(painter, QRectF(QPointF(0, 0), size()));
        return true;
    }
    if (suffix == QLatin1String("png")) {
        QImage image((size() * kPictureScale).toSize(), QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        paint(painter, image.rect());
        painter.end();
        return image.save(path);
    }
    QPrinter printer;
    printer.setOutputFormat(QPrinter::PdfFormat);
    printer.setOutputFileName(path);
    printer.setDocName(QString::fromStdString(m_scene.context().model().name));
    prepare(printer);
    QPainter painter(&printer);
    if (!painter.isActive())
        return false;
    // A printer's origin is where its margins end.
    paint(painter,
          QRectF(QPointF(0, 0), printer.pageLayout().paintRectPixels(printer.resolution()).size()));
    return true;
}

} // namespace views
