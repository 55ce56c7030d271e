#pragma once

#include "widgets/studio/design_context.h"
#include "widgets/theme/theme.h"

#ifndef Q_MOC_RUN // moc 6.4 cannot read concepts
#include "engine/modeling/query_cql.h"
#endif

#include <QDialog>

class QLabel;
class QTableWidget;

namespace theme {
class SegmentedControl;
}

namespace views {

class CqlPane;

/// What denormalised tables cost: for each entity and relationship type the tables that a write
/// goes to, the statements, and how many rows that is on all replicas.
class WritesDialog : public QDialog {
    Q_OBJECT
public:
    WritesDialog(const theme::Theme& theme, studio::DesignContext& context,
                 QWidget* parent = nullptr);
    [[nodiscard]] QTableWidget* list() const { return m_list; }
    [[nodiscard]] CqlPane* statements() const { return m_statements; }
    [[nodiscard]] theme::SegmentedControl* kinds() const { return m_kinds; }

private:
    void fillList(const engine::modeling::Model& model);
    void showPlan();

    std::vector<engine::modeling::WritePlan> m_plans;
    QTableWidget* m_list;
    QLabel* m_advice;
    theme::SegmentedControl* m_kinds;
    CqlPane* m_statements;
};

} // namespace views
