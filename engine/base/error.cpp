#include "engine/base/assert.h"
#include "engine/base/result.h"

#include <cstdio>
#include <cstdlib>
#include <execinfo.h>
#include <stdexcept>
#include <unistd.h>

namespace engine {

const char* errorCodeName(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::None:
        return "None";
    case ErrorCode::ServerError:
        return "ServerError";
    case ErrorCode::ProtocolError:
        return "ProtocolError";
    case ErrorCode::BadCredentials:
        return "BadCredentials";
    case ErrorCode::Unavailable:
        return "Unavailable";
    case ErrorCode::Overloaded:
        return "Overloaded";
    case ErrorCode::IsBootstrapping:
        return "IsBootstrapping";
    case ErrorCode::TruncateError:
        return "TruncateError";
    case ErrorCode::WriteTimeout:
        return "WriteTimeout";
    case ErrorCode::ReadTimeout:
        return "ReadTimeout";
    case ErrorCode::ReadFailure:
        return "ReadFailure";
    case ErrorCode::FunctionFailure:
        return "FunctionFailure";
    case ErrorCode::WriteFailure:
        return "WriteFailure";
    case ErrorCode::CdcWriteFailure:
        return "CdcWriteFailure";
    case ErrorCode::CasWriteUnknown:
        return "CasWriteUnknown";
    case ErrorCode::SyntaxError:
        return "SyntaxError";
    case ErrorCode::Unauthorized:
        return "Unauthorized";
    case ErrorCode::Invalid:
        return "Invalid";
    case ErrorCode::ConfigError:
        return "ConfigError";
    case ErrorCode::AlreadyExists:
        return "AlreadyExists";
    case ErrorCode::Unprepared:
        return "Unprepared";
    case ErrorCode::Cancelled:
        return "Cancelled";
    case ErrorCode::ShuttingDown:
        return "ShuttingDown";
    case ErrorCode::Timeout:
        return "Timeout";
    case ErrorCode::Io:
        return "Io";
    case ErrorCode::DiskFull:
        return "DiskFull";
    case ErrorCode::NotFound:
        return "NotFound";
    case ErrorCode::Corrupt:
        return "Corrupt";
    case ErrorCode::ConnectionRefused:
        return "ConnectionRefused";
    case ErrorCode::ConnectionLost:
        return "ConnectionLost";
    case ErrorCode::AddressInUse:
        return "AddressInUse";
    case ErrorCode::VersionTooNew:
        return "VersionTooNew";
    }
    return "Unknown";
}

void intrusive_ptr_add_ref(const Error::Content* content) noexcept
{
    content->uses.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Error::Content* content) noexcept
{
    if (content->uses.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete content;
}

Error::Error(ErrorCode code, std::string detail, std::shared_ptr<const ErrorExtra> extra)
    : m_content(new Content{code, std::move(detail), std::move(extra)})
{
}

const std::string& Error::detail() const noexcept
{
    static const std::string none;
    return m_content ? m_content->detail : none;
}

Error Error::within(const std::string& context) const
{
    return Error{code(), context + ": " + detail(), m_content ? m_content->extra : nullptr};
}

void throw_exception_from_error(const Error& error, const boost::source_location& /*where*/)
{
    throw std::runtime_error(std::string(errorCodeName(error.code())) + ": " + error.detail());
}

void assertionFailed(const char* condition, const char* reason, const char* file, int line) noexcept
{
    std::fprintf(stderr, "assertion failed: %s (%s) at %s:%d\n", reason, condition, file, line);
    void* frames[64];
    const int count = ::backtrace(frames, 64);
    ::backtrace_symbols_fd(frames, count, STDERR_FILENO);
    std::abort();
}

} // namespace engine
