#include "engine/protocol/error_extras.h"

#include <array>

namespace engine::protocol {

namespace {

constexpr std::array<std::string_view, 8> kWriteTypeNames{
    "SIMPLE", "BATCH", "UNLOGGED_BATCH", "COUNTER", "BATCH_LOG", "CAS", "VIEW", "CDC"};
constexpr std::array<std::string_view, 8> kFailureReasonNames{"UNKNOWN",
                                                              "READ_TOO_MANY_TOMBSTONES",
                                                              "TIMEOUT",
                                                              "INCOMPATIBLE_SCHEMA",
                                                              "READ_SIZE",
                                                              "NODE_DOWN",
                                                              "INDEX_NOT_AVAILABLE",
                                                              "READ_TOO_MANY_INDEXES"};

} // namespace

std::string_view writeTypeName(WriteType type) noexcept
{
    const auto index = static_cast<std::size_t>(type);
    return index < kWriteTypeNames.size() ? kWriteTypeNames[index] : "SIMPLE";
}

std::optional<WriteType> parseWriteType(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < kWriteTypeNames.size(); ++i) {
        if (name == kWriteTypeNames[i])
            return static_cast<WriteType>(i);
    }
    return std::nullopt;
}

std::string_view failureReasonName(FailureReason reason) noexcept
{
    const auto index = static_cast<std::size_t>(reason);
    return index < kFailureReasonNames.size() ? kFailureReasonNames[index] : "UNKNOWN";
}

} // namespace engine::protocol
