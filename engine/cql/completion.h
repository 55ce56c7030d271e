#pragma once

#include "engine/cql/schema_provider.h"
#include "engine/cql/term.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

enum class CandidateKind : std::uint8_t {
    Keyword,
    Keyspace,
    Table,
    View,
    Column,
    KeyColumn, ///< a column of the primary key
    Type,
    UserType,
    Function,
    Option,  ///< a property behind WITH
    Snippet, ///< more than one word
};

struct Candidate {
    std::string label;  ///< what the list shows
    std::string insert; ///< what replaces `Completion::replace`; names are quoted where needed
    CandidateKind kind = CandidateKind::Keyword;
    std::string detail; ///< "int · partition key", "view of hotel.rooms"; may be empty
};

struct Completion {
    SourceRange replace; ///< the word under the caret, up to the caret; empty to insert
    std::vector<Candidate> candidates; ///< best first; already filtered by the word's prefix
};

/// What may stand at `caret` (a byte offset into `text`, which may hold several statements).
/// Columns and keywords fit the clause that the caret is in. In WHERE of a table that is known, the
/// partition-key columns that no relation names yet come first, then the next clustering column.
[[nodiscard]] Completion complete(std::string_view text, std::size_t caret,
                                  const SchemaProvider& schema);

} // namespace engine::cql
