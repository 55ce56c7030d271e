#include "engine/cql/type.h"

#include "engine/base/assert.h"
#include "engine/cql/quote.h"

#include <algorithm>
#include <array>

namespace engine::cql {

/// The one way to make a Type; friend of it.
struct TypeFactory {
    struct Made : Type {
        Made(TypeKind kind, bool frozen) : Type(kind, frozen) {}
    };
    static std::shared_ptr<Type> make(TypeKind kind, bool frozen)
    {
        return std::make_shared<Made>(kind, frozen);
    }
    static TypePtr make(TypeKind kind, bool frozen, std::vector<TypePtr> parameters)
    {
        auto type = make(kind, frozen);
        type->m_parameters = std::move(parameters);
        return type;
    }
    static TypePtr makeVector(TypePtr element, std::uint32_t dimension)
    {
        auto type = make(TypeKind::Vector, true);
        type->m_parameters = {std::move(element)};
        type->m_dimension = dimension;
        return type;
    }
    static TypePtr makeUdt(std::string keyspace, std::string name, std::vector<std::string> names,
                           std::vector<TypePtr> types, bool frozen)
    {
        auto type = make(TypeKind::Udt, frozen);
        type->m_keyspace = std::move(keyspace);
        type->m_name = std::move(name);
        type->m_fieldNames = std::move(names);
        type->m_parameters = std::move(types);
        return type;
    }
    static TypePtr makeCustom(std::string className, std::uint32_t order)
    {
        auto type = make(TypeKind::Custom, true);
        type->m_name = std::move(className);
        type->m_dimension = order;
        return type;
    }
};

namespace {

struct NativeName {
    TypeKind kind;
    const char* name;
};
constexpr std::array kNativeNames{
    NativeName{TypeKind::Ascii, "ascii"},     NativeName{TypeKind::Bigint, "bigint"},
    NativeName{TypeKind::Blob, "blob"},       NativeName{TypeKind::Boolean, "boolean"},
    NativeName{TypeKind::Counter, "counter"}, NativeName{TypeKind::Decimal, "decimal"},
    NativeName{TypeKind::Double, "double"},   NativeName{TypeKind::Float, "float"},
    NativeName{TypeKind::Int, "int"},         NativeName{TypeKind::Timestamp, "timestamp"},
    NativeName{TypeKind::Uuid, "uuid"},       NativeName{TypeKind::Text, "text"},
    NativeName{TypeKind::Varint, "varint"},   NativeName{TypeKind::Timeuuid, "timeuuid"},
    NativeName{TypeKind::Inet, "inet"},       NativeName{TypeKind::Date, "date"},
    NativeName{TypeKind::Time, "time"},       NativeName{TypeKind::Smallint, "smallint"},
    NativeName{TypeKind::Tinyint, "tinyint"}, NativeName{TypeKind::Duration, "duration"},
    NativeName{TypeKind::Empty, "empty"},
};

std::vector<TypePtr> freezeAll(const std::vector<TypePtr>& types)
{
    std::vector<TypePtr> out;
    out.reserve(types.size());
    for (const auto& type : types)
        out.push_back(Type::frozen(type));
    return out;
}

bool allFrozen(const Type& type)
{
    return type.isFrozen() && std::all_of(type.parameters().begin(), type.parameters().end(),
                                          [](const TypePtr& p) { return allFrozen(*p); });
}

TypePtr rebuilt(const Type& type, bool frozen, std::vector<TypePtr> parameters)
{
    if (type.kind() == TypeKind::Udt)
        return TypeFactory::makeUdt(type.keyspace(), type.name(), type.fieldNames(),
                                    std::move(parameters), frozen);
    return TypeFactory::make(type.kind(), frozen, std::move(parameters));
}

} // namespace

TypePtr Type::native(TypeKind kind)
{
    // One object a kind for the whole process: constant after the first call, so not state.
    static const auto kTypes = [] {
        std::array<TypePtr, kNativeNames.size()> types;
        for (std::size_t i = 0; i < types.size(); ++i)
            types[i] = TypeFactory::make(kNativeNames[i].kind, true);
        return types;
    }();
    for (std::size_t i = 0; i < kNativeNames.size(); ++i) {
        if (kNativeNames[i].kind == kind)
            return kTypes[i];
    }
    ENGINE_ASSERT(false, "native() takes a kind without parameters");
}

TypePtr Type::list(TypePtr element, bool frozen)
{
    return TypeFactory::make(TypeKind::List, frozen, {frozen ? Type::frozen(element) : element});
}

TypePtr Type::set(TypePtr element, bool frozen)
{
    return TypeFactory::make(TypeKind::Set, frozen, {frozen ? Type::frozen(element) : element});
}

TypePtr Type::map(TypePtr key, TypePtr value, bool frozen)
{
    return TypeFactory::make(
        TypeKind::Map, frozen,
        {frozen ? Type::frozen(key) : key, frozen ? Type::frozen(value) : value});
}

TypePtr Type::tuple(std::vector<TypePtr> elements)
{
    return TypeFactory::make(TypeKind::Tuple, true, freezeAll(elements));
}

TypePtr Type::vector(TypePtr element, std::uint32_t dimension)
{
    return TypeFactory::makeVector(Type::frozen(element), dimension);
}

TypePtr Type::udt(std::string keyspace, std::string name, std::vector<Field> fields, bool frozen)
{
    std::vector<std::string> names;
    std::vector<TypePtr> types;
    for (auto& field : fields) {
        names.push_back(std::move(field.name));
        types.push_back(frozen ? Type::frozen(field.type) : std::move(field.type));
    }
    return TypeFactory::makeUdt(std::move(keyspace), std::move(name), std::move(names),
                                std::move(types), frozen);
}

TypePtr Type::custom(std::string className)
{
    // A legacy index orders its rows by the token of the indexed partition key; compare() needs to
    // know without looking at the name each time.
    const bool byToken = className.find("PartitionerDefinedOrder(") != std::string::npos &&
                         className.find("Murmur3Partitioner") != std::string::npos;
    return TypeFactory::makeCustom(std::move(className), byToken ? 1 : 0);
}

TypePtr Type::frozen(const TypePtr& type)
{
    return allFrozen(*type) ? type : rebuilt(*type, true, freezeAll(type->parameters()));
}

TypePtr Type::multiCell(const TypePtr& type)
{
    if (!type->isCollection() && type->kind() != TypeKind::Udt)
        return type;
    return type->isMultiCell() ? type : rebuilt(*type, false, type->parameters());
}

bool operator==(const Type& a, const Type& b)
{
    if (&a == &b)
        return true;
    return a.m_kind == b.m_kind && a.m_frozen == b.m_frozen && a.m_dimension == b.m_dimension &&
           a.m_name == b.m_name && a.m_keyspace == b.m_keyspace &&
           a.m_fieldNames == b.m_fieldNames &&
           std::equal(a.m_parameters.begin(), a.m_parameters.end(), b.m_parameters.begin(),
                      b.m_parameters.end(),
                      [](const TypePtr& x, const TypePtr& y) { return *x == *y; });
}

std::string Type::toString() const
{
    std::string text;
    switch (m_kind) {
    case TypeKind::List:
        text = "list<" + m_parameters[0]->toString() + ">";
        break;
    case TypeKind::Set:
        text = "set<" + m_parameters[0]->toString() + ">";
        break;
    case TypeKind::Map:
        text = "map<" + m_parameters[0]->toString() + ", " + m_parameters[1]->toString() + ">";
        break;
    case TypeKind::Tuple:
        text = "tuple<";
        for (const auto& parameter : m_parameters)
            text += (&parameter == m_parameters.data() ? "" : ", ") + parameter->toString();
        text += ">";
        break;
    case TypeKind::Vector:
        return "vector<" + m_parameters[0]->toString() + ", " + std::to_string(m_dimension) + ">";
    case TypeKind::Udt:
        text = quote(m_name);
        break;
    case TypeKind::Custom:
        return "'" + m_name + "'";
    default:
        for (const auto& native : kNativeNames) {
            if (native.kind == m_kind)
                return native.name;
        }
        return "unknown";
    }
    return m_frozen ? "frozen<" + text + ">" : text;
}

std::optional<std::uint32_t> Type::fixedLength() const noexcept
{
    switch (m_kind) {
    case TypeKind::Boolean:
        return 1;
    case TypeKind::Int:
    case TypeKind::Float:
        return 4;
    case TypeKind::Bigint:
    case TypeKind::Double:
    case TypeKind::Timestamp:
        return 8;
    case TypeKind::Uuid:
    case TypeKind::Timeuuid:
        return 16;
    case TypeKind::Empty:
        return 0;
    case TypeKind::Vector:
        if (const auto element = m_parameters[0]->fixedLength())
            return *element * m_dimension;
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

bool Type::allowsEmpty() const noexcept
{
    switch (m_kind) {
    case TypeKind::Tinyint:
    case TypeKind::Smallint:
    case TypeKind::Date:
    case TypeKind::Time:
    case TypeKind::Duration:
    case TypeKind::List:
    case TypeKind::Set:
    case TypeKind::Map:
    case TypeKind::Vector:
        return false;
    default:
        return true;
    }
}

bool Type::isByteOrdered() const noexcept
{
    switch (m_kind) {
    case TypeKind::Ascii:
    case TypeKind::Text:
    case TypeKind::Blob:
    case TypeKind::Date:
    case TypeKind::Time:
    case TypeKind::Inet:
    case TypeKind::Duration:
    case TypeKind::Counter:
    case TypeKind::Empty:
        return true;
    case TypeKind::Custom:
        return m_dimension == 0;
    default:
        return false;
    }
}

} // namespace engine::cql
