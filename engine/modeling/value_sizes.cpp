#include "engine/modeling/value_sizes.h"

#include "engine/cql/parser.h"
#include "engine/schema/type_resolver.h"

#include <algorithm>

namespace engine::modeling {

using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

constexpr int kTypeDepthMax = 32;

/// Resolves user types of the model one within the other; a type that contains itself ends at
/// kTypeDepthMax with a sentence.
class ModelTypes {
public:
    ModelTypes(const Model& model, const std::string& keyspace)
        : m_model(model), m_keyspace(keyspace)
    {
    }

    Result<TypePtr> parse(std::string_view text, int depth)
    {
        if (depth > kTypeDepthMax)
            return Error{ErrorCode::Invalid, "user types nest too deep, or contain themselves"};
        RW_ASSIGN(const cql::ParsedType* parsed, cql::parseType(text, m_arena));
        std::optional<Error> failure;
        auto type = schema::resolveType(*parsed, m_keyspace, [&](std::string_view name) {
            auto found = userType(name, depth);
            if (!found) {
                failure = found.error();
                return TypePtr{};
            }
            return *found;
        });
        if (!type && failure)
            return *failure;
        return type;
    }

private:
    Result<TypePtr> userType(std::string_view name, int depth)
    {
        const auto found = std::ranges::find_if(m_model.types, [&](const UserType& type) {
            return type.keyspace == m_keyspace && type.name == name;
        });
        if (found == m_model.types.end())
            return Error{ErrorCode::Invalid,
                         "Unknown type " + m_keyspace + "." + std::string{name}};
        std::vector<Type::Field> fields;
        for (const TypeField& field : found->fields) {
            RW_ASSIGN(TypePtr type, parse(field.type, depth + 1));
            fields.push_back({field.name, Type::frozen(type)});
        }
        return Type::udt(m_keyspace, std::string{name}, std::move(fields), false);
    }

    const Model& m_model;
    const std::string& m_keyspace;
    Arena m_arena;
};

ValueBytes nativeBytes(TypeKind kind)
{
    switch (kind) {
    case TypeKind::Boolean:
    case TypeKind::Tinyint:
        return {1, 0};
    case TypeKind::Smallint:
        return {2, 0};
    case TypeKind::Int:
    case TypeKind::Float:
    case TypeKind::Date:
        return {4, 0};
    case TypeKind::Bigint:
    case TypeKind::Double:
    case TypeKind::Timestamp:
    case TypeKind::Time:
    case TypeKind::Counter:
        return {8, 0};
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return {16, 0};
    case TypeKind::Ascii:
    case TypeKind::Text:
        return {0, 16};
    case TypeKind::Blob:
        return {0, 64};
    case TypeKind::Inet:
    case TypeKind::Varint:
        return {0, 4};
    case TypeKind::Decimal:
        return {4, 4}; // a scale of four bytes, then a varint
    case TypeKind::Duration:
        return {0, 6};
    default:
        return {0, 0};
    }
}

} // namespace

double ValueBytes::scaleFor(double bytes) const noexcept
{
    return variable <= 0 ? 1 : std::max(0.0, (bytes - fixed) / variable);
}

ValueBytes valueBytes(const Type& type)
{
    ValueBytes sum;
    const auto add = [&sum](const ValueBytes& bytes, double times, double overhead) {
        sum.fixed += times * (bytes.fixed + overhead);
        sum.variable += times * bytes.variable;
    };
    constexpr double kLengthBytes = 4;
    switch (type.kind()) {
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
        sum.fixed = kLengthBytes;
        for (const TypePtr& part : type.parameters())
            add(valueBytes(*part), kDefaultElements, kLengthBytes);
        return sum;
    case TypeKind::Tuple:
    case TypeKind::Udt:
        for (const TypePtr& part : type.parameters())
            add(valueBytes(*part), 1, kLengthBytes);
        return sum;
    case TypeKind::Vector: {
        const Type& element = *type.parameters()[0];
        add(valueBytes(element), type.dimension(), element.fixedLength() ? 0 : 1);
        return sum;
    }
    default:
        return nativeBytes(type.kind());
    }
}

ValueBytes elementBytes(const Type& type)
{
    if (!type.isCollection())
        return valueBytes(type);
    ValueBytes sum;
    for (const TypePtr& part : type.parameters()) {
        const ValueBytes bytes = valueBytes(*part);
        sum.fixed += bytes.fixed;
        sum.variable += bytes.variable;
    }
    return sum;
}

Result<TypePtr> typeOf(const Model& model, const std::string& keyspace, std::string_view text)
{
    return ModelTypes{model, keyspace}.parse(text, 0);
}

} // namespace engine::modeling
