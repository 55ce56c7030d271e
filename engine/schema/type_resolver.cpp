#include "engine/schema/type_resolver.h"

#include "engine/cql/quote.h"

namespace engine::schema {

using cql::ParsedType;
using cql::Type;
using cql::TypeKind;
using cql::TypePtr;

namespace {

Error badType(std::string text)
{
    return {ErrorCode::Invalid, std::move(text)};
}

bool isCollectionKind(ParsedType::Kind kind)
{
    return kind == ParsedType::Kind::List || kind == ParsedType::Kind::Set ||
           kind == ParsedType::Kind::Map;
}

/// What may stand inside a collection that is itself not frozen (RawCollection.validateInnerType).
Result<void> checkInside(const ParsedType& collection, const ParsedType& inner)
{
    if (inner.kind == ParsedType::Kind::Native && inner.native == TypeKind::Counter)
        return badType("Counters are not allowed inside collections: " +
                       parsedTypeText(collection));
    if (collection.frozen)
        return ok();
    if (isCollectionKind(inner.kind) && !inner.frozen)
        return badType("Non-frozen collections are not allowed inside collections: " +
                       parsedTypeText(collection));
    if (inner.kind == ParsedType::Kind::User && !inner.frozen)
        return badType("Non-frozen UDTs are not allowed inside collections: " +
                       parsedTypeText(collection));
    return ok();
}

Result<TypePtr> resolve(const ParsedType& parsed, std::string_view keyspace,
                        const UserTypeLookup& userTypes, bool insideFrozen);

Result<TypePtr> resolveCollection(const ParsedType& parsed, std::string_view keyspace,
                                  const UserTypeLookup& userTypes, bool frozen)
{
    std::vector<TypePtr> inner;
    for (const ParsedType& parameter : parsed.parameters) {
        if (!frozen)
            RW_TRY(checkInside(parsed, parameter));
        if (parameter.kind == ParsedType::Kind::Native && parameter.native == TypeKind::Counter)
            return badType("Counters are not allowed inside collections: " +
                           parsedTypeText(parsed));
        RW_ASSIGN(TypePtr type, resolve(parameter, keyspace, userTypes, true));
        inner.push_back(std::move(type));
    }
    switch (parsed.kind) {
    case ParsedType::Kind::List:
        return Type::list(inner[0], frozen);
    case ParsedType::Kind::Set:
        if (inner[0]->kind() == TypeKind::Duration)
            return badType("Durations are not allowed inside sets: " + parsedTypeText(parsed));
        return Type::set(inner[0], frozen);
    default:
        break;
    }
    if (inner[0]->kind() == TypeKind::Duration)
        return badType("Durations are not allowed as map keys: " + parsedTypeText(parsed));
    return Type::map(inner[0], inner[1], frozen);
}

Result<TypePtr> resolveUser(const ParsedType& parsed, std::string_view keyspace,
                            const UserTypeLookup& userTypes, bool frozen)
{
    const cql::QualifiedName& name = parsed.user;
    if (!name.keyspace.empty() && name.keyspace != keyspace)
        return badType("Statement on keyspace " + std::string{keyspace} +
                       " cannot refer to a user type in keyspace " + std::string{name.keyspace} +
                       "; user types can only be used in the keyspace they are defined in");
    TypePtr type = userTypes(name.name);
    if (!type)
        return badType("Unknown type " + std::string{keyspace} + "." + std::string{name.name});
    return frozen ? Type::frozen(type) : Type::multiCell(type);
}

Result<TypePtr> resolve(const ParsedType& parsed, std::string_view keyspace,
                        const UserTypeLookup& userTypes, bool insideFrozen)
{
    const bool frozen = parsed.frozen || insideFrozen;
    switch (parsed.kind) {
    case ParsedType::Kind::Native:
        if (parsed.frozen)
            return badType(
                "frozen<> is only allowed on collections, tuples, and user-defined types "
                "(got " +
                Type::native(parsed.native)->toString() + ")");
        return Type::native(parsed.native);
    case ParsedType::Kind::List:
    case ParsedType::Kind::Set:
    case ParsedType::Kind::Map:
        return resolveCollection(parsed, keyspace, userTypes, frozen);
    case ParsedType::Kind::Tuple: {
        std::vector<TypePtr> elements;
        for (const ParsedType& parameter : parsed.parameters) {
            if (parameter.kind == ParsedType::Kind::Native && parameter.native == TypeKind::Counter)
                return badType("Counters are not allowed inside tuples");
            RW_ASSIGN(TypePtr type, resolve(parameter, keyspace, userTypes, true));
            elements.push_back(std::move(type));
        }
        return Type::tuple(std::move(elements));
    }
    case ParsedType::Kind::Vector: {
        if (parsed.dimension == 0)
            return badType("vectors may only have positive dimensions; given 0");
        RW_ASSIGN(TypePtr element, resolve(parsed.parameters[0], keyspace, userTypes, true));
        return Type::vector(std::move(element), parsed.dimension);
    }
    case ParsedType::Kind::User:
        return resolveUser(parsed, keyspace, userTypes, frozen);
    case ParsedType::Kind::Custom:
        break;
    }
    return Type::parseClassName(parsed.className);
}

TypePtr rebuild(const Type& type, std::vector<TypePtr> inner)
{
    switch (type.kind()) {
    case TypeKind::List:
        return Type::list(inner[0], type.isFrozen());
    case TypeKind::Set:
        return Type::set(inner[0], type.isFrozen());
    case TypeKind::Map:
        return Type::map(inner[0], inner[1], type.isFrozen());
    case TypeKind::Tuple:
        return Type::tuple(std::move(inner));
    case TypeKind::Vector:
        return Type::vector(inner[0], type.dimension());
    default:
        break;
    }
    std::vector<Type::Field> fields;
    for (std::size_t i = 0; i < inner.size(); ++i)
        fields.push_back({type.fieldNames()[i], inner[i]});
    return Type::udt(type.keyspace(), type.name(), std::move(fields), type.isFrozen());
}

} // namespace

Result<TypePtr> resolveType(const ParsedType& parsed, std::string_view keyspace,
                            const UserTypeLookup& userTypes)
{
    return resolve(parsed, keyspace, userTypes, false);
}

Result<TypePtr> resolveType(const ParsedType& parsed, const Keyspace& keyspace)
{
    return resolve(
        parsed, keyspace.name, [&](std::string_view name) { return keyspace.type(name); }, false);
}

std::string parsedTypeText(const ParsedType& parsed)
{
    std::string inside;
    for (const ParsedType& parameter : parsed.parameters)
        inside += (inside.empty() ? "" : ", ") + parsedTypeText(parameter);
    std::string text;
    switch (parsed.kind) {
    case ParsedType::Kind::Native:
        text = Type::native(parsed.native)->toString();
        break;
    case ParsedType::Kind::List:
        text = "list<" + inside + ">";
        break;
    case ParsedType::Kind::Set:
        text = "set<" + inside + ">";
        break;
    case ParsedType::Kind::Map:
        text = "map<" + inside + ">";
        break;
    case ParsedType::Kind::Tuple:
        text = "tuple<" + inside + ">";
        break;
    case ParsedType::Kind::Vector:
        text = "vector<" + inside + ", " + std::to_string(parsed.dimension) + ">";
        break;
    case ParsedType::Kind::User:
        text = parsed.user.keyspace.empty()
                   ? cql::quote(parsed.user.name)
                   : cql::quote(parsed.user.keyspace) + "." + cql::quote(parsed.user.name);
        break;
    case ParsedType::Kind::Custom:
        text = cql::quoteString(parsed.className);
        break;
    }
    return parsed.frozen ? "frozen<" + text + ">" : text;
}

TypePtr replaceUserType(const TypePtr& type, const TypePtr& changed)
{
    if (type->kind() == TypeKind::Udt && type->keyspace() == changed->keyspace() &&
        type->name() == changed->name())
        return type->isFrozen() ? Type::frozen(changed) : Type::multiCell(changed);
    if (!refersToType(*type, changed->keyspace(), changed->name()))
        return type;
    std::vector<TypePtr> inner;
    for (const TypePtr& parameter : type->parameters())
        inner.push_back(replaceUserType(parameter, changed));
    return rebuild(*type, std::move(inner));
}

TypePtr expandUserTypes(const TypePtr& type)
{
    if (type->parameters().empty())
        return type;
    std::vector<TypePtr> inner;
    for (const TypePtr& parameter : type->parameters())
        inner.push_back(expandUserTypes(parameter));
    if (type->kind() == TypeKind::Udt)
        return Type::tuple(std::move(inner));
    return rebuild(*type, std::move(inner));
}

} // namespace engine::schema
