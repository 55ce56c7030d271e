#include "app/language.h"
#include "app/main_window.h"
#include "app/model_command.h"
#include "app/model_store.h"
#include "app/single_instance.h"
#include "app/sqlite_store.h"
#include "app/studio.h"
#include "app/task_log.h"
#include "app/windows.h"
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/launcher.h"
#include "widgets/clusters/live_catalog.h"
#include "widgets/clusters/model_task.h"
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/open_models.h"
#include "widgets/studio/secret_store.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QStandardPaths>
#include <QTimer>

#include <cstdio>
#include <memory>

namespace {

struct MainTr {
    Q_DECLARE_TR_FUNCTIONS(main)
};

struct Options {
    QString workspace;
    QString clusters; ///< empty: as the settings say
    QString file;     ///< to open, or empty
};

/// --help and --version work without a display, so they are answered before there is a window.
bool answeredInText(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (argument == "--version" || argument == "-v") {
            std::printf("ringwright %s\n", RINGWRIGHT_VERSION);
            return true;
        }
        if (argument == "--help" || argument == "-h") {
            std::printf(
                "Usage: ringwright [options] [FILE]\n"
                "       ringwright model check|cql|sizes|diff FILE   (see ringwright model "
                "--help)\n"
                "A desktop studio for Apache Cassandra with its own clusters. FILE is a model "
                "(*.rwmodel) or CQL.\n\n"
                "Options:\n"
                "  --workspace FILE  open this workspace instead of the usual one\n"
                "  --dir DIR         the folder of bundled clusters\n"
                "  -h, --help        this text\n"
                "  -v, --version     the version\n");
            return true;
        }
    }
    return false;
}

Options readOptions(const QApplication& app)
{
    QCommandLineParser parser;
    const QCommandLineOption workspace(QStringLiteral("workspace"), {}, QStringLiteral("FILE"));
    const QCommandLineOption dir(QStringLiteral("dir"), {}, QStringLiteral("DIR"));
    parser.addOption(workspace);
    parser.addOption(dir);
    parser.addPositionalArgument(QStringLiteral("file"), {});
    parser.process(app);
    Options options;
    options.workspace = parser.value(workspace);
    if (options.workspace.isEmpty())
        options.workspace = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
                            QStringLiteral("/workspace.db");
    options.clusters = parser.value(dir);
    if (!options.clusters.isEmpty())
        options.clusters = QDir(options.clusters).absolutePath();
    if (const QStringList files = parser.positionalArguments(); !files.isEmpty())
        options.file = QFileInfo(files.first()).absoluteFilePath();
    return options;
}

/// Brings the window to the front, with the desktop's leave.
void raise(QWidget& window, const QString& activationToken)
{
    if (!activationToken.isEmpty())
        qputenv("XDG_ACTIVATION_TOKEN", activationToken.toUtf8());
    if (window.isMinimized())
        window.showNormal();
    window.show();
    window.raise();
    window.activateWindow();
}

/// Everything that lives as long as the program, and its windows.
class Program {
public:
    Program(QApplication& app, const Options& options, engine::workspace::Workspace& workspace)
        : m_settings(options.workspace + QStringLiteral(".ini")),
          m_theme(app, theme::modeNamed(m_settings.theme.value())),
          m_keychain(studio::SecretFile(
              options.workspace + QStringLiteral(".secrets"),
              QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) +
                  QStringLiteral("/secrets.key"))),
          m_catalog(clusters::LiveContext{m_clientThread, m_clock, m_bridge, m_tasks},
                    {clustersFolder(options).toStdString(),
                     engine::launcher::programBeside("ringwright-cluster")},
                    workspace, m_keychain),
          m_store(workspace, &Program::tellStoreProblem),
          m_modelStore(workspace, &Program::tellStoreProblem),
          m_models(&m_modelStore),
          m_workload(clusters::LiveContext{m_clientThread, m_clock, m_bridge, m_tasks}),
          m_taskLog(m_tasks, workspace),
          m_windows({m_theme, m_settings, m_tasks, m_catalog, m_store, m_models, &m_workload})
    {
        m_language.use(m_settings.language.value());
        QObject::connect(&m_settings.language, &studio::SettingSignal::changed, &m_context,
                         [this] { QTimer::singleShot(0, &m_context, [this] { rebuild(); }); });
        m_windows.begin(options.file);
    }

    /// Brings the window used last to the front, with what a later start was to open.
    void raiseWith(const QString& activationToken, const QString& file)
    {
        app::Studio& studio = m_windows.current();
        raise(studio.window(), activationToken);
        if (!file.isEmpty())
            studio.openFile(file);
    }

private:
    QString clustersFolder(const Options& options) const
    {
        if (!options.clusters.isEmpty())
            return options.clusters;
        const QString chosen = m_settings.clustersFolder.value();
        return chosen.isEmpty() ? QString::fromStdString(
                                      engine::launcher::ClusterFolder::clustersFolderDefault())
                                : chosen;
    }

    static void tellStoreProblem(const QString& text)
    {
        // Not from inside the write that failed.
        QTimer::singleShot(0, qApp, [text] {
            QMessageBox::warning(QApplication::activeWindow(), MainTr::tr("Ringwright"),
                                 MainTr::tr("The workspace could not be written: %1").arg(text));
        });
    }

    /// Every text is made anew in the language chosen.
    void rebuild()
    {
        m_windows.rebuild([this] { m_language.use(m_settings.language.value()); });
    }

    QObject m_context;
    studio::Settings m_settings;
    app::Language m_language;
    theme::Theme m_theme;
    engine::SystemClock m_clock;
    studio::TaskList m_tasks;
    studio::EngineBridge m_bridge;
    engine::client::ClientThread m_clientThread;
    studio::Keychain m_keychain;
    clusters::LiveCatalog m_catalog;
    app::SqliteStore m_store;
    app::SqliteModelStore m_modelStore;
    studio::OpenModels m_models;
    clusters::LiveModelWorkload m_workload;
    app::TaskLog m_taskLog;
    app::Windows m_windows;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc > 1 && qstrcmp(argv[1], "model") == 0)
        return app::runModelCommand(argc, argv);
    if (answeredInText(argc, argv))
        return 0;
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("ringwright"));
    QApplication::setApplicationDisplayName(QStringLiteral("Ringwright"));
    QApplication::setApplicationVersion(QStringLiteral(RINGWRIGHT_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("ringwright"));
    const Options options = readOptions(app);

    QDir().mkpath(QFileInfo(options.workspace).absolutePath());
    app::SingleInstance instance(options.workspace);
    if (instance.raiseOther(options.file))
        return 0;
    auto workspace = engine::workspace::Workspace::open(options.workspace.toStdString());
    // Another start may have been a moment earlier and listens by now.
    if (!workspace && workspace.error().code() == engine::ErrorCode::AddressInUse &&
        instance.raiseOther(options.file))
        return 0;
    if (!workspace) {
        QMessageBox::critical(nullptr, MainTr::tr("Ringwright"),
                              MainTr::tr("The workspace could not be opened: %1")
                                  .arg(QString::fromStdString(workspace.error().detail())));
        return 1;
    }
    instance.listen();
    Program program(app, options, **workspace);
    QObject::connect(
        &instance, &app::SingleInstance::raiseRequested, &app,
        [&program](const QString& token, const QString& file) { program.raiseWith(token, file); });
    return QApplication::exec();
}
