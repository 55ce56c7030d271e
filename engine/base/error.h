#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace engine {

/// What went wrong, for programs. The first group is what the native protocol can say
/// (`protocol` maps it to wire codes); the second is what parts tell each other and the studio.
/// Never written to disk or wire under these numbers.
enum class ErrorCode : std::uint16_t {
    None = 0,
    ServerError,
    ProtocolError,
    BadCredentials,
    Unavailable,
    Overloaded,
    IsBootstrapping,
    TruncateError,
    WriteTimeout,
    ReadTimeout,
    ReadFailure,
    FunctionFailure,
    WriteFailure,
    CdcWriteFailure,
    CasWriteUnknown,
    SyntaxError,
    Unauthorized,
    Invalid,
    ConfigError,
    AlreadyExists,
    Unprepared,

    Cancelled,
    ShuttingDown,
    Timeout,
    Io,
    DiskFull,
    NotFound,
    Corrupt,
    ConnectionRefused,
    ConnectionLost,
    AddressInUse,
    VersionTooNew,
};

/// The name of a code as it stands in the enum, for logs.
[[nodiscard]] const char* errorCodeName(ErrorCode code) noexcept;

/// Further fields that an error code carries (Unavailable's counts, AlreadyExists' names, …).
/// The module that raises the error defines the struct; readers `dynamic_cast`.
struct ErrorExtra {
    virtual ~ErrorExtra() = default;
};

/// An expected failure: a code for programs, one clear English sentence for people.
/// Immutable, cheap to move, safe to hand to another thread.
class Error {
public:
    Error() = default; // boost::system::result needs this
    Error(ErrorCode code, std::string detail) : m_code(code), m_detail(std::move(detail)) {}
    Error(ErrorCode code, std::string detail, std::shared_ptr<const ErrorExtra> extra)
        : m_code(code), m_detail(std::move(detail)), m_extra(std::move(extra))
    {
    }

    [[nodiscard]] ErrorCode code() const noexcept { return m_code; }
    [[nodiscard]] const std::string& detail() const noexcept { return m_detail; }

    /// The extra fields if the error carries a `T`, else nullptr. Owned by the error.
    template <class T>
    [[nodiscard]] const T* extra() const noexcept
    {
        return dynamic_cast<const T*>(m_extra.get());
    }

    /// The same error with `context: ` in front of the sentence.
    [[nodiscard]] Error within(const std::string& context) const
    {
        return Error{m_code, context + ": " + m_detail, m_extra};
    }

private:
    ErrorCode m_code = ErrorCode::None;
    std::string m_detail;
    std::shared_ptr<const ErrorExtra> m_extra;
};

} // namespace engine
