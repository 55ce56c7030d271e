#include "engine/query/modify/batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace engine::query {

Result<void> checkBatch(protocol::BatchType type,
                        std::span<const ModificationStatement* const> statements, bool hasTimestamp)
{
    const bool isCounterBatch = type == protocol::BatchType::Counter;
    if (hasTimestamp && isCounterBatch)
        return invalidRequest("Cannot provide custom timestamp for counter BATCH");
    bool hasCounters = false;
    bool hasOthers = false;
    for (const ModificationStatement* statement : statements) {
        if (hasTimestamp && statement->hasTimestamp())
            return invalidRequest("Timestamp must be set either on BATCH or individual statements");
        if (isCounterBatch && !statement->isCounter())
            return invalidRequest("Cannot include non-counter statement in a counter batch");
        (statement->isCounter() ? hasCounters : hasOthers) = true;
    }
    if (hasCounters && hasOthers)
        return invalidRequest("Counter and non-counter mutations cannot exist in the same batch");
    if (hasCounters && type == protocol::BatchType::Logged)
        return invalidRequest("Cannot include a counter statement in a logged batch");
    return ok();
}

namespace {

/// The bytes that a mutation writes: names, values and a little for each cell
/// (PartitionUpdate.dataSize).
std::size_t mutationBytes(const rows::Mutation& mutation)
{
    std::size_t size = 0;
    const auto add = [&size](const rows::Row& row) {
        for (const ByteView value : row.clustering.values)
            size += value.size();
        size += row.liveness.isEmpty() ? 0 : sizeof(std::int64_t);
        for (const rows::Cell& cell : row.cells)
            size += cell.value.size() + cell.path.size() + sizeof(std::int64_t);
    };
    for (const rows::Partition& update : mutation.updates) {
        size += update.key().size();
        add(update.staticRow);
        for (const rows::Unfiltered& unfiltered : update.unfiltereds) {
            if (unfiltered.kind == rows::Unfiltered::Kind::Row)
                add(unfiltered.row);
        }
    }
    return size;
}

/// "5.000KiB", as Cassandra prints sizes.
std::string shownSize(std::size_t bytes)
{
    if (bytes >= 1024 * 1024)
        return fmt::format("{:.3f}MiB", static_cast<double>(bytes) / (1024 * 1024));
    if (bytes >= 1024)
        return fmt::format("{:.3f}KiB", static_cast<double>(bytes) / 1024);
    return fmt::format("{}B", bytes);
}

std::string tablesOf(const rows::Mutations& mutations)
{
    std::set<std::string> names;
    for (const rows::Mutation& mutation : mutations) {
        for (const rows::Partition& update : mutation.updates)
            names.insert(update.table()->keyspace() + "." + update.table()->name());
    }
    return fmt::format("[{}]", fmt::join(names, ", "));
}

/// batch_size_warn_threshold, batch_size_fail_threshold and
/// unlogged_batch_across_partitions_warn_threshold. A batch of one partition is as cheap as a
/// single write.
Result<void> checkBatchSize(const QuerySettings& settings, protocol::BatchType type,
                            const rows::Mutations& mutations, std::vector<std::string>& warnings)
{
    if (mutations.size() <= 1)
        return ok();
    std::size_t size = 0;
    for (const rows::Mutation& mutation : mutations)
        size += mutationBytes(mutation);
    if (size > settings.batchBytesFail)
        return invalidRequest(fmt::format("Batch too large: {} is more than the {} of "
                                          "batch_size_fail_threshold",
                                          shownSize(size), shownSize(settings.batchBytesFail)));
    if (size > settings.batchBytesWarn)
        warnings.push_back(
            fmt::format("Batch for {} is of size {}, exceeding specified threshold of {} by {}.",
                        tablesOf(mutations), shownSize(size), shownSize(settings.batchBytesWarn),
                        shownSize(size - settings.batchBytesWarn)));
    if (type == protocol::BatchType::Unlogged && mutations.size() > settings.unloggedPartitionsWarn)
        warnings.push_back(fmt::format(
            "Unlogged batch covering {} partitions detected against table {}. You should use a "
            "logged batch for atomicity, or asynchronous writes for performance.",
            mutations.size(), tablesOf(mutations)));
    return ok();
}

} // namespace

Task<QueryResult> executeBatch(Environment& environment, protocol::BatchType type,
                               std::vector<BatchPart> parts, RequestContext request)
{
    if (protocol::isSerial(request.options.consistency))
        co_return invalidRequest("You must use conditional updates for serializable writes");
    MutationCollector collector;
    bool isCounter = type == protocol::BatchType::Counter;
    {
        Lease<Arena> lease = environment.leaseArena();
        BindContext context = bindContext(environment, *lease, request, true);
        for (const BatchPart& part : parts) {
            context.values = part.values;
            isCounter |= part.statement->isCounter();
            rows::Partitions existing;
            if (part.statement->needsRead()) {
                RequestContext copy = request;
                auto reading = part.statement->read(environment, &context, std::move(copy));
                RW_CO_ASSIGN(existing, co_await reading);
            }
            RW_CO_TRY(part.statement->collect(context, collector, existing));
        }
    }
    auto mutations = std::move(collector).build();
    auto options = requestOptions(request);
    std::vector<std::string> warnings;
    RW_CO_TRY(checkBatchSize(environment.settings, type, mutations, warnings));
    RW_CO_TRY(environment.guardWrite(mutations, warnings));
    if (!mutations.empty()) {
        // A batch within one partition is atomic as it is.
        auto& coordinator = environment.coordinator;
        Task<void> writing;
        if (isCounter)
            writing = coordinator.writeCounters(std::move(mutations), std::move(options));
        else if (type == protocol::BatchType::Logged && mutations.size() > 1)
            writing = coordinator.writeLogged(std::move(mutations), std::move(options));
        else
            writing = coordinator.write(std::move(mutations), std::move(options));
        RW_CO_TRY(co_await writing);
    }
    co_return QueryResult{protocol::VoidResult{}, std::move(warnings)};
}

Result<void> BatchStatement::prepare(const cql::ParsedBatch& parsed,
                                     std::string_view sessionKeyspace, PrepareContext& context)
{
    m_type = parsed.type == cql::ParsedBatch::Type::Logged     ? protocol::BatchType::Logged
             : parsed.type == cql::ParsedBatch::Type::Unlogged ? protocol::BatchType::Unlogged
                                                               : protocol::BatchType::Counter;
    if (parsed.usings.ttl != nullptr)
        return invalidRequest("Global TTL on the BATCH statement is not supported.");
    std::vector<const ModificationStatement*> statements;
    for (const cql::Statement* one : parsed.statements) {
        // All four kinds begin with the table's name.
        const cql::QualifiedName* name = nullptr;
        switch (one->kind) {
        case cql::StatementKind::Insert:
            name = &one->as<cql::ParsedInsert>().table;
            break;
        case cql::StatementKind::InsertJson:
            name = &one->as<cql::ParsedInsertJson>().table;
            break;
        case cql::StatementKind::Update:
            name = &one->as<cql::ParsedUpdate>().table;
            break;
        default:
            name = &one->as<cql::ParsedDelete>().table;
            break;
        }
        RW_ASSIGN(context.table, findTable(*name, sessionKeyspace, context.schema));
        // The texts and arenas of the parts are the batch's.
        auto statement = std::make_shared<ModificationStatement>(std::string{}, nullptr);
        RW_TRY(statement->prepareWithin(*one, context));
        if (!m_table) {
            m_table = context.table;
            m_partitionKeyMarkers = statement->keyMarkers();
        }
        statements.push_back(statement.get());
        m_statements.push_back(std::move(statement));
    }
    if (parsed.usings.timestamp != nullptr) {
        RW_ASSIGN(PreparedTerm term, PreparedTerm::prepare(*parsed.usings.timestamp,
                                                           cql::Type::native(cql::TypeKind::Bigint),
                                                           "[timestamp]", context));
        m_timestamp = std::move(term);
    }
    return checkBatch(m_type, statements, m_timestamp.has_value());
}

Task<QueryResult> BatchStatement::execute(Environment& environment, RequestContext request) const
{
    std::vector<BatchPart> parts;
    for (const auto& statement : m_statements)
        parts.push_back({statement.get(), request.options.values});
    if (m_timestamp) {
        Lease<Arena> lease = environment.leaseArena();
        BindContext context = bindContext(environment, *lease, request, false);
        RW_CO_ASSIGN(const protocol::Value value, m_timestamp->bind(context));
        if (value.kind != protocol::Value::Kind::Bytes || value.bytes.size() != 8)
            co_return invalidRequest("Invalid null value of timestamp");
        request.options.timestamp = loadBigEndian<std::int64_t>(value.bytes.data());
    }
    auto executing = executeBatch(environment, m_type, std::move(parts), std::move(request));
    co_return co_await executing;
}

} // namespace engine::query
