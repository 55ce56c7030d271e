#pragma once

#include "engine/cql/syntax_tree.h"

#include <string>
#include <string_view>

namespace engine::cql {

/// A syntax error of one statement as Cassandra words it: ANTLR's sentence and, in parentheses, up
/// to ten tokens before the offending one, which stands in brackets (ErrorCollector). Where ANTLR
/// decides by more than one token ahead it brackets an earlier one; that is not followed. What its
/// grammar's own checks refuse has no line.
[[nodiscard]] std::string inCassandrasWords(std::string_view text, const SyntaxError& error);

} // namespace engine::cql
