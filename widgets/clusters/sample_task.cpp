#include "widgets/clusters/sample_task.h"

#include "engine/workload/sample_loader.h"

#include <QCoreApplication>

#include <atomic>
#include <thread>

namespace clusters {

using studio::TaskState;

namespace {

struct SampleTaskTr {
    Q_DECLARE_TR_FUNCTIONS(clusters::SampleTask)
};

std::string replicationOf(const studio::ClusterRecipe& recipe)
{
    std::string text = "{'class': 'NetworkTopologyStrategy'";
    for (int dc = 1; dc <= recipe.datacenters; ++dc)
        text += ", 'datacenter" + std::to_string(dc) + "': " + std::to_string(recipe.replication);
    return text + "}";
}

} // namespace

void startSampleTask(const LiveContext& context, std::shared_ptr<LiveSource> source,
                     const studio::ClusterRecipe& recipe,
                     std::function<void(const QString&)> loaded)
{
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    auto* tasks = &context.tasks;
    const quint64 id = tasks->begin(SampleTaskTr::tr("Load sample"),
                                    SampleTaskTr::tr("%1 / hotel, reservation").arg(recipe.name),
                                    [cancelled] { *cancelled = true; });
    auto progress = context.bridge.callback(tasks, [tasks, id](int percent, const QString& text) {
        tasks->progress(id, percent, text);
    });
    // The source is given back in the GUI thread: its last owner may be this task.
    auto finished = context.bridge.callback(
        tasks, [tasks, id](TaskState state, const QString& text, std::shared_ptr<LiveSource>) {
            tasks->finish(id, state, text);
        });
    engine::workload::SampleLoadOptions options;
    options.size = recipe.sample == studio::ClusterRecipe::Sample::Full
                       ? engine::workload::HotelSampleSize::full()
                       : engine::workload::HotelSampleSize::small();
    options.replication = replicationOf(recipe);
    std::thread([source = std::move(source), options, progress, finished, cancelled,
                 loaded = std::move(loaded)]() mutable {
        const auto outcome = engine::workload::loadHotelSample(
            source->session(), options,
            [&](const engine::workload::SampleLoadProgress& p) {
                progress(static_cast<int>(p.rowsTotal > 0 ? 100 * p.rowsDone / p.rowsTotal : 0),
                         p.step.empty()
                             ? SampleTaskTr::tr("%1 of %2 rows").arg(p.rowsDone).arg(p.rowsTotal)
                             : QString::fromStdString(p.step));
            },
            *cancelled);
        if (outcome) {
            const engine::workload::HotelSample sample(options.size);
            loaded(QString::fromStdString(sample.queries()));
        }
        const bool stopped = !outcome && outcome.error().code() == engine::ErrorCode::Cancelled;
        finished(outcome   ? TaskState::Done
                 : stopped ? TaskState::Cancelled
                           : TaskState::Failed,
                 outcome ? SampleTaskTr::tr("Tables and rows are there")
                         : QString::fromStdString(outcome.error().detail()),
                 std::move(source));
    }).detach();
}

} // namespace clusters
