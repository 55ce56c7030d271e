#pragma once

#include <string>
#include <string_view>

namespace engine::cql {

struct FormatOptions {
    bool upperCaseKeywords = true;
    int indent = 4;
    int lineWidth = 100; ///< lists that fit stay on one line
};

/// Lays out a script: clauses on lines of their own, definitions one column a line, keywords in one
/// case, one blank line between statements. Comments and literals stay as they are, and the tokens
/// of the result equal those of `script` but for the case of keywords. Statements with a syntax
/// error are left alone. Idempotent.
[[nodiscard]] std::string formatCql(std::string_view script, const FormatOptions& options = {});

} // namespace engine::cql
