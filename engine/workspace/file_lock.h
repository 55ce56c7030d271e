#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <memory>

namespace engine::workspace {

/// Holds "<file>.lock" for this process; the kernel lets go of it however the process ends.
class FileLock {
public:
    /// AddressInUse with the owner's process id if another process (or another FileLock) has it.
    [[nodiscard]] static Result<std::unique_ptr<FileLock>> take(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace engine::workspace
