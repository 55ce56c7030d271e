#include "engine/query/query_processor.h"

#include "engine/base/hash.h"
#include "engine/protocol/error_extras.h"
#include "engine/query/modify/batch.h"
#include "engine/query/modify/modification_statement.h"
#include "engine/query/statement.h"

#include <algorithm>
#include <list>
#include <unordered_map>

namespace engine::query {

namespace {

Bytes md5Bytes(ByteView text)
{
    const auto digest = md5(text);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Identifies the columns of a result (v5): any change of them gives another id.
Bytes metadataId(const protocol::ColumnSpecsPtr& columns)
{
    Bytes text;
    if (columns) {
        for (const protocol::ColumnSpec& column : *columns)
            text += column.keyspace + '\0' + column.table + '\0' + column.name + '\0' +
                    column.type->className() + '\0';
    }
    return md5Bytes(text);
}

} // namespace

/// Hash of prepared statements' ids.
struct PreparedIdHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const noexcept
    {
        // Ids are MD5: any eight bytes of one are a hash.
        return id.size() >= 8 ? static_cast<std::size_t>(loadBigEndian<std::uint64_t>(id.data()))
                              : std::hash<std::string_view>{}(id);
    }
};

struct QueryProcessor::State {
    State(Runtime& runtime, coordination::Coordinator& coordinator, schema::SchemaOwner& owner,
          VirtualTables* virtualTables, QuerySettings settings)
        : environment(runtime, coordinator, owner, virtualTables, std::move(settings))
    {
    }

    struct Entry {
        PreparedStatementPtr statement;
        const ModificationStatement* singleRowWrite = nullptr; ///< the same if it is one
        Bytes metadataId;
        /// The schema that the statement was last found current in: one pointer comparison.
        schema::SchemaPtr checkedAgainst;
        std::list<Bytes>::iterator use;
    };
    using Cache = std::unordered_map<Bytes, Entry, PreparedIdHash, std::equal_to<>>;

    Environment environment;
    Cache cache;                       ///< looked up only, never iterated
    Cache::value_type* last = nullptr; ///< of the cache: was asked for last, and likely is next
    std::list<Bytes> uses;             ///< least recently prepared first

    Result<Entry*> current(ByteView id);
    static void set(Entry& entry, PreparedStatementPtr statement);
    Entry& store(const Bytes& id, PreparedStatementPtr statement);
    Task<QueryResult> run(PreparedStatementPtr statement, RequestContext&& request);
};

void QueryProcessor::State::set(Entry& entry, PreparedStatementPtr statement)
{
    entry.metadataId = metadataId(statement->resultColumns());
    const auto* const modification = dynamic_cast<const ModificationStatement*>(statement.get());
    entry.singleRowWrite =
        modification != nullptr && modification->isSingleRowWrite() ? modification : nullptr;
    entry.statement = std::move(statement);
}

QueryProcessor::State::Entry& QueryProcessor::State::store(const Bytes& id,
                                                           PreparedStatementPtr statement)
{
    last = nullptr;
    const auto existing = cache.find(id);
    if (existing != cache.end()) {
        uses.erase(existing->second.use);
        cache.erase(existing);
    }
    while (!uses.empty() && cache.size() >= environment.settings.preparedStatementsMax) {
        cache.erase(uses.front());
        uses.pop_front();
    }
    uses.push_back(id);
    Entry entry;
    set(entry, std::move(statement));
    entry.checkedAgainst = environment.schemaOwner.current();
    entry.use = std::prev(uses.end());
    return cache.insert_or_assign(id, std::move(entry)).first->second;
}

Result<QueryProcessor::State::Entry*> QueryProcessor::State::current(ByteView id)
{
    const schema::SchemaPtr& schema = environment.schemaOwner.current();
    if (last != nullptr && last->first == id && last->second.checkedAgainst == schema) [[likely]]
        return &last->second;
    last = nullptr;
    const auto at = cache.find(id);
    if (at == cache.end())
        return Error{
            ErrorCode::Unprepared,
            "Prepared query with ID " + toHex(id) +
                " not found (either the query was not prepared on this host (maybe the host "
                "has been restarted?) or you have prepared too many queries and it has been "
                "evicted from the internal cache)",
            std::make_shared<protocol::UnpreparedExtra>(Bytes{id})};
    Entry& entry = at->second;
    if (entry.checkedAgainst == schema) [[likely]] {
        last = &*at;
        return &entry;
    }
    const schema::TablePtr& table = entry.statement->table();
    const bool isSame = !table || schema->table(table->keyspace(), table->name()) == table;
    if (isSame && table) {
        entry.checkedAgainst = schema;
        return &entry;
    }
    auto again = prepareStatement(entry.statement->text(), entry.statement->keyspace(), *schema);
    if (!again) {
        uses.erase(entry.use);
        cache.erase(at);
        return again.error();
    }
    set(entry, std::move(*again));
    entry.checkedAgainst = schema;
    return &entry;
}

namespace {

/// Tells a client that believes in other columns (v5) which they are now.
Task<QueryResult> withMetadataId(Bytes id, Task<QueryResult> running)
{
    auto result = co_await running;
    if (result) {
        if (auto* rows = std::get_if<Rows>(&result->value))
            rows->metadata.newMetadataId = std::move(id);
    }
    co_return result;
}

/// A statement with the values that were given by name, in the order of its markers.
struct WithNamedValues {
    PreparedStatementPtr statement;
    std::vector<protocol::Value> values;
};

Result<std::shared_ptr<const WithNamedValues>> placeValues(PreparedStatementPtr statement,
                                                           std::span<const protocol::Value> given)
{
    auto placed = std::make_shared<WithNamedValues>();
    for (const protocol::ColumnSpec& marker : statement->markers()) {
        const auto at = std::find_if(given.begin(), given.end(), [&](const protocol::Value& value) {
            return value.name == marker.name;
        });
        if (at == given.end())
            return invalidRequest("Invalid amount of bind variables");
        placed->values.push_back(*at);
    }
    placed->statement = std::move(statement);
    return placed;
}

std::string_view keyspaceFor(const RequestContext& request)
{
    return request.options.keyspace.value_or(request.keyspace);
}

} // namespace

/// Not a coroutine: each frame costs as much as executing a simple statement.
Task<QueryResult> QueryProcessor::State::run(PreparedStatementPtr statement,
                                             RequestContext&& request)
{
    const PreparedStatement& prepared = *statement;
    protocol::QueryOptions& options = request.options;
    if (options.namedValues) {
        auto placed = placeValues(std::move(statement), options.values);
        if (!placed)
            return failed(placed.error());
        options.values = (*placed)->values;
        request.keeps = std::move(*placed);
    } else {
        if (options.values.size() != prepared.markers().size())
            return failed(invalidRequest("Invalid amount of bind variables"));
        request.keeps = std::move(statement);
    }
    return prepared.execute(environment, std::move(request));
}

QueryProcessor::QueryProcessor(Runtime& runtime, coordination::Coordinator& coordinator,
                               schema::SchemaOwner& schemaOwner, VirtualTables* virtualTables,
                               QuerySettings settings)
    : m_state(std::make_unique<State>(runtime, coordinator, schemaOwner, virtualTables,
                                      std::move(settings)))
{
}

QueryProcessor::~QueryProcessor() = default;

std::string QueryProcessor::preparedText(ByteView id) const
{
    const auto at = m_state->cache.find(id);
    return at == m_state->cache.end() ? std::string{} : at->second.statement->text();
}

std::size_t QueryProcessor::preparedCount() const noexcept
{
    return m_state->cache.size();
}

Task<QueryResult> QueryProcessor::query(std::string_view text, RequestContext context)
{
    if (context.trace) [[unlikely]]
        context.trace->add("Parsing " + std::string{text});
    auto statement =
        prepareStatement(text, keyspaceFor(context), *m_state->environment.schemaOwner.current());
    if (!statement)
        return failed(statement.error());
    if (context.trace) [[unlikely]]
        context.trace->add("Prepared the statement against the schema");
    return m_state->run(std::move(*statement), std::move(context));
}

Result<protocol::PreparedResult> QueryProcessor::prepare(std::string_view text,
                                                         std::string_view keyspace)
{
    const schema::SchemaPtr& schema = m_state->environment.schemaOwner.current();
    RW_ASSIGN(PreparedStatementPtr statement, prepareStatement(text, keyspace, *schema));
    // As Cassandra: the keyspace of the session counts unless the text names its own.
    Bytes id = md5Bytes(statement->isFullyQualified() ? std::string{text}
                                                      : std::string{keyspace} + std::string{text});
    const State::Entry& entry = m_state->store(id, std::move(statement));
    protocol::PreparedResult result;
    result.id = std::move(id);
    result.resultMetadataId = entry.metadataId;
    const auto markers = entry.statement->markers();
    result.metadata.columns.assign(markers.begin(), markers.end());
    const auto keys = entry.statement->partitionKeyMarkers();
    result.metadata.partitionKeyIndexes.assign(keys.begin(), keys.end());
    result.resultMetadata.columns = entry.statement->resultColumns();
    return result;
}

Task<QueryResult> QueryProcessor::execute(ByteView id, ByteView resultMetadataId,
                                          RequestContext context)
{
    const auto found = m_state->current(id);
    if (!found)
        return failed(found.error());
    const State::Entry& entry = **found;
    if (context.trace) [[unlikely]]
        context.trace->add("Executing prepared statement " + entry.statement->text());
    // The entry may go while the statement runs.
    auto running = m_state->run(entry.statement, std::move(context));
    if (!resultMetadataId.empty() && resultMetadataId != entry.metadataId)
        return withMetadataId(entry.metadataId, std::move(running));
    return running;
}

const ModificationStatement* QueryProcessor::singleRowWrite(ByteView id)
{
    const auto found = m_state->current(id);
    return found ? (*found)->singleRowWrite : nullptr;
}

Result<StartedWrite> QueryProcessor::startWrite(const ModificationStatement& statement,
                                                const RequestContext& context)
{
    if (context.options.values.size() != statement.markers().size())
        return invalidRequest("Invalid amount of bind variables");
    return statement.startSingleRow(m_state->environment, context);
}

Task<QueryResult> QueryProcessor::batch(protocol::BatchRequest request, RequestContext context)
{
    Environment& environment = m_state->environment;
    const schema::SchemaPtr schema = environment.schemaOwner.current();
    std::vector<PreparedStatementPtr> kept;
    std::vector<const ModificationStatement*> statements;
    std::vector<BatchPart> parts;
    for (const protocol::BatchEntry& entry : request.entries) {
        PreparedStatementPtr statement;
        if (entry.isPrepared) {
            RW_CO_ASSIGN(const State::Entry* found, m_state->current(entry.queryOrId));
            statement = found->statement;
        } else {
            RW_CO_ASSIGN(statement,
                         prepareStatement(entry.queryOrId, keyspaceFor(context), *schema));
        }
        const auto* modification = dynamic_cast<const ModificationStatement*>(statement.get());
        if (modification == nullptr)
            co_return invalidRequest("Invalid statement in batch: only UPDATE, INSERT and DELETE "
                                     "statements are allowed.");
        if (entry.values.size() != statement->markers().size())
            co_return invalidRequest("There were " + std::to_string(statement->markers().size()) +
                                     " markers(?) in CQL but " +
                                     std::to_string(entry.values.size()) + " bound variables");
        statements.push_back(modification);
        parts.push_back({modification, entry.values});
        kept.push_back(std::move(statement));
    }
    RW_CO_TRY(checkBatch(request.type, statements, false));
    if (context.trace) [[unlikely]]
        context.trace->add("Executing a batch of " + std::to_string(statements.size()) +
                           " statement(s)");
    auto task = executeBatch(environment, request.type, std::move(parts), std::move(context));
    co_return co_await task;
}

} // namespace engine::query
