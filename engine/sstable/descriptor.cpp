#include "engine/sstable/descriptor.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace engine::sstable {

namespace {

constexpr std::array<std::string_view, 11> kComponentNames{
    "Data.db", "Index.db",     "Filter.db", "Statistics.db", "Summary.db", "CompressionInfo.db",
    "CRC.db",  "Digest.crc32", "TOC.txt",   "Partitions.db", "Rows.db",
};

bool isIdentifier(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_';
    });
}

/// Numbers by value and before other identifiers, so that "10" follows "9".
bool generationLess(const Descriptor& a, const Descriptor& b)
{
    const auto left = a.number();
    const auto right = b.number();
    if (left && right)
        return *left < *right;
    if (left.has_value() != right.has_value())
        return left.has_value();
    return a.generation < b.generation;
}

} // namespace

std::string_view componentName(Component component) noexcept
{
    return kComponentNames[static_cast<std::size_t>(component)];
}

Descriptor Descriptor::make(std::string folder, std::uint64_t generation, std::string_view version)
{
    Descriptor descriptor;
    descriptor.version = version;
    descriptor.folder = std::move(folder);
    descriptor.generation = std::to_string(generation);
    return descriptor;
}

std::string Descriptor::name() const
{
    return version + "-" + generation + "-" + format;
}

std::string Descriptor::path(Component component) const
{
    return folder + "/" + name() + "-" + std::string{componentName(component)};
}

std::optional<std::uint64_t> Descriptor::number() const
{
    std::uint64_t value = 0;
    const char* end = generation.data() + generation.size();
    const auto [at, error] = std::from_chars(generation.data(), end, value);
    if (error != std::errc{} || at != end)
        return std::nullopt;
    return value;
}

std::optional<ComponentFile> parseFileName(const std::string& folder, std::string_view fileName)
{
    std::array<std::string_view, 3> parts;
    for (auto& part : parts) {
        const auto dash = fileName.find('-');
        if (dash == std::string_view::npos)
            return std::nullopt;
        part = fileName.substr(0, dash);
        fileName.remove_prefix(dash + 1);
    }
    const bool knownFormat = parts[2] == "big" || parts[2] == "bti";
    if (parts[0].size() != 2 || !isIdentifier(parts[0]) || !isIdentifier(parts[1]) ||
        !knownFormat || fileName.empty() || fileName.find('/') != std::string_view::npos)
        return std::nullopt;
    ComponentFile file;
    file.descriptor.folder = folder;
    file.descriptor.version = parts[0];
    file.descriptor.generation = parts[1];
    file.descriptor.format = parts[2];
    file.component = fileName;
    return file;
}

Result<std::vector<Descriptor>> listTables(Disk& disk, const std::string& folder)
{
    RW_ASSIGN(const auto entries, disk.list(folder));
    std::vector<Descriptor> tables;
    for (const auto& entry : entries) {
        const auto file = parseFileName(folder, entry.name);
        if (!entry.isDirectory && file && file->component == componentName(Component::Toc))
            tables.push_back(file->descriptor);
    }
    std::sort(tables.begin(), tables.end(), generationLess);
    return tables;
}

Result<std::vector<std::string>> listLeftovers(Disk& disk, const std::string& folder)
{
    RW_ASSIGN(const auto tables, listTables(disk, folder));
    RW_ASSIGN(const auto entries, disk.list(folder));
    std::vector<std::string> leftovers;
    for (const auto& entry : entries) {
        const auto file = parseFileName(folder, entry.name);
        // ".new": a component that was being replaced (Disk::replaceFile).
        if (!entry.isDirectory && file &&
            (file->component.ends_with(".new") ||
             std::find(tables.begin(), tables.end(), file->descriptor) == tables.end()))
            leftovers.push_back(folder + "/" + entry.name);
    }
    return leftovers;
}

Result<std::vector<std::string>> readToc(Disk& disk, const Descriptor& descriptor)
{
    RW_ASSIGN(const Bytes text, disk.readAll(descriptor.path(Component::Toc)));
    std::vector<std::string> components;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end > at)
            components.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return components;
}

Result<void> removeTable(Disk& disk, const Descriptor& descriptor)
{
    if (disk.exists(descriptor.path(Component::Toc))) {
        RW_TRY(disk.remove(descriptor.path(Component::Toc)));
        RW_TRY(disk.syncDirectory(descriptor.folder));
    }
    RW_ASSIGN(const auto entries, disk.list(descriptor.folder));
    for (const auto& entry : entries) {
        const auto file = parseFileName(descriptor.folder, entry.name);
        if (!entry.isDirectory && file && file->descriptor == descriptor)
            RW_TRY(disk.remove(descriptor.folder + "/" + entry.name));
    }
    return ok();
}

} // namespace engine::sstable
