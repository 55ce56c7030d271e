#pragma once

#include "engine/base/arena.h"
#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/protocol/consistency.h"
#include "engine/protocol/envelope.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace engine::protocol {

/// One bound value. A view.
struct Value {
    enum class Kind : std::uint8_t {
        Bytes,
        Null,
        Unset, ///< v4 and later: leaves the column as it is
    };
    Kind kind = Kind::Null;
    ByteView bytes; ///< for Kind::Bytes; may be empty, which is not null
    ByteView name;  ///< only in requests with QueryOptions::namedValues

    [[nodiscard]] static Value of(ByteView bytes) noexcept { return {Kind::Bytes, bytes, {}}; }
    [[nodiscard]] static Value null() noexcept { return {}; }
    [[nodiscard]] static Value unset() noexcept { return {Kind::Unset, {}, {}}; }
    friend bool operator==(const Value&, const Value&) = default;
};

/// The parameters of QUERY, EXECUTE and BATCH. Views: of the body and the arena it was decoded
/// with, or of whatever the sender points it to.
struct QueryOptions {
    Consistency consistency = Consistency::One;
    std::span<const Value> values;
    bool namedValues = false;
    bool skipMetadata = false;
    std::optional<std::int32_t> pageSize; ///< rows; 0 and less mean no paging
    std::optional<ByteView> pagingState;
    std::optional<Consistency> serialConsistency;
    std::optional<std::int64_t> timestamp;    ///< microseconds
    std::optional<ByteView> keyspace;         ///< v5
    std::optional<std::int32_t> nowInSeconds; ///< v5
};

struct StartupRequest {
    /// CQL_VERSION, COMPRESSION, DRIVER_NAME, …: in the order of the wire.
    std::vector<std::pair<std::string, std::string>> options;
    /// nullptr if it is not there.
    [[nodiscard]] const std::string* find(std::string_view name) const noexcept;
};
struct OptionsRequest {};
struct AuthResponseRequest {
    std::optional<Bytes> token;
};
struct QueryRequest {
    ByteView query;
    QueryOptions options;
};
struct PrepareRequest {
    ByteView query;
    std::optional<ByteView> keyspace; ///< v5
};
struct ExecuteRequest {
    ByteView id;
    ByteView resultMetadataId; ///< v5; empty before
    QueryOptions options;
};

/// Wire values of BATCH; never renumber.
enum class BatchType : std::uint8_t { Logged = 0, Unlogged = 1, Counter = 2 };
struct BatchEntry {
    bool isPrepared = false;
    ByteView queryOrId;
    std::span<const Value> values;
};
struct BatchRequest {
    BatchType type = BatchType::Logged;
    std::span<const BatchEntry> entries;
    QueryOptions options; ///< without values
};

enum class EventType : std::uint8_t { TopologyChange, StatusChange, SchemaChange };
/// "SCHEMA_CHANGE"
[[nodiscard]] std::string_view eventTypeName(EventType type) noexcept;
/// nullopt for another word.
[[nodiscard]] std::optional<EventType> parseEventType(std::string_view name) noexcept;
struct RegisterRequest {
    /// As the client wrote them: the server says which one it does not know.
    std::vector<std::string> events;
};

using Request = std::variant<StartupRequest, OptionsRequest, AuthResponseRequest, QueryRequest,
                             PrepareRequest, ExecuteRequest, BatchRequest, RegisterRequest>;
[[nodiscard]] Opcode opcodeOf(const Request& request) noexcept;

/// Reads a request's message (a body without its prelude) into `out`. Lists go to `arena`; queries,
/// ids and values are views of `message`: QUERY, EXECUTE and BATCH take nothing from the heap
/// beyond the arena. ProtocolError with Cassandra's words if the message is malformed or the opcode
/// is a response's. Bytes after the end are ignored, as Cassandra does.
[[nodiscard]] Result<void> decodeRequest(ProtocolVersion version, Opcode opcode, ByteView message,
                                         Arena& arena, Request& out);

/// The same for the message of an EXECUTE, into a new one.
[[nodiscard]] Result<void> decodeExecute(ProtocolVersion version, ByteView message, Arena& arena,
                                         ExecuteRequest& out);
/// An EXECUTE's id alone, to tell what is to be executed before the rest is read; empty if cut.
[[nodiscard]] ByteView executeId(ByteView message);

/// Appends a request's message. Requires: values fit the version (Unset and keyspace do not
/// exist in v3).
void encodeRequest(ByteWriter& out, ProtocolVersion version, const Request& request);

} // namespace engine::protocol
