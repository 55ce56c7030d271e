#include "engine/coordination/trace_service.h"

#include "engine/base/bytes.h"

#include <algorithm>
#include <limits>

namespace engine::coordination {

namespace {

/// Cassandra's trace_type_query_ttl.
constexpr std::int32_t kTraceTtlSeconds = 24 * 60 * 60;
/// Replicas that have not answered by then are not waited for.
constexpr Duration kTraceAnswersMax = std::chrono::seconds{1};
/// The longest request timeout of cassandra.yaml's defaults: nothing comes after it.
constexpr Duration kTraceLateMax = std::chrono::seconds{10};

/// Puts columns that a table may lack (it may be altered) into one row after another.
class TraceRowMaker {
public:
    TraceRowMaker(rows::PartitionBuilder& builder, const schema::Table& table, WallTime now)
        : m_builder(builder), m_table(table), m_now(now)
    {
    }
    void clustering(ByteView value)
    {
        auto values = m_builder.arena().makeArray<ByteView>(1);
        values[0] = m_builder.arena().copy(value);
        m_row.clustering.values = values;
    }
    void text(const char* name, ByteView value) { add(name, value, nullptr); }
    void element(const char* name, ByteView key, ByteView value) { add(name, value, &key); }
    void number(const char* name, std::int64_t value, bool isWide = false)
    {
        Bytes bytes;
        if (isWide)
            ByteWriter{bytes}.i64(value);
        else
            ByteWriter{bytes}.i32(static_cast<std::int32_t>(
                std::min<std::int64_t>(value, std::numeric_limits<std::int32_t>::max())));
        add(name, bytes, nullptr);
    }
    /// Adds the row, and begins the next.
    void finish()
    {
        std::sort(m_cells.begin(), m_cells.end(), [](const rows::Cell& a, const rows::Cell& b) {
            return rows::compareCells(a, b) < 0;
        });
        m_row.cells = m_builder.arena().copyArray<rows::Cell>(std::span<const rows::Cell>{m_cells});
        m_row.liveness.timestamp = WriteTimestamp{m_now.micros()};
        m_row.liveness.ttl = kTraceTtlSeconds;
        m_row.liveness.expiresAt = m_now.seconds() + kTraceTtlSeconds;
        m_builder.addRow(m_row);
        m_row = {};
        m_cells.clear();
    }

private:
    void add(const char* name, ByteView value, const ByteView* path)
    {
        const schema::Column* column = m_table.column(name);
        if (column == nullptr)
            return;
        rows::Cell cell;
        cell.column = column;
        cell.timestamp = WriteTimestamp{m_now.micros()};
        cell.ttl = kTraceTtlSeconds;
        cell.localDeletionTime = m_now.seconds() + kTraceTtlSeconds;
        cell.value = m_builder.arena().copy(value);
        if (path != nullptr) {
            cell.hasPath = true;
            cell.path = m_builder.arena().copy(*path);
        }
        m_cells.push_back(cell);
    }

    rows::PartitionBuilder& m_builder;
    const schema::Table& m_table;
    WallTime m_now;
    rows::Row m_row;
    std::vector<rows::Cell> m_cells;
};

std::int64_t wholeMicros(Duration duration)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

} // namespace

TraceService::TraceService(Context& context, WritePath& writes)
    : m_context(context), m_writes(writes), m_isHere(std::make_shared<bool>(true))
{
}

TraceService::~TraceService()
{
    *m_isHere = false;
}

std::shared_ptr<TraceSession> TraceService::begin(TracedRequest request)
{
    // Random in place of a node: two coordinators may begin one in the same microsecond.
    const Uuid id = Uuid::timeUuid(Uuid::ticksOf(m_context.runtime.wallNow()),
                                   (m_context.runtime.random().next() & 0x3fff'ffff'ffff'ffffULL) |
                                       0x8000'0100'0000'0000ULL);
    auto session =
        std::make_shared<TraceSession>(m_context.runtime, id, m_context.messaging.local());
    Open& open = m_open[id];
    open.session = session;
    open.request = std::move(request);
    open.startedAt = m_context.runtime.wallNow();
    m_context.messaging.openTrace(session);
    return session;
}

void TraceService::end(const std::shared_ptr<TraceSession>& session)
{
    const auto at = m_open.find(session->id());
    if (at == m_open.end() || at->second.hasEnded)
        return;
    at->second.hasEnded = true;
    at->second.duration = session->elapsed();
    const Uuid id = session->id();
    // Not within the step that answers: the client comes first.
    session->whenAnswered([this, here = m_isHere, id] {
        m_context.runtime.post(Priority::Background, "trace", [this, here, id] {
            if (*here)
                write(id, true);
        });
    });
    if (session->outstanding() == 0)
        return;
    for (const bool isLast : {false, true})
        m_context.runtime.after(isLast ? kTraceLateMax : kTraceAnswersMax, "trace",
                                [this, here = m_isHere, id, isLast] {
                                    if (*here)
                                        write(id, isLast);
                                });
}

void TraceService::write(const Uuid& id, bool isLast)
{
    const auto at = m_open.find(id);
    if (at == m_open.end())
        return;
    auto mutation = makeMutation(at->second);
    if (isLast) {
        m_context.messaging.closeTrace(id);
        m_open.erase(at);
    }
    if (!mutation)
        m_context.runtime.log().warn("coordination", mutation.error().detail());
    else if (!mutation->updates.empty())
        m_context.runtime.spawn(Priority::Background, "trace", writeLater(std::move(*mutation)));
}

Result<rows::Mutation> TraceService::makeMutation(Open& open)
{
    const auto schema = m_context.planner.schema();
    const auto sessions = schema->table("system_traces", "sessions");
    const auto events = schema->table("system_traces", "events");
    if (sessions == nullptr || events == nullptr)
        return Error{ErrorCode::NotFound,
                     "A trace was dropped: system_traces.sessions or events does not exist."};
    const WallTime now = m_context.runtime.wallNow();
    const Uuid& id = open.session->id();
    rows::Mutation mutation;
    mutation.keyspace = "system_traces";
    if (!std::exchange(open.isSessionWritten, true)) {
        rows::PartitionBuilder builder{sessions, id.view()};
        TraceRowMaker row{builder, *sessions, now};
        const InetEndpoint& local = m_context.messaging.local();
        row.text("client", open.request.client.view());
        row.text("command", open.request.command);
        row.text("coordinator", local.address.view());
        row.number("coordinator_port", local.port);
        row.number("duration", wholeMicros(open.duration));
        row.text("request", open.request.request);
        row.number("started_at", open.startedAt.millis(), true);
        for (const auto& [name, value] : open.request.parameters)
            row.element("parameters", name, value);
        row.finish();
        mutation.updates.push_back(std::move(builder).build());
    }
    const auto entries = open.session->take();
    if (!entries.empty()) {
        rows::PartitionBuilder builder{events, id.view()};
        TraceRowMaker row{builder, *events, now};
        for (const TraceEntry& entry : entries) {
            row.clustering(entry.id.view());
            row.text("activity", entry.activity);
            row.text("source", entry.source.address.view());
            row.number("source_elapsed", wholeMicros(entry.elapsed));
            row.number("source_port", entry.source.port);
            row.text("thread", entry.thread);
            row.finish();
        }
        mutation.updates.push_back(std::move(builder).build());
    }
    return mutation;
}

Task<void> TraceService::writeLater(rows::Mutation mutation)
{
    rows::Mutations mutations;
    mutations.push_back(std::move(mutation));
    RequestOptions options;
    options.consistency = protocol::Consistency::Any;
    auto writing =
        m_writes.write(std::move(mutations), std::move(options), protocol::WriteType::Simple);
    auto written = co_await writing;
    if (!written)
        m_context.runtime.log().warn("coordination",
                                     written.error().within("A trace was not written").detail());
    co_return ok();
}

} // namespace engine::coordination
