#include "engine/cql/literals.h"

#include "engine/cql/text_util.h"
#include "engine/cql/type_elements.h"

#include <algorithm>
#include <fmt/format.h>

namespace engine::cql {

namespace {

Error literalError(std::string sentence)
{
    return {ErrorCode::Invalid, std::move(sentence)};
}

const char* constantName(TermKind kind)
{
    switch (kind) {
    case TermKind::String:
        return "STRING";
    case TermKind::Integer:
        return "INTEGER";
    case TermKind::Float:
        return "FLOAT";
    case TermKind::Boolean:
        return "BOOLEAN";
    case TermKind::Duration:
        return "DURATION";
    case TermKind::Uuid:
        return "UUID";
    default:
        return "HEX";
    }
}

void appendJoined(std::string& out, std::span<const Term> items);

/// As Cassandra shows a term in messages (Term.Raw.getText).
std::string shownTerm(const Term& term)
{
    std::string out;
    switch (term.kind) {
    case TermKind::Null:
        return "NULL";
    case TermKind::String:
        return fmt::format("'{}'", term.text);
    case TermKind::Marker:
        return term.text.empty() ? "?" : fmt::format(":{}", term.text);
    case TermKind::List:
        out = "[";
        appendJoined(out, term.items);
        return out + "]";
    case TermKind::Set:
        out = "{";
        appendJoined(out, term.items);
        return out + "}";
    case TermKind::Tuple:
        out = "(";
        appendJoined(out, term.items);
        return out + ")";
    case TermKind::Map:
        for (std::size_t i = 0; i + 1 < term.items.size(); i += 2)
            out += (i > 0 ? ", " : "") + shownTerm(term.items[i]) + ": " +
                   shownTerm(term.items[i + 1]);
        return "{" + out + "}";
    case TermKind::Udt:
        for (std::size_t i = 0; i < term.items.size(); ++i)
            out +=
                fmt::format("{}{}: {}", i > 0 ? ", " : "", term.names[i], shownTerm(term.items[i]));
        return "{" + out + "}";
    case TermKind::Function:
        out = std::string{term.text} + "(";
        appendJoined(out, term.items);
        return out + ")";
    case TermKind::Operation:
        return fmt::format("{} {} {}", shownTerm(term.items[0]), term.op, shownTerm(term.items[1]));
    case TermKind::Negation:
        return "-" + shownTerm(term.items[0]);
    default:
        return std::string{term.text};
    }
}

void appendJoined(std::string& out, std::span<const Term> items)
{
    for (std::size_t i = 0; i < items.size(); ++i)
        out += (i > 0 ? ", " : "") + shownTerm(items[i]);
}

bool constantFits(TermKind kind, TypeKind type)
{
    switch (kind) {
    case TermKind::String:
        return type == TypeKind::Ascii || type == TypeKind::Text || type == TypeKind::Inet ||
               type == TypeKind::Date || type == TypeKind::Time || type == TypeKind::Timestamp;
    case TermKind::Integer:
        return type == TypeKind::Bigint || type == TypeKind::Counter || type == TypeKind::Date ||
               type == TypeKind::Decimal || type == TypeKind::Double ||
               type == TypeKind::Duration || type == TypeKind::Float || type == TypeKind::Int ||
               type == TypeKind::Smallint || type == TypeKind::Time ||
               type == TypeKind::Timestamp || type == TypeKind::Tinyint || type == TypeKind::Varint;
    case TermKind::Float:
        return type == TypeKind::Decimal || type == TypeKind::Double || type == TypeKind::Float;
    case TermKind::Boolean:
        return type == TypeKind::Boolean;
    case TermKind::Duration:
        return type == TypeKind::Duration;
    case TermKind::Uuid:
        return type == TypeKind::Uuid || type == TypeKind::Timeuuid;
    case TermKind::Hex:
        return type == TypeKind::Blob;
    default:
        return false;
    }
}

bool isComputed(TermKind kind)
{
    return kind == TermKind::Marker || kind >= TermKind::Function;
}

/// One call of serializeTerm: the receiver's name and who evaluates computed terms.
class TermSerializer {
public:
    TermSerializer(std::string_view column, const TermEvaluator* evaluate)
        : m_column(column), m_evaluate(evaluate)
    {
    }

    Result<std::optional<Bytes>> serialize(const Term& term, const TypePtr& type)
    {
        if (isComputed(term.kind)) {
            if (m_evaluate == nullptr)
                return literalError(fmt::format("{} is not a constant", shownTerm(term)));
            return (*m_evaluate)(term, type);
        }
        switch (term.kind) {
        case TermKind::Null:
            if (type->isCounter())
                return literalError("Invalid null value for counter increment/decrement");
            return std::optional<Bytes>{};
        case TermKind::List:
            return type->kind() == TypeKind::Vector ? vector(term, *type) : list(term, *type);
        case TermKind::Set:
            return set(term, *type);
        case TermKind::Map:
            return map(term, *type);
        case TermKind::Udt:
            return udt(term, *type);
        case TermKind::Tuple:
            return tuple(term, *type);
        default:
            return constant(term, *type);
        }
    }

private:
    Result<std::optional<Bytes>> constant(const Term& term, const Type& type)
    {
        if (!isAssignable(term, type))
            return literalError(fmt::format("Invalid {} constant ({}) for \"{}\" of type {}",
                                            constantName(term.kind), term.text, m_column,
                                            type.toString()));
        if (term.kind == TermKind::Hex) {
            Bytes bytes;
            if (!fromHex(term.text.substr(2), bytes))
                return literalError(
                    fmt::format("An hex string representing bytes must have an even length: {}",
                                term.text.substr(2)));
            return std::optional<Bytes>{std::move(bytes)};
        }
        RW_ASSIGN(Bytes bytes, type.fromString(term.text));
        return std::optional<Bytes>{std::move(bytes)};
    }

    /// An element of a collection or vector: null is not allowed there.
    Result<Bytes> element(const Term& term, const TypePtr& type)
    {
        RW_ASSIGN(auto bytes, serialize(term, type));
        if (!bytes)
            return literalError("null is not supported inside collections");
        return std::move(*bytes);
    }

    Result<std::vector<Bytes>> elements(const Term& term, const TypePtr& type, const char* what)
    {
        std::vector<Bytes> out;
        out.reserve(term.items.size());
        for (const Term& item : term.items) {
            if (!isAssignable(item, *type))
                return literalError(
                    fmt::format("Invalid {} literal for {}: value {} is not of type {}", what,
                                m_column, shownTerm(item), type->toString()));
            RW_ASSIGN(Bytes bytes, element(item, type));
            out.push_back(std::move(bytes));
        }
        return out;
    }

    static Bytes join(const Type& type, const std::vector<Bytes>& values)
    {
        const std::vector<Element> views(values.begin(), values.end());
        return joinValue(type, views);
    }

    Result<std::optional<Bytes>> list(const Term& term, const Type& type)
    {
        if (type.kind() != TypeKind::List)
            return literalError(
                fmt::format("Unexpected receiver type '{}'; only list and vector are expected",
                            type.toString()));
        RW_ASSIGN(const auto values, elements(term, type.parameters()[0], "list"));
        return std::optional<Bytes>{join(type, values)};
    }

    Result<std::optional<Bytes>> vector(const Term& term, const Type& type)
    {
        if (term.items.size() != type.dimension())
            return literalError(fmt::format(
                "Invalid vector literal for {} of type {}; expected {} elements, but given {}",
                m_column, type.toString(), type.dimension(), term.items.size()));
        RW_ASSIGN(const auto values, elements(term, type.parameters()[0], "vector"));
        return std::optional<Bytes>{join(type, values)};
    }

    Result<std::optional<Bytes>> set(const Term& term, const Type& type)
    {
        // {} is written for an empty map too.
        if (type.kind() == TypeKind::Map && term.items.empty())
            return std::optional<Bytes>{join(type, {})};
        if (type.kind() != TypeKind::Set)
            return literalError(
                fmt::format("Invalid set literal for {} of type {}", m_column, type.toString()));
        const TypePtr& element = type.parameters()[0];
        RW_ASSIGN(auto values, elements(term, element, "set"));
        std::sort(values.begin(), values.end(),
                  [&](const Bytes& a, const Bytes& b) { return element->compare(a, b) < 0; });
        values.erase(std::unique(values.begin(), values.end(),
                                 [&](const Bytes& a, const Bytes& b) {
                                     return element->compare(a, b) == 0;
                                 }),
                     values.end());
        return std::optional<Bytes>{join(type, values)};
    }

    Result<std::optional<Bytes>> map(const Term& term, const Type& type)
    {
        if (type.kind() != TypeKind::Map)
            return literalError(
                fmt::format("Invalid map literal for {} of type {}", m_column, type.toString()));
        const TypePtr& keyType = type.parameters()[0];
        const TypePtr& valueType = type.parameters()[1];
        std::vector<std::pair<Bytes, Bytes>> entries;
        for (std::size_t i = 0; i + 1 < term.items.size(); i += 2) {
            const Term& key = term.items[i];
            const Term& value = term.items[i + 1];
            if (!isAssignable(key, *keyType))
                return literalError(
                    fmt::format("Invalid map literal for {}: key {} is not of type {}", m_column,
                                shownTerm(key), keyType->toString()));
            if (!isAssignable(value, *valueType))
                return literalError(
                    fmt::format("Invalid map literal for {}: value {} is not of type {}", m_column,
                                shownTerm(value), valueType->toString()));
            RW_ASSIGN(Bytes keyBytes, element(key, keyType));
            RW_ASSIGN(Bytes valueBytes, element(value, valueType));
            entries.emplace_back(std::move(keyBytes), std::move(valueBytes));
        }
        return std::optional<Bytes>{joinSorted(type, entries)};
    }

    /// Of equal keys the last wins.
    static Bytes joinSorted(const Type& type, std::vector<std::pair<Bytes, Bytes>>& entries)
    {
        const Type& key = *type.parameters()[0];
        std::stable_sort(entries.begin(), entries.end(), [&](const auto& a, const auto& b) {
            return key.compare(a.first, b.first) < 0;
        });
        std::vector<Element> views;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            if (i + 1 < entries.size() && key.compare(entries[i].first, entries[i + 1].first) == 0)
                continue;
            views.emplace_back(entries[i].first);
            views.emplace_back(entries[i].second);
        }
        return joinValue(type, views);
    }

    Result<std::optional<Bytes>> udt(const Term& term, const Type& type)
    {
        if (type.kind() != TypeKind::Udt)
            return literalError(fmt::format("Invalid user type literal for {} of type {}", m_column,
                                            type.toString()));
        const auto& fields = type.fieldNames();
        for (const auto name : term.names) {
            if (std::find(fields.begin(), fields.end(), name) == fields.end())
                return literalError(fmt::format(
                    "Unknown field '{}' in value of user defined type {}", name, type.name()));
        }
        std::vector<std::optional<Bytes>> values(fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i) {
            for (std::size_t at = 0; at < term.names.size(); ++at) {
                if (term.names[at] != fields[i])
                    continue;
                if (!isAssignable(term.items[at], *type.parameters()[i]))
                    return literalError(
                        fmt::format("Invalid user type literal for {}: field {} is not of type {}",
                                    m_column, fields[i], type.parameters()[i]->toString()));
                RW_ASSIGN(values[i], serialize(term.items[at], type.parameters()[i]));
            }
        }
        const auto elements = views(values);
        return std::optional<Bytes>{joinValue(type, elements)};
    }

    static std::vector<Element> views(const std::vector<std::optional<Bytes>>& values)
    {
        std::vector<Element> out(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i])
                out[i] = *values[i];
        }
        return out;
    }

    Result<std::optional<Bytes>> tuple(const Term& term, const Type& type)
    {
        if (type.kind() != TypeKind::Tuple) {
            // (1) where a number is meant: parentheses are a tuple of one in CQL.
            return literalError(fmt::format("Invalid tuple type literal for {} of type {}",
                                            m_column, type.toString()));
        }
        const auto& types = type.parameters();
        if (term.items.size() > types.size())
            return literalError(fmt::format(
                "Invalid tuple literal for {}: too many elements. Type {} expects {} but got {}",
                m_column, type.toString(), types.size(), term.items.size()));
        std::vector<std::optional<Bytes>> values(term.items.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!isAssignable(term.items[i], *types[i]))
                return literalError(
                    fmt::format("Invalid tuple literal for {}: component {} is not of type {}",
                                m_column, i, types[i]->toString()));
            RW_ASSIGN(values[i], serialize(term.items[i], types[i]));
        }
        const auto elements = views(values);
        return std::optional<Bytes>{joinValue(type, elements)};
    }

    std::string_view m_column;
    const TermEvaluator* m_evaluate;
};

} // namespace

std::string termText(const Term& term)
{
    return shownTerm(term);
}

bool isConstant(const Term& term) noexcept
{
    if (isComputed(term.kind))
        return false;
    return std::all_of(term.items.begin(), term.items.end(), isConstant);
}

bool isAssignable(const Term& term, const Type& type) noexcept
{
    const auto all = [&](const Type& element) {
        return std::all_of(term.items.begin(), term.items.end(),
                           [&](const Term& item) { return isAssignable(item, element); });
    };
    if (isComputed(term.kind))
        return true; // the evaluator knows
    switch (term.kind) {
    case TermKind::Null:
        return !type.isCounter();
    case TermKind::List:
        if (type.kind() == TypeKind::Vector)
            return term.items.size() == type.dimension() && all(*type.parameters()[0]);
        return type.kind() == TypeKind::List && all(*type.parameters()[0]);
    case TermKind::Set:
        if (type.kind() == TypeKind::Map)
            return term.items.empty();
        return type.kind() == TypeKind::Set && all(*type.parameters()[0]);
    case TermKind::Map:
        if (type.kind() != TypeKind::Map)
            return false;
        for (std::size_t i = 0; i < term.items.size(); ++i) {
            if (!isAssignable(term.items[i], *type.parameters()[i % 2]))
                return false;
        }
        return true;
    case TermKind::Udt: {
        if (type.kind() != TypeKind::Udt)
            return false;
        const auto& fields = type.fieldNames();
        for (std::size_t i = 0; i < term.names.size(); ++i) {
            const auto field = std::find(fields.begin(), fields.end(), term.names[i]);
            if (field == fields.end() ||
                !isAssignable(term.items[i],
                              *type.parameters()[static_cast<std::size_t>(field - fields.begin())]))
                return false;
        }
        return true;
    }
    case TermKind::Tuple:
        if (type.kind() != TypeKind::Tuple || term.items.size() > type.parameters().size())
            return false;
        for (std::size_t i = 0; i < term.items.size(); ++i) {
            if (!isAssignable(term.items[i], *type.parameters()[i]))
                return false;
        }
        return true;
    default:
        break;
    }
    if (type.isCollection() || type.kind() == TypeKind::Udt)
        return false;
    // As Cassandra: no check for types that CQL has no constants of.
    if (type.kind() == TypeKind::Tuple || type.kind() == TypeKind::Vector ||
        type.kind() == TypeKind::Custom)
        return true;
    return constantFits(term.kind, type.kind());
}

Result<std::optional<Bytes>> serializeLiteral(const Term& term, const Type& type,
                                              std::string_view column)
{
    // Not owning, and no evaluator that could keep it.
    return TermSerializer{column, nullptr}.serialize(term, TypePtr{TypePtr{}, &type});
}

Result<std::optional<Bytes>> serializeTerm(const Term& term, const TypePtr& type,
                                           std::string_view column, const TermEvaluator& evaluate)
{
    return TermSerializer{column, &evaluate}.serialize(term, type);
}

} // namespace engine::cql
