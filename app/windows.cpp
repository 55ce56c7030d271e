#include "app/windows.h"

#include "app/main_window.h"
#include "app/query_page.h"
#include "widgets/studio/workspace_store.h"

#include <QApplication>
#include <QEvent>

#include <algorithm>
#include <utility>

namespace app {

Windows::Windows(const Studio::Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {}

Windows::~Windows() = default;

Studio& Windows::add(const QList<studio::SavedTab>& tabs)
{
    m_studios.push_back(std::make_unique<Studio>(m_parts, tabs));
    Studio* studio = m_studios.back().get();
    connect(studio, &Studio::newWindowRequested, this, &Windows::openAnother);
    connect(studio, &Studio::quitRequested, this, &Windows::quit);
    connect(studio, &Studio::aboutToClose, this, [this, studio](bool& allowed) {
        allowed = m_isQuitting || count() > 1 || studio->mayQuit();
    });
    connect(studio, &Studio::closed, this, [this, studio] { onClosed(studio); });
    studio->window().installEventFilter(this);
    return *studio;
}

void Windows::begin(const QString& file)
{
    add(m_parts.store.tabs()).begin(file);
}

void Windows::openAnother()
{
    Studio& from = current();
    Studio& studio = add({});
    studio.show(&from.window());
    studio.session().setSource(from.session().sourcePtr());
}

void Windows::quit()
{
    if (!current().mayQuit())
        return;
    m_isQuitting = true;
    for (const auto& studio : m_studios)
        studio->window().close();
}

void Windows::onClosed(Studio* studio)
{
    // The last one stays until the program ends.
    if (m_isQuitting || count() == 1)
        return;
    const auto found = std::ranges::find(m_studios, studio, &std::unique_ptr<Studio>::get);
    std::unique_ptr<Studio> closing = std::move(*found);
    m_studios.erase(found);
    current().queryPage().adopt(closing->queryPage().takeTabs());
    // It is telling this right now.
    closing.release()->deleteLater();
}

void Windows::rebuild(const std::function<void()>& between)
{
    struct Left {
        QList<studio::SavedTab> tabs;
        studio::ClusterSourcePtr source;
        QByteArray geometry;
        QString mode;
    };
    std::vector<Left> left;
    const bool quits = QApplication::quitOnLastWindowClosed();
    QApplication::setQuitOnLastWindowClosed(false);
    for (const auto& studio : m_studios) {
        studio->storeLayout();
        left.push_back({studio->queryPage().takeTabs(), studio->session().sourcePtr(),
                        studio->window().saveGeometry(), studio->window().mode()});
    }
    m_studios.clear();
    between();
    for (const Left& was : left) {
        Studio& studio = add(was.tabs);
        studio.show();
        studio.window().restoreGeometry(was.geometry);
        studio.window().setMode(was.mode);
        studio.session().setSource(was.source);
    }
    QApplication::setQuitOnLastWindowClosed(quits);
}

bool Windows::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::WindowActivate) {
        const auto used = std::ranges::find_if(
            m_studios, [&](const auto& studio) { return &studio->window() == watched; });
        if (used != m_studios.end())
            std::rotate(used, used + 1, m_studios.end());
    }
    return QObject::eventFilter(watched, event);
}

} // namespace app
