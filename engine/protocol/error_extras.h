#pragma once

#include "engine/base/bytes.h"
#include "engine/base/error.h"
#include "engine/base/inet.h"
#include "engine/protocol/consistency.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::protocol {

/// What a write was, as WRITE_TIMEOUT and WRITE_FAILURE name it (Cassandra's WriteType).
enum class WriteType : std::uint8_t {
    Simple,
    Batch,
    UnloggedBatch,
    Counter,
    BatchLog,
    Cas,
    View,
    Cdc,
};
/// "UNLOGGED_BATCH"
[[nodiscard]] std::string_view writeTypeName(WriteType type) noexcept;
/// nullopt for another word.
[[nodiscard]] std::optional<WriteType> parseWriteType(std::string_view name) noexcept;

/// Why a replica answered with a failure (Cassandra's RequestFailureReason). Codes on the wire of
/// v5; never renumber.
enum class FailureReason : std::uint16_t {
    Unknown = 0,
    ReadTooManyTombstones = 1,
    Timeout = 2,
    IncompatibleSchema = 3,
    ReadSize = 4,
    NodeDown = 5,
    IndexNotAvailable = 6,
    ReadTooManyIndexes = 7,
};
/// "READ_TOO_MANY_TOMBSTONES"
[[nodiscard]] std::string_view failureReasonName(FailureReason reason) noexcept;

/// The extra of every error about replicas: Unavailable, ReadTimeout, WriteTimeout, ReadFailure,
/// WriteFailure, CasWriteUnknown. The coordinator fills what its code needs:
///
/// | code            | consistency blockFor received | dataPresent | writeType | failures |
/// contentions |
/// |-----------------|-------------------------------|-------------|-----------|----------|-------------|
/// | Unavailable     | blockFor = required, received = alive |     |           |          | | |
/// ReadTimeout     | yes                           | yes         |           |          | | |
/// WriteTimeout    | yes                           |             | yes       |          | for Cas |
/// | ReadFailure     | yes                           | yes         |           | yes      | | |
/// WriteFailure    | yes                           |             | yes       | yes      | | |
/// CasWriteUnknown | yes                           |             |           |          | |
struct RequestFailure final : ErrorExtra {
    struct Replica {
        InetAddress address;
        FailureReason reason = FailureReason::Unknown;
        friend bool operator==(const Replica&, const Replica&) = default;
    };

    Consistency consistency = Consistency::One;
    std::int32_t received = 0; ///< replicas that answered; for Unavailable: that are alive
    std::int32_t blockFor = 0; ///< replicas whose answer was needed
    bool dataPresent = false;  ///< whether the replica asked for data was among them
    WriteType writeType = WriteType::Simple;
    std::vector<Replica> failures; ///< in the order to be sent
    /// Versions before 5 carry only how many failed; set when read from one of those.
    std::int32_t failureCount = 0;
    std::uint16_t contentions = 0;

    /// How many replicas failed, whichever way it is known.
    [[nodiscard]] std::int32_t failed() const noexcept
    {
        return failures.empty() ? failureCount : static_cast<std::int32_t>(failures.size());
    }
};

/// AlreadyExists: a keyspace (`table` empty) or a table.
struct AlreadyExistsExtra final : ErrorExtra {
    AlreadyExistsExtra(std::string keyspaceName, std::string tableName)
        : keyspace(std::move(keyspaceName)), table(std::move(tableName))
    {
    }
    std::string keyspace;
    std::string table;
};

/// Unprepared: the id that the node does not know.
struct UnpreparedExtra final : ErrorExtra {
    explicit UnpreparedExtra(Bytes statementId) : id(std::move(statementId)) {}
    Bytes id;
};

/// FunctionFailure: which function, with its argument types as CQL writes them.
struct FunctionFailureExtra final : ErrorExtra {
    std::string keyspace;
    std::string function;
    std::vector<std::string> argumentTypes;
};

} // namespace engine::protocol
