#pragma once

#include "widgets/studio/cluster_types.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace studio {
class ClusterCatalog;
}
namespace theme {
class Theme;
}

namespace views {

/// What stands behind "More…": every choice of a new bundled cluster. Its button is enabled only
/// for a recipe that the catalog accepts; else the reason stands beside it.
class CreateDialog : public QDialog {
    Q_OBJECT
public:
    CreateDialog(const theme::Theme& theme, const studio::ClusterCatalog& catalog,
                 QWidget* parent = nullptr);

    [[nodiscard]] studio::ClusterRecipe recipe() const;

private:
    void check();

    const studio::ClusterCatalog& m_catalog;
    QLineEdit* m_name;
    QSpinBox* m_nodes;
    QSpinBox* m_datacenters;
    QSpinBox* m_racks;
    QSpinBox* m_vnodes;
    QSpinBox* m_replication;
    QComboBox* m_sample;
    QLabel* m_summary;
    QLabel* m_problem;
    QPushButton* m_create;
};

} // namespace views
