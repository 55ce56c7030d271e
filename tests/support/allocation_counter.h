#pragma once

#include <cstdint>

namespace tests {

/// How often anything in this process took memory from the heap by operator new, on any thread.
/// Only in programs that list allocation_counter.cpp among their sources.
[[nodiscard]] std::uint64_t allocationCount() noexcept;

} // namespace tests
