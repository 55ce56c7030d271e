#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/buckets.h"
#include "engine/modeling/sizing.h"
#endif

#include <QWidget>

#include <functional>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QToolButton;
class QVBoxLayout;

namespace theme {
class SegmentedControl;
}

namespace views {

class ColumnSizes;
class GrowthChart;
class SizeCard;

/// The dock Partition size: what one partition of the selected table comes to, why, how it grows,
/// and what a bucket would do. Everything is computed again with each edit.
class SizePanel : public QWidget {
    Q_OBJECT
public:
    SizePanel(const theme::Theme& theme, studio::DesignContext& context, QWidget* parent = nullptr);
    /// What a cluster was measured at; empty text: not measured.
    void setMeasured(const QString& text, bool differs);
    [[nodiscard]] QSlider* bucketSlider() const { return m_slider; }
    [[nodiscard]] QPushButton* applyButton() const { return m_apply; }
    [[nodiscard]] SizeCard* cellsCard() const { return m_cells; }

signals:
    /// Somebody wants to see where one loads data and measures.
    void measureWanted();

private:
    QLineEdit* addInput(QGridLayout* grid, int index, const QString& label, const QString& unit);
    void buildCards(QVBoxLayout* layout);
    void buildInputs(QVBoxLayout* layout);
    void buildLimits(QVBoxLayout* layout);
    void buildFormulas(QVBoxLayout* layout);
    /// A field whose text `put` takes into the sizing; an error shows why not.
    void
    connectField(QLineEdit* field,
                 const std::function<bool(engine::modeling::TableSizing&, const QString&)>& put);
    void buildBuckets(QVBoxLayout* layout);
    void refresh();
    void showSize();
    void showFormulas();
    void showBuckets();
    void showCandidate(int index);
    void showMeasured();
    void showProblem(const QString& problem);
    void takeInput(const QString& text,
                   const std::function<bool(engine::modeling::TableSizing&, const QString&)>& put);
    void computeExact();
    [[nodiscard]] engine::modeling::SizeProfile profile() const;
    [[nodiscard]] engine::modeling::CellFormula cellFormula() const;

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    engine::modeling::ElementId m_table{};
    std::optional<engine::modeling::TableSize> m_size;
    std::vector<engine::modeling::BucketCandidate> m_candidates;
    quint64 m_generation = 0;
    bool m_filling = false;

    QLabel* m_title;
    QLabel* m_empty;
    QWidget* m_body;
    SizeCard* m_rows;
    SizeCard* m_cells;
    SizeCard* m_bytes;
    QLabel* m_measured;
    QString m_measuredText;
    theme::SegmentedControl* m_profile;
    QLabel* m_source;
    QLineEdit* m_rowsField;
    QLineEdit* m_growthField;
    QLineEdit* m_ttlField;
    QLineEdit* m_partitionsField;
    QLineEdit* m_replicas;
    QLineEdit* m_overheadField;
    QToolButton* m_more;
    QWidget* m_limits;
    QLineEdit* m_rowsLimit;
    QLineEdit* m_cellsLimit;
    QLineEdit* m_bytesLimit;
    QLineEdit* m_ratioField;
    ColumnSizes* m_columns;
    QLabel* m_guesses; ///< how many of the columns' sizes are defaults
    theme::SegmentedControl* m_formula;
    QLabel* m_formulas;
    QLabel* m_exact;
    theme::SegmentedControl* m_chartUnit;
    GrowthChart* m_chart;
    QWidget* m_foot;
    QSlider* m_slider;
    QLabel* m_bucketName;
    QLabel* m_bucketEffect;
    QPushButton* m_apply;
    QLabel* m_problem;
};

} // namespace views
