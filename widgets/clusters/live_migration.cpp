#include "widgets/clusters/live_migration.h"

#include "engine/workload/migration.h"

#include <thread>

namespace clusters {

using engine::workload::MigrationNews;
using engine::workload::MigrationState;
using studio::TaskState;

namespace {

studio::MigrationRun::State stateOf(MigrationState state)
{
    switch (state) {
    case MigrationState::Running:
        return studio::MigrationRun::State::Running;
    case MigrationState::Done:
        return studio::MigrationRun::State::Done;
    case MigrationState::Failed:
        break;
    }
    return studio::MigrationRun::State::Failed;
}

} // namespace

LiveMigration::LiveMigration(const LiveContext& context, std::shared_ptr<LiveSource> source,
                             studio::MigrationRequest request)
{
    auto* tasks = &context.tasks;
    const auto cancelled = m_cancelled;
    const quint64 id =
        tasks->begin(tr("Deploy"), tr("%1 / %2").arg(source->entry().name, request.model),
                     [cancelled] { *cancelled = true; });
    const int count = static_cast<int>(request.ticked.size());
    // The task lives longer than this object may.
    auto toTask =
        context.bridge.callback(tasks, [tasks, id, count](int done, const QString& title) {
            tasks->progress(id, count > 0 ? 100 * done / count : 100, title);
        });
    auto toView =
        context.bridge.callback(this, [this](int step, MigrationState state, const QString& text) {
            emit stepChanged(step, stateOf(state), text);
        });
    auto ended =
        context.bridge.callback(tasks, [tasks, id](TaskState state, const QString& text,
                                                   const std::shared_ptr<LiveSource>& held) {
            tasks->finish(id, state, text);
            held->refreshSchema();
        });
    auto endedForView =
        context.bridge.callback(this, [this](const QString& problem) { emit finished(problem); });
    const QString allDone = tr("%n step(s) done", nullptr, count);
    std::thread([source = std::move(source), request = std::move(request), toTask, toView, ended,
                 endedForView, cancelled, allDone]() mutable {
        int done = 0;
        const auto news = [&](const MigrationNews& each) {
            const QString text = QString::fromStdString(each.text);
            toView(static_cast<int>(each.step), each.state, text);
            done += each.state == MigrationState::Done ? 1 : 0;
            const QString title = QString::fromStdString(request.steps[each.step].title);
            toTask(done, text.isEmpty() ? title : QStringLiteral("%1: %2").arg(title, text));
        };
        const auto result = engine::workload::runMigration(source->session(), request.steps,
                                                           request.ticked, {}, news, *cancelled);
        const QString problem =
            result ? QString() : QString::fromStdString(result.error().detail());
        const bool stopped = !result && result.error().code() == engine::ErrorCode::Cancelled;
        endedForView(problem);
        // Given back in the GUI thread: its last owner may be this one.
        ended(result    ? TaskState::Done
              : stopped ? TaskState::Cancelled
                        : TaskState::Failed,
              result ? allDone : problem, std::move(source));
    }).detach();
}

std::unique_ptr<studio::MigrationRun> LiveSource::migrate(studio::MigrationRequest request)
{
    auto self = std::static_pointer_cast<LiveSource>(shared_from_this());
    return std::make_unique<LiveMigration>(m_context, std::move(self), std::move(request));
}

} // namespace clusters
