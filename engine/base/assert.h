#pragma once

namespace engine {

/// Ends the process with the reason and a backtrace. For our own mistakes only: never for input.
[[noreturn]] void assertionFailed(const char* condition, const char* reason, const char* file,
                                  int line) noexcept;

} // namespace engine

/// A condition that only a mistake of ours can break; checked in release builds too.
/// A node aborts: the commit log is its recovery. Never use it on bytes from outside.
#define ENGINE_ASSERT(condition, reason)                                                           \
    do {                                                                                           \
        if (!(condition)) [[unlikely]]                                                             \
            ::engine::assertionFailed(#condition, reason, __FILE__, __LINE__);                     \
    } while (false)
