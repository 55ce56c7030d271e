#include "engine/coordination/request_errors.h"

#include <fmt/format.h>

namespace engine::coordination {

using protocol::Consistency;
using protocol::RequestFailure;
using protocol::WriteType;

namespace {

std::string timedOutSentence(std::int32_t received)
{
    return fmt::format("Operation timed out - received only {} responses.", received);
}

std::string failedSentence(const RequestFailure& extra)
{
    std::string reasons;
    for (const auto& failure : extra.failures) {
        if (!reasons.empty())
            reasons += ", ";
        reasons += fmt::format("{} from {}", protocol::failureReasonName(failure.reason),
                               failure.address.toString());
    }
    return fmt::format("Operation failed - received {} responses and {} failures: {}",
                       extra.received, extra.failures.size(), reasons);
}

} // namespace

Error unavailable(Consistency consistency, std::int32_t required, std::int32_t alive,
                  const std::string& datacenter)
{
    auto extra = std::make_shared<RequestFailure>();
    extra->consistency = consistency;
    extra->blockFor = required;
    extra->received = alive;
    return Error{ErrorCode::Unavailable,
                 fmt::format("Cannot achieve consistency level {}{}",
                             protocol::consistencyName(consistency),
                             datacenter.empty() ? "" : " in DC " + datacenter),
                 std::move(extra)};
}

Error writeTimeout(Consistency consistency, std::int32_t received, std::int32_t blockFor,
                   WriteType type)
{
    auto extra = std::make_shared<RequestFailure>();
    extra->consistency = consistency;
    extra->received = received;
    extra->blockFor = blockFor;
    extra->writeType = type;
    return Error{ErrorCode::WriteTimeout, timedOutSentence(received), std::move(extra)};
}

Error writeFailure(Consistency consistency, std::int32_t received, std::int32_t blockFor,
                   WriteType type, std::vector<RequestFailure::Replica> failures)
{
    auto extra = std::make_shared<RequestFailure>();
    extra->consistency = consistency;
    extra->received = received;
    extra->blockFor = blockFor;
    extra->writeType = type;
    extra->failures = std::move(failures);
    std::string sentence = failedSentence(*extra);
    return Error{ErrorCode::WriteFailure, std::move(sentence), std::move(extra)};
}

Error readTimeout(Consistency consistency, std::int32_t received, std::int32_t blockFor,
                  bool dataPresent)
{
    auto extra = std::make_shared<RequestFailure>();
    extra->consistency = consistency;
    extra->received = received;
    extra->blockFor = blockFor;
    extra->dataPresent = dataPresent;
    return Error{ErrorCode::ReadTimeout, timedOutSentence(received), std::move(extra)};
}

Error readFailure(Consistency consistency, std::int32_t received, std::int32_t blockFor,
                  bool dataPresent, std::vector<RequestFailure::Replica> failures)
{
    auto extra = std::make_shared<RequestFailure>();
    extra->consistency = consistency;
    extra->received = received;
    extra->blockFor = blockFor;
    extra->dataPresent = dataPresent;
    extra->failures = std::move(failures);
    std::string sentence = failedSentence(*extra);
    return Error{ErrorCode::ReadFailure, std::move(sentence), std::move(extra)};
}

protocol::FailureReason failureReasonOf(const Error& error) noexcept
{
    switch (error.code()) {
    case ErrorCode::Timeout:
        return protocol::FailureReason::Timeout;
    case ErrorCode::NotFound:
        return protocol::FailureReason::IncompatibleSchema;
    case ErrorCode::ShuttingDown:
        return protocol::FailureReason::NodeDown;
    default:
        return protocol::FailureReason::Unknown;
    }
}

} // namespace engine::coordination
