#pragma once

#include <string>
#include <string_view>

namespace engine::cql {

/// A name as CQL must write it: bare if it is lower-case letters, digits and underscores, starts
/// with a letter and is no reserved word, else in double quotes with inner ones doubled
/// (ColumnIdentifier.maybeQuote). The only way names reach CQL text.
[[nodiscard]] std::string quote(std::string_view name);
[[nodiscard]] bool needsQuotes(std::string_view name);

/// A string literal: 'it''s'.
[[nodiscard]] std::string quoteString(std::string_view text);

/// The name that an identifier in CQL text means: lower-cased if bare, unquoted if quoted.
[[nodiscard]] std::string unquote(std::string_view identifier);

} // namespace engine::cql
