// A disk that can lose power under a real process: preloaded (LD_PRELOAD) into a program, writes a
// journal of what it does to the files below RINGWRIGHT_SHIM_ROOT that is not synced yet, so that
// power_loss.py can take it back after the program has been killed. The program itself sees an
// ordinary disk. fsync costs no real fsync: the kernel outlives the program.
//
// Journal, one line an operation, fields separated by tabs:
//   W inode offset length oldSize oldBytesInHex     a write
//   T inode newSize oldSize                         a truncation (what it cuts off is not kept)
//   B token inode | E token                         fsync of a file begins, has succeeded
//   b token path | e token                          fsync of a directory
//   C path | M path | L path                        a file, a directory, a link was created
//   R from to stash | U path stash                  rename, unlink; stash: a link to what was there
//   F path                                          fsync of a file that was made to fail
//
// While the file <journal folder>/fail exists, fsync of files whose path contains its text fails.
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

template <class Function>
Function* realOf(const char* name)
{
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

using Open = int(const char*, int, ...);
using Pwrite = ssize_t(int, const void*, size_t, off_t);
using Write = ssize_t(int, const void*, size_t);
using Truncate = int(int, off_t);
using Sync = int(int);
using TwoPaths = int(const char*, const char*);
using OnePath = int(const char*);
using MakeDirectory = int(const char*, mode_t);
using UnlinkAt = int(int, const char*, int);

class Shim {
public:
    Shim()
    {
        const char* const root = std::getenv("RINGWRIGHT_SHIM_ROOT");
        const char* const folder = std::getenv("RINGWRIGHT_SHIM_JOURNAL");
        if (root == nullptr || folder == nullptr)
            return;
        m_root = root;
        m_stash = std::string{folder} + "/stash";
        m_failFile = std::string{folder} + "/fail";
        realOf<MakeDirectory>("mkdir")(m_stash.c_str(), 0755);
        m_journal = realOf<Open>("open")((std::string{folder} + "/journal").c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    }
    [[nodiscard]] bool covers(const char* path) const
    {
        return m_journal >= 0 && path != nullptr &&
               std::strncmp(path, m_root.c_str(), m_root.size()) == 0;
    }
    void note(const std::string& line)
    {
        const std::string text = line + "\n";
        const std::lock_guard lock{m_mutex};
        if (realOf<Write>("write")(m_journal, text.data(), text.size()) !=
            static_cast<ssize_t>(text.size()))
            std::abort();
    }
    void track(int fd, bool isTracked)
    {
        if (fd >= 0 && fd < kDescriptors)
            m_tracked[fd] = isTracked;
    }
    [[nodiscard]] bool isTracked(int fd) const
    {
        return fd >= 0 && fd < kDescriptors && m_tracked[fd];
    }
    [[nodiscard]] std::uint64_t token() { return ++m_tokens; }
    /// Whether fsync of this file is to fail.
    [[nodiscard]] bool fails(const std::string& path) const
    {
        const int fd = realOf<Open>("open")(m_failFile.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            return false;
        char part[256];
        const ssize_t size = ::read(fd, part, sizeof(part));
        ::close(fd);
        return size > 0 &&
               path.find(std::string{part, static_cast<std::size_t>(size)}) != std::string::npos;
    }
    /// Keeps what stands under a name that is about to vanish. "-" if there is nothing.
    std::string stash(const char* path)
    {
        const std::string kept =
            m_stash + "/" + std::to_string(::getpid()) + "-" + std::to_string(++m_stashed);
        return realOf<TwoPaths>("link")(path, kept.c_str()) == 0 ? kept : "-";
    }

private:
    static constexpr int kDescriptors = 65536;
    std::string m_root;
    std::string m_stash;
    std::string m_failFile;
    int m_journal = -1;
    std::mutex m_mutex;
    std::atomic<std::uint64_t> m_tokens{0};
    std::atomic<std::uint64_t> m_stashed{0};
    std::atomic<bool> m_tracked[kDescriptors] = {};
};

Shim& shim()
{
    static auto* const made = new Shim; // outlives everything that still writes at exit
    return *made;
}

int openAny(const char* name, const char* path, int flags, mode_t mode)
{
    const bool isCovered = shim().covers(path);
    const bool isNew = isCovered && (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0;
    if (isNew)
        shim().note(std::string{"C\t"} + path);
    const int fd = realOf<Open>(name)(path, flags, mode);
    shim().track(fd, isCovered && (flags & O_ACCMODE) != O_RDONLY);
    return fd;
}

void noteWrite(int fd, off_t offset, size_t size)
{
    struct stat info {};
    ::fstat(fd, &info);
    std::string old;
    if (offset < info.st_size) {
        std::string bytes(
            std::min<std::size_t>(size, static_cast<std::size_t>(info.st_size - offset)), '\0');
        const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), offset);
        for (ssize_t i = 0; i < got; ++i) {
            char hex[3];
            std::snprintf(hex, sizeof(hex), "%02x",
                          static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]));
            old += hex;
        }
    }
    shim().note("W\t" + std::to_string(info.st_ino) + "\t" + std::to_string(offset) + "\t" +
                std::to_string(size) + "\t" + std::to_string(info.st_size) + "\t" + old);
}

ssize_t pwriteAny(const char* name, int fd, const void* bytes, size_t size, off_t offset)
{
    if (shim().isTracked(fd))
        noteWrite(fd, offset, size);
    return realOf<Pwrite>(name)(fd, bytes, size, offset);
}

int truncateAny(const char* name, int fd, off_t size)
{
    if (shim().isTracked(fd)) {
        struct stat info {};
        ::fstat(fd, &info);
        shim().note("T\t" + std::to_string(info.st_ino) + "\t" + std::to_string(size) + "\t" +
                    std::to_string(info.st_size));
    }
    return realOf<Truncate>(name)(fd, size);
}

int syncAny(int fd)
{
    struct stat info {};
    ::fstat(fd, &info);
    const std::string token = std::to_string(::getpid()) + "-" + std::to_string(shim().token());
    char path[4096];
    const ssize_t size =
        ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof(path) - 1);
    path[size < 0 ? 0 : size] = '\0';
    if (S_ISDIR(info.st_mode)) {
        if (!shim().covers(path))
            return 0;
        shim().note("b\t" + token + "\t" + path);
        ::usleep(1000);
        shim().note("e\t" + token);
        return 0;
    }
    if (!shim().isTracked(fd))
        return realOf<Sync>("fdatasync")(fd);
    if (shim().fails(path)) {
        shim().note(std::string{"F\t"} + path);
        errno = EIO;
        return -1;
    }
    shim().note("B\t" + token + "\t" + std::to_string(info.st_ino));
    ::usleep(4000); // so that there is a time in which it has begun and not ended
    shim().note("E\t" + token);
    return 0;
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    return openAny("open", path, flags, mode);
}
int open64(const char* path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
    va_end(list);
    return openAny("open64", path, flags, mode);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset)
{
    return pwriteAny("pwrite", fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off_t offset)
{
    return pwriteAny("pwrite64", fd, bytes, size, offset);
}
ssize_t write(int fd, const void* bytes, size_t size)
{
    if (shim().isTracked(fd))
        noteWrite(fd, ::lseek(fd, 0, SEEK_CUR), size);
    return realOf<Write>("write")(fd, bytes, size);
}
int ftruncate(int fd, off_t size) noexcept
{
    return truncateAny("ftruncate", fd, size);
}
int ftruncate64(int fd, off_t size) noexcept
{
    return truncateAny("ftruncate64", fd, size);
}
int fsync(int fd)
{
    return syncAny(fd);
}
int fdatasync(int fd)
{
    return syncAny(fd);
}
int rename(const char* from, const char* to) noexcept
{
    if (shim().covers(to))
        shim().note(std::string{"R\t"} + from + "\t" + to + "\t" + shim().stash(to));
    return realOf<TwoPaths>("rename")(from, to);
}
int link(const char* from, const char* to) noexcept
{
    if (shim().covers(to))
        shim().note(std::string{"L\t"} + to);
    return realOf<TwoPaths>("link")(from, to);
}
int unlink(const char* path) noexcept
{
    if (shim().covers(path))
        shim().note(std::string{"U\t"} + path + "\t" + shim().stash(path));
    return realOf<OnePath>("unlink")(path);
}
int remove(const char* path) noexcept
{
    struct stat info {};
    if (::lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return ::rmdir(path);
    return unlink(path);
}
int unlinkat(int folder, const char* path, int flags) noexcept
{
    // std::filesystem::remove_all: names relative to an open directory.
    char base[4096] = "";
    if (folder != AT_FDCWD && path[0] != '/') {
        const ssize_t size =
            ::readlink(("/proc/self/fd/" + std::to_string(folder)).c_str(), base, sizeof(base) - 1);
        base[size < 0 ? 0 : size] = '\0';
    }
    const std::string whole = base[0] == '\0' ? path : std::string{base} + "/" + path;
    if ((flags & AT_REMOVEDIR) == 0 && shim().covers(whole.c_str()))
        shim().note("U\t" + whole + "\t" + shim().stash(whole.c_str()));
    return realOf<UnlinkAt>("unlinkat")(folder, path, flags);
}
int mkdir(const char* path, mode_t mode) noexcept
{
    if (shim().covers(path) && ::access(path, F_OK) != 0)
        shim().note(std::string{"M\t"} + path);
    return realOf<MakeDirectory>("mkdir")(path, mode);
}

} // extern "C"
