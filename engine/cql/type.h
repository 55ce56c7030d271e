#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cql {

/// The kinds of CQL type. The values are the native protocol's option ids (section 4.2.5.2)
/// where it has one; never renumber. Those from 0x100 on travel as `Custom` with a class name.
enum class TypeKind : std::uint16_t {
    Custom = 0x0000,
    Ascii = 0x0001,
    Bigint = 0x0002,
    Blob = 0x0003,
    Boolean = 0x0004,
    Counter = 0x0005,
    Decimal = 0x0006,
    Double = 0x0007,
    Float = 0x0008,
    Int = 0x0009,
    Timestamp = 0x000B,
    Uuid = 0x000C,
    Text = 0x000D,
    Varint = 0x000E,
    Timeuuid = 0x000F,
    Inet = 0x0010,
    Date = 0x0011,
    Time = 0x0012,
    Smallint = 0x0013,
    Tinyint = 0x0014,
    Duration = 0x0015,
    List = 0x0020,
    Map = 0x0021,
    Set = 0x0022,
    Udt = 0x0030,
    Tuple = 0x0031,
    Vector = 0x0100,
    Empty = 0x0101, ///< EmptyType: the value type of key-only index and dense tables
};

class Type;
using TypePtr = std::shared_ptr<const Type>;

/// A CQL type: an immutable value, shared freely between threads.
///
/// Collections, tuples and user types are multi-cell unless frozen; everything inside a frozen
/// type is frozen. Two types are equal if kind, parameters, frozen flag and, for user types,
/// keyspace, name and fields are equal. `reversed` (Cassandra's ReversedType) is not part of a
/// type here: a clustering column carries its order itself (schema::Column).
class Type {
public:
    struct Field {
        std::string name;
        TypePtr type;
    };

    /// A native type. Requires a kind without parameters.
    [[nodiscard]] static TypePtr native(TypeKind kind);
    [[nodiscard]] static TypePtr list(TypePtr element, bool frozen = false);
    [[nodiscard]] static TypePtr set(TypePtr element, bool frozen = false);
    [[nodiscard]] static TypePtr map(TypePtr key, TypePtr value, bool frozen = false);
    [[nodiscard]] static TypePtr tuple(std::vector<TypePtr> elements); ///< always frozen
    [[nodiscard]] static TypePtr vector(TypePtr element, std::uint32_t dimension);
    [[nodiscard]] static TypePtr udt(std::string keyspace, std::string name,
                                     std::vector<Field> fields, bool frozen);
    [[nodiscard]] static TypePtr custom(std::string className);
    /// The frozen (or multi-cell) form of the same type, all the way down when frozen.
    [[nodiscard]] static TypePtr frozen(const TypePtr& type);
    [[nodiscard]] static TypePtr multiCell(const TypePtr& type);

    /// Reads Cassandra's class names, short or full, as in SSTable headers and Custom options:
    /// "org.apache.cassandra.db.marshal.MapType(UTF8Type,Int32Type)". ReversedType is stripped
    /// and reported in `reversed` if given.
    [[nodiscard]] static Result<TypePtr> parseClassName(std::string_view text,
                                                        bool* reversed = nullptr);

    [[nodiscard]] TypeKind kind() const noexcept { return m_kind; }
    [[nodiscard]] bool isFrozen() const noexcept { return m_frozen; }
    [[nodiscard]] bool isCollection() const noexcept
    {
        return m_kind == TypeKind::List || m_kind == TypeKind::Set || m_kind == TypeKind::Map;
    }
    /// Stored as one cell an element or field: a collection or user type that is not frozen.
    [[nodiscard]] bool isMultiCell() const noexcept
    {
        return !m_frozen && (isCollection() || m_kind == TypeKind::Udt);
    }
    [[nodiscard]] bool isCounter() const noexcept { return m_kind == TypeKind::Counter; }
    /// list, set, vector: {element}; map: {key, value}; tuple, udt: the fields' types.
    [[nodiscard]] const std::vector<TypePtr>& parameters() const noexcept { return m_parameters; }
    [[nodiscard]] const std::vector<std::string>& fieldNames() const noexcept
    {
        return m_fieldNames;
    }
    [[nodiscard]] const std::string& keyspace() const noexcept { return m_keyspace; } ///< udt
    [[nodiscard]] const std::string& name() const noexcept { return m_name; }      ///< udt, custom
    [[nodiscard]] std::uint32_t dimension() const noexcept { return m_dimension; } ///< vector

    /// As CQL writes it: "map<text, frozen<list<int>>>".
    [[nodiscard]] std::string toString() const;
    /// As Cassandra's AbstractType.toString: with full package names, FrozenType(...) where
    /// Cassandra writes it. `reversed` wraps it in ReversedType.
    [[nodiscard]] std::string className(bool reversed = false) const;

    /// The serialized length if every non-null value has the same (AbstractType
    /// .valueLengthIfFixed, which decides whether SSTables store a length): int 4, bigint 8,
    /// uuid 16, boolean 1, …; smallint, tinyint, date and time have none, as in Cassandra.
    [[nodiscard]] std::optional<std::uint32_t> fixedLength() const noexcept;
    /// AbstractType.isEmptyValueMeaningless / allowsEmpty: whether zero bytes is a legal value.
    [[nodiscard]] bool allowsEmpty() const noexcept;

    /// Orders two serialized values as Cassandra does for clustering and collection keys:
    /// negative, zero, positive. Any bytes are accepted; malformed ones order somehow but
    /// consistently.
    [[nodiscard]] int compare(ByteView a, ByteView b) const noexcept
    {
        // Most clusterings are numbers and times: searches compare them by the hundred.
        if ((m_kind == TypeKind::Bigint || m_kind == TypeKind::Timestamp) && a.size() == 8 &&
            b.size() == 8) {
            const auto x = loadBigEndian<std::int64_t>(a.data());
            const auto y = loadBigEndian<std::int64_t>(b.data());
            return x < y ? -1 : static_cast<int>(x > y);
        }
        return compareAny(a, b);
    }
    /// Eight bytes that never contradict compare(): if those of `a` are less than those of `b`,
    /// `a` is before `b`; if they are equal, compare() has to tell. Searches keep them beside a
    /// value and seldom read the value itself. Always 0 for types whose order has no such form.
    [[nodiscard]] std::uint64_t orderPrefix(ByteView value) const noexcept;
    /// Whether compare() is plain byte comparison, so that callers may use memcmp.
    [[nodiscard]] bool isByteOrdered() const noexcept;
    /// Invalid with a sentence if `value` is not a well-formed serialized value of this type.
    [[nodiscard]] Result<void> validate(ByteView value) const
    {
        return hasValidLength(value) ? ok() : validateAny(value);
    }
    /// True only if validate() is: for numbers and times, of which any bytes of the right length
    /// are one.
    [[nodiscard]] bool hasValidLength(ByteView value) const noexcept
    {
        return value.size() == m_validLength;
    }

    /// The CQL literal of a serialized value ("'a''b'", "0x00ff", "{1: 'x'}"); malformed values
    /// give "<not a valid int: 0x…>", never a failure.
    [[nodiscard]] std::string toCqlLiteral(ByteView value) const;
    /// The JSON text as SELECT JSON gives it.
    [[nodiscard]] std::string toJson(ByteView value) const;
    /// Reads a literal's text without quotes, as COPY, partition keys in nodetool and sstabledump
    /// write them (AbstractType.fromString / getString).
    [[nodiscard]] Result<Bytes> fromString(std::string_view text) const;
    [[nodiscard]] std::string getString(ByteView value) const;

    friend bool operator==(const Type& a, const Type& b);

protected:
    [[nodiscard]] int compareAny(ByteView a, ByteView b) const noexcept;
    [[nodiscard]] Result<void> validateAny(ByteView value) const;

    Type(TypeKind kind, bool frozen);

private:
    friend struct TypeFactory;

    TypeKind m_kind;
    bool m_frozen;
    std::size_t m_validLength;
    std::uint32_t m_dimension = 0;
    std::string m_keyspace;
    std::string m_name;
    std::vector<TypePtr> m_parameters;
    std::vector<std::string> m_fieldNames;
};

[[nodiscard]] inline bool sameType(const TypePtr& a, const TypePtr& b)
{
    return a == b || *a == *b;
}

} // namespace engine::cql
