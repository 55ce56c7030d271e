#include "engine/protocol/requests.h"

#include "engine/protocol/message_reader.h"

#include <array>

namespace engine::protocol {

namespace {

// Flags of the query parameters (section 4.1.4); never renumber.
constexpr std::uint32_t kFlagValues = 0x001;
constexpr std::uint32_t kFlagSkipMetadata = 0x002;
constexpr std::uint32_t kFlagPageSize = 0x004;
constexpr std::uint32_t kFlagPagingState = 0x008;
constexpr std::uint32_t kFlagSerialConsistency = 0x010;
constexpr std::uint32_t kFlagTimestamp = 0x020;
constexpr std::uint32_t kFlagNames = 0x040;
constexpr std::uint32_t kFlagKeyspace = 0x080;
constexpr std::uint32_t kFlagNowInSeconds = 0x100;
constexpr std::uint32_t kPrepareFlagKeyspace = 0x01;

constexpr std::array<std::string_view, 3> kEventTypeNames{"TOPOLOGY_CHANGE", "STATUS_CHANGE",
                                                          "SCHEMA_CHANGE"};

/// One without bytes, or with fewer than it says, into a null one.
void readBareValue(MessageReader& in, ProtocolVersion version, Value& value)
{
    const std::int32_t size = in.i32("a value");
    if (size >= 0) {
        if (in.ok())
            in.fail("Not enough bytes to read a value of " + std::to_string(size) + " bytes");
        return;
    }
    if (size == -1 || version == ProtocolVersion::V3)
        return;
    if (size == -2)
        value.kind = Value::Kind::Unset;
    else
        in.fail("Invalid ByteBuf length " + std::to_string(size));
}

std::span<const Value> readValues(MessageReader& in, ProtocolVersion version, bool named,
                                  Arena& arena)
{
    const std::size_t count = in.count(in.u16("the number of values"), named ? 6 : 4);
    const std::span<Value> values = arena.makeArray<Value>(count);
    for (Value& value : values) {
        if (named)
            value.name = in.string();
        if (const auto bytes = in.raw().tryBytes32()) [[likely]] {
            value.kind = Value::Kind::Bytes;
            value.bytes = *bytes;
            continue;
        }
        readBareValue(in, version, value);
        if (!in.ok())
            return {};
    }
    return values;
}

void readOptions(MessageReader& in, ProtocolVersion version, Arena& arena, QueryOptions& options)
{
    options.consistency = in.consistency();
    const std::uint32_t flags =
        version >= ProtocolVersion::V5 ? in.u32("query flags") : in.u8("query flags");
    options.skipMetadata = (flags & kFlagSkipMetadata) != 0;
    if ((flags & kFlagValues) != 0) {
        options.namedValues = (flags & kFlagNames) != 0;
        options.values = readValues(in, version, options.namedValues, arena);
    }
    if ((flags & kFlagPageSize) != 0)
        options.pageSize = in.i32("the page size");
    if ((flags & kFlagPagingState) != 0) {
        const auto state = in.bytes();
        options.pagingState = state ? *state : ByteView{};
    }
    if ((flags & kFlagSerialConsistency) != 0)
        options.serialConsistency = in.consistency();
    if ((flags & kFlagTimestamp) != 0) {
        const std::int64_t timestamp = in.i64("the default timestamp");
        if (timestamp == INT64_MIN)
            in.fail("Out of bound timestamp, must be in [-9223372036854775807, "
                    "9223372036854775807] (got -9223372036854775808)");
        options.timestamp = timestamp;
    }
    if ((flags & kFlagKeyspace) != 0)
        options.keyspace = in.string();
    if ((flags & kFlagNowInSeconds) != 0)
        options.nowInSeconds = in.i32("now in seconds");
}

void readBatch(MessageReader& in, ProtocolVersion version, Arena& arena, BatchRequest& batch)
{
    const std::uint8_t type = in.u8("the batch type");
    if (type > 2)
        in.fail("Invalid BATCH type " + std::to_string(type));
    batch.type = static_cast<BatchType>(type);
    const std::size_t count = in.count(in.u16("the number of queries"), 5);
    const std::span<BatchEntry> entries = arena.makeArray<BatchEntry>(count);
    for (BatchEntry& entry : entries) {
        const std::uint8_t kind = in.u8("the kind of a query");
        if (kind > 1)
            in.fail("Invalid query kind in BATCH messages. Must be 0 or 1 but got " +
                    std::to_string(kind));
        entry.isPrepared = kind == 1;
        entry.queryOrId = entry.isPrepared ? in.shortBytes() : in.longString();
        entry.values = readValues(in, version, false, arena);
        if (!in.ok())
            return;
    }
    batch.entries = entries;
    readOptions(in, version, arena, batch.options);
}

void readExecute(MessageReader& in, ProtocolVersion version, Arena& arena, ExecuteRequest& request)
{
    request.id = in.shortBytes();
    if (version >= ProtocolVersion::V5)
        request.resultMetadataId = in.shortBytes();
    readOptions(in, version, arena, request.options);
}

void readRequest(MessageReader& in, ProtocolVersion version, Opcode opcode, Arena& arena,
                 Request& out)
{
    switch (opcode) {
    case Opcode::Startup:
        out = StartupRequest{in.stringMap()};
        return;
    case Opcode::AuthResponse: {
        const auto token = in.bytes();
        out = AuthResponseRequest{token ? std::optional<Bytes>{*token} : std::nullopt};
        return;
    }
    case Opcode::Query: {
        auto& request = out.emplace<QueryRequest>();
        request.query = in.longString();
        readOptions(in, version, arena, request.options);
        return;
    }
    case Opcode::Prepare: {
        auto& request = out.emplace<PrepareRequest>();
        request.query = in.longString();
        if (version >= ProtocolVersion::V5 && (in.u32("prepare flags") & kPrepareFlagKeyspace) != 0)
            request.keyspace = in.string();
        return;
    }
    case Opcode::Execute:
        readExecute(in, version, arena, out.emplace<ExecuteRequest>());
        return;
    case Opcode::Batch:
        readBatch(in, version, arena, out.emplace<BatchRequest>());
        return;
    case Opcode::Register:
        out = RegisterRequest{in.stringList()};
        return;
    default:
        out = OptionsRequest{};
    }
}

void writeValue(ByteWriter& out, const Value& value)
{
    switch (value.kind) {
    case Value::Kind::Bytes:
        out.bytes32(value.bytes);
        break;
    case Value::Kind::Null:
        out.i32(-1);
        break;
    case Value::Kind::Unset:
        out.i32(-2);
        break;
    }
}

void writeValues(ByteWriter& out, std::span<const Value> values, bool named)
{
    out.u16(static_cast<std::uint16_t>(values.size()));
    for (const Value& value : values) {
        if (named)
            writeString(out, value.name);
        writeValue(out, value);
    }
}

void writeOptions(ByteWriter& out, ProtocolVersion version, const QueryOptions& options)
{
    const bool v5 = version >= ProtocolVersion::V5;
    std::uint32_t flags = 0;
    const auto set = [&flags](bool condition, std::uint32_t flag) {
        flags |= condition ? flag : 0;
    };
    set(!options.values.empty(), kFlagValues);
    set(options.skipMetadata, kFlagSkipMetadata);
    set(options.pageSize.has_value(), kFlagPageSize);
    set(options.pagingState.has_value(), kFlagPagingState);
    set(options.serialConsistency.has_value(), kFlagSerialConsistency);
    set(options.timestamp.has_value(), kFlagTimestamp);
    set(!options.values.empty() && options.namedValues, kFlagNames);
    set(v5 && options.keyspace.has_value(), kFlagKeyspace);
    set(v5 && options.nowInSeconds.has_value(), kFlagNowInSeconds);

    out.u16(static_cast<std::uint16_t>(options.consistency));
    if (v5)
        out.u32(flags);
    else
        out.u8(static_cast<std::uint8_t>(flags));
    if ((flags & kFlagValues) != 0)
        writeValues(out, options.values, options.namedValues);
    if (options.pageSize)
        out.i32(*options.pageSize);
    if (options.pagingState)
        out.bytes32(*options.pagingState);
    if (options.serialConsistency)
        out.u16(static_cast<std::uint16_t>(*options.serialConsistency));
    if (options.timestamp)
        out.i64(*options.timestamp);
    if ((flags & kFlagKeyspace) != 0)
        writeString(out, *options.keyspace);
    if ((flags & kFlagNowInSeconds) != 0)
        out.i32(*options.nowInSeconds);
}

struct RequestWriter {
    ByteWriter& out;
    ProtocolVersion version;

    void operator()(const StartupRequest& request) const
    {
        out.u16(static_cast<std::uint16_t>(request.options.size()));
        for (const auto& [name, value] : request.options) {
            writeString(out, name);
            writeString(out, value);
        }
    }
    void operator()(const OptionsRequest&) const {}
    void operator()(const AuthResponseRequest& request) const { writeBytes(out, request.token); }
    void operator()(const QueryRequest& request) const
    {
        writeLongString(out, request.query);
        writeOptions(out, version, request.options);
    }
    void operator()(const PrepareRequest& request) const
    {
        writeLongString(out, request.query);
        if (version < ProtocolVersion::V5)
            return;
        out.u32(request.keyspace ? kPrepareFlagKeyspace : 0);
        if (request.keyspace)
            writeString(out, *request.keyspace);
    }
    void operator()(const ExecuteRequest& request) const
    {
        out.bytes16(request.id);
        if (version >= ProtocolVersion::V5)
            out.bytes16(request.resultMetadataId);
        writeOptions(out, version, request.options);
    }
    void operator()(const BatchRequest& request) const
    {
        out.u8(static_cast<std::uint8_t>(request.type));
        out.u16(static_cast<std::uint16_t>(request.entries.size()));
        for (const BatchEntry& entry : request.entries) {
            out.u8(entry.isPrepared ? 1 : 0);
            if (entry.isPrepared)
                out.bytes16(entry.queryOrId);
            else
                writeLongString(out, entry.queryOrId);
            writeValues(out, entry.values, false);
        }
        writeOptions(out, version, request.options);
    }
    void operator()(const RegisterRequest& request) const { writeStringList(out, request.events); }
};

} // namespace

const std::string* StartupRequest::find(std::string_view name) const noexcept
{
    for (const auto& [key, value] : options) {
        if (key == name)
            return &value;
    }
    return nullptr;
}

std::string_view eventTypeName(EventType type) noexcept
{
    return kEventTypeNames[static_cast<std::size_t>(type)];
}

std::optional<EventType> parseEventType(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kEventTypeNames.size(); ++i) {
        if (kEventTypeNames[i] == name)
            return static_cast<EventType>(i);
    }
    return std::nullopt;
}

Opcode opcodeOf(const Request& request) noexcept
{
    static constexpr std::array<Opcode, std::variant_size_v<Request>> kOpcodes{
        Opcode::Startup, Opcode::Options, Opcode::AuthResponse, Opcode::Query,
        Opcode::Prepare, Opcode::Execute, Opcode::Batch,        Opcode::Register};
    return kOpcodes[request.index()];
}

Result<void> decodeRequest(ProtocolVersion version, Opcode opcode, ByteView message, Arena& arena,
                           Request& out)
{
    if (!isKnownOpcode(static_cast<std::uint8_t>(opcode)))
        return Error{ErrorCode::ProtocolError,
                     "Unknown opcode " + std::to_string(static_cast<int>(opcode))};
    if (!isRequest(opcode))
        return Error{ErrorCode::ProtocolError,
                     "Wrong protocol direction (expected RESPONSE, got REQUEST) for opcode " +
                         std::to_string(static_cast<int>(opcode)) + " (" +
                         std::string(opcodeName(opcode)) + ")"};
    MessageReader in{message};
    readRequest(in, version, opcode, arena, out);
    if (!in.ok())
        return in.error();
    return ok();
}

Result<void> decodeExecute(ProtocolVersion version, ByteView message, Arena& arena,
                           ExecuteRequest& out)
{
    MessageReader in{message};
    readExecute(in, version, arena, out);
    if (!in.ok())
        return in.error();
    return ok();
}

ByteView executeId(ByteView message)
{
    return MessageReader{message}.shortBytes();
}

void encodeRequest(ByteWriter& out, ProtocolVersion version, const Request& request)
{
    std::visit(RequestWriter{out, version}, request);
}

} // namespace engine::protocol
