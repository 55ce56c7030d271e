#include "engine/protocol/responses.h"

#include "engine/protocol/error_message.h"
#include "engine/protocol/message_reader.h"
#include "engine/protocol/rows_metadata.h"

#include <algorithm>
#include <array>

namespace engine::protocol {

namespace {

// Kinds of RESULT (section 4.2.5); never renumber.
enum class ResultKind : std::int32_t {
    Void = 1,
    Rows = 2,
    SetKeyspace = 3,
    Prepared = 4,
    SchemaChange = 5
};

constexpr std::array<std::string_view, 3> kSchemaChangeNames{"CREATED", "UPDATED", "DROPPED"};
constexpr std::array<std::string_view, 5> kSchemaTargetNames{"KEYSPACE", "TABLE", "TYPE",
                                                             "FUNCTION", "AGGREGATE"};
constexpr std::array<std::string_view, 3> kTopologyChangeNames{"NEW_NODE", "REMOVED_NODE",
                                                               "MOVED_NODE"};
constexpr std::array<std::string_view, 2> kStatusChangeNames{"UP", "DOWN"};

template <class Enum, std::size_t size>
Enum readName(MessageReader& in, const std::array<std::string_view, size>& names, const char* what)
{
    const ByteView name = in.string();
    for (std::size_t i = 0; i < size; ++i) {
        if (names[i] == name)
            return static_cast<Enum>(i);
    }
    in.fail("Unknown " + std::string(what) + " '" + std::string(name) + "'");
    return Enum{};
}

template <class Enum, std::size_t size>
void writeName(ByteWriter& out, const std::array<std::string_view, size>& names, Enum value)
{
    writeString(out, names[static_cast<std::size_t>(value)]);
}

bool hasArguments(SchemaChange::Target target) noexcept
{
    return target == SchemaChange::Target::Function || target == SchemaChange::Target::Aggregate;
}

void writeSchemaChange(ByteWriter& out, const SchemaChange& change)
{
    writeName(out, kSchemaChangeNames, change.change);
    writeName(out, kSchemaTargetNames, change.target);
    writeString(out, change.keyspace);
    if (change.target != SchemaChange::Target::Keyspace)
        writeString(out, change.name);
    if (hasArguments(change.target))
        writeStringList(out, change.argumentTypes);
}

SchemaChange readSchemaChange(MessageReader& in)
{
    SchemaChange change;
    change.change = readName<SchemaChange::Change>(in, kSchemaChangeNames, "schema change");
    change.target = readName<SchemaChange::Target>(in, kSchemaTargetNames, "schema change target");
    change.keyspace = in.string();
    if (change.target != SchemaChange::Target::Keyspace)
        change.name = in.string();
    if (hasArguments(change.target))
        change.argumentTypes = in.stringList();
    return change;
}

Event readEvent(MessageReader& in)
{
    static constexpr std::array<std::string_view, 3> kNames{"TOPOLOGY_CHANGE", "STATUS_CHANGE",
                                                            "SCHEMA_CHANGE"};
    switch (readName<EventType>(in, kNames, "event")) {
    case EventType::TopologyChange: {
        TopologyChange event;
        event.change =
            readName<TopologyChange::Change>(in, kTopologyChangeNames, "topology change");
        event.node = in.inet();
        return event;
    }
    case EventType::StatusChange: {
        StatusChange event;
        event.change = readName<StatusChange::Change>(in, kStatusChangeNames, "status change");
        event.node = in.inet();
        return event;
    }
    case EventType::SchemaChange:
        break;
    }
    return readSchemaChange(in);
}

Response readResult(MessageReader& in, ProtocolVersion version)
{
    const std::int32_t kind = in.i32("the kind of a result");
    switch (static_cast<ResultKind>(kind)) {
    case ResultKind::Void:
        return VoidResult{};
    case ResultKind::Rows: {
        RowsResult rows;
        rows.metadata = decodeRowsMetadata(in, version);
        rows.rowCount = in.i32("the number of rows");
        // Each value takes at least its length, so that nobody has to loop or reserve for more.
        const std::size_t rowBytesMin = 4 * std::max<std::size_t>(1, rows.metadata.count());
        if (in.ok() && (rows.rowCount < 0 || static_cast<std::size_t>(rows.rowCount) >
                                                 in.raw().remaining() / rowBytesMin))
            in.fail("Invalid number of rows " + std::to_string(rows.rowCount));
        rows.content = in.raw().rest();
        return rows;
    }
    case ResultKind::SetKeyspace:
        return SetKeyspaceResult{std::string(in.string())};
    case ResultKind::Prepared: {
        PreparedResult prepared;
        prepared.id = in.shortBytes();
        if (version >= ProtocolVersion::V5)
            prepared.resultMetadataId = in.shortBytes();
        prepared.metadata = decodePreparedMetadata(in, version);
        prepared.resultMetadata = decodeRowsMetadata(in, version);
        return prepared;
    }
    case ResultKind::SchemaChange:
        return readSchemaChange(in);
    }
    in.fail("Unknown kind of result " + std::to_string(kind));
    return VoidResult{};
}

std::optional<Bytes> readToken(MessageReader& in)
{
    const auto token = in.bytes();
    return token ? std::optional<Bytes>{*token} : std::nullopt;
}

SupportedResponse readSupported(MessageReader& in)
{
    SupportedResponse supported;
    const std::size_t count = in.count(in.u16("a multimap of strings"), 4);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        std::string name{in.string()};
        supported.options.emplace_back(std::move(name), in.stringList());
    }
    return supported;
}

Response readResponse(MessageReader& in, ProtocolVersion version, Opcode opcode)
{
    switch (opcode) {
    case Opcode::Error:
        return ErrorResponse{decodeError(in, version)};
    case Opcode::Ready:
        return ReadyResponse{};
    case Opcode::Authenticate:
        return AuthenticateResponse{std::string(in.string())};
    case Opcode::Supported:
        return readSupported(in);
    case Opcode::Result:
        return readResult(in, version);
    case Opcode::Event:
        return EventResponse{readEvent(in)};
    case Opcode::AuthChallenge:
        return AuthChallengeResponse{readToken(in)};
    case Opcode::AuthSuccess:
        return AuthSuccessResponse{readToken(in)};
    default:
        break;
    }
    in.fail(isKnownOpcode(static_cast<std::uint8_t>(opcode))
                ? "A server does not send " + std::string(opcodeName(opcode))
                : "Unknown opcode " + std::to_string(static_cast<int>(opcode)));
    return ReadyResponse{};
}

struct ResponseWriter {
    ByteWriter& out;
    ProtocolVersion version;

    void kind(ResultKind kind) const { out.i32(static_cast<std::int32_t>(kind)); }

    void operator()(const ErrorResponse& response) const
    {
        encodeError(out, version, response.error);
    }
    void operator()(const ReadyResponse&) const {}
    void operator()(const AuthenticateResponse& response) const
    {
        writeString(out, response.authenticator);
    }
    void operator()(const SupportedResponse& response) const
    {
        out.u16(static_cast<std::uint16_t>(response.options.size()));
        for (const auto& [name, values] : response.options) {
            writeString(out, name);
            writeStringList(out, values);
        }
    }
    void operator()(const VoidResult&) const { kind(ResultKind::Void); }
    void operator()(const RowsResult& rows) const
    {
        encodeRowsHeader(out, version, rows.metadata, rows.rowCount);
        out.raw(rows.content);
    }
    void operator()(const SetKeyspaceResult& result) const
    {
        kind(ResultKind::SetKeyspace);
        writeString(out, result.keyspace);
    }
    void operator()(const PreparedResult& prepared) const
    {
        kind(ResultKind::Prepared);
        out.bytes16(prepared.id);
        if (version >= ProtocolVersion::V5)
            out.bytes16(prepared.resultMetadataId);
        encodePreparedMetadata(out, version, prepared.metadata);
        encodeRowsMetadata(out, version, prepared.resultMetadata);
    }
    void operator()(const SchemaChange& change) const
    {
        kind(ResultKind::SchemaChange);
        writeSchemaChange(out, change);
    }
    void operator()(const EventResponse& response) const
    {
        writeString(out, eventTypeName(eventTypeOf(response.event)));
        if (const auto* topology = std::get_if<TopologyChange>(&response.event)) {
            writeName(out, kTopologyChangeNames, topology->change);
            writeInet(out, topology->node);
        } else if (const auto* status = std::get_if<StatusChange>(&response.event)) {
            writeName(out, kStatusChangeNames, status->change);
            writeInet(out, status->node);
        } else {
            writeSchemaChange(out, std::get<SchemaChange>(response.event));
        }
    }
    void operator()(const AuthChallengeResponse& response) const
    {
        writeBytes(out, response.token);
    }
    void operator()(const AuthSuccessResponse& response) const { writeBytes(out, response.token); }
};

} // namespace

EventType eventTypeOf(const Event& event) noexcept
{
    return static_cast<EventType>(event.index());
}

Opcode opcodeOf(const Response& response) noexcept
{
    static constexpr std::array<Opcode, std::variant_size_v<Response>> kOpcodes{
        Opcode::Error,  Opcode::Ready,  Opcode::Authenticate,  Opcode::Supported,
        Opcode::Result, Opcode::Result, Opcode::Result,        Opcode::Result,
        Opcode::Result, Opcode::Event,  Opcode::AuthChallenge, Opcode::AuthSuccess};
    return kOpcodes[response.index()];
}

void encodeResponse(ByteWriter& out, ProtocolVersion version, const Response& response)
{
    std::visit(ResponseWriter{out, version}, response);
}

Result<Response> decodeResponse(ProtocolVersion version, Opcode opcode, ByteView message)
{
    MessageReader in{message};
    Response response = readResponse(in, version, opcode);
    if (!in.ok())
        return in.error();
    return response;
}

} // namespace engine::protocol
