#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

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
/// Immutable, the size of a pointer, safe to hand to another thread; copies share what it says.
class Error {
public:
    Error() = default; // boost::system::result needs this
    Error(ErrorCode code, std::string detail, std::shared_ptr<const ErrorExtra> extra = nullptr);

    [[nodiscard]] ErrorCode code() const noexcept
    {
        return m_content ? m_content->code : ErrorCode::None;
    }
    [[nodiscard]] const std::string& detail() const noexcept;

    /// The extra fields if the error carries a `T`, else nullptr. Owned by the error.
    template <class T>
    [[nodiscard]] const T* extra() const noexcept
    {
        return m_content ? dynamic_cast<const T*>(m_content->extra.get()) : nullptr;
    }

    /// The same error with `context: ` in front of the sentence.
    [[nodiscard]] Error within(const std::string& context) const;

private:
    struct Content {
        ErrorCode code;
        std::string detail;
        std::shared_ptr<const ErrorExtra> extra;
        mutable std::atomic<std::uint32_t> uses = 0;
    };
    // Not inlined: errors are rare, results that have none are everywhere.
    friend void intrusive_ptr_add_ref(const Content* content) noexcept;
    friend void intrusive_ptr_release(const Content* content) noexcept;

    boost::intrusive_ptr<const Content> m_content; ///< nullptr: default constructed
};

} // namespace engine
