#pragma once

#include "engine/cql/term.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace engine::cql {

/// One statement of a script: `range` runs from its first token to its last, without the ';' and
/// without comments around it.
struct ScriptStatement {
    SourceRange range;
    bool terminated = false; ///< a ';' follows

    [[nodiscard]] std::string_view textIn(std::string_view script) const noexcept
    {
        return script.substr(range.begin, range.end - range.begin);
    }
};

/// Splits at every ';' outside of strings, $$…$$, quoted names, comments and BEGIN BATCH … APPLY
/// BATCH. Empty statements are left out. Any input; never fails.
[[nodiscard]] std::vector<ScriptStatement> splitStatements(std::string_view script);

/// The statement that "run at caret" means: the one that `offset` is in or right behind (also
/// behind its ';', on the same line), else the next one, else the last one.
[[nodiscard]] std::optional<ScriptStatement> statementAt(std::string_view script,
                                                         std::size_t offset);

} // namespace engine::cql
