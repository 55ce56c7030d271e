#pragma once

// Internal to engine/cql: what diagnostics, completion and formatting parse with.

#include "engine/base/arena.h"
#include "engine/cql/statements.h"
#include "engine/cql/syntax_tree.h"

#include <string_view>
#include <vector>

namespace engine::cql {

/// A script parsed with recovery: statements as far as they could be read, and all errors.
struct ResilientScript {
    Arena arena{16 * 1024};
    std::vector<const Statement*> statements;
    std::vector<SyntaxError> errors;

    /// `source` must outlive the result.
    explicit ResilientScript(std::string_view source);
    ResilientScript(const ResilientScript&) = delete;
    ResilientScript& operator=(const ResilientScript&) = delete;
};

} // namespace engine::cql
