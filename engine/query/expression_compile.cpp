#include "engine/cql/literals.h"
#include "engine/cql/native_functions.h"
#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
#include "engine/cql/type_elements.h"
#include "engine/query/expression.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>

namespace engine::query {

using cql::Term;
using cql::TermKind;
using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

Error invalidRequest(std::string text)
{
    return {ErrorCode::Invalid, std::move(text)};
}

void PrepareContext::setMarker(std::uint16_t position, std::string name, TypePtr type)
{
    if (position >= markers.size())
        markers.resize(position + 1u);
    protocol::ColumnSpec spec;
    if (table) {
        spec.keyspace = table->keyspace();
        spec.table = table->name();
    }
    spec.name = std::move(name);
    spec.type = std::move(type);
    markers[position] = std::move(spec);
}

std::size_t ColumnSlots::slotOf(const schema::Column& column)
{
    for (std::size_t i = 0; i < m_slots.size(); ++i) {
        if (m_slots[i].column == &column)
            return i;
    }
    m_slots.push_back({&column, false});
    return m_slots.size() - 1;
}

bool Expression::hasAggregate() const noexcept
{
    return kind == Kind::Aggregate || std::any_of(arguments.begin(), arguments.end(),
                                                  [](const auto& a) { return a.hasAggregate(); });
}

namespace {

using Kind = Expression::Kind;

class Compiler {
public:
    Compiler(PrepareContext& context, ColumnSlots* slots) : m_context(context), m_slots(slots) {}

    Result<Expression> compile(const Term& term, const TypePtr& receiver, std::string_view name);

private:
    Result<Expression> column(const Term& term);
    Result<Expression> literal(const Term& term, const TypePtr& receiver, std::string_view name);
    Result<Expression> call(const Term& term, const TypePtr& receiver);
    Result<Expression> aggregate(const Term& term, AggregateKind kind);
    Result<Expression> cast(const Term& term);
    Result<Expression> hint(const Term& term, std::string_view name);
    Result<Expression> operation(const Term& term, const TypePtr& receiver);
    Result<Expression> times(const Term& term);
    Result<Expression> field(const Term& term);
    Result<Expression> element(const Term& term);
    Result<TypePtr> resolve(const cql::ParsedType& parsed);
    /// The type of a term by itself; nullptr for literals and markers.
    Result<TypePtr> typeOf(const Term& term);
    Result<void> checkUnambiguous(std::span<const ScalarFunctionPtr> candidates, const Term& term,
                                  std::span<const TypePtr> types) const;
    Result<std::vector<Expression>> arguments(const ScalarFunction& function, const Term& term);
    [[nodiscard]] bool fits(const ScalarFunction& function, const Term& term,
                            std::span<const TypePtr> types, bool exactly) const;

    PrepareContext& m_context;
    ColumnSlots* m_slots;
};

std::string functionName(const Term& term)
{
    return (term.keyspace.empty() ? "system" : std::string{term.keyspace}) + "." +
           std::string{term.text};
}

std::string signature(const ScalarFunction& function)
{
    std::string text = "system." + function.name + " : (";
    for (std::size_t i = 0; i < function.arguments.size(); ++i)
        text += (i == 0 ? "" : ", ") + function.arguments[i]->toString();
    return text + ") -> " + function.result->toString();
}

Result<TypePtr> Compiler::resolve(const cql::ParsedType& parsed)
{
    const std::string keyspace = m_context.table ? m_context.table->keyspace() : std::string{};
    return schema::resolveType(parsed, keyspace, [&](std::string_view name) -> TypePtr {
        const auto in = m_context.schema.keyspace(keyspace);
        return in ? in->type(name) : nullptr;
    });
}

Result<Expression> Compiler::column(const Term& term)
{
    Expression out;
    out.kind = Kind::Column;
    const std::string name{term.text};
    const schema::Column* found =
        m_context.table && m_slots != nullptr ? m_context.table->column(term.text) : nullptr;
    if (found == nullptr)
        return invalidRequest("Undefined column name " + cql::quote(name) + " in table " +
                              (m_context.table
                                   ? m_context.table->keyspace() + "." + m_context.table->name()
                                   : std::string{"?"}));
    out.slot = m_slots->slotOf(*found);
    out.type = found->type;
    out.name = name;
    return out;
}

Result<Expression> Compiler::literal(const Term& term, const TypePtr& receiver,
                                     std::string_view name)
{
    TypePtr type = receiver ? receiver : typeOfLiteral(term);
    Expression out;
    out.name = cql::termText(term);
    if (term.kind == TermKind::Marker) {
        if (!type)
            return invalidRequest(
                "Cannot infer type for term ? in selection clause (try using a cast "
                "to force a type)");
        out.kind = Kind::Marker;
        out.marker = term.marker;
        out.type = type;
        m_context.setMarker(term.marker, std::string{term.text.empty() ? name : term.text}, type);
        return out;
    }
    if (!type && term.kind == TermKind::Null)
        type = Type::native(TypeKind::Text);
    if (!type)
        return invalidRequest("Cannot infer type for term " + out.name +
                              " in selection clause (try using a cast to force a type)");
    out.type = type;
    if (cql::isConstant(term)) {
        RW_ASSIGN(out.constant, cql::serializeLiteral(term, *type, name));
        return out;
    }
    RW_TRY(prepareInside(term, type, name, m_context, out));
    out.kind = Kind::Term;
    out.term = &term;
    return out;
}

Result<TypePtr> Compiler::typeOf(const Term& term)
{
    if (term.isLiteral() || term.kind == TermKind::Marker || term.kind == TermKind::Null ||
        term.kind == TermKind::List || term.kind == TermKind::Set || term.kind == TermKind::Map ||
        term.kind == TermKind::Udt || term.kind == TermKind::Tuple)
        return TypePtr{};
    RW_ASSIGN(Expression compiled, compile(term, nullptr, ""));
    return compiled.type;
}

bool Compiler::fits(const ScalarFunction& function, const Term& term,
                    std::span<const TypePtr> types, bool exactly) const
{
    for (std::size_t i = 0; i < types.size(); ++i) {
        const TypePtr& wanted = function.arguments[i];
        const Term& given = term.items[i];
        if (types[i]) {
            if (exactly
                    ? !(*types[i] == *wanted || *Type::frozen(types[i]) == *Type::frozen(wanted))
                    : !isValueCompatible(*types[i], *wanted))
                return false;
        } else if (given.kind == TermKind::Marker || given.kind == TermKind::Null) {
            continue;
        } else if (exactly && typeOfLiteral(given) && !(*typeOfLiteral(given) == *wanted)) {
            return false;
        } else if (!cql::isAssignable(given, *wanted)) {
            return false;
        }
    }
    return true;
}

/// A marker alone does not tell which of several signatures is meant.
Result<void> Compiler::checkUnambiguous(std::span<const ScalarFunctionPtr> candidates,
                                        const Term& term, std::span<const TypePtr> types) const
{
    const auto isOpen = [](const Term& item) { return item.kind == TermKind::Marker; };
    if (std::none_of(term.items.begin(), term.items.end(), isOpen))
        return ok();
    std::string matching;
    std::size_t count = 0;
    for (const ScalarFunctionPtr& candidate : candidates) {
        if (candidate->arguments.size() != types.size() || !fits(*candidate, term, types, true))
            continue;
        ++count;
        matching += (matching.empty() ? "" : ", ") + signature(*candidate);
    }
    if (count <= 1)
        return ok();
    return invalidRequest("Ambiguous call to function " + functionName(term) +
                          " (can be matched by following signatures: " + matching +
                          "): use type casts to disambiguate");
}

Result<std::vector<Expression>> Compiler::arguments(const ScalarFunction& function,
                                                    const Term& term)
{
    std::vector<Expression> out;
    for (std::size_t i = 0; i < term.items.size(); ++i) {
        RW_ASSIGN(Expression argument,
                  compile(term.items[i], function.arguments[i],
                          "arg" + std::to_string(i) + "(system." + function.name + ")"));
        out.push_back(std::move(argument));
    }
    return out;
}

Result<Expression> Compiler::call(const Term& term, const TypePtr& receiver)
{
    const AggregateKind kind = term.keyspace.empty() || term.keyspace == "system"
                                   ? aggregateKind(term.text)
                                   : AggregateKind::None;
    if (kind != AggregateKind::None)
        return aggregate(term, kind);
    std::vector<TypePtr> types;
    for (const Term& item : term.items) {
        RW_ASSIGN(TypePtr type, typeOf(item));
        types.push_back(std::move(type));
    }
    std::vector<ScalarFunctionPtr> candidates;
    const bool isNative = term.keyspace.empty() || term.keyspace == "system";
    if (isNative && (term.text == "similarity_cosine" || term.text == "similarity_euclidean" ||
                     term.text == "similarity_dot_product")) {
        RW_ASSIGN(ScalarFunctionPtr found, similarityFunction(term, types));
        candidates.push_back(std::move(found));
    } else if (isNative) {
        std::vector<TypePtr> generic = types;
        for (std::size_t i = 0; i < generic.size(); ++i) {
            if (!generic[i])
                generic[i] = typeOfLiteral(term.items[i]);
        }
        candidates = nativeFunctions(term.text, generic, m_context.table.get(), receiver);
        if (candidates.empty()) {
            for (const cql::NativeFunction& known : cql::nativeFunctions()) {
                if (known.name == term.text)
                    return invalidRequest("Invalid call to function " + std::string{term.text} +
                                          ", none of its type signatures match (known type "
                                          "signatures: system." +
                                          std::string{known.signature} + ")");
            }
        }
    }
    if (candidates.empty()) {
        const std::string full = (term.keyspace.empty() ? "" : std::string{term.keyspace} + ".") +
                                 std::string{term.text};
        return invalidRequest("Unknown function '" + full + "'");
    }
    if (candidates.size() == 1) {
        const ScalarFunction& only = *candidates[0];
        if (only.arguments.size() != types.size())
            return invalidRequest("Invalid number of arguments in call to function " +
                                  functionName(term) + ": " +
                                  std::to_string(only.arguments.size()) + " required but " +
                                  std::to_string(types.size()) + " provided");
        for (std::size_t i = 0; i < types.size(); ++i) {
            const bool fitsHere = types[i] ? isValueCompatible(*types[i], *only.arguments[i])
                                           : cql::isAssignable(term.items[i], *only.arguments[i]);
            if (!fitsHere)
                return invalidRequest("Type error: " + cql::termText(term.items[i]) +
                                      " cannot be passed as argument " + std::to_string(i) +
                                      " of function " + functionName(term) + " of type " +
                                      only.arguments[i]->toString());
        }
    }
    ScalarFunctionPtr chosen;
    for (const bool exactly : {true, false}) {
        for (const ScalarFunctionPtr& candidate : candidates) {
            if (!chosen && candidate->arguments.size() == types.size() &&
                fits(*candidate, term, types, exactly) &&
                (!receiver || isValueCompatible(*candidate->result, *receiver) ||
                 candidates.size() == 1 || !exactly))
                chosen = candidate;
        }
    }
    if (!chosen && candidates.size() == 1)
        chosen = candidates[0];
    RW_TRY(checkUnambiguous(candidates, term, types));
    if (!chosen) {
        std::string known;
        for (const ScalarFunctionPtr& candidate : candidates)
            known += (known.empty() ? "" : ", ") + signature(*candidate);
        return invalidRequest(
            "Invalid call to function " + std::string{term.text} +
            ", none of its type signatures match (known type signatures: " + known + ")");
    }
    Expression out;
    out.kind = Kind::Call;
    out.function = chosen;
    out.type = chosen->result;
    RW_ASSIGN(out.arguments, arguments(*chosen, term));
    out.name = functionName(term) + "(";
    for (std::size_t i = 0; i < out.arguments.size(); ++i)
        out.name += (i == 0 ? "" : ", ") + out.arguments[i].name;
    out.name += ")";
    return out;
}

Result<Expression> Compiler::aggregate(const Term& term, AggregateKind kind)
{
    if (term.items.size() != 1)
        return invalidRequest("Invalid number of arguments in call to function " +
                              functionName(term) + ": 1 required but " +
                              std::to_string(term.items.size()) + " provided");
    Expression out;
    out.kind = Kind::Aggregate;
    RW_ASSIGN(Expression argument, compile(term.items[0], nullptr, "arg0"));
    if (argument.hasAggregate())
        return invalidRequest(
            "aggregate functions cannot be used as arguments of aggregate functions");
    // count(1) counts rows, as count(*).
    const bool countsRows = kind == AggregateKind::Count && term.items[0].isLiteral();
    out.aggregate = countsRows ? AggregateKind::CountRows : kind;
    if (!AggregateState::accepts(kind, argument.type))
        return invalidRequest("Invalid call to function " + std::string{term.text} +
                              ", none of its type signatures match (known type signatures: the "
                              "numeric types)");
    out.type = AggregateState::resultType(kind, argument.type);
    out.name = countsRows ? "count" : functionName(term) + "(" + argument.name + ")";
    out.arguments.push_back(std::move(argument));
    return out;
}

Result<Expression> Compiler::cast(const Term& term)
{
    RW_ASSIGN(TypePtr to, resolve(*term.type));
    RW_ASSIGN(Expression inner, compile(term.items[0], nullptr, ""));
    if (*inner.type == *to)
        return inner;
    Expression out;
    out.kind = Kind::Call;
    out.function = castFunction(inner.type, to);
    if (!out.function)
        return invalidRequest(inner.name + " cannot be cast to " + to->toString());
    out.type = to;
    out.name = "cast(" + inner.name + " as " + to->toString() + ")";
    out.arguments.push_back(std::move(inner));
    return out;
}

Result<Expression> Compiler::hint(const Term& term, std::string_view name)
{
    RW_ASSIGN(TypePtr type, resolve(*term.type));
    RW_ASSIGN(Expression inner, compile(term.items[0], type, name));
    const std::string text = m_context.textOf(term.range);
    const bool isLiteral = term.items[0].isLiteral() || term.items[0].kind == TermKind::Marker;
    if (!isLiteral && !isValueCompatible(*inner.type, *type))
        return invalidRequest("Cannot assign value " + text + " to " + text + " of type " +
                              type->toString());
    inner.type = type;
    inner.name = text;
    return inner;
}

Result<Expression> Compiler::operation(const Term& term, const TypePtr& receiver)
{
    const bool negation = term.kind == TermKind::Negation;
    std::vector<TypePtr> types;
    for (const Term& item : term.items) {
        RW_ASSIGN(TypePtr type, typeOf(item));
        types.push_back(std::move(type));
    }
    // A literal has its own type where nothing is wanted (SELECT), else that of the other side or
    // of the place.
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (types[i])
            continue;
        const TypePtr other = types.size() == 2 ? types[1 - i] : nullptr;
        if (!receiver)
            types[i] = typeOfLiteral(term.items[i]);
        else if (other && cql::isAssignable(term.items[i], *other))
            types[i] = other;
        else if (receiver && cql::isAssignable(term.items[i], *receiver))
            types[i] = receiver;
        else
            types[i] = typeOfLiteral(term.items[i]);
        if (!types[i])
            types[i] = other;
    }
    Expression out;
    out.kind = Kind::Call;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < types.size(); ++i) {
        RW_ASSIGN(Expression argument, compile(term.items[i], types[i], "operand"));
        names.push_back(argument.name);
        out.arguments.push_back(std::move(argument));
    }
    if (negation)
        out.function = negationFunction(out.arguments[0].type);
    else
        out.function = operationFunction(term.op, out.arguments[0].type, out.arguments[1].type);
    if (!out.function)
        return negation ? invalidRequest("the '-' operation is not supported on " + names[0])
                        : invalidRequest("the '" + std::string(1, term.op) +
                                         "' operation is not supported between " + names[0] +
                                         " and " + names[1]);
    out.type = out.function->result;
    out.name =
        negation ? "-" + names[0] : names[0] + " " + std::string(1, term.op) + " " + names[1];
    return out;
}

Result<Expression> Compiler::times(const Term& term)
{
    const bool isTtl = term.kind == TermKind::Ttl;
    const std::string function = isTtl                              ? "ttl"
                                 : term.kind == TermKind::WriteTime ? "writetime"
                                                                    : "maxwritetime";
    RW_ASSIGN(Expression argument, compile(term.items[0], nullptr, ""));
    const Expression* root = &argument;
    while (root->kind == Kind::Element || root->kind == Kind::Slice || root->kind == Kind::Field)
        root = &root->arguments[0];
    if (root->kind != Kind::Column)
        return invalidRequest("Cannot use selection function " + function + " on " + argument.name +
                              ": it is no column and no part of one");
    const schema::Column& of = *m_slots->slots()[root->slot].column;
    if (of.isPrimaryKey())
        return invalidRequest("Cannot use selection function " + function +
                              " on PRIMARY KEY part " + of.name);
    m_slots->needTimes(root->slot);
    Expression out;
    out.kind = isTtl                              ? Kind::Ttl
               : term.kind == TermKind::WriteTime ? Kind::WriteTime
                                                  : Kind::MaxWriteTime;
    out.type = Type::native(isTtl ? TypeKind::Int : TypeKind::Bigint);
    // A column or slice of many cells has as many times.
    const bool isPart = argument.kind == Kind::Element || argument.kind == Kind::Field;
    if (argument.type->isMultiCell() && !isPart && out.kind != Kind::MaxWriteTime)
        out.type = Type::list(out.type, true);
    out.name = function + "(" + argument.name + ")";
    out.arguments.push_back(std::move(argument));
    return out;
}

Result<Expression> Compiler::field(const Term& term)
{
    RW_ASSIGN(Expression inner, compile(term.items[0], nullptr, ""));
    const std::string wanted{term.text};
    if (inner.type->kind() != TypeKind::Udt)
        return invalidRequest("Invalid field selection: " + inner.name + " of type " +
                              inner.type->toString() + " is not a user type");
    const auto& names = inner.type->fieldNames();
    const auto at = std::find(names.begin(), names.end(), wanted);
    if (at == names.end())
        return invalidRequest(inner.name + " of type " + inner.type->toString() + " has no field " +
                              wanted);
    Expression out;
    out.kind = Kind::Field;
    out.field = static_cast<std::size_t>(at - names.begin());
    out.type = inner.type->parameters()[out.field];
    out.name = inner.name + "." + wanted;
    out.arguments.push_back(std::move(inner));
    return out;
}

Result<Expression> Compiler::element(const Term& term)
{
    RW_ASSIGN(Expression inner, compile(term.items[0], nullptr, ""));
    const TypeKind kind = inner.type->kind();
    if (kind == TypeKind::List)
        return invalidRequest("Element selection is only allowed on sets and maps, but " +
                              inner.name + " is a list");
    if (kind != TypeKind::Set && kind != TypeKind::Map)
        return invalidRequest("Invalid element selection: " + inner.name + " is of type " +
                              inner.type->toString() + " is not a collection");
    const bool isSlice = term.kind == TermKind::Slice;
    Expression out;
    out.kind = isSlice ? Kind::Slice : Kind::Element;
    const TypePtr key = inner.type->parameters()[0];
    out.type = isSlice ? inner.type : inner.type->parameters()[kind == TypeKind::Map ? 1 : 0];
    out.name = inner.name + "[";
    const std::string receiver = (kind == TypeKind::Map ? "key(" : "value(") + inner.name + ")";
    out.arguments.push_back(std::move(inner));
    for (std::size_t i = 1; i < term.items.size(); ++i) {
        if (i == 2)
            out.name += "..";
        Expression bound;
        if (term.items[i].kind == TermKind::Null) {
            bound.type = key;
        } else {
            RW_ASSIGN(bound, compile(term.items[i], key, receiver));
            out.name += m_context.textOf(term.items[i].range);
        }
        out.arguments.push_back(std::move(bound));
    }
    out.name += "]";
    return out;
}

Result<Expression> Compiler::compile(const Term& term, const TypePtr& receiver,
                                     std::string_view name)
{
    switch (term.kind) {
    case TermKind::Column:
        return column(term);
    case TermKind::CountStar: {
        Expression out;
        out.kind = Kind::Aggregate;
        out.aggregate = AggregateKind::CountRows;
        out.type = Type::native(TypeKind::Bigint);
        out.name = "count";
        return out;
    }
    case TermKind::Function:
        return call(term, receiver);
    case TermKind::Operation:
    case TermKind::Negation:
        return operation(term, receiver);
    case TermKind::TypeHint:
        return hint(term, name);
    case TermKind::Cast:
        return cast(term);
    case TermKind::WriteTime:
    case TermKind::MaxWriteTime:
    case TermKind::Ttl:
        return times(term);
    case TermKind::Field:
        return field(term);
    case TermKind::Element:
    case TermKind::Slice:
        return element(term);
    case TermKind::Tuple:
        if (term.items.size() == 1 && m_slots != nullptr && !receiver)
            return compile(term.items[0], receiver, name);
        break;
    default:
        break;
    }
    return literal(term, receiver, name);
}

} // namespace

TypePtr typeOfLiteral(const Term& term)
{
    switch (term.kind) {
    case TermKind::String:
        return Type::native(TypeKind::Text);
    case TermKind::Integer: {
        const auto value = cql::int64FromString(term.text);
        if (!value)
            return Type::native(TypeKind::Varint);
        return Type::native(*value >= INT32_MIN && *value <= INT32_MAX ? TypeKind::Int
                                                                       : TypeKind::Bigint);
    }
    case TermKind::Float:
        return Type::native(TypeKind::Double);
    case TermKind::Boolean:
        return Type::native(TypeKind::Boolean);
    case TermKind::Duration:
        return Type::native(TypeKind::Duration);
    case TermKind::Uuid:
        return Type::native(TypeKind::Uuid);
    case TermKind::Hex:
        return Type::native(TypeKind::Blob);
    default:
        break;
    }
    return nullptr;
}

bool isValueCompatible(const Type& from, const Type& to)
{
    if (from == to || to.kind() == TypeKind::Blob)
        return true;
    switch (to.kind()) {
    case TypeKind::Text:
        return from.kind() == TypeKind::Ascii || from.kind() == TypeKind::Text;
    case TypeKind::Uuid:
        return from.kind() == TypeKind::Timeuuid;
    case TypeKind::Varint:
        return from.kind() == TypeKind::Int || from.kind() == TypeKind::Bigint;
    case TypeKind::Bigint:
        return from.kind() == TypeKind::Timestamp;
    case TypeKind::Timestamp:
    case TypeKind::Time:
        return from.kind() == TypeKind::Bigint;
    default:
        break;
    }
    const bool isComposed = !to.parameters().empty();
    if (!isComposed || from.kind() != to.kind())
        return false;
    // The frozen form of the same type has the same values.
    const auto frozen = [](const Type& type) { return Type::frozen(TypePtr{TypePtr{}, &type}); };
    return *frozen(from) == *frozen(to);
}

Result<Expression> compileExpression(const Term& term, const TypePtr& receiver,
                                     std::string_view receiverName, PrepareContext& context,
                                     ColumnSlots* slots)
{
    return Compiler{context, slots}.compile(term, receiver, receiverName);
}

} // namespace engine::query
