#include "widgets/clusters/model_task.h"

#include "engine/workload/cluster_measure.h"
#include "engine/workload/model_loader.h"

#include <atomic>
#include <thread>

namespace clusters {

using studio::TaskState;

namespace {

/// Shares of the bar: rows, then flushing and compacting, then measuring.
constexpr int kPercentLoaded = 80;
constexpr int kPercentSettled = 90;

/// One piece of work, on its own thread.
struct ModelTask {
    std::shared_ptr<LiveSource> source;
    engine::workload::ClusterReach reach;
    studio::ModelWork work;
    QString cluster;
    bool bundled = false;
    std::shared_ptr<std::atomic<bool>> cancelled;
    std::function<void(int, const QString&)> progress;

    engine::Result<studio::MeasuredModelPtr> run()
    {
        if (work.load)
            RW_TRY(load());
        const auto step = [this](const std::string& text) {
            progress(work.load ? kPercentLoaded : -1, QString::fromStdString(text));
        };
        // Somebody else's cluster is only read, unless rows were just put there.
        if (reach.hasAdmin() && (bundled || work.load)) {
            const auto settled =
                engine::workload::settleTables(reach, *work.model, work.load, step, *cancelled);
            if (!settled && (bundled || *cancelled))
                return settled.error();
        }
        auto result = std::make_shared<studio::MeasuredModel>();
        result->model = work.model;
        result->cluster = cluster;
        result->generated = work.load;
        RW_ASSIGN(result->tables, engine::workload::measureCluster(
                                      source->session(), reach, *work.model, {},
                                      [this](const std::string& table) {
                                          progress(kPercentSettled, QString::fromStdString(table));
                                      },
                                      *cancelled));
        return studio::MeasuredModelPtr(result);
    }

    engine::Result<void> load()
    {
        engine::workload::ModelLoadOptions options;
        options.rows = work.rows;
        options.seed = work.seed;
        return engine::workload::loadModelData(
            source->session(), work.model, options,
            [this](const engine::workload::SampleLoadProgress& p) {
                progress(
                    static_cast<int>(p.rowsTotal > 0 ? kPercentLoaded * p.rowsDone / p.rowsTotal
                                                     : 0),
                    p.step.empty()
                        ? LiveModelWorkload::tr("%1 of %2 rows").arg(p.rowsDone).arg(p.rowsTotal)
                        : QString::fromStdString(p.step));
            },
            *cancelled);
    }
};

} // namespace

LiveModelWorkload::LiveModelWorkload(LiveContext context, QObject* parent)
    : ModelWorkload(parent), m_context(context)
{
}

QString LiveModelWorkload::problemWith(const studio::ClusterSource& source, bool load) const
{
    if (dynamic_cast<const LiveSource*>(&source) == nullptr)
        return tr("A simulated cluster has no files to measure.");
    if (load && source.entry().production)
        return tr("%1 is marked as production: generated rows are not loaded there.")
            .arg(source.entry().name);
    return {};
}

void LiveModelWorkload::start(const studio::ClusterSourcePtr& source, const studio::ModelWork& work)
{
    auto live = std::dynamic_pointer_cast<LiveSource>(source);
    if (!live)
        return;
    ModelTask task;
    task.source = live;
    task.work = work;
    task.cluster = live->entry().name;
    task.bundled = live->entry().kind == studio::ClusterKind::Bundled;
    task.reach = live->reach();
    task.cancelled = std::make_shared<std::atomic<bool>>(false);
    auto* tasks = &m_context.tasks;
    const quint64 id = tasks->begin(
        work.load ? tr("Load data") : tr("Measure"),
        QStringLiteral("%1 / %2").arg(task.cluster, QString::fromStdString(work.model->name)),
        [cancelled = task.cancelled] { *cancelled = true; });
    task.progress = m_context.bridge.callback(tasks, [tasks, id](int percent, const QString& text) {
        tasks->progress(id, percent, text);
    });
    // The source is given back in the GUI thread: its last owner may be this task.
    auto finished =
        m_context.bridge.callback(this, [this, tasks, id](TaskState state, const QString& text,
                                                          const studio::MeasuredModelPtr& result,
                                                          const std::shared_ptr<LiveSource>&) {
            tasks->finish(id, state, text);
            if (result)
                emit measured(result);
        });
    std::thread([task = std::move(task), finished]() mutable {
        const auto result = task.run();
        const bool stopped = !result && result.error().code() == engine::ErrorCode::Cancelled;
        finished(
            result    ? TaskState::Done
            : stopped ? TaskState::Cancelled
                      : TaskState::Failed,
            result ? tr("%n table(s) measured", nullptr, static_cast<int>((*result)->tables.size()))
                   : QString::fromStdString(result.error().detail()),
            result ? *result : studio::MeasuredModelPtr(), std::move(task.source));
    }).detach();
}

} // namespace clusters
