#pragma once

#include "widgets/designer/physical/physical_context.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QLabel;
class QListWidget;

namespace theme {
class Badge;
}

namespace views {

/// The dock Differences: what the model has otherwise than the cluster, object by object.
class DifferencesPanel : public QWidget {
    Q_OBJECT
public:
    DifferencesPanel(const theme::Theme& theme, PhysicalContext& physical,
                     QWidget* parent = nullptr);
    [[nodiscard]] QListWidget* list() const { return m_list; }

private:
    void refresh();
    void showSelection();

    const theme::Theme& m_theme;
    PhysicalContext& m_physical;
    QLabel* m_scope;
    theme::Badge* m_new;
    theme::Badge* m_altered;
    theme::Badge* m_risky;
    QLabel* m_problem;
    QListWidget* m_list;
    bool m_updating = false;
};

} // namespace views
