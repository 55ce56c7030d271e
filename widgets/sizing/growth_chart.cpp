#include "widgets/sizing/growth_chart.h"

#include "widgets/studio/design_context.h"

#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace views {

using namespace engine::modeling;

GrowthChart::GrowthChart(const theme::Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_plot(new QCustomPlot(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_plot);
    m_plot->setMinimumHeight(150);
    m_plot->setAccessibleName(tr("Growth of a partition over time"));
    m_plot->addGraph();
    m_plot->addGraph();
    m_plot->xAxis->setSubTicks(false);
    m_plot->yAxis->setSubTicks(false);
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->yAxis->setNumberFormat("gb");
    m_plot->xAxis->setLabel(tr("days"));
    restyle();
    connect(&theme, &theme::Theme::changed, this, &GrowthChart::restyle);
}

void GrowthChart::restyle()
{
    const theme::Tokens& t = m_theme.tokens();
    m_plot->setBackground(t.panel);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(QPen(t.line));
        axis->setTickPen(QPen(t.line));
        axis->setTickLabelColor(t.text2);
        axis->setLabelColor(t.text3);
        axis->setTickLabelFont(theme::typeFont(theme::Type::Small));
        axis->setLabelFont(theme::typeFont(theme::Type::Small));
        axis->grid()->setPen(QPen(t.line, 1));
        axis->grid()->setZeroLinePen(QPen(t.line, 1));
    }
    m_plot->graph(0)->setPen(QPen(t.node(5), 2));
    m_plot->graph(1)->setPen(QPen(t.success, 1.8));
    for (int i = 0; i < m_plot->itemCount(); ++i) {
        if (auto* line = qobject_cast<QCPItemStraightLine*>(m_plot->item(i)))
            line->setPen(QPen(t.error, 1, Qt::DashLine));
        if (auto* text = qobject_cast<QCPItemText*>(m_plot->item(i)))
            text->setColor(t.error);
    }
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void GrowthChart::show(const TableSize& size, const std::optional<TableSize>& bucketed, bool bytes)
{
    const double ttlDays = size.inputs.ttlSeconds / 86400;
    double days = ttlDays > 0 ? ttlDays * 1.25 : 730;
    if (size.inputs.rowsPerDay > 0 && ttlDays <= 0)
        days = std::clamp(size.inputs.rows / size.inputs.rowsPerDay * 1.25, 30.0, 3650.0);
    const Growth growth = growthOf(size, days);
    const auto fill = [bytes](QCPGraph* graph, const Growth& line) {
        QVector<double> x, y;
        for (const GrowthPoint& point : line.points) {
            x.append(point.day);
            y.append(bytes ? point.bytes / 1e6 : point.cells);
        }
        graph->setData(x, y, true);
    };
    fill(m_plot->graph(0), growth);
    m_plot->graph(1)->data()->clear();
    if (bucketed)
        fill(m_plot->graph(1), growthOf(*bucketed, days));
    m_plot->clearItems();
    const double limit = bytes ? size.inputs.limitBytes / 1e6 : size.inputs.limitCells;
    auto* line = new QCPItemStraightLine(m_plot);
    line->point1->setCoords(0, limit);
    line->point2->setCoords(1, limit);
    const auto label = [this](double x, double y, const QString& text, Qt::Alignment align) {
        auto* item = new QCPItemText(m_plot);
        item->setText(text);
        item->setFont(theme::typeFont(theme::Type::Small));
        item->setPositionAlignment(align);
        item->position->setCoords(x, y);
    };
    label(days, limit,
          bytes ? tr("limit %1").arg(studio::decimalBytes(size.inputs.limitBytes))
                : tr("limit %1 cells").arg(QLocale().toString(limit, 'f', 0)),
          Qt::AlignRight | Qt::AlignBottom);
    const auto crossing = bytes ? growth.bytesLimitDay : growth.cellsLimitDay;
    m_summary = tr("stays below the limit");
    if (crossing && *crossing <= days) {
        auto* mark = new QCPItemStraightLine(m_plot);
        mark->point1->setCoords(*crossing, 0);
        mark->point2->setCoords(*crossing, 1);
        m_summary = tr("over after %n day(s)", nullptr, static_cast<int>(std::lround(*crossing)));
        label(*crossing, limit * 1.55, m_summary, Qt::AlignLeft | Qt::AlignTop);
    }
    double top = limit * 1.3;
    for (const GrowthPoint& point : growth.points)
        top = std::max(top, (bytes ? point.bytes / 1e6 : point.cells) * 1.1);
    m_plot->xAxis->setRange(0, days);
    m_plot->yAxis->setRange(0, top);
    m_plot->yAxis->setLabel(bytes ? tr("MB") : tr("cells"));
    m_plot->setAccessibleDescription(m_summary);
    setToolTip(size.inputs.rowsPerDay > 0 ? m_summary
                                          : tr("Without a growth in rows a day the line is flat."));
    restyle();
}

} // namespace views
