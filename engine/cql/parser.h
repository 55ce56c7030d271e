#pragma once

#include "engine/base/arena.h"
#include "engine/base/result.h"
#include "engine/cql/statements.h"

#include <string_view>

namespace engine::cql {

/// Where a syntax error is; an ErrorExtra of ErrorCode::SyntaxError.
struct SyntaxErrorPlace : ErrorExtra {
    SourceRange range;        ///< of the offending token; empty at the end of the text
    std::uint32_t line = 1;   ///< from 1
    std::uint32_t column = 0; ///< from 0, in characters
    /// The sentence of Cassandra's parser, as far as one token tells it: what a server answers,
    /// because scripts and search engines know these words.
    std::string inCassandrasWords;
};

/// Parses one statement, with or without a final ';', into `arena`.
///
/// Accepts what Apache Cassandra 5.0's grammar (CQL 3.4.7) accepts. `text` must outlive the result,
/// as must `arena`. Fails with SyntaxError "line 1:28 …" and a SyntaxErrorPlace. Allocates nothing
/// outside of the arena unless it fails. Any thread; nests at most 100 deep.
[[nodiscard]] Result<const Statement*> parseStatement(std::string_view text, Arena& arena);

/// Parses a type as CQL writes it ("map<text, frozen<list<int>>>"), as in system_schema rows.
[[nodiscard]] Result<const ParsedType*> parseType(std::string_view text, Arena& arena);

/// Parses a single term ("{'a': 1}", "now()").
[[nodiscard]] Result<const Term*> parseTerm(std::string_view text, Arena& arena);

} // namespace engine::cql
