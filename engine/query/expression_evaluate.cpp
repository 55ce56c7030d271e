#include "engine/cql/literals.h"
#include "engine/cql/type_elements.h"
#include "engine/query/expression.h"

#include <algorithm>

namespace engine::query {

using cql::Element;
using cql::TypeKind;

namespace {

using Kind = Expression::Kind;

MaybeValue keepValue(Arena& arena, const std::optional<Bytes>& value)
{
    if (!value)
        return std::nullopt;
    return arena.copy(*value);
}

class Evaluator {
public:
    Evaluator(BindContext& context, SlotValues row, std::span<const MaybeValue> aggregates)
        : m_context(context), m_row(row), m_aggregates(aggregates)
    {
    }
    Result<MaybeValue> value(const Expression& e);

private:
    Result<MaybeValue> marker(const Expression& e);
    Result<MaybeValue> literal(const Expression& e);
    Result<MaybeValue> call(const Expression& e);
    Result<MaybeValue> element(const Expression& e);
    Result<MaybeValue> slice(const Expression& e);
    /// Timestamps and expiries of a value's cells, as SlotValue has them.
    struct Times {
        std::span<const std::int64_t> timestamps;
        std::span<const std::int64_t> expiries;
        std::span<const ByteView> paths;
        bool isMultiCell = false;

        [[nodiscard]] Times range(std::size_t begin, std::size_t end) const
        {
            begin = std::min(begin, timestamps.size());
            const std::size_t count = std::min(end, timestamps.size()) - begin;
            return {timestamps.subspan(begin, count), expiries.subspan(begin, count),
                    paths.empty() ? paths : paths.subspan(begin, count), false};
        }
    };
    Result<Times> timesOf(const Expression& e);
    Result<MaybeValue> times(const Expression& e);

    BindContext& m_context;
    SlotValues m_row;
    std::span<const MaybeValue> m_aggregates;
};

Result<MaybeValue> checkedMarker(std::uint16_t position, const cql::Type& type,
                                 BindContext& context)
{
    if (position >= context.values.size())
        return invalidRequest("Invalid amount of bind variables");
    const protocol::Value& given = context.values[position];
    if (given.kind != protocol::Value::Kind::Bytes)
        return MaybeValue{};
    RW_TRY(type.validate(given.bytes));
    if (const auto normal = cql::normalizeValue(type, given.bytes))
        return MaybeValue{context.arena.copy(*normal)};
    return MaybeValue{given.bytes};
}

Result<MaybeValue> Evaluator::marker(const Expression& e)
{
    return checkedMarker(e.marker, *e.type, m_context);
}

Result<MaybeValue> Evaluator::literal(const Expression& e)
{
    const auto evaluateInside = [&](const cql::Term& term,
                                    const cql::TypePtr&) -> Result<std::optional<Bytes>> {
        const auto at = std::find(e.argumentTerms.begin(), e.argumentTerms.end(), &term);
        if (at == e.argumentTerms.end())
            return invalidRequest("an expression inside of a literal could not be resolved");
        RW_ASSIGN(const MaybeValue inner,
                  value(e.arguments[static_cast<std::size_t>(at - e.argumentTerms.begin())]));
        if (!inner)
            return std::optional<Bytes>{};
        return std::optional<Bytes>{Bytes{*inner}};
    };
    RW_ASSIGN(const std::optional<Bytes> whole,
              cql::serializeTerm(*e.term, e.type, e.name, evaluateInside));
    return keepValue(m_context.arena, whole);
}

Result<MaybeValue> Evaluator::call(const Expression& e)
{
    std::vector<MaybeValue> arguments;
    for (const Expression& argument : e.arguments) {
        if (argument.kind == Kind::Marker && argument.marker < m_context.values.size() &&
            m_context.values[argument.marker].kind == protocol::Value::Kind::Unset)
            return invalidRequest("Invalid unset value for argument in call to function " +
                                  e.function->name);
        RW_ASSIGN(const MaybeValue given, value(argument));
        if (!given && !e.function->takesNull)
            return MaybeValue{};
        arguments.push_back(given);
    }
    return e.function->call(arguments, m_context);
}

/// The times of `e`: a column, or a part of one (ColumnTimestamps).
Result<Evaluator::Times> Evaluator::timesOf(const Expression& e)
{
    if (e.kind == Kind::Column) {
        if (e.slot >= m_row.size())
            return Times{};
        const SlotValue& slot = m_row[e.slot];
        return Times{slot.timestamps, slot.expiries, slot.paths, e.type->isMultiCell()};
    }
    RW_ASSIGN(Times whole, timesOf(e.arguments[0]));
    if (!whole.isMultiCell) {
        // A frozen value has one time for all its parts; a part that it lacks has none.
        RW_ASSIGN(const MaybeValue part, value(e));
        // A slice without elements is a count of 0.
        const bool isThere =
            part && !(e.kind == Kind::Slice && loadBigEndian<std::int32_t>(part->data()) == 0);
        return isThere ? whole : Times{};
    }
    if (e.kind == Kind::Field)
        return whole.range(e.field, e.field + 1);
    RW_ASSIGN(const MaybeValue from, value(e.arguments[1]));
    const cql::Type& key = *e.arguments[0].type->parameters()[0];
    std::size_t begin = 0;
    std::size_t end = whole.paths.size();
    if (e.kind == Kind::Element) {
        while (begin < end && !(from && key.compare(whole.paths[begin], *from) == 0))
            ++begin;
        return whole.range(begin, begin + 1);
    }
    RW_ASSIGN(const MaybeValue to, value(e.arguments[2]));
    while (begin < end && from && key.compare(whole.paths[begin], *from) < 0)
        ++begin;
    while (end > begin && to && key.compare(whole.paths[end - 1], *to) > 0)
        --end;
    Times part = whole.range(begin, end);
    part.isMultiCell = true;
    return part;
}

Result<MaybeValue> Evaluator::times(const Expression& e)
{
    RW_ASSIGN(const Times of, timesOf(e.arguments[0]));
    const bool isTtl = e.kind == Kind::Ttl;
    const auto one = [&](std::size_t i) -> MaybeValue {
        if (of.timestamps[i] == SlotValue::kNoTime || (isTtl && of.expiries[i] == 0))
            return std::nullopt;
        if (isTtl)
            return putNumber(m_context.arena,
                             static_cast<std::int32_t>(of.expiries[i] - m_context.nowSeconds));
        return putNumber(m_context.arena, of.timestamps[i]);
    };
    if (of.timestamps.empty())
        return MaybeValue{};
    if (e.kind == Kind::MaxWriteTime) {
        const auto newest = std::max_element(of.timestamps.begin(), of.timestamps.end());
        return one(static_cast<std::size_t>(newest - of.timestamps.begin()));
    }
    if (e.type->kind() != TypeKind::List)
        return one(0);
    std::vector<Element> elements;
    for (std::size_t i = 0; i < of.timestamps.size(); ++i)
        elements.push_back(one(i));
    return MaybeValue{m_context.arena.copy(cql::joinValue(*e.type, elements))};
}

Result<MaybeValue> Evaluator::element(const Expression& e)
{
    RW_ASSIGN(const MaybeValue whole, value(e.arguments[0]));
    RW_ASSIGN(const MaybeValue key, value(e.arguments[1]));
    if (!whole || !key)
        return MaybeValue{};
    const cql::Type& type = *e.arguments[0].type;
    const bool isMap = type.kind() == TypeKind::Map;
    RW_ASSIGN(const std::vector<Element> elements, cql::splitValue(type, *whole));
    for (std::size_t i = 0; i < elements.size(); i += isMap ? 2 : 1) {
        if (elements[i] && type.parameters()[0]->compare(*elements[i], *key) == 0)
            return elements[isMap ? i + 1 : i];
    }
    return MaybeValue{};
}

Result<MaybeValue> Evaluator::slice(const Expression& e)
{
    RW_ASSIGN(const MaybeValue whole, value(e.arguments[0]));
    RW_ASSIGN(const MaybeValue from, value(e.arguments[1]));
    RW_ASSIGN(const MaybeValue to, value(e.arguments[2]));
    if (!whole)
        return MaybeValue{};
    const cql::Type& type = *e.arguments[0].type;
    const std::size_t step = type.kind() == TypeKind::Map ? 2 : 1;
    RW_ASSIGN(const std::vector<Element> elements, cql::splitValue(type, *whole));
    std::vector<Element> kept;
    for (std::size_t i = 0; i < elements.size(); i += step) {
        const auto compare = [&](ByteView bound) {
            return type.parameters()[0]->compare(*elements[i], bound);
        };
        if ((from && compare(*from) < 0) || (to && compare(*to) > 0))
            continue;
        kept.insert(kept.end(), elements.begin() + static_cast<std::ptrdiff_t>(i),
                    elements.begin() + static_cast<std::ptrdiff_t>(i + step));
    }
    return MaybeValue{m_context.arena.copy(cql::joinValue(type, kept))};
}

Result<MaybeValue> Evaluator::value(const Expression& e)
{
    switch (e.kind) {
    case Kind::Column:
        return e.slot < m_row.size() ? m_row[e.slot].value : MaybeValue{};
    case Kind::Constant:
        return e.constant ? MaybeValue{*e.constant} : MaybeValue{};
    case Kind::Marker:
        return marker(e);
    case Kind::Term:
        return literal(e);
    case Kind::Call:
        return call(e);
    case Kind::Aggregate:
        return e.aggregateIndex < m_aggregates.size() ? m_aggregates[e.aggregateIndex]
                                                      : MaybeValue{};
    case Kind::WriteTime:
    case Kind::MaxWriteTime:
    case Kind::Ttl:
        return times(e);
    case Kind::Field: {
        RW_ASSIGN(const MaybeValue whole, value(e.arguments[0]));
        if (!whole)
            return MaybeValue{};
        RW_ASSIGN(const std::vector<Element> fields, cql::splitValue(*e.arguments[0].type, *whole));
        return e.field < fields.size() ? fields[e.field] : MaybeValue{};
    }
    case Kind::Element:
        return element(e);
    case Kind::Slice:
        return slice(e);
    }
    return MaybeValue{};
}

} // namespace

Result<MaybeValue> evaluate(const Expression& expression, BindContext& context, SlotValues row,
                            std::span<const MaybeValue> aggregates)
{
    return Evaluator{context, row, aggregates}.value(expression);
}

Result<protocol::Value> PreparedTerm::bind(BindContext& context) const
{
    switch (m_kind) {
    case Kind::Null:
        return protocol::Value::null();
    case Kind::Constant:
        return protocol::Value::of(m_constant);
    case Kind::Marker: {
        if (m_marker >= context.values.size())
            return invalidRequest("Invalid amount of bind variables");
        const protocol::Value& given = context.values[m_marker];
        if (given.kind != protocol::Value::Kind::Bytes)
            return given;
        RW_TRY(m_type->validate(given.bytes));
        if (m_isSorted) {
            if (const auto normal = cql::normalizeValue(*m_type, given.bytes))
                return protocol::Value::of(context.arena.copy(*normal));
        }
        return given;
    }
    case Kind::Computed:
        break;
    }
    RW_ASSIGN(const MaybeValue value, evaluate(*m_expression, context));
    return value ? protocol::Value::of(*value) : protocol::Value::null();
}

} // namespace engine::query
