#pragma once

#include "widgets/designer/physical/physical_context.h"
#include "widgets/studio/migration_run.h"
#include "widgets/theme/theme.h"

#include <QWidget>

#include <memory>

class QCheckBox;
class QLabel;
class QListWidget;
class QProgressBar;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace views {

/// The dock Deploy: to which cluster, by which steps, tried first without sending anything, then
/// run step by step. A failed step can be tried again or skipped.
class DeployPanel : public QWidget {
    Q_OBJECT
public:
    DeployPanel(const theme::Theme& theme, PhysicalContext& physical,
                studio::ClusterCatalog& catalog, QWidget* parent = nullptr);
    [[nodiscard]] QTreeWidget* steps() const { return m_steps; }
    [[nodiscard]] QPushButton* deployButton() const { return m_deploy; }
    [[nodiscard]] QPushButton* dryRunButton() const { return m_dry; }
    [[nodiscard]] QString resultText() const;

public slots:
    void deploy();
    void tryDry();
    void saveScript();

signals:
    /// All ticked steps are done.
    void deployed();

private:
    void buildSteps();
    void showClusters();
    void showSteps();
    void colorSteps();
    void showTicks();
    void showWarnings();
    void updateButtons();
    void openCluster(const QString& id);
    /// What the steps do that cannot be undone; true: go on.
    bool confirmed(const std::vector<std::size_t>& steps);
    void run(const std::vector<std::size_t>& steps);
    void stepChanged(int step, studio::MigrationRun::State state, const QString& text);
    void ended(const QString& problem);
    /// Takes the new names of rebuilt tables and what the cluster has now into the model.
    void remember();
    void snapshotFirst();
    void setState(int step, const char* icon, theme::Ink ink, const QString& text);
    void showResult(const QString& text, const char* tone);

    const theme::Theme& m_theme;
    PhysicalContext& m_physical;
    studio::ClusterCatalog& m_catalog;
    QListWidget* m_clusters;
    QCheckBox* m_snapshot;
    QTreeWidget* m_steps;
    QLabel* m_note;
    QLabel* m_warnings;
    QLabel* m_result;
    QPushButton* m_dry;
    QPushButton* m_save;
    QPushButton* m_retry;
    QPushButton* m_skip;
    QPushButton* m_deploy;
    std::unique_ptr<studio::MigrationRun> m_run;
    PhysicalComparisonPtr m_running; ///< what m_run works on
    std::vector<std::size_t> m_runSteps;
    int m_failedAt = -1;
    bool m_updating = false;
};

} // namespace views
