#include "widgets/clusters/node_task.h"

#include "engine/admin/node_admin.h"
#include "engine/launcher/launcher.h"

#include <QCoreApplication>
#include <QDateTime>

#include <atomic>
#include <thread>

namespace clusters {

using studio::NodeAction;
using studio::TaskState;

namespace {

constexpr auto kAdminTimeout = std::chrono::milliseconds{5000};

struct NodeTaskTr {
    Q_DECLARE_TR_FUNCTIONS(clusters::NodeTask)
};

QString titleOf(NodeAction action)
{
    switch (action) {
    case NodeAction::Start:
        return NodeTaskTr::tr("Start");
    case NodeAction::Stop:
        return NodeTaskTr::tr("Stop");
    case NodeAction::Kill:
        return NodeTaskTr::tr("Kill -9");
    case NodeAction::Pause:
        return NodeTaskTr::tr("Pause");
    case NodeAction::Resume:
        return NodeTaskTr::tr("Resume");
    case NodeAction::Flush:
        return NodeTaskTr::tr("Flush");
    case NodeAction::Compact:
        return NodeTaskTr::tr("Compact");
    case NodeAction::Snapshot:
        return NodeTaskTr::tr("Snapshot");
    case NodeAction::Repair:
        return NodeTaskTr::tr("Repair");
    }
    return {};
}

/// What the worker thread and the GUI share.
struct Shared {
    std::atomic<bool> cancelled{false};
    std::function<void(int, QString)> progress;
    std::function<void(bool, bool, QString)> finished; ///< well, cancelled, text
};

using Outcome = engine::Result<void>;

Outcome onProcess(const NodeTaskRequest& request)
{
    using engine::launcher::HostConnection;
    auto host = HostConnection::attach(*request.folder, false);
    if (!host)
        return host.error();
    engine::launcher::NodeAction action = engine::launcher::NodeAction::Start;
    switch (request.action) {
    case NodeAction::Stop:
        action = engine::launcher::NodeAction::Stop;
        break;
    case NodeAction::Kill:
        action = engine::launcher::NodeAction::Kill;
        break;
    case NodeAction::Pause:
        action = engine::launcher::NodeAction::Pause;
        break;
    case NodeAction::Resume:
        action = engine::launcher::NodeAction::Resume;
        break;
    default:
        break;
    }
    return (*host)->act(request.nodeName.toStdString(), action);
}

Outcome onKeyspaces(const NodeTaskRequest& request, Shared& shared)
{
    const auto admin = engine::admin::makeJolokiaAdmin(request.admin, kAdminTimeout);
    std::vector<std::string> keyspaces;
    if (request.keyspace.isEmpty()) {
        RW_ASSIGN(keyspaces, admin->keyspaces());
    } else {
        keyspaces.push_back(request.keyspace.toStdString());
    }
    if (request.action == NodeAction::Snapshot) {
        const QString tag =
            request.snapshotName.isEmpty()
                ? QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss"))
                : request.snapshotName;
        return admin->snapshot(tag.toStdString(),
                               request.keyspace.isEmpty() ? std::vector<std::string>{} : keyspaces);
    }
    for (std::size_t i = 0; i < keyspaces.size(); ++i) {
        if (shared.cancelled)
            return engine::Error{engine::ErrorCode::Cancelled, "cancelled"};
        shared.progress(static_cast<int>(100 * i / keyspaces.size()),
                        QString::fromStdString(keyspaces[i]));
        if (request.action == NodeAction::Flush) {
            RW_TRY(admin->flush(keyspaces[i], {}));
        } else if (request.action == NodeAction::Compact) {
            RW_TRY(admin->compact(keyspaces[i], {}));
        } else {
            engine::admin::RepairOptions options;
            options.keyspace = keyspaces[i];
            options.incremental = !request.fullRepair;
            RW_TRY(admin->repair(options, [&](const engine::admin::RepairProgress& progress) {
                const int share = progress.total > 0 ? 100 * progress.done / progress.total : 0;
                shared.progress(
                    static_cast<int>((100 * i + static_cast<std::size_t>(share)) /
                                     keyspaces.size()),
                    QString::fromStdString(keyspaces[i] + ": " + progress.message.substr(0, 160)));
                return !shared.cancelled;
            }));
        }
    }
    return engine::ok();
}

} // namespace

void startNodeTask(const LiveContext& context, NodeTaskRequest request, QObject* receiver,
                   std::function<void()> done)
{
    const auto shared = std::make_shared<Shared>();
    auto* tasks = &context.tasks;
    const bool onItsProcess =
        request.action == NodeAction::Start || request.action == NodeAction::Stop ||
        request.action == NodeAction::Kill || request.action == NodeAction::Pause ||
        request.action == NodeAction::Resume;
    const QString scope = request.keyspace.isEmpty()
                              ? QStringLiteral("%1 / %2").arg(request.clusterName, request.nodeName)
                              : QStringLiteral("%1 / %2 / %3")
                                    .arg(request.clusterName, request.nodeName, request.keyspace);
    const quint64 id = tasks->begin(
        titleOf(request.action), scope,
        onItsProcess ? std::function<void()>{} : [shared] { shared->cancelled = true; });
    // The task list outlives the source, so a task that outlives its view still ends there.
    shared->progress =
        context.bridge.callback(tasks, [tasks, id](int percent, const QString& text) {
            tasks->progress(id, percent, text);
        });
    const auto told = context.bridge.callback(receiver, [done = std::move(done)] { done(); });
    shared->finished =
        context.bridge.callback(tasks, [tasks, id](bool well, bool cancelled, const QString& text) {
            tasks->finish(id,
                          well        ? TaskState::Done
                          : cancelled ? TaskState::Cancelled
                                      : TaskState::Failed,
                          text);
        });
    std::thread([shared, told, onItsProcess, request = std::move(request)] {
        const Outcome outcome = onItsProcess ? onProcess(request) : onKeyspaces(request, *shared);
        const bool cancelled = !outcome && outcome.error().code() == engine::ErrorCode::Cancelled;
        shared->finished(outcome.has_value(), cancelled,
                         outcome ? NodeTaskTr::tr("Done")
                                 : QString::fromStdString(outcome.error().detail()));
        told();
    }).detach();
}

} // namespace clusters
