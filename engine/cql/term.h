#pragma once

#include "engine/cql/type.h"

#include <cstdint>
#include <span>
#include <string_view>

/// Expressions and types as CQL text said them. Everything here lives in the Arena that was given
/// to parseStatement() and views that arena or the statement's text: it dies with either.
namespace engine::cql {

/// Byte offsets into the statement's text; `end` is one past the last.
struct SourceRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    [[nodiscard]] bool empty() const noexcept { return begin == end; }
    friend bool operator==(const SourceRange&, const SourceRange&) = default;
};

/// A name with an optional keyspace. Names are as they are meant: lower-cased if bare, without
/// quotes if quoted.
struct QualifiedName {
    std::string_view keyspace; ///< empty: not given
    std::string_view name;
    SourceRange range;
};

/// A type as written: not resolved, so user types are names.
struct ParsedType {
    enum class Kind : std::uint8_t { Native, List, Set, Map, Tuple, Vector, User, Custom };

    Kind kind = Kind::Native;
    bool frozen = false;                    ///< written as frozen<…>
    TypeKind native = TypeKind::Text;       ///< Native
    std::uint32_t dimension = 0;            ///< Vector; 0 (or less) as written is 0: Invalid
    std::span<const ParsedType> parameters; ///< List, Set, Map, Tuple, Vector
    QualifiedName user;                     ///< User
    std::string_view className;             ///< Custom
    SourceRange range;
};

enum class TermKind : std::uint8_t {
    Null,
    // Literals; `text` is the value without quotes ('' folded), numbers and names as written.
    String,
    Integer,
    Float, ///< also NaN, Infinity, -Infinity
    Boolean,
    Duration,
    Uuid,
    Hex, ///< with its 0x
    /// ? or :name (then `text` is the name); `marker` is its position.
    Marker,
    /// [a, b]: a list or a vector. `items`.
    List,
    /// {a, b} and {}: `items`; {} may also be an empty map.
    Set,
    /// {k: v}: `items` alternate key and value. In a SELECT clause the keys may be Column terms,
    /// then the receiver decides whether it is a user type.
    Map,
    /// {field: value}: `names` and `items`, one to one.
    Udt,
    /// (a, b). In a SELECT clause (a) is a Tuple of one item too and may be mere parentheses.
    Tuple,
    /// name(items…), `keyspace` if given; `text` is the name. Operators below are not functions.
    Function,
    /// items[0] op items[1]; `op` is one of + - * / %.
    Operation,
    /// -items[0]
    Negation,
    /// (type) items[0]
    TypeHint,
    /// CAST(items[0] AS type)
    Cast,

    // Only in a SELECT clause and GROUP BY:
    Column,       ///< `text`
    CountStar,    ///< COUNT(*)
    WriteTime,    ///< WRITETIME(items[0]); the item is a Column, Field, Element or Slice
    MaxWriteTime, ///< MAXWRITETIME(items[0])
    Ttl,          ///< TTL(items[0])
    Field,        ///< items[0].text
    Element,      ///< items[0][items[1]]
    Slice,        ///< items[0][items[1]..items[2]]; an absent bound is Null with an empty range
};

/// An expression.
struct Term {
    TermKind kind = TermKind::Null;
    char op = 0;
    std::uint16_t marker = 0;
    SourceRange range;
    std::string_view text;
    std::string_view keyspace;
    std::span<const Term> items;
    std::span<const std::string_view> names;
    const ParsedType* type = nullptr;

    /// String … Hex.
    [[nodiscard]] bool isLiteral() const noexcept
    {
        return kind >= TermKind::String && kind <= TermKind::Hex;
    }
};

/// A bind marker, in the order of the text.
struct BindMarker {
    std::string_view name; ///< empty for '?'
    SourceRange range;
};

} // namespace engine::cql
