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
#include <QSaveFile>
#include <QScreen>
#include <QSvgGenerator>

#include <algorithm>

namespace views {

using theme::Type;

namespace {

constexpr qreal kLegendBetween = 5;
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
    placeLegend();
}

void DiagramPrint::placeLegend()
{
    const QFontMetricsF metrics(theme::typeFont(Type::Label));
    const int columns = std::clamp(static_cast<int>(m_content.width() / kLegendColumn), 1, 3);
    const auto rows = (m_legend.size() + columns - 1) / columns;
    const qreal width = m_content.width() / columns;
    qreal y = 0;
    for (qsizetype i = 0; i < m_legend.size(); ++i) {
        if (i % rows == 0)
            y = kLegendGap;
        const qreal room = width - kPrintMargin - kLegendLabel;
        const qreal height =
            metrics.boundingRect(QRectF(0, 0, room, 1e4), Qt::TextWordWrap, m_legend[i].text)
                .height();
        m_legend[i].place = QRectF(static_cast<qreal>(i / rows) * width, y, width - kPrintMargin,
                                   height + kLegendBetween);
        y += height + kLegendBetween;
        m_legendHeight = std::max(m_legendHeight, y);
    }
}

QSizeF DiagramPrint::size() const
{
    return {m_content.width() + 2 * kPrintMargin,
            m_content.height() + m_legendHeight + 2 * kPrintMargin};
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
    for (const Line& line : m_legend) {
        const QRectF place = line.place.translated(0, m_content.height());
        painter.setFont(bold);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignTop, line.label);
        painter.setFont(plain);
        painter.drawText(place.adjusted(kLegendLabel, 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, line.text);
    }
}

void DiagramPrint::prepare(QPrinter& printer) const
{
    printer.setResolution(screenDpi());
    printer.setPageOrientation(size().width() > size().height() ? QPageLayout::Landscape
                                                                : QPageLayout::Portrait);
}

QString DiagramPrint::write(const QString& path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("pdf"))
        return writePdf(path);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    if (suffix == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setOutputDevice(&file);
        svg.setResolution(screenDpi());
        svg.setSize(size().toSize());
        svg.setViewBox(QRectF(QPointF(0, 0), size()));
        svg.setTitle(QString::fromStdString(m_scene.context().model().name));
        QPainter painter(&svg);
        // Pages and slides may be dark.
        painter.fillRect(QRectF(QPointF(0, 0), size()), Qt::white);
        paint(painter, QRectF(QPointF(0, 0), size()));
    } else {
        QImage image((size() * kPictureScale).toSize(), QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        paint(painter, image.rect());
        painter.end();
        image.save(&file, "PNG");
    }
    return file.commit() ? QString() : file.errorString();
}

QString DiagramPrint::writePdf(const QString& path)
{
    // A printer does not say why it cannot write.
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return file.errorString();
    file.close();
    QPrinter printer;
    printer.setOutputFormat(QPrinter::PdfFormat);
    printer.setOutputFileName(path);
    printer.setDocName(QString::fromStdString(m_scene.context().model().name));
    prepare(printer);
    QPainter painter(&printer);
    // A printer's origin is where its margins end.
    paint(painter,
          QRectF(QPointF(0, 0), printer.pageLayout().paintRectPixels(printer.resolution()).size()));
    return {};
}

} // namespace views
