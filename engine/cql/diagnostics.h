#pragma once

#include "engine/cql/schema_provider.h"
#include "engine/cql/term.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

enum class Severity : std::uint8_t { Error, Warning };

/// A change that would cure a diagnostic: replace `range` by `text`.
struct TextFix {
    std::string title; ///< "Add ALLOW FILTERING"
    SourceRange range;
    std::string text;
};

struct Diagnostic {
    Severity severity = Severity::Error;
    SourceRange range; ///< never empty unless the text is
    std::string message;
    std::vector<TextFix> fixes;
};

/// Syntax errors of a script, and with `schema` also unknown keyspaces, tables and columns, and
/// SELECT, UPDATE and DELETE that lack columns of the partition key, in the order of the text. A
/// statement with a syntax error gets no other diagnostics. USE and CREATE in the same script are
/// taken into account.
[[nodiscard]] std::vector<Diagnostic> diagnose(std::string_view script,
                                               const SchemaProvider* schema = nullptr);

} // namespace engine::cql
