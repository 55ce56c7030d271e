#include "app/window_catalog.h"

namespace app {

using studio::ClusterCatalog;

WindowCatalog::WindowCatalog(ClusterCatalog& all) : m_all(all)
{
    connect(&all, &ClusterCatalog::entriesChanged, this, &ClusterCatalog::entriesChanged);
    connect(&all, &ClusterCatalog::closed, this, &ClusterCatalog::closed);
    connect(&all, &ClusterCatalog::startProgress, this, &ClusterCatalog::startProgress);
    connect(&all, &ClusterCatalog::opened, this, [this](const studio::ClusterSourcePtr& source) {
        if (m_asked.remove(source->entry().id))
            emit opened(source);
    });
    connect(&all, &ClusterCatalog::sampleLoaded, this,
            [this](const QString& id, const QString& queries) {
                if (m_created.remove(id))
                    emit sampleLoaded(id, queries);
            });
    connect(&all, &ClusterCatalog::openFailed, this, [this](const QString& id, const QString& why) {
        m_created.remove(id);
        if (m_asked.remove(id))
            emit openFailed(id, why);
    });
    connect(&all, &ClusterCatalog::credentialsWanted, this,
            [this](const QString& id, const studio::RemoteAddress& address, const QString& text) {
                // With them it is asked for again.
                if (m_asked.remove(id))
                    emit credentialsWanted(id, address, text);
            });
}

QString WindowCatalog::create(const studio::ClusterRecipe& recipe)
{
    const QString id = m_all.create(recipe);
    m_asked.insert(id);
    m_created.insert(id);
    return id;
}

void WindowCatalog::open(const QString& id)
{
    m_asked.insert(id); // what is open already opens at once
    m_all.open(id);
}

QString WindowCatalog::connectTo(const studio::RemoteAddress& address)
{
    const QString id = m_all.connectTo(address);
    m_asked.insert(id);
    return id;
}

void WindowCatalog::remove(const QString& id)
{
    m_asked.insert(id); // a failure is told at once
    m_all.remove(id);
    m_asked.remove(id);
}

} // namespace app
