#pragma once

#include "engine/base/error.h"
#include "engine/protocol/error_extras.h"

#include <string>
#include <vector>

namespace engine::coordination {

/// Cassandra's errors about replicas, with its sentences and counts.
[[nodiscard]] Error unavailable(protocol::Consistency consistency, std::int32_t required,
                                std::int32_t alive, const std::string& datacenter = {});
[[nodiscard]] Error writeTimeout(protocol::Consistency consistency, std::int32_t received,
                                 std::int32_t blockFor, protocol::WriteType type);
[[nodiscard]] Error writeFailure(protocol::Consistency consistency, std::int32_t received,
                                 std::int32_t blockFor, protocol::WriteType type,
                                 std::vector<protocol::RequestFailure::Replica> failures);
[[nodiscard]] Error readTimeout(protocol::Consistency consistency, std::int32_t received,
                                std::int32_t blockFor, bool dataPresent);
[[nodiscard]] Error readFailure(protocol::Consistency consistency, std::int32_t received,
                                std::int32_t blockFor, bool dataPresent,
                                std::vector<protocol::RequestFailure::Replica> failures);
/// Why a replica says no, for FAILURE_RSP.
[[nodiscard]] protocol::FailureReason failureReasonOf(const Error& error) noexcept;

} // namespace engine::coordination
