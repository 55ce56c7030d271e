#include "engine/coordination/coordinator_service.h"

#include "engine/coordination/batchlog.h"
#include "engine/coordination/context.h"
#include "engine/coordination/counter_path.h"
#include "engine/coordination/hints.h"
#include "engine/coordination/local_sessions.h"
#include "engine/coordination/read_path.h"
#include "engine/coordination/repair.h"
#include "engine/coordination/ring_change.h"
#include "engine/coordination/trace_service.h"
#include "engine/coordination/truncation.h"
#include "engine/coordination/write_path.h"

namespace engine::coordination {

struct CoordinatorService::Impl {
    Impl(Runtime& runtime, EventSink& events, messaging::MessagingService& messaging,
         membership::Gossiper& gossiper, membership::RingView& ring, ReplicaStore& store,
         SchemaView schema, CoordinationOptions given, RingChangeHooks hooks)
        : options(std::move(given)),
          planner(gossiper, ring, std::move(schema)),
          context{runtime, events, messaging, store, planner, options},
          hints(context),
          writes(context, hints),
          reads(context),
          counters(context, writes),
          batchlog(context, writes),
          truncation(context),
          repairSessions(context),
          repairs(context, repairSessions),
          tracing(context, writes),
          ringChange(context, ring, std::move(hooks))
    {
    }

    CoordinationOptions options;
    ReplicaPlanner planner;
    Context context;
    HintService hints;
    WritePath writes;
    ReadPath reads;
    CounterPath counters;
    Batchlog batchlog;
    Truncation truncation;
    LocalSessions repairSessions;
    RepairService repairs;
    TraceService tracing;
    RingChange ringChange;
};

CoordinatorService::CoordinatorService(Runtime& runtime, EventSink& events,
                                       messaging::MessagingService& messaging,
                                       membership::Gossiper& gossiper, membership::RingView& ring,
                                       ReplicaStore& store, SchemaView schema,
                                       CoordinationOptions options, RingChangeHooks hooks)
    : m_impl(std::make_unique<Impl>(runtime, events, messaging, gossiper, ring, store,
                                    std::move(schema), std::move(options), std::move(hooks)))
{
}

CoordinatorService::CoordinatorService(Runtime& runtime, EventSink& events,
                                       messaging::MessagingService& messaging,
                                       membership::Gossiper& gossiper, membership::RingView& ring,
                                       ReplicaStore& store, SchemaView schema,
                                       CoordinationOptions options)
    : CoordinatorService(runtime, events, messaging, gossiper, ring, store, std::move(schema),
                         std::move(options), RingChangeHooks{})
{
}

CoordinatorService::~CoordinatorService() = default;

Task<void> CoordinatorService::start()
{
    auto startingHints = m_impl->hints.start();
    RW_CO_TRY(co_await startingHints);
    auto startingBatchlog = m_impl->batchlog.start();
    RW_CO_TRY(co_await startingBatchlog);
    auto startingRepairs = m_impl->repairSessions.start();
    RW_CO_TRY(co_await startingRepairs);
    co_return ok();
}

void CoordinatorService::stop()
{
    m_impl->hints.stop();
    m_impl->batchlog.stop();
    m_impl->repairs.cancelAll();
    m_impl->repairSessions.stop();
    m_impl->ringChange.stop();
}

Result<std::shared_ptr<Decision>> CoordinatorService::startWrite(const rows::Mutation& mutation,
                                                                 const RequestOptions& options)
{
    return m_impl->writes.start(mutation, options.consistency, options.deadline,
                                protocol::WriteType::Simple, true, options.trace);
}

Task<void> CoordinatorService::write(rows::Mutations mutations, RequestOptions options)
{
    const auto type =
        mutations.size() > 1 ? protocol::WriteType::UnloggedBatch : protocol::WriteType::Simple;
    return m_impl->writes.write(std::move(mutations), std::move(options), type);
}

Task<void> CoordinatorService::writeLogged(rows::Mutations mutations, RequestOptions options)
{
    // One mutation is atomic by itself.
    if (mutations.size() == 1)
        return m_impl->writes.write(std::move(mutations), std::move(options),
                                    protocol::WriteType::Batch);
    return m_impl->batchlog.write(std::move(mutations), std::move(options));
}

Task<void> CoordinatorService::writeCounters(rows::Mutations mutations, RequestOptions options)
{
    return m_impl->counters.write(std::move(mutations), std::move(options));
}

Task<ReadOutcome> CoordinatorService::read(rows::ReadCommand command, RequestOptions options)
{
    return m_impl->reads.read(std::move(command), std::move(options));
}

Task<void> CoordinatorService::truncate(schema::TablePtr table, RequestOptions options)
{
    return m_impl->truncation.truncate(std::move(table), std::move(options));
}

HintService& CoordinatorService::hints() noexcept
{
    return m_impl->hints;
}
Batchlog& CoordinatorService::batchlog() noexcept
{
    return m_impl->batchlog;
}
const ReadPath& CoordinatorService::reads() const noexcept
{
    return m_impl->reads;
}
RepairService& CoordinatorService::repairs() noexcept
{
    return m_impl->repairs;
}
LocalSessions& CoordinatorService::repairSessions() noexcept
{
    return m_impl->repairSessions;
}
ReplicaPlanner& CoordinatorService::planner() noexcept
{
    return m_impl->planner;
}
RingChange& CoordinatorService::ringChange() noexcept
{
    return m_impl->ringChange;
}
TraceService& CoordinatorService::tracing() noexcept
{
    return m_impl->tracing;
}

} // namespace engine::coordination
