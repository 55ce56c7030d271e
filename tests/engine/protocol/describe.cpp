#include "tests/engine/protocol/describe.h"

#include "engine/protocol/error_extras.h"

#include <QJsonArray>

using namespace engine;
using namespace engine::protocol;

namespace tests {

namespace {

QString text(std::string_view from)
{
    QString all = QString::fromUtf8(from.data(), static_cast<qsizetype>(from.size()));
    if (all.size() > 4000)
        all = all.left(100) + QStringLiteral("...(%1 chars)").arg(all.size());
    return all;
}

QString hex(ByteView bytes)
{
    QString all = QString::fromStdString(toHex(bytes));
    if (bytes.size() > 64)
        all = all.left(64) + QStringLiteral("...(%1 bytes)").arg(bytes.size());
    return all;
}

QJsonValue hexOrNull(const std::optional<Bytes>& bytes)
{
    return bytes ? QJsonValue(hex(*bytes)) : QJsonValue(QJsonValue::Null);
}

QString number(unsigned value)
{
    return QStringLiteral("0x%1").arg(value, 0, 16);
}

QJsonArray list(const std::vector<std::string>& from)
{
    QJsonArray array;
    for (const std::string& one : from)
        array.append(text(one));
    return array;
}

QString typeName(ProtocolVersion version, const cql::Type& type)
{
    using cql::TypeKind;
    const auto inner = [&](std::size_t i) { return typeName(version, *type.parameters()[i]); };
    switch (type.kind()) {
    case TypeKind::Text:
        return QStringLiteral("varchar");
    case TypeKind::List:
        return QStringLiteral("list<%1>").arg(inner(0));
    case TypeKind::Set:
        return QStringLiteral("set<%1>").arg(inner(0));
    case TypeKind::Map:
        return QStringLiteral("map<%1,%2>").arg(inner(0), inner(1));
    case TypeKind::Tuple: {
        QStringList elements;
        for (std::size_t i = 0; i < type.parameters().size(); ++i)
            elements.append(inner(i));
        return QStringLiteral("tuple<%1>").arg(elements.join(QStringLiteral(", ")));
    }
    case TypeKind::Udt: {
        QStringList fields;
        for (std::size_t i = 0; i < type.parameters().size(); ++i)
            fields.append(QString::fromStdString(type.fieldNames()[i]) + u' ' + inner(i));
        return QStringLiteral("udt %1.%2(%3)")
            .arg(QString::fromStdString(type.keyspace()), QString::fromStdString(type.name()),
                 fields.join(QStringLiteral(", ")));
    }
    case TypeKind::Duration:
        if (version >= ProtocolVersion::V5)
            break;
        [[fallthrough]];
    case TypeKind::Vector:
        return QStringLiteral("custom(%1)").arg(QString::fromStdString(type.className()));
    case TypeKind::Custom:
        return QStringLiteral("custom(%1)").arg(QString::fromStdString(type.name()));
    default:
        break;
    }
    return QString::fromStdString(type.toString());
}

void addColumns(QJsonObject& to, ProtocolVersion version, const ColumnSpecs& columns)
{
    QJsonArray names;
    bool oneTable = !columns.empty();
    for (const ColumnSpec& column : columns) {
        oneTable = oneTable && column.keyspace == columns.front().keyspace &&
                   column.table == columns.front().table;
        names.append(QString(text(column.name) + u' ' + typeName(version, *column.type)));
    }
    if (oneTable)
        to[u"table"] = QString(text(columns.front().keyspace) + u'.' + text(columns.front().table));
    to[u"flags"] = to[u"flags"].toInt() | (oneTable ? 1 : 0);
    to[u"columns"] = names;
}

QJsonObject metadataOf(ProtocolVersion version, const RowsMetadata& metadata)
{
    QJsonObject to;
    int flags = metadata.pagingState ? 2 : 0;
    flags |= metadata.newMetadataId ? 8 : 0;
    if (!metadata.columns)
        flags |= 4 | (metadata.columnCount > 0 ? 1 : 0);
    to[u"flags"] = flags;
    to[u"columns_count"] = static_cast<int>(metadata.count());
    if (metadata.pagingState)
        to[u"paging_state"] = hex(*metadata.pagingState);
    if (metadata.newMetadataId)
        to[u"new_metadata_id"] = hex(*metadata.newMetadataId);
    if (metadata.columns)
        addColumns(to, version, *metadata.columns);
    return to;
}

QJsonValue valueOf(const Value& value)
{
    switch (value.kind) {
    case Value::Kind::Null:
        return QJsonValue::Null;
    case Value::Kind::Unset:
        return QStringLiteral("unset");
    case Value::Kind::Bytes:
        break;
    }
    return hex(value.bytes);
}

QJsonArray valuesOf(std::span<const Value> values, bool named)
{
    QJsonArray array;
    for (const Value& value : values) {
        if (named)
            array.append(QJsonObject{{text(value.name), valueOf(value)}});
        else
            array.append(valueOf(value));
    }
    return array;
}

void addOptions(QJsonObject& to, ProtocolVersion version, const QueryOptions& options, bool isBatch)
{
    to[u"consistency"] = text(consistencyName(options.consistency));
    unsigned flags = options.values.empty() ? 0 : 1;
    flags |= options.skipMetadata ? 2 : 0;
    flags |= options.pageSize ? 4 : 0;
    flags |= options.pagingState ? 8 : 0;
    flags |= options.serialConsistency ? 0x10 : 0;
    flags |= options.timestamp ? 0x20 : 0;
    flags |= options.namedValues ? 0x40 : 0;
    flags |= version >= ProtocolVersion::V5 && options.keyspace ? 0x80 : 0;
    flags |= version >= ProtocolVersion::V5 && options.nowInSeconds ? 0x100 : 0;
    to[isBatch ? QStringLiteral("flags") : QStringLiteral("query_flags")] = number(flags);
    if (!options.values.empty())
        to[u"values"] = valuesOf(options.values, options.namedValues);
    if (options.pageSize)
        to[u"page_size"] = *options.pageSize;
    if (options.pagingState)
        to[u"paging_state"] = hex(*options.pagingState);
    if (options.serialConsistency)
        to[u"serial_consistency"] = text(consistencyName(*options.serialConsistency));
    if (options.timestamp)
        to[u"timestamp"] = static_cast<qint64>(*options.timestamp);
    if (options.keyspace)
        to[u"keyspace"] = text(*options.keyspace);
    if (options.nowInSeconds)
        to[u"now_in_seconds"] = *options.nowInSeconds;
}

struct RequestDescriber {
    QJsonObject& to;
    ProtocolVersion version;

    void operator()(const StartupRequest& request) const
    {
        QJsonObject options;
        for (const auto& [name, value] : request.options)
            options[text(name)] = text(value);
        to[u"options"] = options;
    }
    void operator()(const OptionsRequest&) const {}
    void operator()(const AuthResponseRequest& request) const
    {
        to[u"token"] = hexOrNull(request.token);
    }
    void operator()(const QueryRequest& request) const
    {
        to[u"query"] = text(request.query);
        addOptions(to, version, request.options, false);
    }
    void operator()(const PrepareRequest& request) const
    {
        to[u"query"] = text(request.query);
        if (version >= ProtocolVersion::V5)
            to[u"flags"] = request.keyspace ? 1 : 0;
        if (request.keyspace)
            to[u"keyspace"] = text(*request.keyspace);
    }
    void operator()(const ExecuteRequest& request) const
    {
        to[u"id"] = hex(request.id);
        if (version >= ProtocolVersion::V5)
            to[u"result_metadata_id"] = hex(request.resultMetadataId);
        addOptions(to, version, request.options, false);
    }
    void operator()(const BatchRequest& request) const
    {
        static const char* const kTypes[] = {"logged", "unlogged", "counter"};
        to[u"type"] = QString::fromLatin1(kTypes[static_cast<int>(request.type)]);
        QJsonArray queries;
        for (const BatchEntry& entry :
             request.entries.first(std::min<std::size_t>(10, request.entries.size()))) {
            QJsonObject query;
            query[entry.isPrepared ? QStringLiteral("id") : QStringLiteral("query")] =
                entry.isPrepared ? hex(entry.queryOrId) : text(entry.queryOrId);
            query[u"values"] = valuesOf(entry.values, false);
            queries.append(query);
        }
        to[u"queries"] = queries;
        to[u"queries_count"] = static_cast<int>(request.entries.size());
        addOptions(to, version, request.options, true);
    }
    void operator()(const RegisterRequest& request) const { to[u"events"] = list(request.events); }
};

void addChange(QJsonObject& to, const SchemaChange& change)
{
    static const char* const kChanges[] = {"CREATED", "UPDATED", "DROPPED"};
    static const char* const kTargets[] = {"KEYSPACE", "TABLE", "TYPE", "FUNCTION", "AGGREGATE"};
    to[u"change"] = QString::fromLatin1(kChanges[static_cast<int>(change.change)]);
    to[u"target"] = QString::fromLatin1(kTargets[static_cast<int>(change.target)]);
    to[u"keyspace"] = text(change.keyspace);
    if (change.target != SchemaChange::Target::Keyspace)
        to[u"name"] = text(change.name);
    if (change.target >= SchemaChange::Target::Function)
        to[u"arg_types"] = list(change.argumentTypes);
}

void addFailure(QJsonObject& to, ProtocolVersion version, ErrorCode code,
                const RequestFailure& failure)
{
    to[u"cl"] = text(consistencyName(failure.consistency));
    if (code == ErrorCode::Unavailable) {
        to[u"required"] = failure.blockFor;
        to[u"alive"] = failure.received;
        return;
    }
    to[u"received"] = failure.received;
    to[u"block_for"] = failure.blockFor;
    if (code == ErrorCode::ReadTimeout || code == ErrorCode::ReadFailure)
        to[u"data_present"] = failure.dataPresent ? 1 : 0;
    if (code == ErrorCode::WriteTimeout || code == ErrorCode::WriteFailure)
        to[u"write_type"] = text(writeTypeName(failure.writeType));
    if (version >= ProtocolVersion::V5 && failure.writeType == WriteType::Cas)
        to[u"contentions"] = failure.contentions;
    if (code != ErrorCode::ReadFailure && code != ErrorCode::WriteFailure)
        return;
    if (version < ProtocolVersion::V5) {
        to[u"num_failures"] = failure.failureCount;
        return;
    }
    QJsonObject reasons;
    for (const auto& replica : failure.failures)
        reasons[QString::fromStdString(replica.address.toString())] =
            QStringLiteral("0x%1").arg(static_cast<int>(replica.reason), 4, 16, QLatin1Char('0'));
    to[u"reasonmap"] = reasons;
}

struct ResponseDescriber {
    QJsonObject& to;
    ProtocolVersion version;

    void kind(const char* name) const { to[u"kind"] = QString::fromLatin1(name); }

    void operator()(const ErrorResponse& response) const
    {
        const Error& error = response.error;
        to[u"code"] = wireErrorCode(error.code()); // compared as a number
        to[u"message"] = text(error.detail());
        if (const auto* failure = error.extra<RequestFailure>())
            addFailure(to, version, error.code(), *failure);
        if (const auto* exists = error.extra<AlreadyExistsExtra>()) {
            to[u"keyspace"] = text(exists->keyspace);
            to[u"table"] = text(exists->table);
        }
        if (const auto* unprepared = error.extra<UnpreparedExtra>())
            to[u"unknown_id"] = hex(unprepared->id);
        if (const auto* function = error.extra<FunctionFailureExtra>()) {
            to[u"keyspace"] = text(function->keyspace);
            to[u"function"] = text(function->function);
            to[u"arg_types"] = list(function->argumentTypes);
        }
    }
    void operator()(const ReadyResponse&) const {}
    void operator()(const AuthenticateResponse& response) const
    {
        to[u"authenticator"] = text(response.authenticator);
    }
    void operator()(const SupportedResponse& response) const
    {
        QJsonObject supported;
        for (const auto& [name, values] : response.options)
            supported[text(name)] = list(values);
        to[u"supported"] = supported;
    }
    void operator()(const VoidResult&) const { kind("void"); }
    void operator()(const RowsResult& rows) const
    {
        kind("rows");
        to[u"metadata"] = metadataOf(version, rows.metadata);
        to[u"rows_count"] = rows.rowCount;
        QJsonArray array;
        RowsReader reader{rows.content, rows.metadata.count(), rows.rowCount};
        std::vector<std::optional<ByteView>> row;
        while (reader.next(row)) {
            if (array.size() == 20)
                continue;
            QJsonArray values;
            for (const auto& value : row)
                values.append(value ? QJsonValue(hex(*value)) : QJsonValue(QJsonValue::Null));
            array.append(values);
        }
        to[u"rows"] = array;
        if (!reader.ok())
            to[u"rows"] = QStringLiteral("cut");
    }
    void operator()(const SetKeyspaceResult& result) const
    {
        kind("set_keyspace");
        to[u"keyspace"] = text(result.keyspace);
    }
    void operator()(const PreparedResult& prepared) const
    {
        kind("prepared");
        to[u"id"] = hex(prepared.id);
        if (version >= ProtocolVersion::V5)
            to[u"result_metadata_id"] = hex(prepared.resultMetadataId);
        QJsonObject metadata;
        metadata[u"flags"] = 0;
        metadata[u"columns_count"] = static_cast<int>(prepared.metadata.columns.size());
        QJsonArray indexes;
        for (const std::uint16_t index : prepared.metadata.partitionKeyIndexes)
            indexes.append(index);
        metadata[u"pk_indexes"] = indexes;
        addColumns(metadata, version, prepared.metadata.columns);
        to[u"metadata"] = metadata;
        to[u"result_metadata"] = metadataOf(version, prepared.resultMetadata);
    }
    void operator()(const SchemaChange& change) const
    {
        kind("schema_change");
        addChange(to, change);
    }
    void operator()(const EventResponse& response) const
    {
        static const char* const kTopology[] = {"NEW_NODE", "REMOVED_NODE", "MOVED_NODE"};
        static const char* const kStatus[] = {"UP", "DOWN"};
        to[u"event"] = text(eventTypeName(eventTypeOf(response.event)));
        if (const auto* topology = std::get_if<TopologyChange>(&response.event)) {
            to[u"change"] = QString::fromLatin1(kTopology[static_cast<int>(topology->change)]);
            to[u"address"] = QString::fromStdString(topology->node.toString());
        } else if (const auto* status = std::get_if<StatusChange>(&response.event)) {
            to[u"change"] = QString::fromLatin1(kStatus[static_cast<int>(status->change)]);
            to[u"address"] = QString::fromStdString(status->node.toString());
        } else {
            addChange(to, std::get<SchemaChange>(response.event));
        }
    }
    void operator()(const AuthChallengeResponse& response) const
    {
        to[u"token"] = hexOrNull(response.token);
    }
    void operator()(const AuthSuccessResponse& response) const
    {
        to[u"token"] = hexOrNull(response.token);
    }
};

} // namespace

QJsonObject describe(ProtocolVersion version, const Request& request)
{
    QJsonObject to;
    std::visit(RequestDescriber{to, version}, request);
    return to;
}

QJsonObject describe(ProtocolVersion version, const Response& response)
{
    QJsonObject to;
    std::visit(ResponseDescriber{to, version}, response);
    return to;
}

QJsonObject describe(const EnvelopeHeader& header, const Prelude& prelude)
{
    QJsonObject to;
    const auto name = opcodeName(static_cast<Opcode>(header.opcode));
    to[u"opcode"] = name.empty() ? QString::number(header.opcode) : text(name);
    to[u"version"] = header.version;
    to[u"flags"] = header.flags;
    to[u"stream"] = header.stream;
    to[u"body_length"] = static_cast<int>(header.bodyBytes);
    if (prelude.tracingId)
        to[u"tracing_id"] = hex(prelude.tracingId->view());
    if (!prelude.warnings.empty())
        to[u"warnings"] = list(prelude.warnings);
    if (!prelude.customPayload.empty()) {
        QJsonObject payload;
        for (const auto& [key, value] : prelude.customPayload)
            payload[text(key)] = hexOrNull(value);
        to[u"custom_payload"] = payload;
    }
    return to;
}

} // namespace tests
