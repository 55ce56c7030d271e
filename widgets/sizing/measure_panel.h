#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/studio/model_workload.h"
#include "widgets/theme/theme.h"

#include <QDialog>
#include <QWidget>

class QLabel;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace views {

/// How many generated rows, from which seed, into which cluster.
class LoadDataDialog : public QDialog {
    Q_OBJECT
public:
    LoadDataDialog(const engine::modeling::ModelPtr& model, const QString& cluster,
                   QWidget* parent = nullptr);
    [[nodiscard]] QSpinBox* rows() const { return m_rows; }
    [[nodiscard]] QSpinBox* seed() const { return m_seed; }
    [[nodiscard]] studio::ModelWork work() const;

private:
    engine::modeling::ModelPtr m_model;
    QSpinBox* m_rows;
    QSpinBox* m_seed;
};

/// The dock Measured: each table of the model as the open cluster has it, beside the estimate;
/// loads data for it, and takes over what was measured.
class MeasurePanel : public QWidget {
    Q_OBJECT
public:
    /// `workload` may be null (nothing can be measured) and outlives the panel.
    MeasurePanel(const theme::Theme& theme, studio::DesignContext& context,
                 studio::ModelWorkload* workload, QWidget* parent = nullptr);
    [[nodiscard]] QTableWidget* table() const { return m_table; }
    [[nodiscard]] QPushButton* loadButton() const { return m_load; }
    [[nodiscard]] QPushButton* measureButton() const { return m_measure; }
    [[nodiscard]] QPushButton* calibrateButton() const { return m_calibrate; }

public slots:
    /// Asks for rows and seed, then begins.
    void loadData();
    void measure();
    /// Puts what was measured in place of what was assumed: of the selected tables, or of all.
    void calibrate();

signals:
    /// The sentence of the current table, for the dock Partition size; empty: not measured.
    void measuredText(const QString& text, bool differs);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refreshTarget();
    /// In a narrow dock the columns that the others do not need are in the tool tip alone.
    void fitColumns();
    [[nodiscard]] QString guessesOf(const std::string& table) const;
    void showResult(const studio::MeasuredModelPtr& result);
    void fill();
    void showSentence();
    void setRow(int row, const engine::workload::MeasuredTable& table);
    [[nodiscard]] const engine::workload::MeasuredTable* measuredOf(const std::string& name) const;
    [[nodiscard]] std::vector<engine::workload::MeasuredTable> chosen() const;

    const theme::Theme& m_theme;
    studio::DesignContext& m_context;
    studio::ModelWorkload* m_workload;
    studio::MeasuredModelPtr m_result;
    QLabel* m_target;
    QPushButton* m_load;
    QPushButton* m_measure;
    QPushButton* m_calibrate;
    QTableWidget* m_table;
    QLabel* m_sentence;
};

} // namespace views
