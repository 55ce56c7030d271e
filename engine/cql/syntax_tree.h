#pragma once

#include "engine/cql/term.h"
#include "engine/cql/token.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

struct Statement;

/// What a node of the tree is.
enum class NodeKind : std::uint8_t {
    Script,
    Statement,
    Clause, ///< a part that starts with a keyword: FROM …, WHERE …, USING …, VALUES (…)
    List,   ///< a comma-separated list
    Term,
    Relation,
    Type,
    Definition, ///< a column or field with its type
    Property,
    Name,
    Error, ///< tokens that fit nowhere
};

struct SyntaxError {
    SourceRange range;
    std::string message; ///< one clear sentence
    /// A token of another kind should stand there; else the tokens are right and mean nothing.
    bool isTokenUnexpected = false;
    /// The only token that could stand there, as Cassandra's grammar names it (K_WITH, ')'); empty
    /// if several could.
    std::string expected;
};

/// A lossless tree of a script, flat: nodes and tokens in the order of the text. Every byte of the
/// source belongs to exactly one token, so the tokens' texts joined are the source, for any input.
class SyntaxTree {
public:
    struct Node {
        NodeKind kind;
        std::uint32_t parent;     ///< index of a node; the root is its own parent
        std::uint32_t firstToken; ///< indexes into tokens(), trivia included
        std::uint32_t endToken;
    };

    /// Parses any text. Recovers after errors: one message for each place.
    [[nodiscard]] static SyntaxTree parse(std::string_view source);

    [[nodiscard]] const std::vector<Token>& tokens() const noexcept { return m_tokens; }
    [[nodiscard]] const std::vector<Node>& nodes() const noexcept { return m_nodes; }
    [[nodiscard]] const std::vector<SyntaxError>& errors() const noexcept { return m_errors; }
    /// The innermost node at a byte offset.
    [[nodiscard]] std::uint32_t nodeAt(std::uint32_t offset) const noexcept;
    /// Indented text of the nodes, for tests.
    [[nodiscard]] std::string dump(std::string_view source) const;

private:
    std::vector<Token> m_tokens;
    std::vector<Node> m_nodes;
    std::vector<SyntaxError> m_errors;
};

} // namespace engine::cql
