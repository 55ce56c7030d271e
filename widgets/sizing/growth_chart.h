#pragma once

#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/sizing.h"
#endif

#include <QWidget>

#include <optional>

class QCustomPlot;

namespace views {

/// One partition over time: as it is, and with the bucket that is being tried, against the limit.
class GrowthChart : public QWidget {
    Q_OBJECT
public:
    explicit GrowthChart(const theme::Theme& theme, QWidget* parent = nullptr);
    /// `bucketed` may be none.
    void show(const engine::modeling::TableSize& size,
              const std::optional<engine::modeling::TableSize>& bucketed, bool bytes);
    /// "over the limit after 244 days", or that it never is.
    [[nodiscard]] QString summary() const { return m_summary; }

private:
    void restyle();
    const theme::Theme& m_theme;
    QCustomPlot* m_plot;
    QString m_summary;
};

} // namespace views
