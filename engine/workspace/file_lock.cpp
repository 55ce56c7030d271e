#include "engine/workspace/file_lock.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace engine::workspace {

Result<std::unique_ptr<FileLock>> FileLock::take(const std::filesystem::path& file)
{
    const std::string path = file.string() + ".lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return Error{ErrorCode::Io, fmt::format("The workspace's lock {} cannot be opened: {}.",
                                                path, std::strerror(errno))};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        char owner[32] = {};
        const auto size = ::pread(descriptor, owner, sizeof owner - 1, 0);
        ::close(descriptor);
        return Error{ErrorCode::AddressInUse,
                     fmt::format("The workspace {} is open in another Ringwright (process {}).",
                                 file.string(), size > 0 ? owner : "unknown")};
    }
    const std::string self = std::to_string(::getpid());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, self.data(), self.size(), 0) < 0) {
        const int reason = errno;
        ::close(descriptor);
        return Error{reason == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
                     fmt::format("The workspace's lock {} cannot be written: {}.", path,
                                 std::strerror(reason))};
    }
    return std::unique_ptr<FileLock>{new FileLock{descriptor}};
}

FileLock::~FileLock()
{
    // The file stays: removing it would let a third process lock a new one beside a waiting second.
    ::close(m_descriptor);
}

} // namespace engine::workspace
