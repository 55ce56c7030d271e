#pragma once

#include <cstddef>

namespace engine {

/// Has the processor fetch these bytes while other things are done, all at once; reading them one
/// after the other would wait for memory each time. Any address will do.
inline void prefetch(const void* from, std::size_t bytes) noexcept
{
    constexpr std::size_t kLineBytes = 64;
    for (std::size_t at = 0; at < bytes; at += kLineBytes)
        __builtin_prefetch(static_cast<const char*>(from) + at);
}

} // namespace engine
