#pragma once

#include "app/studio.h"

#include <QList>

#include <functional>
#include <memory>
#include <vector>

namespace app {

/// The windows of the program: the first one and those of View > New window.
///
/// Clusters, models, settings, history and tasks are the same in all. A window has its own cluster,
/// its own page and layout, and its own query tabs; those of a window that is closed go to the one
/// that was used before it, and the next run has all in one window. GUI thread.
class Windows : public QObject {
    Q_OBJECT
public:
    explicit Windows(const Studio::Parts& parts, QObject* parent = nullptr);
    ~Windows() override;

    /// Opens the first one as the last run left it, with `file` if one was given.
    void begin(const QString& file);
    /// The one that was used last. Requires begin().
    [[nodiscard]] Studio& current() const { return *m_studios.back(); }
    [[nodiscard]] int count() const { return static_cast<int>(m_studios.size()); }
    /// Makes all windows anew, as they are, after `between`: texts are in the language of then.
    void rebuild(const std::function<void()>& between);

public slots:
    /// Another one, on the cluster of the current one.
    void openAnother();
    /// Closes all, unless the user thinks better of it.
    void quit();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Studio& add(const QList<studio::SavedTab>& tabs);
    void onClosed(Studio* studio);

    Studio::Parts m_parts;
    std::vector<std::unique_ptr<Studio>> m_studios; ///< in the order of their last use
    bool m_isQuitting = false;
};

} // namespace app
