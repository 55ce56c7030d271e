#include "widgets/studio/settings.h"

namespace studio {

namespace {
// QSettings keeps what it cannot write, and nothing can be written below a device. /dev/null itself
// would do for users only: root's QSettings puts an empty file in its place.
const QString kNoFile = QStringLiteral("/dev/null/settings");
} // namespace

Settings::Settings(const QString& path)
    : m_store(path.isEmpty() ? kNoFile : path, QSettings::IniFormat),
      theme(m_store, "window/theme", QStringLiteral("system")),
      mode(m_store, "window/mode", QStringLiteral("home")),
      geometry(m_store, "window/geometry", {}),
      homeDocks(m_store, "docks/home", {}),
      queryDocks(m_store, "docks/query", {}),
      designDocks(m_store, "docks/design", {}),
      logicalDocks(m_store, "docks/logical", {}),
      physicalDocks(m_store, "docks/physical", {}),
      ringDocks(m_store, "docks/ring", {}),
      gossipDocks(m_store, "docks/gossip", {}),
      nodesDocks(m_store, "docks/nodes", {}),
      traceDocks(m_store, "docks/trace", {}),
      showStart(m_store, "window/showStart", true),
      language(m_store, "window/language", QStringLiteral("system")),
      onQuit(m_store, "clusters/onQuit", QStringLiteral("ask")),
      clustersFolder(m_store, "clusters/folder", {}),
      editorFont(m_store, "editor/font", {}),
      editorFontSize(m_store, "editor/fontPoints", 9.75),
      tabSize(m_store, "editor/tabSize", 4),
      pageSize(m_store, "query/pageSize", 500),
      consistency(m_store, "query/consistency", QStringLiteral("LOCAL_QUORUM")),
      confirmDestructive(m_store, "query/confirmDestructive", true),
      openTableLimit(m_store, "query/openTableLimit", 100),
      fetchAllLimit(m_store, "query/fetchAllLimit", 1'000'000),
      lastCluster(m_store, "clusters/last", {}),
      recentFiles(m_store, "window/recentFiles", {}),
      keys(m_store, "window/keys", {}),
      reducedMotion(m_store, "window/reducedMotion", false)
{
}

} // namespace studio
