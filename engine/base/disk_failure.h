#pragma once

#include "engine/base/error.h"

#include <string>

namespace engine {

/// What the errors of a Disk and its Files carry, for who must know which disk it is.
struct DiskFailure final : ErrorExtra {
    DiskFailure(std::string where, bool handles) : path(std::move(where)), isWantOfHandles(handles)
    {
    }
    std::string path;     ///< of what was asked for; of a link the new name
    bool isWantOfHandles; ///< passes by itself, and says nothing of the disk
};

/// Such an error. `sentence` names the path, too.
[[nodiscard]] inline Error diskFailure(ErrorCode code, std::string sentence, std::string path,
                                       bool isWantOfHandles = false)
{
    return Error{code, std::move(sentence),
                 std::make_shared<const DiskFailure>(std::move(path), isWantOfHandles)};
}

} // namespace engine
