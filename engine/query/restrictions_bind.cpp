#include "engine/cql/type_elements.h"
#include "engine/query/restrictions.h"
#include "engine/ring/token.h"
#include "engine/rows/row.h"

#include <algorithm>

namespace engine::query {

using cql::Operator;
using schema::Column;

namespace {

constexpr std::size_t kKeyBytesMax = 65535;
using Values = std::vector<Bytes>;

/// What a value is for: Cassandra has other words for one that says where to look than for one that
/// is compared with each row.
enum class ValueUse : std::uint8_t { Place, Filter };

Error missingValue(protocol::Value::Kind kind, const Column& column, ValueUse use)
{
    const bool filters = use == ValueUse::Filter;
    if (kind == protocol::Value::Kind::Unset)
        return invalidRequest(
            (filters ? "Unsupported unset value for column " : "Invalid unset value for column ") +
            column.name);
    return invalidRequest((filters ? "Unsupported null value for column "
                                   : "Invalid null value in condition for column ") +
                          column.name);
}

Result<ByteView> requireValue(const PreparedTerm& term, const Column& column, BindContext& context,
                              ValueUse use = ValueUse::Place)
{
    RW_ASSIGN(const protocol::Value& value, term.bind(context));
    if (value.kind == protocol::Value::Kind::Bytes) [[likely]]
        return value.bytes;
    return missingValue(value.kind, column, use);
}

/// The values of columns that are each restricted by one = of their own.
Result<void> bindEach(const std::vector<Restriction>& restrictions, BindContext& context,
                      std::span<ByteView> out)
{
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Restriction& restriction = restrictions[i];
        const PreparedTerm& term = restriction.alternatives[0][0];
        if (const ByteView* const given = term.givenBytes(context)) [[likely]] {
            out[i] = *given;
            continue;
        }
        RW_ASSIGN(out[i], requireValue(term, *restriction.columns[0], context));
    }
    return ok();
}

/// The values of a tuple that was bound as a whole: one for each column.
Result<Values> valuesOf(const Restriction& restriction, const cql::Type& type, ByteView tuple)
{
    RW_ASSIGN(const std::vector<cql::Element> parts, cql::splitValue(type, tuple));
    Values values;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!parts[i]) // null, or the tuple ends before it
            return invalidRequest("Invalid null value in condition for column " +
                                  restriction.columns[i]->name);
        values.emplace_back(*parts[i]);
    }
    return values;
}

/// The alternatives of a restriction as lists of values, one value a column.
Result<std::vector<Values>> alternativesOf(const Restriction& restriction, BindContext& context,
                                           ValueUse use = ValueUse::Place)
{
    std::vector<Values> out;
    if (restriction.whole) {
        RW_ASSIGN(const ByteView whole,
                  requireValue(*restriction.whole, *restriction.columns[0], context));
        const cql::Type& type = *restriction.whole->type();
        std::vector<cql::Element> items{cql::Element{whole}};
        cql::TypePtr itemType = restriction.whole->type();
        if (restriction.op == Operator::In) {
            RW_ASSIGN(items, cql::splitValue(type, whole));
            itemType = type.parameters()[0];
        }
        for (const cql::Element& item : items) {
            if (!item)
                return invalidRequest("Invalid null value in condition for column " +
                                      restriction.columns[0]->name);
            if (!restriction.isTuple) {
                out.push_back({Bytes{*item}});
                continue;
            }
            RW_ASSIGN(Values values, valuesOf(restriction, *itemType, *item));
            out.push_back(std::move(values));
        }
        return out;
    }
    for (const PreparedTerm& tuple : restriction.tuples) {
        RW_ASSIGN(const ByteView bytes, requireValue(tuple, *restriction.columns[0], context, use));
        RW_ASSIGN(Values values, valuesOf(restriction, *tuple.type(), bytes));
        out.push_back(std::move(values));
    }
    for (const std::vector<PreparedTerm>& terms : restriction.alternatives) {
        Values values;
        for (std::size_t i = 0; i < terms.size(); ++i) {
            RW_ASSIGN(
                const ByteView value,
                requireValue(terms[i],
                             *restriction.columns[std::min(i, restriction.columns.size() - 1)],
                             context, use));
            values.emplace_back(value);
        }
        out.push_back(std::move(values));
    }
    return out;
}

bool isWithin(const PartitionSelection& tokens, std::int64_t token)
{
    const auto& [start, end] = std::tie(tokens.range.start, tokens.range.end);
    return (token > start.token || (start.inclusive && token == start.token)) &&
           (!end || token < end->token || (end->inclusive && token == end->token));
}

std::size_t keySize(std::span<const ByteView> parts) noexcept
{
    if (parts.size() == 1)
        return parts[0].size();
    // Each part has a length of two bytes and an end.
    std::size_t size = 3 * parts.size();
    for (const ByteView part : parts)
        size += part.size();
    return size;
}

Error keyTooLong(std::size_t size)
{
    return invalidRequest("Key length of " + std::to_string(size) + " is longer than maximum of " +
                          std::to_string(kKeyBytesMax));
}

/// The order of IN's partitions: by value, column by column (MultiClusteringBuilder).
bool keyComesBefore(const schema::Table& table, const Values& a, const Values& b)
{
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int order = table.partitionKey()[i]->type->compare(a[i], b[i]);
        if (order != 0)
            return order < 0;
    }
    return a < b;
}

int compareOwned(const schema::Table& table, rows::BoundKind aKind, const Values& a,
                 rows::BoundKind bKind, const Values& b)
{
    const std::vector<ByteView> x{a.begin(), a.end()};
    const std::vector<ByteView> y{b.begin(), b.end()};
    return rows::compareBounds(table, aKind, x, bKind, y);
}

rows::OwnedBound startAt(Values values, bool inclusive)
{
    return {inclusive ? rows::BoundKind::InclusiveStart : rows::BoundKind::ExclusiveStart,
            std::move(values)};
}
rows::OwnedBound endAt(Values values, bool inclusive)
{
    return {inclusive ? rows::BoundKind::InclusiveEnd : rows::BoundKind::ExclusiveEnd,
            std::move(values)};
}

Values joined(const Values& prefix, const Values& more)
{
    Values out = prefix;
    out.insert(out.end(), more.begin(), more.end());
    return out;
}

/// Recursion over the tuple's columns for bounds of mixed order; `depth` values are fixed.
void splitTuple(const schema::Table& table, Values prefix, std::size_t depth,
                const TupleBound* lower, const TupleBound* upper, std::vector<rows::Slice>& out)
{
    if (lower != nullptr && lower->values.size() == depth) {
        if (!lower->inclusive)
            return;
        lower = nullptr;
    }
    if (upper != nullptr && upper->values.size() == depth) {
        if (!upper->inclusive)
            return;
        upper = nullptr;
    }
    if (lower == nullptr && upper == nullptr) {
        out.push_back({startAt(prefix, true), endAt(prefix, true)});
        return;
    }
    const Column& column = *table.clustering()[prefix.size()];
    const Bytes* low = lower != nullptr ? &lower->values[depth] : nullptr;
    const Bytes* high = upper != nullptr ? &upper->values[depth] : nullptr;
    const auto with = [&](const Bytes& value) {
        Values values = prefix;
        values.push_back(value);
        return values;
    };
    if (low != nullptr && high != nullptr) {
        const int order = column.type->compare(*low, *high);
        if (order > 0)
            return;
        if (order == 0) {
            splitTuple(table, with(*low), depth + 1, lower, upper, out);
            return;
        }
    }
    if (low != nullptr)
        splitTuple(table, with(*low), depth + 1, lower, nullptr, out);
    // Strictly between; in clustering order, which a descending column turns round.
    rows::Slice between{startAt(prefix, true), endAt(prefix, true)};
    const Bytes* first = column.isReversed() ? high : low;
    const Bytes* last = column.isReversed() ? low : high;
    if (first != nullptr)
        between.start = startAt(with(*first), false);
    if (last != nullptr)
        between.end = endAt(with(*last), false);
    out.push_back(std::move(between));
    if (high != nullptr)
        splitTuple(table, with(*high), depth + 1, nullptr, upper, out);
}

} // namespace

Result<void> checkPartitionKey(std::span<const ByteView> parts)
{
    if (parts.size() == 1 && parts[0].empty())
        return invalidRequest("Key may not be empty");
    const std::size_t size = keySize(parts);
    return size > kKeyBytesMax ? Result<void>{keyTooLong(size)} : ok();
}

Result<void> checkClustering(std::span<const ByteView> values)
{
    std::size_t size = 0;
    for (const ByteView value : values)
        size += value.size();
    return size > kKeyBytesMax ? Result<void>{keyTooLong(size)} : ok();
}

void appendSlices(const schema::Table& table, const Values& prefix, const TupleBound* lower,
                  const TupleBound* upper, std::vector<rows::Slice>& out)
{
    const std::size_t length = std::max(lower != nullptr ? lower->values.size() : 0,
                                        upper != nullptr ? upper->values.size() : 0);
    bool ascending = false;
    bool descending = false;
    for (std::size_t i = 0; i < length; ++i)
        (table.clustering()[prefix.size() + i]->isReversed() ? descending : ascending) = true;
    if (ascending && descending) {
        std::vector<rows::Slice> parts;
        splitTuple(table, prefix, 0, lower, upper, parts);
        std::sort(parts.begin(), parts.end(), [&](const rows::Slice& a, const rows::Slice& b) {
            return compareOwned(table, a.start.kind, a.start.values, b.start.kind, b.start.values) <
                   0;
        });
        out.insert(out.end(), parts.begin(), parts.end());
        return;
    }
    const TupleBound* first = descending ? upper : lower;
    const TupleBound* last = descending ? lower : upper;
    rows::Slice slice{startAt(prefix, true), endAt(prefix, true)};
    if (first != nullptr)
        slice.start = startAt(joined(prefix, first->values), first->inclusive);
    if (last != nullptr)
        slice.end = endAt(joined(prefix, last->values), last->inclusive);
    if (compareOwned(table, slice.start.kind, slice.start.values, slice.end.kind,
                     slice.end.values) < 0)
        out.push_back(std::move(slice));
}

Result<ByteView> Restrictions::singleKey(BindContext& context) const
{
    const auto parts = context.arena.makeArray<ByteView>(m_key.size());
    RW_TRY(bindEach(m_key, context, parts));
    RW_TRY(checkPartitionKey(parts));
    if (parts.size() == 1)
        return parts[0];
    const std::size_t size = keySize(parts);
    char* const key = static_cast<char*>(context.arena.allocate(size, 1));
    char* to = key;
    for (const ByteView part : parts) {
        storeBigEndian(to, static_cast<std::uint16_t>(part.size()));
        std::memcpy(to + 2, part.data(), part.size());
        to += 2 + part.size();
        *to++ = 0;
    }
    return ByteView{key, size};
}

Result<void> Restrictions::singleClustering(BindContext& context, std::span<ByteView> out) const
{
    return bindEach(m_clustering, context, out);
}

Result<PartitionSelection> Restrictions::partitions(const schema::Table& table,
                                                    BindContext& context) const
{
    PartitionSelection out;
    if (m_isKeyed) {
        out.isKeys = true;
        std::vector<Values> products{{}};
        for (const Restriction& restriction : m_key) {
            RW_ASSIGN(const std::vector<Values> alternatives, alternativesOf(restriction, context));
            std::vector<Values> next;
            for (const Values& start : products) {
                for (const Values& alternative : alternatives)
                    next.push_back(joined(start, alternative));
            }
            products = std::move(next);
        }
        std::sort(products.begin(), products.end(),
                  [&](const Values& a, const Values& b) { return keyComesBefore(table, a, b); });
        products.erase(std::unique(products.begin(), products.end()), products.end());
        RW_ASSIGN(const PartitionSelection tokens, tokenRange(context));
        for (const Values& product : products) {
            const std::vector<ByteView> parts{product.begin(), product.end()};
            RW_TRY(checkPartitionKey(parts));
            const Bytes key = table.makePartitionKey(parts);
            if (m_token.empty() || isWithin(tokens, ring::murmur3Token(key).value))
                out.keys.emplace_back(key);
        }
        return out;
    }
    return tokenRange(context);
}

/// The partitions that the token() relations leave; all of them if there are none.
Result<PartitionSelection> Restrictions::tokenRange(BindContext& context) const
{
    PartitionSelection out;
    out.range.start = {INT64_MIN, std::nullopt, false};
    for (const Restriction& restriction : m_token) {
        RW_ASSIGN(const ByteView value,
                  requireValue(restriction.alternatives[0][0], *restriction.columns[0], context));
        if (value.size() != 8)
            return invalidRequest("Invalid value for token()");
        const auto token = loadBigEndian<std::int64_t>(value.data());
        const bool isEqual = restriction.op == Operator::Eq;
        const bool inclusive =
            isEqual || restriction.op == Operator::Gte || restriction.op == Operator::Lte;
        if (isEqual || restriction.op == Operator::Gt || restriction.op == Operator::Gte)
            out.range.start = {token, std::nullopt, inclusive};
        // The smallest token is the ring's end when it bounds from above (Cassandra's minimum).
        if ((isEqual || restriction.op == Operator::Lt || restriction.op == Operator::Lte) &&
            token != INT64_MIN)
            out.range.end = rows::PartitionBound{token, std::nullopt, inclusive};
    }
    if (out.range.end) {
        const auto& [start, end] = std::tie(out.range.start, *out.range.end);
        out.isEmpty = start.token > end.token ||
                      (start.token == end.token && !(start.inclusive && end.inclusive));
    }
    return out;
}

Result<rows::ClusteringFilter> Restrictions::clusteringFilter(const schema::Table& table,
                                                              BindContext& context) const
{
    rows::ClusteringFilter out;
    if (m_clustering.empty())
        return out;
    if (m_isSingleRow) { // hot path
        const auto values = context.arena.makeArray<ByteView>(m_clustering.size());
        RW_TRY(singleClustering(context, values));
        out.isNames = true;
        out.names.emplace_back(values.begin(), values.end());
        return out;
    }
    std::vector<Values> prefixes{{}};
    std::optional<TupleBound> lower;
    std::optional<TupleBound> upper;
    for (const Restriction& restriction : m_clustering) {
        RW_ASSIGN(const std::vector<Values> alternatives, alternativesOf(restriction, context));
        if (restriction.op == Operator::Eq || restriction.op == Operator::In) {
            std::vector<Values> next;
            for (const Values& prefix : prefixes) {
                for (const Values& alternative : alternatives)
                    next.push_back(joined(prefix, alternative));
            }
            prefixes = std::move(next);
            continue;
        }
        const bool inclusive = restriction.op == Operator::Gte || restriction.op == Operator::Lte;
        const bool isLower = restriction.op == Operator::Gt || restriction.op == Operator::Gte;
        (isLower ? lower : upper) = TupleBound{alternatives[0], inclusive};
    }
    const auto byClustering = [&](const Values& a, const Values& b) {
        return compareOwned(table, rows::BoundKind::InclusiveStart, a,
                            rows::BoundKind::InclusiveStart, b) < 0;
    };
    std::sort(prefixes.begin(), prefixes.end(), byClustering);
    prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
    if (m_namesRows) {
        out.isNames = true;
        for (const Values& name : prefixes)
            out.names.emplace_back(name.begin(), name.end());
        return out;
    }
    for (const Values& prefix : prefixes)
        appendSlices(table, prefix, lower ? &*lower : nullptr, upper ? &*upper : nullptr,
                     out.slices);
    if (out.slices.empty())
        out.isNames = true; // bounds that exclude everything: no row at all
    return out;
}

Result<std::vector<rows::RowFilterExpression>> Restrictions::filters(BindContext& context) const
{
    using Op = rows::RowFilterExpression::Operator;
    std::vector<rows::RowFilterExpression> out;
    for (const Restriction& restriction : m_filters) {
        rows::RowFilterExpression expression;
        expression.column = restriction.columns[0]->name;
        switch (restriction.op) {
        case Operator::Lt:
            expression.op = Op::Less;
            break;
        case Operator::Lte:
            expression.op = Op::LessOrEqual;
            break;
        case Operator::Gt:
            expression.op = Op::Greater;
            break;
        case Operator::Gte:
            expression.op = Op::GreaterOrEqual;
            break;
        case Operator::Contains:
            expression.op = Op::Contains;
            break;
        case Operator::ContainsKey:
            expression.op = Op::ContainsKey;
            break;
        case Operator::In:
            expression.op = Op::In;
            break;
        default:
            expression.op = Op::Equal;
            break;
        }
        if (restriction.mapKey) {
            RW_ASSIGN(const ByteView key,
                      requireValue(*restriction.mapKey, *restriction.columns[0], context));
            expression.mapKey = Bytes{key};
        }
        const auto use = restriction.op == Operator::In ? ValueUse::Place : ValueUse::Filter;
        RW_ASSIGN(const std::vector<Values> alternatives,
                  alternativesOf(restriction, context, use));
        if (restriction.columns.size() > 1) {
            // A tuple is equal if each of its values is.
            for (std::size_t i = 0; i < restriction.columns.size(); ++i) {
                expression.column = restriction.columns[i]->name;
                expression.value = alternatives[0][i];
                out.push_back(expression);
            }
            continue;
        }
        if (restriction.op == Operator::In) {
            std::vector<cql::Element> elements;
            for (const Values& alternative : alternatives)
                elements.emplace_back(alternative[0]);
            expression.value =
                cql::joinValue(*cql::Type::list(restriction.columns[0]->type, true), elements);
        } else {
            expression.value = alternatives[0][0];
        }
        out.push_back(std::move(expression));
    }
    return out;
}

} // namespace engine::query
