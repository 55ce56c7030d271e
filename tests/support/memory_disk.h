#pragma once

#include "engine/base/disk.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

namespace tests {

/// A Disk in memory for tests of file formats: no sync, no faults. Files are shared with whoever
/// opened them, so a removed one stays readable, as on Linux. Not thread-safe.
class MemoryDisk final : public engine::Disk {
public:
    using Content = std::shared_ptr<engine::Bytes>;

    /// The bytes of a file, to look at or to damage.
    engine::Bytes& at(const std::string& path) { return *m_files.at(path); }
    void put(const std::string& path, engine::Bytes bytes)
    {
        m_files[path] = std::make_shared<engine::Bytes>(std::move(bytes));
    }
    [[nodiscard]] const std::map<std::string, Content>& files() const { return m_files; }
    /// While false, tryReadAt() says that nothing is in memory.
    bool cached = true;

    engine::Result<std::unique_ptr<engine::File>> open(const std::string& path,
                                                       engine::OpenMode mode) override
    {
        const auto found = m_files.find(path);
        if (mode == engine::OpenMode::Read && found == m_files.end())
            return engine::Error{engine::ErrorCode::NotFound, path + ": no such file"};
        if (mode == engine::OpenMode::CreateNew && found != m_files.end())
            return engine::Error{engine::ErrorCode::AlreadyExists, path + ": exists"};
        auto& content = m_files[path];
        if (!content)
            content = std::make_shared<engine::Bytes>();
        return std::unique_ptr<engine::File>{std::make_unique<MemoryFile>(content, *this)};
    }
    engine::Result<void> remove(const std::string& path) override
    {
        if (m_files.erase(path) == 0)
            return engine::Error{engine::ErrorCode::NotFound, path + ": no such file"};
        return engine::ok();
    }
    engine::Result<void> removeAll(const std::string& path) override
    {
        std::erase_if(m_files,
                      [&](const auto& each) { return each.first.starts_with(path + "/"); });
        return engine::ok();
    }
    engine::Result<void> rename(const std::string& from, const std::string& to) override
    {
        m_files[to] = m_files.at(from);
        m_files.erase(from);
        return engine::ok();
    }
    engine::Result<void> link(const std::string& from, const std::string& to) override
    {
        m_files[to] = m_files.at(from);
        return engine::ok();
    }
    engine::Result<void> createDirectories(const std::string&) override { return engine::ok(); }
    engine::Result<void> syncDirectory(const std::string&) override { return engine::ok(); }
    engine::Result<std::vector<engine::DirectoryEntry>> list(const std::string& path) override
    {
        std::vector<engine::DirectoryEntry> entries;
        for (const auto& [name, content] : m_files) {
            if (name.starts_with(path + "/") &&
                name.find('/', path.size() + 1) == std::string::npos)
                entries.push_back({name.substr(path.size() + 1), false, content->size()});
        }
        return entries;
    }
    bool exists(const std::string& path) override { return m_files.contains(path); }
    engine::Result<engine::DiskSpace> space(const std::string&) override
    {
        return engine::DiskSpace{1ULL << 40, 1ULL << 40};
    }

private:
    class MemoryFile final : public engine::File {
    public:
        MemoryFile(Content content, MemoryDisk& disk) : m_content(std::move(content)), m_disk(disk)
        {
        }
        engine::Result<std::size_t> readAt(std::uint64_t offset, char* to,
                                           std::size_t size) override
        {
            if (offset >= m_content->size())
                return std::size_t{0};
            size = std::min<std::size_t>(size, m_content->size() - offset);
            std::memcpy(to, m_content->data() + offset, size);
            return size;
        }
        engine::Result<std::optional<std::size_t>> tryReadAt(std::uint64_t offset, char* to,
                                                             std::size_t size) override
        {
            if (!m_disk.cached)
                return std::optional<std::size_t>{};
            return std::optional<std::size_t>{*readAt(offset, to, size)};
        }
        engine::Result<void> append(engine::ByteView bytes) override
        {
            m_content->append(bytes);
            return engine::ok();
        }
        engine::Result<void> writeAt(std::uint64_t offset, engine::ByteView bytes) override
        {
            m_content->resize(std::max<std::size_t>(m_content->size(), offset + bytes.size()));
            m_content->replace(offset, bytes.size(), bytes);
            return engine::ok();
        }
        engine::Result<void> truncate(std::uint64_t size) override
        {
            m_content->resize(size);
            return engine::ok();
        }
        engine::Result<void> sync() override { return engine::ok(); }
        engine::Result<std::uint64_t> size() const override
        {
            return std::uint64_t{m_content->size()};
        }

    private:
        Content m_content;
        MemoryDisk& m_disk;
    };

    std::map<std::string, Content> m_files;
};

} // namespace tests
