#include "tests/engine/client/scripted_server.h"

#include "engine/base/hash.h"
#include "engine/protocol/error_extras.h"

#include <QtGlobal>

#include <future>

using namespace engine;
using namespace engine::node;
using namespace engine::protocol;
using cql::Type;
using cql::TypeKind;

namespace tests {

namespace {

cql::TypePtr text()
{
    return Type::native(TypeKind::Text);
}

Bytes listOf(const std::vector<std::string>& items)
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(static_cast<std::int32_t>(items.size()));
    for (const std::string& item : items)
        writer.bytes32(item);
    return out;
}

Bytes mapOf(const std::map<std::string, std::string>& items)
{
    Bytes out;
    ByteWriter writer{out};
    writer.i32(static_cast<std::int32_t>(items.size()));
    for (const auto& [key, value] : items) {
        writer.bytes32(key);
        writer.bytes32(value);
    }
    return out;
}

Bytes int32(std::int32_t value)
{
    Bytes out;
    ByteWriter{out}.i32(value);
    return out;
}

} // namespace

ScriptedServer::ScriptedServer(ServerAuthenticator* authenticator, std::uint16_t port)
    : m_runtime(RealRuntime::make({.logLevel = LogLevel::Error}))
{
    m_server = std::make_unique<CqlServer>(
        *m_runtime, CqlServerOptions{.listen = {*InetAddress::parse("127.0.0.1"), port}}, *this,
        authenticator);
    const auto started = m_server->start();
    if (!started)
        qFatal("%s", started.error().detail().c_str());
    const auto textSet = Type::set(text());
    const auto textMap = Type::map(text(), text(), true);
    on("SELECT * FROM system.local", [=](ServerRequestPtr request) {
        rows(request,
             {{"cluster_name", text()},
              {"partitioner", text()},
              {"release_version", text()},
              {"data_center", text()},
              {"rack", text()},
              {"host_id", Type::native(TypeKind::Uuid)},
              {"tokens", textSet}},
             {{"scripted", "org.apache.cassandra.dht.Murmur3Partitioner", "5.0.4", "dc1", "r1",
               Bytes(16, '\x11'), listOf({"0", "42"})}});
    });
    on("SELECT * FROM system.peers_v2", [=](ServerRequestPtr request) {
        rows(request, {{"peer", Type::native(TypeKind::Inet)}}, {});
    });
    for (const char* table :
         {"views", "types", "functions", "aggregates", "indexes", "triggers", "dropped_columns"})
        on(std::string("SELECT * FROM system_schema.") + table, [=](ServerRequestPtr request) {
            rows(request, {{"keyspace_name", text()}}, {});
        });
    on("SELECT * FROM system_schema.keyspaces", [=](ServerRequestPtr request) {
        rows(request,
             {{"keyspace_name", text()},
              {"durable_writes", Type::native(TypeKind::Boolean)},
              {"replication", textMap}},
             {{"hotel", Bytes(1, '\1'),
               mapOf({{"class", "org.apache.cassandra.locator.SimpleStrategy"},
                      {"replication_factor", "1"}})},
              {"broken", Bytes(1, '\1'), mapOf({})}});
    });
    on("SELECT * FROM system_schema.tables", [=](ServerRequestPtr request) {
        rows(request,
             {{"keyspace_name", text()},
              {"table_name", text()},
              {"id", Type::native(TypeKind::Uuid)},
              {"flags", textSet}},
             {{"hotel", "guests", Bytes(16, '\x22'), listOf({"compound"})},
              {"broken", "keyless", Bytes(16, '\x23'), listOf({"compound"})}});
    });
    on("SELECT * FROM system_schema.columns", [=](ServerRequestPtr request) {
        rows(request,
             {{"keyspace_name", text()},
              {"table_name", text()},
              {"column_name", text()},
              {"clustering_order", text()},
              {"kind", text()},
              {"position", Type::native(TypeKind::Int)},
              {"type", text()}},
             {{"hotel", "guests", "id", "none", "partition_key", int32(0), "int"},
              {"hotel", "guests", "tags", "none", "regular", int32(-1),
               "map<text, frozen<list<int>>>"}});
    });
    m_thread = std::thread{[this] { m_runtime->run(); }};
}

ScriptedServer::~ScriptedServer()
{
    m_runtime->post(Priority::Request, "stop", [this] {
        m_server->stop();
        const std::lock_guard lock(m_mutex);
        m_answers.clear();
        m_runtime->stop();
    });
    m_thread.join();
    m_server.reset();
}

std::string ScriptedServer::address() const
{
    return m_server->address().toString();
}

std::uint16_t ScriptedServer::port() const
{
    return m_server->address().port;
}

void ScriptedServer::onServerThread(std::function<void()> step)
{
    std::promise<void> done;
    m_runtime->post(Priority::Request, "test", [&] {
        step();
        done.set_value();
    });
    done.get_future().wait();
}

void ScriptedServer::stop()
{
    onServerThread([this] { m_server->stop(); });
}

void ScriptedServer::push(const Event& event)
{
    onServerThread([&] { m_server->push(event); });
}

void ScriptedServer::on(const std::string& cql, Answer answer)
{
    const std::lock_guard lock(m_mutex);
    m_answers[cql] = std::move(answer);
}

void ScriptedServer::forgetPrepared()
{
    onServerThread([this] { m_prepared.clear(); });
}

int ScriptedServer::count(const std::string& cql)
{
    const std::lock_guard lock(m_mutex);
    return m_counts[cql];
}

void ScriptedServer::handle(ServerRequestPtr request)
{
    ServerConnection& connection = request->connection();
    if (const auto* query = std::get_if<QueryRequest>(&request->request)) {
        run(std::string(query->query), std::move(request));
    } else if (const auto* prepare = std::get_if<PrepareRequest>(&request->request)) {
        const std::string cql{prepare->query};
        const auto digest = md5(cql);
        PreparedResult prepared;
        prepared.id.assign(digest.begin(), digest.end());
        prepared.resultMetadataId = Bytes(16, 'm');
        prepared.metadata.columns = {{"hotel", "guests", "id", Type::native(TypeKind::Int)}};
        prepared.metadata.partitionKeyIndexes = {0};
        m_prepared[prepared.id] = cql;
        {
            const std::lock_guard lock(m_mutex);
            ++m_counts["PREPARE " + cql];
        }
        connection.respond(request->stream(), prepared);
    } else if (const auto* execute = std::get_if<ExecuteRequest>(&request->request)) {
        const auto at = m_prepared.find(Bytes{execute->id});
        if (at == m_prepared.end())
            connection.respondError(request->stream(),
                                    Error{ErrorCode::Unprepared, "not prepared",
                                          std::make_shared<UnpreparedExtra>(Bytes{execute->id})});
        else
            run(std::string(at->second), std::move(request));
    } else {
        connection.respond(request->stream(), VoidResult{});
    }
}

void ScriptedServer::run(const std::string& cql, ServerRequestPtr request)
{
    Answer answer;
    {
        const std::lock_guard lock(m_mutex);
        ++m_counts[cql];
        if (const auto at = m_answers.find(cql); at != m_answers.end())
            answer = at->second;
    }
    if (answer)
        answer(std::move(request));
    else
        request->connection().respondError(request->stream(),
                                           Error{ErrorCode::Invalid, "no such table: " + cql});
}

void ScriptedServer::rows(const ServerRequestPtr& request, const std::vector<Column>& columns,
                          const std::vector<std::vector<std::optional<Bytes>>>& rows,
                          std::optional<Bytes> pagingState)
{
    auto specs = std::make_shared<ColumnSpecs>();
    for (const Column& column : columns)
        specs->push_back({"ks", "t", column.name, column.type});
    RecycledBytes content;
    RowsEncoder encoder{content};
    for (const auto& row : rows) {
        for (const auto& value : row) {
            if (value)
                encoder.value(*value);
            else
                encoder.null();
        }
        encoder.endRow();
    }
    RowsResult result;
    result.metadata.columns = specs;
    result.metadata.pagingState = std::move(pagingState);
    result.rowCount = encoder.rows();
    result.content = content;
    request->connection().respond(request->stream(), result);
}

} // namespace tests
