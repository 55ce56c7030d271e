#include "engine/node/archive_commands.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace engine::node {

namespace {

Result<void> runProgram(std::vector<std::string> words)
{
    if (words.empty())
        return Error{ErrorCode::ConfigError, "the command is empty"};
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const std::string shown = fmt::format("{}", fmt::join(words, " "));
    pid_t child = -1;
    if (const int error =
            ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ);
        error != 0)
        return Error{ErrorCode::Io,
                     fmt::format("'{}' cannot be started: {}", shown, std::strerror(error))};
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return Error{ErrorCode::Io, fmt::format("nobody knows how '{}' ended: {}", shown,
                                                    std::strerror(errno))};
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return ok();
    return Error{ErrorCode::Io,
                 WIFEXITED(status)
                     ? fmt::format("'{}' ended with status {}", shown, WEXITSTATUS(status))
                     : fmt::format("'{}' was ended by signal {}", shown, WTERMSIG(status))};
}

} // namespace

storage::CommitLogArchiving makeArchiving(const storage::ArchivingProperties& properties)
{
    storage::CommitLogArchiving made;
    made.restoreUpToMicros = properties.restoreUpToMicros;
    if (!properties.archiveCommand.empty())
        made.archive = [command = properties.archiveCommand](const std::string& path,
                                                             const std::string& name) {
            auto done =
                runProgram(storage::archivingArguments(command, {{"path", path}, {"name", name}}));
            return done ? done : done.error().within("archive_command");
        };
    if (!properties.restoreCommand.empty()) {
        made.restoreFolders = properties.restoreFolders;
        made.restore = [command = properties.restoreCommand](const std::string& from,
                                                             const std::string& to) {
            auto done =
                runProgram(storage::archivingArguments(command, {{"from", from}, {"to", to}}));
            return done ? done : done.error().within("restore_command");
        };
    }
    return made;
}

} // namespace engine::node
