#include "engine/node/query_handler.h"

#include "engine/base/recycler.h"
#include "engine/coordination/trace_service.h"
#include "engine/node/request_trace.h"
#include "engine/node/server_connection.h"
#include "engine/query/query_processor.h"

#include <algorithm>

namespace engine::node {

using namespace protocol;

/// Ends a request whose write is on its way: what a task would do, without the frames of one.
class QueryHandler::WriteEnd final : public coordination::Waiter {
public:
    WriteEnd(Impl& impl, PendingAnswer&& answer, query::StartedWrite&& started) noexcept
        : Waiter(std::move(started.outcome)),
          m_impl(impl),
          m_answer(std::move(answer)),
          m_warnings(std::move(started.warnings))
    {
    }
    /// Destroys this if the outcome is there.
    void begin()
    {
        if (isDecided())
            decided();
        else
            wait();
    }

    static void* operator new(std::size_t size) { return recycler::take(size); }
    static void operator delete(void* memory, std::size_t size) noexcept
    {
        recycler::give(memory, size);
    }

    std::size_t index = 0; ///< in Impl::writes

private:
    void decided() override;

    Impl& m_impl;
    PendingAnswer m_answer;
    std::vector<std::string> m_warnings;
};

/// A request with the task that executes it.
struct QueryHandler::Slot {
    ServerRequestPtr request;
    /// The connection's keyspace when the request came; the task holds a view of it.
    const std::string* keyspace = nullptr;
    std::shared_ptr<TraceSession> trace; ///< nullptr: not traced
    Task<void> task;
    bool suspended = false;
    std::size_t index = 0; ///< in Impl::active
};

struct QueryHandler::Impl {
    Runtime& runtime;
    query::QueryProcessor& processor;
    QueryHandlerSettings settings;
    std::vector<std::unique_ptr<Slot>> active;
    std::vector<std::unique_ptr<Slot>> free;
    std::vector<Slot*> finished;
    std::vector<Slot*> ended; ///< of them, those being given back
    std::vector<std::unique_ptr<WriteEnd>> writes;
    Arena arena; ///< for what is handled at once
    /// Posted steps outlive nothing: they look here first.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    /// Requests that came together came at one time: one look at the wall clock.
    std::optional<std::pair<MonoTime, WallTime>> arrival;

    Impl(Runtime& runtimeGiven, query::QueryProcessor& processorGiven,
         QueryHandlerSettings settingsGiven)
        : runtime(runtimeGiven), processor(processorGiven), settings(settingsGiven)
    {
    }
    ~Impl()
    {
        *alive = false;
        for (const auto& slot : active)
            slot->task = {}; // before the request that its views point to
    }

    Slot& takeSlot();
    void giveBack(Slot& slot);
    void endLater(Slot& slot);
    static Task<void> serve(Impl& impl, Slot& slot);
    void beginTrace(Slot& slot);
    [[nodiscard]] query::RequestContext contextOf(const std::string& keyspace, MonoTime received,
                                                  const QueryOptions& options);
    [[nodiscard]] query::RequestContext contextOf(const Slot& slot, const QueryOptions& options);
    void answer(Slot& slot, const Result<query::QueryResult>& result, bool skipMetadata) const;
    void beginWrite(PendingAnswer answer, const query::ModificationStatement& statement,
                    const query::RequestContext& context);
    void forget(const WriteEnd& write);
};

namespace {

RowsMetadata metadataToSend(const RowsMetadata& metadata, bool skip)
{
    if (!skip || metadata.newMetadataId)
        return metadata;
    RowsMetadata counted;
    counted.columnCount = static_cast<std::int32_t>(metadata.count());
    counted.pagingState = metadata.pagingState;
    return counted;
}

} // namespace

QueryHandler::Slot& QueryHandler::Impl::takeSlot()
{
    std::unique_ptr<Slot> slot;
    if (free.empty()) {
        slot = std::make_unique<Slot>();
    } else {
        slot = std::move(free.back());
        free.pop_back();
    }
    slot->index = active.size();
    active.push_back(std::move(slot));
    return *active.back();
}

void QueryHandler::Impl::giveBack(Slot& slot)
{
    slot.task = {};
    slot.trace.reset();
    slot.request.reset();
    slot.suspended = false;
    const std::size_t index = slot.index;
    std::swap(active[index], active.back());
    active[index]->index = index;
    free.push_back(std::move(active.back()));
    active.pop_back();
}

void QueryHandler::Impl::endLater(Slot& slot)
{
    // The slot's task is on the stack here: its frame goes in a later step.
    finished.push_back(&slot);
    if (finished.size() > 1)
        return;
    runtime.post(Priority::Request, "cql-end", [this, stillThere = alive] {
        if (!*stillThere)
            return;
        std::swap(finished, ended);
        for (Slot* one : ended)
            giveBack(*one);
        ended.clear();
    });
}

void QueryHandler::Impl::beginTrace(Slot& slot)
{
    slot.trace = settings.tracing->begin(describeForTrace(*slot.request, processor));
    slot.trace->add(slot.request->traced ? "The client asks for a trace"
                                         : "Traced by chance (nodetool settraceprobability)");
}

query::RequestContext QueryHandler::Impl::contextOf(const std::string& keyspace, MonoTime received,
                                                    const QueryOptions& options)
{
    if (!arrival || arrival->first != received)
        arrival.emplace(received, runtime.wallNow());
    query::RequestContext context;
    context.now = arrival->second;
    context.options = options;
    context.keyspace = keyspace;
    context.deadline = received + settings.requestTimeout;
    return context;
}

query::RequestContext QueryHandler::Impl::contextOf(const Slot& slot, const QueryOptions& options)
{
    query::RequestContext context = contextOf(*slot.keyspace, slot.request->received, options);
    context.trace = slot.trace;
    return context;
}

void QueryHandler::Impl::answer(Slot& slot, const Result<query::QueryResult>& result,
                                bool skipMetadata) const
{
    ServerConnection& connection = slot.request->connection();
    const std::int16_t stream = slot.request->stream();
    Prelude prelude;
    if (slot.trace) [[unlikely]]
        prelude.tracingId = slot.trace->id();
    if (!result) {
        connection.respondError(stream, result.error(), prelude);
        return;
    }
    prelude.warnings = result->warnings;
    if (const auto* rows = std::get_if<query::Rows>(&result->value)) {
        connection.respond(stream, Opcode::Result, prelude, [&](ByteWriter& out) {
            encodeRowsHeader(out, connection.version(),
                             metadataToSend(rows->metadata, skipMetadata), rows->rowCount);
            out.raw(rows->content);
        });
    } else if (const auto* keyspace = std::get_if<SetKeyspaceResult>(&result->value)) {
        connection.setKeyspace(keyspace->keyspace);
        connection.respond(stream, *keyspace, prelude);
    } else if (const auto* change = std::get_if<SchemaChange>(&result->value)) {
        connection.respond(stream, *change, prelude);
    } else {
        connection.respond(stream, VoidResult{}, prelude);
    }
}

void QueryHandler::Impl::beginWrite(PendingAnswer answer,
                                    const query::ModificationStatement& statement,
                                    const query::RequestContext& context)
{
    const auto start = [&]() -> Result<query::StartedWrite> {
        try {
            return processor.startWrite(statement, context);
        } catch (...) {
            return exceptionAsError();
        }
    };
    auto started = start();
    if (!started) {
        answer.connection().respondError(answer.stream(), started.error());
        return;
    }
    auto write = std::make_unique<WriteEnd>(*this, std::move(answer), std::move(*started));
    write->index = writes.size();
    writes.push_back(std::move(write));
    writes.back()->begin();
}

void QueryHandler::Impl::forget(const WriteEnd& write)
{
    const std::size_t index = write.index;
    std::swap(writes[index], writes.back());
    writes[index]->index = index;
    writes.pop_back();
}

void QueryHandler::WriteEnd::decided()
{
    ServerConnection& connection = m_answer.connection();
    if (const Result<void> outcome = takeOutcome(); !outcome)
        connection.respondError(m_answer.stream(), outcome.error());
    else if (m_warnings.empty())
        connection.respondVoid(m_answer.stream());
    else
        connection.respond(m_answer.stream(), VoidResult{}, {.warnings = std::move(m_warnings)});
    m_impl.forget(*this);
}

Task<void> QueryHandler::Impl::serve(Impl& impl, Slot& slot)
{
    const Request& request = slot.request->request;
    if (const auto* query = std::get_if<QueryRequest>(&request)) {
        auto work = impl.processor.query(query->query, impl.contextOf(slot, query->options));
        const auto result = co_await work;
        impl.answer(slot, result, query->options.skipMetadata);
    } else if (const auto* execute = std::get_if<ExecuteRequest>(&request)) {
        auto work = impl.processor.execute(execute->id, execute->resultMetadataId,
                                           impl.contextOf(slot, execute->options));
        const auto result = co_await work;
        impl.answer(slot, result, execute->options.skipMetadata);
    } else if (const auto* batch = std::get_if<BatchRequest>(&request)) {
        auto work = impl.processor.batch(*batch, impl.contextOf(slot, batch->options));
        const auto result = co_await work;
        impl.answer(slot, result, false);
    } else if (const auto* prepare = std::get_if<PrepareRequest>(&request)) {
        const auto prepared =
            impl.processor.prepare(prepare->query, prepare->keyspace.value_or(*slot.keyspace));
        ServerConnection& connection = slot.request->connection();
        Prelude prelude;
        if (slot.trace) [[unlikely]]
            prelude.tracingId = slot.trace->id();
        if (prepared)
            connection.respond(slot.request->stream(), *prepared, prelude);
        else
            connection.respondError(slot.request->stream(), prepared.error(), prelude);
    }
    if (slot.trace) [[unlikely]]
        impl.settings.tracing->end(slot.trace);
    if (slot.suspended)
        impl.endLater(slot);
    co_return ok();
}

QueryHandler::QueryHandler(Runtime& runtime, query::QueryProcessor& processor,
                           QueryHandlerSettings settings)
    : m_impl(std::make_unique<Impl>(runtime, processor, settings))
{
}

QueryHandler::~QueryHandler() = default;

void QueryHandler::handle(ServerRequestPtr request)
{
    Slot& slot = m_impl->takeSlot();
    slot.keyspace = &request->connection().keyspace();
    slot.request = std::move(request);
    if (m_impl->settings.tracing != nullptr &&
        (slot.request->traced || m_impl->settings.tracing->choosesByChance())) [[unlikely]]
        m_impl->beginTrace(slot);
    slot.task = Impl::serve(*m_impl, slot);
    slot.task.start();
    if (!slot.task.done()) {
        slot.suspended = true;
        return;
    }
    if (!slot.task.outcome()) // an exception: nothing was answered
        slot.request->connection().respondError(slot.request->stream(),
                                                slot.task.outcome().error());
    m_impl->giveBack(slot);
}

bool QueryHandler::handleAtOnce(ServerConnection& connection, std::int16_t stream, ByteView message,
                                MonoTime received)
{
    if (m_impl->settings.tracing != nullptr && m_impl->settings.tracing->mayChoose()) [[unlikely]]
        return false;
    const auto* const write = m_impl->processor.singleRowWrite(executeId(message));
    if (write == nullptr)
        return false;
    m_impl->arena.clear();
    ExecuteRequest execute;
    if (const auto decoded = decodeExecute(connection.version(), message, m_impl->arena, execute);
        !decoded) {
        connection.respondError(stream, decoded.error());
        return true;
    }
    if (execute.options.namedValues)
        return false;
    m_impl->beginWrite(PendingAnswer{connection, stream}, *write,
                       m_impl->contextOf(connection.keyspace(), received, execute.options));
    return true;
}

std::size_t QueryHandler::inFlight() const noexcept
{
    return m_impl->active.size() + m_impl->writes.size();
}

SchemaChange toWire(const schema::ChangeDescription& change)
{
    SchemaChange wire;
    wire.change = static_cast<SchemaChange::Change>(change.change);
    wire.target = static_cast<SchemaChange::Target>(change.target);
    wire.keyspace = change.keyspace;
    wire.name = change.name;
    wire.argumentTypes = change.argumentTypes;
    return wire;
}

} // namespace engine::node
