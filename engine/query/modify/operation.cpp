#include "engine/query/modify/operation.h"

#include "engine/cql/literals.h"
#include "engine/cql/type_elements.h"

#include <algorithm>

namespace engine::query {

using cql::Assignment;
using cql::TypeKind;
using protocol::Value;
using schema::Column;

namespace {

Error badOperation(const PrepareContext& context, const Assignment& assignment, const char* what,
                   const Column& column)
{
    // "v = v + 1" whichever way the text wrote it, as ColumnCondition's toString does.
    const std::string name = column.name;
    const std::string value = context.textOf(assignment.value->range);
    std::string text;
    switch (assignment.kind) {
    case Assignment::Kind::Set:
        text = name + " = " + value;
        break;
    case Assignment::Kind::Add:
        text = name + " = " + name + " + " + value;
        break;
    case Assignment::Kind::Subtract:
        text = name + " = " + name + " - " + value;
        break;
    case Assignment::Kind::Prepend:
        text = name + " = " + value + " + " + name;
        break;
    case Assignment::Kind::SetElement:
        text = name + "[" + context.textOf(assignment.key->range) + "] = " + value;
        break;
    case Assignment::Kind::SetField:
        text = name + "." + std::string{assignment.field} + " = " + value;
        break;
    }
    return invalidRequest("Invalid operation (" + text + ") for " + what + " column " + name);
}

Result<std::uint16_t> fieldOf(const Column& column, std::string_view field)
{
    const auto& names = column.type->fieldNames();
    const auto at = std::find(names.begin(), names.end(), field);
    if (at == names.end())
        return invalidRequest("UDT column " + column.name + " does not have a field named " +
                              std::string{field});
    return static_cast<std::uint16_t>(at - names.begin());
}

Bytes fieldPath(std::uint16_t field)
{
    Bytes path;
    ByteWriter{path}.u16(field);
    return path;
}

} // namespace

bool ColumnOperation::needsRead() const noexcept
{
    return m_column->type->kind() == TypeKind::List &&
           (m_kind == Kind::SetElement || m_kind == Kind::RemoveElement ||
            m_kind == Kind::Subtract);
}

Result<ColumnOperation> ColumnOperation::set(const cql::Term& value, const Column& column,
                                             PrepareContext& context)
{
    ColumnOperation out;
    out.m_column = &column;
    if (column.type->isCounter())
        return invalidRequest("Cannot set the value of counter column " + column.name +
                              " (counters can only be incremented/decremented, not set)");
    RW_ASSIGN(out.m_value, PreparedTerm::prepare(value, column.type, column.name, context));
    return out;
}

Result<ColumnOperation> ColumnOperation::assign(const Assignment& assignment, const Column& column,
                                                PrepareContext& context)
{
    const cql::Type& type = *column.type;
    ColumnOperation out;
    out.m_column = &column;
    const auto value = [&](const cql::TypePtr& wanted, const std::string& name) -> Result<void> {
        RW_ASSIGN(out.m_value, PreparedTerm::prepare(*assignment.value, wanted, name, context));
        return ok();
    };
    switch (assignment.kind) {
    case Assignment::Kind::Set:
        return set(*assignment.value, column, context);
    case Assignment::Kind::Add:
    case Assignment::Kind::Subtract:
    case Assignment::Kind::Prepend: {
        if (type.isCounter() && assignment.kind != Assignment::Kind::Prepend) {
            out.m_kind = Kind::CounterAdd;
            out.m_isNegative = assignment.kind == Assignment::Kind::Subtract;
            RW_TRY(value(column.type, column.name));
            if (out.m_value.isNull())
                return invalidRequest("Invalid null value for counter increment/decrement");
            return out;
        }
        if (!type.isCollection())
            return badOperation(context, assignment, "non counter", column);
        if (!type.isMultiCell())
            return badOperation(context, assignment, "frozen collection", column);
        const bool isMap = type.kind() == TypeKind::Map;
        if (assignment.kind == Assignment::Kind::Prepend && type.kind() != TypeKind::List)
            return badOperation(context, assignment, "non list", column);
        cql::TypePtr wanted = column.type;
        std::string name = column.name;
        if (isMap && assignment.kind == Assignment::Kind::Subtract)
            wanted = cql::Type::set(type.parameters()[0], false);
        const bool fits =
            cql::isAssignable(*assignment.value, *wanted) || !cql::isConstant(*assignment.value);
        if (isMap && !fits)
            return invalidRequest(
                std::string{assignment.kind == Assignment::Kind::Add
                                ? "Value for a map addition has to be a map, but was: '"
                                : "Value for a map substraction has to be a set, but was: '"} +
                context.textOf(assignment.value->range) + "'");
        if (type.kind() == TypeKind::Set && assignment.value->kind == cql::TermKind::List)
            return invalidRequest("Unexpected receiver type '" + type.toString() +
                                  "'; only list and vector are expected");
        out.m_kind = assignment.kind == Assignment::Kind::Add        ? Kind::Add
                     : assignment.kind == Assignment::Kind::Subtract ? Kind::Subtract
                                                                     : Kind::Prepend;
        RW_TRY(value(wanted, name));
        return out;
    }
    case Assignment::Kind::SetElement: {
        if (!type.isCollection())
            return badOperation(context, assignment, "non collection", column);
        if (!type.isMultiCell())
            return badOperation(context, assignment, "frozen collection", column);
        if (type.kind() == TypeKind::Set)
            return badOperation(context, assignment, "set", column);
        out.m_kind = Kind::SetElement;
        const bool isMap = type.kind() == TypeKind::Map;
        RW_ASSIGN(
            PreparedTerm key,
            PreparedTerm::prepare(*assignment.key,
                                  isMap ? type.parameters()[0] : cql::Type::native(TypeKind::Int),
                                  (isMap ? "key(" : "idx(") + column.name + ")", context));
        out.m_key = std::move(key);
        RW_TRY(value(type.parameters()[isMap ? 1 : 0], "value(" + column.name + ")"));
        return out;
    }
    case Assignment::Kind::SetField: {
        if (type.kind() != TypeKind::Udt)
            return badOperation(context, assignment, "non-UDT", column);
        if (!type.isMultiCell())
            return badOperation(context, assignment, "frozen UDT", column);
        out.m_kind = Kind::SetField;
        RW_ASSIGN(out.m_field, fieldOf(column, assignment.field));
        RW_TRY(value(type.parameters()[out.m_field],
                     column.name + "." + std::string{assignment.field}));
        return out;
    }
    }
    return out;
}

Result<ColumnOperation> ColumnOperation::remove(const cql::Deletion& deletion, const Column& column,
                                                PrepareContext& context)
{
    const cql::Type& type = *column.type;
    ColumnOperation out;
    out.m_column = &column;
    out.m_kind = Kind::Remove;
    if (!deletion.field.empty()) {
        if (type.kind() != TypeKind::Udt)
            return invalidRequest("Invalid deletion operation for non-UDT column " + column.name);
        if (!type.isMultiCell())
            return invalidRequest("Frozen UDT column " + column.name +
                                  " does not support field deletions");
        out.m_kind = Kind::RemoveField;
        RW_ASSIGN(out.m_field, fieldOf(column, deletion.field));
        return out;
    }
    if (deletion.element != nullptr) {
        if (!type.isCollection())
            return invalidRequest("Invalid deletion operation for non collection column " +
                                  column.name);
        if (!type.isMultiCell())
            return invalidRequest("Invalid deletion operation for frozen collection column " +
                                  column.name);
        out.m_kind = Kind::RemoveElement;
        const bool isList = type.kind() == TypeKind::List;
        RW_ASSIGN(
            PreparedTerm key,
            PreparedTerm::prepare(*deletion.element,
                                  isList ? cql::Type::native(TypeKind::Int) : type.parameters()[0],
                                  (isList                         ? "idx("
                                   : type.kind() == TypeKind::Map ? "key("
                                                                  : "value(") +
                                      column.name + ")",
                                  context));
        out.m_key = std::move(key);
    }
    return out;
}

Result<void> ColumnOperation::write(const Column& column, MaybeValue value, RowWriter& to,
                                    BindContext& context)
{
    if (!column.isComplex()) {
        if (value)
            to.putBound(column, *value);
        else
            to.remove(column);
        return ok();
    }
    to.removeAll(column, true);
    if (!value)
        return ok();
    ColumnOperation operation;
    operation.m_column = &column;
    return operation.add(*value, to, context);
}

Result<void> ColumnOperation::add(ByteView value, RowWriter& to, BindContext& context) const
{
    const cql::Type& type = *m_column->type;
    RW_ASSIGN(const std::vector<cql::Element> elements, cql::splitValue(type, value));
    for (std::size_t i = 0; i < elements.size(); ++i) {
        switch (type.kind()) {
        case TypeKind::List:
            if (!elements[i])
                return invalidRequest("null is not supported inside collections");
            to.putElement(*m_column, context.nextTimeUuid().view(), *elements[i]);
            break;
        case TypeKind::Set:
            to.putElement(*m_column, elements[i].value_or(ByteView{}), {});
            break;
        case TypeKind::Map:
            to.putElement(*m_column, elements[i].value_or(ByteView{}),
                          elements[i + 1].value_or(ByteView{}));
            ++i;
            break;
        default:
            // A user type: fields that are not given stay deleted.
            if (elements[i])
                to.putElement(*m_column, fieldPath(static_cast<std::uint16_t>(i)), *elements[i]);
            break;
        }
    }
    return ok();
}

Result<void> ColumnOperation::prepend(ByteView value, RowWriter& to, BindContext& context) const
{
    RW_ASSIGN(const std::vector<cql::Element> elements, cql::splitValue(*m_column->type, value));
    // Times mirrored at 2010-01-01, so that later prepends come first (Lists.Prepender).
    constexpr std::int64_t referenceMicros = 1'262'304'000'000'000;
    const std::uint64_t reference =
        Uuid::ticksOf(WallTime{std::chrono::microseconds{referenceMicros}});
    const std::uint64_t newest = context.takeTicks(elements.size()) + elements.size();
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const std::uint64_t ticks = reference - (newest - reference) + i;
        to.putElement(*m_column, context.timeUuidOf(ticks).view(),
                      elements[i].value_or(ByteView{}));
    }
    return ok();
}

Result<void> ColumnOperation::subtract(ByteView value, RowWriter& to, const ExistingRow& existing,
                                       BindContext& context) const
{
    const cql::Type& type = *m_column->type;
    RW_ASSIGN(const std::vector<cql::Element> elements, cql::splitValue(*m_value.type(), value));
    if (type.kind() != TypeKind::List) {
        for (const cql::Element& element : elements)
            to.removeElement(*m_column, element.value_or(ByteView{}));
        return ok();
    }
    if (existing.row == nullptr)
        return ok();
    for (const rows::Cell& cell : existing.row->cells) {
        if (schema::compareColumns(*cell.column, *m_column) != 0 ||
            !cell.isLive(context.nowSeconds))
            continue;
        for (const cql::Element& element : elements) {
            if (element && type.parameters()[0]->compare(*element, cell.value) == 0) {
                to.removeElement(*m_column, cell.path);
                break;
            }
        }
    }
    return ok();
}

/// The path of the list's element at the bound index; none if the value is unset.
Result<std::optional<ByteView>> ColumnOperation::listPath(BindContext& context,
                                                          const ExistingRow& existing) const
{
    RW_ASSIGN(const Value index, m_key->bind(context));
    if (index.kind == Value::Kind::Null || index.bytes.size() != 4)
        return invalidRequest("Invalid null value for list index");
    const auto wanted = loadBigEndian<std::int32_t>(index.bytes.data());
    std::int32_t size = 0;
    std::optional<ByteView> path;
    if (existing.row != nullptr) {
        for (const rows::Cell& cell : existing.row->cells) {
            if (schema::compareColumns(*cell.column, *m_column) != 0 ||
                !cell.isLive(context.nowSeconds))
                continue;
            if (size == wanted)
                path = cell.path;
            ++size;
        }
    }
    if (size == 0)
        return invalidRequest(m_kind == Kind::SetElement
                                  ? "Attempted to set an element on a list which is null"
                                  : "Attempted to delete an element from a list which is null");
    if (!path)
        return invalidRequest("List index " + std::to_string(wanted) +
                              " out of bound, list has size " + std::to_string(size));
    return path;
}

Result<void> ColumnOperation::setElement(RowWriter& to, BindContext& context,
                                         const ExistingRow& existing) const
{
    RW_ASSIGN(const Value value, m_value.bind(context));
    if (value.kind == Value::Kind::Unset)
        return ok();
    ByteView path;
    if (m_column->type->kind() == TypeKind::List) {
        RW_ASSIGN(const std::optional<ByteView> found, listPath(context, existing));
        path = *found;
    } else {
        RW_ASSIGN(const Value key, m_key->bind(context));
        if (key.kind != Value::Kind::Bytes)
            return invalidRequest("Invalid null map key");
        path = key.bytes;
    }
    if (value.kind == Value::Kind::Null)
        to.removeElement(*m_column, path);
    else
        to.putElement(*m_column, path, value.bytes);
    return ok();
}

Result<void> ColumnOperation::removeElement(RowWriter& to, BindContext& context,
                                            const ExistingRow& existing) const
{
    if (m_column->type->kind() == TypeKind::List) {
        RW_ASSIGN(const std::optional<ByteView> path, listPath(context, existing));
        to.removeElement(*m_column, *path);
        return ok();
    }
    RW_ASSIGN(const Value key, m_key->bind(context));
    if (key.kind != Value::Kind::Bytes)
        return invalidRequest(m_column->type->kind() == TypeKind::Map ? "Invalid null map key"
                                                                      : "Invalid null set element");
    to.removeElement(*m_column, key.bytes);
    return ok();
}

Result<void> ColumnOperation::apply(RowWriter& to, BindContext& context,
                                    const ExistingRow& existing) const
{
    if (m_kind == Kind::Set && !m_column->isComplex()) [[likely]] {
        if (const ByteView* const given = m_value.givenBytes(context)) {
            to.putBound(*m_column, *given);
            return ok();
        }
    }
    switch (m_kind) {
    case Kind::Remove:
        if (m_column->isComplex())
            to.removeAll(*m_column, false);
        else
            to.remove(*m_column);
        return ok();
    case Kind::RemoveField:
        to.removeElement(*m_column, fieldPath(m_field));
        return ok();
    case Kind::RemoveElement:
        return removeElement(to, context, existing);
    case Kind::SetElement:
        return setElement(to, context, existing);
    default:
        break;
    }
    RW_ASSIGN(const Value& value, m_value.bind(context));
    if (value.kind == Value::Kind::Unset)
        return ok();
    const bool isNull = value.kind == Value::Kind::Null;
    switch (m_kind) {
    case Kind::Set:
        return write(*m_column, isNull ? MaybeValue{} : MaybeValue{value.bytes}, to, context);
    case Kind::SetField:
        if (isNull)
            to.removeElement(*m_column, fieldPath(m_field));
        else
            to.putElement(*m_column, fieldPath(m_field), value.bytes);
        return ok();
    case Kind::CounterAdd: {
        if (isNull || value.bytes.size() != 8)
            return invalidRequest("Invalid null value for counter increment/decrement");
        auto delta = loadBigEndian<std::int64_t>(value.bytes.data());
        if (m_isNegative) {
            if (delta == INT64_MIN)
                return invalidRequest(
                    "The negation of " + std::to_string(delta) +
                    " overflows supported counter precision (signed 8 bytes integer)");
            delta = -delta;
        }
        char bytes[8];
        storeBigEndian(bytes, delta);
        to.put(*m_column, {bytes, sizeof bytes});
        return ok();
    }
    default:
        break;
    }
    if (isNull)
        return ok();
    if (m_kind == Kind::Add)
        return add(value.bytes, to, context);
    if (m_kind == Kind::Prepend)
        return prepend(value.bytes, to, context);
    return subtract(value.bytes, to, existing, context);
}

} // namespace engine::query
