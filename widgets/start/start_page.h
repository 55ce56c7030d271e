#pragma once

#include "widgets/studio/cluster_source.h"
#include "widgets/studio/settings.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace theme {
class NodeDot;
class Theme;
} // namespace theme

namespace views {

/// The page of Home: start a cluster, connect to one, design a model, go back to a recent one.
///
/// Talks to the ClusterCatalog alone; what it opened arrives in the session by app's wiring.
class StartPage : public QWidget {
    Q_OBJECT
public:
    /// `files` is Settings::recentFiles.
    StartPage(const theme::Theme& theme, studio::ClusterCatalog& catalog,
              studio::Setting<QStringList>& files, QWidget* parent = nullptr);

    [[nodiscard]] QPushButton* startButton() const { return m_start; }
    /// The choice "Show at start".
    [[nodiscard]] QCheckBox* showAtStart() const { return m_showAtStart; }

public slots:
    /// Starts `workshop` with three nodes, or opens it if there is one.
    void startWorkshop();
    /// The dialog behind "More…".
    void showMore();
    void showConnect();

signals:
    /// The card of the designer: app opens the mode Design with a new model, or its dialog.
    void newModelRequested();
    void openModelRequested();
    /// A file of the list of recent ones.
    void openFileRequested(const QString& path);

private:
    QWidget* buildHeader();
    QWidget* buildCards();
    QWidget* buildProgress();
    QWidget* buildRecent(studio::Setting<QStringList>& files);
    QWidget* buildKeys();
    void showProgress(const studio::ClusterCatalog::StartProgress& progress);
    void create(const studio::ClusterRecipe& recipe);
    void askCredentials(const studio::RemoteAddress& address, const QString& text);

    const theme::Theme& m_theme;
    studio::ClusterCatalog& m_catalog;
    QPushButton* m_start = nullptr;
    QComboBox* m_replication = nullptr;
    QWidget* m_progress = nullptr;
    QWidget* m_dots = nullptr;
    QList<theme::NodeDot*> m_dotList;
    QLabel* m_progressTitle = nullptr;
    QLabel* m_progressText = nullptr;
    QProgressBar* m_progressBar = nullptr;
    QLabel* m_progressTime = nullptr;
    QPushButton* m_cancel = nullptr;
    QCheckBox* m_showAtStart = nullptr;
    QString m_startingId;
};

} // namespace views
