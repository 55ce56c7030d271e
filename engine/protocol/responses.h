#pragma once

#include "engine/base/bytes.h"
#include "engine/base/inet.h"
#include "engine/base/recycler.h"
#include "engine/base/result.h"
#include "engine/cql/type.h"
#include "engine/protocol/envelope.h"
#include "engine/protocol/requests.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace engine::protocol {

/// A column of a result or a bind marker of a prepared statement.
struct ColumnSpec {
    std::string keyspace;
    std::string table;
    std::string name;
    cql::TypePtr type;

    friend bool operator==(const ColumnSpec& a, const ColumnSpec& b)
    {
        return a.keyspace == b.keyspace && a.table == b.table && a.name == b.name &&
               cql::sameType(a.type, b.type);
    }
};
using ColumnSpecs = std::vector<ColumnSpec>;
/// Shared by a prepared statement and all of its results.
using ColumnSpecsPtr = std::shared_ptr<const ColumnSpecs>;

/// <metadata> of RESULT rows. Encoding writes the table once when it is that of all columns.
struct RowsMetadata {
    /// nullptr: only the count travels (Skip_metadata, or a statement without result columns).
    ColumnSpecsPtr columns;
    std::int32_t columnCount = 0;       ///< used when `columns` is nullptr
    std::optional<Bytes> pagingState;   ///< there are more pages
    std::optional<Bytes> newMetadataId; ///< v5: the columns changed since the client prepared

    [[nodiscard]] std::size_t count() const noexcept
    {
        return columns ? columns->size() : static_cast<std::size_t>(columnCount);
    }
};

/// <metadata> of RESULT prepared: the bind markers.
struct PreparedMetadata {
    ColumnSpecs columns;
    /// Which marker gives the partition key's column at each position; v4 and later.
    std::vector<std::uint16_t> partitionKeyIndexes;
};

/// Appends the values of rows, row by row: <rows_content>. The row count is kept for the header.
class RowsEncoder {
public:
    explicit RowsEncoder(RecycledBytes& out) noexcept : m_out(out) {}
    void value(ByteView bytes)
    {
        length(static_cast<std::int32_t>(bytes.size()));
        m_out.append(bytes);
    }
    void null() { length(-1); }
    void endRow() noexcept { ++m_rows; }
    [[nodiscard]] std::int32_t rows() const noexcept { return m_rows; }

private:
    void length(std::int32_t value)
    {
        char bytes[sizeof(value)];
        storeBigEndian(bytes, value);
        m_out.append(bytes, sizeof(bytes));
    }

    RecycledBytes& m_out;
    std::int32_t m_rows = 0;
};

/// Iterates over <rows_content>. Views of the content.
class RowsReader {
public:
    RowsReader(ByteView content, std::size_t columnCount, std::int32_t rowCount) noexcept
        : m_in(content), m_columnCount(columnCount), m_rowsLeft(rowCount)
    {
    }
    /// The next row into `row` (resized to the column count; a missing value is null). False at
    /// the end, or when the content is cut: then ok() is false.
    [[nodiscard]] bool next(std::vector<std::optional<ByteView>>& row);
    [[nodiscard]] bool ok() const noexcept { return m_in.ok(); }

private:
    ByteReader m_in;
    std::size_t m_columnCount;
    std::int32_t m_rowsLeft;
};

struct VoidResult {};
struct RowsResult {
    RowsMetadata metadata;
    std::int32_t rowCount = 0;
    ByteView content; ///< see RowsReader
};
struct SetKeyspaceResult {
    std::string keyspace;
};
struct PreparedResult {
    Bytes id;
    Bytes resultMetadataId; ///< v5; empty before
    PreparedMetadata metadata;
    RowsMetadata resultMetadata;
};

/// What DDL did: the answer to the statement, and the event for others.
struct SchemaChange {
    enum class Change : std::uint8_t { Created, Updated, Dropped };
    enum class Target : std::uint8_t { Keyspace, Table, Type, Function, Aggregate };
    Change change = Change::Created;
    Target target = Target::Keyspace;
    std::string keyspace;
    std::string name;                       ///< not for Keyspace
    std::vector<std::string> argumentTypes; ///< Function and Aggregate: as CQL writes them
    friend bool operator==(const SchemaChange&, const SchemaChange&) = default;
};
struct TopologyChange {
    enum class Change : std::uint8_t { NewNode, RemovedNode, MovedNode };
    Change change = Change::NewNode;
    InetEndpoint node; ///< its native address
};
struct StatusChange {
    enum class Change : std::uint8_t { Up, Down };
    Change change = Change::Up;
    InetEndpoint node; ///< its native address
};
using Event = std::variant<TopologyChange, StatusChange, SchemaChange>;
[[nodiscard]] EventType eventTypeOf(const Event& event) noexcept;

struct ErrorResponse {
    Error error;
};
struct ReadyResponse {};
struct AuthenticateResponse {
    std::string authenticator; ///< "org.apache.cassandra.auth.PasswordAuthenticator"
};
struct SupportedResponse {
    /// CQL_VERSION, COMPRESSION, PROTOCOL_VERSIONS: in the order of the wire.
    std::vector<std::pair<std::string, std::vector<std::string>>> options;
};
struct AuthChallengeResponse {
    std::optional<Bytes> token;
};
struct AuthSuccessResponse {
    std::optional<Bytes> token;
};
struct EventResponse {
    Event event;
};

using Response =
    std::variant<ErrorResponse, ReadyResponse, AuthenticateResponse, SupportedResponse, VoidResult,
                 RowsResult, SetKeyspaceResult, PreparedResult, SchemaChange, EventResponse,
                 AuthChallengeResponse, AuthSuccessResponse>;
[[nodiscard]] Opcode opcodeOf(const Response& response) noexcept;

/// The number that ERROR carries. Codes that the protocol has not (Io, Timeout, …) are
/// SERVER_ERROR 0x0000.
[[nodiscard]] std::int32_t wireErrorCode(ErrorCode code) noexcept;
/// nullopt for an unknown number.
[[nodiscard]] std::optional<ErrorCode> errorCodeFromWire(std::int32_t number) noexcept;

/// Appends a response's message. Errors write the fields of their extra (error_extras.h); an
/// error without the extra that its code needs is sent as a SERVER_ERROR.
void encodeResponse(ByteWriter& out, ProtocolVersion version, const Response& response);
/// The pieces of encodeResponse() that a server calls without building a Response.
void encodeError(ByteWriter& out, ProtocolVersion version, const Error& error);
/// Everything of RESULT rows up to the row count; RowsEncoder's bytes follow.
void encodeRowsHeader(ByteWriter& out, ProtocolVersion version, const RowsMetadata& metadata,
                      std::int32_t rowCount);

/// Reads a response's message (a body without its prelude). RowsResult::content is a view of it,
/// all else is owned. ProtocolError if malformed or a request's opcode. An error code that we do
/// not know becomes a ServerError that names it.
[[nodiscard]] Result<Response> decodeResponse(ProtocolVersion version, Opcode opcode,
                                              ByteView message);

/// <type> options of metadata (section 4.2.5.2).
void encodeType(ByteWriter& out, ProtocolVersion version, const cql::Type& type);

} // namespace engine::protocol
