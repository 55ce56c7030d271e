#pragma once

#include "engine/query/functions.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine::query {

/// The columns that expressions read: each gets a slot in order of first use.
class ColumnSlots {
public:
    struct Slot {
        const schema::Column* column = nullptr;
        bool needsTimes = false; ///< writetime or ttl is asked for
    };
    std::size_t slotOf(const schema::Column& column);
    [[nodiscard]] std::span<const Slot> slots() const noexcept { return m_slots; }
    void needTimes(std::size_t slot) { m_slots[slot].needsTimes = true; }

private:
    std::vector<Slot> m_slots;
};

/// One input row of a selection: the values of the slots. Views, valid for the row's evaluation.
struct SlotValue {
    MaybeValue value;
    /// Of the cell, or of each cell of a multi-cell column in order (of a user type: of each
    /// field, kNoTime where it has none); only if asked for.
    std::span<const std::int64_t> timestamps;
    std::span<const std::int64_t> expiries; ///< local deletion times, 0: none
    std::span<const ByteView> paths;        ///< of a multi-cell collection: its cells' paths
    static constexpr std::int64_t kNoTime = INT64_MIN;
};
using SlotValues = std::span<const SlotValue>;

/// An expression that is resolved against functions and columns, with a known type. Immutable.
struct Expression {
    enum class Kind : std::uint8_t {
        Column,    ///< slot
        Constant,  ///< constant
        Marker,    ///< marker
        Term,      ///< term: a literal that contains non-literals
        Call,      ///< function(arguments)
        Aggregate, ///< aggregate(arguments[0])
        WriteTime, ///< of arguments[0], a column or a part of one
        MaxWriteTime,
        Ttl,
        Field,   ///< arguments[0].field
        Element, ///< arguments[0][arguments[1]]
        Slice,   ///< arguments[0][arguments[1]..arguments[2]]
    };
    Kind kind = Kind::Constant;
    cql::TypePtr type;
    std::string name; ///< as a result column without alias
    std::vector<Expression> arguments;
    std::size_t slot = 0;
    std::size_t field = 0;
    std::size_t aggregateIndex = 0;
    std::uint16_t marker = 0;
    std::optional<Bytes> constant;
    ScalarFunctionPtr function;
    AggregateKind aggregate = AggregateKind::None;
    const cql::Term* term = nullptr; ///< lives as long as the statement's arena
    /// For Kind::Term: which term each of `arguments` is.
    std::vector<const cql::Term*> argumentTerms;

    [[nodiscard]] bool hasAggregate() const noexcept;
};

/// Resolves `term`. `receiver`: the type its place wants; nullptr if unknown. `slots`: where
/// columns may be read; nullptr where columns are not allowed.
[[nodiscard]] Result<Expression> compileExpression(const cql::Term& term,
                                                   const cql::TypePtr& receiver,
                                                   std::string_view receiverName,
                                                   PrepareContext& context, ColumnSlots* slots);

/// Evaluates. `aggregates`: results by aggregateIndex. The value lives in the row, the expression
/// or the request's arena.
[[nodiscard]] Result<MaybeValue> evaluate(const Expression& expression, BindContext& context,
                                          SlotValues row = {},
                                          std::span<const MaybeValue> aggregates = {});

/// A value that a statement gives in a place of a known type: constant, bind marker, or computed.
class PreparedTerm {
public:
    PreparedTerm() = default;
    /// Invalid in Cassandra's words if the term cannot be a value of `type`; remembers its markers.
    [[nodiscard]] static Result<PreparedTerm> prepare(const cql::Term& term, cql::TypePtr type,
                                                      std::string name, PrepareContext& context);
    /// The value of this execution: in the request, the arena or the statement.
    [[nodiscard]] Result<protocol::Value> bind(BindContext& context) const;
    /// The same in the usual case that it is a marker whose bytes need a look at their number
    /// only; nullptr: bind() it.
    [[nodiscard]] const ByteView* givenBytes(const BindContext& context) const noexcept
    {
        if (m_kind != Kind::Marker || m_marker >= context.values.size()) [[unlikely]]
            return nullptr;
        const protocol::Value& given = context.values[m_marker];
        const bool isGood =
            given.kind == protocol::Value::Kind::Bytes && m_type->hasValidLength(given.bytes);
        return isGood ? &given.bytes : nullptr;
    }
    [[nodiscard]] bool isMarker() const noexcept { return m_kind == Kind::Marker; }
    [[nodiscard]] bool isNull() const noexcept { return m_kind == Kind::Null; }
    [[nodiscard]] bool isConstant() const noexcept { return m_kind == Kind::Constant; }
    [[nodiscard]] std::uint16_t marker() const noexcept { return m_marker; }
    [[nodiscard]] const cql::TypePtr& type() const noexcept { return m_type; }

private:
    enum class Kind : std::uint8_t { Null, Constant, Marker, Computed };

    Kind m_kind = Kind::Null;
    std::uint16_t m_marker = 0;
    bool m_isSorted = false; ///< bound values hold sets or maps, which clients send in any order
    Bytes m_constant;
    cql::TypePtr m_type;
    std::string m_name;
    std::shared_ptr<const Expression> m_expression;
};

/// Resolves what is no literal inside of the literal `term` into `into.arguments`.
[[nodiscard]] Result<void> prepareInside(const cql::Term& term, const cql::TypePtr& type,
                                         std::string_view name, PrepareContext& context,
                                         Expression& into);

} // namespace engine::query
