#include "engine/cql/literals.h"
#include "engine/query/modify/modification_statement.h"

#include <algorithm>

namespace engine::query {

namespace {

constexpr std::int32_t kTtlMax = 20 * 365 * 24 * 60 * 60;

rows::Bound arenaBound(const rows::OwnedBound& bound, Arena& arena)
{
    std::vector<ByteView> values;
    for (const Bytes& value : bound.values)
        values.push_back(arena.copy(value));
    return {bound.kind, arena.copyArray<ByteView>(values)};
}

Result<void> checkNotSerial(const RequestContext& request)
{
    if (protocol::isSerial(request.options.consistency))
        return invalidRequest("You must use conditional updates for serializable writes");
    return ok();
}

/// `writing`: a Task<void>, or a Decision as Awaited.
template <class Writing>
Task<QueryResult> written(Writing writing, std::vector<std::string> warnings)
{
    RW_CO_TRY(co_await writing);
    co_return QueryResult{protocol::VoidResult{}, std::move(warnings)};
}

ExistingRow findExisting(std::span<const rows::Partition> existing, const schema::Table& table,
                         ByteView key, std::span<const ByteView> clustering, bool isStatic)
{
    for (const rows::Partition& partition : existing) {
        if (partition.key() != key || partition.table()->id() != table.id())
            continue;
        if (isStatic)
            return {&partition.staticRow};
        for (const rows::Unfiltered& unfiltered : partition.unfiltereds) {
            if (unfiltered.kind == rows::Unfiltered::Kind::Row &&
                rows::compareClustering(table, unfiltered.row.clustering.values, clustering) == 0)
                return {&unfiltered.row};
        }
    }
    return {};
}

} // namespace

Result<ModificationStatement::Attributes>
ModificationStatement::attributes(BindContext& context) const
{
    Attributes out;
    out.timestamp.micros = context.timestampMicros;
    if (context.timestampError && !m_timestamp)
        return *context.timestampError;
    if (m_timestamp) {
        RW_ASSIGN(const protocol::Value value, m_timestamp->bind(context));
        if (value.kind == protocol::Value::Kind::Null ||
            (value.kind == protocol::Value::Kind::Bytes && value.bytes.size() != 8))
            return invalidRequest("Invalid null value of timestamp");
        if (value.kind == protocol::Value::Kind::Bytes)
            out.timestamp.micros = loadBigEndian<std::int64_t>(value.bytes.data());
    }
    if (out.timestamp.isNone())
        return invalidRequest("Out of bound timestamp, must be in [-9223372036854775807, "
                              "9223372036854775807]");
    if (m_kind != Kind::Delete)
        out.ttl = m_table->params().defaultTimeToLive;
    if (m_ttl) {
        RW_ASSIGN(const protocol::Value value, m_ttl->bind(context));
        if (value.kind == protocol::Value::Kind::Null)
            out.ttl = 0;
        else if (value.kind == protocol::Value::Kind::Bytes && value.bytes.size() == 4)
            out.ttl = loadBigEndian<std::int32_t>(value.bytes.data());
        if (out.ttl < 0)
            return invalidRequest("A TTL must be greater or equal to 0, but was " +
                                  std::to_string(out.ttl));
        if (out.ttl > kTtlMax)
            return invalidRequest("ttl is too large. requested (" + std::to_string(out.ttl) +
                                  ") maximum (" + std::to_string(kTtlMax) + ")");
    }
    if (m_isCounter)
        out.ttl = 0;
    return out;
}

/// `clustering` is in the arena of `to`, its bytes may be elsewhere.
template <class Partition>
Result<void> ModificationStatement::writeRow(std::span<ByteView> clustering, Partition& to,
                                             BindContext& context, const Attributes& attributes,
                                             ExistingRow existing) const
{
    RW_TRY(checkClustering(clustering));
    constexpr bool copies = !std::is_same_v<Partition, LoneMutation>;
    Arena& arena = to.arena();
    RowWriter writer{arena,          m_operations.size(), attributes.timestamp,
                     attributes.ttl, context.nowSeconds,  copies};
    for (const ColumnOperation& operation : m_operations)
        RW_TRY(operation.apply(writer, context, existing));
    if (m_touchesStatics)
        to.addStaticRow(writer.takeStatic());
    const bool deletesRow = m_kind == Kind::Delete && m_operations.empty();
    if (!m_touchesRegulars && !deletesRow)
        return ok();
    rows::Row row = writer.takeRegular();
    for (ByteView& value : clustering)
        value = copies ? arena.copy(value) : notNull(value);
    row.clustering.values = clustering;
    if (m_kind == Kind::Insert)
        row.liveness = writer.liveness();
    if (deletesRow)
        row.deletion = writer.deletion();
    to.addRow(row);
    return ok();
}

template <class Partition>
Result<void> ModificationStatement::writeSingleRow(Partition& to, BindContext& context,
                                                   const Attributes& attributes) const
{
    const auto clustering =
        to.arena().template makeArray<ByteView>(m_restrictions.clustering().size());
    RW_TRY(m_restrictions.singleClustering(context, clustering));
    return writeRow(clustering, to, context, attributes, {});
}

Result<void> ModificationStatement::collectKey(ByteView key, const rows::ClusteringFilter& filter,
                                               BindContext& context, const Attributes& attributes,
                                               MutationCollector& to,
                                               std::span<const rows::Partition> existing) const
{
    const schema::Table& table = *m_table;
    rows::PartitionBuilder& builder = to.of(m_table, key);
    const rows::DeletionTime deletion{attributes.timestamp, context.nowSeconds};
    if (m_kind == Kind::Delete && m_operations.empty() && !m_restrictions.namesRows()) {
        if (!m_restrictions.hasClustering()) {
            builder.deletePartition(deletion);
            return ok();
        }
        for (const rows::Slice& slice : filter.slices)
            builder.deleteRange(arenaBound(slice.start, builder.arena()),
                                arenaBound(slice.end, builder.arena()), deletion);
        return ok();
    }
    if (m_kind == Kind::Delete && m_operations.empty() && table.clustering().empty()) {
        builder.deletePartition(deletion);
        return ok();
    }
    if (filter.names.empty() && !filter.isNames)
        return writeRow({}, builder, context, attributes,
                        findExisting(existing, table, key, {}, m_touchesStatics));
    for (const auto& name : filter.names) {
        const auto clustering = builder.arena().makeArray<ByteView>(name.size());
        std::copy(name.begin(), name.end(), clustering.begin());
        RW_TRY(writeRow(clustering, builder, context, attributes,
                        findExisting(existing, table, key, clustering,
                                     m_touchesStatics && !m_touchesRegulars)));
    }
    return ok();
}

Result<void> ModificationStatement::collectJson(BindContext& context, const Attributes& attributes,
                                                MutationCollector& to) const
{
    const schema::Table& table = *m_table;
    RW_ASSIGN(const protocol::Value text, m_json->bind(context));
    if (text.kind != protocol::Value::Kind::Bytes)
        return invalidRequest("Got null for INSERT JSON values");
    RW_ASSIGN(const std::vector<cql::JsonField> fields, cql::splitJsonObject(text.bytes));
    std::vector<std::pair<const schema::Column*, std::optional<Bytes>>> values;
    for (const cql::JsonField& field : fields) {
        const schema::Column* column = table.column(field.name);
        if (column == nullptr)
            return invalidRequest("JSON values map contains unrecognized column: " + field.name);
        auto value = cql::serializeJson(field.value, *column->type);
        if (!value)
            return invalidRequest("Error decoding JSON value for " + column->name + ": " +
                                  value.error().detail());
        values.emplace_back(column, std::move(*value));
    }
    const auto valueOf = [&](const schema::Column& column) -> const std::optional<Bytes>* {
        for (const auto& [given, value] : values) {
            if (given == &column)
                return &value;
        }
        return nullptr;
    };
    const auto keyPart = [&](const schema::Column& column) -> Result<ByteView> {
        const std::optional<Bytes>* value = valueOf(column);
        if (value == nullptr || !*value)
            return invalidRequest("Invalid null value in condition for column " + column.name);
        return ByteView{**value};
    };
    std::vector<ByteView> key;
    for (const schema::ColumnPtr& column : table.partitionKey()) {
        RW_ASSIGN(const ByteView part, keyPart(*column));
        key.push_back(part);
    }
    RW_TRY(checkPartitionKey(key));
    std::vector<ByteView> clustering;
    for (const schema::ColumnPtr& column : table.clustering()) {
        RW_ASSIGN(const ByteView part, keyPart(*column));
        clustering.push_back(part);
    }
    RW_TRY(checkClustering(clustering));
    rows::PartitionBuilder& builder = to.of(m_table, table.makePartitionKey(key));
    Arena& arena = builder.arena();
    RowWriter writer{arena,          values.size(),      attributes.timestamp,
                     attributes.ttl, context.nowSeconds, true};
    for (const auto part : {table.statics(), table.regulars()}) {
        for (const schema::ColumnPtr& column : part) {
            const std::optional<Bytes>* value = valueOf(*column);
            if (value == nullptr && (m_jsonDefaultUnset || column->isStatic()))
                continue;
            const bool isNull = value == nullptr || !*value;
            RW_TRY(ColumnOperation::write(*column, isNull ? MaybeValue{} : MaybeValue{**value},
                                          writer, context));
        }
    }
    if (table.hasStatics())
        builder.addStaticRow(writer.takeStatic());
    rows::Row row = writer.takeRegular();
    for (ByteView& value : clustering)
        value = arena.copy(value);
    row.clustering.values = arena.copyArray<ByteView>(clustering);
    row.liveness = writer.liveness();
    builder.addRow(row);
    return ok();
}

Result<void> ModificationStatement::collect(BindContext& context, MutationCollector& to,
                                            std::span<const rows::Partition> existing) const
{
    RW_ASSIGN(const Attributes attributes, this->attributes(context));
    if (m_kind == Kind::InsertJson)
        return collectJson(context, attributes, to);
    // Hot path: one row by equality, no reading, no containers for its key.
    if (m_isSingleRow) {
        RW_ASSIGN(const ByteView key, m_restrictions.singleKey(context));
        return writeSingleRow(to.of(m_table, key), context, attributes);
    }
    RW_ASSIGN(const PartitionSelection partitions, m_restrictions.partitions(*m_table, context));
    RW_ASSIGN(const rows::ClusteringFilter filter,
              m_restrictions.clusteringFilter(*m_table, context));
    for (const RecycledBytes& key : partitions.keys)
        RW_TRY(collectKey(key, filter, context, attributes, to, existing));
    return ok();
}

Task<rows::Partitions> ModificationStatement::read(Environment& environment, BindContext* context,
                                                   RequestContext request) const
{
    rows::Partitions found;
    RW_CO_ASSIGN(const PartitionSelection partitions,
                 m_restrictions.partitions(*m_table, *context));
    RW_CO_ASSIGN(const rows::ClusteringFilter filter,
                 m_restrictions.clusteringFilter(*m_table, *context));
    for (const RecycledBytes& key : partitions.keys) {
        rows::ReadCommand command;
        command.table = m_table;
        command.key = key;
        command.clustering = filter;
        command.nowSeconds = context->nowSeconds;
        coordination::RequestOptions options = requestOptions(request);
        auto reading = environment.read(std::move(command), std::move(options));
        RW_CO_ASSIGN(coordination::ReadOutcome outcome, co_await reading);
        for (rows::Partition& partition : outcome.partitions)
            found.push_back(std::move(partition));
    }
    co_return found;
}

Result<StartedWrite> ModificationStatement::startSingleRow(Environment& environment,
                                                           const RequestContext& request) const
{
    RW_TRY(checkNotSerial(request));
    Lease<LoneMutation> lease = environment.leaseMutation();
    BindContext context = bindContext(environment, lease->arena(), request, true);
    RW_ASSIGN(const Attributes attributes, this->attributes(context));
    RW_ASSIGN(const ByteView key, m_restrictions.singleKey(context));
    lease->begin(m_table, key);
    RW_TRY(writeSingleRow(*lease, context, attributes));
    const rows::Mutation& mutation = lease->mutation();
    StartedWrite started;
    RW_TRY(environment.guardWrite(std::span{&mutation, 1}, started.warnings));
    RW_ASSIGN(started.outcome,
              environment.coordinator.startWrite(mutation, requestOptions(request)));
    return started;
}

/// Makes the mutations at once: what is left to wait for needs neither the request nor this.
Task<QueryResult> ModificationStatement::write(Environment& environment,
                                               const RequestContext& request,
                                               std::span<const rows::Partition> existing) const
{
    MutationCollector collector;
    {
        Lease<Arena> lease = environment.leaseArena();
        BindContext context = bindContext(environment, *lease, request, true);
        if (const auto collected = collect(context, collector, existing); !collected)
            return failed(collected.error());
    }
    rows::Mutations mutations = std::move(collector).build();
    std::vector<std::string> warnings;
    if (auto allowed = environment.guardWrite(mutations, warnings); !allowed)
        return failed(allowed.error());
    coordination::Coordinator& coordinator = environment.coordinator;
    return written(m_isCounter
                       ? coordinator.writeCounters(std::move(mutations), requestOptions(request))
                       : coordinator.write(std::move(mutations), requestOptions(request)),
                   std::move(warnings));
}

Task<QueryResult> ModificationStatement::readAndWrite(Environment& environment,
                                                      RequestContext request) const
{
    rows::Partitions existing;
    {
        Lease<Arena> lease = environment.leaseArena();
        BindContext context = bindContext(environment, *lease, request, false);
        auto reading = read(environment, &context, request);
        RW_CO_ASSIGN(existing, co_await reading);
    }
    auto writing = write(environment, request, existing);
    co_return co_await writing;
}

Task<QueryResult> ModificationStatement::execute(Environment& environment,
                                                 RequestContext request) const
{
    if (isSingleRowWrite()) {
        auto started = startSingleRow(environment, request);
        if (!started)
            return failed(started.error());
        return written(coordination::Awaited{std::move(started->outcome)},
                       std::move(started->warnings));
    }
    if (auto checked = checkNotSerial(request); !checked)
        return failed(checked.error());
    return m_needsRead ? readAndWrite(environment, std::move(request))
                       : write(environment, request, {});
}

} // namespace engine::query
