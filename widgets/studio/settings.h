#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QVariant>

namespace studio {

/// Tells that one setting changed. A base of its own because a template cannot have signals.
class SettingSignal : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
signals:
    void changed();
};

/// One setting: its key, its default, its type. GUI thread.
template <class T>
class Setting : public SettingSignal {
public:
    Setting(QSettings& store, const char* key, T fallback)
        : m_store(store), m_key(QString::fromLatin1(key)), m_fallback(std::move(fallback))
    {
    }

    [[nodiscard]] T value() const
    {
        return m_store.contains(m_key) ? m_store.value(m_key).template value<T>() : m_fallback;
    }
    /// Written at once; changed() is emitted only if it differs.
    void set(const T& value)
    {
        if (value == this->value())
            return;
        m_store.setValue(m_key, QVariant::fromValue(value));
        emit changed();
    }

private:
    QSettings& m_store;
    QString m_key;
    T m_fallback;
};

/// The program's settings, in an INI file beside the workspace.
class Settings {
public:
    /// An empty path keeps everything in memory only (tests).
    explicit Settings(const QString& path);

private:
    QSettings m_store;

public:
    Setting<QString> theme; ///< "system", "light", "dark"
    Setting<QString> mode;  ///< the mode that the window was in
    Setting<QByteArray> geometry;
    Setting<QByteArray> homeDocks; ///< QMainWindow::saveState of each mode
    Setting<QByteArray> queryDocks;
    Setting<QByteArray> designDocks; ///< of each stage of Design
    Setting<QByteArray> logicalDocks;
    Setting<QByteArray> physicalDocks;
    Setting<QByteArray> ringDocks;
    Setting<QByteArray> gossipDocks;
    Setting<QByteArray> nodesDocks;
    Setting<QByteArray> traceDocks;
    Setting<bool> showStart;
    Setting<QString> language;        ///< "system", "en", "de"
    Setting<QString> onQuit;          ///< what becomes of bundled clusters: "ask", "stop", "keep"
    Setting<QString> clustersFolder;  ///< of bundled clusters; empty: the usual one
    Setting<QString> editorFont;      ///< family; empty: JetBrains Mono
    Setting<double> editorFontSize;   ///< points
    Setting<int> tabSize;             ///< columns
    Setting<int> pageSize;            ///< of new tabs
    Setting<QString> consistency;     ///< of new tabs, as CQL names it
    Setting<bool> confirmDestructive; ///< before DROP, TRUNCATE, and writes without a full key
    Setting<int> openTableLimit;      ///< rows that a double click on a table asks for
    Setting<int> fetchAllLimit;       ///< rows at which "fetch all" stops
    Setting<QString> lastCluster;
    Setting<QStringList> recentFiles; ///< see recent_files.h
    Setting<QStringList> keys;        ///< shortcuts that were changed, see ActionRegistry
    Setting<bool> reducedMotion;
};

} // namespace studio
