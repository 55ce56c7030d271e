#include "app/main_window.h"
#include "app/model_command.h"
#include "app/sqlite_store.h"
#include "app/studio.h"
#include "app/task_log.h"
#include "engine/base/clock.h"
#include "engine/client/session.h"
#include "engine/launcher/cluster_folder.h"
#include "engine/launcher/launcher.h"
#include "widgets/clusters/live_catalog.h"
#include "widgets/studio/engine_bridge.h"
#include "widgets/studio/settings.h"
#include "widgets/studio/task_list.h"
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QMessageBox>
#include <QStandardPaths>
#include <QTimer>
#include <QTranslator>

#include <cstdio>

namespace {

struct MainTr {
    Q_DECLARE_TR_FUNCTIONS(main)
};

struct Options {
    QString workspace;
    QString clusters;
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
            std::printf("Usage: ringwright [options]\n"
                        "       ringwright model check|cql|sizes|diff FILE   (see ringwright model "
                        "--help)\n"
                        "A desktop studio for Apache Cassandra with its own clusters.\n\n"
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
    parser.process(app);
    Options options;
    options.workspace = parser.value(workspace);
    if (options.workspace.isEmpty())
        options.workspace = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
                            QStringLiteral("/workspace.db");
    options.clusters = parser.value(dir);
    if (options.clusters.isEmpty())
        options.clusters =
            QString::fromStdString(engine::launcher::ClusterFolder::clustersFolderDefault());
    else
        options.clusters = QDir(options.clusters).absolutePath();
    return options;
}

theme::Theme::Mode themeMode(const QString& name)
{
    if (name == QLatin1String("light"))
        return theme::Theme::Mode::Light;
    if (name == QLatin1String("dark"))
        return theme::Theme::Mode::Dark;
    return theme::Theme::Mode::System;
}

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

    // Figures and dates follow the locale; English plurals come from a catalogue too.
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("ringwright"), QStringLiteral("_"),
                        QStringLiteral(":/i18n")) ||
        translator.load(QStringLiteral(":/i18n/ringwright_en.qm")))
        QCoreApplication::installTranslator(&translator);

    QDir().mkpath(QFileInfo(options.workspace).absolutePath());
    auto workspace = engine::workspace::Workspace::open(options.workspace.toStdString());
    if (!workspace) {
        QMessageBox::critical(nullptr, MainTr::tr("Ringwright"),
                              MainTr::tr("The workspace could not be opened: %1")
                                  .arg(QString::fromStdString(workspace.error().detail())));
        return 1;
    }
    studio::Settings settings(options.workspace + QStringLiteral(".ini"));
    theme::Theme theme(app, themeMode(settings.theme.value()));

    engine::SystemClock clock;
    studio::TaskList tasks;
    studio::EngineBridge bridge;
    engine::client::ClientThread clientThread;
    clusters::LiveCatalog catalog(
        clusters::LiveContext{clientThread, clock, bridge, tasks},
        {options.clusters.toStdString(), engine::launcher::programBeside("ringwright-cluster")},
        **workspace);
    catalog.keepRunning(settings.keepRunning.value());
    QObject::connect(&settings.keepRunning, &studio::SettingSignal::changed, &catalog,
                     [&] { catalog.keepRunning(settings.keepRunning.value()); });

    app::SqliteStore store(**workspace, [](const QString& text) {
        // Not from inside the write that failed.
        QTimer::singleShot(0, qApp, [text] {
            QMessageBox::warning(QApplication::activeWindow(), MainTr::tr("Ringwright"),
                                 MainTr::tr("The workspace could not be written: %1").arg(text));
        });
    });
    const app::TaskLog taskLog(tasks, **workspace);
    app::Studio studio({theme, settings, tasks, catalog, store});
    studio.show();
    return QApplication::exec();
}
