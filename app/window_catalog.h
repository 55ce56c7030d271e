#pragma once

#include "widgets/studio/cluster_source.h"

#include <QSet>

namespace app {

/// The catalog as one window sees it: the same clusters, but only what this window asked for is
/// opened in it, fails in it, or wants a password from whoever sits at it. Progress of a start is
/// every window's. GUI thread.
class WindowCatalog final : public studio::ClusterCatalog {
    Q_OBJECT
public:
    /// `all` outlives it.
    explicit WindowCatalog(studio::ClusterCatalog& all);

    [[nodiscard]] QList<studio::ClusterEntry> entries() const override { return m_all.entries(); }
    [[nodiscard]] QString problemWith(const studio::ClusterRecipe& recipe) const override
    {
        return m_all.problemWith(recipe);
    }
    QString create(const studio::ClusterRecipe& recipe) override;
    void open(const QString& id) override;
    QString connectTo(const studio::RemoteAddress& address) override;
    void stop(const QString& id) override { m_all.stop(id); }
    void remove(const QString& id) override;
    void cancelStart(const QString& id) override { m_all.cancelStart(id); }
    [[nodiscard]] QStringList runningWithStudio() const override
    {
        return m_all.runningWithStudio();
    }
    void keepRunning(bool keep) override { m_all.keepRunning(keep); }

private:
    studio::ClusterCatalog& m_all;
    QSet<QString> m_asked;   ///< for what has neither opened nor failed yet
    QSet<QString> m_created; ///< whose sample may still come
};

} // namespace app
