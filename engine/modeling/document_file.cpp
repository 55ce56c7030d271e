#include "engine/modeling/document.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace engine::modeling {

namespace {

Error fileError(const char* doing, const std::filesystem::path& file, int error)
{
    const ErrorCode code = error == ENOENT                      ? ErrorCode::NotFound
                           : error == ENOSPC || error == EDQUOT ? ErrorCode::DiskFull
                                                                : ErrorCode::Io;
    return {code,
            std::string("could not ") + doing + " " + file.string() + ": " + std::strerror(error)};
}

/// Closes on leaving.
struct OpenFile {
    int fd;
    ~OpenFile()
    {
        if (fd >= 0)
            ::close(fd);
    }
};

Result<void> writeAndSync(const std::filesystem::path& file, std::string_view text, mode_t mode)
{
    const OpenFile out{::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (out.fd < 0)
        return fileError("write", file, errno);
    while (!text.empty()) {
        const ssize_t written = ::write(out.fd, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return fileError("write", file, errno);
        if (written > 0)
            text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(out.fd) != 0)
        return fileError("write", file, errno);
    return ok();
}

} // namespace

Result<Model> loadModel(const std::filesystem::path& file)
{
    std::error_code failure;
    if (std::filesystem::is_directory(file, failure))
        return Error{ErrorCode::Io, "could not read " + file.string() + ": it is a folder"};
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return fileError("read", file, errno ? errno : EIO);
    std::string text;
    std::string buffer(1U << 16U, '\0');
    while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > (65U << 20U))
            break; // readModel refuses it
    }
    return readModel(text, file.filename().string());
}

Result<void> saveModel(const Model& model, const std::filesystem::path& wanted)
{
    const std::string text = writeModel(model);
    // What could not be read again must not replace what can: a name twice, for one.
    if (const Result<Model> again = readModel(text, wanted.filename().string()); !again)
        return Error{ErrorCode::Invalid, "the model is not saved, because it could not be read "
                                         "again: " +
                                             again.error().detail()};
    // A link keeps pointing to the file.
    std::error_code failure;
    std::filesystem::path file = std::filesystem::weakly_canonical(wanted, failure);
    if (failure)
        file = wanted;
    struct stat status {};
    const bool exists = ::stat(file.c_str(), &status) == 0;
    const mode_t mode = exists ? status.st_mode & 0777U : 0666U;
    std::filesystem::path fresh = file;
    fresh += ".new";
    if (const Result<void> written = writeAndSync(fresh, text, mode); !written) {
        ::unlink(fresh.c_str());
        return written.error();
    }
    if (exists) {
        std::filesystem::path before = file;
        before += "~";
        // A hard link: at no moment is there no file of the name.
        ::unlink(before.c_str());
        if (::link(file.c_str(), before.c_str()) != 0)
            std::filesystem::copy_file(file, before, failure);
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) {
        const int error = errno;
        ::unlink(fresh.c_str());
        return fileError("write", file, error);
    }
    const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
    const OpenFile directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (directory.fd >= 0)
        ::fsync(directory.fd);
    return ok();
}

} // namespace engine::modeling
