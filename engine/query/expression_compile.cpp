#include "engine/cql/literals.h"
#include "engine/cql/numbers.h"
#include "engine/cql/quote.h"
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
    Result<std::vector<Expression>> arguments(const ScalarFunction& function, const Term& term);
    [[nodiscard]] bool fits(const ScalarFunction& function, const Term& term,
                            std::span<const TypePtr> types, bool exactly) const;

    PrepareContext& m_context;
    ColumnSlots* m_slots;
};

/// A type for a literal whose place does not say one (Constants.Literal.getPreferredTypeFor).
TypePtr preferredType(const Term& term)
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

bool compatible(const Type& from, const Type& to)
{
    if (from == to)
        return true;
    const auto isText = [](const Type& t) {
        return t.kind() == TypeKind::Text || t.kind() == TypeKind::Ascii;
    };
    if (isText(from) && to.kind() == TypeKind::Text)
        return true;
    return from.kind() == TypeKind::Timeuuid && to.kind() == TypeKind::Uuid;
}

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
    TypePtr type = receiver ? receiver : preferredType(term);
    Expression out;
    out.name = m_context.textOf(term.range);
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
                    : !(compatible(*types[i], *wanted) ||
                        *Type::frozen(types[i]) == *Type::frozen(wanted)))
                return false;
        } else if (given.kind == TermKind::Marker || given.kind == TermKind::Null) {
            continue;
        } else if (exactly && preferredType(given) && !(*preferredType(given) == *wanted)) {
            return false;
        } else if (!cql::isAssignable(given, *wanted)) {
            return false;
        }
    }
    return true;
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
    if (term.keyspace.empty() || term.keyspace == "system")
        candidates = nativeFunctions(term.text, types, m_context.table.get(), receiver);
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
            if (types[i] && !compatible(*types[i], *only.arguments[i]) &&
                !(*Type::frozen(types[i]) == *Type::frozen(only.arguments[i])))
                return invalidRequest("Type error: " + m_context.textOf(term.items[i].range) +
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
                (!receiver || compatible(*candidate->result, *receiver) || candidates.size() == 1 ||
                 !exactly))
                chosen = candidate;
        }
    }
    if (!chosen && candidates.size() == 1)
        chosen = candidates[0];
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
    if (!compatible(*inner.type, *type) && !(*Type::frozen(inner.type) == *Type::frozen(type)))
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
    // A literal takes the type of the other side, or of the place, or its own.
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (types[i])
            continue;
        const TypePtr other = types.size() == 2 ? types[1 - i] : nullptr;
        if (other && cql::isAssignable(term.items[i], *other))
            types[i] = other;
        else if (receiver && cql::isAssignable(term.items[i], *receiver))
            types[i] = receiver;
        else
            types[i] = preferredType(term.items[i]);
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
    if (term.items[0].kind != TermKind::Column)
        return invalidRequest(function + "() of a part of a column is not supported yet");
    RW_ASSIGN(Expression argument, column(term.items[0]));
    const schema::Column& of = *m_slots->slots()[argument.slot].column;
    if (of.isPrimaryKey())
        return invalidRequest("Cannot use selection function " + function +
                              " on PRIMARY KEY part " + of.name);
    m_slots->needTimes(argument.slot);
    Expression out;
    out.kind = isTtl                              ? Kind::Ttl
               : term.kind == TermKind::WriteTime ? Kind::WriteTime
                                                  : Kind::MaxWriteTime;
    out.slot = argument.slot;
    out.type = Type::native(isTtl ? TypeKind::Int : TypeKind::Bigint);
    if (of.isComplex() && out.kind != Kind::MaxWriteTime)
        out.type = Type::list(out.type, true);
    out.name = function + "(" + argument.name + ")";
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
        return invalidRequest("Invalid element selection: " + inner.name + " of type " +
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

Result<Expression> compileExpression(const Term& term, const TypePtr& receiver,
                                     std::string_view receiverName, PrepareContext& context,
                                     ColumnSlots* slots)
{
    return Compiler{context, slots}.compile(term, receiver, receiverName);
}

Result<void> prepareInside(const Term& term, const TypePtr& type, std::string_view name,
                           PrepareContext& context, Expression& into)
{
    const std::string column{name};
    const auto& inner = type->parameters();
    const auto each = [&](std::size_t i, const TypePtr& itemType, const std::string& itemName) {
        return prepareInside(term.items[i], itemType, itemName, context, into);
    };
    switch (term.kind) {
    case TermKind::List:
    case TermKind::Set:
        for (std::size_t i = 0; i < term.items.size() && !inner.empty(); ++i)
            RW_TRY(each(i, inner[0], "value(" + column + ")"));
        return ok();
    case TermKind::Map:
        for (std::size_t i = 0; i < term.items.size() && inner.size() == 2; ++i)
            RW_TRY(each(i, inner[i % 2], (i % 2 == 0 ? "key(" : "value(") + column + ")"));
        return ok();
    case TermKind::Tuple:
        for (std::size_t i = 0; i < term.items.size() && i < inner.size(); ++i)
            RW_TRY(each(i, inner[i], column + "[" + std::to_string(i) + "]"));
        return ok();
    case TermKind::Udt:
        for (std::size_t i = 0; i < term.items.size(); ++i) {
            const auto& names = type->fieldNames();
            const auto at = std::find(names.begin(), names.end(), term.names[i]);
            if (at != names.end())
                RW_TRY(each(i, inner[static_cast<std::size_t>(at - names.begin())],
                            column + "." + std::string{term.names[i]}));
        }
        return ok();
    default:
        break;
    }
    if (cql::isConstant(term))
        return ok();
    RW_ASSIGN(Expression compiled, compileExpression(term, type, name, context, nullptr));
    if (!compatible(*compiled.type, *type) &&
        !(*Type::frozen(compiled.type) == *Type::frozen(type)))
        return invalidRequest("Type error: cannot assign result of function " + compiled.name +
                              " (type " + compiled.type->toString() + ") to " + column + " (type " +
                              type->toString() + ")");
    into.argumentTerms.push_back(&term);
    into.arguments.push_back(std::move(compiled));
    return ok();
}

Result<PreparedTerm> PreparedTerm::prepare(const Term& term, TypePtr type, std::string name,
                                           PrepareContext& context)
{
    PreparedTerm out;
    out.m_type = type;
    out.m_name = name;
    if (term.kind == TermKind::Null)
        return out;
    if (term.kind == TermKind::Marker) {
        out.m_kind = Kind::Marker;
        out.m_marker = term.marker;
        context.setMarker(term.marker, term.text.empty() ? name : std::string{term.text}, type);
        return out;
    }
    if (cql::isConstant(term)) {
        RW_ASSIGN(std::optional<Bytes> value, cql::serializeLiteral(term, *type, name));
        if (value) {
            out.m_kind = Kind::Constant;
            out.m_constant = std::move(*value);
        }
        return out;
    }
    out.m_kind = Kind::Computed;
    Expression checked;
    RW_TRY(prepareInside(term, type, name, context, checked));
    if (checked.argumentTerms.size() == 1 && checked.argumentTerms[0] == &term) {
        out.m_expression = std::make_shared<const Expression>(std::move(checked.arguments[0]));
        return out;
    }
    checked.kind = Expression::Kind::Term;
    checked.type = type;
    checked.term = &term;
    checked.name = name;
    out.m_expression = std::make_shared<const Expression>(std::move(checked));
    return out;
}

} // namespace engine::query
