#include "engine/base/disk.h"

namespace engine {

Result<Bytes> Disk::readAll(const std::string& path)
{
    RW_ASSIGN(const auto file, open(path, OpenMode::Read));
    RW_ASSIGN(const std::uint64_t size, file->size());
    Bytes bytes(size, '\0');
    RW_ASSIGN(const std::size_t read, file->readAt(0, bytes.data(), bytes.size()));
    bytes.resize(read);
    return bytes;
}

Result<void> Disk::replaceFile(const std::string& path, ByteView bytes)
{
    const std::string temporary = path + ".new";
    if (exists(temporary))
        RW_TRY(remove(temporary));
    {
        RW_ASSIGN(const auto file, open(temporary, OpenMode::CreateNew));
        RW_TRY(file->append(bytes));
        RW_TRY(file->sync());
    }
    RW_TRY(rename(temporary, path));
    return syncDirectory(path.substr(0, path.rfind('/')));
}

} // namespace engine
