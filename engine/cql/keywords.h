#pragma once

#include <span>
#include <string_view>

namespace engine::cql {

/// Words that CQL keeps for itself: not usable as a bare name. Lower case, sorted.
/// (Cassandra's ReservedKeywords plus true and false, which its lexer reads as booleans.)
[[nodiscard]] std::span<const std::string_view> reservedWords() noexcept;
/// Words that CQL uses but that are names too. Lower case, sorted.
[[nodiscard]] std::span<const std::string_view> unreservedWords() noexcept;

/// `word` in lower case.
[[nodiscard]] bool isReservedWord(std::string_view word) noexcept;
/// Reserved or unreserved, in any case of letters.
[[nodiscard]] bool isKeyword(std::string_view word) noexcept;

} // namespace engine::cql
