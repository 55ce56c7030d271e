#include "engine/cql/literals.h"
#include "engine/cql/type_elements.h"
#include "engine/query/expression.h"

#include <algorithm>

namespace engine::query {

using cql::Term;
using cql::TermKind;
using cql::TypePtr;

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
    if (compiled.hasAggregate())
        return invalidRequest("Aggregation function are not supported in the where clause");
    if (!isValueCompatible(*compiled.type, *type))
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
        out.m_isSorted = cql::holdsSortedElements(*type);
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
