#include "engine/client/session.h"

#include "engine/client/session_impl.h"

#include <algorithm>
#include <future>

namespace engine::client {

namespace {

PendingPtr newRequest(PendingRequest::Kind kind, RequestOptions options)
{
    auto request = std::make_shared<PendingRequest>();
    request->kind = kind;
    request->options = std::move(options);
    request->state = std::make_shared<RequestHandle::State>();
    return request;
}

Result<Trace> traceFrom(const std::vector<std::optional<ByteView>>& session,
                        const ResultPage& events)
{
    // coordinator, duration, request, parameters, client, started_at
    Trace trace;
    if (session[0]) {
        const auto address = InetAddress::fromBytes(*session[0]);
        trace.coordinator = address ? address->toString() : std::string{};
    }
    if (session[1] && session[1]->size() == 4)
        trace.duration = std::chrono::microseconds{loadBigEndian<std::int32_t>(session[1]->data())};
    trace.request = session[2].value_or(ByteView{});
    if (session[3]) {
        ByteReader in{*session[3]};
        for (std::int32_t left = in.i32(); left > 0 && in.ok(); --left) {
            const std::string key{in.bytes32()};
            trace.parameters[key] = std::string{in.bytes32()};
        }
    }
    if (session[4]) {
        const auto address = InetAddress::fromBytes(*session[4]);
        trace.client = address ? address->toString() : std::string{};
    }
    if (session[5] && session[5]->size() == 8)
        trace.startedAt =
            WallTime{std::chrono::milliseconds{loadBigEndian<std::int64_t>(session[5]->data())}};
    auto rows = events.rows();
    std::vector<std::optional<ByteView>> row;
    while (rows.next(row)) {
        TraceEvent event;
        event.activity = row[0].value_or(ByteView{});
        if (row[1]) {
            const auto address = InetAddress::fromBytes(*row[1]);
            event.source = address ? address->toString() : std::string{};
        }
        if (row[2] && row[2]->size() == 4)
            event.sinceStart =
                std::chrono::microseconds{loadBigEndian<std::int32_t>(row[2]->data())};
        event.thread = row[3].value_or(ByteView{});
        if (row[4] && row[4]->size() == 16) {
            constexpr std::uint64_t ticksAMicro = 10;
            const std::uint64_t epoch = Uuid::ticksOf(WallTime{});
            event.at = WallTime{std::chrono::microseconds{static_cast<std::int64_t>(
                (Uuid::fromBytes(*row[4]).ticks() - epoch) / ticksAMicro)}};
        }
        trace.events.push_back(std::move(event));
    }
    return trace;
}

} // namespace

const NodeInfo* Topology::find(const InetEndpoint& address) const noexcept
{
    for (const NodeInfo& node : nodes) {
        if (node.address == address)
            return &node;
    }
    return nullptr;
}

void RequestHandle::cancel()
{
    if (const auto state = m_state.lock(); state && state->cancel)
        state->cancel();
}

Session::Impl::Impl(ClientThread& clientThread, Clock& clientClock, SessionOptions options,
                    SessionListener& listener)
    : thread(clientThread),
      clock(clientClock),
      m_options(std::move(options)),
      m_listener(&listener),
      m_io(*clientThread.impl().io),
      m_retryTimer(m_io),
      m_sweepTimer(m_io),
      m_version(m_options.versionMax)
{
    m_options.connectionsPerNode = std::max(1U, m_options.connectionsPerNode);
}

void Session::Impl::later(Duration delay, std::function<void()> step)
{
    runLater(m_io, delay, [weak = weak_from_this(), step = std::move(step)] {
        if (const auto self = weak.lock(); self && !self->m_closed)
            step();
    });
}

void Session::Impl::closeNow()
{
    if (m_closed)
        return;
    SessionState last = state;
    last.phase = SessionState::Phase::Closed;
    last.error.reset();
    publish(last);
    m_closed = true;
    m_listener = nullptr;
    m_retryTimer.cancel();
    m_sweepTimer.cancel();
    const Error error{ErrorCode::ShuttingDown, "the session is closed"};
    if (const auto control = std::exchange(m_control, nullptr))
        control->close(error);
    const auto pools = std::move(m_pools);
    m_pools.clear();
    for (const auto& [address, pool] : pools) {
        for (const auto& link : pool.links)
            link->close(error);
    }
    m_queue.clear();
    while (!m_pending.empty())
        complete(PendingPtr{m_pending.begin()->second}, error);
}

void Session::Impl::readTrace(const Uuid& id, UniqueFunction<void(Result<Trace>)> done)
{
    // The coordinator writes the trace after its answer: look until the duration is there.
    struct Reading {
        UniqueFunction<void(Result<Trace>)> done;
        std::string id;
        Uuid traceId;
        int looks = 0;
    };
    auto reading = std::make_shared<Reading>(Reading{std::move(done), id.toString(), id, 0});
    auto look = std::make_shared<std::function<void()>>();
    *look = [this, self = shared_from_this(), reading,
             weakLook = std::weak_ptr<std::function<void()>>(look)] {
        const auto look = weakLook.lock();
        auto request = newRequest(PendingRequest::Kind::Text, {});
        request->id = m_nextId++;
        request->cql = "SELECT coordinator, duration, request, parameters, client, started_at "
                       "FROM system_traces.sessions WHERE session_id = " +
                       reading->id;
        request->done = [this, self, reading, look](Result<ResultPagePtr> page) {
            std::vector<std::optional<ByteView>> row;
            const bool isThere = page && (*page)->rows().next(row) && row.size() == 6;
            if (page && (!isThere || !row[1]) && ++reading->looks < 20) {
                later(std::chrono::milliseconds{100}, [look] { (*look)(); });
                return;
            }
            if (!page || !isThere) {
                reading->done(
                    page ? Error{ErrorCode::NotFound, "the cluster has no trace " + reading->id}
                         : page.error());
                return;
            }
            auto events = newRequest(PendingRequest::Kind::Text, {});
            events->id = m_nextId++;
            events->cql = "SELECT activity, source, source_elapsed, thread, event_id "
                          "FROM system_traces.events WHERE session_id = " +
                          reading->id;
            events->done = [reading, head = *page](Result<ResultPagePtr> rows) {
                std::vector<std::optional<ByteView>> session;
                if (!rows)
                    reading->done(rows.error());
                else if (head->rows().next(session) && session.size() == 6 &&
                         (*rows)->columns->size() == 5) {
                    auto trace = traceFrom(session, **rows);
                    if (trace)
                        trace->id = reading->traceId;
                    reading->done(std::move(trace));
                } else
                    reading->done(
                        Error{ErrorCode::Corrupt, "the trace has other columns than asked for"});
            };
            submit(std::move(events));
        };
        submit(std::move(request));
    };
    (*look)();
}

Session::Session(ClientThread& thread, Clock& clock, SessionOptions options,
                 SessionListener& listener)
    : m_impl(std::make_shared<Impl>(thread, clock, std::move(options), listener))
{
    thread.post([impl = m_impl] { impl->start(); });
}

Session::~Session()
{
    close();
}

void Session::close()
{
    // The promise is shared: the step may outlive this call only if the thread has ended.
    auto done = std::make_shared<std::promise<void>>();
    auto finished = done->get_future();
    m_impl->thread.post([impl = m_impl, done] {
        impl->closeNow();
        done->set_value();
    });
    finished.wait();
}

namespace {

/// Hands a request over to the client thread.
template <class Impl>
RequestHandle submitOn(const std::shared_ptr<Impl>& impl, PendingPtr request, std::uint64_t id)
{
    request->id = id;
    request->state->cancel = [weak = std::weak_ptr<Impl>(impl), id] {
        if (const auto self = weak.lock())
            self->thread.post([self, id] { self->cancel(id); });
    };
    RequestHandle handle{request->state};
    impl->thread.post([impl, request = std::move(request)] { impl->submit(request); });
    return handle;
}

} // namespace

RequestHandle Session::execute(std::string cql, std::vector<BoundValue> values,
                               RequestOptions options, ResultCallback done)
{
    auto request = newRequest(PendingRequest::Kind::Text, std::move(options));
    request->cql = std::move(cql);
    request->values = std::move(values);
    request->done = std::move(done);
    return submitOn(m_impl, std::move(request), m_impl->takeId());
}

RequestHandle Session::execute(PreparedPtr statement, std::vector<BoundValue> values,
                               RequestOptions options, ResultCallback done)
{
    auto request = newRequest(PendingRequest::Kind::Execute, std::move(options));
    request->prepared = std::move(statement);
    request->values = std::move(values);
    request->done = std::move(done);
    return submitOn(m_impl, std::move(request), m_impl->takeId());
}

RequestHandle Session::prepare(std::string cql, std::string keyspace,
                               UniqueFunction<void(Result<PreparedPtr>)> done)
{
    RequestOptions options;
    options.keyspace = std::move(keyspace);
    auto request = newRequest(PendingRequest::Kind::Prepare, std::move(options));
    request->cql = std::move(cql);
    request->prepareDone = std::move(done);
    return submitOn(m_impl, std::move(request), m_impl->takeId());
}

RequestHandle Session::executeBatch(protocol::BatchType type,
                                    std::vector<BatchStatement> statements, RequestOptions options,
                                    ResultCallback done)
{
    auto request = newRequest(PendingRequest::Kind::Batch, std::move(options));
    request->batchType = type;
    request->batch = std::move(statements);
    request->done = std::move(done);
    return submitOn(m_impl, std::move(request), m_impl->takeId());
}

void Session::readTrace(Uuid tracingId, UniqueFunction<void(Result<Trace>)> done)
{
    m_impl->thread.post([impl = m_impl, tracingId, done = std::move(done)]() mutable {
        impl->readTrace(tracingId, std::move(done));
    });
}

SessionState Session::state() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->state;
}

TopologyPtr Session::topology() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->topology;
}

SchemaInfoPtr Session::schema() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->schema;
}

void Session::reconnectNow()
{
    m_impl->thread.post([impl = m_impl] { impl->reconnectNow(); });
}

void Session::refresh()
{
    m_impl->thread.post([impl = m_impl] { impl->refresh(); });
}

} // namespace engine::client
