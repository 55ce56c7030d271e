// The body of ERROR, both ways.
#include "engine/protocol/error_message.h"
#include "engine/protocol/error_extras.h"
#include "engine/protocol/responses.h"

#include <array>
#include <cstdio>

namespace engine::protocol {

namespace {

struct WireCode {
    ErrorCode code;
    std::int32_t number;
};
// Native-protocol numbers (section 9); never renumber.
constexpr std::array<WireCode, 20> kWireCodes{{
    {ErrorCode::ServerError, 0x0000},     {ErrorCode::ProtocolError, 0x000A},
    {ErrorCode::BadCredentials, 0x0100},  {ErrorCode::Unavailable, 0x1000},
    {ErrorCode::Overloaded, 0x1001},      {ErrorCode::IsBootstrapping, 0x1002},
    {ErrorCode::TruncateError, 0x1003},   {ErrorCode::WriteTimeout, 0x1100},
    {ErrorCode::ReadTimeout, 0x1200},     {ErrorCode::ReadFailure, 0x1300},
    {ErrorCode::FunctionFailure, 0x1400}, {ErrorCode::WriteFailure, 0x1500},
    {ErrorCode::CdcWriteFailure, 0x1600}, {ErrorCode::CasWriteUnknown, 0x1700},
    {ErrorCode::SyntaxError, 0x2000},     {ErrorCode::Unauthorized, 0x2100},
    {ErrorCode::Invalid, 0x2200},         {ErrorCode::ConfigError, 0x2300},
    {ErrorCode::AlreadyExists, 0x2400},   {ErrorCode::Unprepared, 0x2500},
}};

bool isAboutReplicas(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::Unavailable:
    case ErrorCode::WriteTimeout:
    case ErrorCode::ReadTimeout:
    case ErrorCode::ReadFailure:
    case ErrorCode::WriteFailure:
    case ErrorCode::CasWriteUnknown:
        return true;
    default:
        return false;
    }
}

bool hasItsExtra(const Error& error) noexcept
{
    if (isAboutReplicas(error.code()))
        return error.extra<RequestFailure>() != nullptr;
    switch (error.code()) {
    case ErrorCode::AlreadyExists:
        return error.extra<AlreadyExistsExtra>() != nullptr;
    case ErrorCode::Unprepared:
        return error.extra<UnpreparedExtra>() != nullptr;
    case ErrorCode::FunctionFailure:
        return error.extra<FunctionFailureExtra>() != nullptr;
    default:
        return true;
    }
}

std::string timedOutSentence(const RequestFailure& failure)
{
    return "Operation timed out - received only " + std::to_string(failure.received) +
           " responses.";
}

/// What a client of an older version can understand (ErrorMessage.getBackwardsCompatibleException).
ErrorCode codeForVersion(ProtocolVersion version, ErrorCode code) noexcept
{
    if (version < ProtocolVersion::V5 && code == ErrorCode::CasWriteUnknown)
        return ErrorCode::WriteTimeout;
    if (version >= ProtocolVersion::V4)
        return code;
    switch (code) {
    case ErrorCode::ReadFailure:
        return ErrorCode::ReadTimeout;
    case ErrorCode::WriteFailure:
        return ErrorCode::WriteTimeout;
    case ErrorCode::FunctionFailure:
    case ErrorCode::CdcWriteFailure:
        return ErrorCode::Invalid;
    default:
        return code;
    }
}

void writeFailures(ByteWriter& out, ProtocolVersion version, const RequestFailure& failure)
{
    if (version < ProtocolVersion::V5) {
        out.i32(failure.failed());
        return;
    }
    out.i32(static_cast<std::int32_t>(failure.failures.size()));
    for (const auto& replica : failure.failures) {
        writeInetAddress(out, replica.address);
        out.u16(static_cast<std::uint16_t>(replica.reason));
    }
}

void writeReplicaFields(ByteWriter& out, ProtocolVersion version, ErrorCode code, bool isCasUnknown,
                        const RequestFailure& failure)
{
    out.u16(static_cast<std::uint16_t>(failure.consistency));
    if (code == ErrorCode::Unavailable) {
        out.i32(failure.blockFor);
        out.i32(failure.received);
        return;
    }
    out.i32(failure.received);
    out.i32(failure.blockFor);
    const WriteType writeType = isCasUnknown ? WriteType::Cas : failure.writeType;
    switch (code) {
    case ErrorCode::WriteTimeout:
        writeString(out, writeTypeName(writeType));
        if (version >= ProtocolVersion::V5 && writeType == WriteType::Cas)
            out.u16(failure.contentions);
        break;
    case ErrorCode::ReadTimeout:
        out.u8(failure.dataPresent ? 1 : 0);
        break;
    case ErrorCode::ReadFailure:
        writeFailures(out, version, failure);
        out.u8(failure.dataPresent ? 1 : 0);
        break;
    case ErrorCode::WriteFailure:
        writeFailures(out, version, failure);
        writeString(out, writeTypeName(writeType));
        break;
    default:
        break;
    }
}

void readFailures(MessageReader& in, ProtocolVersion version, RequestFailure& failure)
{
    if (version < ProtocolVersion::V5) {
        failure.failureCount = in.i32();
        return;
    }
    const std::size_t count = in.count(in.i32("the number of failures"), 7);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        const InetAddress address = in.inetAddress();
        failure.failures.push_back({address, static_cast<FailureReason>(in.u16())});
    }
    failure.failureCount = static_cast<std::int32_t>(count);
}

WriteType readWriteType(MessageReader& in)
{
    const std::string name{in.string()};
    const auto type = parseWriteType(name);
    if (!type && in.ok())
        in.fail("Unknown write type '" + name + "'");
    return type.value_or(WriteType::Simple);
}

std::shared_ptr<const ErrorExtra> readReplicaFields(MessageReader& in, ProtocolVersion version,
                                                    ErrorCode code)
{
    auto failure = std::make_shared<RequestFailure>();
    failure->consistency = in.consistency();
    if (code == ErrorCode::Unavailable) {
        failure->blockFor = in.i32();
        failure->received = in.i32();
        return failure;
    }
    failure->received = in.i32();
    failure->blockFor = in.i32();
    switch (code) {
    case ErrorCode::WriteTimeout:
        failure->writeType = readWriteType(in);
        if (version >= ProtocolVersion::V5 && failure->writeType == WriteType::Cas)
            failure->contentions = in.u16();
        break;
    case ErrorCode::ReadTimeout:
        failure->dataPresent = in.u8() != 0;
        break;
    case ErrorCode::ReadFailure:
        readFailures(in, version, *failure);
        failure->dataPresent = in.u8() != 0;
        break;
    case ErrorCode::WriteFailure:
        readFailures(in, version, *failure);
        failure->writeType = readWriteType(in);
        break;
    default:
        break;
    }
    return failure;
}

std::shared_ptr<const ErrorExtra> readExtra(MessageReader& in, ProtocolVersion version,
                                            ErrorCode code)
{
    if (isAboutReplicas(code))
        return readReplicaFields(in, version, code);
    switch (code) {
    case ErrorCode::AlreadyExists: {
        std::string keyspace{in.string()};
        std::string table{in.string()};
        return std::make_shared<AlreadyExistsExtra>(std::move(keyspace), std::move(table));
    }
    case ErrorCode::Unprepared:
        return std::make_shared<UnpreparedExtra>(Bytes{in.shortBytes()});
    case ErrorCode::FunctionFailure: {
        auto extra = std::make_shared<FunctionFailureExtra>();
        extra->keyspace = in.string();
        extra->function = in.string();
        extra->argumentTypes = in.stringList();
        return extra;
    }
    default:
        return nullptr;
    }
}

} // namespace

std::int32_t wireErrorCode(ErrorCode code) noexcept
{
    for (const WireCode& entry : kWireCodes) {
        if (entry.code == code)
            return entry.number;
    }
    return 0;
}

std::optional<ErrorCode> errorCodeFromWire(std::int32_t number) noexcept
{
    for (const WireCode& entry : kWireCodes) {
        if (entry.number == number)
            return entry.code;
    }
    return std::nullopt;
}

void encodeError(ByteWriter& out, ProtocolVersion version, const Error& error)
{
    if (!hasItsExtra(error)) {
        out.i32(0);
        writeString(out, error.detail());
        return;
    }
    const ErrorCode code = codeForVersion(version, error.code());
    const auto* failure = error.extra<RequestFailure>();
    // Cassandra's message of a CAS timeout also appears from v5 on only.
    const bool becomesTimeout =
        failure != nullptr && (code != error.code() ||
                               (version < ProtocolVersion::V5 && code == ErrorCode::WriteTimeout &&
                                failure->writeType == WriteType::Cas));
    out.i32(wireErrorCode(code));
    writeString(out, becomesTimeout && isAboutReplicas(code) ? timedOutSentence(*failure)
                                                             : error.detail());
    if (failure != nullptr && isAboutReplicas(code)) {
        writeReplicaFields(out, version, code, error.code() == ErrorCode::CasWriteUnknown,
                           *failure);
        return;
    }
    if (const auto* exists = error.extra<AlreadyExistsExtra>(); code == ErrorCode::AlreadyExists) {
        writeString(out, exists->keyspace);
        writeString(out, exists->table);
    } else if (code == ErrorCode::Unprepared) {
        out.bytes16(error.extra<UnpreparedExtra>()->id);
    } else if (code == ErrorCode::FunctionFailure) {
        const auto* function = error.extra<FunctionFailureExtra>();
        writeString(out, function->keyspace);
        writeString(out, function->function);
        writeStringList(out, function->argumentTypes);
    }
}

Error decodeError(MessageReader& in, ProtocolVersion version)
{
    const std::int32_t number = in.i32("an error code");
    std::string sentence{in.string()};
    const auto code = errorCodeFromWire(number);
    if (!code) {
        char hex[16];
        std::snprintf(hex, sizeof hex, "0x%04x", static_cast<unsigned>(number));
        return Error{ErrorCode::ServerError, std::string("unknown error ") + hex + ": " + sentence};
    }
    auto extra = readExtra(in, version, *code);
    return Error{*code, std::move(sentence), std::move(extra)};
}

} // namespace engine::protocol
