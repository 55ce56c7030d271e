#include "engine/launcher/sstable_command.h"

#include "engine/base/real_runtime.h"
#include "engine/launcher/sstable_report.h"
#include "engine/sstable/dump.h"
#include "engine/sstable/scrub.h"
#include "engine/sstable/verify.h"

#include <boost/json.hpp>
#include <boost/program_options.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>

namespace engine::launcher {

namespace json = boost::json;
namespace options = boost::program_options;
using namespace sstable;

namespace {

constexpr const char* kSstableUsage =
    R"(ringwright-cluster sstable: looks into SSTables of any cluster, BIG nb and oa, BTI da

  ringwright-cluster sstable inspect PATH…   schema, sizes, histograms, largest partitions
  ringwright-cluster sstable dump PATH       all rows as JSON, as sstabledump prints them
  ringwright-cluster sstable verify PATH…    checks every component and every row
  ringwright-cluster sstable scrub PATH… --to FOLDER   writes anew what can still be read

PATH is a file of an SSTable, or a folder: then all in it.

)";

struct SstableLine {
    std::string command;
    std::vector<std::string> paths;
    bool json = false;
    bool quick = false;
    std::size_t largest = 10;
    std::string to; ///< scrub: the folder of the new SSTables
};

int sstableFailed(const Error& error)
{
    std::fprintf(stderr, "error: %s\n", error.detail().c_str());
    return 1;
}

std::int64_t secondsNow()
{
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// The SSTables that a path means.
Result<std::vector<Descriptor>> tablesAt(Disk& disk, const std::string& path)
{
    std::error_code wrong;
    const std::filesystem::path absolute = std::filesystem::absolute(path, wrong);
    if (std::filesystem::is_directory(absolute, wrong)) {
        std::string folder = absolute.lexically_normal().string();
        while (folder.size() > 1 && folder.ends_with('/'))
            folder.pop_back();
        RW_ASSIGN(auto tables, listTables(disk, folder));
        if (tables.empty())
            return Error{ErrorCode::NotFound, folder + " has no SSTable with a TOC.txt"};
        return tables;
    }
    if (!std::filesystem::exists(absolute, wrong))
        return Error{ErrorCode::NotFound, path + ": there is no such file or folder"};
    const auto file = parseFileName(absolute.parent_path().lexically_normal().string(),
                                    absolute.filename().string());
    if (!file)
        return Error{ErrorCode::Invalid,
                     path + " is not named as a file of an SSTable, like nb-1-big-Data.db"};
    return std::vector{file->descriptor};
}

int inspect(Disk& disk, const SstableLine& line)
{
    json::array all;
    for (const auto& path : line.paths) {
        const auto tables = tablesAt(disk, path);
        if (!tables)
            return sstableFailed(tables.error());
        for (const auto& descriptor : *tables) {
            auto inspector = Inspector::open(
                disk, descriptor, {.nowSeconds = secondsNow(), .largestCount = line.largest});
            if (!inspector)
                return sstableFailed(inspector.error());
            if (!line.quick) {
                if (const auto read = inspector->readAll(); !read)
                    return sstableFailed(read.error());
            }
            const TableReport* scanned = line.quick ? nullptr : &inspector->report();
            if (line.json)
                all.push_back(inspectionJson(*inspector->reader(), scanned));
            else
                std::printf("%s\n", inspectionText(*inspector->reader(), scanned).c_str());
        }
    }
    if (line.json)
        std::printf("%s\n", json::serialize(all).c_str());
    return 0;
}

int dump(Disk& disk, const SstableLine& line)
{
    const auto tables = tablesAt(disk, line.paths.front());
    if (!tables)
        return sstableFailed(tables.error());
    if (line.paths.size() != 1 || tables->size() != 1)
        return sstableFailed(
            Error{ErrorCode::Invalid, "dump prints one SSTable: name one of its files"});
    const auto reader = openByHeader(disk, tables->front());
    if (!reader)
        return sstableFailed(reader.error());
    const auto done =
        dumpJson(*reader, {.nowSeconds = secondsNow()}, [](std::string_view piece) -> Result<void> {
            if (std::fwrite(piece.data(), 1, piece.size(), stdout) != piece.size())
                return Error{ErrorCode::Io, "standard output takes no more"};
            return ok();
        });
    std::printf("\n");
    return done ? 0 : sstableFailed(done.error());
}

json::array problemsJson(const std::vector<TableProblem>& problems)
{
    json::array shown;
    for (const auto& problem : problems)
        shown.push_back(json::object{{"component", componentName(problem.component)},
                                     {"detail", problem.detail}});
    return shown;
}

/// 1 if anything is damaged.
int verify(Disk& disk, const SstableLine& line)
{
    json::array all;
    bool isFine = true;
    for (const auto& path : line.paths) {
        const auto tables = tablesAt(disk, path);
        if (!tables)
            return sstableFailed(tables.error());
        for (const auto& descriptor : *tables) {
            const auto found =
                verifyTable(disk, descriptor, nullptr, {.rows = !line.quick, .checkValues = true});
            if (!found)
                return sstableFailed(found.error());
            isFine = isFine && found->problems.empty();
            all.push_back(json::object{{"file", descriptor.path(Component::Data)},
                                       {"partitions", found->partitions},
                                       {"partitions_lost", found->partitionsLost},
                                       {"partitions_cut", found->partitionsCut},
                                       {"rows", found->rows},
                                       {"problems", problemsJson(found->problems)}});
            if (line.json)
                continue;
            std::printf("%s: %s\n", descriptor.path(Component::Data).c_str(),
                        found->problems.empty() ? "fine" : "damaged");
            for (const auto& problem : found->problems)
                std::printf("  %s\n", problem.detail.c_str());
        }
    }
    if (line.json)
        std::printf("%s\n", json::serialize(all).c_str());
    return isFine ? 0 : 1;
}

int scrub(Disk& disk, const SstableLine& line)
{
    std::error_code wrong;
    const std::string to = std::filesystem::absolute(line.to, wrong).lexically_normal().string();
    if (const auto made = disk.createDirectories(to); !made)
        return sstableFailed(made.error());
    for (const auto& path : line.paths) {
        const auto tables = tablesAt(disk, path);
        if (!tables)
            return sstableFailed(tables.error());
        for (const auto& descriptor : *tables) {
            ScrubOptions options;
            options.to = Descriptor::make(to, descriptor.number().value_or(1),
                                          descriptor.version == "nb" ? "nb" : "oa");
            if (disk.exists(options.to.path(Component::Toc)))
                return sstableFailed(Error{ErrorCode::AlreadyExists,
                                           options.to.path(Component::Data) + " is there already"});
            const auto done = scrubTable(disk, descriptor, options);
            if (!done)
                return sstableFailed(done.error());
            std::printf("%s: %llu partitions written, %llu cut, %llu lost\n",
                        options.to.path(Component::Data).c_str(),
                        static_cast<unsigned long long>(done->partitions),
                        static_cast<unsigned long long>(done->partitionsCut),
                        static_cast<unsigned long long>(done->partitionsLost));
            for (const auto& problem : done->problems)
                std::printf("  %s\n", problem.detail.c_str());
        }
    }
    return 0;
}

} // namespace

int runSstableCommand(const std::vector<std::string>& arguments)
{
    SstableLine line;
    options::options_description shown("Options");
    shown.add_options()("help,h", "show this text")("json", options::bool_switch(&line.json),
                                                    "print JSON")(
        "quick", options::bool_switch(&line.quick), "inspect: metadata only, without reading rows")(
        "largest", options::value(&line.largest)->default_value(10),
        "inspect: how many of the largest partitions")(
        "to", options::value(&line.to), "scrub: the folder that gets the new SSTables");
    options::options_description all;
    all.add(shown).add_options()("command", options::value(&line.command))(
        "path", options::value(&line.paths));
    options::positional_options_description positions;
    positions.add("command", 1).add("path", -1);
    options::variables_map values;
    try {
        options::store(
            options::command_line_parser(arguments).options(all).positional(positions).run(),
            values);
        options::notify(values);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "error: %s; see ringwright-cluster sstable --help\n", e.what());
        return 2;
    }
    if (values.count("help") > 0) {
        std::fputs(kSstableUsage, stdout);
        std::ostringstream text;
        text << shown;
        std::fputs(text.str().c_str(), stdout);
        return 0;
    }
    static const std::map<std::string, int (*)(Disk&, const SstableLine&)> commands{
        {"inspect", inspect}, {"dump", dump}, {"verify", verify}, {"scrub", scrub}};
    const auto command = commands.find(line.command);
    if (command == commands.end() || line.paths.empty() ||
        (line.command == "scrub" && line.to.empty())) {
        std::fprintf(stderr, "error: sstable wants inspect, dump, verify or scrub and a PATH, and "
                             "scrub --to FOLDER; see ringwright-cluster sstable --help\n");
        return 2;
    }
    const auto disk = makeRealDisk();
    return command->second(*disk, line);
}

} // namespace engine::launcher
