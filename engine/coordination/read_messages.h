#pragma once

#include "engine/coordination/replica_store.h"
#include "engine/rows/serialization.h"

#include <array>
#include <span>

namespace engine::coordination {

using ReadDigest = std::array<std::uint8_t, 16>;

/// READ_REQ and RANGE_REQ: a command, and whether a digest is enough.
struct ReadRequest {
    rows::ReadCommand command;
    bool digestOnly = false;
};
[[nodiscard]] Bytes encodeReadRequest(const rows::ReadCommand& command, bool digestOnly);
/// NotFound if the table is not known here.
[[nodiscard]] Result<ReadRequest> decodeReadRequest(ByteView bytes,
                                                    const rows::TableLookup& tables);

/// READ_RSP and RANGE_RSP: data or its digest.
struct ReadResponse {
    bool isDigest = false;
    ReadDigest digest{};     ///< of a digest answer
    storage::LocalRead data; ///< of a data answer
};
[[nodiscard]] Bytes encodeData(std::span<const rows::Partition> partitions, bool limited);
[[nodiscard]] Bytes encodeDigest(const ReadDigest& digest);
[[nodiscard]] Result<ReadResponse> decodeReadResponse(ByteView bytes,
                                                      const rows::TableLookup& tables);

/// Equal exactly when what a client would see is: over the digests of the partitions that are not
/// empty.
[[nodiscard]] ReadDigest digestOf(std::span<const rows::Partition> partitions);

} // namespace engine::coordination
