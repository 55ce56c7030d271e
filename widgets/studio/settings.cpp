#include "widgets/studio/settings.h"

namespace studio {

namespace {
QSettings::Format memoryFormat()
{
    // A format that neither reads nor writes: the values live in QSettings' own map.
    return QSettings::registerFormat(
        QStringLiteral("memory"), [](QIODevice&, QSettings::SettingsMap&) { return true; },
        [](QIODevice&, const QSettings::SettingsMap&) { return true; });
}
} // namespace

Settings::Settings(const QString& path)
    : m_store(path.isEmpty() ? QStringLiteral("/dev/null") : path,
              path.isEmpty() ? memoryFormat() : QSettings::IniFormat),
      theme(m_store, "window/theme", QStringLiteral("system")),
      mode(m_store, "window/mode", QStringLiteral("home")),
      geometry(m_store, "window/geometry", {}),
      homeDocks(m_store, "docks/home", {}),
      queryDocks(m_store, "docks/query", {}),
      ringDocks(m_store, "docks/ring", {}),
      gossipDocks(m_store, "docks/gossip", {}),
      nodesDocks(m_store, "docks/nodes", {}),
      showStart(m_store, "window/showStart", true),
      keepRunning(m_store, "clusters/keepRunning", false),
      editorFontSize(m_store, "editor/fontSize", 10),
      pageSize(m_store, "query/pageSize", 500),
      lastCluster(m_store, "clusters/last", {}),
      reducedMotion(m_store, "window/reducedMotion", false)
{
}

} // namespace studio
