#include "widgets/clusters/live_catalog.h"

#include "engine/launcher/ports.h"
#include "widgets/clusters/sample_task.h"
#include "widgets/studio/problem_text.h"
#include "widgets/studio/text.h"

#include <QDir>
#include <QFileInfo>

#include <thread>

namespace clusters {

using namespace studio;
namespace launcher = engine::launcher;

namespace {

constexpr auto kRefreshInterval = std::chrono::seconds{2};
constexpr auto kStartTimeout = std::chrono::seconds{60};

/// Of the ids of bundled clusters, before the name.
constexpr QLatin1String kBundled("bundled:");

QString bundledId(const QString& name)
{
    return kBundled + name;
}

bool isBundled(const QString& id)
{
    return id.startsWith(kBundled);
}

/// Of a bundled cluster.
QString nameOf(const QString& id)
{
    return id.mid(kBundled.size());
}

launcher::ClusterRequest requestOf(const ClusterRecipe& recipe)
{
    launcher::ClusterRequest request;
    request.name = recipe.name.toStdString();
    request.tokensPerNode = static_cast<unsigned>(recipe.vnodes);
    request.datacenters.clear();
    for (int dc = 1; dc <= recipe.datacenters; ++dc) {
        launcher::ClusterRequest::Datacenter datacenter;
        datacenter.name = "datacenter" + std::to_string(dc);
        datacenter.nodesOfRack.assign(
            static_cast<std::size_t>(std::max(1, recipe.racksPerDatacenter)), 0);
        for (int node = 0; node < recipe.nodesPerDatacenter; ++node)
            ++datacenter
                  .nodesOfRack[static_cast<std::size_t>(node) % datacenter.nodesOfRack.size()];
        request.datacenters.push_back(std::move(datacenter));
    }
    return request;
}

LiveSource::Setup setupOf(const launcher::ClusterFolder& folder,
                          const launcher::ClusterStatus& status, const std::string& secret)
{
    LiveSource::Setup setup;
    setup.entry.id = bundledId(text(folder.name()));
    setup.entry.kind = ClusterKind::Bundled;
    setup.entry.name = text(folder.name());
    setup.entry.phase = ClusterPhase::Starting;
    setup.entry.nodeCount = static_cast<int>(status.nodes.size());
    setup.entry.lastUsed = QDateTime::currentDateTime();
    setup.folder = folder;
    for (const auto& node : status.nodes) {
        setup.session.contactPoints.push_back(node.spec.address.toString() + ":" +
                                              std::to_string(node.spec.cqlPort));
        engine::admin::JolokiaAddress admin;
        admin.endpoint = {node.spec.address, node.spec.adminPort};
        admin.user = "ringwright";
        admin.password = secret;
        setup.target.nodes.push_back(std::move(admin));
    }
    return setup;
}

QList<ClusterEntry> scanFolder(const std::string& clustersFolder)
{
    QList<ClusterEntry> found;
    for (const auto& name : launcher::ClusterFolder::list(clustersFolder)) {
        const launcher::ClusterFolder folder(clustersFolder, name);
        ClusterEntry entry;
        entry.id = bundledId(text(name));
        entry.kind = ClusterKind::Bundled;
        entry.name = text(name);
        const auto spec = folder.load();
        entry.nodeCount = spec ? static_cast<int>(spec->nodes.size()) : 0;
        entry.phase = folder.isHosted() ? ClusterPhase::Running : ClusterPhase::Stopped;
        entry.upCount = entry.phase == ClusterPhase::Running ? entry.nodeCount : 0;
        entry.detail = spec ? LiveCatalog::tr("%n node(s)", nullptr, entry.nodeCount)
                            : text(spec.error().detail());
        entry.lastUsed = QFileInfo(text(folder.lockPath())).lastModified();
        found << entry;
    }
    return found;
}

} // namespace

/// A bundled cluster on its way; shared with the thread that starts it.
struct LiveCatalog::Start {
    QString name;
    std::optional<ClusterRecipe> recipe;
    std::atomic<bool> cancelled{false};
    QElapsedTimer clock;
    // Set by the thread before onStarted.
    std::unique_ptr<launcher::HostConnection> host;
    LiveSource::Setup setup;
};

LiveCatalog::LiveCatalog(LiveContext context, Places places,
                         engine::workspace::Workspace& workspace, studio::SecretStore& secrets)
    : m_context(context), m_places(std::move(places)), m_workspace(workspace), m_secrets(secrets)
{
    connect(&m_refresh, &QTimer::timeout, this, &LiveCatalog::refresh);
    m_refresh.start(kRefreshInterval);
    publish(scanFolder(m_places.clustersFolder));
}

LiveCatalog::~LiveCatalog()
{
    for (const auto& [name, start] : m_starting)
        start->cancelled = true;
}

void LiveCatalog::refresh()
{
    if (std::exchange(m_refreshing, true))
        return;
    auto scanned = m_context.bridge.callback(this, [this](const QList<ClusterEntry>& entries) {
        m_refreshing = false;
        publish(entries);
    });
    std::thread([scanned, folder = m_places.clustersFolder] {
        scanned(scanFolder(folder));
    }).detach();
}

void LiveCatalog::publish(QList<ClusterEntry> entries)
{
    if (const auto connections = m_workspace.connections()) {
        for (const auto& connection : *connections) {
            if (connection.kind != engine::workspace::ConnectionKind::Remote)
                continue;
            ClusterEntry entry;
            entry.id = QStringLiteral("remote:%1").arg(connection.id);
            entry.kind = ClusterKind::Remote;
            entry.name = text(connection.name);
            entry.detail = connection.contactPoints.empty()
                               ? QString()
                               : text(connection.contactPoints.front());
            entry.lastUsed = QDateTime::fromMSecsSinceEpoch(connection.lastUsed.count());
            entries << entry;
        }
    }
    // What is open knows more of itself than its folder does.
    for (auto& entry : entries) {
        const auto open = m_open.find(entry.id);
        if (open == m_open.end())
            continue;
        if (const auto source = open->second.lock()) {
            const QDateTime lastUsed = entry.lastUsed;
            entry = source->entry();
            entry.lastUsed = lastUsed;
        }
    }
    if (entries == m_entries)
        return;
    m_entries = std::move(entries);
    emit entriesChanged();
}

QString LiveCatalog::problemWith(const ClusterRecipe& recipe) const
{
    if (const auto fine = launcher::checkClusterName(recipe.name.toStdString()); !fine)
        return text(fine.error().detail());
    for (const auto& entry : m_entries) {
        if (entry.kind == ClusterKind::Bundled && entry.name == recipe.name)
            return tr("There is already a cluster “%1”. Choose another name.").arg(recipe.name);
    }
    if (recipe.sample != ClusterRecipe::Sample::None &&
        recipe.replication > recipe.nodesPerDatacenter)
        return tr("Replication %1 needs at least %1 nodes in each data centre.")
            .arg(recipe.replication);
    return {};
}

QString LiveCatalog::create(const ClusterRecipe& recipe)
{
    startBundled(recipe.name, recipe);
    return bundledId(recipe.name);
}

void LiveCatalog::startBundled(const QString& name, std::optional<ClusterRecipe> recipe)
{
    const QString id = bundledId(name);
    if (m_starting.contains(id))
        return;
    const auto start = std::make_shared<Start>();
    start->name = name;
    start->recipe = std::move(recipe);
    start->clock.start();
    m_starting[id] = start;

    auto progress = m_context.bridge.callback(
        this, [this, id, start](int ready, int count, const QString& what) {
            StartProgress shown;
            shown.id = id;
            shown.name = start->name;
            shown.text = what;
            shown.nodeCount = count;
            shown.readyCount = ready;
            shown.percent = count > 0 ? 100 * ready / count : 0;
            shown.elapsedMs = start->clock.elapsed();
            emit startProgress(shown);
        });
    auto started = m_context.bridge.callback(this, [this, start] { onStarted(start); });
    auto failed = m_context.bridge.callback(
        this, [this, start](const QString& why) { onStartFailed(start, why); });
    std::thread([start, progress, started, failed, places = m_places] {
        const launcher::ClusterFolder folder(places.clustersFolder, start->name.toStdString());
        if (start->recipe) {
            progress(0, start->recipe->nodeCount(),
                     LiveCatalog::tr("Creating the cluster’s folder"));
            if (const auto made = folder.create(requestOf(*start->recipe)); !made) {
                failed(text(made.error().detail()));
                return;
            }
        }
        auto host = launcher::HostConnection::open(folder, places.clusterProgram, true);
        if (!host) {
            failed(text(host.error().detail()));
            return;
        }
        const auto ready = (*host)->startAll(
            [&](const launcher::ClusterStatus& status) {
                int count = 0;
                QString waiting;
                for (const auto& node : status.nodes) {
                    if (node.state == launcher::ProcessState::Ready)
                        ++count;
                    else if (waiting.isEmpty())
                        waiting = text(node.spec.name);
                }
                progress(count, static_cast<int>(status.nodes.size()),
                         waiting.isEmpty() ? LiveCatalog::tr("All nodes accept CQL")
                                           : LiveCatalog::tr("%1 is starting").arg(waiting));
            },
            kStartTimeout);
        const auto secret = folder.secret();
        if (!ready || !secret || start->cancelled) {
            (void)(*host)->stopAll();
            failed(start->cancelled ? LiveCatalog::tr("The start was cancelled.")
                   : !ready         ? text(ready.error().detail())
                                    : text(secret.error().detail()));
            return;
        }
        start->setup = setupOf(folder, *ready, *secret);
        start->host = std::move(*host);
        started();
    }).detach();
}

void LiveCatalog::onStarted(const std::shared_ptr<Start>& start)
{
    const QString id = bundledId(start->name);
    m_starting.erase(id);
    // What was chosen for it by a studio before does not count: this one asks when it quits.
    (void)start->host->keepRunning(false);
    start->setup.target.host = std::move(start->host);
    const auto source = std::make_shared<LiveSource>(m_context, std::move(start->setup));
    m_open[id] = source;
    m_running[id] = source;
    StartProgress shown;
    shown.id = id;
    shown.name = start->name;
    shown.text = tr("Running");
    shown.nodeCount = shown.readyCount = source->entry().nodeCount;
    shown.percent = 100;
    shown.elapsedMs = start->clock.elapsed();
    shown.finished = true;
    emit startProgress(shown);
    refresh();
    waitUntilConnected(source, id);
    if (start->recipe && start->recipe->sample != ClusterRecipe::Sample::None)
        loadSample(source, *start->recipe);
}

void LiveCatalog::onStartFailed(const std::shared_ptr<Start>& start, const QString& why)
{
    const QString id = bundledId(start->name);
    m_starting.erase(id);
    StartProgress shown;
    shown.id = id;
    shown.name = start->name;
    shown.finished = true;
    shown.problem = why;
    emit startProgress(shown);
    emit openFailed(id, why);
    refresh();
}

void LiveCatalog::waitUntilConnected(const std::shared_ptr<LiveSource>& source, const QString& id)
{
    // The slot holds the source until it is connected or has failed; then whoever took it does.
    const auto holder = std::make_shared<std::shared_ptr<LiveSource>>(source);
    const auto look = [this, holder, id] {
        if (!*holder)
            return;
        const ClusterPhase phase = (*holder)->entry().phase;
        if (phase == ClusterPhase::Running) {
            const auto connected = std::exchange(*holder, nullptr);
            m_open[id] = connected;
            onConnected(id);
            emit opened(connected);
            emit entriesChanged();
        } else if ((*holder)->connectError() && (*holder)->entry().kind == ClusterKind::Remote) {
            const auto failed = std::exchange(*holder, nullptr);
            m_open.erase(id);
            failed->disconnect(this);
            onRefused(id, *failed->connectError());
            // It is telling this right now, so it may not end here.
            QTimer::singleShot(0, this, [failed] {});
        }
    };
    connect(source.get(), &ClusterSource::entryChanged, this, look);
    look();
}

void LiveCatalog::loadSample(const std::shared_ptr<LiveSource>& source, const ClusterRecipe& recipe)
{
    startSampleTask(m_context, source, recipe,
                    m_context.bridge.callback(
                        this, [this, id = bundledId(recipe.name)](const QString& queries) {
                            emit sampleLoaded(id, queries);
                        }));
}

void LiveCatalog::open(const QString& id)
{
    const auto known = m_open.find(id);
    const auto source = known == m_open.end() ? nullptr : known->second.lock();
    // One whose processes are gone, whoever ended them, is started again.
    if (source && (!isBundled(id) || folderOf(id).isHosted())) {
        emit opened(source);
        return;
    }
    if (isBundled(id)) {
        forget(id);
        startBundled(nameOf(id), std::nullopt);
        return;
    }
    const auto connections = m_workspace.connections();
    if (!connections)
        return;
    for (const auto& connection : *connections) {
        if (QStringLiteral("remote:%1").arg(connection.id) == id)
            openRemembered(id, connection);
    }
}

void LiveCatalog::stop(const QString& id)
{
    if (!isBundled(id))
        return;
    const launcher::ClusterFolder folder = folderOf(id);
    auto* tasks = &m_context.tasks;
    const quint64 task = tasks->begin(tr("Stop cluster"), nameOf(id));
    auto done = m_context.bridge.callback(this, [this, tasks, task, id](const QString& problem) {
        tasks->finish(task, problem.isEmpty() ? TaskState::Done : TaskState::Failed,
                      problem.isEmpty() ? tr("Done") : problem);
        if (problem.isEmpty())
            forget(id);
        refresh();
    });
    std::thread([folder, done] {
        auto host = launcher::HostConnection::attach(folder, false);
        if (!host) {
            done(text(host.error().detail()));
            return;
        }
        const auto stopped = (*host)->stopAll();
        done(stopped ? QString() : text(stopped.error().detail()));
    }).detach();
}

launcher::ClusterFolder LiveCatalog::folderOf(const QString& id) const
{
    return {m_places.clustersFolder, nameOf(id).toStdString()};
}

void LiveCatalog::forget(const QString& id)
{
    if (m_open.erase(id) == 0)
        return;
    emit closed(id);
    m_running.erase(id);
}

QStringList LiveCatalog::runningWithStudio() const
{
    QStringList names;
    for (const auto& [id, source] : m_running)
        names << source->entry().name;
    return names;
}

void LiveCatalog::keepRunning(bool keep)
{
    for (const auto& [id, source] : m_running) {
        if (const auto host = launcher::HostConnection::attach(folderOf(id), false))
            (void)(*host)->keepRunning(keep);
    }
}

void LiveCatalog::remove(const QString& id)
{
    if (id.startsWith(QStringLiteral("remote:"))) {
        if (const auto connections = m_workspace.connections())
            for (const auto& connection : *connections)
                if (QStringLiteral("remote:%1").arg(connection.id) == id &&
                    !connection.secretReference.empty())
                    m_secrets.remove(text(connection.secretReference));
        m_passwords.erase(id);
        (void)m_workspace.removeConnection(id.mid(7).toLongLong());
    } else if (const auto gone = folderOf(id).destroy(); !gone) {
        emit openFailed(id, text(gone.error().detail()));
    }
    refresh();
}

void LiveCatalog::cancelStart(const QString& id)
{
    if (const auto start = m_starting.find(id); start != m_starting.end())
        start->second->cancelled = true;
}

} // namespace clusters
