#pragma once

namespace app {

/// `ringwright model …`: engine/modeling/command.h with a session for `diff --contact`. Needs no
/// display. Returns the exit code.
int runModelCommand(int argc, char** argv);

} // namespace app
