#include "engine/base/disk_failure.h"
#include "engine/base/real_runtime.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace engine {

namespace {

Error diskError(int error, const char* verb, const std::string& path)
{
    const auto code = error == ENOENT                      ? ErrorCode::NotFound
                      : error == ENOSPC || error == EDQUOT ? ErrorCode::DiskFull
                                                           : ErrorCode::Io;
    return diskFailure(code,
                       std::string("cannot ") + verb + " " + path + ": " + std::strerror(error),
                       path, error == EMFILE || error == ENFILE);
}

class RealFile final : public File {
public:
    RealFile(int fd, std::string path, std::uint64_t end)
        : m_fd(fd), m_path(std::move(path)), m_end(end)
    {
    }
    ~RealFile() override { ::close(m_fd); }

    Result<std::size_t> readAt(std::uint64_t offset, char* to, std::size_t size) override
    {
        std::size_t done = 0;
        while (done < size) {
            const ssize_t n =
                ::pread(m_fd, to + done, size - done, static_cast<off_t>(offset + done));
            if (n < 0) {
                if (errno == EINTR)
                    continue;
                return diskError(errno, "read", m_path);
            }
            if (n == 0)
                break;
            done += static_cast<std::size_t>(n);
        }
        return done;
    }

    Result<std::optional<std::size_t>> tryReadAt(std::uint64_t offset, char* to,
                                                 std::size_t size) override
    {
        const iovec piece{to, size};
        const ssize_t n = ::preadv2(m_fd, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
        if (n < 0) {
            if (errno == EAGAIN || errno == EOPNOTSUPP)
                return std::optional<std::size_t>{};
            return diskError(errno, "read", m_path);
        }
        if (static_cast<std::size_t>(n) == size)
            return std::optional<std::size_t>{size};
        // A short answer is either the end of the file or the end of what is cached.
        RW_ASSIGN(const std::uint64_t end, this->size());
        if (offset + static_cast<std::uint64_t>(n) >= end)
            return std::optional<std::size_t>{static_cast<std::size_t>(n)};
        return std::optional<std::size_t>{};
    }

    Result<void> append(ByteView bytes) override
    {
        RW_TRY(writeAt(m_end, bytes));
        return ok();
    }

    Result<void> writeAt(std::uint64_t offset, ByteView bytes) override
    {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t n = ::pwrite(m_fd, bytes.data() + done, bytes.size() - done,
                                       static_cast<off_t>(offset + done));
            if (n < 0) {
                if (errno == EINTR)
                    continue;
                return diskError(errno, "write", m_path);
            }
            done += static_cast<std::size_t>(n);
        }
        m_end = std::max(m_end, offset + bytes.size());
        return ok();
    }

    Result<void> truncate(std::uint64_t size) override
    {
        if (::ftruncate(m_fd, static_cast<off_t>(size)) != 0)
            return diskError(errno, "truncate", m_path);
        m_end = size;
        return ok();
    }

    Result<void> sync() override
    {
        if (::fdatasync(m_fd) != 0)
            return diskError(errno, "sync", m_path);
        return ok();
    }

    Result<std::uint64_t> size() const override
    {
        struct stat info {};
        if (::fstat(m_fd, &info) != 0)
            return diskError(errno, "stat", m_path);
        return static_cast<std::uint64_t>(info.st_size);
    }

private:
    int m_fd;
    std::string m_path;
    std::uint64_t m_end;
};

class RealDisk final : public Disk {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override
    {
        int flags = O_CLOEXEC;
        switch (mode) {
        case OpenMode::Read:
            flags |= O_RDONLY;
            break;
        case OpenMode::CreateNew:
            flags |= O_RDWR | O_CREAT | O_EXCL;
            break;
        case OpenMode::Append:
            flags |= O_RDWR | O_CREAT;
            break;
        }
        const int fd = ::open(path.c_str(), flags, 0644);
        if (fd < 0)
            return diskError(errno, "open", path);
        struct stat info {};
        if (::fstat(fd, &info) != 0) {
            const int error = errno;
            ::close(fd);
            return diskError(error, "stat", path);
        }
        return std::unique_ptr<File>(
            std::make_unique<RealFile>(fd, path, static_cast<std::uint64_t>(info.st_size)));
    }

    Result<void> remove(const std::string& path) override
    {
        if (::remove(path.c_str()) != 0)
            return diskError(errno, "remove", path);
        return ok();
    }

    Result<void> removeAll(const std::string& path) override
    {
        std::error_code error;
        std::filesystem::remove_all(path, error);
        if (error)
            return diskError(error.value(), "remove", path);
        return ok();
    }

    Result<void> rename(const std::string& from, const std::string& to) override
    {
        if (::rename(from.c_str(), to.c_str()) != 0)
            return diskError(errno, "rename to " + to + " the file", from);
        return ok();
    }

    Result<void> link(const std::string& from, const std::string& to) override
    {
        if (::link(from.c_str(), to.c_str()) != 0)
            return diskError(errno, "link " + from + " as", to);
        return ok();
    }

    Result<void> createDirectories(const std::string& path) override
    {
        std::error_code error;
        std::filesystem::create_directories(path, error);
        if (error)
            return diskError(error.value(), "create the folder", path);
        return ok();
    }

    Result<void> syncDirectory(const std::string& path) override
    {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return diskError(errno, "open the folder", path);
        const int failed = ::fsync(fd) == 0 ? 0 : errno;
        ::close(fd);
        if (failed != 0)
            return diskError(failed, "sync the folder", path);
        return ok();
    }

    Result<std::vector<DirectoryEntry>> list(const std::string& path) override
    {
        std::error_code error;
        std::vector<DirectoryEntry> entries;
        for (auto it = std::filesystem::directory_iterator(path, error);
             !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
            std::error_code gone; // a file may vanish while we list
            const bool folder = it->is_directory(gone);
            const std::uint64_t size = folder ? 0 : it->file_size(gone);
            entries.push_back({it->path().filename().string(), folder, gone ? 0 : size});
        }
        if (error)
            return diskError(error.value(), "list", path);
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        return entries;
    }

    bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

    Result<DiskSpace> space(const std::string& path) override
    {
        struct statvfs info {};
        if (::statvfs(path.c_str(), &info) != 0)
            return diskError(errno, "ask the free space of", path);
        struct stat place {};
        if (::stat(path.c_str(), &place) != 0)
            return diskError(errno, "ask the free space of", path);
        return DiskSpace{info.f_blocks * info.f_frsize, info.f_bavail * info.f_frsize,
                         place.st_dev};
    }

private:
    static Error diskError(int error, const std::string& verb, const std::string& path)
    {
        return ::engine::diskError(error, verb.c_str(), path);
    }
};

} // namespace

std::unique_ptr<Disk> makeRealDisk()
{
    return std::make_unique<RealDisk>();
}

} // namespace engine
